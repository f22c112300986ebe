"""Outlines in the JSON that MD.ai exports, on the slices of DICOM series, found by their SOPInstanceUID.

`labelGroups[].labels[]` have an `id`, a `name` and a `scope`; `datasets[].annotations[]` name a label by `labelId` and
an instance by `SOPInstanceUID`, and `data.vertices` are the corners (x, y), which count from the first pixel's centre.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError

from connectors import archives, base, patterns, tables, walking
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft, RegionDraft
from connectors.shapes import drawing, rt_contours
from raw import dicom_file

Mark = tuple[str, str, Any]  # label, SOPInstanceUID, vertices
SLICE = ("SOPInstanceUID", "SeriesInstanceUID", "ImagePositionPatient")


class Options(base.Options):
    """`file`: the export. The outlines of one label on a series are one region. What was said of a study or a series,
    and an annotation without data, is no outline. A series that nothing was drawn on is not annotated."""

    file: str


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield patterns.fill(options.file, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """An outline of a slice that the series lacks, or that leaves its slice, costs its label's region on the series."""
    path = image.fill(options.file)
    if len(image.geometry.shape) != 3 or image.geometry.affine is None:
        raise Unreadable(image.path, "is no series of slices with a place in the patient")
    series, planes = _slices(image)
    found = _marks(image.root, path, *drawing.stamp(image.root, path)).get(series, ())
    if found:
        yield ExaminedDraft(path)
    yield from (ProblemDraft(one.notice()) for one in found if isinstance(one, RowFault))
    marks = [one for one in found if not isinstance(one, RowFault)]

    def drawn(label: str) -> Iterator[Draft]:
        rings = [_ring(image, path, planes, mark) for mark in marks if mark[0] == label]
        yield RegionDraft(label, rt_contours.shape(rings))

    yield from tables.each(sorted({label for label, _, _ in marks}), drawn, lambda label: [label])


@lru_cache(maxsize=2)
def _marks(root: Path, path: str, size: int, mtime_ns: int) -> Mapping[str, tuple[Mark | RowFault, ...]]:
    """What was drawn on each series, and what could not be read of it."""
    found: dict[str, list[Mark | RowFault]] = {}
    with drawing.formed(path):
        whole = drawing.parsed(root, path)
        names = {label["id"]: label for group in whole["labelGroups"] for label in group["labels"]}
        for entry in (entry for dataset in whole["datasets"] for entry in dataset["annotations"]):
            try:
                mark = _mark(path, entry, names)
            except RowFault as fault:
                found.setdefault(entry["SeriesInstanceUID"], []).append(fault)
                continue
            if mark is not None:
                found.setdefault(entry["SeriesInstanceUID"], []).append(mark)
    return MappingProxyType({series: tuple(marks) for series, marks in found.items()})


def _mark(path: str, entry: Mapping[str, Any], names: Mapping[str, Any]) -> Mark | None:
    """One annotation; None where it is no outline. Raises RowFault."""
    where = f"annotation {entry.get('id')!r}"
    with drawing.formed(path, where):
        label = names.get(entry["labelId"])
        if label is None:
            raise RowFault(path, f"no label has the id {entry['labelId']!r}, which it names", item=where)
        if label["scope"] != "INSTANCE" or entry.get("data") is None:
            return None
        return str(label["name"]).strip(), entry["SOPInstanceUID"], entry["data"].get("vertices")


def _ring(image: Image, path: str, planes: Mapping[str, int], mark: Mark) -> tuple[int, NDArray[np.float64]]:
    label, instance, vertices = mark
    if instance not in planes:
        raise RowFault(path, f"drawn on {instance}, which is no slice of {image.path}", item=label)
    try:
        ring = np.asarray(vertices, np.float64)
    except (TypeError, ValueError) as error:
        raise RowFault(path, f"on {instance}: its vertices are no points: {error}", item=label) from error
    if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < 3 or not np.isfinite(ring).all():
        raise RowFault(path, f"on {instance}: vertices of {ring.shape} are no outline", item=label)
    if (ring < -0.5).any() or (ring > np.asarray(image.geometry.shape[:2]) - 0.5).any():
        raise RowFault(path, f"on {instance}: leaves a slice of {image.geometry.shape[:2]}", item=label)
    return planes[instance], ring


def _slices(image: Image) -> tuple[str, dict[str, int]]:
    """The series of an image, and the plane of each of its slices, which lie in the image's folder."""
    inverse = np.linalg.inv(np.asarray(image.geometry.affine))
    own = _header(image.root, image.path)
    planes: dict[str, int] = {}
    for path, _ in walking.find(image.root, "{place}/*", {"place": image.path.rpartition("/")[0]}):
        header = own if path == image.path else _header(image.root, path)
        if header.get("SeriesInstanceUID") == own.get("SeriesInstanceUID") and "ImagePositionPatient" in header:
            at = inverse[:3, :3] @ np.asarray(header.ImagePositionPatient, np.float64) + inverse[:3, 3]
            planes[str(header.get("SOPInstanceUID"))] = round(float(at[2]))
    return str(own.get("SeriesInstanceUID") or ""), planes


def _header(root: Path, path: str) -> pydicom.Dataset:
    uri, member = archives.split(root, path)
    try:
        with base.open_file(root, uri, member) as file:
            return dicom_file.dcmread(path, file, stop_before_pixels=True, specific_tags=list(SLICE))
    except (InvalidDicomError, OSError, ValueError, AttributeError) as error:
        raise Unreadable(path, f"not a DICOM file that can be read: {str(error)[:160]}") from error
