"""Annotations become the masks that were drawn: label values, instances, contours with holes, readers who agree."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from schemas import Concept, ContourShape, Geometry, LabelShape, MadeBy, Record, Region, SourceFile
from transforms.media.decoders import DecodeError
from transforms.regions.consensus import consensus
from transforms.regions.resolve import resolve

CT = Concept(system="DCM", code="CT", label="computed tomography")
NODULE = Concept(system="SCT", code="786838002", label="pulmonary nodule")
SHAPE = (20, 16, 5)


def source(uri: str) -> SourceFile:
    return SourceFile(uri=uri, sha256="0" * 64, bytes=1)


def record(shape: tuple[int, ...] = SHAPE) -> Record:
    affine = tuple(map(tuple, np.eye(4).tolist()))
    return Record(
        key="rec", dataset="toy", kind="volume", decoder="nifti", sources=(source("ct.nii.gz"),),
        geometry=Geometry(shape=shape, spacing_mm=(1, 1, 1), affine=affine), modality=CT, subject="toy/1",
    )  # fmt: skip


def region(key: str, shape: object, **meta: object) -> Region:
    return Region(
        key=key, dataset="toy", record="rec", frame="voxel", concept=NODULE, source_label="nodule", shape=shape,
        made_by=MadeBy(kind="human", name=f"reader {key}"), meta=meta,
    )  # fmt: skip


def save_labels(folder: Path, array: np.ndarray) -> None:
    nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), folder / "mask.nii.gz")


def label(value: int, instances: bool = False) -> LabelShape:
    return LabelShape(source=source("mask.nii.gz"), decoder="nifti", value=value, instances=instances)


def test_label_values_become_their_voxels_and_a_missing_value_says_so(tmp_path: Path) -> None:
    array = np.zeros(SHAPE, np.uint8)
    array[2:5, 3:9, 1:3] = 7
    save_labels(tmp_path, array)
    kept, dropped = resolve(tmp_path, record(), [region("a", label(7)), region("b", label(9))])
    np.testing.assert_array_equal(kept[0].full(SHAPE), array == 7)
    assert kept[0].voxels == 3 * 6 * 2
    assert [(d.region.key, d.reason) for d in dropped] == [("b", "label value 9 is not in mask.nii.gz")]
    np.testing.assert_array_equal(kept[0].plane(2, 1, SHAPE), array[:, :, 1] == 7)
    assert kept[0].plane(2, 4, SHAPE) is None


def test_an_instance_map_gives_a_region_each(tmp_path: Path) -> None:
    array = np.zeros(SHAPE, np.uint16)
    array[0:2, 0:2, 0], array[5:9, 5:9, 2], array[5:9, 10:12, 2] = 1, 4, 9
    save_labels(tmp_path, array)
    kept, _ = resolve(tmp_path, record(), [region("n", label(0, instances=True))])
    assert sorted(item.voxels for item in kept) == [4, 8, 16]
    assert len({item.region.key for item in kept}) == 3


def test_a_mask_on_another_grid_is_refused(tmp_path: Path) -> None:
    save_labels(tmp_path, np.ones((20, 16, 4), np.uint8))
    with pytest.raises(DecodeError, match=r"mask\.nii\.gz: mask grid \(20, 16, 4\) differs"):
        resolve(tmp_path, record(), [region("a", label(1))])


def test_a_contour_holds_the_pixels_strictly_inside_it() -> None:
    """LIDC rings run through the first pixels outside the nodule; matplotlib's polygon test is the oracle."""
    ring = ((3.0, 3.0), (12.0, 3.0), (12.0, 11.0), (7.0, 14.0), (3.0, 11.0))
    shape = ContourShape(planes=(2,), rings=(ring,), holes=(False,), includes_edge=False)
    kept, _ = resolve(Path(), record(), [region("a", shape)])
    i, j = np.mgrid[:20, :16]
    inside = Polygon(ring).contains_points(np.stack([i.ravel(), j.ravel()], 1), radius=-1e-6).reshape(i.shape)
    drawn = kept[0].full(SHAPE)[:, :, 2]
    assert not (drawn & ~inside).any()
    assert (inside & ~drawn).sum() <= 6  # a slanted edge runs through pixels whose centres lie just inside
    assert not kept[0].full(SHAPE)[:, :, [0, 1, 3, 4]].any()


def test_a_hole_is_cut_out() -> None:
    outer = ((1.0, 1.0), (15.0, 1.0), (15.0, 13.0), (1.0, 13.0))
    inner = ((5.0, 5.0), (9.0, 5.0), (9.0, 9.0), (5.0, 9.0))
    shape = ContourShape(planes=(0, 0), rings=(outer, inner), holes=(False, True), includes_edge=True)
    kept, _ = resolve(Path(), record(), [region("a", shape)])
    assert kept[0].voxels == 15 * 13 - 3 * 3  # the edge belongs to the region, so only the hole's inside is cut


def test_readers_agree_where_half_of_them_drew() -> None:
    def square(key: str, low: float, high: float, malignancy: float) -> Region:
        ring = ((low, low), (high, low), (high, high), (low, high))
        shape = ContourShape(planes=(1,), rings=(ring,), holes=(False,))
        return region(key, shape, nodule=1, ratings={"malignancy": malignancy})

    readers = [square("a", 2, 8, 5), square("b", 2, 8, 4), square("c", 4, 10, 5), square("d", 4, 12, 4)]
    kept, _ = resolve(Path(), record(), readers)
    (agreed,) = consensus(kept, SHAPE)
    votes = sum(item.full(SHAPE).astype(int) for item in kept)
    np.testing.assert_array_equal(agreed.full(SHAPE), votes >= 2)
    assert agreed.region.made_by.name == "4 readers"
    assert agreed.region.meta["ratings"] == {"malignancy": 4.5}
    assert sorted(agreed.region.meta["readers"]) == ["a", "b", "c", "d"]
