"""The grammar of `SourceFile.select`: NAME[INDEX]@AXES, each part optional.

`train_images[17]@yxc`: row 17 of an array, its axes as they are left; `cjdata/image@xy`; `[...,2]`: the third
channel of a 4-D volume. An index is a whole number, `:`, `0:3` (a part of the axis), `::-1` (an axis turned round) or
`...`. Axes: t (frame), z, y (row), x (column), c (colour).

Of a picture `select` may name a page, a half, or a panel of several side by side: `panel 2 of 6`. `turned 6` at its end
turns what the file's decoder gives as that EXIF orientation asks for (EXIF 2.32, 4.6.4 A: 2 to 8).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import EllipsisType

Index = tuple[int | slice | EllipsisType, ...]
ORDERS = {"volume": "xyz", "clip": "tyxc", "image": "yxc"}  # of an array as this project has it
_PANEL = re.compile(r"panel ([1-9]\d*) of ([1-9]\d*)")
_TURNED = re.compile(r"(?:(.*) )?turned ([2-8])", re.S)
_STEPS: dict[str, slice | EllipsisType] = {"...": Ellipsis, ":": slice(None), "::-1": slice(None, None, -1)}
_FORM = re.compile(r"(?P<name>[^\[\]@]*)(?:\[(?P<index>(?:::-1|[\d:.,\s])*)\])?(?:@(?P<axes>[tzyxc]+))?")


@dataclass(frozen=True)
class Select:
    """What to take of a file: the array `name` ("" where it has but one), `index` into it, the `axes` that are left."""

    name: str = ""
    index: Index = ()
    axes: str = ""

    def shape(self, whole: tuple[int, ...]) -> tuple[int, ...]:
        """The shape that `index` leaves of an array. Raises ValueError where it lies outside."""
        steps = list(self.index)
        if Ellipsis in steps:
            at = steps.index(Ellipsis)
            steps[at : at + 1] = [slice(None)] * (len(whole) - len(steps) + 1)
        if len(steps) > len(whole):
            raise ValueError(f"index {self.index} has more axes than an array of {whole}")
        steps += [slice(None)] * (len(whole) - len(steps))
        for step, length in zip(steps, whole, strict=True):
            if isinstance(step, int) and not 0 <= step < length:
                raise ValueError(f"index {step} is outside 0..{length - 1}")
            if isinstance(step, slice) and step.stop is not None and not 0 <= step.start < step.stop <= length:
                raise ValueError(f"index {step.start}:{step.stop} is outside 0:{length}")
        taken = zip(steps, whole, strict=True)
        return tuple(len(range(length)[step]) for step, length in taken if isinstance(step, slice))

    def order(self) -> tuple[int, ...]:
        """The transposition that brings `axes` into this project's order: a volume's (x, y, z), a clip's
        (t, y, x[, c]), a picture's (y, x[, c]). Raises ValueError on axes that are none of them."""
        kind = "volume" if "z" in self.axes else "clip" if "t" in self.axes else "image"
        wanted = "".join(letter for letter in ORDERS[kind] if letter in self.axes)
        if sorted(wanted) != sorted(self.axes) or not {"x", "y"} <= set(wanted):
            raise ValueError(f"axes {self.axes!r} are no {kind}'s, whose are {ORDERS[kind]}")
        return tuple(self.axes.index(letter) for letter in wanted)


def parse_select(text: str | None) -> Select:
    """A `select` in its parts. Raises ValueError on anything else."""
    found = _FORM.fullmatch(text or "")
    if found is None:
        raise ValueError(f"select {text!r} is not NAME[INDEX]@AXES")
    return Select(found["name"], _index(found["index"] or ""), found["axes"] or "")


def panel_of(select: str | None) -> tuple[int, int] | None:
    """Which panel of how many `select` names, counted from 1 at the left; None where it names none."""
    found = _PANEL.fullmatch(select or "")
    return (int(found[1]), int(found[2])) if found and int(found[1]) <= int(found[2]) else None


def turn_of(select: str | None) -> tuple[str | None, int]:
    """A select without its turn, and the EXIF orientation that it turns by: 1 where it turns nothing."""
    found = _TURNED.fullmatch(select or "")
    return (found[1], int(found[2])) if found else (select, 1)


def with_turn(select: str | None, orientation: int) -> str | None:
    """A select that also turns by an EXIF orientation."""
    return select if orientation == 1 else f"{select} turned {orientation}" if select else f"turned {orientation}"


def select_of(name: str, axes: str, numbers: Mapping[str, int | tuple[int, int]]) -> str:
    """The select of array `name` that takes these numbers of its axes (letter -> number, or from and up to) and leaves
    the others."""
    steps = [_step(numbers[axis]) if axis in numbers else ":" for axis in axes]
    while steps and steps[-1] == ":":
        steps.pop()
    left = "".join(axis for axis in axes if not isinstance(numbers.get(axis), int))
    return f"{name}[{','.join(steps)}]@{left}" if steps else f"{name}@{left}"


def _step(number: int | tuple[int, int]) -> str:
    return str(number) if isinstance(number, int) else f"{number[0]}:{number[1]}"


def _index(text: str) -> Index:
    """Raises ValueError on what is none of a whole number, `:`, `0:3`, `::-1` and one `...`."""
    steps: list[int | slice | EllipsisType] = []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        first, colon, last = part.partition(":")
        if part in _STEPS:
            steps.append(_STEPS[part])
        elif colon:
            steps.append(slice(int(first), int(last)))
        else:
            steps.append(int(part))
    if steps.count(Ellipsis) > 1:
        raise ValueError(f"index [{text}] has more than one '...'")
    return tuple(steps)
