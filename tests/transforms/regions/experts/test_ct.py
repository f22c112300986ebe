"""The CT experts on a drawn chest: ellipsoids of known HU, in every orientation of the array."""

import numpy as np
import pytest
from nibabel.orientations import apply_orientation, axcodes2ornt, inv_ornt_aff, ornt_transform

from schemas import Geometry
from transforms.media.pixels import Pixels
from transforms.regions.experts import body_hu, bone_hu, lungs_hu
from transforms.regions.metrics import dice

SHAPE, SPACING = (120, 90, 40), (3.0, 3.0, 5.0)


def ellipsoid(centre: tuple[float, float, float], radii: tuple[float, float, float]) -> np.ndarray:
    """In mm of an LPS grid whose corner is at (-180, -135, 0)."""
    x, y, z = (
        (np.arange(n) * s + o).reshape([-1 if a == b else 1 for b in range(3)])
        for a, (n, s, o) in enumerate(zip(SHAPE, SPACING, (-180.0, -135.0, 0.0), strict=True))
    )
    return sum(((v - c) / r) ** 2 for v, c, r in zip((x, y, z), centre, radii, strict=True)) <= 1


BIG = 1e6
PARTS = {
    "body": ellipsoid((0, 0, 100), (150, 105, BIG)),
    "right": ellipsoid((-70, 0, 100), (50, 65, 80)),
    "left": ellipsoid((75, 0, 100), (42, 55, 75)),
    "trachea": ellipsoid((0, -20, 100), (8, 8, BIG)),
    "vertebra": ellipsoid((0, 70, 100), (20, 16, BIG)),
    "marrow": ellipsoid((0, 70, 100), (14, 10, BIG)),
    "heart": ellipsoid((10, -45, 60), (22, 25, 35)),
}


@pytest.fixture(scope="module")
def chest() -> np.ndarray:
    hu = np.full(SHAPE, -1000, np.float32)
    hu[PARTS["body"]] = 40
    hu[PARTS["heart"]] = 40
    hu[PARTS["right"] | PARTS["left"]] = -850
    hu[PARTS["trachea"]] = -1000
    hu[PARTS["vertebra"]] = 500
    hu[PARTS["marrow"]] = 100
    hu[:, -4:-2] = 100  # the table
    hu += np.random.default_rng(7).normal(0, 15, SHAPE).astype(np.float32)
    return hu.astype(np.int16)


def stored(array: np.ndarray, axes: str) -> tuple[np.ndarray, np.ndarray]:
    """The LPS array as a file whose axes run to `axes` would hold it, and that file's affine to LPS mm."""
    affine = np.array([[3.0, 0, 0, -180], [0, 3, 0, -135], [0, 0, 5, 0], [0, 0, 0, 1]])
    world = (("R", "L"), ("A", "P"), ("I", "S"))
    turn = ornt_transform(axcodes2ornt("LPS", world), axcodes2ornt(axes, world))
    return apply_orientation(array, turn), affine @ inv_ornt_aff(turn, array.shape)


def as_pixels(array: np.ndarray, affine: np.ndarray | None) -> Pixels:
    spacing = SPACING if affine is None else tuple(np.linalg.norm(affine[:3, :3], axis=0).tolist())
    matrix = None if affine is None else affine.tolist()
    return Pixels(array, Geometry(shape=array.shape, spacing_mm=spacing, affine=matrix), "HU")


@pytest.mark.parametrize("axes", ["LPS", "RAS", "RPS", "LAI", "SPL", "PIR"])
def test_each_lung_is_named_for_the_patients_side(chest: np.ndarray, axes: str) -> None:
    array, affine = stored(chest, axes)
    found = {s.concept: s.mask for s in lungs_hu.segment(as_pixels(array, affine))}
    assert set(found) == {"left_lung", "right_lung"}
    for side in ("left", "right"):
        assert dice(found[f"{side}_lung"], stored(PARTS[side], axes)[0]) > 0.96


def test_an_oblique_affine_does_not_change_the_sides(chest: np.ndarray) -> None:
    _, affine = stored(chest, "LPS")
    angle = np.deg2rad(25)
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    found = {s.concept: s.mask for s in lungs_hu.segment(as_pixels(chest, turn @ affine))}
    assert dice(found["left_lung"], PARTS["left"]) > 0.96


def test_without_an_affine_no_side_is_named(chest: np.ndarray) -> None:
    (only,) = lungs_hu.segment(as_pixels(chest, None))
    assert only.concept == "lung"
    assert dice(only.mask, PARTS["left"] | PARTS["right"]) > 0.96


def test_the_windpipe_is_no_lung(chest: np.ndarray) -> None:
    airways = ellipsoid((0, -20, 100), (10, 10, BIG)) | ellipsoid((0, -20, 100), (45, 9, 9))  # it opens into both
    airways &= ~PARTS["left"] & ~PARTS["right"]
    open_chest = np.where(airways, -1000, chest).astype(np.int16)
    found = {s.concept: s.mask for s in lungs_hu.segment(as_pixels(*stored(open_chest, "LPS")))}
    assert dice(found["left_lung"], PARTS["left"]) > 0.96
    assert (airways & (found["left_lung"] | found["right_lung"])).sum() < 0.02 * airways.sum()


def test_touching_lungs_come_apart(chest: np.ndarray) -> None:
    joined = chest.copy()
    bridge = ellipsoid((0, -30, 130), (60, 4, 10))
    joined[bridge] = -850
    found = {s.concept: s.mask for s in lungs_hu.segment(as_pixels(*stored(joined, "LPS")))}
    assert set(found) == {"left_lung", "right_lung"}
    assert dice(found["right_lung"], PARTS["right"]) > 0.95


def test_one_slice_is_a_volume_too(chest: np.ndarray) -> None:
    found = {s.concept: s.mask for s in lungs_hu.segment(as_pixels(*stored(chest[:, :, 20:21], "LPS")))}
    assert dice(found["left_lung"], PARTS["left"][:, :, 20:21]) > 0.95


def test_no_lung_is_found_where_none_is(chest: np.ndarray) -> None:
    solid = chest.copy()
    solid[PARTS["body"] & (solid < -300)] = 40
    gas = ellipsoid((-60, -20, 100), (40, 40, 60))
    assert lungs_hu.segment(as_pixels(*stored(solid, "LPS"))) == []
    solid[gas] = -1000  # a stomach full of gas
    assert lungs_hu.segment(as_pixels(*stored(solid, "LPS"))) == []


@pytest.mark.parametrize("axes", ["LPS", "SAR"])
def test_the_body_holds_the_lungs_but_not_the_table(chest: np.ndarray, axes: str) -> None:
    array, affine = stored(chest, axes)
    (body,) = body_hu.segment(as_pixels(array, affine))
    assert dice(body.mask, stored(PARTS["body"], axes)[0]) > 0.98


@pytest.mark.parametrize("axes", ["LPS", "SAR"])
def test_bone_has_its_marrow(chest: np.ndarray, axes: str) -> None:
    array, affine = stored(chest, axes)
    (bone,) = bone_hu.segment(as_pixels(array, affine))
    assert bone.concept == "bone"
    assert dice(bone.mask, stored(PARTS["vertebra"], axes)[0]) > 0.93


def test_a_heart_full_of_contrast_is_no_bone(chest: np.ndarray) -> None:
    enhanced = chest.copy()
    enhanced[PARTS["heart"]] += 350
    (bone,) = bone_hu.segment(as_pixels(*stored(enhanced, "LPS")))
    assert dice(bone.mask, PARTS["vertebra"]) > 0.93


@pytest.mark.parametrize("expert", [lungs_hu, body_hu, bone_hu])
def test_pixels_of_another_kind_are_refused(expert: object, chest: np.ndarray) -> None:
    with pytest.raises(ValueError, match="HU of known spacing"):
        expert.segment(Pixels(chest, Geometry(shape=SHAPE, spacing_mm=SPACING), None))  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="HU of known spacing"):
        expert.segment(Pixels(chest, Geometry(shape=SHAPE), "HU"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("expert", [lungs_hu, body_hu, bone_hu])
def test_air_alone_gives_nothing(expert: object) -> None:
    empty = np.full((40, 40, 10), -1000, np.int16)
    assert expert.segment(as_pixels(empty, None)) == []  # type: ignore[attr-defined]
