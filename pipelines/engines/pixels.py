"""Decoded pixels between operators: decoded where there are CPUs, so that a worker with a GPU is handed arrays.

A row of Arrow carries them as a tensor of Arrow IPC, which keeps how they lie in memory, and as JSON what else is known
of them. What cannot be carried - a file that is damaged, or one of which a library complained, which has to be booked -
is decoded again by the worker, as if nothing had been tried.
"""

import json
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.complaints import heard
from pipelines.context import BAD_DATA, Context, Opened
from pipelines.faults import reason_of
from pipelines.stages import regions
from schemas import Geometry, Record, canonical_json
from transforms.media.pixels import Pixels

MOST = 1 << 30  # bytes of what travels: what is larger would take the object store for itself
KINDS = "iuf"  # of values that Arrow has tensors of; only what lies as C or Fortran has it comes out as it went in


class Decode:
    """The pixels of a packet's record, beside it in its row."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        tensor, about = None, None
        record = Record.model_validate_json(row["record"])
        if record.kind != "document" and not row["off"] and regions.NAME not in row["done"]:
            tensor, about = self._carried(record)
        return {**row, "pixels": tensor, "about": about}

    def _carried(self, record: Record) -> tuple[bytes | None, str | None]:
        try:
            with heard(self.ctx.root(record.dataset), record.sources[0].uri, record.key) as complaints:
                found = self.ctx.opened(record)
        except BAD_DATA as error:
            reason_of(error)  # raises what costs more than a record
            return None, None
        array = found[0].array
        fits = array.dtype.kind in KINDS and array.dtype.isnative and array.flags.forc and array.nbytes <= MOST
        return packed(found) if fits and not complaints else (None, None)


def packed(found: Opened) -> tuple[bytes, str]:
    """Pixels, their window and the boxes that were blanked: the array as a tensor of Arrow IPC, the rest as JSON."""
    pixels, window, boxes = found
    stream = pa.BufferOutputStream()
    pa.ipc.write_tensor(pa.Tensor.from_numpy(pixels.array), stream)
    about = {"geometry": pixels.geometry.to_json(), "unit": pixels.unit, "inverted": pixels.inverted,
             "window": window, "boxes": boxes}  # fmt: skip
    return stream.getvalue().to_pybytes(), canonical_json(about)


def unpacked(tensor: pa.Buffer, about: str) -> Opened:
    """The same again, in memory of its own: what lies in the object store is not to be written to."""
    own = json.loads(about)
    array: NDArray[Any] = np.array(pa.ipc.read_tensor(pa.BufferReader(tensor)).to_numpy(), order="K")
    pixels = Pixels(array, Geometry.model_validate_json(own["geometry"]), own["unit"], own["inverted"])
    window = None if own["window"] is None else (own["window"][0], own["window"][1])
    return pixels, window, tuple(tuple(box) for box in own["boxes"])
