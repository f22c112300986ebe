"""Images that lie in a folder more than once: a tree within itself, or two packings side by side."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from connectors import archives, layout, packed, patterns
from connectors.asked import Asked
from connectors.packed import Packed
from schemas import Notice


def notices(root: Path, options: layout.Common) -> Iterator[Notice]:
    """A notice for each copy of the published tree that is not read, and for images in a further packing."""
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


def _beside(root: Path, home: str) -> Iterator[str]:
    """Where a copy of the tree at `home` may lie: in a folder of its own name within it, and one level above."""
    above, _, name = home.rpartition("/")
    inner = packed.joined(home, name)
    if archives.is_no_folder(root, home) or archives.split(root, f"{home}/x")[1] is not None:
        return
    yield from chain([inner] if (root / inner).is_dir() else [], [above])


def _below(root: Path, place: str, rest: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The files below a folder that fit the rest of a pattern, and their fields."""
    yield from patterns.pattern(rest).walk(Packed.of(root, (("", place),)) if place else root)
