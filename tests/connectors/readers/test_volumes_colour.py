"""Pictures kept as volumes whose third axis is their colours."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813 - the name that its own documentation gives it

from tests.connectors import small
from transforms.media.decoders import decode
from transforms.regions.resolve import resolve


def save(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(exist_ok=True)
    sitk.WriteImage(sitk.GetImageFromArray(array), str(path))


def test_one_colour_is_the_picture_and_its_mask_is_flat(tmp_path: Path) -> None:
    colours = np.arange(3 * 36 * 44, dtype=np.uint8).reshape(3, 36, 44)
    mask = np.zeros((36, 44), np.uint8)
    mask[4:10, 6:20] = 1
    save(tmp_path / "image/a.mha", colours)
    save(tmp_path / "label/a.mha", mask)
    options = {
        "files": ["image/{case}.mha"], "kind": "image", "channels": {1: {}},
        "annotations": [{"format": "masks", "file": "label/{case}.mha"}],
    }  # fmt: skip
    (record,), regions = small.read(small.card("volumes", options, {"1": "liver"}), tmp_path)
    assert (record.kind, record.geometry.shape, record.subject) == ("image", (36, 44), "small/a")
    np.testing.assert_array_equal(decode(tmp_path, record).array, colours[1])
    kept, _ = resolve(tmp_path, record, regions)
    np.testing.assert_array_equal(kept[0].full((36, 44)), mask > 0)
    (reason,) = small.refused(small.card("volumes", {**options, "channels": {3: {}}}, {"1": "liver"}), tmp_path)
    assert reason == "image/a.mha: has no channel 3: it holds 3"
    assert (
        "is no image" in small.refused(small.card("volumes", {**options, "channels": {}}, {"1": "liver"}), tmp_path)[0]
    )
