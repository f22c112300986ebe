"""A refused sentence costs itself; the claims of those that stay are moved with them."""

import pytest

from schemas import Claim, Description, Dialogue, RegionText, Text, Turn
from schemas.dialogue import TextMaker
from transforms.checks.base import Fault
from transforms.text.prune import without

MAKER = TextMaker(backend="test", revision="1")
WHOLE = "An axial slice. Three cells are shown. A lesion lies left."


def claims(*words: str) -> tuple[Claim, ...]:
    return tuple(Claim(span=(WHOLE.index(w), WHOLE.index(w) + len(w)), fact=f"f{n}") for n, w in enumerate(words, 1))


def dialogue(name: str, text: str) -> Dialogue:
    turns = (Turn(role="user", text="How many?"), Turn(role="assistant", text=text))
    return Dialogue(id=name, task="counting", turns=turns, answer="3", made_by=MAKER)


DESCRIPTION = Description(
    overall=Text(text=WHOLE, claims=claims("axial", "Three cells", "lesion", "left")),
    regions=(RegionText(region="r1", text="It measures 3 mm."), RegionText(region="r2", text="It measures 4 mm.")),
    relations=(Text(text="A touches B."), Text(text="B touches C.")),
    made_by=MAKER,
)  # fmt: skip
DIALOGUES = (dialogue("d1", "There are three."), dialogue("d2", "There are four."))


def words(text: Text) -> list[tuple[str, str]]:
    return [(text.text[slice(*claim.span)], claim.fact) for claim in text.claims]


def test_a_sentence_goes_and_the_claims_of_the_others_still_say_what_they_said() -> None:
    at = WHOLE.index("cells")
    left = without(DESCRIPTION, DIALOGUES, [Fault("description.global", "four are shown", (at, at + 5))])
    assert left.description is not None
    assert left.description.overall.text == "An axial slice. A lesion lies left."
    assert words(left.description.overall) == [("axial", "f1"), ("lesion", "f3"), ("left", "f4")]
    assert [(one.where, one.text, one.reason) for one in left.refused] == [
        ("description.global", "Three cells are shown.", "four are shown")
    ]
    assert left.dialogues == DIALOGUES


@pytest.mark.parametrize("where", ["dialogues.d2", "dialogues.d2.1"])
def test_a_dialogue_goes_whole(where: str) -> None:
    left = without(DESCRIPTION, DIALOGUES, [Fault(where, "three are shown", (0, 5))])
    assert [one.id for one in left.dialogues] == ["d1"]
    assert left.description == DESCRIPTION


def test_texts_of_regions_and_relations_go_whole() -> None:
    faults = [Fault("description.regions.r2", "5 mm"), Fault("description.relations.0", "apart")]
    left = without(DESCRIPTION, DIALOGUES, faults).description
    assert left is not None
    assert ([one.region for one in left.regions], [one.text for one in left.relations]) == (["r1"], ["B touches C."])


def test_nothing_is_left_where_no_sentence_stands_and_nothing_goes_for_what_no_text_can_help() -> None:
    assert without(DESCRIPTION, (), [Fault("description.global", "wrong")]).description is None
    assert without(DESCRIPTION, DIALOGUES, [Fault("regions.r1", "outside")]) == (DESCRIPTION, DIALOGUES, ())
