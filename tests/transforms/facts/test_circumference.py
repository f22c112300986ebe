"""The circumference of a fetal head: against the elliptic integral, on ellipses drawn pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ellipe

import catalog
from schemas import Fact, MediaGeometry
from tests.views import disc, picture, rectangle
from transforms.checks.claims import check
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.facts.circumference import axes, perimeter
from transforms.regions.viewdata import ViewData
from transforms.shards.remeasure import fact_problem
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (150, 170)
SENTENCE = "The circumference of the ellipse that fits the outline of the fetal head in this image is {}."


def exact(a: float, b: float) -> float:
    """Of half axes a >= b: 4 a E(1 - b^2 / a^2)."""
    return float(4 * a * ellipe(1 - b**2 / a**2))


def ellipse(a: float, b: float, degrees: float, spacing: tuple[float, float] = (1.0, 1.0)) -> np.ndarray:
    """Half axes in mm, about the middle of the picture."""
    ys, xs = np.mgrid[: SHAPE[0], : SHAPE[1]]
    x, y = (xs - 84.3) * spacing[0], (ys - 74.8) * spacing[1]
    turn = np.deg2rad(degrees)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    return np.asarray((u / a) ** 2 + (v / b) ** 2 <= 1)


def head(mask: np.ndarray, spacing: tuple[float, float] | None = (0.5, 0.5), slug: str = "fetal_head") -> ViewData:
    geometry = None if spacing is None else MediaGeometry(spacing_mm=spacing)
    return picture([(SPACE.concept(slug), mask)], geometry=geometry, modality=SPACE.concept("us"))


def told(view: ViewData) -> list[Fact]:
    return [fact for fact in measure_all(view, SPACE).facts if fact.predicate == "circumference"]


@given(a=st.floats(1, 200), flat=st.floats(0.25, 1))
def test_the_formula_is_that_of_the_elliptic_integral(a: float, flat: float) -> None:
    assert perimeter(2 * a, 2 * a * flat) == pytest.approx(exact(a, a * flat), rel=2e-5)


@settings(max_examples=30)
@given(a=st.floats(18, 34), flat=st.floats(0.6, 1), degrees=st.floats(0, 180), x=st.floats(0.5, 1), y=st.floats(0.5, 1))
def test_ellipses_however_turned_and_on_whatever_pixels(
    a: float, flat: float, degrees: float, x: float, y: float
) -> None:
    mask = ellipse(a, a * flat, degrees, (x, y))
    found = told(head(mask, (x, y)))
    if mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any():
        assert found == []
        return
    (fact,) = found
    assert fact.unit == "mm"
    assert float(fact.value) == pytest.approx(exact(a, a * flat), rel=0.01)
    for turned in (mask[::-1], mask[:, ::-1]):
        assert float(told(head(turned.copy(), (x, y)))[0].value) == pytest.approx(float(fact.value), rel=1e-5)


def test_it_is_the_ellipse_of_skimage() -> None:
    from skimage.measure import regionprops

    mask = ellipse(40, 28, 33)
    (one,) = regionprops(mask.astype(int))
    assert axes(mask, None) == pytest.approx((one.axis_major_length, one.axis_minor_length), rel=1e-3)


def test_of_what_is_no_whole_ellipse_nothing_is_told() -> None:
    assert told(head(rectangle(SHAPE, 40, 40, 120, 90))) == []
    bitten = ellipse(40, 28, 33, (0.5, 0.5))
    bitten[60:90, 84:] = False
    assert told(head(bitten)) == []
    assert told(head(disc(SHAPE, 10, 75, 30))) == []  # the picture cuts it
    assert told(head(ellipse(40, 28, 33), None)) == []  # nobody knows how large a pixel is
    assert told(head(ellipse(20, 14, 33, (0.5, 0.5)), slug="pubic_symphysis")) == []


def test_it_is_told_asked_and_measured_again() -> None:
    view = head(ellipse(30, 24, 20, (0.5, 0.5)))
    scene = measure_all(view, SPACE)
    (fact,) = told(view)
    assert fact_problem(fact, scene, view.masks) == (1, None)
    wrong = fact.model_copy(update={"value": float(fact.value) * 1.1})
    assert "the masks give" in str(fact_problem(wrong, scene, view.masks)[1])
    description = describe(scene, SPACE, "grounded", {"registers": ["report"]}, 17)
    assert "ellipse that fits the outline of the fetal head" in " ".join(one.text for one in description.regions)
    assert not claims.faults(scene, description, (), SPACE)
    talks = [talk for seed in range(8) for talk in ask_all(scene, SPACE, ["quantity"], seed, masks=view.patches)]
    talk = next(talk for talk in talks if "circumference" in talk.turns[0].text)
    assert [step.op for step in talk.reasoning] == ["fitted_long", "fitted_short", "ellipse_perimeter"]
    assert {one.outcome for one in replay(talk, view.patches, scene.media[0])} == {"pass"}
    larger = {"r1": ellipse(33, 24, 20, (0.5, 0.5))}
    assert "fail" in {one.outcome for one in replay(talk, larger, scene.media[0])}


@pytest.mark.parametrize(("value", "verdict"), [("170.0 mm", "supported"), ("180.0 mm", "contradicted")])
def test_sentences_are_held_against_the_fact(value: str, verdict: str) -> None:
    scene = measure_all(head(ellipse(30, 24, 20, (0.5, 0.5))), SPACE)
    assert {one.verdict for one in check(SENTENCE.format(value), scene, SPACE)} == {verdict}
