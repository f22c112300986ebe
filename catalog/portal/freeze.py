"""The portal as plain files: every page that can be reached, with relative links, readable from a disk."""

import asyncio
import html
import posixpath
import re
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from fastapi import FastAPI

from catalog.portal.app import create_app
from schemas import DatasetCard, LabelSpace

_LINK = re.compile(r'(?<=\s)(href|src|action)="(/[^"]*)"')
_STATIC = ("/api/datasets",)


class FreezeError(ValueError):
    """A page that is linked but cannot be made; the message names it and the page that links to it."""


def freeze(
    workspaces: Sequence[Path],
    out: Path,
    *,
    cards: Mapping[str, DatasetCard] | None = None,
    space: LabelSpace | None = None,
) -> int:
    """Writes every page and every file they link to under `out`; returns how many files. Raises FreezeError."""
    return asyncio.run(_freeze(create_app(workspaces, cards=cards, space=space, frozen=True), out))


async def _freeze(app: FastAPI, out: Path) -> int:
    queue = deque([("/", "the start"), *((path, "the start") for path in _STATIC)])
    seen = {path for path, _ in queue}
    while queue:
        url, origin = queue.popleft()
        status, kind, body = await _get(app, url)
        if status != 200:
            raise FreezeError(f"{url} (linked from {origin}): status {status}: {body[:200].decode(errors='replace')}")
        if kind.startswith("text/html"):
            page, links = _relative(body.decode(), url)
            body = page.encode()
            fresh = [link for link in links if link not in seen]
            seen.update(fresh)
            queue.extend((link, url) for link in fresh)
        target = out / file_of(url)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return len(seen)


def file_of(url: str) -> str:
    """Where the page of a URL path lies: / is index.html, a page gets .html, a file keeps its name."""
    path = unquote(url).strip("/")
    if not path:
        return "index.html"
    if "." in posixpath.basename(path):
        return path
    return path + (".json" if path.startswith("api/") else ".html")


def _relative(page: str, url: str) -> tuple[str, list[str]]:
    """The page with relative links, and the paths it links to, in order."""
    here = posixpath.dirname(file_of(url))
    links: list[str] = []

    def rewrite(match: re.Match[str]) -> str:
        parts = urlsplit(html.unescape(match[2]))
        if match[1] != "action":
            links.append(parts.path)
        target = quote(posixpath.relpath(file_of(parts.path), here or "."))
        tail = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
        return f'{match[1]}="{target}{html.escape(tail)}"'

    page = _LINK.sub(rewrite, page)
    return page, list(dict.fromkeys(links))


async def _get(app: FastAPI, path: str) -> tuple[int, str, bytes]:
    """One GET through the application itself, without a server."""
    status, kind, body = 0, "", bytearray()

    async def receive() -> dict[str, Any]:
        # Nothing to send, and no leaving: a disconnect would cut a file short.
        never: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        return await never

    async def send(message: Any) -> None:
        nonlocal status, kind
        if message["type"] == "http.response.start":
            status = message["status"]
            kind = dict(message["headers"]).get(b"content-type", b"").decode()
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": b"", "headers": [], "root_path": "",
        "server": ("portal", 80), "client": ("portal", 0),
    }  # fmt: skip
    await app(scope, receive, send)
    return status, kind, bytes(body)
