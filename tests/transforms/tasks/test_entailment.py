"""Premise and hypothesis: labels against a reading of the sentences that asks no fact."""

import re
from collections import Counter

import pytest

from schemas import Dialogue, Scene
from tests.scenes import LESION, LIVER, axial_abdomen
from tests.spaces import small_space
from tests.views import disc, picture
from transforms.checks.claims.samples import verdicts
from transforms.facts import measure_all
from transforms.tasks import ask_all

SPACE = small_space()
SHAPE = (160, 200)
LESIONS = [(LESION, disc(SHAPE, 30, 30, 9)), (LESION, disc(SHAPE, 120, 120, 14)), (LIVER, disc(SHAPE, 120, 110, 40))]
SCENES = {"abdomen": measure_all(axial_abdomen(), SPACE), "lesions": measure_all(picture(LESIONS), SPACE)}
SIZE = r"The longest diameter of (.+) in this image is (?:(more|less) than )?([\d.]+) \w+\."
LARGER = r"(.+) (?:is larger than|covers (more|less) area than) (.+?)(?: by area)? in this image\."
COUNT = r"There (?:is|are) (?:(more|fewer) than )?(\d+) (\w+?)s? outlined in this image\."
PLACE = r"(?:The center of )?(.+?) (?:lies|is to be found) (in the .+)\."
INSIDE = r"(.+) (lies inside|encloses) (.+)\."


def asked(scene: Scene, seeds: int = 60) -> list[Dialogue]:
    return [one for seed in range(seeds) for one in ask_all(scene, SPACE, ["entailment"], seed)]


def parts(dialogue: Dialogue) -> tuple[str, str]:
    found = re.search(r"(?:Premise|Given that): (.+)\n(?:Hypothesis|What of this): (.+)\n", dialogue.turns[0].text)
    assert found is not None
    return found[1], found[2]


def read(premise: str, hypothesis: str) -> str:
    """The label, by the words alone."""
    for pattern, judge in ((SIZE, _size), (LARGER, _larger), (COUNT, _count), (INSIDE, _inside), (PLACE, _place)):
        a, b = (re.fullmatch(pattern, text, re.IGNORECASE) for text in (premise, hypothesis))
        if a or b:
            return judge(a.groups(), b.groups()) if a and b else "neutral"
    raise AssertionError((premise, hypothesis))


def _size(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    if a[0] != b[0]:
        return "neutral"
    return "entailed" if (float(a[2]) > float(b[2])) == (b[1] == "more") else "contradicted"


def _larger(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    if {a[0].lower(), a[2].lower()} != {b[0].lower(), b[2].lower()}:
        return "neutral"
    return "entailed" if (a[0].lower() == b[0].lower()) == (b[1] == "more") else "contradicted"


def _count(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    return "entailed" if (int(a[1]) > int(b[1])) == (b[0] == "more") else "contradicted"


def _inside(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    return "entailed" if (a[0].lower(), a[2].lower()) == (b[2].lower(), b[0].lower()) else "contradicted"


def _place(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    if a[0].lower() != b[0].lower():
        return "neutral"
    return "entailed" if a[1] == b[1] else "contradicted"


@pytest.mark.parametrize("name", SCENES)
def test_the_label_is_what_a_reader_of_the_two_sentences_says(name: str) -> None:
    found = asked(SCENES[name])
    wrong = [(parts(one), one.answer) for one in found if read(*parts(one)) != one.answer]
    assert wrong == []
    labels = Counter(one.answer for one in found)
    assert set(labels) == {"entailed", "contradicted", "neutral"}
    assert max(labels.values()) < 1.4 * min(labels.values())


@pytest.mark.parametrize("name", SCENES)
def test_the_premise_holds_and_stands_in_the_answer(name: str) -> None:
    found = asked(SCENES[name])
    for one in found:
        assert one.turns[1].text == f"{one.answer.capitalize()}. {parts(one)[0]}"
        assert one.check is not None
        assert one.check.accepted[0] == one.answer
    assert {one.verdict for _, one in verdicts(SCENES[name], None, found, SPACE)} == {"supported"}


def test_how_many_there_are_is_not_neutral_of_one_of_them() -> None:
    """ "The lesion" is one; of "the largest lesion" there are several."""
    pairs = [parts(one) for scene in SCENES.values() for one in asked(scene, 200) if one.answer == "neutral"]
    counted = [(a, b) for a, b in pairs if "There" in f"{a} {b}"]
    assert counted
    for a, b in counted:
        (thing,) = re.findall(r"There .+?(lesion|liver|kidney)", f"{a} {b}")
        assert thing not in (b if a.startswith("There") else a)


def test_no_sentence_is_its_own_hypothesis() -> None:
    assert all(len(set(parts(one))) == 2 for scene in SCENES.values() for one in asked(scene))


def test_no_word_of_a_hypothesis_tells_the_label() -> None:
    """Each opposite is worded alike: a hypothesis with a word is as often true as false, within three sigmas."""
    found = [(parts(one)[1], one.answer) for scene in SCENES.values() for one in asked(scene, 200)]
    for word in ("more", "less", "fewer", "encloses", "covers", "found"):
        labels = Counter(answer for hypothesis, answer in found if word in hypothesis.split())
        decided = labels["entailed"] + labels["contradicted"]
        assert abs(labels["entailed"] - labels["contradicted"]) < 3 * decided**0.5, (word, labels)
