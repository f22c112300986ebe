"""A replay passes on what was measured, and fails on whatever is bent afterwards."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from schemas import Dialogue, ReasoningStep
from tests.markviews import chest
from tests.scenes import axial_abdomen
from tests.shapeviews import drawn as shapes
from tests.shapeviews import marked_volume
from tests.spaces import BODY, NODULE, NUCLEUS, OPTIC_CUP, OPTIC_DISC, small_space
from tests.views import disc, lps, picture, rectangle
from transforms.facts import measure_all
from transforms.regions.marks import Mark
from transforms.regions.patch import Patch
from transforms.regions.places import of_volume
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all, families
from transforms.tasks.needed import unneeded, without
from transforms.tasks.replay import OPS, replay

SPACE = small_space()
SHAPE = (160, 200)
TASKS = list(families())
TOLD = {
    "farthest", "fills", "longest", "median_pixels", "section", "stated", "sum_volumes", "voxel_volume", "voxels",
    "width",
}  # fmt: skip
"""Operations of programs that test_programs.py runs."""


def with_body() -> ViewData:
    shapes = [(BODY, rectangle(SHAPE, 20, 10, 180, 150)), (NODULE, disc(SHAPE, 50, 60, 6))]
    return picture(shapes, geometry=lps("axial", 0.7), plane="axial", key="toy-body")


def with_nuclei() -> ViewData:
    shapes = [(NUCLEUS, rectangle(SHAPE, 20 * n, 10, 20 * n + 6 + 2 * n, 20)) for n in range(6)]
    return picture(shapes, key="toy-nuclei")


def touching() -> ViewData:
    left, right = rectangle(SHAPE, 20, 20, 60, 60), rectangle(SHAPE, 61, 20, 90, 60)
    return picture([(NODULE, left), (NUCLEUS, right)], key="toy-touching")


def in_pieces() -> ViewData:
    scattered = rectangle(SHAPE, 20, 20, 30, 30) | rectangle(SHAPE, 40, 24, 50, 30) | rectangle(SHAPE, 80, 80, 88, 90)
    return picture([(NODULE, scattered), (NUCLEUS, rectangle(SHAPE, 61, 20, 70, 60))], key="toy-pieces")


def eye() -> ViewData:
    return picture([(OPTIC_DISC, disc(SHAPE, 90, 80, 40)), (OPTIC_CUP, disc(SHAPE, 92, 80, 25))], key="toy-eye")


VIEWS = {
    "abdomen": axial_abdomen, "body": with_body, "nuclei": with_nuclei, "touching": touching, "marks": chest,
    "pieces": in_pieces, "shapes": shapes, "eye": eye,
    "volume": marked_volume,
}  # fmt: skip


@cache
def drawn(name: str) -> tuple[ViewData, list[Dialogue]]:
    """A view, and every reasoned dialogue that a few seeds give, each family on its own: from facts alone, and with
    programs run on the masks."""
    view = VIEWS[name]()
    scene = measure_all(view, SPACE)
    return view, [
        dialogue
        for seed in range(16 if name == "shapes" else 6)
        for task in TASKS
        for masks in (None, {rid: Patch.of(mask) for rid, mask in view.masks.items()})
        for dialogue in ask_all(scene, SPACE, [task], seed, masks=masks)
        if dialogue.reasoning
    ]


def verdicts(dialogue: Dialogue, view: ViewData) -> list[str]:
    labels = {region.id: region.concept.label for region in view.scene.regions}
    found = replay(dialogue, view.masks, view.scene.media[0], view.values, labels, view.marks, of_volume(view.scene))
    return [verdict.outcome for verdict in found]


@pytest.mark.parametrize("name", VIEWS)
def test_every_step_and_answer_replays(name):
    view, asked = drawn(name)
    assert len(asked) > 4
    for dialogue in asked:
        labels = {region.id: region.concept.label for region in view.scene.regions}
        found = replay(
            dialogue, view.masks, view.scene.media[0], view.values, labels, view.marks, of_volume(view.scene)
        )
        assert [v for v in found if v.outcome != "pass"] == [], dialogue
        assert len(found) == len(dialogue.reasoning) + 1


def test_every_operation_is_used_by_some_question():
    used = {step.op for name in VIEWS for dialogue in drawn(name)[1] for step in dialogue.reasoning}
    elsewhere = {"volume", "image_of", "shows", "which_of", "same_on", "suv_max", "hottest_slice", "beats", "beat_span",
                 "per_minute", "net_area", "axis_of", "differing", "whole_mean", "only_on", "most_changed",
                 "leading", "ordered", "onset", "earliest", "shared_voxels", "whole_mean_of_rest", "clearance",
                 "portion", "lesser", "nearest_voxels", "voxel_size", "voxels_apart"}  # fmt: skip
    of_facts = {"fitted_long", "fitted_short", "ellipse_perimeter", "nasal_side", "quadrant", "level_slice", "level_at"}
    assert used == set(OPS) - elsewhere - of_facts - TOLD  # those of a fact are run where it is tested


@pytest.mark.parametrize("name", VIEWS)
def test_a_stated_result_that_is_bent_fails(name):
    view, asked = drawn(name)
    for dialogue in asked:
        for number, step in enumerate(dialogue.reasoning):
            bent = step.model_copy(update={"result": bend(step.result)})
            steps = (*dialogue.reasoning[:number], bent, *dialogue.reasoning[number + 1 :])
            assert "fail" in verdicts(dialogue.model_copy(update={"reasoning": steps}), view), bent


@pytest.mark.parametrize("name", VIEWS)
def test_no_step_can_be_dropped(name):
    view, asked = drawn(name)
    for dialogue in asked:
        for number in range(1, len(dialogue.reasoning) + 1):
            left = without(dialogue, number)
            assert not left.reasoning or "fail" in verdicts(left, view), (number, dialogue)


def test_a_step_that_leads_nowhere_is_found():
    view, asked = drawn("abdomen")
    for dialogue in asked:
        steps = dialogue.reasoning
        if len(steps) == 1:  # nothing else has references to move
            more = dialogue.model_copy(update={"reasoning": (steps[0], steps[0])})
            assert unneeded(more.reasoning) == [1]
            assert "fail" in verdicts(more, view)


def bend(result: bool | int | float | str) -> bool | int | float | str:
    if isinstance(result, bool):
        return not result
    if isinstance(result, str):
        return {"right": "left", "left": "right"}.get(result, result + " ")
    return result + 1 if isinstance(result, int) else result * 1.2 + 1


def test_a_box_or_a_point_that_is_moved_fails():
    """Each mark that a dialogue looks at is moved to a corner of the image, or is not there any more."""
    view, asked = drawn("marks")
    looked = 0
    for dialogue in asked:
        rid = dialogue.regions[0]
        if rid not in view.marks:
            continue
        looked += 1
        labels = {region.id: region.concept.label for region in view.scene.regions}
        media, mark = view.scene.media[0], view.marks[rid]
        lost = {other: found for other, found in view.marks.items() if other != rid}
        moved = Mark(mark.shape, (189, 149, 191, 151) if mark.box else None, () if mark.box else ((190.0, 150.0),))
        wrong = lost if dialogue.reasoning[0].op == "count" else {**view.marks, rid: moved}
        found = replay(dialogue, view.masks, media, None, labels, wrong)
        assert "fail" in [verdict.outcome for verdict in found], dialogue
    assert looked > 20


@pytest.mark.parametrize("op", ["area", "long_axis", "short_axis"])
def test_no_measure_of_a_mask_is_taken_on_a_box(op):
    view, asked = drawn("marks")
    step = ReasoningStep(op=op, args={"region": "r2"}, result=1.0, unit="mm", text="1 mm")
    dialogue = asked[0].model_copy(update={"reasoning": (step,)})
    (verdict,) = replay(dialogue, view.masks, view.scene.media[0], marks=view.marks)
    assert (verdict.outcome, "no mask" in str(verdict.reason)) == ("fail", True)


@pytest.mark.parametrize("name", [name for name in VIEWS if name not in ("marks", "shapes", "volume")])
def test_a_mask_that_is_bent_fails(name):
    """The first region that a dialogue looks at is shifted and thinned to a corner of the image."""
    view, asked = drawn(name)
    for dialogue in asked:
        rid = dialogue.regions[0]
        bent = np.zeros_like(view.masks[rid])
        if dialogue.reasoning[0].op != "count":  # an emptied mask is what spoils a count
            bent[-5:-1, -9:-1] = True
        assert "fail" in verdicts(dialogue, replace(view, masks={**view.masks, rid: bent})), dialogue


def test_an_argument_that_is_bent_fails():
    view, asked = drawn("abdomen")
    for dialogue in asked:
        first = dialogue.reasoning[0]
        swapped = {"r1": "r2", "r2": "r3", "r3": "r4", "r4": "r1"}
        args = {key: swapped[rid] if isinstance(rid, str) else ["r1", "r9"] for key, rid in first.args.items()}
        steps = (first.model_copy(update={"args": args}), *dialogue.reasoning[1:])
        assert verdicts(dialogue.model_copy(update={"reasoning": steps}), view)[0] == "fail", first


def test_another_spacing_fails_every_length():
    view, asked = drawn("abdomen")
    media = view.scene.media[0]
    geometry = media.geometry.model_copy(update={"spacing_mm": (1.0, 1.0)})
    for dialogue in asked:
        if any(step.unit in ("mm", "mm2") for step in dialogue.reasoning):
            found = replay(dialogue, view.masks, media.model_copy(update={"geometry": geometry}), view.values)
            assert "fail" in [verdict.outcome for verdict in found]


@pytest.mark.parametrize("name", VIEWS)
def test_the_last_result_must_entail_the_answer(name):
    view, asked = drawn(name)
    for dialogue in asked:
        wrong = {"yes": "no", "no": "yes"}.get(dialogue.answer, "9999 mm")
        if dialogue.choices:
            wrong = next(choice for choice in dialogue.choices if choice != dialogue.answer)
        assert verdicts(dialogue.model_copy(update={"answer": wrong}), view)[-1] == "fail", dialogue


def one(op: str, args: dict, result: object, **more: object) -> Dialogue:
    """A dialogue of one step on the axial abdomen."""
    (dialogue, *_) = ask_all(measure_all(axial_abdomen(), SPACE), SPACE, ["size"], 1)
    step = ReasoningStep.model_validate({"op": op, "args": args, "result": result, "text": "", **more})
    return dialogue.model_copy(update={"reasoning": (step,)})


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (one("weigh", {"region": "r1"}, 3.0), "no operation 'weigh'"),
        (one("area", {"region": "r9"}, 3.0), "no mask of region 'r9'"),
        (one("area", {"zone": "r1"}, 3.0), "cannot run"),
        (one("greater", {"a": "#1", "b": "#2"}, "r1"), "'#1' is no earlier step"),
        (one("area", {"region": "r3", "more": "#1"}, 800.0, unit="mm2", text="800 mm²"), "'#1' is no earlier step"),
        (one("area", {"region": "r3", "more": ["#0"]}, 800.0, unit="mm2", text="800 mm²"), "'#0' is no earlier step"),
        (one("area", {"region": "r3"}, 800.0, unit="px2"), "measured in 'mm2'"),
        (one("area", {"region": "r3"}, 800.0, unit="mm2", text="Measure: 900 mm²."), "does not say"),
        (one("zone", {"region": "r3"}, "middle left", box=(0, 0, 5, 5)), "box of no region"),
        (one("zone", {"region": "r3"}, "#7", box=(0, 0, 5, 5)), "states '#7'"),
        (one("count", {"regions": ["r1", "r1"]}, 2), "counted twice"),
        (one("count", {"regions": ["r1", "r2"]}, True), "states True"),
    ],
)
def test_a_bad_step_says_what_is_wrong(step, reason):
    view = axial_abdomen()
    (verdict,) = replay(step, view.masks, view.scene.media[0])
    assert verdict.outcome == "fail"
    assert reason in str(verdict.reason)


def test_values_that_a_shard_lacks_are_skipped_and_not_passed():
    view = axial_abdomen()
    (dialogue, *_) = ask_all(measure_all(view, SPACE), SPACE, ["attribute"], 1)
    (verdict,) = replay(dialogue, view.masks, view.scene.media[0])
    assert (verdict.outcome, verdict.reason) == ("skip", "pixel values were not given")


def test_without_reasoning_there_is_nothing_to_replay():
    view = axial_abdomen()
    (dialogue, *_) = ask_all(measure_all(view, SPACE), SPACE, ["modality"], 1)
    assert replay(dialogue, view.masks, view.scene.media[0]) == []
