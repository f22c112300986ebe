"""Organs whole again, where a set draws them without what lies in them (`layout.wholes`): a liver with its tumors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from schemas import LabelSpace
from transforms.regions.resolve import Resolved


def united(items: Sequence[Resolved], wholes: Mapping[str, Sequence[str]], space: LabelSpace) -> list[Resolved]:
    """The regions, each organ that `wholes` names with the masks of what it is said to be drawn without. Where a set
    draws several of an organ, which of them a tumor lies in is not guessed: they stay."""
    named = [space.of(item.region.concept).slug if item.mask is not None else "" for item in items]
    found = list(items)
    for organ, within in wholes.items():
        own = [n for n, slug in enumerate(named) if slug == organ]
        parts = [items[n] for n, slug in enumerate(named) if slug in within]
        if len(own) == 1 and parts:
            found[own[0]] = _joined(items[own[0]], parts)
    return found


def _joined(organ: Resolved, parts: Sequence[Resolved]) -> Resolved:
    every = [organ, *parts]
    low = tuple(min(item.offset[axis] for item in every) for axis in range(len(organ.offset)))
    high = [max(item.crop[axis].stop for item in every) for axis in range(len(low))]
    mask = np.zeros([stop - start for start, stop in zip(low, high, strict=True)], bool)
    for item in every:
        mask[tuple(slice(s.start - at, s.stop - at) for s, at in zip(item.crop, low, strict=True))] |= item.mask
    return replace(organ, offset=low, mask=mask)
