"""File patterns with named fields: how a card says where things lie, and what the names of files and folders tell.

`train/{patient}/{patient}_{eye:[LR]}.png`: `{name}` stands for text without a slash (the same text each time), or for
what its own regular expression allows; `*` for any text without a slash, `?` for one character, `**/` for any folders.
An archive counts as a folder: `images.zip/{case}.png`. Names are compared in one form of Unicode (NFC), and are given
in the form that they have on disk; fields are in NFC.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile

TOKEN = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}|\*\*/|\*|\?")
_DOUBLE = re.compile(r"\.(nii|tar|ome|csv|json)\.(gz|tiff?|bz2)$", re.I)
_FEW = re.compile(r"[\w -]+(?:\|[\w -]+)*|\[\w+\]")
Steps = tuple[tuple[str, "re.Pattern[str] | None"], ...]
_SPECIAL = re.compile(r"[{}*?]")


class Pattern:
    """A compiled pattern. `fields`: its names, in order; `steps`: what each folder's names must fit, None for a plain
    name. Raises ValueError on a field whose expression is broken."""

    def __init__(self, text: str) -> None:
        if any("/" in (token[2] or "") for token in TOKEN.finditer(text)):
            raise ValueError(f"{text}: a field's own expression may not hold a slash; write a pattern for each case")
        self.text = text
        try:
            self.regex = re.compile(_regex(composed(text)), re.S)
        except re.error as error:
            raise ValueError(f"{text}: the expression of a field is broken: {error}") from error
        self.fields = tuple(self.regex.groupindex)
        self.steps: Steps = tuple((step, _step(step)) for step in composed(text).split("/"))

    def match(self, text: str) -> dict[str, str] | None:
        """The fields of a text that fits; None when it does not."""
        found = self.regex.fullmatch(composed(text))
        return None if found is None else found.groupdict()

    def of_path(self, path: str) -> dict[str, str] | None:
        """The fields of a path that fits; None when it does not: a field, `[^_]+` too, stays within one folder."""
        fields = self.match(path)
        return None if fields is None or any(value and "/" in value for value in fields.values()) else fields


@lru_cache(maxsize=4096)
def pattern(text: str) -> Pattern:
    """`Pattern(text)`, compiled once."""
    return Pattern(text)


def bind(text: str, fields: Mapping[str, str]) -> str:
    """The pattern with the fields that are known filled in; the others stay. A filled text is taken literally."""
    if "{" not in text or fields.keys().isdisjoint(names(text)):
        return text
    return TOKEN.sub(lambda m: literal(fields[m[1]]) if m[1] in fields else m[0], text)


def plain(text: str) -> bool:
    """Whether a pattern is a path: nothing in it is left open."""
    return _SPECIAL.search(text) is None


def fixed(text: str) -> str:
    """The steps at the beginning of a pattern in which nothing is left open; "" where the first one is."""
    return "/".join(takewhile(plain, text.split("/")))


def composed(text: str) -> str:
    """A text in Unicode's form NFC: macOS writes an accent as a character of its own, and most else does not."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


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


def literal(text: str) -> str:
    """A text that stands for itself in a pattern."""
    return text.translate(_HIDDEN)


def restore(text: str) -> str:
    """What `literal` was given."""
    return text.translate(_SHOWN)


def _regex(text: str) -> str:
    out, at, seen = [], 0, set()
    for token in TOKEN.finditer(text):
        out.append(re.escape(restore(text[at : token.start()])))
        name, expression = token[1], token[2]
        if name is None:
            out.append({"**/": r"(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}[token[0]])
        elif name in seen:
            out.append(f"(?P={name})")
        else:
            out.append(f"(?P<{name}>{expression or '[^/]+?'})")
            seen.add(name)
        at = token.end()
    return "".join([*out, re.escape(restore(text[at:]))])


def _step(step: str) -> re.Pattern[str] | None:
    """What one folder's names must fit; None for a plain name."""
    if step == "**" or _SPECIAL.search(step):
        return re.compile(_regex(step), re.S)
    return None
