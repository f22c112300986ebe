"""The files of a folder, or of archives in it, that fit a pattern (`connectors/patterns.py`)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from connectors import archives
from connectors.packed import Packed
from connectors.patterns import Pattern, Steps, bind, composed, pattern, plain, restore
from raw import confine
from raw.refusal import Unreadable

_NAMED = re.compile(r"\.[A-Za-z]\w*$")  # a folder with an extension is named like a file


def find(root: Path, text: str, fields: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The files of a pattern once `fields` are filled in: (path, the fields that were open). A pattern with nothing
    open is yielded as a path whether or not it is there."""
    bound = bind(text, fields)
    if bound.startswith("/"):  # no pattern leads out of the folder: opening it says so
        yield restore(bound), {}
    elif plain(bound):
        yield on_disk(root, restore(bound)), {}
    else:
        yield from walk(root, pattern(bound))


def walk(root: Path, what: Pattern) -> Iterator[tuple[str, dict[str, str]]]:
    """Every file that fits, as (path, fields), folder by folder in the order of names. Only folders that can lead
    to a match are opened, and no more than one folder's names is held for each level. A link is followed where it
    stays within `root` and does not lead back. What cannot be entered comes once, without fields."""
    closed: set[str] = set()
    for path in _start(root, what.steps, what.regex):
        fields = what.of_path(path)
        if fields is not None:
            yield path, fields
        elif path not in closed and (archives.is_archive(path) or _is_closed(root, path)):
            closed.add(path)
            yield path, {}


def on_disk(root: Path, path: str) -> str:
    """A path with each name in the form of Unicode that it has on disk; as it is where nothing there fits."""
    if path.isascii() or (root / path).exists():
        return path
    found = ""
    for step in path.split("/"):
        known = [step, *(name for name, _ in _names(root, found, ()) if composed(name) == composed(step))]
        there = next((name for name in known if (root / found / name).exists()), step)
        found = f"{found}{there}/"
    return found.removesuffix("/")


def _start(root: Path, steps: Steps, whole: re.Pattern[str]) -> Iterator[str]:
    """From the top, which another packing may have put into an archive."""
    uri, member = archives.split(root, "") if isinstance(root, Packed) else ("", None)
    if member is None and not archives.is_archive(uri):
        yield from _walk(root, "", steps, whole)
    else:
        yield from _members(root, "", steps, whole)


def _walk(root: Path, folder: str, steps: Steps, whole: re.Pattern[str]) -> Iterator[str]:
    (step, regex), rest = steps[0], steps[1:]
    if step == "**":
        yield from _deep(root, folder, steps, whole)
    elif regex is None:
        yield from _enter(root, on_disk(root, f"{folder}{restore(step)}"), rest, whole)
    else:
        for name, is_folder in _names(root, folder, steps):
            if regex.fullmatch(composed(name)) and (is_folder or not rest or archives.is_archive(name)):
                yield from _enter(root, f"{folder}{name}", rest, whole, known=not rest and not is_folder)


def _enter(root: Path, path: str, rest: Steps, whole: re.Pattern[str], known: bool = False) -> Iterator[str]:
    """What a path leads to: itself where it is the last step; what lies in the folder or the archive that it is. One
    that cannot be entered is yielded by its own name: reading it says why."""
    place = _place(root, path, rest)
    if not rest:
        if known or archives.is_no_folder(root, place) or (_NAMED.search(place) and confine.there(root, place)):
            yield path
        return
    try:
        if confine.folder(root, place) or (isinstance(root, Packed) and root.leads(path)):
            yield from () if confine.returns(root, place) else _walk(root, f"{path}/", rest, whole)
        elif isinstance(root, Packed) or archives.is_archive(path):
            yield from _members(root, path, rest, whole)
    except Unreadable as closed:
        if closed.uri != place:
            raise
        yield path


def _is_closed(root: Path, path: str) -> bool:
    """Whether a folder, or what may be one, cannot be entered."""
    try:
        confine.folder(root, _place(root, path))
    except Unreadable:
        return True
    return False


def _members(root: Path, path: str, rest: Steps, whole: re.Pattern[str]) -> Iterator[str]:
    """The members that fit of the archive at `path`, which in another packing may be a folder of one."""
    uri, inner = root.archive(path) if isinstance(root, Packed) else (path, "")
    if not (archives.is_archive(uri) and archives.is_no_folder(root, uri)):
        return
    try:
        members = archives.members(root, uri)
    except archives.BROKEN:
        yield path
        return
    above = f"{path}/" if path else ""
    for member in members:
        if archives.is_junk(member) or not member.startswith(inner):
            continue
        name = member[len(inner) :]
        if whole.fullmatch(composed(f"{above}{name}")) or (archives.is_archive(name) and _leads(name.split("/"), rest)):
            yield f"{above}{name}"


def _leads(names: list[str], steps: Steps) -> bool:
    """Whether steps go on behind these names: an archive there may hold what is looked for, and is refused by name."""
    if not steps or steps[0][0] == "**":
        return bool(steps)
    if not names:
        return True
    text, regex = steps[0]
    fits = names[0] == restore(text) if regex is None else regex.fullmatch(names[0])
    return bool(fits) and _leads(names[1:], steps[1:])


def _deep(root: Path, folder: str, steps: Steps, whole: re.Pattern[str]) -> Iterator[str]:
    """`**`: this folder, then every folder below it."""
    yield from _walk(root, folder, steps[1:], whole)
    for name, is_folder in _names(root, folder, steps):
        if is_folder:
            yield from _enter(root, f"{folder}{name}", steps, whole)


def _place(root: Path, path: str, rest: Steps = ()) -> str:
    """Where a path lies of which `rest` comes next, as a path under the folder."""
    if not isinstance(root, Packed):
        return path
    step, regex = rest[0] if len(rest) > 1 else ("", None)  # that of a file names no folder
    bare = archives.bare(path.rpartition("/")[2])
    then = bare if bare == step or (regex is not None and step != "**" and regex.fullmatch(bare)) else step
    return root.true(path, bool(rest), then)


def _names(root: Path, folder: str, steps: Steps) -> list[tuple[str, bool]]:
    """A folder's names with whether each is a folder, sorted; nothing where there is no such folder. `steps`: of the
    pattern, from those names on."""
    found = archives.names(f"{root}/{_place(root, folder.rstrip('/'), steps)}")
    return root.renamed(found, folder, steps[0][0] if len(steps) > 1 else "") if isinstance(root, Packed) else found
