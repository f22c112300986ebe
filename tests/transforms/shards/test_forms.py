"""Which forms a sample holds."""

from typing import Any

import pytest

from schemas import Candidate, Description, Dialogue, Fact, Group, Media, Member, SampleRegion, Text, Turn
from schemas.dialogue import SOURCE, TextMaker
from schemas.sample import Counterfactual, Provenance, RegionBox, RegionLine, RegionPoints, View
from schemas.text import RegionText
from tests.scenes import LESION, axial_abdomen
from tests.views import HUMAN
from transforms.shards.forms import forms

MAKER = TextMaker(backend="tests", revision="1")
SCENE = axial_abdomen().scene


def sample(**changes: Any) -> Candidate:
    scene = {name: getattr(SCENE, name) for name in type(SCENE).model_fields}
    fields = {
        "description": Description(overall=Text(text=""), made_by=MAKER), "dialogues": (), "checks": (),
        "provenance": Provenance(sources=(), steps=()), "regions": (),
    }  # fmt: skip
    return Candidate.model_validate(scene | fields | changes)


def region(**drawn: Any) -> SampleRegion:
    return SampleRegion(id="r1", concept=LESION, source_label="lesion", made_by=HUMAN, **drawn)


def dialogue(**more: Any) -> Dialogue:
    turns = (Turn(role="user", text="Where?"), Turn(role="assistant", text="There."))
    return Dialogue(id="d1", task="location", turns=turns, answer="there", **({"made_by": MAKER} | more))


def test_a_picture_with_masks_and_no_words() -> None:
    assert forms(sample(regions=SCENE.regions)) == {"image", "mask", "box"}
    assert forms(sample()) == {"image"}


@pytest.mark.parametrize(
    ("drawn", "form"),
    [
        ({"box": RegionBox(media="png", xyxy=(0, 0, 2, 2))}, "box"),
        ({"box3d": (0, 0, 0, 2, 2, 2)}, "box3d"),
        ({"points": RegionPoints(media="png", xy=((1.0, 1.0),))}, "point"),
        ({"places": ((1.0, 1.0, 1.0),)}, "point"),
        ({"line": RegionLine(media="png", xy=((1.0, 1.0), (2.0, 2.0)))}, "line"),
        ({"span": (0.0, 1.0), "span_unit": "s"}, "span"),
    ],
)
def test_regions_by_how_they_are_drawn(drawn: dict[str, Any], form: str) -> None:
    assert forms(sample(regions=(region(**drawn),))) == {"image", form}


def test_media() -> None:
    volume = Media(name="nii.gz", kind="volume", shape=(2, 2, 2))
    assert forms(sample(media=(volume,), view=View(frame="volume"))) == {"volume"}
    assert forms(sample(view=View(frame="clip"))) == {"clip"}
    assert forms(sample(view=View(frame="signal"), media=())) == {"signal"}
    assert forms(sample(document="A report.", media=())) == {"document"}
    group = Group(kind="visits", whole=True, members=(Member(media="png"),))
    assert forms(sample(group=group)) == {"image", "visits"}
    altered = Counterfactual(kind="alone", of="toy-0001", region="r", concept=LESION, box=(0, 0, 2, 2))
    assert forms(sample(counterfactual=altered)) == {"image", "counterfactual"}


def test_words_and_questions() -> None:
    told = Description(
        overall=Text(text="A liver."), regions=(RegionText(region="r1", text="It."),), made_by=MAKER,
        relations=(Text(text="Inside."),),
    )  # fmt: skip
    assert forms(sample(description=told)) == {"image", "caption", "region_text", "relation_text"}
    stated = Fact(id="f1", predicate="age", value="70", name="age")
    assert forms(sample(facts=(stated,))) == {"image", "stated"}
    assert forms(sample(dialogues=(dialogue(),))) == {"image"}
    assert forms(sample(dialogues=(dialogue(choices=("there", "here")),))) == {"image", "choices"}
    published = TextMaker(backend=SOURCE, revision="1", dataset="toy")
    assert forms(sample(dialogues=(dialogue(made_by=published),))) == {"image", "source_question"}
