"""Volumes as members: every value exactly, where the patient lies, and the same bytes; nibabel reads them back."""

import gzip
from typing import Any

import nibabel
import numpy as np
import pytest

from schemas import MediaGeometry
from transforms.regions.solid import Solid
from transforms.shards.nifti import decode, encode, index_volumes, narrow

AFFINE = ((0.5, 0.0, 0.0, -3.0), (0.0, -0.75, 0.0, 4.0), (0.0, 0.0, 2.5, 5.0), (0.0, 0.0, 0.0, 1.0))  # LPS
PLACED = MediaGeometry(affine=AFFINE, voxel_mm=(0.5, 0.75, 2.5))


def image_of(data: bytes) -> Any:
    return nibabel.Nifti1Image.from_bytes(gzip.decompress(data))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([0, 255], np.uint8), np.uint8), (np.array([-5, 7], np.int8), np.int16),
        (np.array([0, 65535], np.uint16), np.uint16), (np.array([-1024.0, 3071.0], np.float64), np.int16),
        (np.array([-1024.0, 3071.0], np.float32), np.int16), (np.array([0.0, 70000.0]), np.int32),
        (np.array([0.5, 1.5]), np.float32), (np.array([0.1, 1.0]), np.float64),
        (np.array([np.nan, 1.0], np.float32), np.float32), (np.array([np.inf, -2.5]), np.float32),
        (np.array([True, False]), np.uint8), (np.array([-3, 2**31 - 1], np.int64), np.int32),
        (np.array([0, 2**33], np.int64), np.float32), (np.array([0, 2**33 + 1], np.int64), np.float64),
        (np.array([1, 2], ">i2"), np.int16),
    ],
)  # fmt: skip
def test_values_are_kept_exactly_in_the_first_type_that_holds_them(values: np.ndarray, kind: type) -> None:
    found = narrow(values.reshape(2, 1, 1))
    assert found.dtype == kind
    back = np.asanyarray(image_of(encode(found, PLACED)).dataobj)
    assert np.array_equal(back.ravel().astype(values.dtype), values, equal_nan=values.dtype.kind == "f")


def test_what_no_type_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="complex"):
        narrow(np.zeros((2, 2, 2), np.complex64))
    with pytest.raises(ValueError, match="no type of NIfTI holds exactly"):
        narrow(np.full((1, 1, 1), 2**62 + 1, np.int64))
    with pytest.raises(ValueError, match="three axes"):
        encode(np.zeros((2, 2), np.int16), PLACED)


def test_it_lies_where_the_patient_does() -> None:
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    image = image_of(encode(array, PLACED, (-160.0, 240.0), scanner=True))
    x, y, z = np.asarray(AFFINE)[:3] @ (1, 2, 3, 1)
    assert np.allclose(image.affine @ (1, 2, 3, 1), (-x, -y, z, 1))
    assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (1, 1)
    assert np.allclose(image.get_qform(), image.get_sform())
    assert (float(image.header["cal_min"]), float(image.header["cal_max"])) == (-160, 240)
    volume = decode(encode(array, PLACED))
    assert np.array_equal(volume.array, array)
    assert volume.affine is not None
    assert np.allclose(volume.affine, AFFINE)


def test_a_sheared_grid_has_an_sform_alone() -> None:
    sheared = MediaGeometry(
        affine=((1, 0, 0, 0), (0, 1, 0.4, 0), (0, 0, 2, 0), (0, 0, 0, 1)), voxel_mm=(1, 1, 4.16**0.5)
    )
    image = image_of(encode(np.zeros((2, 2, 2), np.uint8), sheared))
    assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (2, 0)
    assert np.allclose(image.affine[1], (0, -1, -0.4, 0))


def test_what_has_no_place_says_so() -> None:
    for geometry, unit in (
        (MediaGeometry(), "unknown"),
        (MediaGeometry(voxel_mm=(0.5, 0.5, 2.0)), "mm"),
    ):
        data = encode(np.ones((2, 2, 2), np.uint8), geometry)
        image = image_of(data)
        assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (0, 0)
        assert image.header.get_xyzt_units()[0] == unit
        assert image.header.get_zooms() == (geometry.voxel_mm or (1, 1, 1))
        assert decode(data).affine is None


def test_the_stream_has_no_time_and_no_name() -> None:
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    data = encode(array, PLACED)
    assert data == encode(np.asfortranarray(array), PLACED)
    assert data[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    with pytest.raises(ValueError, match="not a gzipped NIfTI-1 volume"):
        decode(data[:-20])


def test_regions_that_overlap_go_into_volumes_of_their_own() -> None:
    shape = (6, 5, 4)
    masks = {name: np.zeros(shape, bool) for name in ("r1", "r2", "r300")}
    masks["r1"][1:3, 1:3, 1:3] = True
    masks["r2"][0:4, 0:4, 0:3] = True
    masks["r300"][5, 4, 3] = True
    solids = {name: Solid.at(mask, (0, 0, 0), shape) for name, mask in masks.items()}
    arrays, places = index_volumes({name: solid for name, solid in solids.items() if solid is not None}, shape)
    assert places == {"r2": ("mask.nii.gz", 2), "r1": ("mask1.nii.gz", 1), "r300": ("mask.nii.gz", 300)}
    for name, (member, value) in places.items():
        assert np.array_equal(arrays[member] == value, masks[name])
        solid = solids[name]
        assert solid is not None
        assert Solid.unpacked(solid.packed()).box == solid.box
        assert np.array_equal(Solid.unpacked(solid.packed()).mask, solid.mask)
