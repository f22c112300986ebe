"""Volumes whose axes are not perpendicular: what is measured is right by a closed formula, the rest is refused."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catalog
from schemas import BoxShape, Concept, Geometry, MadeBy, Record, Region, SourceFile
from schemas.recipe import ViewSpec
from tests.connectors import small
from transforms.facts import ops
from transforms.media.geometry import AXES, between_planes, grid, media_geometry, native_plane, oblique, plane_axis
from transforms.media.pixels import Pixels
from transforms.media.render import render
from transforms.regions.experts import _ct
from transforms.regions.resolve import Resolved, cropped
from transforms.regions.views import choose, refused
from transforms.regions.volume import volume_facts

CT = Concept(system="DCM", code="CT", label="computed tomography")
SPACE = catalog.labelspace()
TILT = float(np.deg2rad(20))
SHAPE = (40, 36, 20)


def geometry(columns: np.ndarray, shape: tuple[int, ...] = SHAPE) -> Geometry:
    """The geometry of an LPS affine with these three columns."""
    affine = np.eye(4)
    affine[:3, :3] = columns
    sides = tuple(float(x) for x in np.linalg.norm(columns, axis=0))
    return Geometry(shape=shape, spacing_mm=sides, affine=tuple(map(tuple, affine.tolist())))


def gantry(degrees: float = 20, step: float = 5.0) -> Geometry:
    """A CT whose table moves along z while its slices are tilted about x."""
    angle = np.deg2rad(degrees)
    return geometry(np.array([[0.75, 0, 0], [0, 0.5 * np.cos(angle), 0], [0, -0.5 * np.sin(angle), step]]))


def record(found: Geometry) -> Record:
    return Record(
        key="rec", dataset="toy", kind="volume", decoder="nifti", subject="toy/1", modality=CT, geometry=found,
        sources=(SourceFile(uri="a.nii", sha256="0" * 64, bytes=1),),
    )  # fmt: skip


def box(found: Geometry, low: tuple[int, ...] = (8, 6, 5), high: tuple[int, ...] = (28, 26, 15)) -> Resolved:
    mask = np.zeros(found.shape, bool)
    mask[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = True
    concept = SPACE.concept("lesion")
    region = Region(
        key="a", dataset="toy", record="rec", frame="voxel", concept=concept, source_label="lesion",
        shape=BoxShape(xyxy=(0, 0, 1, 1)), made_by=MadeBy(kind="human", name="reader"),
    )  # fmt: skip
    return cropped(region, mask)


def test_what_a_tilted_gantry_shows_is_measured_and_what_it_shears_is_not_cut() -> None:
    found = gantry()
    assert native_plane(found) == "axial"
    assert (oblique(found, "axial"), oblique(found, "coronal")) == (None, None)
    assert "sheared by 20.00 degrees" in str(oblique(found, "sagittal"))
    with pytest.raises(ValueError, match="sheared"):
        grid(found, "sagittal", 3)
    assert between_planes(found, 2) == pytest.approx(5 * np.cos(TILT))  # 4.698 mm, not the 5 of a step


def test_volume_and_diameter_by_the_closed_formula() -> None:
    found = gantry()
    facts = {fact.predicate: fact for fact in volume_facts(box(found), found, SPACE)}
    assert facts["volume"].value == pytest.approx(20 * 20 * 10 * 0.75 * 0.5 * 5 * np.cos(TILT) / 1000, rel=1e-4)
    across, down = 19 * 0.75, 19 * 0.5  # between the centres of the outermost pixels, and a pixel along that way
    long = np.hypot(across, down)
    assert facts["diameter"].value == pytest.approx(long + np.hypot(across * 0.75, down * 0.5) / long, rel=1e-4)


def test_the_planes_that_are_cut_are_measured_right() -> None:
    found, item = gantry(), box(gantry())
    pixels = Pixels(np.random.default_rng(0).normal(size=SHAPE).astype(np.float32), found)
    for frame, area in (("axial:8", 20 * 20 * 0.75 * 0.5), ("coronal:9", 20 * 10 * 0.75 * 5)):
        shown = render(record(found), pixels, frame, None)
        mask = shown.place(item)
        assert mask is not None
        assert shown.geometry is not None
        assert ops.area(mask, shown.geometry.spacing_mm) == pytest.approx(area, rel=0.01)  # resampled to squares


def test_a_recipe_loses_the_sheared_planes_alone_and_is_told() -> None:
    spec = ViewSpec.model_validate({"planes": {"axial": 2, "sagittal": 2, "coronal": 1}})
    frames = choose(record(gantry()), [], spec, {})
    assert {frame.split(":")[0] for frame in frames} == {"axial", "coronal"}
    (reason,) = refused(record(gantry()), spec)
    assert reason.startswith("sagittal planes are not cut")
    assert refused(record(gantry(0)), spec) == []


def test_thin_slices_of_a_tilted_gantry_are_shown_in_a_plane_that_can_be_measured() -> None:
    for degrees in (-25, -3, 3, 25):
        found = gantry(degrees, step=0.5)
        assert oblique(found, native_plane(found)) is None


def test_an_expert_counts_the_voxels_of_a_sheared_volume_at_their_volume() -> None:
    found = gantry()
    volume = _ct.coarse(Pixels(np.zeros(SHAPE, np.float32), found, "HU"))
    voxel = abs(np.linalg.det(np.asarray(found.affine)[:3, :3]))
    assert np.prod(volume.spacing) == pytest.approx(voxel * np.prod(volume.factors))


numbers = st.floats(-0.4, 0.4)


@settings(deadline=None)
@given(st.lists(numbers, min_size=6, max_size=6), st.permutations(range(3)), st.tuples(*[st.floats(0.4, 3)] * 3))
def test_whatever_is_cut_of_any_affine_has_the_area_of_its_parallelograms(
    shears: list[float], order: list[int], sides: tuple[float, ...]
) -> None:
    columns = np.eye(3)
    columns[np.triu_indices(3, 1)], columns[np.tril_indices(3, -1)] = shears[:3], shears[3:]
    found = geometry((columns * sides)[:, order])
    item = box(found)
    for plane in AXES:
        axis = plane_axis(found, plane)  # type: ignore[arg-type]
        if oblique(found, plane):  # type: ignore[arg-type]
            continue
        one, other = np.delete(np.asarray(found.affine)[:3, :3], axis, axis=1).T
        cut = grid(found, plane, item.offset[axis])  # type: ignore[arg-type]
        spacing = media_geometry(found, cut).spacing_mm
        assert spacing is not None
        pixel = cut.size[0] * cut.size[1] * spacing[0] * spacing[1]
        count = np.prod(np.delete(found.shape, axis))
        assert pixel == pytest.approx(count * np.linalg.norm(np.cross(one, other)), rel=1e-4)


@pytest.mark.parametrize("suffix", [".nii.gz", ".nrrd", ".mha"])
def test_sheared_headers_keep_their_shear_in_every_format(tmp_path: Path, suffix: str) -> None:
    """nibabel is the oracle of NIfTI; of NRRD and MetaImage the header as it was written."""
    lps = np.asarray(gantry().affine)
    array = np.zeros(SHAPE, np.int16)
    array[3:9, 4:8] = 40
    path = tmp_path / f"a{suffix}"
    if suffix == ".nii.gz":
        image = nibabel.Nifti1Image(array, np.diag([-1, -1, 1, 1]) @ lps)
        image.header.set_xyzt_units("mm")
        image.set_sform(image.affine, 2)
        image.set_qform(None, 0)
        nibabel.save(image, path)
        np.testing.assert_allclose(nibabel.load(path).affine, np.diag([-1, -1, 1, 1]) @ lps, atol=1e-6)
    elif suffix == ".nrrd":
        rows = " ".join(f"({','.join(map(str, lps[:3, axis]))})" for axis in range(3))
        head = f"NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 40 36 20\n" \
            f"space directions: {rows}\nspace origin: (0,0,0)\nendian: little\nencoding: raw\n\n"  # fmt: skip
        path.write_bytes(head.encode() + array.tobytes("F"))
    else:
        sides = np.linalg.norm(lps[:3, :3], axis=0)
        matrix = " ".join(str(x) for x in (lps[:3, :3] / sides).T.ravel())
        head = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n" \
            f"TransformMatrix = {matrix}\nOffset = 0 0 0\nElementSpacing = {' '.join(map(str, sides))}\n" \
            "DimSize = 40 36 20\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"  # fmt: skip
        path.write_bytes(head.encode() + array.tobytes("F"))
    (found,), _ = small.read(small.card("volumes", {"files": [f"{{case}}{suffix}"], "modality": "ct"}), tmp_path)
    np.testing.assert_allclose(found.geometry.affine, lps, atol=1e-6)
    assert oblique(found.geometry, "sagittal")
