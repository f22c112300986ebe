"""What is there of a kind is not denied by a word for all of its kind, however it is said to be there."""

from dataclasses import replace

import pytest

import catalog
from schemas import Fact, Presence, Scene
from schemas.fact import PresenceState
from tests.views import disc, picture
from transforms.facts import measure_all
from transforms.facts.base import OF_THINGS

SPACE = catalog.labelspace()
SHAPE = (160, 200)


def absences(*presence: tuple[str, PresenceState], shapes: tuple[str, ...] = (), told: str = "") -> set[str]:
    said = tuple(Presence(concept=SPACE.concept(slug), state=state) for slug, state in presence)
    drawn = [(SPACE.concept(slug), disc(SHAPE, 60, 60, 12)) for slug in shapes]
    view = picture(drawn, presence=said)
    facts = (Fact(id="f1", predicate="attribute", name="disease", value=told),) if told else ()
    scene: Scene = measure_all(replace(view, scene=view.scene.model_copy(update={"facts": facts})), SPACE)
    return {SPACE.of(fact.concept).slug for fact in scene.facts if fact.predicate == "absent" and fact.concept}


@pytest.mark.parametrize("state", ["present", "uncertain"])
@pytest.mark.parametrize(
    ("kind", "broad"),
    [("cutaneous_lymphoma", "skin_cancer"), ("aberrated_atrial_premature_beat", "premature_atrial_contraction"),
     ("nodal_premature_beat", "supraventricular_premature_beat"),
     ("aberrated_atrial_premature_beat", "supraventricular_premature_beat")],
)  # fmt: skip
def test_a_kind_that_is_there_or_may_be_keeps_the_word_above_from_being_denied(
    kind: str, broad: str, state: PresenceState
) -> None:
    assert broad not in absences((broad, "absent"), (kind, state))
    assert broad in absences((broad, "absent"), (kind, "absent"))


def test_so_does_one_that_is_drawn_or_named_by_the_source() -> None:
    assert "skin_cancer" not in absences(("skin_cancer", "absent"), shapes=("melanoma",))
    assert "skin_cancer" not in absences(("skin_cancer", "absent"), told="mycosis-fungoides")
    assert "skin_cancer" in absences(("skin_cancer", "absent"), told="psoriasis")
    assert "melanoma" in absences(("melanoma", "absent"), ("skin_cancer", "present"))  # another kind may be there


def test_of_what_says_how_a_structure_is_nothing_is_measured() -> None:
    shapes = [
        (SPACE.concept(slug), disc(SHAPE, x, 60, 20)) for slug, x in (("cardiomegaly", 40), ("pulmonary_nodule", 120))
    ]
    scene = measure_all(picture(shapes), SPACE)
    found = {rid: {fact.predicate for fact in scene.facts if rid in fact.regions} for rid in ("r1", "r2")}
    assert {"present", "zone"} <= found["r1"]
    assert found["r1"].isdisjoint(OF_THINGS)
    assert {"area", "long_axis", "circularity"} <= found["r2"]
