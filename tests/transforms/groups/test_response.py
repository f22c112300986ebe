"""The change of a tumour by RECIST's size limits. Oracle: the limits as its paper states them, on made-up diameters."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from schemas import Fact, Group, Media, Member, SampleRegion, Scene, View
from tests.scenes import CT
from tests.views import HUMAN
from transforms.checks.claims import check_text
from transforms.facts.judgements import RULES
from transforms.groups import across
from transforms.groups.response import changed
from transforms.groups.wording import written
from transforms.tasks import ask_all
from transforms.text.line import Line

A, B = "0.nii.gz", "1.nii.gz"
SPACE = catalog.labelspace()
TUMOUR = SPACE.concept("kidney_tumor")


def diameter(value: float, within: float = 0.0, number: int = 1, **more: Any) -> Fact:
    return Fact(id=f"f{number}", predicate="diameter", regions=(f"r{number}",), value=value, unit="mm",
                tolerance=within, scope="record", **more)  # fmt: skip


@given(st.floats(10, 200), st.floats(0.5, 300))
def test_a_change_is_what_the_limits_say(first: float, second: float) -> None:
    found = changed(diameter(first), diameter(second))
    share = (second - first) / first
    if share <= -0.301:
        assert found == "a partial response"
    elif share >= 0.201 and second - first >= 5.001:
        assert found == "progressive disease"
    elif -0.299 < share < 0.199 or second - first < 4.999:
        assert found == "stable disease"


@given(st.floats(10, 200), st.floats(0.5, 300), st.floats(0, 5), st.floats(0, 5))
def test_nothing_is_said_where_a_limit_lies_within_what_they_may_be_off(
    first: float, second: float, one: float, other: float
) -> None:
    found = changed(diameter(first, one), diameter(second, other))
    if found is not None:
        for a in (first - one, first, first + one):
            for b in (second - other, second, second + other):
                assert changed(diameter(a), diameter(b)) == found


def scene(old: float, new: float, measurable: str = "measurable", **more: Any) -> Scene:
    """Two whole scans of one person, with a kidney tumour outlined in each."""
    rule = RULES["recist"]
    judged = Fact(id="f3", predicate="judgement", regions=("r1",), value=measurable, name=rule.name, source=rule.source,
                  media=(A,), scope="record")  # fmt: skip
    facts = (diameter(old, media=(A,)), diameter(new, number=2, media=(B,), **more), judged)
    regions = tuple(
        SampleRegion.model_validate({"id": f"r{n}", "concept": TUMOUR, "source_label": "tumour", "made_by": HUMAN,
                                     "mask": {"media": f"{n - 1}.mask.nii.gz", "value": 1}})
        for n in (1, 2)
    )  # fmt: skip
    members = tuple(Member(media=name, visit=n + 1, frame="volume", record=f"r{n}", key=f"k{n}")
                    for n, name in enumerate((A, B)))  # fmt: skip
    group = Group(kind="visits", whole=True, timed=True, members=members)
    media = tuple(Media(name=name, kind="volume") for name in (A, B))
    made = Scene(key="toy-1", dataset="toy", record="r0", subject="toy/1", modality=CT, view=View(frame="visits"),
                 media=media, regions=regions, facts=facts, group=group)  # fmt: skip
    drafts = enumerate(across.measure(made), len(facts) + 1)
    return made.model_copy(update={"facts": (*facts, *(draft.fact(n) for n, draft in drafts))})


@pytest.mark.parametrize(
    ("old", "new", "value"),
    [(40, 26, "a partial response"), (40, 50, "progressive disease"), (40, 44, "stable disease"),
     (12, 15, "stable disease")],
)  # fmt: skip
def test_it_is_told_asked_and_borne_out(old: float, new: float, value: str) -> None:
    found = scene(old, new)
    (fact,) = [one for one in found.facts if one.predicate == "recist_change"]
    assert (fact.value, fact.inputs) == (value, ("f1", "f2", "f3"))
    said = written(fact, found, SPACE)
    assert said is not None
    assert said.text.endswith(f"the change of the kidney tumor from image 1 to image 2 is that of {value}")
    text = Line().sentence(Line().claim(said.text, fact)).done()
    assert {one.verdict for one in check_text(text, found, SPACE)} == {"supported"}
    other = "stable disease" if value != "stable disease" else "progressive disease"
    wrong = Line().sentence(Line().claim(said._replace(value=other).text, fact)).done()
    assert "contradicted" in {one.verdict for one in check_text(wrong, found, SPACE)}
    (asked,) = [one for one in ask_all(found, SPACE, ["visits"], 1) if "RECIST" in one.turns[0].text]
    assert asked.answer == value
    assert asked.check is not None
    assert asked.check.kind == "exact"
    assert {value, other} <= set(re.split(r": |, |\.$", asked.turns[0].text))


def test_what_was_not_measurable_or_is_cut_has_no_class() -> None:
    for other in (scene(40, 20, "not measurable"), scene(40, 20, bound="at_least")):
        assert not [one for one in other.facts if one.predicate == "recist_change"]
