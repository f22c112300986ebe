"""Pictures and volumes that are noise: no pixel tells anything of the one beside it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace
from transforms.audit.base import Case, Finding

NAME = "noise"
DOES = "pictures and volumes of noise alone"
SIDE = 64  # pixels of the smallest picture that is looked at
BLOCK = 8
# Means of blocks of white noise vary BLOCK x BLOCK times less than its pixels: 1 here. Real images, measured: 20 and
# more, up to 64 where nothing varies within a block (docs/audit.md).
MOST = 2.0
PLANES = 5  # of a volume, spread over it, each of which must be noise


class Check:
    """White noise alone, as of a buffer never filled or bytes read wrongly. Smoothed noise passes for tissue."""

    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        if case.pixels is None or case.record.kind not in ("image", "volume"):
            return
        array = case.pixels.array
        if min(array.shape[:2]) < SIDE:
            return
        if case.record.kind == "volume":
            chosen = np.unique(np.linspace(0, array.shape[2] - 1, PLANES + 2).round().astype(int))
            planes = [array[:, :, k] for k in (chosen[1:-1] if len(chosen) > 2 else chosen)]
        else:
            planes = [array]
        if all(_is_noise(plane) for plane in planes):
            yield Finding(
                check=NAME, severity="error", paths=(case.path,),
                text="its pixels are noise alone, none like the one beside it: the file was written or is read wrongly",
            )  # fmt: skip

    def end(self) -> Iterator[Finding]:
        yield from ()


def _is_noise(plane: NDArray[np.generic]) -> bool:
    """Of a picture (rows, columns[, channels])."""
    values = np.nan_to_num(np.asarray(plane, np.float32))
    values = values.mean(axis=-1) if values.ndim == 3 else values
    rows, columns = (n // BLOCK for n in values.shape)
    blocks = values[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    spread = float(blocks.var())
    return spread > 0 and float(blocks.mean(axis=(1, 3)).var()) * BLOCK**2 / spread < MOST
