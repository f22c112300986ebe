"""Outlines from OsiriX: a property list for each series, with what was drawn on its slices, in pixels and patient mm.

`Images` holds the slices, and `ROIs` in each of them the outlines: `Name`, `Area`, and the points as texts: `Point_px`
"(x, y)", which count from the centre of the first pixel, and `Point_mm` "(x, y, z)".
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from connectors import archives, base, patterns, tables
from connectors.annotations import image_json
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.only import Only, applies
from connectors.shapes import drawing, json_paths, rt_contours
from schemas import ContourShape


class Options(base.Options):
    """`file`: template of the list (.xml or .plist) over the image's fields. `only`: field -> values that the image
    must have; others are not annotated. `missing`: an image without a list is refused, or "unannotated".

    A slice is found by the millimetres of its points: the numbers of slices in the lists run up or down. An outline
    without area is none.
    """

    file: str
    only: Only = {}
    missing: Literal["refuse", "unannotated"] = "refuse"


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    if applies(options.only, fields):
        yield patterns.fill(options.file, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """An outline that lies between slices, or outside the series, is a problem."""
    if not applies(options.only, image.fields):
        return
    path = image.fill(options.file)
    if not archives.there(image.root, path):
        if options.missing == "refuse":
            raise Unreadable(path, f"the file is not there; {image.path} needs it")
        return
    if len(image.geometry.shape) != 3 or image.geometry.affine is None:
        raise Unreadable(image.path, "is no series of slices with a place in the patient")
    yield ExaminedDraft(path)

    def drawn(roi: Mapping[str, Any]) -> Iterator[Draft]:
        with drawing.formed(path, f"ROI {roi.get('Name')!r}"):
            if roi["Area"] > 0:
                yield RegionDraft(str(roi["Name"]).strip(), _outline(image, path, roi))

    with drawing.formed(path):
        for entry in image_json.read(image.root, path)["Images"]:
            for roi in entry["ROIs"]:
                yield from tables.each([roi], drawn, _labels)


def _labels(roi: Mapping[str, Any]) -> list[str] | None:
    return [str(roi["Name"]).strip()] if roi.get("Name") else None


def _outline(image: Image, path: str, roi: Mapping[str, Any]) -> ContourShape:
    name = str(roi["Name"])
    drawn, placed = _points(path, name, roi["Point_px"], 2), _points(path, name, roi["Point_mm"], 3)
    inverse = np.linalg.inv(np.asarray(image.geometry.affine))
    plane = rt_contours.plane(path, name, placed @ inverse[:3, :3].T + inverse[:3, 3], image.geometry.shape[2])
    if (drawn < -0.5).any() or (drawn > np.asarray(image.geometry.shape[:2]) - 0.5).any():
        raise RowFault(path, f"on plane {plane} leaves a slice of {image.geometry.shape[:2]}", item=f"ROI {name!r}")
    return rt_contours.shape([(plane, drawn)])


def _points(path: str, name: str, said: Any, count: int) -> NDArray[np.float64]:
    """(n, count) numbers out of texts like "(1.5, 2)"."""
    rows = [[float(number) for number in json_paths.NUMBER.findall(text)] for text in said]
    if len(rows) < 3 or any(len(row) != count for row in rows):
        reason = f"{len(rows)} points are no outline of points with {count} numbers each"
        raise RowFault(path, reason, item=f"ROI {name!r}")
    return np.asarray(rows, np.float64)
