"""A data set's folder that is packed in another way than its card says: published paths, and where they lie."""

import os
from pathlib import Path
from typing import Any

from connectors import archives

Moves = tuple[tuple[str, str], ...]
Names = list[tuple[str, bool]]


class Packed(type(Path())):  # type: ignore[misc]
    """The folder `root`, in which published paths lie elsewhere: whoever is given it speaks of published paths, and
    `archives.split` and patterns find the place.

    `moves`: published folders ("" for the top) and where they lie, which may be in an archive ("X.zip/X"). `loose`:
    wherever an archive is not there it may have been unpacked, and wherever a folder is not it may still be packed.
    """

    moves: Moves = ()
    loose: bool = False
    _known: dict[tuple[str, bool], str]

    @classmethod
    def of(cls, root: Path, moves: Moves, loose: bool = False) -> "Packed":
        made: Packed = cls(str(root))
        made.moves, made.loose, made._known = tuple(sorted(moves, key=lambda move: -len(move[0]))), loose, {}
        return made

    def __truediv__(self, key: str | os.PathLike[str]) -> Path:
        return Path(str(self), key)  # what lies under it is a plain path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Packed) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def _said(self) -> tuple[Any, ...]:
        return str(self), self.moves, self.loose

    def true(self, path: str, folder: bool = False, then: str = "") -> str:
        """Where a published path lies. `folder`: it is that of a folder or an archive, in which `then` comes next."""
        for published, place in self.moves:
            if not published or path == published or path.startswith(f"{published}/"):
                path = joined(place, path[len(published) :].lstrip("/"))
                break
        return self._found(path, folder, then) if self.loose else path

    def shown(self, path: str) -> str:
        """Where a path lies that may be a published one, or the true one already."""
        uri, _ = archives.split(Path(str(self)), path)
        return path if (self / uri).exists() else self.true(path)

    def archive(self, path: str) -> tuple[str, str]:
        """The archive that a published folder or archive lies in, and what its members' names begin with."""
        true = self.true(path, folder=True)
        uri, member = archives.split(Path(str(self)), true)
        return uri, f"{member}/" if member else ""

    def leads(self, path: str) -> bool:
        """Whether a published folder is not there but leads to one that lies elsewhere."""
        return any(published.startswith(f"{path}/") for published, _ in self.moves)

    def renamed(self, found: Names, folder: str, step: str) -> Names:
        """The names of a published folder ("a/b/"): those that are there, and those that lie elsewhere. Where all may
        be packed or unpacked, an archive's for its folder, a folder's for its archive. `step`: of the pattern that
        asks; "" where no folder is asked for."""
        there = {name for name, _ in found}
        below = [p[len(folder) :] for p, _ in self.moves if p.startswith(folder) and p != folder]
        moved = {path.split("/")[0]: self._is_folder(f"{folder}{path}") for path in below}
        found = sorted([*found, *((name, kind) for name, kind in moved.items() if name not in there)])
        if not (self.loose and step):
            return found
        there |= moved.keys()
        suffix = step[len(archives.bare(step)) :]
        if suffix:
            other = [(name + suffix, True) for name, is_folder in found if is_folder and name + suffix not in there]
        else:
            other = [(archives.bare(name), True) for name, is_folder in found if not is_folder]
        return sorted({*found, *(one for one in other if one[0] not in there)})

    def _is_folder(self, path: str) -> bool:
        """Whether what lies elsewhere is a folder, or an archive in place of one."""
        place = self.true(path)
        return archives.is_archive(place) or not (self / place).is_file()

    def _found(self, path: str, folder: bool, then: str) -> str:
        here, rest = "", path.split("/") if path else []
        while len(rest) > (0 if folder else 1):
            own = archives.bare(rest[0]) == (rest[1] if len(rest) > 2 else then)  # the archive holds one of its name
            asked = joined(here, rest[0]), own
            if asked not in self._known:
                self._known[asked] = self._place(here, rest[0], own)
            here, rest = self._known[asked], rest[1:]
            if archives.is_archive(here) or archives.split(Path(str(self)), here)[1] is not None:
                break
        return joined(here, *rest)

    def _place(self, folder: str, name: str, own: bool) -> str:
        """Where a folder or an archive lies of which `folder` is known: itself, unpacked, or still packed. `own`: the
        archive holds a folder of its own name."""
        here = joined(folder, name)
        if (self / here).exists():
            return here
        bare = archives.bare(name)
        if bare != name:
            return self._unpacked(folder, bare, own)
        packed = (here + suffix for suffix in archives.SUFFIXES)
        return next((inside(self, archive, name) for archive in packed if (self / archive).is_file()), here)

    def _unpacked(self, folder: str, bare: str, own: bool) -> str:
        """Where the content of an archive lies: in a folder of its name, or beside where it was."""
        place = joined(folder, bare)
        there = (self / place).is_dir() and (not own or any(below for _, below in archives.names(str(self / place))))
        return place if there else folder


def inside(root: Path, archive: str, name: str) -> str:
    """The folder in an archive that stands for the folder `name`: one of that name at its top, else the archive."""
    try:
        members = archives.members(Path(str(root)), archive)
    except archives.BROKEN:
        return archive
    return joined(archive, name) if any(member.startswith(f"{name}/") for member in members) else archive


def joined(*parts: str) -> str:
    """Parts of a path as one, without those that are empty."""
    return "/".join(part for part in parts if part)
