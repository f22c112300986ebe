"""Recordings in WFDB format: a header (.hea) with its signal files (.dat, .mat), through the wfdb package.

Each comment "key: value" of a header that `allowed` lists is a field (`Dx`, `Age`), so that the format path_label can
read labels from it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from connectors import archives, assemble, base, layout
from connectors.base import Found, Item, Unreadable
from connectors.headers import allowed, wfdb_header
from raw import confine
from schemas import DatasetCard, Geometry, LabelSpace, Record, SourceFile

VERSION = "1"
SIGNALS = (".dat", ".mat")
_COMMENT = re.compile(r"\s*#?\s*(\w+)\s*:\s*(.*?)\s*", re.S)


class Options(assemble.Common):
    """`files`: patterns of the headers, `{record}.hea`."""


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    for path, fields in assemble.paths(root, options):
        uri, member = archives.split(root, path)
        if not layout.is_open(options, path, fields):
            yield base.item(root, card.id, uri, member=member)
            continue
        usual = [] if member else [f"{uri.removesuffix('.hea')}{suffix}" for suffix in SIGNALS]
        beside = [name for name in usual if confine.there(root, name)]
        further = assemble.companions(root, card, options, path, fields)
        yield base.item(root, card.id, uri, [*beside, *further], member, published=(path,))


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    path = assemble.where(item)
    source = base.source_file(root, item.uri, item.member)
    header = wfdb_header.header(root, source)
    folder = path.rpartition("/")[0]
    sources = [_signal_file(root, header, folder, name) for name in dict.fromkeys(header.files)]
    media = assemble.Media(
        "signal", "wfdb", VERSION, Geometry(shape=header.shape, sampling_hz=header.hertz), (source, *sources),
        fields=_comments(header.comments), unit=header.unit,
    )  # fmt: skip
    for row in assemble.rows(root, card, space, options, path, media):
        if isinstance(row, Record):
            told = {"leads": list(header.names), "units": list(header.units)}
            row = row.model_copy(update={"meta": {**told, **row.meta}})
        yield row


def _signal_file(root: Path, header: wfdb_header.Header, folder: str, name: str) -> SourceFile:
    path = f"{folder}/{name}" if folder else name
    source, least = base.source_file(root, *archives.split(root, path)), header.bytes_of(name)
    if source.bytes < least:
        raise Unreadable(path, f"truncated: {source.bytes} of the {least} bytes that its header promises are there")
    return source


def _comments(lines: tuple[str, ...]) -> dict[str, str]:
    found = (_COMMENT.fullmatch(line) for line in lines)
    return {match[1]: match[2] for match in found if match and allowed.comment(match[1], match[2])}
