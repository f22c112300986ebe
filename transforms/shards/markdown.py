"""Text of others in Markdown: it is shown as it is, and makes no markup, no link and no further row of a table."""

import html
import re
from urllib.parse import urlsplit

_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")
"""What CommonMark and GitHub's tables give a meaning within a line. An underscore between letters has none."""
_LEADING = re.compile(r"^([#+-]|\d+[.)])")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and those that turn the direction of writing or are not seen."""


def plain(text: str) -> str:
    """The text as one line of Markdown that reads as it is written; characters that nobody sees are left out."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    escaped = _MARKUP.sub(lambda found: f"\\{found[0]}", html.escape(line, quote=False))
    return _LEADING.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", escaped)


def link(address: str) -> str:
    """A web address as a link; anything else (a path, a word, javascript: ...) as plain text."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return plain(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[\s<>\"`]", address):
        return plain(address)
    return f"<{address}>"
