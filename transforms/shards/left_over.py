"""What the members of a published sample still tell of a person: in their headers, and in writing that can be read."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import cv2
import numpy as np
from isal import isal_zlib
from PIL import Image

from schemas import Sample
from transforms.media import burned_in, writing
from transforms.shards import nifti

PLAIN = frozenset({"dpi", "gamma", "transparency", "srgb", "chromaticity", "interlace", "aspect"})
"""What Pillow tells of a PNG's chunks and no person wrote; all else (texts, EXIF, XMP) is told by its name."""
FREE = ("descrip", "aux_file", "intent_name", "db_name", "data_type")
"""Fields of a NIfTI-1 header that hold text (nifti1.h)."""
NAMED = re.compile(
    r"(?i)(patient|person|physician|operator|birth|accession|institution|telephone|phone|email|insurance|insured|"
    r"mrn|ssn|street|postal)[_ ]?"
    r"(s?name|id|date|time|number|address|sex|age|city|code)?s?|(first|last|middle|given|family|maiden)_?name|dob|"
    r"address|device_?serial_?number|(study|series|acquisition|content|admission)_?(date|time)|station_?name"
)
"""Names of identifying elements of DICOM (PS3.15 E.1-1) and of tables, in whatever spelling; none of ours is one."""
Members = Mapping[str, bytes]


def left_in_fields(sample: Sample) -> Iterator[tuple[int, str]]:
    """(1, what is wrong or "") for each named value of a sample's JSON: one that is named as what identifies a person
    is, and is not empty. The value is not told."""
    for where, name, value in _named(sample.model_dump(mode="json"), ""):
        yield 1, f"{where}: is named as what identifies a person" if NAMED.fullmatch(name) and value else ""


def left_in_headers(sample: Sample, members: Members) -> Iterator[tuple[int, str]]:
    """The same of each member's own header: texts, comments and EXIF of pictures, text fields and extensions of
    NIfTI."""
    for name, data in sorted(members.items()):
        if name.endswith("png"):
            found = _of_picture(data)
        elif name.endswith("nii.gz"):
            found = _of_volume(data)
        else:
            continue
        yield 1, f"{name}: its header holds {', '.join(found)}" if found else ""


def left_in_pixels(sample: Sample, members: Members) -> Iterator[tuple[int, str]]:
    """The same of each picture of a sample, by one look of the detector at what can be read in it, and firmly: how much
    is told, and not what. Slices of a volume in a patient and light microscopy are not looked at, as in a build. Raises
    burned_in.Unavailable where there is no detector."""
    if reason := writing.unavailable():
        raise burned_in.Unavailable(reason)
    for media in sample.media:
        if media.kind != "image" or media.name not in members or not may_show_text(sample, media.geometry):
            continue
        found = writing.legible(_seen(members[media.name]))
        yield 1, f"{media.name}: writing can be read in {found} places" if found else ""


def may_show_text(sample: Sample, geometry: Any) -> bool:
    """Whether a build would have looked for writing in such a picture: not where it drew the curves of a recording, and
    wrote the names of channels itself."""
    if any(media.kind == "signal" for media in sample.media):
        return False
    cut = geometry is not None and geometry.slice_axis is not None and geometry.affine is not None
    return not cut and sample.modality.label not in burned_in.MICROSCOPY


def _seen(data: bytes) -> Any:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{len(data)} bytes that are no picture")
    return np.ascontiguousarray(image[:, :, ::-1])


def _of_picture(data: bytes) -> list[str]:
    with Image.open(io.BytesIO(data)) as image:
        image.load()  # chunks may stand behind the pixels
        return sorted(str(key) for key in {**image.info, **getattr(image, "text", {})} if key not in PLAIN)


def _of_volume(data: bytes) -> list[str]:
    import nibabel

    raw = isal_zlib.decompress(data, wbits=31)
    header: Any = nibabel.Nifti1Header(raw[: nifti.HEADER], check=False)
    found = [name for name in FREE if bytes(header[name]).strip(b"\0 ")]
    return found + (["an extension"] if any(raw[nifti.HEADER : nifti.HEADER + 1]) else [])


def _named(value: Any, where: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            place = f"{where}.{name}".lstrip(".")
            if isinstance(part, str | int | float):
                yield place, str(name), part
            yield from _named(part, place)
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from _named(part, f"{where}.{n}")
