"""DICOM files in any folder, or inside zip archives: slices, series, stills, clips, signals, with their annotations."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pydicom
from pydicom.errors import InvalidDicomError

from connectors import archives, base, file_rules
from connectors.base import Found, Item, NotPartOf, Unreadable
from connectors.headers import dicom, dicom_modality, dicom_slices, grids
from connectors.shapes import dicom_inside
from raw import dicom_file
from raw.refusal import BROKEN
from schemas import Concept, DatasetCard, LabelSpace, Record, SourceFile

VERSION = "4"
SLUGS = {
    "CT": "ct",
    "MR": "mr",
    "US": "us",
    "NM": "nm",
    "PT": "pt",
    "CR": "cr",
    "DX": "dx",
    "ECG": "ecg",
    "OP": "op",
    "SM": "sm",
}


class Options(file_rules.FileRules):
    """`files`: globs. `series`: join slices that share a SeriesInstanceUID (headers are peeked at while listing), and a
    segmentation with the series it was drawn on; else each file stands alone. `body_parts`: BodyPartExamined -> slug.
    `first_beat`: the least annotation group of an ECG that is a beat of the recording."""

    files: tuple[str, ...] = ("**/*.dcm", "**/*.zip")
    series: bool = False
    body_parts: Mapping[str, str] = {}
    first_beat: int = 0


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    uris = base.files(root, options.files)
    plain = [uri for uri in uris if not uri.endswith(".zip")]
    for group in _series(root, plain) if options.series else [[uri] for uri in plain]:
        yield base.item(root, card.id, group[0], group[1:])
    for uri in uris:
        if uri.endswith(".zip"):
            for member in _members(root, uri):
                yield base.item(root, card.id, uri, member=member)


def _members(root: Path, uri: str) -> list[str | None]:
    """The DICOM files of an archive; None stands for an archive without any, so that reading says why."""
    try:
        names: list[str | None] = [n for n in archives.members(root, uri) if n.lower().endswith(".dcm")]
        return names or [None]
    except archives.BROKEN:
        return [None]


def _series(root: Path, uris: list[str]) -> list[list[str]]:
    """The files grouped by series, a segmentation behind the series it refers to; unreadable ones stand alone."""
    groups: dict[str, list[str]] = defaultdict(list)
    masks: dict[str, list[str]] = defaultdict(list)
    tags = [*dicom.SERIES_TAGS, "ReferencedSeriesSequence"]
    for uri in uris:
        try:
            with base.open_file(root, uri) as file:
                peek = dicom_file.dcmread(uri, file, stop_before_pixels=True, specific_tags=tags)
        except (InvalidDicomError, *BROKEN):
            groups[uri].append(uri)  # read() says what is wrong with it
            continue
        if peek.get("Modality") == "SEG" and peek.get("ReferencedSeriesSequence"):
            peek.SeriesInstanceUID = peek.ReferencedSeriesSequence[0].get("SeriesInstanceUID")
            masks[dicom.series_of(peek, uri)].append(uri)
        else:
            groups[dicom.series_of(peek, uri)].append(uri)
    for series, found in masks.items():
        same_uid = [key for key in groups if key.partition("\n")[0] == series.partition("\n")[0]]
        groups[same_uid[0] if len(same_uid) == 1 else series] += found
    return sorted(groups.values())


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    if item.member is None and item.uri.endswith(".zip"):
        raise Unreadable(item.uri, "not a zip archive, or one without DICOM files")
    sources = [base.source_file(root, item.uri, item.member), *(base.source_file(root, uri) for uri in item.group)]
    found = [(source, dicom.header(root, source)) for source in sources]
    masks = [pair for pair in found if pair[1].get("Modality") == "SEG"]
    images = [pair for pair in found if pair[1].get("Modality") != "SEG"]
    if not images:
        raise NotPartOf(item.uri, "a segmentation without the images it was drawn on: a mask is no picture")
    for group, affine in dicom_slices.volumes(images):
        record = _record(card, space, options, group, affine)
        yield record
        yield from dicom_modality.contradicted(space, record, group)
        yield from grids.sheared(record.geometry, group[0][0].member or group[0][0].uri)
        if record.kind == "signal":
            yield from dicom_inside.waves(card, space, record, group[0][1], options.first_beat)
        elif len(group) == 1:
            yield from dicom_inside.overlay(card, space, record, group[0][1], options.made_by)
        for source, seg in masks:
            yield from dicom_inside.segments(card, space, record, source, seg)
        if options.series:
            yield from dicom_slices.flattened(group, affine)
    if options.series:
        yield from dicom_slices.apart(images)


def _record(
    card: DatasetCard,
    space: LabelSpace,
    options: Options,
    group: list[dicom_slices.Slice],
    affine: dicom_slices.Affine | None,
) -> Record:
    source, dataset = group[0]
    version = f"{VERSION} {base.pseudonym_mark()}"
    sources = tuple(source for source, _ in group)
    subject, study, series = dicom.pseudonyms(card, dataset, source.sha256)
    kind, decoder, geometry = dicom_slices.grid_of(source, dataset, len(group), affine)
    meta = dicom.technical(dataset)
    signal = kind == "signal"
    if signal:
        meta["leads"] = dicom_inside.leads(dataset.WaveformSequence[0])
    return Record(
        key=base.record_key(card, space, version, sources, source.member or source.uri), dataset=card.id, kind=kind,
        decoder=decoder, sources=sources, geometry=geometry, modality=_modality(card, space, options, source, dataset),
        subject=base.subject(card, subject), study=study, series=series,
        anatomy=_anatomy(card, space, options, source, dataset),
        window=None if signal else dicom.window(dataset), unit="mV" if signal else dicom.unit(dataset),
        facts=dicom_inside.measurements(card, space, dataset) if signal else (), meta=meta,
    )  # fmt: skip


def _modality(
    card: DatasetCard, space: LabelSpace, options: Options, source: SourceFile, dataset: pydicom.Dataset
) -> Concept:
    code = str(dataset.get("Modality") or "")
    slug = file_rules.first(options.modality, source.member or source.uri) or SLUGS.get(code)
    if slug is None or slug not in card.modalities:
        said = f"modality {code}" if code else "a header without a modality"
        raise NotPartOf(source.uri, f"{said}: none of those that the card lists ({', '.join(card.modalities)})")
    return space.concept(slug)


def _anatomy(
    card: DatasetCard, space: LabelSpace, options: Options, source: SourceFile, dataset: pydicom.Dataset
) -> tuple[Concept, ...]:
    said = file_rules.anatomy(card, space, options, source.member or source.uri)
    slug = options.body_parts.get(str(dataset.get("BodyPartExamined") or ""))
    return said or ((space.concept(slug),) if slug else ())
