"""What holds of every sentence of the suite that is borne out: made false, it is not borne out any more."""

import re
from collections import Counter

import pytest

from benchmarks.claims import outcome
from benchmarks.claims_suite.declared import space
from benchmarks.claims_suite.load import contexts, rows
from transforms.checks.claims import check
from transforms.checks.claims.evidence import Evidence

SAMPLES = contexts()
KNOWN = {name: Evidence(sample, space()) for name, sample in SAMPLES.items()}
UNITS = r"(?=[ -]?(?:mm|cm|HU|mL|ml|cc|ms|bpm|%|px|pixels|kg|years?)(?!\w))"
NUMBER = re.compile(rf"(?<![\w.,/x×-])-?\d+(?:\.\d+)?{UNITS}")
VERB = re.compile(r"\b(?:is|are)\b(?! not\b)")
DENIED = re.compile(r"\b(?:no|not|neither|nor|absent|none|without|never|free)\b", re.IGNORECASE)
SIDES = {"left": "right", "right": "left"}
LAWFUL = 0.10
"""Share of sentences that are true of the other side as well: "each kidney", of two that are alike."""


def verdict(context: str, text: str) -> str:
    return outcome(check(text, SAMPLES[context], space(), known=KNOWN[context]))


@pytest.fixture(scope="module")
def supported() -> list[tuple[str, str]]:
    found = [(row.context, row.text) for row in rows("open") if row.truth == "true"]
    found = [(context, text) for context, text in found if verdict(context, text) == "supported"]
    assert len(found) > 1000
    return found


def test_ten_times_a_number_is_hardly_ever_supported(supported: list[tuple[str, str]]) -> None:
    """One in a hundred says less than it seems ("an age from 50 to 590" of an age group)."""
    wrong = [
        (context, f"{text[: m.start()]}{float(m.group()) * 10:g}{text[m.end() :]}")
        for context, text in supported for m in NUMBER.finditer(text)
    ]  # fmt: skip
    passed = [one for one in wrong if verdict(*one) == "supported"]
    assert len(passed) <= 0.01 * len(wrong), passed


def test_a_negation_is_hardly_ever_supported(supported: list[tuple[str, str]]) -> None:
    plain = [(context, text) for context, text in supported if VERB.search(text) and not DENIED.search(text)]
    turned = [(context, VERB.sub(lambda m: f"{m.group()} not", text, count=1)) for context, text in plain]
    answers = Counter(verdict(*one) for one in turned)
    assert len(turned) > 200
    assert answers["supported"] <= 0.01 * len(turned), [one for one in turned if verdict(*one) == "supported"]
    assert answers["contradicted"] >= 0.6 * len(turned), answers


def test_left_for_right_is_mostly_contradicted(supported: list[tuple[str, str]]) -> None:
    swapped = [
        (context, re.sub(r"\b(?:left|right)\b", lambda m: SIDES[m.group()], text)) for context, text in supported
    ]
    sided = [new for new, old in zip(swapped, supported, strict=True) if new != old]
    answers = Counter(verdict(*one) for one in sided)
    assert len(sided) > 100
    assert answers["supported"] <= LAWFUL * len(sided), [one for one in sided if verdict(*one) == "supported"]
    assert answers["contradicted"] >= 0.75 * len(sided), answers
