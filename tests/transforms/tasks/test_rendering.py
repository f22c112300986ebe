"""Dialogues as messages: nothing is lost or made up, calls refer to calls, and pairs differ in the answer alone."""

import json

import pytest

import catalog
from schemas import Dialogue
from tests.scenes import axial_abdomen
from transforms.facts import measure_all
from transforms.regions.patch import Patch
from transforms.tasks import ask_all
from transforms.tasks.rendering import messages, preference, tools

SPACE = catalog.labelspace()
TASKS = ["size", "comparison", "relation", "reflection", "look_again", "preference"]


@pytest.fixture(scope="module")
def asked() -> list[Dialogue]:
    view = axial_abdomen()
    masks = {rid: Patch.of(mask) for rid, mask in view.masks.items()}
    scene = measure_all(view, SPACE)
    return [one for seed in range(4) for task in TASKS for one in ask_all(scene, SPACE, [task], seed, masks=masks)]


def test_prose_and_steps_say_every_step_and_then_the_answer(asked: list[Dialogue]) -> None:
    for dialogue in asked:
        for style in ("prose", "steps"):
            last = messages(dialogue, style)[-1]["content"]
            assert last.endswith(dialogue.turns[-1].text)
            places = [last.index(step.text) for step in dialogue.reasoning]
            assert places == sorted(places)
            assert all(step.wrong in last for step in dialogue.reasoning if step.wrong)
        assert messages(dialogue)[-1]["content"] == dialogue.turns[-1].text
        steps = messages(dialogue, "steps")[-1]["content"].splitlines()
        assert [line.split(".")[0] for line in steps[:-1]] == [str(n) for n in range(1, len(dialogue.reasoning) + 1)]


def test_calls_are_answered_in_order_and_refer_to_calls_before(asked: list[Dialogue]) -> None:
    for dialogue in asked:
        found = messages(dialogue, "tools")
        calls = [one["tool_calls"][0] for one in found if one.get("tool_calls")]
        answers = [one for one in found if one["role"] == "tool"]
        right = [step for step in dialogue.reasoning if step.wrong is None]
        assert [call["function"]["name"] for call in calls] == [step.op for step in right]
        assert [call["id"] for call in calls] == [answer["tool_call_id"] for answer in answers]
        results = [json.loads(one["content"])["result"] for one in answers]
        assert [json.dumps(one) if isinstance(one, list) else one for one in results] == [step.result for step in right]
        known: set[str] = set()
        for call in calls:
            said = json.loads(call["function"]["arguments"])
            named = [v for value in said.values() for v in (value if isinstance(value, list) else [value])]
            assert {str(one) for one in named if str(one).startswith("call_")} <= known
            assert not [one for one in named if str(one).startswith("#")]
            known.add(call["id"])
        assert found[-1] == {"role": "assistant", "content": dialogue.turns[-1].text}


def test_the_tools_that_are_called_are_declared(asked: list[Dialogue]) -> None:
    declared = {one["function"]["name"]: one["function"]["parameters"]["properties"] for one in tools(asked)}
    for step in (step for dialogue in asked for step in dialogue.reasoning):
        assert step.args.keys() <= declared[step.op].keys()


def test_a_part_that_is_looked_at_is_named_with_its_image(asked: list[Dialogue]) -> None:
    looks = [one for one in asked if one.task == "look_again"]
    assert looks
    for dialogue in looks:
        shown = [one["image"] for one in messages(dialogue, image="png") if "image" in one]
        assert shown == [{"member": "png", "crop": list(dialogue.turns[2].crop or ())}]


def test_a_pair_has_one_prompt_and_two_answers(asked: list[Dialogue]) -> None:
    for dialogue in asked:
        pair = preference(dialogue)
        assert (pair is None) == (dialogue.rejected is None)
        if pair is not None:
            assert pair["prompt"] == [{"role": "user", "content": dialogue.turns[0].text}]
            assert pair["chosen"] != pair["rejected"]
            assert pair["differs_by"] in dialogue.facts


def test_an_unknown_style_is_named(asked: list[Dialogue]) -> None:
    with pytest.raises(ValueError, match="use one of answer, prose, steps, tools"):
        messages(asked[0], "poem")  # type: ignore[arg-type]


def test_a_tool_gives_a_point_as_a_list(asked: list[Dialogue]) -> None:
    results = [
        json.loads(message["content"])["result"]
        for dialogue in asked
        for message in messages(dialogue, "tools")
        if message["role"] == "tool"
    ]
    points = [result for result in results if isinstance(result, list)]
    assert points
    assert all(isinstance(number, int | float) for point in points for number in point)


def test_a_report_stands_before_the_question_about_it(asked: list[Dialogue]) -> None:
    for style in ("answer", "prose", "steps", "tools"):
        first, *_ = messages(asked[0], style, None, "FINDINGS: No effusion.\n")
        assert first == {"role": "user", "content": f"FINDINGS: No effusion.\n\n{asked[0].turns[0].text}"}
