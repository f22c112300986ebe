"""A sentence for a step of reasoning says that step, and no more: by hand, of the hand-drawn abdomen."""

import pytest

import catalog
from schemas import Prose, ReasoningStep
from tests.handfacts import told_abdomen
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.prose import linked, spans, wrong

SPACE, SCENE = catalog.labelspace(), told_abdomen()
KNOWN = Evidence(SCENE, SPACE)
AREA = "Measure the area of the left kidney: 800 mm²."
LARGER = "The left kidney is the larger of the two."


def why(words: str, text: str) -> str | None:
    step = ReasoningStep(op="area", args={"region": "r3"}, result=800.0, text=text)
    return wrong(words, step, SCENE, SPACE, KNOWN)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Now the area of the left kidney is measured: 800 mm².", AREA),
        ("The area of the left kidney is 800 mm².", AREA),
        ("Looking at the left kidney, we find an area of 800 mm².", AREA),
        ("So the left kidney is the larger of the two.", LARGER),
        ("Hence, of the two, the left kidney is the larger.", LARGER),
    ],
)
def test_other_words_may_say_a_step(words: str, text: str) -> None:
    assert why(words, text) is None


@pytest.mark.parametrize(
    ("words", "text", "reason"),
    [
        ("The area of the left kidney is 810 mm².", AREA, "numbers"),
        ("The area of the left kidney is measured.", AREA, "numbers"),
        ("The area of the right kidney is 800 mm².", AREA, "deciding words"),
        ("The volume of the left kidney is 800 mm².", AREA, "deciding words"),
        ("The left kidney is not the larger of the two.", LARGER, "deciding words"),
        ("The left kidney is the smaller of the two.", LARGER, "deciding words"),
        ("The area of the left kidney is 800 mm², beside the liver.", AREA, "both name liver"),
        ("The area of the left kidney is 800 mm², as in cirrhosis.", AREA, "cirrhosis"),
        ("The area of the left kidney is 800 mm², which is reassuring.", AREA, "'reassuring'"),
        ("Gladly measure the area of the left kidney: 800 mm².", AREA, "'Gladly' is"),
        ("The area of the left kidney is 800 mm². So it is.", AREA, "not one sentence"),
        ("", AREA, "not one sentence"),
    ],
)
def test_what_says_more_or_less_or_another_thing_is_told_why(words: str, text: str, reason: str) -> None:
    assert reason in (why(words, text) or "")


def test_what_facts_bear_out_is_linked_to_them_and_nothing_else() -> None:
    text = "The area of the left kidney is 800 mm². The area of the right kidney is 900 mm². The spleen is shown."
    claimed = {(text[slice(*one.span)], one.fact) for one in linked(text, SCENE, SPACE, KNOWN)}
    facts = {(fact.predicate, fact.regions): fact.id for fact in SCENE.facts}
    assert ("800 mm²", facts["area", ("r3",)]) in claimed
    assert not any("900" in said or "spleen" in said for said, _ in claimed)


def test_sentences_stand_where_they_begin_and_end() -> None:
    text = "The area is 800.5 mm². So it is larger."
    prose = Prose.model_construct(text=text)
    assert [text[a:b].strip() for a, b in spans(prose)] == ["The area is 800.5 mm².", "So it is larger."]
