"""Values and colours of a label map that the card does not know: named with their pixels, never passed over."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import LabelMap, LabelShape, Notice, Record

MOST = 20  # values of one map that are named one by one


class Unknown(NamedTuple):
    """A value of a label map, or a colour as #rrggbb, that the card does not know, and how many pixels have it."""

    map: LabelMap
    value: str
    pixels: int

    def notice(self) -> Notice:
        """What to tell of it."""
        reason = f"{self.pixels} pixels whose meaning the card does not know; map it under layout.labels, or null it"
        return Notice(kind="value", uri=self.map.source.uri, item=self.value, reason=reason)


def unknown_of(
    record: Record, shape: LabelShape, array: NDArray[Any], found: Mapping[int, tuple[slice, ...]]
) -> list[Unknown]:
    """What an array holds that the record's label map does not know, the commonest first. `found`: where the values of
    a map of values lie. Nothing of maps that the record does not list: thresholds, and readers that know all values."""
    known = next((one for one in record.label_maps if _is_of(one, shape)), None)
    if known is None or shape.at_least is not None or shape.at_most is not None:
        return []
    if shape.colour is not None:
        counts = _colours(array, known)
    elif known.values is None:
        return []
    else:
        odd = {value for value in found.keys() - set(known.values) if not _within(value, known)}
        counts = {str(value): int(np.count_nonzero(array[found[value]] == value)) for value in odd}
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    named = [Unknown(known, value, pixels) for value, pixels in ordered[:MOST]]
    if len(ordered) > MOST:
        rest = ordered[MOST:]
        named.append(Unknown(known, f"{len(rest)} further values", sum(pixels for _, pixels in rest)))
    return named


def refuse_foreign(unknown: Sequence[Unknown]) -> None:
    """Maps of which the card knows no value at all were written in another way than it says. Raises ValueError."""
    if unknown:
        named = ", ".join(f"{one.value} ({one.pixels} pixels)" for one in unknown[:5])
        raise ValueError(
            f"{unknown[0].map.source.uri} holds {named}, and no value that the card knows; map what it holds under "
            "layout.labels, or list it under layout.unmapped"
        )


def _is_of(known: LabelMap, shape: LabelShape) -> bool:
    own = (known.source, known.decoder, known.channel, bool(known.colours))
    return own == (shape.source, shape.decoder, shape.channel, shape.colour is not None)


def _within(value: int, known: LabelMap) -> bool:
    return any((low is None or value >= low) and (high is None or value <= high) for low, high in known.ranges)


def _colours(array: NDArray[Any], known: LabelMap) -> dict[str, int]:
    values, counts = np.unique(array, return_counts=True)
    named = {red << 16 | green << 8 | blue for red, green, blue in known.colours}
    return {
        f"#{int(value):06x}": int(count)
        for value, count in zip(values, counts, strict=True)
        if value and int(value) not in named
    }
