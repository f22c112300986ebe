"""Values and colours of a label map that the card does not know: named with their pixels, never passed over."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import LabelMap, LabelShape, Notice, Record, SourceFile
from schemas.select import panel_of, parse_select
from transforms.media.decoders import channels
from transforms.regions.values import Found

MOST = 20  # values of one map that are named one by one
Range = tuple[float | None, float | None]


class Unknown(NamedTuple):
    """A value of a label map, a colour as #rrggbb, or a part of its file, that the card does not know, and how many
    pixels have it."""

    map: LabelMap
    value: str
    pixels: int

    def notice(self) -> Notice:
        """What to tell of it."""
        where = "" if self.map.channel is None else f" in channel {self.map.channel}"
        reason = (
            f"{self.pixels} pixels{where} whose meaning the card does not know; map it under layout.labels, or null it"
        )
        return Notice(kind="value", uri=place(self.map.source), item=self.value, reason=reason)


def place(source: SourceFile) -> str:
    """The path of a map's file, through an archive."""
    return source.uri if source.member is None else f"{source.uri}/{source.member}"


def is_of(known: LabelMap, shape: LabelShape) -> bool:
    """Whether a shape is read from that map."""
    own = (known.source, known.decoder, known.channel, bool(known.colours))
    return own == (shape.source, shape.decoder, shape.channel, shape.colour is not None)


def map_of(record: Record, shape: LabelShape) -> LabelMap | None:
    """What the record knows of the map of a shape; None of readers that know all values."""
    return next((one for one in record.label_maps if is_of(one, shape)), None)


def probe(known: LabelMap) -> LabelShape | None:
    """A shape that reads a map of which no region is; None where any value would be known."""
    shape = LabelShape(source=known.source, decoder=known.decoder, channel=known.channel, value=0)
    if known.part is not None:
        return shape.model_copy(update={"at_least": 0.0})
    if known.colours:
        return shape.model_copy(update={"colour": known.colours[0]})
    if known.ranges:
        low, high = known.ranges[0]
        closed = low is not None and high is not None
        return shape.model_copy(update={"at_least": low, "at_most": high}) if closed else None
    return shape.model_copy(update={"instances": known.values is None})


def unnamed_channels(root: Path, record: Record) -> Iterator[LabelMap]:
    """The channels of maps with several that no label speaks of. Raises DecodeError."""
    named: dict[tuple[SourceFile, str], list[LabelMap]] = {}
    for known in record.label_maps:
        if known.channel is not None:
            named.setdefault((known.source, known.decoder), []).append(known)
    for (source, decoder), maps in named.items():
        concepts = tuple(dict.fromkeys(label for known in maps for label in known.concepts))
        shape = LabelShape(source=source, decoder=decoder, value=0)
        every = {*range(channels(root, shape, record))} - _of_image(record, source)
        for number in sorted(every - {known.channel for known in maps}):
            yield LabelMap(
                source=source, decoder=decoder, channel=number, part=f"channel {number}", concepts=concepts
            )  # fmt: skip


def _of_image(record: Record, source: SourceFile) -> set[int]:
    """The channels of a map's file that are the image itself, where the two lie in one array."""
    own = record.sources[0]
    if (own.uri, own.member) != (source.uri, source.member) or panel_of(source.select) is not None:
        return set()
    last = parse_select(own.select).index[-1:]
    return {*range(*last[0].indices(1 << 16))} if last and isinstance(last[0], slice) and last[0].stop else set()


def by_range(shape: LabelShape) -> bool:
    """Whether a shape is one of the ranges of a map each of whose values stands for something."""
    return shape.at_least is not None and shape.at_most is not None


def dark(shape: LabelShape) -> bool:
    """Whether a shape is what is dark on light: each value up to its end, of a map that holds few."""
    return shape.at_most is not None and shape.at_least is None


def light(shape: LabelShape) -> bool:
    """Whether a shape is what is light on dark: each value from one on."""
    return shape.at_least is not None and shape.at_most is None


def unknown_of(known: LabelMap, shape: LabelShape, array: NDArray[Any], found: Found) -> list[Unknown]:
    """What an array holds that its label map does not know, the commonest first. `found`: where the values of a map of
    values lie. Nothing of binary masks, whose values stand for nothing by themselves."""
    if known.part is not None:
        pixels = int(np.count_nonzero(array))
        return [Unknown(known, known.part, pixels)] if pixels else []
    if shape.colour is not None:
        counts = _colours(array, known)
    elif by_range(shape):
        counts = _odd(array, known)
    elif dark(shape):
        counts = _beside(array, known)
    elif light(shape):
        counts = _below(array, known)
    elif shape.by_intensity:
        return []
    else:
        odd = [value for value in found if not _is_known(value, known)]
        counts = {str(value): int(np.count_nonzero(array[found[value]] == value)) for value in odd}
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    named = [Unknown(known, value, pixels) for value, pixels in ordered[:MOST]]
    if len(ordered) > MOST:
        rest = ordered[MOST:]
        named.append(Unknown(known, f"{len(rest)} further values", sum(pixels for _, pixels in rest)))
    return named


def has_void(known: LabelMap, array: NDArray[Any]) -> bool:
    """Whether any pixel of a map is one that nobody labelled."""
    return any(bool(held(array, low, high).any()) for low, high in known.void)


def held(array: NDArray[Any], low: float | None, high: float | None) -> NDArray[np.bool_]:
    """Where an array lies within a range; None is open."""
    mask = np.ones(array.shape, bool) if low is None else array >= low
    return np.asarray(mask if high is None else mask & (array <= high))


def refuse_foreign(unknown: Sequence[Unknown]) -> None:
    """Maps that hold no value that the card knows were written in another way than it says. Raises ValueError. Where it
    knows none of a map (a table without a row, a channel that no label names), the values are named and no more."""
    maps = [one for one in unknown if one.map.part is None]
    foreign = [
        one for one in maps if one.map.values or one.map.colours or any(low is not None for low, _ in one.map.ranges)
    ]
    if foreign:
        named = ", ".join(f"{one.value} ({one.pixels} pixels)" for one in foreign[:5])
        raise ValueError(
            f"{place(foreign[0].map.source)} holds {named}, and no value that the card knows; map what it holds under "
            "layout.labels, or list it under layout.unmapped"
        )


def _is_known(value: float, known: LabelMap) -> bool:
    """A threshold, which has no end, makes no value known that lies above it; nor does a range of a map whose values
    are named, one from 20 to 40 where 20 and 40 are, make those between its ends known."""
    if known.values is None and value > 0:
        return True
    closed = [ends for ends in known.ranges if None not in ends]
    if value in (0, *(known.values or ()), *(end for ends in closed for end in ends)) or _within(value, known.void):
        return True
    return not known.values and _within(value, closed)


def _within(value: float, ranges: Sequence[Range]) -> bool:
    return any((low is None or value >= low) and (high is None or value <= high) for low, high in ranges)


def _odd(array: NDArray[Any], known: LabelMap) -> dict[str, int]:
    values, counts = np.unique(array, return_counts=True)
    pairs = zip(values.tolist(), counts.tolist(), strict=True)
    return {f"{value:g}": count for value, count in pairs if not _is_known(value, known)}


def _beside(array: NDArray[Any], known: LabelMap) -> dict[str, int]:
    """The values of a map of what is dark on light beside those that are meant: between one end and the next, and above
    the last, there is one, the end itself where it occurs and else the commonest."""
    values, counts = np.unique(array, return_counts=True)
    ends = sorted(high for low, high in known.ranges if low is None and high is not None)
    named = [*ends, *(known.values or ())]
    odd: dict[str, int] = {}
    for low, high in pairwise([-np.inf, *ends, np.inf]):
        own = [(v, n) for v, n in zip(values.tolist(), counts.tolist(), strict=True) if low < v <= high]
        meant = {v for v, _ in own if v in named} or {max(own, key=lambda one: one[1], default=(0, 0))[0]}
        odd |= {f"{v:g}": n for v, n in own if v not in meant and not _within(v, known.void)}
    return odd


def _below(array: NDArray[Any], known: LabelMap) -> dict[str, int]:
    """The values of a map of what is light on dark that are neither inside nor the background, which is the commonest
    of the others. A map of degrees, in which any value is known, has none."""
    lows = [low for low, high in known.ranges if low is not None and high is None]
    under = array[array < min(lows)] if lows and known.values is not None else array[:0]
    if under.size == 0 or under.min() == under.max():
        return {}
    values, counts = np.unique(under, return_counts=True)
    named = {values[np.argmax(counts)].item(), *(known.values or ())}
    pairs = zip(values.tolist(), counts.tolist(), strict=True)
    return {f"{value:g}": count for value, count in pairs if value not in named and not _within(value, known.void)}


def _colours(array: NDArray[Any], known: LabelMap) -> dict[str, int]:
    values, counts = np.unique(array, return_counts=True)
    named = {0, *map(packed, known.colours)}
    return {
        hex_of(value): count
        for value, count in zip(values.tolist(), counts.tolist(), strict=True)
        if value not in named and not _within(value, known.void)
    }


def packed(colour: tuple[int, int, int]) -> int:
    """A colour as 0xRRGGBB."""
    return colour[0] << 16 | colour[1] << 8 | colour[2]


def hex_of(value: int) -> str:
    """A colour as #rrggbb, with its alpha where it is not opaque (see transforms/media/decoders/_pictures.py)."""
    alpha = 255 - (value >> 24)
    return f"#{value & 0xFFFFFF:06x}" + (f"{alpha:02x}" if alpha < 255 else "")
