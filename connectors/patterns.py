"""File patterns with named fields: how a card says where things lie, and what the names of files and folders tell.

`train/{patient}/{patient}_{eye:[LR]}.png`: `{name}` stands for text without a slash (the same text each time), or for
what its own regular expression allows; `*` for any text without a slash, `?` for one character, `**/` for any folders.
An archive counts as a folder: `images.zip/{case}.png`. Names are compared in one form of Unicode (NFC), and are given
in the form that they have on disk; fields are in NFC.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from connectors import archives
from connectors.packed import Packed
from raw import confine
from raw.refusal import Unreadable

TOKEN = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}|\*\*/|\*|\?")
_DOUBLE = re.compile(r"\.(nii|tar|ome|csv|json)\.(gz|tiff?|bz2)$", re.I)
_FEW = re.compile(r"[\w -]+(?:\|[\w -]+)*|\[\w+\]")
_SPECIAL = re.compile(r"[{}*?]")
_NAMED = re.compile(r"\.[A-Za-z]\w*$")  # a folder with an extension is named like a file


class Pattern:
    """A compiled pattern. `fields`: its names, in order. Raises ValueError on a field whose expression is broken."""

    def __init__(self, text: str) -> None:
        if any("/" in (token[2] or "") for token in TOKEN.finditer(text)):
            raise ValueError(f"{text}: a field's own expression may not hold a slash; write a pattern for each case")
        self.text = text
        try:
            self.regex = re.compile(_regex(composed(text)), re.S)
        except re.error as error:
            raise ValueError(f"{text}: the expression of a field is broken: {error}") from error
        self.fields = tuple(self.regex.groupindex)
        self._steps = tuple((step, _step(step)) for step in composed(text).split("/"))

    def match(self, text: str) -> dict[str, str] | None:
        """The fields of a text that fits; None when it does not."""
        found = self.regex.fullmatch(composed(text))
        return None if found is None else found.groupdict()

    def of_path(self, path: str) -> dict[str, str] | None:
        """The fields of a path that fits; None when it does not: a field, `[^_]+` too, stays within one folder."""
        fields = self.match(path)
        return None if fields is None or any(value and "/" in value for value in fields.values()) else fields

    def walk(self, root: Path) -> Iterator[tuple[str, dict[str, str]]]:
        """Every file that fits, as (path, fields), folder by folder in the order of names. Only folders that can lead
        to a match are opened, and no more than one folder's names is held for each level. A link is followed where it
        stays within `root` and does not lead back. What cannot be entered comes once, without fields."""
        closed: set[str] = set()
        for path in _start(root, self._steps, self.regex):
            fields = self.of_path(path)
            if fields is not None:
                yield path, fields
            elif path not in closed and (archives.is_archive(path) or _is_closed(root, path)):
                closed.add(path)
                yield path, {}


@lru_cache(maxsize=4096)
def pattern(text: str) -> Pattern:
    """`Pattern(text)`, compiled once."""
    return Pattern(text)


def bind(text: str, fields: Mapping[str, str]) -> str:
    """The pattern with the fields that are known filled in; the others stay. A filled text is taken literally."""
    if "{" not in text or fields.keys().isdisjoint(names(text)):
        return text
    return TOKEN.sub(lambda m: _literal(fields[m[1]]) if m[1] in fields else m[0], text)


def plain(text: str) -> bool:
    """Whether a pattern is a path: nothing in it is left open."""
    return _SPECIAL.search(text) is None


def fixed(text: str) -> str:
    """The steps at the beginning of a pattern in which nothing is left open; "" where the first one is."""
    return "/".join(takewhile(plain, text.split("/")))


def find(root: Path, text: str, fields: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The files of a pattern once `fields` are filled in: (path, the fields that were open). A pattern with nothing
    open is yielded as a path whether or not it is there."""
    bound = bind(text, fields)
    if bound.startswith("/"):  # no pattern leads out of the folder: opening it says so
        yield _restore(bound), {}
    elif plain(bound):
        yield on_disk(root, _restore(bound)), {}
    else:
        yield from pattern(bound).walk(root)


def composed(text: str) -> str:
    """A text in Unicode's form NFC: macOS writes an accent as a character of its own, and most else does not."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


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


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[str, ...]:
    """The fields of a pattern or a template, in order."""
    return tuple(dict.fromkeys(token[1] for token in TOKEN.finditer(text) if token[1]))


def few(text: str) -> dict[str, tuple[str, ...]]:
    """The values of the fields that can have only a few: `{part:train|test}`, `{side:[LR]}`."""
    found = {}
    for token in TOKEN.finditer(text):
        if token[2] and _FEW.fullmatch(token[2]):
            given = token[2]
            found[token[1]] = tuple(given[1:-1] if given[0] == "[" else given.split("|"))
    return found


def fill(template: str, fields: Mapping[str, str]) -> str:
    """A template with its fields filled in. Raises KeyError with the field's name."""
    parts = _parts(template)
    if len(parts) == 1:
        text, name = parts[0]
        return text if name is None else f"{text}{fields[name]}"
    return "".join([text if name is None else f"{text}{fields[name]}" for text, name in parts])


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[tuple[str, str | None], ...]:
    """A template as pieces of plain text, each with the field that comes after it; None after the last."""
    parts: list[tuple[str, str | None]] = []
    at = 0
    for token in TOKEN.finditer(template):
        if token[1]:
            parts.append((template[at : token.start()], token[1]))
            at = token.end()
    rest = template[at:]
    return tuple([*parts, (rest, None)] if rest or not parts else parts)


def stem(path: str) -> str:
    """A file's name without folders and without its extension (two of them in .nii.gz and the like)."""
    name = path.rsplit("/", 1)[-1]
    short = name.rpartition(".")[0] or name
    return _DOUBLE.sub("", name) if "." in short and _DOUBLE.search(name) else short


# What is filled in may hold * or ?, or even {x}: it is written with these characters from a private area of Unicode.
_HIDDEN = str.maketrans("{}*?", "\ue000\ue001\ue002\ue003")
_SHOWN = str.maketrans("\ue000\ue001\ue002\ue003", "{}*?")


def _literal(text: str) -> str:
    return text.translate(_HIDDEN)


def _restore(text: str) -> str:
    return text.translate(_SHOWN)


def _regex(text: str) -> str:
    out, at, seen = [], 0, set()
    for token in TOKEN.finditer(text):
        out.append(re.escape(_restore(text[at : token.start()])))
        name, expression = token[1], token[2]
        if name is None:
            out.append({"**/": r"(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}[token[0]])
        elif name in seen:
            out.append(f"(?P={name})")
        else:
            out.append(f"(?P<{name}>{expression or '[^/]+?'})")
            seen.add(name)
        at = token.end()
    return "".join([*out, re.escape(_restore(text[at:]))])


def _step(step: str) -> re.Pattern[str] | None:
    """What one folder's names must fit; None for a plain name."""
    if step == "**" or _SPECIAL.search(step):
        return re.compile(_regex(step), re.S)
    return None


Steps = tuple[tuple[str, "re.Pattern[str] | None"], ...]


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
        yield from _enter(root, on_disk(root, f"{folder}{_restore(step)}"), rest, whole)
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
    fits = names[0] == _restore(text) if regex is None else regex.fullmatch(names[0])
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
