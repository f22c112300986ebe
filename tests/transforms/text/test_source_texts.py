"""Captions and reports in the source's own words: by section, at their level, checked, nothing lost unsaid."""

import pytest

from schemas import Presence, Scene
from tests.records import record
from tests.scenes import LESION, LIVER
from tests.spaces import EFFUSION, PNEUMOTHORAX, small_space
from tests.views import picture, rectangle
from transforms.facts import measure_all
from transforms.text.reports import reports
from transforms.text.source_texts import Told, passages, tell

SPACE = small_space()
SHAPE = (80, 100)
REPORT = """FINAL REPORT
EXAM: CT abdomen
FINDINGS:
There is a lesion in the liver. No pleural effusion.  The lesion looks glassy.

IMPRESSION: A lesion.
Follow-up: in 3 months."""


def scene(frame: str = "full") -> Scene:
    stated = (Presence(concept=EFFUSION, state="present"), Presence(concept=PNEUMOTHORAX, state="absent"))
    shapes = [(LIVER, rectangle(SHAPE, 10, 10, 60, 60)), (LESION, rectangle(SHAPE, 20, 20, 30, 30))]
    return measure_all(picture(shapes, view={"frame": frame}, presence=stated), SPACE)


def told(text: str | None, frame: str = "full", **fields: object) -> Told:
    return tell(record(text=text, **fields), scene(frame), SPACE, "1.0")


def test_a_caption_is_told_of_its_image_as_it_stands() -> None:
    (text,) = told("A  glassy lesion;\nin a liver.", text_kind="caption").texts
    assert (text.text, text.kind, text.level, text.checked) == (
        "A  glassy lesion;\nin a liver.", "caption", "image", "uncheckable",
    )  # fmt: skip
    assert (text.made_by.backend, text.made_by.dataset, text.made_by.revision) == ("source", "toy", "1.0")
    captions = [text.text for text in told(None, meta={"captions": ["One.", "Two."]}).texts]
    assert captions == ["One.", "Two."]


def test_a_report_falls_into_its_sections() -> None:
    found = [(one.kind, one.heading, one.level, one.text) for one in passages(record(text=REPORT))]
    assert found == [
        ("report", None, "study", "FINAL REPORT"),
        ("report", "EXAM", "study", "CT abdomen"),
        ("findings", "FINDINGS", "study",
         "There is a lesion in the liver. No pleural effusion.  The lesion looks glassy."),
        ("impression", "IMPRESSION", "study", "A lesion.\nFollow-up: in 3 months."),
    ]  # fmt: skip
    levels = {kind: next(passages(record(kind=kind, text="x"))).level for kind in ("document", "signal", "volume")}
    assert levels == {"document": "document", "signal": "signal", "volume": "study"}
    assert next(passages(record(text="x", text_level="patient"))).level == "patient"


def test_a_sentence_that_is_refuted_costs_itself_and_is_told() -> None:
    found = told(REPORT)
    (sentence, reason), *others = found.refuted
    assert (sentence, others) == ("No pleural effusion.", [])
    assert "it is shown" in reason
    findings = next(text for text in found.texts if text.kind == "findings")
    assert findings.text == "There is a lesion in the liver. The lesion looks glassy."
    assert findings.left_out == 1
    assert findings.checked == "uncheckable"
    assert found.passed_over == ()


def test_sentences_are_linked_to_what_they_speak_of() -> None:
    facts = {fact.id: fact for fact in scene().facts}
    for text in told(REPORT).texts:
        for claim in text.claims:
            words, fact = text.text[slice(*claim.span)], facts[claim.fact]
            assert words != "lesion" or fact.regions in (("r2",), ("r2", "r1"))
            assert words != "liver" or fact.regions == ("r1",)
    findings = next(text for text in told(REPORT).texts if text.kind == "findings")
    assert {findings.text[slice(*claim.span)] for claim in findings.claims} >= {"lesion", "liver"}
    assert told("A lesion.").texts[0].checked == "supported"


@pytest.mark.parametrize("frame", ["axial:3", "frame:2", "tile:0-0-9-9"])
def test_a_view_of_a_part_is_told_what_it_bears_out_and_no_more(frame: str) -> None:
    found = told("A lesion. The spleen is large. No lesion.", frame, kind="volume")
    (text,) = found.texts
    assert (text.text, text.level, text.left_out) == ("A lesion.", "study", 2)
    assert [sentence for sentence, _ in found.refuted] == ["No lesion."]
    assert len(found.passed_over) == 1
    assert "1 of 3 sentences" in found.passed_over[0]


def test_a_section_that_is_wholly_left_out_is_said_to_be() -> None:
    found = told("EXAM: A toy.\nFINDINGS: Unchanged. No new lesion.\nIMPRESSION: A lesion. It has grown.").texts
    assert [(one.kind, one.text, one.left_out) for one in found] == [
        ("report", "A toy.", 0), ("findings", "", 2), ("impression", "A lesion.", 1),
    ]  # fmt: skip
    (said,) = reports(found, None)
    assert (said.findings, said.impression, said.left_out) == (None, "A lesion.", 3)
    assert told("FINDINGS: Unchanged.", "axial:3").texts == ()


def test_nothing_said_is_nothing_told() -> None:
    assert told(None) == Told()
    assert told("  \n ") == Told()


def test_concepts_are_linked_in_the_text_as_it_is_published() -> None:
    findings = next(text for text in told(REPORT).texts if text.kind == "findings")
    named = [(findings.text[slice(*one.span)], one.concept.label, one.state) for one in findings.concepts or ()]
    assert ("liver", "liver", None) in named
    assert [state for words, _, state in named if words == "lesion"] == ["present", "present"]
    assert not any("effusion" in words for words, _, _ in named)  # its sentence is left out


def test_what_a_picture_was_taken_for_is_not_said_to_be_there() -> None:
    report = "INDICATION: Pleural effusion?\n\nA lesion in the liver.\nFINDINGS: A lesion."
    states = [one.state for text in told(report).texts for one in text.concepts or () if one.state or text.kind]
    effusion, *others = [state for state in states if state is not None or state is None]
    assert effusion is None
    assert "present" in others
