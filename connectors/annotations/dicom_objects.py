"""DICOM Segmentations (PS3.3 A.51) and RT Structure Sets (A.19) on the images that they were drawn on.

A segmentation's frames and a structure set's contours are matched by where they lie in the patient; frames on a picture
without a patient frame by the instance that they name.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pydicom
from pydicom.errors import InvalidDicomError

from connectors import archives, base, patterns, walking
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft, RegionDraft
from connectors.headers import dicom
from connectors.shapes import dicom_segments, rt_contours
from raw import confine, dicom_file
from schemas import SourceFile

OWN = ("SOPInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")


class Options(base.Options):
    """`file`: pattern of the objects, over the image's fields; those drawn on another series are passed over, and an
    image without one is not annotated, or refused where `required`.

    `label_from`: what of a segment is its label (a structure's is its ROIName). `rename`: labels that vary, as regular
    expressions -> one label (`Tumor_\\d+: Tumor`). `only`: expressions of the labels that are read; all without it.
    `threshold`: the share from which a voxel of a fractional segmentation is inside. `nested`: what a closed ring
    within another of the same structure is: more of it ("union", as the standard says) or a hole ("xor").
    """

    file: str
    required: bool = False
    label_from: Literal["SegmentLabel", "SegmentDescription"] = "SegmentLabel"
    rename: Mapping[str, str] = {}
    only: tuple[str, ...] = ()
    threshold: float = 0.5
    nested: Literal["union", "xor"] = "union"


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from (path for path, _ in walking.find(root, options.file, fields))


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    own = _own(image)
    found = False
    for path, _ in walking.find(image.root, options.file, image.fields):
        source = image.source(path)
        drawing = _read(image.root, source, confine.stat(image.root, source.uri).st_mtime_ns)
        if drawing.get("Modality") not in ("SEG", "RTSTRUCT") or not _is_of(drawing, own):
            continue
        found = True
        yield ExaminedDraft(path)
        for draft in _drafts(image, options, source, drawing, own["SOPInstanceUID"]):
            yield from _read_as(draft, options)
    if options.required and not found:
        raise Unreadable(image.path, f"no object of {patterns.bind(options.file, image.fields)} was drawn on it")


def _drafts(
    image: Image, options: Options, source: SourceFile, drawing: pydicom.Dataset, instance: str
) -> Iterator[Draft]:
    if drawing.Modality == "SEG":
        yield from dicom_segments.drafts(
            source, drawing, image.geometry, instance, label_from=options.label_from, threshold=options.threshold
        )
    else:
        yield from rt_contours.drafts(source, drawing, image.geometry, xor=options.nested == "xor")


def _read_as(draft: Draft, options: Options) -> Iterator[Draft]:
    """A draft under the card's labels; nothing where the card does not read it."""
    if isinstance(draft, ProblemDraft):
        labels = draft.labels and tuple(_renamed(options, label) for label in draft.labels)
        if labels is None or any(_wanted(options, label) for label in labels):
            yield ProblemDraft(draft.notice, labels)
    elif isinstance(draft, RegionDraft) and _wanted(options, label := _renamed(options, draft.label)):
        yield draft._replace(label=label)


def _wanted(options: Options, label: str) -> bool:
    return not options.only or any(re.fullmatch(text, label) for text in options.only)


def _renamed(options: Options, label: str) -> str:
    for text, name in options.rename.items():
        if re.fullmatch(text, label):
            return name
    return label


@lru_cache(maxsize=8)
def _read(root: Path, source: SourceFile, mtime_ns: int) -> pydicom.Dataset:
    return dicom.header(root, source, images=False)


def _own(image: Image) -> dict[str, str]:
    """The image's identifiers; empty text for what its header lacks."""
    uri, member = archives.split(image.root, image.path)
    try:
        with base.open_file(image.root, uri, member) as file:
            dataset = dicom_file.dcmread(image.path, file, stop_before_pixels=True, specific_tags=list(OWN))
    except InvalidDicomError as error:
        raise Unreadable(image.path, "not a DICOM file: format dicom_objects annotates those only") from error
    return {name: str(dataset.get(name) or "") for name in OWN}


def _is_of(drawing: pydicom.Dataset, own: Mapping[str, str]) -> bool:
    """Whether an object was drawn on the image's series: by the series that it names, else the frame of reference."""
    named = {str(series.SeriesInstanceUID) for series in drawing.get("ReferencedSeriesSequence") or []}
    frames = drawing.get("ReferencedFrameOfReferenceSequence") or []
    for frame in frames:
        for study in frame.get("RTReferencedStudySequence") or []:
            named |= {str(series.SeriesInstanceUID) for series in study.get("RTReferencedSeriesSequence") or []}
    if named:
        return own["SeriesInstanceUID"] in named
    spaces = {str(part.get("FrameOfReferenceUID") or "") for part in (drawing, *frames)} - {""}
    return not spaces or not own["FrameOfReferenceUID"] or own["FrameOfReferenceUID"] in spaces
