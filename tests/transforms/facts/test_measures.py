"""Measured facts of a sentence each: against scikit-image, SimpleITK and shapes of known answers; said and read."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from skimage import measure as sk

import catalog
from schemas import Fact, Geometry, Scene
from tests.spaces import NODULE
from tests.views import disc, lps, picture, rectangle
from transforms.checks.claims import check
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all, ops, pairs, shape, solids, texture, wording
from transforms.facts.depth import depth
from transforms.regions.consensus import dice
from transforms.regions.patch import Patch
from transforms.regions.resolve import Resolved
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData
from transforms.regions.volume import diameter
from transforms.shards.remeasure import fact_problem
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (120, 150)
MASKS = arrays.arrays(bool, (14, 16)).map(lambda m: np.pad(sk.label(m, connectivity=2) == 1, 2)).filter(np.any)


def facts(scene: Scene) -> dict[str, Fact]:
    return {fact.predicate: fact for fact in scene.facts}


@given(mask=MASKS)
def test_solidity_and_perimeter_are_those_of_skimage(mask: np.ndarray) -> None:
    (one,) = sk.regionprops(mask.astype(int))
    crofton = sk.perimeter_crofton(mask, directions=4)
    assert shape.perimeter(mask) == pytest.approx(crofton, rel=1e-12)
    assert shape.circularity(mask) == pytest.approx(min(1.0, 4 * np.pi * one.area / crofton**2))
    fine = sk.regionprops(np.kron(mask, np.ones((8, 8), int)))[0]  # so fine that its hull is that of the squares
    assert shape.solidity(mask) == pytest.approx(fine.solidity, abs=0.05)
    assert 0 < shape.solidity(mask) <= 1 + 1e-9


@given(width=st.integers(1, 30), height=st.integers(1, 30))
def test_a_rectangle_fills_its_hull_and_a_disc_is_round(width: int, height: int) -> None:
    assert shape.solidity(rectangle(SHAPE, 10, 10, 10 + width, 10 + height)) == pytest.approx(1.0)
    assert shape.circularity(disc(SHAPE, 60, 60, 5 + width)) > 0.9


@settings(max_examples=25)
@given(radius=st.integers(4, 9), step=st.floats(0.5, 3.0))
def test_a_ball_is_nearly_one_in_three_dimensions(radius: int, step: float) -> None:
    z, y, x = np.mgrid[:24, :24, :24]
    solid = Solid.at((x - 12) ** 2 + (y - 12) ** 2 + (z - 12) ** 2 <= radius**2, (0, 0, 0), (24, 24, 24))
    assert solid is not None
    grid = Geometry(shape=(24, 24, 24), spacing_mm=(step, step, step))
    surface, volume = solids.mesh(solid, grid)
    assert 0.85 < solids.sphericity(surface, volume) <= 1.0
    assert surface == pytest.approx(4 * np.pi * ((radius + 0.3) * step) ** 2, rel=0.2)
    image = sitk.GetImageFromArray(np.pad(solid.mask, 1).astype(np.uint8))
    image.SetSpacing((step,) * 3)
    stats = sitk.LabelShapeStatisticsImageFilter()
    stats.Execute(image)
    assert volume == pytest.approx(stats.GetPhysicalSize(1), rel=0.1)
    assert surface == pytest.approx(stats.GetPerimeter(1), rel=0.2)


@given(inner=MASKS, spacing=st.tuples(st.floats(0.3, 3), st.floats(0.3, 3)))
def test_depth_is_the_distance_to_the_outer_outline(inner: np.ndarray, spacing: tuple[float, float]) -> None:
    outer = np.ones(inner.shape, bool)
    ys, xs = np.nonzero(inner)
    wide, high = inner.shape[1] - 1, inner.shape[0] - 1
    sides = [
        xs.min() * spacing[0],
        (wide - xs.max()) * spacing[0],
        ys.min() * spacing[1],
        (high - ys.max()) * spacing[1],
    ]
    assert depth(inner, outer, spacing) == pytest.approx(min(sides))
    holed = outer.copy()
    holed[8, 9] = False
    assert depth(inner, holed, spacing) == pytest.approx(min(sides))


@given(left=st.floats(1, 1e4), right=st.floats(1, 1e4))
def test_asymmetry_is_of_neither_side(left: float, right: float) -> None:
    assert pairs.asymmetry(left, right) == pytest.approx(pairs.asymmetry(right, left))
    assert pairs.asymmetry(left, left) == 0
    assert pairs.asymmetry(left, right) <= 200


@given(a=arrays.arrays(bool, (5, 6)).filter(np.any), b=arrays.arrays(bool, (4, 3)).filter(np.any),
       at=st.tuples(st.integers(0, 5), st.integers(0, 5)))  # fmt: skip
def test_dice_is_that_of_simpleitk(a: np.ndarray, b: np.ndarray, at: tuple[int, int]) -> None:
    one, other = Resolved(None, (1, 1), a), Resolved(None, at, b)  # type: ignore[arg-type]
    images = [sitk.GetImageFromArray(item.full((12, 12)).astype(np.uint8)) for item in (one, other)]
    overlap = sitk.LabelOverlapMeasuresImageFilter()
    overlap.Execute(*images)
    assert dice(one, other) == pytest.approx(overlap.GetDiceCoefficient())


def eye(cup: float) -> ViewData:
    concepts = SPACE.concept("optic_cup"), SPACE.concept("optic_disc")
    return picture([(concepts[0], disc(SHAPE, 70, 60, cup)), (concepts[1], disc(SHAPE, 70, 60, 50))])


def chest(*, cut: bool = False) -> ViewData:
    lungs = rectangle(SHAPE, 0 if cut else 10, 10, 60, 100), rectangle(SHAPE, 90, 10, 140, 100)
    slugs = ("heart", "right_lung", "left_lung")
    shapes = [
        (SPACE.concept(slug), mask)
        for slug, mask in zip(slugs, (rectangle(SHAPE, 50, 50, 115, 95), *lungs), strict=True)
    ]
    return picture(shapes, modality=SPACE.concept("dx"))


def liver(fill: float = 30.0) -> ViewData:
    shapes = [
        (SPACE.concept("liver"), disc(SHAPE, 70, 60, 45)),
        (SPACE.concept("liver_lesion"), disc(SHAPE, 70, 60, 9)),
    ]
    view = picture(shapes, geometry=lps("axial", 2.0), plane="axial")
    values = np.where(shapes[1][1], fill, 60.0).astype(np.float32)
    media = view.scene.media[0].model_copy(update={"unit": "HU", "window": (-160.0, 240.0)})
    return replace(view, scene=view.scene.model_copy(update={"media": (media,)}), values=values)


@pytest.mark.parametrize(
    ("view", "predicate", "value"),
    [
        (eye(30), "cup_to_disc", 61 / 101), (chest(), "cardiothoracic", 65 / 130), (liver(), "contrast", -30.0),
        (liver(), "spread", 0.0), (liver(), "depth", 36 * 2.0), (liver(), "elongation", 1.0),
    ],
)  # fmt: skip
def test_known_answers_are_measured_and_measured_again(view: ViewData, predicate: str, value: float) -> None:
    scene = measure_all(view, SPACE)
    fact = facts(scene)[predicate]
    assert float(fact.value) == pytest.approx(value, abs=(fact.tolerance or 0) + 1e-6)
    looked, problem = fact_problem(fact, scene, view.masks)  # type: ignore[arg-type]
    assert problem is None
    if looked:
        wrong = fact.model_copy(update={"value": float(fact.value) * 1.5 + 1})
        assert fact_problem(wrong, scene, view.masks)[1]  # type: ignore[arg-type]


def test_what_the_edge_cuts_has_no_such_measure() -> None:
    assert "cardiothoracic" not in facts(measure_all(chest(cut=True), SPACE))
    edge = measure_all(picture([(NODULE, rectangle(SHAPE, 0, 20, 20, 40))]), SPACE)
    assert not {"circularity", "solidity", "elongation"} & facts(edge).keys()
    white = liver(900.0)
    assert not {"contrast", "spread"} & facts(measure_all(white, SPACE)).keys()


@pytest.mark.parametrize("view", [eye(30), chest(), liver()])
def test_every_sentence_is_read_back_and_a_changed_number_is_not(view: ViewData) -> None:
    scene = measure_all(view, SPACE)
    description = describe(scene, SPACE, "grounded", {}, 17)
    assert not claims.faults(scene, description, (), SPACE)
    sentences = [one for text in description.regions for one in text.text.split(". ") if wording.read(one)]
    assert sentences
    for sentence in sentences:
        found = wording.read(sentence)
        assert found is not None
        if found.predicate != "judgement":
            number = found.value.split()[0]
            wrong = f"{float(number) * 3 + 7:.2f}"
            changed = sentence.removesuffix(".").replace(f"is {number}", f"is {wrong}") + "."
            assert [one.verdict for one in check(changed, scene, SPACE)] == ["contradicted"], changed
        assert [one.verdict for one in check(sentence.removesuffix(".") + ".", scene, SPACE)] == ["supported"]


@given(predicate=st.sampled_from([p for p, t in wording.TEMPLATES.items() if "{b}" not in t and p != "judgement"]),
       value=st.floats(0.001, 1e5), unit=st.sampled_from([None, "mm", "mm2", "HU", "%"]))  # fmt: skip
def test_what_is_written_is_read_back(predicate: str, value: float, unit: str | None) -> None:
    regions = ("r1",) if "{a}" in wording.TEMPLATES[predicate] else ()  # else it is of the picture
    fact = Fact(
        id="f1", predicate=predicate, regions=regions, value=float(f"{value:.6g}"), unit=unit, tolerance=value / 50
    )
    words = wording.sentence(fact, lambda rid: "the liver lesion")
    assert words is not None
    found = wording.read(words[0].upper() + words[1:] + ".")
    assert found is not None
    assert (found.predicate, found.a) == (predicate, "the liver lesion" if regions else "")


def test_spread_is_the_standard_deviation() -> None:
    mask = disc(SHAPE, 60, 60, 9)
    values = np.random.default_rng(3).normal(0, 5, SHAPE).astype(np.float32)
    assert texture.spread(Patch.of(mask), values) == pytest.approx(float(values[mask].std()), rel=1e-5)


@given(
    mask=arrays.arrays(bool, (7, 8, 6)).filter(np.any),
    axis=st.integers(0, 2),
    steps=st.tuples(*[st.floats(0.3, 3)] * 3),
)
def test_the_longest_axis_of_all_slices_is_found_without_looking_at_each(
    mask: np.ndarray, axis: int, steps: tuple[float, float, float]
) -> None:
    sides = [step for n, step in enumerate(steps) if n != axis]
    each = [sk.label(plane, connectivity=2) for plane in np.moveaxis(mask, axis, 0)]
    lengths = [ops.long_axis(part == n, (sides[1], sides[0])) for part in each for n in range(1, part.max() + 1)]
    assert diameter(mask, Geometry(shape=mask.shape, spacing_mm=steps), axis) == pytest.approx(max(lengths))
