"""Annotations inside DICOM files: overlay planes, segmentations, and what an electrocardiograph measured."""

from collections.abc import Iterator

import cv2
import numpy as np
import pydicom
from numpy.typing import NDArray

from connectors import base
from connectors.base import Found, Unreadable
from connectors.drafts import ProblemDraft
from connectors.headers import allowed
from connectors.shapes import dicom_segments
from schemas import (
    ContourShape,
    DatasetCard,
    Fact,
    LabelShape,
    LabelSpace,
    MadeBy,
    Notice,
    Record,
    Region,
    SourceFile,
    SpanShape,
)

OVERLAY_GROUP = 0x6000
SMALLEST_OUTLINE = 100  # pixels inside; a letter drawn in the overlay encloses fewer
DEVICE = MadeBy(kind="rule", name="electrocardiograph")
UNITS = ("ms", "bpm")


def overlay(
    card: DatasetCard, space: LabelSpace, record: Record, dataset: pydicom.Dataset, made_by: MadeBy
) -> Iterator[Region]:
    """Regions of the overlay plane (PS3.3 C.9.2), where the card maps the label "overlay".

    An ROI overlay is a mask. A graphics overlay is a drawing: each closed outline in it is a region, letters are not.
    """
    slug = card.layout.labels.get("overlay")
    if slug is None or (OVERLAY_GROUP, 0x3000) not in dataset or record.kind != "volume":
        return
    uri, plane = record.sources[0].uri, dataset.group_dataset(OVERLAY_GROUP)
    grid = (plane[OVERLAY_GROUP, 0x0010].value, plane[OVERLAY_GROUP, 0x0011].value)
    if grid != (dataset.Rows, dataset.Columns) or list(plane[OVERLAY_GROUP, 0x0050].value) != [1, 1]:
        raise Unreadable(uri, f"overlay grid {grid} differs from the image's, or starts elsewhere")
    if plane[OVERLAY_GROUP, 0x0040].value == "R":
        shape = LabelShape(source=record.sources[0], decoder="dicom_overlay", value=1)
        yield base.region(record, space, slug, "overlay", shape, made_by)
        return
    for ring in _outlines(np.asarray(dataset.overlay_array(OVERLAY_GROUP), np.uint8)):
        contour = ContourShape(planes=(0,), rings=(ring,), holes=(False,), includes_edge=False)
        yield base.region(record, space, slug, "overlay", contour, made_by)


def _outlines(drawing: NDArray[np.uint8]) -> list[tuple[tuple[float, float], ...]]:
    """The closed lines of a drawing (rows, columns) as rings of (column, row) on the line itself."""
    contours, tree = cv2.findContours(drawing, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    rings = []
    for contour, (_, _, _, parent) in zip(contours, tree[0] if tree is not None else [], strict=True):
        if parent >= 0 and cv2.contourArea(contour) >= SMALLEST_OUTLINE:  # the border of a hole
            rings.append(tuple((float(x), float(y)) for x, y in contour[:, 0]))
    return sorted(rings)


def segments(
    card: DatasetCard, space: LabelSpace, record: Record, source: SourceFile, seg: pydicom.Dataset
) -> Iterator[Found]:
    """Regions of a DICOM Segmentation (PS3.3 A.51) on the record that it was drawn on; a notice for each segment that
    the card does not know. Raises Unreadable on another grid."""
    for draft in dicom_segments.drafts(source, seg, record.geometry, instance=""):
        if isinstance(draft, ProblemDraft):
            yield draft.notice.model_copy(update={"record": record.key})
            continue
        if draft.label not in card.layout.labels:
            reason = "the card does not know this segment: map it under layout.labels, or null it and say why"
            yield Notice(kind="value", uri=source.uri, item=draft.label, reason=reason, record=record.key)
            continue
        slug = card.layout.labels[draft.label]
        if slug is not None and draft.made_by is not None:
            yield base.region(record, space, slug, draft.label, draft.shape, draft.made_by)


def measurements(card: DatasetCard, space: LabelSpace, dataset: pydicom.Dataset) -> tuple[Fact, ...]:
    """Durations and rates that the device states of the first waveform, where the card maps their names.

    A value of zero is how devices write "not measured".
    """
    facts: list[Fact] = []
    for note in dataset.get("WaveformAnnotationSequence", []):
        slug = card.layout.labels.get(_name(note))
        value, unit = note.get("NumericValue"), _unit(note)
        if slug is None or value is None or float(value) <= 0 or unit not in UNITS:
            continue
        facts.append(
            Fact(
                id=f"f{len(facts) + 1}", predicate="interval", value=float(value), unit=unit, tolerance=0.5,
                concept=space.concept(slug), scope="record", source=DEVICE.name,
            )
        )  # fmt: skip
    return tuple(facts)


def waves(
    card: DatasetCard, space: LabelSpace, record: Record, dataset: pydicom.Dataset, first_beat: int
) -> Iterator[Region]:
    """A time span from each "X Onset" to the "X Offset" of the same annotation group, where the card maps the label X.

    Sample positions count from 1 (PS3.3 C.10.10.1.1). Groups below `first_beat` speak of
    averages, not of the recording.
    """
    hertz = float(record.geometry.sampling_hz or 0)
    onsets: dict[tuple[int, str], int] = {}
    for note in dataset.get("WaveformAnnotationSequence", []):
        name, group, at = _name(note), int(note.get("AnnotationGroupNumber", 0)), note.get("ReferencedSamplePositions")
        if group < first_beat or at is None or note.ReferencedWaveformChannels[0] != 1:
            continue
        wave, _, edge = name.rpartition(" ")
        slug = card.layout.labels.get(wave)
        if slug is None:
            continue
        if edge == "Onset":
            onsets[group, wave] = int(at)
        elif edge == "Offset" and (group, wave) in onsets:
            start, end = (onsets[group, wave] - 1) / hertz, (int(at) - 1) / hertz
            if not 0 <= start < end <= record.geometry.shape[0] / hertz:
                raise Unreadable(record.sources[0].uri, f"annotation group {group}: {wave} from {start} s to {end} s")
            shape = SpanShape(start=start, end=end, unit="s")
            yield base.region(record, space, slug, wave, shape, DEVICE, meta={"beat": group - first_beat + 1})


def leads(waveform: pydicom.Dataset) -> list[str]:
    """The channels' names, as `allowed` lets them pass: "Lead I (Einthoven)" becomes "I"."""
    names = (str(channel.ChannelSourceSequence[0].CodeMeaning) for channel in waveform.ChannelDefinitionSequence)
    short = (name.removeprefix("Lead ").split(" (")[0] for name in names)
    return [allowed.channel(name, number) for number, name in enumerate(short, start=1)]


def _name(note: pydicom.Dataset) -> str:
    codes = note.get("ConceptNameCodeSequence")
    return str(codes[0].CodeMeaning) if codes else ""


def _unit(note: pydicom.Dataset) -> str | None:
    codes = note.get("MeasurementUnitsCodeSequence")
    return str(codes[0].CodeValue) if codes else None
