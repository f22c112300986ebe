"""Pictures whose files say that they are to be shown turned: on which of the two grids they and their regions are."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tifffile
from PIL import Image, ImageOps

import catalog
from connectors import open_dataset
from schemas import Record, Region
from tests.connectors import small
from transforms.media.decoders import decode
from transforms.regions.resolve import resolve

UP = np.full((60, 44, 3), 90, np.uint8)  # rows, columns: as everybody sees it
UP[10:22, 4:16] = 250
PATCH = np.zeros(UP.shape[:2], bool)
PATCH[10:22, 4:16] = True
TURN_BACK = {2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
SWAPPED = (5, 6, 7, 8)


def stored(orientation: int, array: np.ndarray = UP) -> np.ndarray:
    """The pixels that a viewer shows as `array` (Pillow's exif_transpose is the oracle)."""
    image = Image.fromarray(array)
    return np.asarray(image.transpose(TRANSPOSES[TURN_BACK[orientation]]) if orientation > 1 else image)


def write(path: Path, orientation: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.ascontiguousarray(stored(orientation))
    if path.suffix == ".tif":
        tifffile.imwrite(path, array, extratags=[(274, 3, 1, orientation, True)], photometric="rgb")
        return
    exif = Image.Exif()
    exif[0x0112] = orientation
    save = {"quality": 97} if path.suffix == ".jpg" else {"lossless": True} if path.suffix == ".webp" else {}
    Image.fromarray(array).save(path, exif=exif.tobytes(), **save)
    if path.suffix != ".tif":
        with Image.open(path) as image:
            np.testing.assert_allclose(np.asarray(ImageOps.exif_transpose(image)).astype(int), UP, atol=12)


def card(*annotations: dict[str, Any], **options: Any) -> Any:
    given = {"files": ["{case}.{ext:png|jpg|tif|webp}"], "annotations": list(annotations), **options}
    return small.card("pictures", given, {"lesion": "lesion", "1": "lesion"}, exhaustive=["lesion"])


YOLO = {"format": "yolo", "file": "{case}.txt", "names": {"0": "lesion"}}
COCO = {"format": "coco", "file": "all.json"}
MASKS = {"format": "masks", "file": "{case}_mask.png", "encode": "values"}


def coco(root: Path, size: tuple[int, int], box: list[int]) -> None:
    image = {"id": 1, "file_name": "a.jpg", "height": size[0], "width": size[1]}
    mark = {"id": 1, "image_id": 1, "category_id": 1, "bbox": box}
    whole = {"images": [image], "annotations": [mark], "categories": [{"id": 1, "name": "lesion"}]}
    (root / "all.json").write_text(json.dumps(whole))


def under(root: Path, record: Record, regions: list[Region]) -> float:
    """The mean of the picture within its one region, by mask or box."""
    picture = decode(root, record).array
    if regions[0].shape.kind == "box":
        x0, y0, x1, y1 = (round(v) for v in regions[0].shape.xyxy)
        return float(picture[y0:y1, x0:x1].mean())
    (item,), _ = resolve(root, record, regions)
    return float(picture[item.full(record.geometry.shape)].mean())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_a_picture_without_annotations_is_shown_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    write(tmp_path / f"a.{suffix}", orientation)
    (record,), _ = small.read(card(), tmp_path)
    assert record.geometry.shape == (60, 44)
    np.testing.assert_allclose(decode(tmp_path, record).array.astype(int), UP, atol=12)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_where_nothing_tells_the_grid_of_a_region_its_picture_is_refused(
    tmp_path: Path, suffix: str, orientation: int
) -> None:
    write(tmp_path / f"a.{suffix}", orientation)
    (tmp_path / "a.txt").write_text("0 0.227 0.267 0.27 0.2\n")
    (refused,) = small.refused(card(YOLO), tmp_path)
    assert refused.startswith(f"a.{suffix}: its file says that it is to be shown turned (orientation ")


def test_labels_of_the_whole_picture_need_no_grid(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg", 6)
    (record,), regions = small.read(card({"format": "path_label", "label": "lesion"}), tmp_path)
    assert (record.geometry.shape, regions) == ((60, 44), [])
    (tmp_path / "a.txt").write_text("")
    (record,), regions = small.read(card(YOLO), tmp_path)  # looked at, and nothing drawn
    assert (record.geometry.shape, regions, record.exhaustive) == ((60, 44), [], ("lesion",))


@pytest.mark.parametrize("orientation", SWAPPED)
@pytest.mark.parametrize("upright", [True, False])
def test_coco_says_the_grid_by_its_size(tmp_path: Path, orientation: int, upright: bool) -> None:
    write(tmp_path / "a.jpg", orientation)
    drawn = PATCH if upright else stored(orientation, PATCH.astype(np.uint8))
    ys, xs = np.nonzero(drawn)
    box = [int(xs.min()), int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1]
    coco(tmp_path, drawn.shape, box)
    (record,), regions = small.read(card(COCO), tmp_path)
    assert record.geometry.shape == drawn.shape
    assert under(tmp_path, record, regions) > 240


@pytest.mark.parametrize("orientation", SWAPPED)
@pytest.mark.parametrize("suffix", ["jpg", "tif"])
@pytest.mark.parametrize("upright", [True, False])
def test_a_mask_says_the_grid_by_its_size(tmp_path: Path, suffix: str, orientation: int, upright: bool) -> None:
    write(tmp_path / f"a.{suffix}", orientation)
    drawn = PATCH.astype(np.uint8) if upright else stored(orientation, PATCH.astype(np.uint8))
    Image.fromarray(np.ascontiguousarray(drawn)).save(tmp_path / "a_mask.png")
    (record,), regions = small.read(card(MASKS, ignore=["{case}_mask.png"]), tmp_path)
    assert record.geometry.shape == drawn.shape
    assert under(tmp_path, record, regions) > 240


@pytest.mark.parametrize("orientation", [2, 3, 4])
def test_a_mask_of_either_grid_tells_nothing(tmp_path: Path, orientation: int) -> None:
    write(tmp_path / "a.jpg", orientation)
    Image.fromarray(PATCH.astype(np.uint8)).save(tmp_path / "a_mask.png")
    (refused,) = small.refused(card(MASKS, ignore=["{case}_mask.png"]), tmp_path)
    assert "upright or as stored" in refused


def test_a_mask_of_neither_grid_is_refused_as_such(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg", 6)
    Image.fromarray(np.ones((30, 30), np.uint8)).save(tmp_path / "a_mask.png")
    (refused,) = small.refused(card(MASKS, ignore=["{case}_mask.png"]), tmp_path)
    assert "mask grid (30, 30) differs" in refused


def test_pages_and_halves_of_a_turned_picture_are_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path / "a.jpg", 3)
    assert "which side its parts are on" in small.refused(card(half="left"), tmp_path)[0]
    (tmp_path / "a.jpg").unlink()
    tifffile.imwrite(tmp_path / "b.tif", np.stack([UP[..., 0]] * 2), photometric="minisblack",
                     extratags=[(274, 3, 1, 6, True)])  # fmt: skip
    assert "several pages with orientation 6" in small.refused(card(pages="each"), tmp_path)[0]


def test_a_cell_of_a_table_is_shown_upright(tmp_path: Path) -> None:
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.ascontiguousarray(stored(6))).save(buffer, "PNG", exif=exif.tobytes())
    cells = [{"bytes": buffer.getvalue(), "path": "a.png"}]
    pq.write_table(pa.table({"image": cells, "name": ["x"]}), tmp_path / "t.parquet")
    given = {"files": ["{t}.parquet"], "image": ["image"], "subject": "{name}", "modality": "ct"}
    (record,), _ = small.read(small.card("rows", given), tmp_path)
    assert record.geometry.shape == (60, 44)
    np.testing.assert_array_equal(decode(tmp_path, record).array, UP)


def test_frames_that_are_to_be_turned_are_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path / "v/1.jpg", 6)
    given = {"files": ["{clip}/{n}.jpg"], "clip": "{clip}", "subject": "{clip}", "modality": "ct"}
    found = small.card("video", given)
    assert list(open_dataset(found, catalog.labelspace()).listing(tmp_path))
    (refused,) = small.refused(found, tmp_path)
    assert refused.startswith("v/1.jpg: a frame that is to be shown turned")
