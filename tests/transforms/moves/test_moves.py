"""Samples moved with their pictures. Oracles: Pillow and exact fractions for masks, counting for measures (those of
`benchmarks/moves.py`), NumPy for arrays, and the patient, who stays where he is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from benchmarks import moves as bench
from schemas import Media, MediaGeometry, Scene
from schemas.sample import RegionBox, RegionLine, RegionPoints
from tests.scenes import axial_abdomen
from tests.shapeviews import ellipse, line, point, view
from tests.spaces import EFFUSION, LIVER, NODULE
from tests.views import disc, picture
from transforms.facts import measure_all
from transforms.moves import move as moves
from transforms.moves.apply import moved
from transforms.moves.move import Move
from transforms.regions.viewdata import ViewData

SPACE = catalog.labelspace()


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_what_a_moved_sample_says_is_what_its_moved_masks_show(start: int) -> None:
    looked = 0
    for seed in range(start, start + 50):
        wrong, statements = bench.violations(bench.case(seed, SPACE), SPACE)
        assert not wrong
        looked += statements
    assert looked > 1500


def test_the_oracle_finds_a_spacing_that_stayed_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken on purpose: lengths in mm of pixels that are no longer so."""
    monkeypatch.setattr("transforms.moves.apply.geometry", lambda before, move: before)
    assert any(bench.violations(bench.case(seed, SPACE), SPACE)[0] for seed in range(12))


@st.composite
def chains(draw: st.DrawFn) -> tuple[Move, list[tuple[str, object]]]:
    size = draw(st.tuples(st.integers(3, 19), st.integers(3, 19)))
    found, told = moves.stay(size), []
    for kind in draw(
        st.lists(st.sampled_from(("crop", "flip", "rotate", "permute", "resize")), min_size=1, max_size=3)
    ):
        w, h = found.new_size
        how: object = None
        if kind == "crop":
            x0, y0 = draw(st.integers(0, w - 1)), draw(st.integers(0, h - 1))
            how = (x0, y0, draw(st.integers(x0 + 1, w)), draw(st.integers(y0 + 1, h)))
        elif kind == "flip":
            how = draw(st.sampled_from("xy"))
        elif kind == "rotate":
            how = draw(st.integers(0, 4))
        elif kind == "resize":
            how = draw(st.tuples(st.integers(1, 25), st.integers(1, 25)))
        make = getattr(moves, kind)
        found = found.then(make((w, h)) if how is None else make((w, h), how))
        told.append((kind, how))
    return found, told


@given(chains())
def test_a_chain_of_moves_is_the_moves_one_after_the_other(chain: tuple[Move, list[tuple[str, object]]]) -> None:
    found, told = chain
    array = np.arange(found.size[0] * found.size[1]).reshape(found.size[::-1])
    by_hand = array
    for kind, how in told:
        if kind == "crop":
            x0, y0, x1, y1 = how  # type: ignore[misc]
            by_hand = by_hand[y0:y1, x0:x1]
        elif kind == "flip":
            by_hand = np.flip(by_hand, 1 if how == "x" else 0)
        elif kind == "rotate":
            by_hand = np.rot90(by_hand, how)  # type: ignore[call-overload]
        elif kind == "permute":
            by_hand = by_hand.T
        else:
            height, width = by_hand.shape
            rows = [int((n + 0.5) * height / how[1] + 1e-9) for n in range(how[1])]  # type: ignore[index]
            by_hand = by_hand[rows][:, [int((n + 0.5) * width / how[0] + 1e-9) for n in range(how[0])]]  # type: ignore[index]
    assert np.array_equal(found.array(array), by_hand)
    assert found.shape == by_hand.shape
    if found.exact:  # then each pixel's centre goes where the pixel goes
        for (y, x), value in np.ndenumerate(by_hand):
            old = np.argwhere(array == value)[0]
            assert found.point((old[1] + 0.5, old[0] + 0.5)) == pytest.approx((x + 0.5, y + 0.5))


@pytest.mark.parametrize("how", ["flip", "rotate", "crop", "resize"])
def test_the_patient_stays_where_he_is(how: str) -> None:
    before = axial_abdomen()
    size = (120, 100)
    move = {"flip": moves.flip(size, "x"), "rotate": moves.rotate(size, 1), "crop": moves.crop(size, (20, 10, 110, 90)),
            "resize": moves.resize(size, (77, 131))}[how]  # fmt: skip
    after = moved(before, move)
    old, new = before.scene.media[0].geometry, after.scene.media[0].geometry
    assert old is not None
    assert new is not None
    for xy in ((30.0, 40.0), (94.5, 60.0)):
        x, y = move.point((xy[0] + 0.5, xy[1] + 0.5))
        was = np.asarray(old.affine) @ (*xy, 0.0, 1.0)
        now = np.asarray(new.affine) @ (x - 0.5, y - 0.5, 0.0, 1.0)
        assert now == pytest.approx(was)
    lengths = np.linalg.norm(np.asarray(new.affine)[:3, :2], axis=0)
    assert new.spacing_mm == pytest.approx(tuple(lengths))


def test_a_mirrored_photograph_has_its_sides_exchanged_and_a_slice_says_no_wrong_side() -> None:
    plain = picture([(LIVER, disc((60, 90), 12, 12, 6))])
    zones = [zone(measure_all(moved(plain, moves.flip((90, 60), axis)), SPACE)) for axis in ("x", "y")]
    assert (zone(measure_all(plain, SPACE)), *zones) == ("upper left", "upper right", "lower left")
    said = {fact.predicate: fact.value for fact in measure_all(axial_abdomen(), SPACE).facts}
    assert "zone" in said
    mirrored = measure_all(moved(axial_abdomen(), moves.flip((120, 100), "x")), SPACE)
    assert not [fact for fact in mirrored.facts if fact.predicate in ("zone", "side")]


def zone(scene: Scene) -> object:
    (found,) = [fact.value for fact in scene.facts if fact.predicate == "zone"]
    return found


def test_what_a_source_states_goes_along_and_what_holds_of_the_whole_does_not_follow_a_part() -> None:
    before = axial_abdomen()
    whole = replace(before, scene=before.scene.model_copy(update={
        "view": before.scene.view.model_copy(update={"frame": "full", "plane": None})}))  # fmt: skip
    assert moved(whole, moves.flip((120, 100), "x")).scene.view.frame == "full"
    assert moved(whole, moves.crop((120, 100), (0, 0, 60, 100))).scene.view.frame.startswith("tile:")
    scene = measure_all(before, SPACE)
    hu = {fact.regions for fact in scene.facts if fact.predicate == "mean_intensity"}
    bare = replace(before, scene=scene, values=None)
    turned = measure_all(moved(bare, moves.rotate((120, 100), 1)), SPACE)
    assert {fact.regions for fact in turned.facts if fact.predicate == "mean_intensity"} == hu
    smaller = measure_all(moved(bare, moves.resize((120, 100), (60, 50))), SPACE)
    assert not [fact for fact in smaller.facts if fact.predicate == "mean_intensity"]


def marked() -> ViewData:
    box = point("r4", NODULE, 1, 1).model_copy(
        update={"points": None, "box": RegionBox(media="png", xyxy=(20, 30, 50, 70))}
    )
    return view(point("r1", LIVER, 60.5, 30.25), line("r2", EFFUSION, (10, 10), (40, 50)),
                ellipse("r3", NODULE, (120.0, 90.0), 30, 10, 0), box, spacing=(0.5, 0.25))  # fmt: skip


def test_marks_go_with_the_picture() -> None:
    found = {one.id: one for one in moved(marked(), moves.rotate((240, 180), 1)).scene.regions}  # x, y -> y, 240 - x
    assert found["r1"].points == RegionPoints(media="png", xy=((30.25, 179.5),))
    assert found["r2"].line == RegionLine(media="png", xy=((10.0, 230.0), (50.0, 200.0)))
    assert found["r3"].ellipse is not None
    assert found["r3"].ellipse.angle == pytest.approx(90)
    assert found["r3"].ellipse.centre == pytest.approx((90, 120))
    assert found["r4"].box == RegionBox(media="png", xyxy=(30, 190, 70, 220))
    wide = {one.id: one for one in moved(marked(), moves.resize((240, 180), (480, 90))).scene.regions}
    assert wide["r1"].points == RegionPoints(media="png", xy=((121.0, 15.125),))
    assert wide["r3"].ellipse is not None
    assert wide["r3"].ellipse.axes == pytest.approx((60, 5))
    cropped = {one.id for one in moved(marked(), moves.crop((240, 180), (0, 0, 100, 60))).scene.regions}
    assert cropped == {"r1", "r2"}  # the others are cut, or gone


def test_only_one_picture_is_moved() -> None:
    before = axial_abdomen()
    volume = (Media(name="nii.gz", kind="volume", shape=(3, 3, 3), geometry=MediaGeometry()),)
    bad = replace(before, scene=before.scene.model_copy(update={"media": volume}), masks={})
    with pytest.raises(ValueError, match="is not one picture"):
        moved(bad, moves.stay((120, 100)))
    with pytest.raises(ValueError, match="the move is of"):
        moved(before, moves.stay((100, 120)))
    with pytest.raises(ValueError, match="leaves the picture"):
        moves.crop((10, 10), (0, 0, 11, 5))
    with pytest.raises(ValueError, match="is no size"):
        moves.resize((10, 10), (0, 5))
