"""What travels with a packet, and what does not."""

import copy
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipelines.context import decoded
from pipelines.engines.pixels import Decode, packed, unpacked
from pipelines.ingest import ingest
from pipelines.packet import SceneState
from pipelines.store import Store
from schemas import Geometry, Record
from tests.pipelines import workshop
from tests.scenes import axial_abdomen
from transforms.media.pixels import Pixels
from transforms.regions.patch import Patch


def test_a_scene_travels_without_its_pixels() -> None:
    view = axial_abdomen()
    masks = {rid: patch.packed() for rid, patch in view.patches.items()}
    state = SceneState(view.scene, masks, view=view)
    there = copy.copy(state)  # by way of what pickle asks for
    assert there.view is None
    assert (there.scene, there.masks) == (state.scene, state.masks)
    assert state.view is view
    assert Patch.unpacked(there.masks["r1"]).box == (10, 20, 50, 70)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", ["uint8", "int16", "float32", "float64"])
def test_pixels_arrive_as_they_were_sent(kind: str, order: str) -> None:
    values = np.asarray(np.random.default_rng(1).uniform(-90, 90, (3, 5, 4)).astype(kind), order=order)
    sent = Pixels(values, Geometry(shape=(3, 5, 4), spacing_mm=(0.1, 0.7, 3.0)), "HU", inverted=True)
    tensor, about = packed((sent, (-160.5, 240.1), ((1, 2, 3, 4),)))
    pixels, window, boxes = unpacked(pa.py_buffer(tensor), about)
    np.testing.assert_array_equal(pixels.array, values)
    assert (pixels.array.dtype, pixels.array.strides) == (values.dtype, values.strides)
    assert (pixels.geometry, pixels.unit, pixels.inverted) == (sent.geometry, "HU", True)
    assert (window, boxes) == ((-160.5, 240.1), ((1, 2, 3, 4),))


def test_what_cannot_be_decoded_is_left_to_who_books_it(tmp_path: Path) -> None:
    raw = workshop.raw(tmp_path / "raw", "stardist_nuclei")
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", "stardist_nuclei"), raw, tmp_path / "space")
    ingest(ctx)
    record = Record.model_validate_json(next(iter(Store(ctx.workspace).read("records")))["body"])
    row = {"record": record.to_row(), "off": False, "done": []}
    carried = Decode(ctx)(row)
    np.testing.assert_array_equal(
        unpacked(pa.py_buffer(carried["pixels"]), carried["about"])[0].array, ctx.pixels(record)[0].array
    )
    assert Decode(ctx)({**row, "done": ["regions"]})["pixels"] is None
    decoded.clear()
    (raw / "stardist_nuclei" / record.sources[0].uri).write_bytes(b"no picture")
    assert Decode(ctx)(row)["pixels"] is None
