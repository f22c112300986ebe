"""At which vertebra something lies: on a spine drawn of blocks, body above body, with processes that hang down."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catalog
from schemas import Dialogue, Geometry, Media, MediaGeometry, Region, SampleRegion, Scene, View
from schemas.sample import RegionMask
from tests.views import HUMAN, lps, picture
from transforms.checks.claims import check
from transforms.checks.claims import samples as claims
from transforms.facts import levels, measure_all
from transforms.regions.resolve import Resolved
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData
from transforms.regions.volume import volume_facts
from transforms.shards.audit_volume import fact_problems
from transforms.shards.remeasure import fact_problem
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (40, 44, 58)
SPINE = ("thoracic_vertebra_12", "lumbar_vertebra_1", "lumbar_vertebra_2", "lumbar_vertebra_3", "lumbar_vertebra_4")
NAMES = ("T12", "L1", "L2", "L3", "L4")
BODY, DISC = 7, 3  # slices
Masks = dict[str, np.ndarray]


def bottom(number: int) -> int:
    """The lowest slice of a vertebra's body, counted from the feet."""
    return 8 + (BODY + DISC) * (len(SPINE) - 1 - number)


def truth(index: int) -> str | None:
    """Whose body slice `index` cuts."""
    return next((name for n, name in enumerate(NAMES) if bottom(n) <= index < bottom(n) + BODY), None)


def block(x: slice, y: slice, z: slice) -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    mask[x, y, z] = True
    return mask


def spine() -> Masks:
    """A body of 120 voxels a slice, an arch of 60 behind its upper half, a process of 24 that hangs beside the disc and
    the body below it."""
    found = {}
    for number, slug in enumerate(SPINE):
        low = bottom(number)
        body = block(slice(14, 26), slice(14, 24), slice(low, low + BODY))
        arch = block(slice(14, 26), slice(24, 29), slice(low + 3, low + BODY))
        found[slug] = body | arch | block(slice(18, 22), slice(29, 35), slice(low - 6, low + 4))
    return found


def matrix(tilt: float = 0.0) -> np.ndarray:
    """LPS, voxels of 1 x 1 x 2 mm, tilted by degrees about the first axis."""
    turn = np.deg2rad(tilt)
    rotation = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    found = np.eye(4)
    found[:3, :3] = rotation @ np.diag((1.0, 1.0, 2.0))
    return found


def volume(
    more: Masks | None = None, masks: Masks | None = None, tilt: float = 0.0, order: tuple[int, ...] = (0, 1, 2),
    turned: tuple[int, ...] = (),
) -> ViewData:  # fmt: skip
    """A spine and more in a volume stored with its axes in an order, some of them the other way round."""
    masks = {**(spine() if masks is None else masks), **(more or {})}
    masks = {slug: np.flip(mask, turned).transpose(order) for slug, mask in masks.items()}
    placed = matrix(tilt)
    placed[:, turned] *= -1
    rows = tuple(tuple(map(float, row)) for row in placed[:, [*order, 3]])
    steps, shape = np.array((1.0, 1.0, 2.0))[list(order)], tuple(SHAPE[axis] for axis in order)
    regions = tuple(
        SampleRegion(id=f"r{n}", concept=SPACE.concept(slug), source_label=slug, made_by=HUMAN,
                     mask=RegionMask(media="mask.nii.gz", value=n)) for n, slug in enumerate(masks, 1)
    )  # fmt: skip
    geometry = MediaGeometry.model_validate(
        {"affine": rows, "voxel_mm": tuple(map(float, steps)), "orientation": "LPS"}
    )
    media = Media.model_validate({"name": "nii.gz", "kind": "volume", "shape": shape, "geometry": geometry})
    scene = Scene.model_validate({
        "key": "toy-1", "dataset": "toy", "record": "r", "subject": "s", "modality": SPACE.concept("ct"),
        "view": {"frame": "volume"}, "media": (media,), "regions": regions,
    })  # fmt: skip
    found = zip(regions, masks.values(), strict=True)
    solids = {region.id: Solid.at(mask, (0, 0, 0), shape) for region, mask in found}
    return ViewData(scene, {}, solids={rid: solid for rid, solid in solids.items() if solid is not None})


def told(view: ViewData) -> dict[str, object]:
    return {one.predicate: one.value for one in measure_all(view, SPACE).facts if one.predicate in levels.PREDICATES}


def lesion(low: int, high: int) -> Masks:
    return {"liver_lesion": block(slice(4, 9), slice(10, 15), slice(low, high))}


ORDERS = list(permutations(range(3)))


@settings(max_examples=40)
@given(low=st.integers(1, 50), size=st.integers(1, 6), order=st.sampled_from(ORDERS), turned=st.sets(st.integers(0, 2)))
def test_the_middle_and_the_ends_lie_where_the_bodies_are(
    low: int, size: int, order: tuple[int, ...], turned: set[int]
) -> None:
    more = lesion(low, low + size) | {"left_kidney": block(slice(28, 34), slice(20, 26), slice(low, low + size))}
    middle = low + (size - 1) / 2  # between two slices, that which is stored later
    at = int(np.ceil(middle - 0.5)) if 2 in turned else int(np.floor(middle + 0.5))
    wanted = {"level_center": truth(at), "level_lower": truth(low), "level_upper": truth(low + size - 1)}
    found = told(volume(more, order=order, turned=tuple(turned)))
    assert found == {end: level for end, level in wanted.items() if level is not None}


def test_where_the_spine_leans_an_arch_is_no_body() -> None:
    """Above its body a vertebra's arch is nearly as large, and the body of the next lies before it."""
    masks = spine()
    masks[SPINE[2]] |= block(slice(4, 34), slice(24, 29), slice(bottom(2) + BODY, bottom(2) + BODY + 3))
    between = bottom(2) + BODY + 1
    assert np.count_nonzero(masks[SPINE[2]][:, :, between]) >= 0.7 * 204
    assert told(volume(lesion(between, between + 1), masks=masks)) == {}
    assert told(volume(lesion(between - 3, between - 2), masks=masks)) == {"level_center": "L2"}
    lip = spine()
    lip[SPINE[2]] |= block(slice(18, 22), slice(14, 16), slice(between - 1, between + 2))
    assert told(volume(lesion(between, between + 1), masks=lip)) == {}  # a lip of the body, far to the front


def test_every_label_of_the_label_space_has_its_level() -> None:
    found = {levels.LEVELS[entry.concept.label]: entry for entry in SPACE if entry.concept.label in levels.LEVELS}
    assert len(found) == len(levels.LEVELS)
    for level, entry in found.items():
        assert any(level.casefold() in name.split() for name in entry.synonyms), level


def test_nothing_is_said_where_no_vertebra_can_be_told() -> None:
    more = lesion(30, 33)
    assert told(volume(more)) == {"level_center": "L2"}
    assert told(volume(more, masks={})) == {}
    assert told(volume(more, masks={SPINE[2]: spine()[SPINE[2]]})) == {"level_center": "L2"}
    assert told(volume(more, masks={SPINE[1]: spine()[SPINE[1]]})) == {}  # its process alone reaches so far
    wide = spine()[SPINE[2]] | block(slice(0, 14), slice(24, 26), slice(32, 33))
    assert told(volume(more, masks=spine() | {SPINE[2]: wide})) == {}  # the scan cuts it: how large it is, nobody saw
    assert told(volume(more, tilt=12.0)) == {}
    assert told(volume(more, tilt=8.0)) == {"level_center": "L2"}
    pieces = {"liver_lesion": lesion(30, 33)["liver_lesion"] | block(slice(4, 6), slice(30, 32), slice(30, 33))}
    assert told(volume(pieces)) == {}
    assert told(volume({"liver_lesion": block(slice(0, 5), slice(10, 15), slice(30, 33))})) == {}  # cut
    assert told(volume({"aorta": block(slice(28, 34), slice(20, 26), slice(30, 33))})) == {}  # runs along the spine


def test_it_is_told_and_asked_in_steps_that_run_again() -> None:
    found = volume(lesion(30, 33) | {"left_kidney": block(slice(28, 34), slice(20, 26), slice(20, 44))})
    scene = measure_all(found, SPACE)
    assert told(found) == {"level_center": "L2", "level_upper": "L1", "level_lower": "L3"}
    description = describe(scene, SPACE, "grounded", {"registers": ["report"]}, 17)
    assert "The vertebral level of the center of the liver lesion is L2" in " ".join(
        t.text for t in description.regions
    )
    assert not claims.faults(scene, description, (), SPACE)
    talks = [talk for seed in range(20) for talk in ask_all(scene, SPACE, ["quantity"], seed, masks=dict(found.solids))]
    ours = {talk.turns[0].text: talk for talk in talks if "vertebral level" in talk.turns[0].text}
    assert {talk.answer for talk in ours.values()} == {"L1", "L2", "L3"}
    other = volume(lesion(20, 23) | {"left_kidney": block(slice(28, 34), slice(20, 26), slice(10, 55))})
    for talk in ours.values():
        assert [step.op for step in talk.reasoning] == ["level_slice", "level_at"]
        assert _outcomes(talk, scene, found) == {"pass"}
        assert "fail" in _outcomes(talk, scene, other)
        assert {one.verdict for one in check(talk.turns[1].text, scene, SPACE)} == {"supported"}
        assert talk.check is not None
        assert "second lumbar vertebra" in (*talk.check.accepted, *talk.check.alternatives)


def _outcomes(talk: Dialogue, scene: Scene, found: ViewData) -> set[str]:
    return {one.outcome for one in replay(talk, {}, scene.media[0], scene=scene, solids=found.solids)}


@pytest.mark.parametrize(("level", "verdict"), [("L2", "supported"), ("L3", "contradicted")])
def test_sentences_are_held_against_the_fact(level: str, verdict: str) -> None:
    scene = measure_all(volume(lesion(30, 33)), SPACE)
    text = f"The vertebral level of the center of the liver lesion is {level}."
    assert {one.verdict for one in check(text, scene, SPACE)} == {verdict}


def test_a_changed_level_is_found_in_what_is_published() -> None:
    found = volume(lesion(30, 33))
    scene = measure_all(found, SPACE)
    assert not [wrong for _, wrong in fact_problems(scene, found.solids, {}) if wrong]
    moved = volume(lesion(20, 23))
    wrong = {fact.predicate: reason for fact, reason in fact_problems(scene, moved.solids, {}) if reason}
    assert "L3" in wrong["level_center"]


def slice_at(index: int, more: Masks | None = None, skip: str = "") -> ViewData:
    """An axial slice of the spine, with what was measured of each vertebra on the whole scan."""
    masks = {slug: mask for slug, mask in (spine() | (more or {})).items() if mask[:, :, index].any() and slug != skip}
    geometry = lps("axial", 1.0).model_copy(update={"slice_axis": 2, "slice_index": index, "source_shape": SHAPE})
    shapes = [(SPACE.concept(slug), np.ascontiguousarray(mask[:, :, index].T)) for slug, mask in masks.items()]
    rows = tuple(tuple(map(float, row)) for row in matrix())
    grid = Geometry.model_validate({"shape": SHAPE, "spacing_mm": (1.0, 1.0, 2.0), "affine": rows})
    facts = {}
    for number, (slug, mask) in enumerate(masks.items(), 1):
        region = Region.model_validate({
            "key": slug, "dataset": "toy", "record": "r", "frame": "voxel", "concept": SPACE.concept(slug),
            "source_label": slug, "shape": {"kind": "rle", "shape": SHAPE, "runs": ""}, "made_by": HUMAN,
        })  # fmt: skip
        part = Solid.at(mask, (0, 0, 0), SHAPE)
        assert part is not None
        own = volume_facts(Resolved(region, part.offset, part.mask), grid, SPACE)
        facts[f"r{number}"] = tuple(one.model_copy(update={"regions": (f"r{number}",)}) for one in own)
    return replace(picture(shapes, geometry=geometry, plane="axial"), volume_facts=facts)


@pytest.mark.parametrize("index", range(9, 56))
def test_an_axial_slice_has_the_level_of_the_body_in_it(index: int) -> None:
    assert told(slice_at(index)).get("slice_level") == truth(index)


def test_a_slice_says_so_and_is_asked() -> None:
    view = slice_at(30, lesion(29, 32))
    scene = measure_all(view, SPACE)
    fact = next(fact for fact in scene.facts if fact.predicate == "slice_level")
    inputs = {one.predicate: one.regions for one in scene.facts if one.id in fact.inputs}
    assert inputs.keys() == {"body_first", "body_last"}
    description = describe(scene, SPACE, "grounded", {"registers": ["report"]}, 17)
    assert "The vertebral level of this image is L2" in description.overall.text
    assert not claims.faults(scene, description, (), SPACE)
    talks = [talk for seed in range(40) for talk in ask_all(scene, SPACE, ["quantity"], seed, masks=view.patches)]
    talk = next(talk for talk in talks if "vertebral level of this image" in talk.turns[0].text)
    assert talk.answer == "L2"
    assert fact_problem(fact, scene, view.masks) == (1, None)
    assert fact_problem(fact.model_copy(update={"value": "L3"}), scene, view.masks)[1]


def test_of_other_slices_nothing_is_said() -> None:
    view = slice_at(30)
    assert told(view) == {"slice_level": "L2"}
    assert told(replace(view, volume_facts={})) == {}
    assert told(slice_at(30, skip=SPINE[2])) == {}  # only the process of another is left
    wide = spine()[SPINE[2]] | block(slice(0, 14), slice(24, 26), slice(32, 33))
    assert told(slice_at(30, {SPINE[2]: wide})) == {}  # the scan cuts it
    photograph = view.scene.model_copy(update={"view": View(frame="full")})
    assert told(replace(view, scene=photograph)) == {}
