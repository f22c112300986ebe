"""Pictures whose files say that they are to be shown turned (EXIF, TIFF: Orientation): upright, as viewers and the
tools that annotations are drawn with show them, or as stored, where that is the grid of the annotations.

Which of the two it is, only annotations can tell that state a size, are of a size, or leave the picture on one of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from connectors.base import Found, Unreadable
from connectors.media import Media
from schemas import Notice, Region
from schemas.select import with_turn

Build = Callable[[Media], Iterator[Found]]


@dataclass
class Attempt:
    """What comes of a picture on one of its grids."""

    found: list[Found] = field(default_factory=list)
    refused: Unreadable | None = None

    @property
    def complaints(self) -> set[str]:
        return {row.text() for row in self.found if isinstance(row, Notice)}

    @property
    def drawn(self) -> bool:
        """Whether anything lies somewhere on the picture."""
        return any(isinstance(row, Region) and row.shape.kind != "span" for row in self.found)


def chosen(path: str, media: Media, build: Build) -> Iterator[Found]:
    """The picture on the one grid that its annotations fit; upright where nothing is drawn on it. Raises Unreadable
    where both fit: left as it is, a region could lie beside what it was drawn around."""
    assert media.turns is not None
    upright, stored = (_attempt(build, turned(media, turn)) for turn in media.turns)
    if upright.refused and stored.refused:
        raise upright.refused
    if not _worse(upright, stored) and (_worse(stored, upright) or not (upright.drawn or stored.drawn)):
        yield from upright.found
    elif _worse(upright, stored) and not _worse(stored, upright):
        yield from stored.found
    else:
        raise Unreadable(
            path, f"its file says that it is to be shown turned (orientation {max(media.turns)}), and nothing tells "
            "whether its annotations were drawn on it upright or as stored; turn the pixels and remove the tag",
        )  # fmt: skip


def turned(media: Media, turn: int) -> Media:
    """The picture turned by an EXIF orientation."""
    if turn == 1:
        return media
    rows, columns = media.geometry.shape
    geometry = media.geometry.model_copy(update={"shape": (columns, rows) if turn > 4 else (rows, columns)})
    first = media.sources[0]
    own = first.model_copy(update={"select": with_turn(first.select, turn)})
    select = with_turn(media.select, turn)
    return replace(media, geometry=geometry, sources=(own, *media.sources[1:]), select=select)


def _attempt(build: Build, media: Media) -> Attempt:
    try:
        return Attempt(list(build(media)))
    except Unreadable as error:
        return Attempt(refused=error)


def _worse(one: Attempt, other: Attempt) -> bool:
    """Whether something on this grid is refused that fits on the other."""
    return one.refused is not None or (other.refused is None and bool(one.complaints - other.complaints))
