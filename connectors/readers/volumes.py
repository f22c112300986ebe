"""Volumes: NIfTI, NRRD, MetaImage and Analyze files, each a record; or each of the volumes that a file holds."""

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from connectors import archives, assemble, base
from connectors.base import Found, Item, LayoutError, Unreadable
from connectors.headers import formats
from connectors.headers.grids import Header, HeaderRules, placed
from schemas import DatasetCard, LabelSpace

VERSION = "1"
Part = tuple[str | None, dict[str, str]]  # select, fields


class Options(assemble.Common):
    """Where headers say too little. `units: mm`: they do not say. `forms`: which counts, sform or qform, where they
    disagree. `orientation`: where i, j, k grow (LAS), by the set's own documents, where headers do not tell.
    `spacing_missing: true`: they do not tell and nobody does; such volumes have no patient frame. `frameless`: globs of
    files whose axes are the machine's (an OCT scanner, a probe in a hand) and not the patient's, whatever the header
    says: they keep their spacing, and nothing lies left or right in them.

    `kind`: "image" for pictures kept as volumes (i is the column, j the row), "clip" where the third axis is time.
    A file of several volumes needs one of `channels`: number -> fields of that channel ({0: {sequence: FLAIR}}; those
    not listed are left out), and `frames: true`: each is a point in time. They give the fields `channel` or `frame`.
    Of a picture whose third axis is its colours (columns, rows, 3) `channels: {0: {}}` takes one.
    """

    units: Literal["mm"] | None = None
    forms: Literal["sform", "qform"] | None = None
    orientation: str | None = None
    spacing_missing: bool = False
    frameless: tuple[str, ...] = ()
    kind: Literal["volume", "image", "clip"] = "volume"
    channels: Mapping[int, Mapping[str, str]] = {}
    frames: bool = False

    def said(self, path: str) -> HeaderRules:
        frameless = any(fnmatch.fnmatchcase(path, glob) for glob in self.frameless)
        return HeaderRules(self.units, self.forms, self.spacing_missing, self.orientation, frameless)


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = _options(card)
    for item in assemble.items(root, card, options):
        path = assemble.where(item)
        beside = [archives.lies(root, name) for name in formats.siblings(root, path) if item.member is None]
        group = (*beside, *item.group)
        yield item if not beside else base.item(root, card.id, item.uri, group, published=(path,))


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = _options(card)
    path = assemble.where(item)
    source = base.source_file(root, item.uri, item.member)
    header = formats.header_of(root, path, options.said(path))
    if options.kind == "image" and options.channels and header.more is None:
        header = replace(header, shape=(*header.shape[:2], 1), more=(header.shape[2], 2))
    geometry = header.geometry(options.kind, options.said(path))
    further = tuple(base.source_file(root, *archives.split(root, name)) for name in header.files)
    decoder = formats.decoder_of(path)
    for select, fields in _parts(path, header, options):
        sources = (source.model_copy(update={"select": select}), *further)
        media = assemble.Media(options.kind, decoder, VERSION, geometry, sources, select, fields)
        yield from assemble.rows(root, card, space, options, path, media)


def _options(card: DatasetCard) -> Options:
    options = base.options(card, Options)
    if options.orientation is not None:
        try:
            placed((1.0, 1.0, 1.0), options.orientation)
        except ValueError as error:
            raise LayoutError(card.id, "layout.options.orientation", f"{error}; correct it") from error
    if options.channels and options.frames:
        raise LayoutError(card.id, "layout.options.frames", "cannot go with channels; leave one out")
    return options


def _parts(path: str, header: Header, options: Options) -> Iterator[Part]:
    """The records of a file. Raises Unreadable when the file and the card do not agree on how many there are."""
    count, axis = header.more or (1, 3)
    if options.kind == "clip":
        yield None, {}
        return
    said = bool(options.channels) or options.frames
    if count > 1 and not said:
        raise Unreadable(
            path, f"holds {count} volumes of {header.shape}; say in layout.options what they are: channels, or frames",
        )  # fmt: skip
    missing = [number for number in options.channels if not 0 <= number < count]
    if missing:
        raise Unreadable(path, f"has no channel {missing[0]}: it holds {count}")
    for number in sorted(options.channels) if options.channels else range(count):
        select = f"[{':,' * axis}{number}]" if axis < 3 else f"[...,{number}]"
        name = "channel" if options.channels else "frame"
        fields = {**options.channels.get(number, {}), **({name: str(number)} if said else {})}
        yield select if header.more else None, fields
