"""Whole slides: pyramids of tiled TIFF pages, as generic-tiled TIFF or Aperio SVS, through tifffile."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.replicas.builder.arrays import Boxes, paint, texture
from tests.replicas.builder.declaration import Strict

TILE = 16  # TIFF tiles are multiples of 16


class SlideSpec(Strict):
    """`values`: a mask pyramid instead of a picture. `mpp`: micrometres between pixels; null leaves it out."""

    size: tuple[int, int]
    levels: int = 2
    mpp: float | None = 0.25
    magnification: int = 40
    values: Boxes | None = None


def slide(path: Path, value: dict[str, Any], name: str) -> None:
    import tifffile

    spec = SlideSpec.model_validate(value)
    height, width = spec.size[1], spec.size[0]
    full = texture((height, width, 3), name) if spec.values is None else paint((height, width), spec.values)
    with tifffile.TiffWriter(path) as writer:
        for level in range(spec.levels):
            page = np.ascontiguousarray(full[:: 2**level, :: 2**level])
            writer.write(
                page, tile=(TILE, TILE), photometric="rgb" if page.ndim == 3 else "minisblack", compression="zlib",
                subfiletype=1 if level else 0, description=_description(path, spec, page), metadata=None,
                software=None, **_resolution(spec, level),
            )  # fmt: skip


def _resolution(spec: SlideSpec, level: int) -> dict[str, Any]:
    if spec.mpp is None:
        return {}
    per_centimetre = 1e4 / (spec.mpp * 2**level)
    return {"resolution": (per_centimetre, per_centimetre), "resolutionunit": "CENTIMETER"}


def _description(path: Path, spec: SlideSpec, page: np.ndarray) -> str | None:
    if path.suffix.lower() != ".svs":
        return None
    size = f"{page.shape[1]}x{page.shape[0]} ({TILE}x{TILE})"
    scale = "" if spec.mpp is None else f"|MPP = {spec.mpp}"
    return f"Aperio Image Library v1.0\n{size}|AppMag = {spec.magnification}{scale}"
