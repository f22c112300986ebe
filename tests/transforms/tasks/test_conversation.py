"""Conversations and question trees: turns that follow from one another, each of them supported."""

from dataclasses import replace

import pytest

from schemas import Dialogue, Presence, Scene
from tests.scenes import LESION, LIVER, axial_abdomen
from tests.spaces import EFFUSION, PNEUMOTHORAX, small_space
from tests.views import disc, picture
from transforms.checks.claims.samples import verdicts
from transforms.facts import measure_all
from transforms.tasks import ask_all

SPACE = small_space()
SHAPE = (160, 200)


def absent() -> Scene:
    """An abdomen that was examined for two findings, and has neither."""
    view = axial_abdomen()
    presence = tuple(Presence(concept=one, state="absent") for one in (EFFUSION, PNEUMOTHORAX))
    return measure_all(replace(view, scene=view.scene.model_copy(update={"presence": presence})), SPACE)


def lesions() -> Scene:
    shapes = [(LESION, disc(SHAPE, 30, 30, 9)), (LESION, disc(SHAPE, 120, 120, 14)), (LIVER, disc(SHAPE, 120, 110, 40))]
    return measure_all(picture(shapes), SPACE)


def asked(task: str, scene: Scene, seeds: int = 12) -> list[Dialogue]:
    return [one for seed in range(seeds) for one in ask_all(scene, SPACE, [task], seed)]


def turns(dialogue: Dialogue) -> list[tuple[str, str]]:
    """Question and answer, by turns."""
    texts = [turn.text for turn in dialogue.turns]
    assert [turn.role for turn in dialogue.turns] == ["user", "assistant"] * (len(texts) // 2)
    return list(zip(texts[::2], texts[1::2], strict=True))


@pytest.mark.parametrize("task", ["conversation", "question_tree"])
@pytest.mark.parametrize("scene", [absent(), lesions()], ids=["abdomen", "lesions"])
def test_every_turn_is_supported_and_the_last_is_judged(task: str, scene: Scene) -> None:
    found = asked(task, scene)
    assert found
    for dialogue in found:
        assert len(turns(dialogue)) >= 2
        assert dialogue.check is not None
        assert dialogue.answer in dialogue.turns[-1].text.replace("Yes, ", "yes, ").replace("No, ", "no, ")
        told = "".join(turn.text for turn in dialogue.turns[:-1])
        assert dialogue.answer in ("yes", "no") or dialogue.answer not in told  # no turn before tells it
        assert all(turn.claims for turn in dialogue.turns if turn.role == "assistant")
        assert {claim.fact for turn in dialogue.turns for claim in turn.claims} <= set(dialogue.facts)
    assert {one.verdict for _, one in verdicts(scene, None, found, SPACE)} == {"supported"}


def test_a_child_is_asked_only_where_its_parent_holds() -> None:
    seen, ends = set(), set()
    for dialogue in asked("question_tree", absent()):
        asked_of = turns(dialogue)
        last = asked_of.pop() if asked_of[-1][0].split()[0] in _YES_NO else None
        ends.add(dialogue.answer if last else "child")
        *roots, parent = [n for n, (question, _) in enumerate(asked_of) if question.split()[0] in _YES_NO]
        answers = [answer for _, answer in asked_of]
        assert all(answers[n].startswith("No, ") for n in roots), answers
        assert answers[parent].startswith("Yes, ")
        assert roots == list(range(parent))  # what is not there has no children
        thing = answers[parent].removeprefix("Yes, ").split(" is ")[0].removeprefix("a ").removeprefix("the ")
        assert all(thing in answer for answer in answers[parent:]), answers
        seen |= {question.split()[0] for question, _ in asked_of[parent + 1 :]}
    assert ends == {"child", "yes", "no"}  # what is asked last is there, or is not, or is more of what is
    assert len(seen) >= 4  # how many, where, how large, in several wordings


_YES_NO = {"Is", "Does", "Can", "Are"}


def test_of_several_things_a_tree_asks_how_many_and_not_where_which_one_is() -> None:
    trees = [one for one in asked("question_tree", lesions()) if "lesion is" in one.turns[1].text]
    assert trees
    assert {(one.answer, len(turns(one))) for one in trees} == {("2", 2), ("yes", 3)}


def test_a_conversation_ends_with_a_box_and_says_it_of_what_was_named() -> None:
    found = asked("conversation", absent(), 24)
    assert all(one.check is not None and one.check.kind == "iou" for one in found)
    later = [question for one in found for question, _ in turns(one)[2:-1]]
    assert any(" it" in question for question in later)
    assert not any("of it" in question for question in later)
    for one in found:
        assert not any(" it " in f" {question} " for question, _ in turns(one)[:1])


def test_of_a_picture_without_regions_nobody_converses() -> None:
    assert asked("conversation", measure_all(picture([]), SPACE)) == []
    assert asked("question_tree", measure_all(picture([]), SPACE)) == []
