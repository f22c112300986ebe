"""Altered pictures: pixel by pixel what is left, and nothing is told or asked that cannot be seen any more."""

from dataclasses import replace

import numpy as np
import pytest

import catalog
from schemas import Text
from tests.scenes import LEFT_KIDNEY, axial_abdomen
from transforms.checks.claims import samples as claims
from transforms.checks.claims.annotated import check, check_text
from transforms.facts import measure_all
from transforms.facts.altered import SENTENCES, UNKNOWN
from transforms.regions import counterfactual
from transforms.regions.patch import Patch
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all
from transforms.tasks.unanswerable import unanswerable
from transforms.text import describe

SPACE = catalog.labelspace()
KINDS = ("blanked", "alone", "blank")


def view() -> ViewData:
    """An abdomen with nothing black in it, so that what is blanked shows."""
    made = axial_abdomen()
    assert made.image is not None
    regions = tuple(one.model_copy(update={"region": f"key-{one.id}"}) for one in made.scene.regions)
    return replace(made, image=np.maximum(made.image, 1), scene=made.scene.model_copy(update={"regions": regions}))


def copies() -> dict[str, ViewData]:
    found = counterfactual.altered(view(), KINDS, SPACE)
    return {one.scene.counterfactual.kind: one for one in found if one.scene.counterfactual}


def test_the_finding_is_what_it_is_altered_for() -> None:
    for made in copies().values():
        how = made.scene.counterfactual
        assert how is not None
        assert (how.concept.label, how.region, how.of) == ("lesion", "key-r2", "toy-0001")
        assert how.box == (25 - 4, 35 - 4, 36 + 4, 46 + 4)


def test_pixels_are_black_where_they_should_be_and_untouched_elsewhere() -> None:
    plain, made = view().image, copies()
    assert plain is not None
    within = np.zeros(plain.shape, bool)
    within[31:50, 21:40] = True
    hidden, how = within.copy(), made["blanked"].scene.counterfactual
    assert how is not None
    for x0, y0, x1, y1 in how.others:
        hidden[y0:y1, x0:x1] = True
    assert not made["blanked"].image[hidden].any()
    assert (made["blanked"].image[~hidden] == plain[~hidden]).all()
    assert not made["alone"].image[~within].any()
    assert (made["alone"].image[within] == plain[within]).all()
    assert not made["blank"].image.any()


def test_only_what_is_still_whole_is_shown() -> None:
    found = {kind: {region.id for region in one.scene.regions} for kind, one in copies().items()}
    assert found["blanked"] <= {"r3", "r4"}  # the liver holds the lesion, and other boxes are blanked, too
    assert (found["alone"], found["blank"]) == ({"r2"}, set())


def test_one_black_box_among_several_does_not_tell_which() -> None:
    how = copies()["blanked"].scene.counterfactual
    assert how is not None
    assert len(how.others) == counterfactual.DECOYS
    boxes = [how.box, *how.others]
    for n, (x0, y0, x1, y1) in enumerate(boxes):
        assert 0.7 <= (x1 - x0) / (how.box[2] - how.box[0]) <= 1.3
        assert 0.7 <= (y1 - y0) / (how.box[3] - how.box[1]) <= 1.3
        assert all(x1 <= a or b <= x0 or y1 <= c or d <= y0 for a, c, b, d in boxes[n + 1 :])
    narrow = replace(view(), scene=view().scene.model_copy(update={"media": (view().scene.media[0],)}))
    assert counterfactual._others(narrow.scene, narrow.scene.regions[0], (0, 0, 110, 95)) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_said_of_what_is_hidden(kind: str) -> None:
    made = copies()[kind]
    scene = measure_all(made, SPACE)
    assert {rid for fact in scene.facts for rid in fact.regions} <= {region.id for region in scene.regions}
    assert not [fact for fact in scene.facts if fact.predicate in ("absent", "count", "body_part")]
    assert [fact.value for fact in scene.facts if fact.predicate == "altered"] == [kind]
    text = describe(scene, SPACE, "grounded", {}, 1)
    assert text.overall.text.casefold() == f"{SENTENCES[kind]}."
    assert {one.verdict for _, one in claims.verdicts(scene, text, [], SPACE)} == {"supported"}
    assert not list(counterfactual.problems(scene, made.image))


@pytest.mark.parametrize(
    ("kind", "hidden"), [("blanked", {"r2"}), ("alone", {"r3", "r4"}), ("blank", {"r1", "r2", "r3", "r4"})]
)
def test_the_same_question_has_another_answer(kind: str, hidden: set[str]) -> None:
    plain, scene = measure_all(view(), SPACE), measure_all(copies()[kind], SPACE)
    asked = [one for seed in range(6) for one in ask_all(plain, SPACE, ["size", "location", "grounding"], seed)]
    found = unanswerable(scene, plain, asked, 1)
    words = {one.turns[0].text: set(one.regions) for one in asked}
    assert found
    assert all(words[one.turns[0].text] <= hidden for one in found)
    assert {one.answer for one in found} == {UNKNOWN}
    assert {one.verdict for _, one in claims.verdicts(scene, None, found, SPACE)} == {"supported"}
    assert {one.verdict for _, one in claims.verdicts(plain, None, found, SPACE)} != {"supported"}


def test_a_picture_that_was_not_altered_is_not_called_so() -> None:
    plain = measure_all(view(), SPACE)
    for said in SENTENCES.values():
        assert [one.verdict for one in check(f"That {UNKNOWN}: {said}.", plain, SPACE)] == ["contradicted"]
    blank = measure_all(copies()["blank"], SPACE)
    assert [one.verdict for one in check("Parts of this image are blanked.", blank, SPACE)] == ["contradicted"]
    assert check_text(Text(text="This image is blank."), blank, SPACE)[0].verdict == "uncheckable"  # no claim


def test_what_shows_more_than_it_says_is_found() -> None:
    made = copies()
    for kind in KINDS:
        assert list(counterfactual.problems(made[kind].scene, view().image))
    hidden = made["blanked"].scene.model_copy(update={"regions": view().scene.regions})
    assert len(list(counterfactual.problems(hidden, made["blanked"].image))) >= 2


def test_what_has_no_name_of_its_own_or_is_cut_is_not_chosen() -> None:
    plain = view()
    twice = tuple(one.model_copy(update={"concept": LEFT_KIDNEY}) for one in plain.scene.regions)
    same = replace(plain, scene=plain.scene.model_copy(update={"regions": twice}))
    assert not list(counterfactual.altered(same, KINDS, SPACE))
    whole = {rid: Patch.of(np.ones_like(mask)) for rid, mask in plain.masks.items()}
    assert not list(counterfactual.altered(replace(plain, masks=whole), KINDS, SPACE))
