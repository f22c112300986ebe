"""What the edge of a picture or of a scan cuts: its sizes are the least that they may be, and nobody is asked them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from skimage.measure import label, regionprops

from schemas import Fact, Geometry, Region, Scene
from schemas.region import MadeBy, RleShape
from tests.scenes import LIVER
from tests.spaces import NODULE, NUCLEUS, small_space
from tests.views import disc, picture, rectangle
from transforms.checks.claims import check
from transforms.facts import measure_all
from transforms.facts.format import stated
from transforms.facts.whole import largest_slice
from transforms.regions.resolve import Resolved
from transforms.regions.solid import Solid
from transforms.regions.volume import volume_facts
from transforms.shards.remeasure import fact_problem
from transforms.tasks import ask_all
from transforms.text import describe

SPACE = small_space()
SHAPE = (160, 200)
SIZES = ("area", "long_axis", "short_axis")


def sizes(mask: np.ndarray) -> dict[str, Fact]:
    facts = measure_all(picture([(NODULE, mask)]), SPACE).facts
    return {fact.predicate: fact for fact in facts if fact.predicate in SIZES}


@given(mask=arrays.arrays(bool, (18, 18)), crop=st.tuples(*[st.integers(0, 8)] * 4))
def test_a_bound_is_one_and_an_exact_size_is_exact(mask: np.ndarray, crop: tuple[int, int, int, int]) -> None:
    whole = label(mask, connectivity=2)
    assume(whole.max() >= 1)
    whole = whole == 1  # one piece, somewhere on a larger world
    top, left, bottom, right = crop
    seen = whole[top : 18 - bottom, left : 18 - right]
    assume(seen.any())
    found = sizes(seen)
    world = np.pad(whole, 1)
    truth = sizes(world)
    assert truth["area"].bound is None
    exact = seen.sum() == whole.sum()
    for name, fact in found.items():
        if fact.bound is None:
            assert exact
            assert fact.value == truth[name].value
        else:
            assert float(fact.value) <= float(truth[name].value) + 1e-9
            assert name != "short_axis"
    touches = seen[0].any() or seen[-1].any() or seen[:, 0].any() or seen[:, -1].any()
    assert (found["area"].bound == "at_least") == bool(touches)


@given(value=st.floats(0.001, 1e6), unit=st.sampled_from(["mm", "mm2", "mL", "px"]))
def test_what_is_written_of_a_bound_holds(value: float, unit: str) -> None:
    fact = Fact(id="f1", predicate="area", value=float(f"{value:.6g}"), unit=unit, tolerance=1.0, bound="at_least")
    words = stated(fact).split()
    assert words[:2] == ["at", "least"]
    assert float(words[2]) <= float(fact.value)
    assert float(words[2]) >= 0.9 * float(fact.value) - 1.0


def told(scene: Scene) -> str:
    description = describe(scene, SPACE, "grounded", {}, 17)
    texts = [description.overall, *description.regions, *description.relations]
    return " ".join(text.text for text in texts)


def test_it_is_said_and_not_asked() -> None:
    scene = measure_all(picture([(NODULE, rectangle(SHAPE, 0, 40, 30, 70))]), SPACE)
    text = told(scene)
    assert "at least 42 px" in text
    assert "at least 900 px²" in text
    assert "short axis" not in text
    asked = [d for seed in range(8) for d in ask_all(scene, SPACE, ["size", "comparison", "location"], seed)]
    assert {dialogue.task for dialogue in asked} == {"location"}
    inner = measure_all(picture([(NODULE, rectangle(SHAPE, 9, 40, 39, 70))]), SPACE)
    assert "at least" not in told(inner)
    assert {d.task for seed in range(8) for d in ask_all(inner, SPACE, ["size"], seed)} == {"size"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("The pulmonary nodule covers at least 900 px².", "supported"),
        ("The pulmonary nodule covers at least 800 px².", "supported"),
        ("The pulmonary nodule covers at least 1500 px².", "uncheckable"),
        ("The pulmonary nodule covers 900 px².", "uncheckable"),
        ("The pulmonary nodule covers 1500 px².", "uncheckable"),
        ("The pulmonary nodule covers 500 px².", "contradicted"),
        ("The pulmonary nodule covers at most 500 px².", "contradicted"),
    ],
)
def test_the_claim_check_reads_a_bound(text: str, verdict: str) -> None:
    scene = measure_all(picture([(NODULE, rectangle(SHAPE, 0, 40, 30, 70))]), SPACE)
    found = [one.verdict for one in check(text, scene, SPACE) if one.kind == "area"]
    assert found == [verdict]


def test_nothing_is_larger_than_what_the_edge_cuts_and_no_middle_is_measured_of_it() -> None:
    cut, small = rectangle(SHAPE, 0, 10, 12, 20), disc(SHAPE, 60, 60, 4)
    large = disc(SHAPE, 120, 90, 20)
    facts = measure_all(picture([(NODULE, cut), (NODULE, large)]), SPACE).facts
    assert not [fact for fact in facts if fact.predicate in ("larger", "distance")]
    facts = measure_all(picture([(NODULE, cut), (NODULE, small)]), SPACE).facts
    assert [fact.bound for fact in facts if fact.predicate == "larger"] == ["at_least"]
    facts = measure_all(picture([(NUCLEUS, small), (NUCLEUS, large)]), SPACE).facts
    assert [fact.bound for fact in facts if fact.predicate == "larger"] == [None]


def test_verify_knows_a_bound_told_as_exact() -> None:
    view = picture([(NODULE, rectangle(SHAPE, 0, 40, 30, 70))])
    scene = measure_all(view, SPACE)
    sample = scene.model_copy(update={"media": scene.media})
    area = next(fact for fact in scene.facts if fact.predicate == "area")
    assert fact_problem(area, sample, view.masks) == (1, None)  # type: ignore[arg-type]
    _, problem = fact_problem(area.model_copy(update={"bound": None}), sample, view.masks)  # type: ignore[arg-type]
    assert problem is not None
    assert "cuts r1" in problem
    short = area.model_copy(update={"predicate": "short_axis", "unit": "px", "bound": None})
    assert "which the edge" in str(fact_problem(short, sample, view.masks)[1])  # type: ignore[arg-type]


def liver(offset: tuple[int, int, int], mask: np.ndarray) -> Resolved:
    shape = RleShape(shape=(20, 20, 20), runs="")
    region = Region(
        key="k", dataset="toy", record="r", frame="voxel", concept=LIVER, source_label="liver", shape=shape,
        made_by=MadeBy(kind="human", name="hand"),
    )  # fmt: skip
    return Resolved(region, offset, mask)


def affine(step: float) -> tuple[tuple[float, ...], ...]:
    return (*(tuple(step if a == b else 0.0 for b in range(4)) for a in range(3)), (0.0, 0.0, 0.0, 1.0))


@given(start=st.tuples(*[st.integers(0, 14)] * 3), size=st.tuples(*[st.integers(1, 6)] * 3))
def test_a_volume_is_a_bound_where_the_scan_ends_within_it(start: tuple[int, ...], size: tuple[int, ...]) -> None:
    geometry = Geometry(shape=(20, 20, 20), affine=affine(10.0), spacing_mm=(10.0, 10.0, 10.0))  # type: ignore[arg-type]
    ends = [a + n for a, n in zip(start, size, strict=True)]
    cut = min(start) == 0 or max(ends) == 20
    (fact,) = volume_facts(liver(start, np.ones(size, bool)), geometry, SPACE)  # type: ignore[arg-type]
    assert fact.value == np.prod(size)  # of 10 mm cubes, each 1 mL
    assert (fact.bound == "at_least") == cut


def test_where_a_cut_structure_is_largest_is_not_known() -> None:
    mask = np.zeros((6, 6, 4), bool)
    mask[1:3, 1:3, 0], mask[1:5, 1:5, 1] = True, True
    inside = Solid.at(mask[..., :2], (0, 0, 3), (6, 6, 12))
    cut = Solid.at(mask[..., :2], (0, 0, 0), (6, 6, 12))
    assert inside is not None
    assert cut is not None
    assert (largest_slice(inside, 2), largest_slice(cut, 2)) == (4, None)


def test_sizes_of_what_lies_whole_are_those_of_skimage() -> None:
    mask = disc(SHAPE, 80, 70, 21)
    (one,) = regionprops(mask.astype(int))
    found = sizes(mask)
    assert found["area"].value == one.area
    assert float(found["long_axis"].value) == pytest.approx(one.feret_diameter_max, abs=1.5)
    assert replace(picture([(NODULE, mask)])).patches["r1"].cut is False
