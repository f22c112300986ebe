"""Pictures and masks as PNG, JPEG, TIFF, BMP, GIF ... through Pillow."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from tests.replicas.builder.arrays import Boxes, Range, paint, placed, texture
from tests.replicas.builder.declaration import Strict

CHANNELS = {"RGB": 3, "RGBA": 4, "LA": 2, "CMYK": 4}
Mode = Literal["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"]
LOSSY = {".jpg", ".jpeg"}


class ImageSpec(Strict):
    """`value` makes it blank, `frames` a GIF or TIFF of several pictures, `format` is for a name that tells none."""

    size: tuple[int, int]
    mode: Mode = "L"
    value: int | list[int] | None = None
    frames: int = 1
    range: Range | None = None
    format: str | None = None


class MaskSpec(Strict):
    """`values` as in `arrays.paint`, with "r,g,b" in place of a number in a mask of colours."""

    size: tuple[int, int]
    values: Boxes
    mode: Mode | None = None
    palette: list[list[int]] | None = None
    background: int | str = 0
    format: str | None = None


def image(path: Path, value: dict[str, Any], name: str) -> None:
    spec = ImageSpec.model_validate(value)
    pictures = [_picture(spec, f"{name}#{n}" if n else name) for n in range(spec.frames)]
    if spec.frames == 1:
        save(pictures[0], path, spec.format)
    else:
        pictures[0].save(path, spec.format, save_all=True, append_images=pictures[1:])


def mask(path: Path, value: dict[str, Any], name: str) -> None:
    spec = MaskSpec.model_validate(value)
    save(_mask(spec), path, spec.format)


def save(picture: Image.Image, path: Path, kind: str | None = None) -> None:
    if path.suffix.lower() in LOSSY:  # as little loss as the format allows
        picture.convert("L" if picture.mode in ("1", "P") else picture.mode).save(path, kind, quality=98, subsampling=0)
    else:
        picture.save(path, kind)


def _picture(spec: ImageSpec, name: str) -> Image.Image:
    width, height = spec.size
    deep = {"I;16": ("uint16", (0, 4000)), "F": ("float32", (0, 1)), "1": ("uint8", (0, 1))}
    dtype, span = deep.get(spec.mode, ("uint8", (0, 200)))
    shape = (height, width, CHANNELS[spec.mode]) if spec.mode in CHANNELS else (height, width)
    if spec.value is None:
        return picture_of(texture(shape, name, dtype, spec.range or span), spec.mode)
    return picture_of(np.broadcast_to(np.asarray(spec.value, dtype), shape).copy(), spec.mode)


def _mask(spec: MaskSpec) -> Image.Image:
    width, height = spec.size
    colours = isinstance(spec.background, str) or any(isinstance(v, str) and "," in v for v in spec.values)
    if colours or spec.mode in CHANNELS:
        mode = spec.mode or "RGB"
        return picture_of(_coloured(spec, CHANNELS[mode]), mode)
    values: Boxes = spec.values if isinstance(spec.values, list) else {int(v): box for v, box in spec.values.items()}
    highest = max([int(v) for v in spec.values] + [int(spec.background)])
    mode = spec.mode or ("I;16" if highest > 255 else "L")
    array = paint((height, width), values, "uint16" if mode == "I;16" else "uint8", int(spec.background))
    found = picture_of(array, mode)
    if mode == "P":
        found.putpalette([part for colour in spec.palette or _PALETTE for part in colour])
    return found


_PALETTE = [[0, 0, 0], *[[(n * 67) % 256, (n * 101 + 40) % 256, (n * 29 + 90) % 256] for n in range(1, 256)]]


def _coloured(spec: MaskSpec, channels: int) -> np.ndarray:
    shape = (spec.size[1], spec.size[0])
    out = np.empty((*shape, channels), np.uint8)
    out[...] = _colour(spec.background, channels)
    for value, boxes in placed(shape, spec.values).items():
        for box in boxes:
            out[box] = _colour(value, channels)
    return out


def _colour(value: Any, channels: int) -> list[int]:
    """ "255,0,0" as numbers; one number stands for grey; alpha is 255 where it is not given."""
    parts = [int(part) for part in value.split(",")] if isinstance(value, str) else [int(value)] * min(channels, 3)
    return parts + [255] * (channels - len(parts))


def picture_of(array: np.ndarray, mode: str = "L") -> Image.Image:
    if mode == "1":
        return Image.fromarray((array > 0).astype(np.uint8) * 255).convert("1", dither=Image.Dither.NONE)
    if mode == "P":
        found = Image.fromarray(array).convert("P")
        found.putdata(array.ravel().tolist())
        return found
    if mode == "CMYK":
        return Image.frombytes("CMYK", array.shape[1::-1], array.tobytes())
    return Image.fromarray(array)
