"""Masks of a series of DICOM slices, kept as published in one archive: a folder for each structure, and in it a DICOM
picture for each slice under the slice's own name (3D-IRCADb's MASKS_DICOM.zip)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from connectors import archives, base, patterns
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.headers import dicom
from connectors.shapes import absent
from schemas import LabelShape


class Options(base.Options):
    """`file`: template of the archive over the image's fields. `folders`: pattern of the folders in it that are read;
    its fields can be used in `label`, and folders that it does not fit are passed over. A pixel is inside from
    `at_least` on, or else as the masks' own values say. `missing`, `filled`: as in format masks."""

    file: str
    folders: str
    label: str
    at_least: float | None = None
    missing: Literal["notice", "refuse", "unannotated", "empty"] = "notice"
    filled: bool = False


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield patterns.fill(options.file, fields)


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """Raises Unreadable when the archive is broken, or when a structure is not drawn on every slice."""
    path = image.fill(options.file)
    if not archives.there(image.root, path):
        yield from absent.drafts(image, options.file, options.missing)
        return
    image.source(path)
    if len(image.geometry.shape) != 3 or image.geometry.affine is None:
        raise Unreadable(image.path, "is no series of slices: its masks cannot be stacked")
    yield ExaminedDraft(path)
    for folder, names in _folders(image.root, path).items():
        fields = patterns.pattern(options.folders).match(folder)
        if fields is None:
            continue
        _check(image, path, folder, names)
        source = image.source(path, folder)
        own = options.at_least is None
        shape = LabelShape(
            source=source, decoder="dicom_stack", value=0, at_least=options.at_least, binary=own, listed=options.filled
        )  # fmt: skip
        yield RegionDraft(patterns.fill(options.label, {**image.fields, **fields}), shape)


def _folders(root: Path, path: str) -> dict[str, list[str]]:
    """Folder -> the members in it."""
    try:
        members = archives.members(root, archives.lies(root, path))
    except archives.BROKEN as error:
        raise Unreadable(path, f"not a readable archive: {error}") from error
    found: dict[str, list[str]] = {}
    for member in members:
        if not archives.is_junk(member):
            found.setdefault(member.rpartition("/")[0], []).append(member)
    return found


def _check(image: Image, path: str, folder: str, names: list[str]) -> None:
    columns, rows, slices = image.geometry.shape
    first = dicom.header(image.root, base.source_file(image.root, archives.lies(image.root, path), names[0]))
    grid = (int(first.get("Columns") or 0), int(first.get("Rows") or 0), len(names))
    if grid != (columns, rows, slices):
        raise Unreadable(path, f"{folder}: mask grid {grid} differs from {(columns, rows, slices)} of {image.path}")
