"""How structures of a volume stand to a finding: against counting, and against distance transforms of SciPy and ITK."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

import catalog
from schemas import Fact, Media, MediaGeometry, SampleRegion, Scene, View
from schemas.sample import RegionMask
from tests.views import HUMAN
from transforms.checks.claims import check
from transforms.facts import measure_all, space
from transforms.facts.wording import sentence
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData
from transforms.shards.audit_volume import fact_problems
from transforms.shards.remeasure import fact_problem
from transforms.tasks.base import Book

SPACE = catalog.labelspace()
GRID = (30, 24, 16)
STEP = (0.8, 0.8, 2.5)
NAMES = {"liver": "the liver", "liver_tumor": "the liver tumor", "stomach": "the stomach", "spleen": "the spleen"}


def solid(mask: np.ndarray) -> Solid:
    found = Solid.at(mask, (0, 0, 0), mask.shape)
    assert found is not None
    return found


def block(*sides: int) -> np.ndarray:
    mask = np.zeros(GRID, bool)
    mask[sides[0] : sides[3], sides[1] : sides[4], sides[2] : sides[5]] = True
    return mask


def scan(shapes: list[tuple[str, np.ndarray]], step: tuple[float, float, float] = STEP) -> ViewData:
    """A CT whose voxels have 100 HU for the first shape, 90 for the second and so on."""
    solids = {f"r{n}": solid(mask) for n, (_, mask) in enumerate(shapes, 1)}
    regions = tuple(
        SampleRegion(id=rid, concept=SPACE.concept(slug), source_label=slug, made_by=HUMAN, box3d=solids[rid].box,
                     segmentation="instance", mask=RegionMask(media="mask.nii.gz", value=n))
        for n, (rid, (slug, _)) in enumerate(zip(solids, shapes, strict=True), 1)
    )  # fmt: skip
    affine = tuple(tuple(step[n] if n == m else 0.0 for m in range(4)) for n in range(3))
    geometry = MediaGeometry(affine=(*affine, (0.0, 0.0, 0.0, 1.0)), voxel_mm=step, orientation="LPS",
                             source_shape=GRID)  # fmt: skip
    media = Media(name="nii.gz", kind="volume", shape=GRID, geometry=geometry, unit="HU")
    scene = Scene(key="toy-1", dataset="toy", record="r", subject="s", modality=SPACE.concept("ct"), media=(media,),
                  view=View(frame="volume"), regions=regions)  # fmt: skip
    values = np.full(GRID, -100, np.float32)
    for n, (_, mask) in enumerate(shapes):
        values[mask] = 100 - 10 * n
    voxel = float(np.prod(step)) / 1000
    volumes = {
        rid: (Fact(id="f0", predicate="volume", regions=(rid,), value=one.size * voxel, unit="mL",
                   tolerance=max(voxel, 0.005 * one.size * voxel), scope="record"),)
        for rid, one in solids.items() if not one.cut
    }  # fmt: skip
    return ViewData(scene, {}, solids=solids, volume=values, volume_facts=volumes)


LIVER, TUMOR = block(2, 2, 2, 14, 20, 14), block(5, 5, 4, 9, 10, 8)
STOMACH, SPLEEN = block(20, 4, 4, 26, 10, 10), block(16, 14, 3, 20, 20, 9)


def whole() -> ViewData:
    return scan([("liver", LIVER), ("liver_tumor", TUMOR), ("stomach", STOMACH), ("spleen", SPLEEN)])


def told(view: ViewData) -> dict[tuple[str, ...], Fact]:
    scene = measure_all(view, SPACE)
    wanted = {*space.OF_TWO, "ratio_of_volumes"}
    return {(fact.predicate, *fact.regions): fact for fact in scene.facts if fact.predicate in wanted}


def test_what_the_drawing_says() -> None:
    found = told(whole())
    assert ("inside", "r2", "r1") not in found  # its name says so
    assert found["burden", "r2", "r1"].value == pytest.approx(100 * TUMOR.sum() / LIVER.sum(), rel=1e-5)
    assert found["whole_contrast", "r2", "r1"].value == -10.0
    assert found["clearance", "r3", "r2"].value == pytest.approx(12 * 0.8)  # columns 8 and 20 of the first axis
    assert found["clearance", "r4", "r2"].value == pytest.approx(np.hypot(8 * 0.8, 5 * 0.8), rel=1e-5)
    assert ("clearance", "r1", "r2") not in found  # it lies in there
    ratios = {key: fact.value for key, fact in found.items() if key[0] == "ratio_of_volumes"}
    assert ratios == {("ratio_of_volumes", "r3", "r4"): STOMACH.sum() / SPLEEN.sum()}  # the liver is 12 times as large


def test_each_is_measured_again_and_a_changed_one_is_found() -> None:
    view = whole()
    scene = measure_all(view, SPACE)
    arrays = {"nii.gz": view.volume}
    checked = {fact.id: (fact, wrong) for fact, wrong in fact_problems(scene, view.solids, arrays)}  # type: ignore[arg-type]
    for fact in told(view).values():
        changed = fact.model_copy(update={"value": 2 * float(fact.value) + 1})
        if fact.predicate == "ratio_of_volumes":
            assert fact_problem(fact, scene, {}) == (1, None)
            assert fact_problem(changed, scene, {})[1] is not None
        else:
            assert checked[fact.id][1] is None
            bent = scene.model_copy(update={"facts": (changed,)})
            assert [wrong for _, wrong in fact_problems(bent, view.solids, arrays) if wrong]  # type: ignore[arg-type]


def test_each_sentence_is_supported_and_another_number_is_not() -> None:
    scene = measure_all(whole(), SPACE)
    book, worded = Book(scene, SPACE), set()
    for fact in scene.facts:
        if fact.predicate in (*space.PREDICATES, "ratio_of_volumes"):
            said = sentence(fact, book.name)
            worded.add(fact.predicate if said is not None else None)
            assert [one.verdict for one in check(f"{said}.", scene, SPACE)] == ["supported"], said
            other = fact.model_copy(update={"value": 2 * float(fact.value) + 3})
            wrong = sentence(other, book.name)
            assert [one.verdict for one in check(f"{wrong}.", scene, SPACE)] == ["contradicted"], wrong
    assert worded == {*space.PREDICATES, "ratio_of_volumes"} - {"portion"}


def test_what_holds_a_finding_is_told_where_its_name_does_not_say_it() -> None:
    found = told(scan([("liver", LIVER), ("cyst", TUMOR), ("stomach", STOMACH)]))
    assert found["inside", "r2", "r1"].value == 1.0
    assert ("inside", "r2", "r3") not in found
    nearly = TUMOR | block(9, 5, 4, 16, 6, 5)  # 100 voxels and seven, two of these beyond the liver
    share = told(scan([("liver", LIVER), ("cyst", nearly)]))["inside", "r2", "r1"].value
    assert share == pytest.approx((nearly & LIVER).sum() / nearly.sum(), rel=1e-5) != 1


SEGMENTS = [("liver_segment_6", block(2, 2, 2, 8, 20, 14)), ("liver_segment_5", block(8, 2, 2, 14, 20, 14))]


def test_of_what_lies_across_segments_each_is_told_its_share() -> None:
    view = scan([*SEGMENTS, ("liver_tumor", TUMOR)])  # columns 5 to 8 of the first axis, three of them in the first
    found = {key: fact.value for key, fact in told(view).items() if key[0] == "portion"}
    assert found == {("portion", "r1", "r3"): 75.0, ("portion", "r2", "r3"): 25.0}
    scene, arrays = measure_all(view, SPACE), {"nii.gz": view.volume}
    for fact in (one for one in scene.facts if one.predicate == "portion"):
        bent = scene.model_copy(update={"facts": (fact.model_copy(update={"value": 50.0}),)})
        assert [wrong for _, wrong in fact_problems(bent, view.solids, arrays) if wrong]  # type: ignore[arg-type]
        said, other = (sentence(one, Book(scene, SPACE).name) for one in (fact, bent.facts[0]))
        assert [one.verdict for one in check(f"{said}.", scene, SPACE)] == ["supported"], said
        assert [one.verdict for one in check(f"{other}.", scene, SPACE)] == ["contradicted"], other


@pytest.mark.parametrize("tumor", [
    block(3, 5, 4, 7, 10, 8),  # in one of them
    block(5, 5, 4, 9, 30, 8),  # half of it in none
    block(5, 0, 4, 9, 10, 8),  # cut by the scan
])  # fmt: skip
def test_of_what_one_segment_holds_none_does_or_the_scan_cuts_no_share_is_told(tumor: np.ndarray) -> None:
    assert not [key for key in told(scan([*SEGMENTS, ("liver_tumor", tumor)])) if key[0] == "portion"]


@pytest.mark.parametrize("which", ["tumor", "organ"])
def test_of_what_the_scan_cuts_no_share_and_no_way_is_told(which: str) -> None:
    liver = block(0, 2, 2, 14, 20, 14)
    shapes = [("liver", liver), ("liver_tumor", block(0, 5, 4, 9, 10, 8) if which == "tumor" else TUMOR),
              ("stomach", block(20, 4, 4, 30, 10, 10))]  # fmt: skip
    assert not told(scan(shapes))


def test_of_both_kidneys_under_one_label_nothing_is_a_share() -> None:
    both = block(2, 2, 2, 10, 10, 10) | block(20, 2, 2, 28, 10, 10)
    assert not told(scan([("kidney", both), ("kidney_tumor", block(3, 3, 3, 6, 7, 7))]))
    found = told(scan([("kidney", block(2, 2, 2, 10, 10, 10)), ("kidney_tumor", block(3, 3, 3, 6, 7, 7))]))
    assert {key[0] for key in found} == {"burden", "whole_contrast"}


def test_of_what_a_rule_outlined_and_of_scattered_findings_no_way_is_told() -> None:
    view = whole()
    ruled = tuple(
        one.model_copy(update={"made_by": one.made_by.model_copy(update={"kind": "rule"})}) if one.id == "r3" else one
        for one in view.scene.regions
    )
    found = told(replace(view, scene=view.scene.model_copy(update={"regions": ruled})))
    assert [key for key in found if key[0] == "clearance"] == [("clearance", "r4", "r2")]
    apart = scan([("liver", LIVER), ("liver_tumor", TUMOR | block(10, 12, 4, 12, 14, 6)), ("stomach", STOMACH)])
    assert not [key for key in told(apart) if key[0] == "clearance"]


def test_the_largest_of_several_is_named_by_volume_and_only_where_it_is_clear() -> None:
    second, third = block(10, 12, 4, 12, 15, 8), block(10, 4, 9, 13, 8, 13)
    shapes = [("liver", LIVER), ("liver_tumor", second), ("liver_tumor", TUMOR), ("liver_tumor", third)]
    scene = measure_all(scan(shapes), SPACE)
    book = Book(scene, SPACE)
    assert [book.name(rid) for rid in ("r2", "r3", "r4")] == [None, "the largest liver tumor", None]
    alike = [*shapes[:2], ("liver_tumor", TUMOR), ("liver_tumor", block(9, 12, 9, 13, 17, 13))]
    again = Book(measure_all(scan(alike), SPACE), SPACE)
    assert [again.name(rid) for rid in ("r2", "r3", "r4")] == [None, None, None]


masks = st.builds(
    lambda seed, share: np.random.default_rng(seed).random((7, 6, 5)) < share, st.integers(0, 10**6),
    st.floats(0.02, 0.4),
).filter(lambda mask: bool(mask.any()))  # fmt: skip
sides = st.tuples(*[st.floats(0.3, 6.0)] * 3)


@given(masks, masks, sides)
@settings(max_examples=60)
def test_a_clearance_is_the_least_of_a_distance_transform(
    a: np.ndarray, b: np.ndarray, step: tuple[float, ...]
) -> None:
    b = b & ~a
    if not b.any():
        return
    own = space.clearance(solid(a), solid(b), step)
    assert own == pytest.approx(float(ndimage.distance_transform_edt(~a, sampling=step)[b].min()))
    picture = SimpleITK.GetImageFromArray(a.T.astype(np.uint8))
    picture.SetSpacing(step)
    outside = SimpleITK.GetArrayFromImage(
        SimpleITK.DanielssonDistanceMap(picture, inputIsBinary=True, useImageSpacing=True)
    )
    assert own <= float(outside.T[b].min()) + 1e-3  # an approximation from above
    p, q = space.closest(solid(a), solid(b), step)
    assert (bool(a[p]), bool(b[q])) == (True, True)
    assert float(np.linalg.norm((np.array(p) - q) * step)) == pytest.approx(own)
    assert space.between_boxes(solid(a).box, solid(b).box, step) <= own + 1e-9


@given(masks, masks)
def test_shares_are_those_of_counted_voxels(a: np.ndarray, b: np.ndarray) -> None:
    assert space.inside(solid(a), solid(b)) == pytest.approx((a & b).sum() / a.sum())
    assert space.burden(solid(a), solid(b)) == pytest.approx(100 * (a & b).sum() / b.sum())
    left = solid(a).without(solid(b))
    assert (0 if left is None else left.size) == (a & ~b).sum()
    if left is not None:
        again = np.zeros(a.shape, bool)
        again[left.crop] = left.mask
        assert (again == (a & ~b)).all()
