"""Verification: own and other boxes and sizes; a wrong one is wrong by the check of what it stands for."""

import re
from collections import Counter

from schemas import Candidate, Description, Dialogue, Provenance, Text, TextMaker
from tests.scenes import axial_abdomen
from tests.spaces import small_space
from transforms.facts import measure_all
from transforms.regions.metrics import box_iou
from transforms.tasks import ask_all
from transforms.tasks.exchange import own_of, with_value
from transforms.tasks.judged import allowed

SPACE = small_space()
SCENE = measure_all(axial_abdomen(), SPACE)
FACTS = {fact.id: fact for fact in SCENE.facts}
MAKER = TextMaker(backend="grounded", revision="1", seed=1)
NOTHING = Description(overall=Text(text=""), made_by=MAKER)
BOXES = {region.id: region.box.xyxy for region in SCENE.regions if region.box}


def asked() -> list[Dialogue]:
    return [one for seed in range(150) for one in ask_all(SCENE, SPACE, ["verification"], seed)]


def number(text: str) -> float:
    """The value that a question offers."""
    return float(re.findall(r"about (\d+(?:\.\d+)?)", text)[0])


def test_a_wrong_size_is_off_by_more_than_a_right_one_may_be_and_some_are_near() -> None:
    factors, answers = [], Counter()
    for one in asked():
        fact = FACTS[one.facts[0]]
        if fact.unit is not None:
            offered = number(one.turns[0].text)
            answers[one.answer] += 1
            assert (one.answer == "yes") == (abs(offered - float(fact.value)) <= allowed(fact)), one.turns[0].text
            factors += [] if one.answer == "yes" else [offered / float(fact.value)]
    assert 0.4 < answers["yes"] / answers.total() < 0.6
    near = [one for one in factors if 0.49 <= one <= 0.81 or 1.24 <= one <= 2.01]
    assert 0.4 < len(near) / len(factors) < 0.8
    assert {one < 1 for one in near} == {True, False}


def test_a_wrong_box_is_none_by_the_rule_for_boxes_and_some_are_near() -> None:
    shared = []
    for one in asked():
        if "[" in one.turns[0].text:
            box = [int(n) for n in re.findall(r"\[(.*?)\]", one.turns[0].text)[0].split(", ")]
            value = box_iou(box, BOXES[one.regions[0]])
            assert (one.answer == "yes") == (value >= 0.5)
            shared += [] if one.answer == "yes" else [value]
    assert max(shared) < 0.45
    assert {value > 0.1 for value in shared} == {True, False}


def test_asked_with_anothers_size_or_box_the_answer_and_the_reasoning_follow() -> None:
    sample = Candidate(**dict(SCENE), description=NOTHING, provenance=Provenance(sources=(), steps=()))
    for one in asked():
        own, within = own_of(one, sample, FACTS)
        assert own is not None
        other = str([0, 0, 3, 3]) if within is None else f"{2 * number('about ' + own)} {own.partition(' ')[2]}"
        for offered, answer in ((own, "yes"), (other, "no")):
            made = with_value(sample, one, offered, SPACE)
            assert offered in made.turns[0].text
            assert made.answer == answer
            assert made.turns[1].text.lower().startswith(answer)
            assert made.check.accepted[0] == answer  # type: ignore[union-attr]
            assert len(made.reasoning) == len(one.reasoning)
            if made.reasoning and within is not None:
                assert made.reasoning[-1].result is (answer == "yes")
