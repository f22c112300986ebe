"""JSON and XML, once what they make in memory is known not to be too much."""

import json
from typing import Any
from xml.etree import ElementTree

from raw import budget
from raw.refusal import Unreadable

# Bytes that CPython 3.11 holds for an empty list, a small dict, a number with its place in a list; an element of XML.
LIST, MAPPING, VALUE, ELEMENT, ATTRIBUTE = 56, 232, 40, 240, 120
DEEP = "brackets within brackets, too deep to be read"


def from_json(uri: str, text: str | bytes) -> Any:
    """What a JSON text says. Raises Unreadable where it takes too much memory or is nested too deeply, and
    json.JSONDecodeError."""
    budget.memory(uri, need(text), "what it says")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Unreadable(uri, DEEP) from error


def need(text: str | bytes) -> int:
    """About how many bytes of memory what a JSON text says takes."""
    if isinstance(text, str):
        counts = (text.count("["), text.count("{"), text.count(","))
    else:
        counts = (text.count(b"["), text.count(b"{"), text.count(b","))
    return len(text) + sum(n * size for n, size in zip(counts, (LIST, MAPPING, VALUE), strict=True))


def from_xml(uri: str, data: bytes) -> ElementTree.Element:
    """The root of an XML file. Raises Unreadable as `from_json` does, and ElementTree.ParseError."""
    budget.memory(uri, len(data) + ELEMENT * data.count(b"<") + ATTRIBUTE * data.count(b"="), "what it says")
    return ElementTree.fromstring(data)
