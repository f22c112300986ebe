"""What of a folder is not read though it may be of the set: a tree within itself, a second packing beside the first,
archives inside archives."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from connectors import archives, layout, packed, patterns, walking
from connectors.asked import Asked
from connectors.packed import Packed
from schemas import Notice

MOST = 200  # names of a folder that are looked at


def notices(root: Path, options: layout.Common) -> Iterator[Notice]:
    """A notice for each copy of the published tree that is not read, for images in a further packing, and for each zip
    at the top that holds archives where no pattern leads into it."""
    twice = layout.again(root, options)
    first = next(twice, None)
    if first is not None:
        reason = f"{1 + sum(1 for _ in twice)} images that another packing beside it holds too: they are read once"
        yield Notice(kind="file", uri=archives.lies(root, first), reason=reason)
    plain = Path(str(root))
    asked = [one for one in map(Asked.plain, options.files) if one.lead]
    for published in dict.fromkeys(one.folder for one in asked):
        home = archives.lies(root, published)
        own = [one for one in asked if one.folder == published]
        for place in _beside(plain, home):
            found = [path for one in own for path, fields in _below(plain, place, one.rest) if fields]
            known = (
                {path for one in own for path, fields in _below(plain, home, one.rest) if fields} if found else set()
            )
            copies = [path for path in found if path in known]
            if copies:
                reason = f"{len(copies)} images that {home} holds too, such as {copies[0]}: a copy, which is not read"
                yield Notice(kind="file", uri=place or ".", reason=reason)

    asked_for = [one for one in map(archives.inside, options.files) if one]
    for zipped in _zips(plain):
        if not any(patterns.pattern(text).of_path(zipped) is not None for text in asked_for):
            yield from _nested(plain, zipped)


def _zips(root: Path) -> Iterator[str]:
    """The zips at the top and in its folders: what they hold is told by their ends, and costs little."""
    top = archives.names(str(root))[:MOST]
    below = ((f"{name}/{inner}", folder) for name, is_folder in top if is_folder
             for inner, folder in archives.names(str(root / name))[:MOST])  # fmt: skip
    yield from (name for name, is_folder in chain(top, below) if not is_folder and name.lower().endswith(".zip"))


def _nested(root: Path, zipped: str) -> Iterator[Notice]:
    try:
        inner = [member for member in archives.members(root, zipped) if archives.is_archive(member)]
    except archives.BROKEN:
        return  # said of what lies in it
    if inner:
        more = f" and {len(inner) - 1} more" if len(inner) > 1 else ""
        reason = f"holds the archive {inner[0]}{more}: an archive inside an archive is not read, unpack the outer one"
        yield Notice(kind="file", uri=zipped, reason=reason)


def _beside(root: Path, home: str) -> Iterator[str]:
    """Where a copy of the tree at `home` may lie: in a folder of its own name within it, and one level above."""
    above, _, name = home.rpartition("/")
    inner = packed.joined(home, name)
    if not home or archives.is_no_folder(root, home) or archives.split(root, f"{home}/x")[1] is not None:
        return
    yield from chain([inner] if (root / inner).is_dir() else [], [above])


def _below(root: Path, place: str, rest: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The files below a folder that fit the rest of a pattern, and their fields."""
    yield from walking.walk(Packed.of(root, (("", place),)) if place else root, patterns.pattern(rest))
