"""The report or caption in a file of its own beside an image: plain text, XML or JSON."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

from connectors import archives, base, tables
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import AttributeDraft, Draft, ProblemDraft, TextDraft
from raw import confine, markup, streams
from schemas import Notice
from schemas.level import Level

SUFFIXES = {"xml": "xml", "json": "json"}
EMPTY = "the file is empty"


class Options(base.Options):
    """`file`: a pattern of the image's text; the texts of several files follow one another. `type`: text, xml or json
    where the extension does not say it.

    `sections`: {heading: path}, what is taken from XML or JSON, in this order; a heading "" is not written. The path is
    an XPath as ElementTree knows it, ".//AbstractText[@Label='FINDINGS']", with "/@id" at its end for an attribute;
    or the keys of JSON, "report.findings". Plain text is taken whole.
    `tell`, `hide`: {name: path} as in a table. `name`: tell the text under this name instead of writing it.
    `text_kind`, `text_level`: what the text is, and of what (a report of the study, as a rule).
    `required`: an image without its file is unreadable; else an empty file is named, and the image has no text.
    """

    file: str
    type: Literal["text", "xml", "json"] | None = None
    encoding: str = "utf-8-sig"
    sections: dict[str, str] = {}
    tell: dict[str, str] = {}
    hide: dict[str, str] = {}
    name: str | None = None
    text_kind: Literal["caption", "report"] = "report"
    text_level: Level | None = None
    required: bool = True


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from tables.companions_of(root, options.file, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Raises Unreadable on a file that is missing where it is required, broken, or without what the options name."""
    found = [(path, _load(image.root, path)) for path, _ in tables.files(image.root, options.file, image.fields)]
    there = [(path, data) for path, data in found if data is not None]
    if not there and options.required:
        missing = found[0][0] if found else image.path
        raise Unreadable(missing, f"the file is not there; it is the text of {image.path} ({options.file})")
    texts = []
    for path, data in there:
        if not data.strip() and not options.required:
            yield ProblemDraft(Notice(kind="file", uri=path, reason=f"{EMPTY}; {image.path} has no text of it"), ())
            continue
        take = _reader(path, data, options)
        parts = [(heading, take(step)) for heading, step in (options.sections or {"": ""}).items()]
        texts += [f"{heading}: {text}" if heading else text for heading, text in parts if text]
        for names, hidden in ((options.hide, True), (options.tell, False)):
            told = ((name, take(step)) for name, step in names.items())
            yield from (AttributeDraft(name, text, hidden=hidden) for name, text in told if text)
    whole = "\n\n".join(dict.fromkeys(texts))
    if whole:
        written = TextDraft(whole, options.text_kind, options.text_level)
        yield AttributeDraft(options.name, whole) if options.name else written


def _load(root: Path, path: str) -> bytes | None:
    """The bytes of a small file; None when it is not there."""
    uri, member = archives.split(root, path)
    try:
        stat = confine.stat(root, uri)
        return _bytes(root, uri, member, stat.st_size, stat.st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError, KeyError):
        return None
    except base.BAD_ARCHIVE as error:
        raise Unreadable(path, f"cannot be read: {error}") from error


@lru_cache(maxsize=64)
def _bytes(root: Path, uri: str, member: str | None, size: int, mtime_ns: int) -> bytes:
    with base.open_file(root, uri, member) as file:
        return streams.all_of(uri, file)


def _reader(path: str, data: bytes, options: Options) -> Callable[[str], str]:
    """What takes one path from a file; "" where that leads to nothing. Raises Unreadable."""
    kind = options.type or SUFFIXES.get(path.rsplit(".", 1)[-1].lower(), "text")
    if not data.strip():
        raise Unreadable(path, EMPTY)
    try:
        if kind == "xml":
            root = markup.from_xml(path, data)
            return lambda step: _from_xml(root, step)
        text = data.decode(options.encoding).strip()
        if kind == "json":
            loaded = markup.from_json(path, text)
            return lambda step: _from_json(loaded, step)
        if options.sections or options.tell or options.hide:
            raise Unreadable(path, "plain text has no sections to take; set `type` to xml or json")
        return lambda step: text
    except UnicodeDecodeError as error:
        reason = f"is not {options.encoding}: {error.reason} at byte {error.start}; set `encoding`"
        raise Unreadable(path, reason) from error
    except (ElementTree.ParseError, json.JSONDecodeError) as error:
        raise Unreadable(path, f"is no {kind}: {error}") from error


def _from_xml(root: ElementTree.Element, step: str) -> str:
    """The text of all elements on the path, or of their attribute, a line for each."""
    path, _, attribute = step.partition("/@")
    elements = root.iterfind(path) if path not in ("", ".") else iter([root])
    texts = (one.get(attribute, "") if attribute else "".join(one.itertext()) for one in elements)
    return "\n".join(text for text in (" ".join(text.split()) for text in texts) if text)


def _from_json(value: Any, step: str) -> str:
    for key in step.split(".") if step else ():
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, list):
        return "\n".join(str(one) for one in value if one is not None).strip()
    return "" if value is None else str(value).strip()
