"""DICOM as archives publish it (TCIA, NBIA, Kaggle): a record an instance, or a record a series of slices.

What a header tells is a field for templates, beside what the path tells; nothing of it is kept that the card does not
name, and nothing personal can be named.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

import pydicom
from pydantic import field_validator, model_validator
from pydicom.errors import InvalidDicomError

from connectors import archives, assemble, base, groups, patterns
from connectors.base import Found, Item, NotPartOf, Unreadable
from connectors.headers import allowed, dicom, dicom_fields, dicom_modality, dicom_slices
from raw import dicom_file
from raw.refusal import BROKEN
from schemas import DatasetCard, LabelSpace, Record

VERSION = "2"


class Options(assemble.Common):
    """`one`: a record per "file" (an x-ray, a mammogram, an ultrasound clip) or per "series" (slices that share a
    SeriesInstanceUID, or have none, and lie in one folder, or one archive). `group`: a template over the path's fields
    that says as much without looking into each file while listing. `least_slices`: a stack with fewer is no record
    (localisers).

    `public_ids`: the publisher removed what was personal from the headers, and their identifiers and descriptions are
    public; without it identifiers are pseudonyms and descriptions are not read. `header`: field -> DICOM keyword.
    `only`: field -> values that a record must have (`Modality: [CT]`). `tell_apart`: keywords that divide a series
    which repeats positions. `uneven`: the relative difference of gaps above which a series is refused.
    """

    one: Literal["file", "series"] = "file"
    subject: str | tuple[str, ...] = "{PatientID}"
    group: str | None = None
    least_slices: int = 1
    public_ids: bool = False
    header: Mapping[str, str] = {}
    only: Mapping[str, tuple[str, ...]] = {}
    tell_apart: tuple[str, ...] = dicom_slices.TELL_APART
    uneven: float = dicom_slices.UNEVEN
    keep: tuple[str, ...] = tuple(dicom.TECHNICAL.values())

    @field_validator("tell_apart")
    @classmethod
    def _known(cls, keywords: tuple[str, ...]) -> tuple[str, ...]:
        for keyword in keywords:
            allowed.kind_of(keyword)
        return keywords

    @model_validator(mode="after")
    def _lawful(self) -> "Options":
        for keyword in self.header.values():
            allowed.check(keyword, self.public_ids)
        return self


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    if options.one == "file":
        yield from assemble.items(root, card, options)
    else:
        yield from groups.items(root, card, options, partial(_series_of, root, options))


def _series_of(root: Path, options: Options, path: str, fields: Mapping[str, str]) -> str:
    return patterns.fill(options.group, fields) if options.group else _series_uid(root, path)


def _series_uid(root: Path, path: str) -> str:
    """The series of a file; its path where that cannot be read: read() says what is wrong with it."""
    uri, member = archives.split(root, path)
    try:
        with base.open_file(root, uri, member) as file:
            peek = dicom_file.dcmread(path, file, stop_before_pixels=True, specific_tags=list(dicom.SERIES_TAGS))
        return dicom.series_of(peek, path)
    except (InvalidDicomError, *BROKEN):
        return path


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    """Where slices of a series lie apart, what is then missing between them or does not fit is not to blame: the reason
    names them too."""
    options = base.options(card, Options)
    path = assemble.where(item)
    slices = _open(root, card, options, item)
    if options.one == "file":
        yield from _volumes(root, card, space, options, path, slices)
        return
    dicom_slices.check_patient(slices)
    apart = list(dicom_slices.apart(slices))
    try:
        yield from _volumes(root, card, space, options, path, slices)
    except Unreadable as error:
        if not apart:
            raise
        raise Unreadable(apart[0].uri, f"{apart[0].reason}; and {error.uri}: {error.reason}") from error
    yield from apart


def _volumes(
    root: Path, card: DatasetCard, space: LabelSpace, options: Options, path: str, slices: list[dicom_slices.Slice]
) -> Iterator[Found]:  # fmt: skip
    tell_apart = options.tell_apart if options.one == "series" else None
    few = True
    for group, affine in dicom_slices.volumes(slices, tell_apart, options.uneven):
        if len(group) < options.least_slices:
            continue
        few = False
        media = _media(card, options, group, affine)
        told = {name: f"{{{tag}}}" for name, tag in _IDS if tag in media.fields and getattr(options, name) is None}
        for thing in assemble.rows(root, card, space, options.model_copy(update=told), path, media):
            yield thing
            if isinstance(thing, Record):
                yield from dicom_modality.contradicted(space, thing, group)
        if options.one == "series":
            yield from dicom_slices.flattened(group, affine)
            yield from dicom_slices.joined(group)
    if few:
        raise NotPartOf(path, f"fewer than {options.least_slices} slices")


_IDS = (("study", "StudyInstanceUID"), ("series", "SeriesInstanceUID"))


def _open(root: Path, card: DatasetCard, options: Options, item: Item) -> list[dicom_slices.Slice]:
    """The images of an item. Raises NotPartOf when none is one, Unreadable when any is broken."""
    found: list[dicom_slices.Slice] = []
    refused: NotPartOf | None = None
    for name in groups.paths(root, card, options, item):
        source = base.source_file(root, *archives.split(root, name))
        try:
            dataset = dicom.header(root, source)
            _check_wanted(name, dataset, dicom_fields.fields(card, options, dataset, source.sha256), options)
        except NotPartOf as error:
            refused = refused or error
            continue
        if source.sha256 not in {other.sha256 for other, _ in found}:  # the same file under a second name
            found.append((source, dataset))
    if not found and refused is not None:
        raise refused
    return found


def _check_wanted(path: str, dataset: pydicom.Dataset, fields: Mapping[str, str], options: Options) -> None:
    if dataset.get("Modality") == "SEG":
        raise NotPartOf(path, "a segmentation: a mask is no picture")
    for name, wanted in options.only.items():
        if fields.get(name) not in wanted:
            raise NotPartOf(path, f"its {name} is none of those that the card reads ({', '.join(wanted)})")


def _media(
    card: DatasetCard, options: Options, group: list[dicom_slices.Slice], affine: dicom_slices.Affine | None
) -> assemble.Media:
    source, dataset = group[0]
    kind, decoder, geometry = dicom_slices.grid_of(source, dataset, len(group), affine)
    fields = dicom_fields.fields(card, options, dataset, source.sha256)
    if len(group) > 1:
        fields = {name: value for name, value in fields.items() if name not in ("SOPInstanceUID", "InstanceNumber")}
    signal = kind == "signal"
    return assemble.Media(
        kind, decoder, f"{VERSION} {base.pseudonym_mark()}", geometry, tuple(source for source, _ in group),
        fields=fields, window=None if signal else dicom.window(dataset),
        unit="mV" if signal else dicom.unit(dataset),
    )  # fmt: skip
