"""What holds of any sentence that facts bear out: made false in one point, it is not borne out any more."""

import re

import pytest

from tests.transforms.checks.test_claims_free import SCENE, SPACE, TRUE, outcome
from tests.transforms.checks.test_claims_mutants import told
from transforms.checks.claims import check, parse

OWN = {sentence for region, _, sentence, _ in told(SCENE) if region is None}
SENTENCES = sorted({*TRUE, *(text for text in OWN if outcome(text) == "supported")})  # "it" needs its paragraph
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?=[ -]?(?:mm|cm|HU|Hounsfield|mL|cc|times|out))")
VERB = re.compile(r"\b(is|are|lies|lie)\b(?! not\b)")
DENIED = re.compile(r"\b(?:no|not|neither|nor|absent)\b", re.IGNORECASE)


def swapped(text: str) -> str:
    sides = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
    return re.sub(r"\b(?:left|right)\b", lambda m: sides[m.group()], text, flags=re.IGNORECASE)


@pytest.mark.parametrize("text", [text for text in SENTENCES if swapped(text) != text])
def test_left_for_right_is_borne_out_by_no_fact_of_the_other_side(text: str) -> None:
    """What is true of both sides may stay supported, each by its own facts."""
    wrong = swapped(text)
    if outcome(wrong) != "supported":
        return
    labels = {region.id: region.concept.label for region in SCENE.regions}
    facts = {fact.id: fact for fact in SCENE.facts}
    for claim, verdict in zip(parse(wrong, SPACE), check(wrong, SCENE, SPACE), strict=True):
        named = {SPACE.concept(slug).label for slug in claim.concepts if SPACE.get(slug).side}
        shown = {labels[rid] for rid in facts[verdict.fact or ""].regions}
        if named and not claim.negated and len(claim.concepts) <= 2:
            assert shown & named or not shown & {"left kidney", "right kidney"}, (wrong, verdict)


def test_most_sentences_of_one_side_are_not_true_of_the_other() -> None:
    sided = [text for text in SENTENCES if "patient" in text.lower() and swapped(text) != text]
    assert sided
    assert {outcome(swapped(text)) for text in sided} == {"contradicted"}


def scaled(text: str) -> list[str]:
    """The text with each measured number in turn ten times as large."""
    return [
        f"{text[: m.start()]}{float(m.group()) * 10:g}{text[m.end() :]}" for m in NUMBER.finditer(text)
    ]  # fmt: skip


@pytest.mark.parametrize("text", [text for text in SENTENCES if scaled(text) and " to " not in text])
def test_ten_times_a_number_is_never_supported(text: str) -> None:
    assert outcome(text) == "supported"
    assert [wrong for wrong in scaled(text) if outcome(wrong) == "supported"] == []


def test_a_negation_turns_the_verdict() -> None:
    plain = [text for text in SENTENCES if VERB.search(text) and not DENIED.search(text)]
    turned = {text: VERB.sub(lambda m: f"{m.group()} not", text, count=1) for text in plain}
    verdicts = {wrong: outcome(wrong) for wrong in turned.values()}
    assert len(verdicts) > 20
    assert [text for text, verdict in verdicts.items() if verdict == "supported"] == []
    assert sum(verdict == "contradicted" for verdict in verdicts.values()) >= 0.8 * len(verdicts), verdicts
