"""Which index image of a sample holds which region, known before any of them is drawn."""

from collections.abc import Mapping
from typing import TypeVar

from transforms.regions.patch import Patch
from transforms.regions.solid import Solid

Cut = TypeVar("Cut", Patch, Solid)


def layers(patches: Mapping[str, Cut], ending: str = "png") -> dict[str, tuple[str, int]]:
    """Region r1, r2, ... -> (member, value), as `transforms.shards.encode.index_masks` packs them: largest first, into
    the first image where a region's pixels are free; its value is the number in its id."""
    sheets: list[list[Cut]] = []
    places: dict[str, tuple[str, int]] = {}
    for rid in sorted(patches, key=lambda rid: (-patches[rid].size, int(rid[1:]))):
        patch = patches[rid]
        free = (n for n, sheet in enumerate(sheets) if not any(patch.overlap(other) for other in sheet))
        place = next(free, len(sheets))
        if place == len(sheets):
            sheets.append([])
        sheets[place].append(patch)
        places[rid] = (f"mask{place or ''}.{ending}", int(rid[1:]))
    return places
