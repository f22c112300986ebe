"""The attenuation about a finding: against distances measured pixel by pixel, and on drawn pictures of known values."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import catalog
from schemas import Concept, Fact, Media, MediaGeometry
from tests.views import disc, lps, picture, rectangle
from transforms.checks.claims import check
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.facts.ring import LEFT, PREDICATES, WIDTH_MM, Beside, beyond, ring
from transforms.facts.texture import SMALLEST
from transforms.regions.patch import Patch
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (120, 150)
ALONE = Beside([], [], "")
LESION, LIVER, BODY = (SPACE.concept(slug) for slug in ("liver_lesion", "liver", "body"))
WIDE = (-1000.0, 1000.0)
Shapes = list[tuple[Concept, np.ndarray]]


def view(
    shapes: Shapes, values: np.ndarray, window: tuple[float, float] = WIDE, unit: str = "HU",
    geometry: MediaGeometry | None = None,
) -> ViewData:  # fmt: skip
    found = picture(shapes, geometry=geometry or lps("axial", 1.0), plane="axial")
    media: Media = found.scene.media[0].model_copy(update={"unit": unit, "window": window})
    return replace(found, scene=found.scene.model_copy(update={"media": (media,)}), values=values.astype(np.float32))


def facts(found: ViewData) -> dict[tuple[str, str], Fact]:
    told = measure_all(found, SPACE).facts
    return {(fact.predicate, fact.regions[0]): fact for fact in told if fact.predicate in PREDICATES}


def shells(radius: float = 10.0) -> tuple[Shapes, np.ndarray]:
    """A lesion of 40 HU in a shell of 90 HU, 5 mm wide, in a liver of 60 HU."""
    lesion, within = disc(SHAPE, 70, 60, radius), disc(SHAPE, 70, 60, radius + WIDTH_MM)
    liver = disc(SHAPE, 70, 60, 45)
    values = np.where(lesion, 40.0, np.where(within, 90.0, np.where(liver, 60.0, 0.0)))
    return [(LESION, lesion), (LIVER, liver)], values


@settings(max_examples=40)
@given(mask=arrays.arrays(bool, (6, 7)).filter(np.any), x=st.floats(0.5, 2.5), y=st.floats(0.5, 2.5),
       flips=st.tuples(st.booleans(), st.booleans()))  # fmt: skip
def test_the_ring_is_what_lies_within_its_width_of_the_region(
    mask: np.ndarray, x: float, y: float, flips: tuple[bool, bool]
) -> None:
    from skimage.morphology import flood_fill

    whole = np.pad(mask, 14)
    filled = flood_fill(whole.astype(np.uint8), (0, 0), 2, connectivity=1) != 2
    ys, xs = np.nonzero(filled)
    rows, columns = np.mgrid[: whole.shape[0], : whole.shape[1]]
    apart = np.hypot((rows[..., None] - ys) * y, (columns[..., None] - xs) * x).min(axis=-1)
    wanted = (apart <= WIDTH_MM) & ~filled
    found = ring(Patch.of(whole), ALONE, {}, np.zeros(whole.shape, np.float32), (x, y))
    assert (found is None) == (wanted.sum() < SMALLEST)
    if found is None:
        return
    assert (found.whole() == wanted).all()
    turned = np.s_[:: -1 if flips[0] else 1, :: -1 if flips[1] else 1]
    again = ring(Patch.of(whole[turned].copy()), ALONE, {}, np.zeros(whole.shape, np.float32), (x, y))
    assert again is not None
    assert (again.whole() == wanted[turned]).all()


def test_both_are_measured_told_and_asked() -> None:
    found = view(*shells())
    told = facts(found)
    assert float(told["ring_mean", "r1"].value) == pytest.approx(90)
    assert float(told["ring_contrast", "r1"].value) == pytest.approx(-50)
    assert told["ring_mean", "r1"].unit == told["ring_contrast", "r1"].unit == "HU"
    scene = measure_all(found, SPACE)
    description = describe(scene, SPACE, "grounded", {"registers": ["report"]}, 17)
    text = " ".join(one.text for one in description.regions)
    assert "ring of 5 mm around the liver lesion, neighboring outlines left out, is 90 HU" in text
    assert "less that of the ring of 5 mm around it, neighboring outlines left out, is -50 HU" in text
    assert not claims.faults(scene, description, (), SPACE)


def test_the_steps_run_again_on_the_values_and_not_on_others() -> None:
    found = view(*shells())
    scene = measure_all(found, SPACE)
    talks = [talk for seed in range(12) for talk in ask_all(scene, SPACE, ["quantity"], seed, masks=found.patches)]
    ours = {talk.answer: talk for talk in talks if "ring" in talk.turns[0].text}
    assert ours.keys() == {"90 HU", "-50 HU"}
    assert not [talk for talk in ours.values() if ",," in talk.turns[0].text]
    for talk in ours.values():
        assert found.values is not None
        assert {one.outcome for one in replay(talk, found.patches, scene.media[0], found.values)} == {"pass"}
        assert "skip" in {one.outcome for one in replay(talk, found.patches, scene.media[0])}
        brighter = found.values + 20 * ~found.masks["r1"]  # type: ignore[operator]
        assert "fail" in {one.outcome for one in replay(talk, found.patches, scene.media[0], brighter)}
        assert {one.verdict for one in check(talk.turns[1].text, scene, SPACE)} == {"supported"}


AROUND = "The mean attenuation of the ring of 5 mm around the liver lesion, neighboring outlines left out, is {}."
LESS = (
    "The mean attenuation of the liver lesion less that of the ring of 5 mm around it, neighboring outlines left out, "
    "is {}."
)


@pytest.mark.parametrize(("text", "verdict"), [
    (AROUND.format("91 HU"), "supported"), (AROUND.format("60 HU"), "contradicted"),
    (LESS.format("-49 HU"), "supported"), (LESS.format("50 HU"), "contradicted"),
])  # fmt: skip
def test_sentences_are_held_against_the_fact(text: str, verdict: str) -> None:
    assert f"{WIDTH_MM:g} mm" in text
    assert {one.verdict for one in check(text, measure_all(view(*shells()), SPACE), SPACE)} == {verdict}


def test_other_outlines_are_no_part_of_it() -> None:
    shapes, values = shells()
    beside = rectangle(SHAPE, 82, 55, 90, 65)
    values[beside] = 900.0  # of a vessel, a cyst, or anything else that is drawn
    plain = facts(view(shapes, values))["ring_mean", "r1"]
    assert float(plain.value) > 100
    for slug in ("portal_vein", "liver_cyst"):
        outlined = facts(view([*shapes, (SPACE.concept(slug), beside)], values))
        assert float(outlined["ring_mean", "r1"].value) == pytest.approx(90), slug


def test_an_organ_that_is_drawn_without_the_finding_holds_it() -> None:
    (lesion, mask), (liver, whole) = shells()[0]
    assert float(facts(view([(lesion, mask), (liver, whole & ~mask)], shells()[1]))["ring_mean", "r1"].value) == 90
    half = whole & ~mask
    half[:, 70:] = False  # it ends where the finding begins, on one side: a neighbor, of which too much lies there
    assert facts(view([(lesion, mask), (liver, half)], shells()[1])) == {}


def test_where_too_little_of_it_is_left_nothing_is_said() -> None:
    shapes, values = shells()
    half = disc(SHAPE, 70, 60, 10 + WIDTH_MM) & ~shapes[0][1]
    half[:, :70] = False
    assert half.sum() > (1 - LEFT) * (values == 90).sum()
    assert facts(view([*shapes, (SPACE.concept("portal_vein"), half)], values)) == {}


def test_air_about_the_body_is_no_part_of_it_and_air_within_is() -> None:
    lesion, body = disc(SHAPE, 70, 60, 10), disc(SHAPE, 70, 60, 50)
    values = np.where(body, 30.0, -1000.0)
    edge = disc(SHAPE, 70, 23, 10)
    found = facts(view([(LESION, edge)], values))
    assert float(found["ring_mean", "r1"].value) == pytest.approx(30)
    skin = disc(SHAPE, 70, 14, 10) & body  # half of what lies about it is air
    assert facts(view([(LESION, skin)], values)) == {}
    within = np.where(lesion, 30.0, np.where(disc(SHAPE, 70, 60, 30), -850.0, values))  # a lung
    assert float(facts(view([(LESION, lesion)], within))["ring_mean", "r1"].value) == pytest.approx(-850)
    smaller = disc(SHAPE, 70, 60, 13)  # an outline of the body says where it ends
    assert facts(view([(LESION, lesion), (BODY, smaller)], within)) == {}


def test_what_the_picture_does_not_show_is_not_told() -> None:
    shapes, values = shells()
    assert facts(view(shapes, values, window=(0.0, 85.0))) == {}  # the ring is white
    dark = facts(view(shapes, values, window=(50.0, 250.0)))  # the lesion is black
    assert {predicate for predicate, _ in dark} == {"ring_mean"}
    assert facts(view(shapes, values, unit="SUV")) == {}
    cut = [(LESION, disc(SHAPE, 8, 60, 6))]
    assert facts(view(cut, np.zeros(SHAPE))) == {}
    assert facts(view(shapes, values, geometry=lps("axial", 2.6))) == {}  # less than two pixels
    assert facts(view([(LIVER, shapes[0][1])], values)) == {}  # no finding


def test_what_reaches_the_edge_and_has_no_value_is_beyond() -> None:
    values = np.full((9, 9), -1000.0, np.float32)
    values[2:7, 2:7], values[4, 4], values[0, 0] = 20.0, -1000.0, np.nan
    assert beyond(values).sum() == 81 - 25
