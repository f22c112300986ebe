"""What a map holds that its card does not know is named with its pixels, and its concepts are not absent."""

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from PIL import Image

from schemas import (
    Concept,
    Geometry,
    LabelMap,
    LabelShape,
    MadeBy,
    Presence,
    Record,
    Region,
    SourceFile,
)
from transforms.media.decoders import DecodeError
from transforms.regions.resolve import Resolution, resolution

SHAPE = (20, 30)
LESION = Concept(system="SCT", code="52988006", label="lesion")


def source(name: str) -> SourceFile:
    return SourceFile(uri=name, sha256="0" * 64, bytes=1)


def looked(folder: Path, name: str, shapes: list[dict[str, Any]], known: dict[str, Any], **record: Any) -> Resolution:
    """The resolution of regions on a map, of which the record knows so much."""
    decoder = "nifti" if name.endswith(".nii") else "raster"
    where = {"source": source(name), "decoder": decoder}
    made = Record(**{
        "key": "rec", "dataset": "toy", "kind": "image", "decoder": "raster", "sources": (source("a.png"),),
        "geometry": Geometry(shape=SHAPE), "modality": LESION, "subject": "toy/1",
        "label_maps": (LabelMap(**where, concepts=("lesion",), **known),),
    } | record)  # fmt: skip
    regions = [
        Region(
            key=f"r{n}", dataset="toy", record="rec", frame="voxel", concept=LESION, source_label=f"label {n}",
            shape=LabelShape(**{**where, "value": 0} | shape), made_by=MadeBy(kind="human", name="x"),
        )
        for n, shape in enumerate(shapes)
    ]  # fmt: skip
    return resolution(folder, made, regions)


def save(path: Path, array: np.ndarray) -> None:
    Image.fromarray(array).save(path)


def grey(**values: int) -> np.ndarray:
    """Blocks of four pixels, one beside another: name -> value."""
    out = np.zeros(SHAPE, np.uint8)
    for n, value in enumerate(values.values()):
        out[2:4, 3 * n : 3 * n + 2] = value
    return out


def test_values_beyond_all_ranges_are_named(tmp_path: Path) -> None:
    """The greys of the CHAOS MR masks: an organ is a range of them."""
    save(tmp_path / "m.png", grey(low=56, top=70, over=71, kidney=120, spleen=255, odd=240))
    ranges = [(56, 70), (111, 135), (241, 255)]
    shapes = [{"at_least": low, "at_most": high} for low, high in ranges]
    found = looked(tmp_path, "m.png", shapes, {"ranges": tuple(ranges)})
    assert [item.voxels for item in found.kept] == [8, 4, 4]
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("240", "4"), ("71", "4")]
    assert found.doubtful == {"lesion"}


def test_a_threshold_makes_no_value_known_above_it(tmp_path: Path) -> None:
    """The whole kidney is all values from 1 up: a value that nobody published is not a part of it in silence."""
    save(tmp_path / "m.png", grey(kidney=1, tumor=2, odd=9))
    shapes = [{"value": 2}, {"at_least": 1, "at_most": 2}]
    found = looked(tmp_path, "m.png", shapes, {"values": (2,), "ranges": ((1, 2),)})
    assert [(n.item, n.uri) for n in found.notices] == [("9", "m.png")]


def test_a_range_of_named_values_makes_none_between_them_known(tmp_path: Path) -> None:
    """A cell of SegPC is 20 (cytoplasm) and 40 (nucleus): 30 is within the range, and nobody names it."""
    save(tmp_path / "m.png", grey(cytoplasm=20, nucleus=40, odd=30))
    shapes = [{"value": 20}, {"value": 40}, {"at_least": 20, "at_most": 40}]
    found = looked(tmp_path, "m.png", shapes, {"values": (20, 40), "ranges": ((20, 40),)})
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("30", "4")]
    assert found.doubtful == {"lesion"}


@pytest.mark.parametrize("ends", [(0, 128), (127,), (128, 0)])
def test_values_that_nobody_names_in_what_is_dark_on_light(tmp_path: Path, ends: tuple[int, ...]) -> None:
    """As in REFUGE, where 0 is the cup, 128 the disc around it and 255 all else; as in PALM, where 0 is the disc."""
    picture = np.full(SHAPE, 255, np.uint8)
    picture[2:8, 2:10], picture[4:6, 4:6] = 128 if 128 in ends else 0, 0
    save(tmp_path / "m.png", picture)
    shapes = [{"at_most": end} for end in ends]
    known = {"ranges": tuple((None, end) for end in ends)}
    assert looked(tmp_path, "m.png", shapes, known).notices == []
    picture[12, :3], picture[14, :2] = 60, 200
    save(tmp_path / "m.png", picture)
    found = looked(tmp_path, "m.png", shapes, known)
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("60", "3"), ("200", "2")]
    assert found.doubtful == {"lesion"}


def test_lossy_values_of_what_is_dark_on_light_are_counted_in_one_notice(tmp_path: Path) -> None:
    picture = np.full(SHAPE, 255, np.uint8)
    picture[2:8, 2:10] = 0
    Image.fromarray(picture).save(tmp_path / "m.jpg", quality=60)
    (notice,) = looked(tmp_path, "m.jpg", [{"at_most": 127}], {"ranges": ((None, 127),)}).notices
    assert "lossy compression" in notice.reason


def test_pixels_that_nobody_labelled_are_known_and_leave_doubt(tmp_path: Path) -> None:
    save(tmp_path / "m.png", grey(lesion=1, ignored=255))
    known = {"values": (1,), "void": ((255, 255),)}
    found = looked(tmp_path, "m.png", [{"value": 1}], known)
    assert (found.notices, found.doubtful) == ([], {"lesion"})
    save(tmp_path / "m.png", grey(lesion=1))
    assert looked(tmp_path, "m.png", [{"value": 1}], known).doubtful == set()
    zero = {"values": (1,), "void": ((0, 0),)}
    assert looked(tmp_path, "m.png", [{"value": 1}], zero).doubtful == {"lesion"}


def test_values_below_zero_are_values_too(tmp_path: Path) -> None:
    array = np.zeros(SHAPE, np.int16)
    array[2:4, 2:4], array[6:8, 6:9] = 5, -1
    nibabel.save(nibabel.Nifti1Image(array.T, np.eye(4)), tmp_path / "m.nii")
    for shape, known in (({"value": 5}, {"values": (5,)}), ({"instances": True}, {"values": None})):
        found = looked(tmp_path, "m.nii", [shape], known)
        assert [item.voxels for item in found.kept] == [4]
        assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("-1", "6")]


@pytest.mark.parametrize("off", [1e-7, -1e-7, 9e-4])
def test_values_that_are_whole_numbers_within_rounding(tmp_path: Path, off: float) -> None:
    array = grey(one=1, two=2).astype(np.float32)
    array[array > 0] += np.float32(off)
    nibabel.save(nibabel.Nifti1Image(array.T, np.eye(4)), tmp_path / "m.nii")
    found = looked(tmp_path, "m.nii", [{"value": 1}, {"value": 2}], {"values": (1, 2)})
    assert [item.voxels for item in found.kept] == [4, 4]
    assert found.notices == []


def test_a_fraction_among_values_is_refused_by_name(tmp_path: Path) -> None:
    array = grey(one=1, two=2).astype(np.float32)
    array[array == 2] = 1.98
    nibabel.save(nibabel.Nifti1Image(array.T, np.eye(4)), tmp_path / "m.nii")
    with pytest.raises(DecodeError, match=r"m\.nii: .*fractions in 4 pixels: 1\.98"):
        looked(tmp_path, "m.nii", [{"value": 1}, {"value": 2}], {"values": (1, 2)})


def test_a_map_of_which_no_region_is_read_is_looked_through(tmp_path: Path) -> None:
    """An instance without a row in its table is not passed over because nothing else is there either."""
    save(tmp_path / "m.png", grey(instance=3))
    found = looked(tmp_path, "m.png", [], {"values": ()})
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("3", "4")]
    assert found.doubtful == {"lesion"}


def test_channels_that_no_label_names(tmp_path: Path) -> None:
    save(tmp_path / "m.png", np.dstack([grey(a=255), grey(a=0, b=255, c=255), grey()]))
    known = {"channel": 0, "ranges": ((128, None),)}
    found = looked(tmp_path, "m.png", [{"channel": 0, "at_least": 128}], known)
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("channel 1", "8")]
    save(tmp_path / "m.png", np.dstack([grey(a=255)] * 3 + [np.full(SHAPE, 255, np.uint8)]))
    assert looked(tmp_path, "m.png", [{"channel": 0, "at_least": 128}], known).notices == []  # a grey, and alpha


def test_colours_are_told_from_each_other_to_the_last_pixel(tmp_path: Path) -> None:
    picture = np.dstack([grey(red=255, edge=127), grey(), grey(x=0, edge=0, blue=255)])
    picture[10, 10] = (254, 0, 0)
    save(tmp_path / "m.png", picture)
    red = {"colour": (255, 0, 0)}
    found = looked(tmp_path, "m.png", [red], {"colours": ((255, 0, 0), (0, 0, 255))})
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("#7f0000", "4"), ("#fe0000", "1")]
    alpha = np.where(grey(red=0, edge=0, blue=1), 100, 255).astype(np.uint8)
    save(tmp_path / "m.png", np.dstack([picture, alpha]))
    named = [n.item for n in looked(tmp_path, "m.png", [red], {"colours": ((255, 0, 0), (0, 0, 255))}).notices]
    assert named == ["#0000ff64", "#7f0000", "#fe0000"]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_the_order_of_a_palette_does_not_matter_to_colours(tmp_path: Path, order: list[int]) -> None:
    colours = [(0, 0, 0), (255, 0, 0), (0, 0, 255)]
    indices = np.zeros(SHAPE, np.uint8)
    indices[2:4, :2], indices[2:4, 6:8] = 1, 2
    places = np.argsort(order).astype(np.uint8)  # where each colour stands now
    image = Image.fromarray(places[indices], mode="P")
    image.putpalette([value for n in order for value in colours[n]])
    image.save(tmp_path / "m.png")
    found = looked(tmp_path, "m.png", [{"colour": (255, 0, 0)}], {"colours": ((255, 0, 0),)})
    assert [item.voxels for item in found.kept] == [4]
    assert [(n.item, n.reason.split(" ")[0]) for n in found.notices] == [("#0000ff", "4")]


def test_an_empty_mask_is_said_where_something_should_be_there(tmp_path: Path) -> None:
    save(tmp_path / "m.png", grey())
    open_ = {"ranges": ((None, None),)}
    assert looked(tmp_path, "m.png", [{"binary": True}], open_).notices == []
    stated = (Presence(concept=LESION, state="present"),)
    (notice,) = looked(tmp_path, "m.png", [{"binary": True}], open_, presence=stated).notices
    assert (notice.kind, notice.uri, notice.item) == ("file", "m.png", "label 0")
    found = looked(tmp_path, "m.png", [{"binary": True, "listed": True}], open_)
    assert (len(found.notices), found.doubtful) == (1, {"lesion"})
