"""Of a film's frame that has labels alone nothing is outlined or counted: tools are present, phases under way."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import catalog
from schemas import Scene, View
from tests.scenes import axial_abdomen
from tests.views import disc, picture
from transforms.checks.claims.samples import verdicts
from transforms.facts import measure_all
from transforms.text import describe, grammar
from transforms.text.rules import REGISTERS

GRAMMAR = Path(grammar.__file__).parent
SPACE = catalog.labelspace()
SPAN = {"span": (0.0, 9.0), "span_unit": "s"}
DRAWN = ("outlined", "delineated", "contour")


def frame(*slugs: str, spans: bool = True) -> Scene:
    """A frame of a laparoscopy; regions are spans of its film, or have a concept and nothing else."""
    view = picture([(SPACE.concept("grasper"), disc((60, 60), 30, 30, 9))], modality=SPACE.concept("laparoscopy"))
    bare = axial_abdomen().scene.regions[0].model_copy(update={"box": None, "mask": None, **(SPAN if spans else {})})
    regions = tuple(
        bare.model_copy(update={"id": f"r{n}", "concept": SPACE.concept(slug)}) for n, slug in enumerate(slugs)
    )
    update = {"regions": regions, "view": View(frame="frame:4"), "anatomy": (SPACE.concept("abdominal_cavity"),)}
    return measure_all(replace(view, scene=view.scene.model_copy(update=update), masks={}), SPACE)


@pytest.mark.parametrize("spans", [True, False])
@pytest.mark.parametrize("register", REGISTERS)
def test_labels_without_a_mask_are_not_outlined(register: str, spans: bool) -> None:
    scene = frame("grasper", "calot_triangle_dissection", "gallbladder", spans=spans)
    for seed in range(8):
        description = describe(scene, SPACE, "grounded", {"registers": [register]}, seed)
        text = " ".join([description.overall.text, *(one.text for one in description.regions)])
        assert not [word for word in DRAWN if word in text], text
        assert "Calot triangle dissection is under way" in text, text
        assert "grasper is present" in text, text
        assert "gallbladder" in text, text
        assert [one for _, one in verdicts(scene, description, (), SPACE) if one.verdict != "supported"] == []


@pytest.mark.parametrize("phase", ["surgical_preparation", "suturing", "washing"])
def test_a_phase_by_its_noun_has_an_article_and_goes_on(phase: str) -> None:
    name = SPACE.concept(phase).label
    for register in REGISTERS:
        text = describe(frame("grasper", phase), SPACE, "grounded", {"registers": [register]}, 3).overall.text
        assert f"A {name} is under way." in text, text
        assert not re.search(rf"(?<!a )(?<!the )(?<!marked ){name}", text, re.IGNORECASE), text
        assert not re.search(rf"{name}[^.]* (present|visible|seen|shown)\b", text), text


def test_what_is_not_there_sends_nobody_to_look_for_it() -> None:
    wordings = yaml.safe_load((GRAMMAR / "absent.rules.yaml").read_text(encoding="utf-8"))
    told = [one for rule in wordings.values() for one in rule.get("instruction", ())]
    assert told
    for one in told:  # an order about what is not there asks to take note of that, in a whole sentence
        assert re.match(r"(note|confirm|check) that no \{list_or\} \{~~is\} ", one), one


def test_what_is_only_named_is_not_counted() -> None:
    assert not [fact for fact in frame("grasper", spans=False).facts if fact.predicate == "count"]


@pytest.mark.parametrize("register", REGISTERS)
def test_a_modality_is_named_by_its_noun(register: str) -> None:
    for seed in range(40):
        text = describe(frame("grasper"), SPACE, "grounded", {"registers": [register]}, seed).overall.text
        assert not [
            bad for bad in ("by laparoscopic", "as laparoscopic", "laparoscopic of", "laparoscopic.") if bad in text
        ]


def test_a_picture_that_is_no_slice_is_called_none() -> None:
    scene = measure_all(picture([(SPACE.concept("optic_disc"), disc((160, 200), 50, 50, 20))]), SPACE)
    for seed in range(60):
        description = describe(scene, SPACE, "grounded", {"registers": ["report"]}, seed)
        text = " ".join([description.overall.text, *(one.text for one in description.regions)])
        assert not [word for word in ("slice", "section") if word in text], text
