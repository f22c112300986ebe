"""Regions over pixels that have no value are named, and measured on those that have one."""

import numpy as np
import pytest

import catalog
from schemas import BoxShape, Concept, Geometry, MadeBy, Media, Record, Region, SourceFile
from transforms.facts import intensity
from transforms.media.pixels import Pixels
from transforms.media.render import render
from transforms.regions import scene
from transforms.regions.resolve import Resolved, cropped
from transforms.regions.segments import Box, Segment
from transforms.regions.valueless import cut, valueless

SPACE = catalog.labelspace()
CT = Concept(system="DCM", code="CT", label="computed tomography")
AFFINE = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 2.0, 0.0), (0.0, 0.0, 0.0, 1.0))


def region(mask: np.ndarray) -> Resolved:
    found = Region(
        key="a", dataset="toy", record="rec", frame="voxel", concept=SPACE.concept("liver"), source_label="Liver",
        shape=BoxShape(xyxy=(0, 0, 1, 1)), made_by=MadeBy(kind="human", name="reader"),
    )  # fmt: skip
    return cropped(found, mask)


@pytest.mark.parametrize("none", [np.nan, np.inf, -np.inf])
def test_pixels_without_a_value_are_counted_under_each_region(none: float) -> None:
    array = np.full((10, 12, 5), 50.0, np.float32)
    array[:4] = none
    mask = np.zeros(array.shape, bool)
    mask[2:8, 3:6, 1:3] = True
    mask[3, 4, 1] = False  # a hole, where there is no value either
    (line,) = valueless([region(mask)], Pixels(array, Geometry(shape=array.shape)))
    assert line.startswith(f"{2 * 3 * 2 - 1} of {6 * 3 * 2 - 1} pixels of 'Liver' have no value")
    mask[:4] = False
    assert not list(valueless([region(mask)], Pixels(array, Geometry(shape=array.shape))))


@pytest.mark.parametrize("channels", [(), (3,)])
def test_what_a_model_finds_where_there_is_no_value_is_cut(channels: tuple[int, ...]) -> None:
    array = np.full((10, 12, *channels), 50.0, np.float32)
    if channels:
        array[:4, :, -1] = np.nan  # one channel is enough
    else:
        array[:4] = np.nan
    objects = np.zeros((10, 12), np.int32)
    objects[2:6, 3:6], objects[0:3, 8:10], box = 1, 2, Box("liver", (0.0, 0.0, 3.0, 3.0))
    pixels = Pixels(array, Geometry(shape=(10, 12)))
    whole, each, same = cut([Segment("liver", objects > 0), Segment("liver", objects, instances=True), box], pixels)
    wanted = objects.copy()
    wanted[:4] = 0
    assert isinstance(whole, Segment)
    assert isinstance(each, Segment)
    assert whole.mask.dtype == bool
    assert (whole.mask == (wanted > 0)).all()
    assert (each.mask == wanted).all()
    assert same is box


def test_whole_numbers_always_have_a_value() -> None:
    array = np.zeros((6, 7), np.uint8)
    assert not list(valueless([region(np.ones((6, 7), bool))], Pixels(array, Geometry(shape=array.shape))))


def hounsfield(array: np.ndarray, mask: np.ndarray) -> list[float]:
    """The means that are stated of a region on the middle slice of a CT in HU."""
    source = SourceFile(uri="a.nii", sha256="0" * 64, bytes=1)
    geometry = Geometry(shape=array.shape, spacing_mm=(1, 1, 2), affine=AFFINE)
    record = Record(
        key="rec", dataset="toy", kind="volume", decoder="nifti", sources=(source,), subject="toy/1", modality=CT,
        geometry=geometry, unit="HU",
    )  # fmt: skip
    pixels = Pixels(array, geometry, "HU")
    shown = render(record, pixels, "axial:2", (-100, 100))
    view = scene.build(record, "axial:2", shown, [region(mask)], "HU").view
    assert isinstance(view.scene.media[0], Media)
    return [float(draft.value) for draft in intensity.measure(view, SPACE)]


def test_means_are_of_the_pixels_that_have_a_value() -> None:
    array = np.full((10, 12, 5), np.nan, np.float32)
    array[5:, :, :] = 60.0
    mask = np.zeros(array.shape, bool)
    mask[2:8, 3:6, 1:4] = True
    assert hounsfield(array, mask) == [60.0]
    mask[5:] = False
    assert hounsfield(array, mask) == []
