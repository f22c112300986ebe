"""Volumes against the libraries that wrote them: nibabel, SimpleITK and pynrrd say where each voxel lies."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import nibabel
import nrrd
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import LayoutError
from connectors.headers import formats
from connectors.headers.grids import HeaderRules
from schemas import DatasetCard, Record
from tests.connectors import small
from tests.connectors.readers.written import AFFINE, SHAPE, SUFFIXES, itk, nifti, voxels
from transforms.media.decoders import decode


def card(*files: str, **options: Any) -> DatasetCard:
    return small.card("volumes", {"files": list(files), **options})


def only(root: Path, *files: str, **options: Any) -> Record:
    (record,), _ = small.read(card(*files, **options), root)
    return record


def refusal(root: Path, *files: str, **options: Any) -> str:
    (reason,) = small.refused(card(*files, **options), root)
    return reason


@st.composite
def placements(draw: st.DrawFn) -> tuple[np.ndarray, list[float], list[float]]:
    """A direction matrix (a rotation, its axes permuted and mirrored), spacing and origin."""
    q = np.array(draw(st.lists(st.floats(-1, 1), min_size=4, max_size=4)))
    w, x, y, z = q / np.linalg.norm(q) if np.linalg.norm(q) > 0.1 else (1.0, 0.0, 0.0, 0.0)
    turned = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    turned = turned[:, draw(st.permutations(range(3)))] * draw(st.tuples(*[st.sampled_from((1, -1))] * 3))
    spacing = draw(st.lists(st.floats(0.1, 9), min_size=3, max_size=3))
    return turned, spacing, draw(st.lists(st.floats(-500, 500), min_size=3, max_size=3))


@settings(max_examples=60, deadline=None)
@given(placements(), st.sampled_from(SUFFIXES), st.booleans())
def test_every_format_lies_where_simpleitk_says(
    tmp_path_factory: pytest.TempPathFactory, placement: Any, suffix: str, packed: bool
) -> None:
    direction, spacing, origin = placement
    path = tmp_path_factory.mktemp("v") / f"a{suffix}"
    image = sitk.GetImageFromArray(np.ascontiguousarray(voxels().T))
    image.SetDirection(np.ravel(direction).tolist())
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    sitk.WriteImage(image, str(path), useCompression=packed)
    geometry = formats.header_of(path.parent, path.name, HeaderRules()).geometry()
    read = sitk.ReadImage(str(path))
    for voxel in ((0, 0, 0), (3, 0, 0), (0, 4, 0), (1, 2, 5)):
        ours = (np.asarray(geometry.affine) @ [*voxel, 1])[:3]
        assert ours == pytest.approx(read.TransformIndexToPhysicalPoint(voxel), abs=2e-3)
    assert geometry.spacing_mm == pytest.approx(read.GetSpacing(), rel=1e-5)
    cosines = np.sort(np.abs(np.asarray(direction)), axis=0)
    if (cosines[-1] - cosines[-2] > 0.05).all():  # no axis half way between two of the patient's
        told = sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(np.ravel(direction).tolist())
        assert geometry.orientation == told


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=12, max_size=12))
def test_sheared_sform_is_nibabels(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]) -> None:
    affine = np.vstack([np.reshape(numbers, (3, 4)) + np.c_[np.eye(3) * 7, np.zeros(3)], [0, 0, 0, 1]])
    path = tmp_path_factory.mktemp("v") / "a.nii"
    image = nibabel.Nifti1Image(voxels(), None)
    image.set_sform(affine, 2)
    image.header.set_xyzt_units("mm")
    nibabel.save(image, path)
    geometry = formats.header_of(path.parent, path.name, HeaderRules()).geometry()
    ras = nibabel.affines.apply_affine(nibabel.load(path).affine, (1, 2, 3))
    assert (np.asarray(geometry.affine) @ [1, 2, 3, 1])[:3] == pytest.approx(ras * [-1, -1, 1], abs=1e-6)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("suffix", [*SUFFIXES, ".img", ".hdr"])
def test_pixels_of_each_format_in_a_folder_and_in_a_zip(
    tmp_path: Path, suffix: str, inside: bool, packed: bool
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    if suffix in (".img", ".hdr"):
        pair = nibabel.Nifti1Pair(voxels(), AFFINE)
        pair.header.set_xyzt_units("mm")
        nibabel.save(pair, folder / "case1.img")
    else:
        itk(folder / f"case1{suffix}", voxels(), packed=packed)
    if inside:
        with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, f"set/{path.name}")
    record = only(tmp_path, f"{'all.zip/' if inside else ''}set/{{case}}{suffix}", subject="{case}")
    assert np.array_equal(decode(tmp_path, record).array, voxels())
    assert (record.subject, record.geometry.shape, record.kind) == ("small/case1", SHAPE, "volume")
    assert len(record.sources) == (2 if suffix in (".img", ".hdr", ".mhd", ".nhdr") else 1)
    assert all(bool(source.member) is inside for source in record.sources)


def test_a_change_of_the_raw_file_changes_the_fingerprint(tmp_path: Path) -> None:
    itk(tmp_path / "a.mhd", voxels())
    items = small.open_dataset(card("{case}.mhd"), small.catalog.labelspace())
    (before,) = items.listing(tmp_path)
    (tmp_path / "a.raw").write_bytes((tmp_path / "a.raw").read_bytes() + b"\0")
    (after,) = items.listing(tmp_path)
    assert before.group == ("a.raw",)
    assert before.fingerprint != after.fingerprint


def test_channels_of_a_4d_file(tmp_path: Path) -> None:
    array = voxels(4, 5, 6, 3)
    nifti(tmp_path / "a.nii.gz", array)
    channels = {"0": {"sequence": "FLAIR"}, "2": {"sequence": "T1"}}
    records, _ = small.read(card("{case}.nii.gz", channels=channels, keep=["sequence", "channel"]), tmp_path)
    assert [record.meta for record in records] == [
        {"sequence": "FLAIR", "channel": "0"}, {"sequence": "T1", "channel": "2"},
    ]  # fmt: skip
    assert records[0].key != records[1].key
    for record, channel in zip(records, (0, 2), strict=True):
        assert np.array_equal(decode(tmp_path, record).array, array[..., channel])


@pytest.mark.parametrize("suffix", [".nii.gz", ".mha"])
def test_frames_of_a_4d_file(tmp_path: Path, suffix: str) -> None:
    array = voxels(4, 5, 6, 2)
    if suffix == ".mha":
        itk(tmp_path / "a.mha", array)
    else:
        nifti(tmp_path / "a.nii.gz", array)
    records, _ = small.read(card("{case}" + suffix, frames=True, keep=["frame"]), tmp_path)
    assert [(record.meta["frame"], record.sources[0].select) for record in records] == [
        ("0", "[...,0]"), ("1", "[...,1]"),
    ]  # fmt: skip
    assert np.array_equal(decode(tmp_path, records[1]).array, array[..., 1])


def test_nrrd_whose_first_axis_is_no_axis_of_space(tmp_path: Path) -> None:
    array = voxels(2, 4, 5, 6)
    directions = np.vstack([np.full(3, np.nan), np.diag([-0.5, 0.75, 2])])
    header = {"space": "RAS", "space directions": directions, "space origin": [10, -20, 30], "kinds": ["list"] + ["domain"] * 3}  # fmt: skip # noqa: E501
    nrrd.write(str(tmp_path / "a.nrrd"), array, header)
    records, _ = small.read(card("{case}.nrrd", frames=True), tmp_path)
    assert [record.sources[0].select for record in records] == ["[0]", "[1]"]
    assert records[1].geometry.shape == SHAPE
    assert np.asarray(records[1].geometry.affine) == pytest.approx(np.diag([-1, -1, 1, 1]) @ AFFINE)
    assert np.array_equal(decode(tmp_path, records[1]).array, array[1])


def test_a_4d_file_of_which_the_card_says_nothing(tmp_path: Path) -> None:
    nifti(tmp_path / "a.nii", voxels(4, 5, 6, 2))
    assert "holds 2 volumes" in refusal(tmp_path, "{case}.nii")
    assert "no channel 2: it holds 2" in refusal(tmp_path, "{case}.nii", channels={"2": {}})
    with pytest.raises(LayoutError, match=r"options\.frames"):
        only(tmp_path, "{case}.nii", channels={"0": {}}, frames=True)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 1), (4, 5, 1, 1)])
def test_a_slice_is_a_volume_or_a_picture(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = voxels(*shape)
    nifti(tmp_path / "a.nii.gz", array)
    record = only(tmp_path, "{case}.nii.gz")
    assert (record.geometry.shape, record.geometry.spacing_mm) == ((4, 5, 1), (0.5, 0.75, 2.0))
    assert np.array_equal(decode(tmp_path, record).array, array.reshape(4, 5, 1))
    picture = only(tmp_path, "{case}.nii.gz", kind="image")
    assert (picture.kind, picture.geometry.shape, picture.geometry.spacing_mm) == ("image", (5, 4), (0.75, 0.5))
    assert picture.geometry.affine is None
    assert np.array_equal(decode(tmp_path, picture).array, array.reshape(4, 5).T)


@pytest.mark.parametrize("shape", [(4, 5, 7), (4, 5, 1, 7)])
def test_a_clip(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = voxels(*shape)
    nifti(tmp_path / "a.nii.gz", array)
    clip = only(tmp_path, "{case}.nii.gz", kind="clip")
    assert (clip.kind, clip.geometry.shape, clip.geometry.spacing_mm) == ("clip", (7, 5, 4), (0.75, 0.5))
    assert np.array_equal(decode(tmp_path, clip).array[3], array.reshape(4, 5, 7)[..., 3].T)
    assert "is no image" in refusal(tmp_path, "{case}.nii.gz", kind="image") or shape[2] == 1


def test_a_flat_metaimage_has_no_place_in_the_patient(tmp_path: Path) -> None:
    itk(tmp_path / "a.mhd", voxels(4, 5))
    assert "say kind: image" in refusal(tmp_path, "{case}.mhd")
    picture = only(tmp_path, "{case}.mhd", kind="image")
    assert (picture.geometry.shape, picture.geometry.spacing_mm) == ((5, 4), (0.75, 0.5))
    assert np.array_equal(decode(tmp_path, picture).array, voxels(4, 5).T)


def test_forms_that_disagree(tmp_path: Path) -> None:
    other = AFFINE.copy()
    other[:3, 3] += 5
    nifti(tmp_path / "a.nii", voxels(), sform=(other, 1), qform=(AFFINE, 1))
    assert "qform and sform disagree by up to 5" in refusal(tmp_path, "{case}.nii")
    for forms, affine in (("sform", other), ("qform", AFFINE)):
        found = only(tmp_path, "{case}.nii", forms=forms).geometry.affine
        assert np.asarray(found) == pytest.approx(np.diag([-1, -1, 1, 1]) @ affine, abs=1e-5)


def test_no_form_at_all(tmp_path: Path) -> None:
    nifti(tmp_path / "a.nii", voxels(), sform=(None, 0), qform=(None, 0))
    assert "spacing_missing: true" in refusal(tmp_path, "{case}.nii")
    bare = only(tmp_path, "{case}.nii", spacing_missing=True).geometry
    assert (bare.shape, bare.spacing_mm, bare.affine, bare.orientation) == (SHAPE, None, None, None)
    told = only(tmp_path, "{case}.nii", orientation="LAS").geometry
    assert (told.spacing_mm, told.orientation) == ((0.5, 0.75, 2.0), "LAS")
    assert np.asarray(told.affine).tolist() == np.diag([0.5, -0.75, 2, 1]).tolist()  # LPS: L is +x, A is -y
    with pytest.raises(LayoutError, match="orientation"):
        only(tmp_path, "{case}.nii", orientation="LLS")


def test_analyze_has_voxel_sizes_and_no_orientation(tmp_path: Path) -> None:
    nibabel.save(nibabel.AnalyzeImage(voxels(), AFFINE), tmp_path / "a.hdr")
    assert "does not tell where" in refusal(tmp_path, "{case}.hdr")
    assert only(tmp_path, "{case}.img", spacing_missing=True).geometry.spacing_mm == (0.5, 0.75, 2.0)
    record = only(tmp_path, "{case}.img", orientation="RAS")
    assert (record.geometry.orientation, [s.uri for s in record.sources]) == ("RAS", ["a.img", "a.hdr"])
    assert np.array_equal(decode(tmp_path, record).array, voxels())


@pytest.mark.parametrize(("unit", "scale"), [("meter", 1000.0), ("micron", 0.001), ("mm", 1.0)])
def test_units_of_length(tmp_path: Path, unit: str, scale: float) -> None:
    nifti(tmp_path / "a.nii", voxels(), units=unit)
    assert only(tmp_path, "{case}.nii").geometry.spacing_mm == pytest.approx((0.5 * scale, 0.75 * scale, 2 * scale))


def test_unknown_unit_of_length(tmp_path: Path) -> None:
    nifti(tmp_path / "a.nii", voxels(), units="unknown")
    assert "layout.options.units" in refusal(tmp_path, "{case}.nii")
    assert only(tmp_path, "{case}.nii", units="mm").geometry.spacing_mm == (0.5, 0.75, 2.0)


def test_colour_and_complex_are_refused(tmp_path: Path) -> None:
    colour = np.zeros(SHAPE, np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")]))
    nifti(tmp_path / "a.nii", colour)
    assert "colour" in refusal(tmp_path, "{case}.nii")
    vector = sitk.GetImageFromArray(np.zeros((4, 3, 2, 3), np.uint8), isVector=True)
    sitk.WriteImage(vector, str(tmp_path / "b.mha"))
    assert "3 values a voxel" in refusal(tmp_path, "{case}.mha")
    nrrd.write(str(tmp_path / "c.nrrd"), voxels(3, 4, 5, 6), {"kinds": ["RGB-color"] + ["domain"] * 3})
    assert "colour" in refusal(tmp_path, "{case}.nrrd")


def test_nan_in_the_affine(tmp_path: Path) -> None:
    nifti(tmp_path / "a.nii", voxels())
    data = bytearray((tmp_path / "a.nii").read_bytes())
    data[280:284] = np.float32(np.nan).tobytes()  # srow_x[0]
    data[252:254] = b"\0\0"  # qform_code
    (tmp_path / "a.nii").write_bytes(data)
    assert "not finite" in refusal(tmp_path, "{case}.nii")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("suffix", "victim"),
    [(s, s) for s in (".nii", ".nii.gz", ".nrrd", ".mha")] + [(".mhd", "raw"), (".mhd", ".mhd"), (".nhdr", "raw")],
)
def test_cut_and_missing_files_are_refused(tmp_path: Path, suffix: str, victim: str, packed: bool) -> None:
    rng = np.random.default_rng(0)
    itk(tmp_path / f"a{suffix}", rng.integers(0, 999, (20, 20, 20)).astype(np.int16), packed=packed)
    target = next(p for p in sorted(tmp_path.iterdir()) if p.name.endswith(victim) or victim in p.suffix + p.name[1:])
    data = target.read_bytes()
    for broken in (data[: len(data) * 2 // 3], data[:20], b""):
        target.write_bytes(broken)
        assert target.name in refusal(tmp_path, "{case}" + suffix)
    target.unlink()
    if victim == "raw":
        assert "not there" in refusal(tmp_path, "{case}" + suffix)


def test_a_header_that_promises_another_size(tmp_path: Path) -> None:
    itk(tmp_path / "a.mhd", voxels())
    text = (tmp_path / "a.mhd").read_text()
    (tmp_path / "a.mhd").write_text(text.replace("DimSize = 4 5 6", "DimSize = 4 5 7"))
    assert "promises 280 bytes, the file holds 240" in refusal(tmp_path, "{case}.mhd")
    (tmp_path / "a.mhd").write_text(text.replace("NDims = 3", "NDims = 2"))
    assert "NDims is 2" in refusal(tmp_path, "{case}.mhd")
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(b"no image at all, but long enough" * 30))
    assert "not a readable NIfTI header" in refusal(tmp_path, "{case}.nii.gz")


def test_metaimage_matrix_of_one_axis_after_another(tmp_path: Path) -> None:
    """By hand: the first three numbers are where i goes."""
    itk(tmp_path / "a.mhd", voxels())
    text = (tmp_path / "a.mhd").read_text()
    turned = text.replace("TransformMatrix = 1 0 0 0 1 0 0 0 1", "TransformMatrix = 0 1 0 0 0 1 1 0 0")
    assert turned != text
    (tmp_path / "a.mhd").write_text(turned)
    geometry = only(tmp_path, "{case}.mhd").geometry
    assert (np.asarray(geometry.affine) @ [2, 0, 0, 1])[:3].tolist() == [10.0, -19.0, 30.0]
    assert geometry.orientation == "PSL"
