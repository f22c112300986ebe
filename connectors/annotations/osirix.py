"""Outlines from OsiriX: a property list for each series, with what was drawn on its slices, in pixels and patient mm.

`Images` holds the slices, and `ROIs` in each of them the outlines: `Name`, `Area`, and the points as texts: `Point_px`
"(x, y)", which count from the centre of the first pixel, and `Point_mm` "(x, y, z)".
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from connectors import base, patterns
from connectors.annotations import image_json
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.shapes import drawing, json_paths, rt_contours
from schemas import ContourShape


class Options(base.Options):
    """`file`: template of the list (.xml or .plist) over the image's fields. `only`: field -> values that the image
    must have; others are not annotated. `missing`: an image without a list is refused, or "unannotated".

    A slice is found by the millimetres of its points: the numbers of slices in the lists run up or down. An outline
    without area is none.
    """

    file: str
    only: Mapping[str, str | tuple[str, ...]] = {}
    missing: Literal["refuse", "unannotated"] = "refuse"


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    if _applies(options, fields):
        yield patterns.fill(options.file, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Raises Unreadable on an outline that lies between slices, or outside the series."""
    if not _applies(options, image.fields):
        return
    path = image.fill(options.file)
    if not drawing.is_there(image.root, path):
        if options.missing == "refuse":
            raise Unreadable(path, f"the file is not there; {image.path} needs it")
        return
    if len(image.geometry.shape) != 3 or image.geometry.affine is None:
        raise Unreadable(image.path, "is no series of slices with a place in the patient")
    yield ExaminedDraft(path)
    with drawing.formed(path):
        for entry in image_json.read(image.root, path)["Images"]:
            for roi in entry["ROIs"]:
                if roi["Area"] > 0:
                    yield RegionDraft(str(roi["Name"]).strip(), _outline(image, path, roi))


def _applies(options: Options, fields: Mapping[str, str]) -> bool:
    wanted = {name: (said,) if isinstance(said, str) else said for name, said in options.only.items()}
    return all(fields.get(name) in values for name, values in wanted.items())


def _outline(image: Image, path: str, roi: Mapping[str, Any]) -> ContourShape:
    name = str(roi["Name"])
    drawn, placed = _points(path, name, roi["Point_px"], 2), _points(path, name, roi["Point_mm"], 3)
    inverse = np.linalg.inv(np.asarray(image.geometry.affine))
    plane = rt_contours.plane(path, name, placed @ inverse[:3, :3].T + inverse[:3, 3], image.geometry.shape[2])
    if (drawn < -0.5).any() or (drawn > np.asarray(image.geometry.shape[:2]) - 0.5).any():
        raise Unreadable(path, f"ROI {name!r} on plane {plane} leaves a slice of {image.geometry.shape[:2]}")
    return rt_contours.shape([(plane, drawn)])


def _points(path: str, name: str, said: Any, count: int) -> NDArray[np.float64]:
    """(n, count) numbers out of texts like "(1.5, 2)"."""
    rows = [[float(number) for number in json_paths.NUMBER.findall(text)] for text in said]
    if len(rows) < 3 or any(len(row) != count for row in rows):
        raise Unreadable(path, f"ROI {name!r}: {len(rows)} points are no outline of points with {count} numbers each")
    return np.asarray(rows, np.float64)
