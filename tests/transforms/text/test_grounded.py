"""The grounded text: every sentence supported by facts written by hand, varied, and the same for the same seed."""

from collections import Counter

import pytest

from schemas import Scene
from tests.handfacts import told_abdomen
from tests.spaces import small_space
from transforms.checks.claims.samples import run, verdicts
from transforms.text import describe, writers
from transforms.text.rules import REGISTERS

SPACE = small_space()
SCENE = told_abdomen()


@pytest.mark.parametrize("seed", range(12))
def test_every_assertion_is_supported_and_annotated(seed: int) -> None:
    description = describe(SCENE, SPACE, "grounded", {}, seed)
    wrong = [(where, v) for where, v in verdicts(SCENE, description, (), SPACE) if v.verdict != "supported"]
    assert wrong == []
    assert run(SCENE, description, (), SPACE).score == 1.0


def test_it_says_what_the_drawing_shows() -> None:
    for seed in range(6):
        description = describe(SCENE, SPACE, "grounded", {"registers": ["report"]}, seed)
        text = description.overall.text
        for said in ("xial", "computed tomography", "abdomen", "liver", "esion", "22 mm", "20 HU", "pneumothorax or"):
            assert said.lower() in text.lower()
        first, *_, last = text.split(". ")
        assert "abdomen" in first, "what it is comes first"
        assert "lesion" in last, "the finding again at the end"
        assert text.index("esion") < text.index("kidney"), "findings before what is normal"
        assert [one.region for one in description.regions] == ["r2", "r1", "r3", "r4"]  # the finding, then by size
        lesion = description.regions[0].text
        assert "5.6 mL" in lesion
        assert "4.25 out of 5" in lesion or "4.2 out of 5" in lesion
        assert any("70 mm" in one.text for one in description.relations)


@pytest.mark.parametrize("register", REGISTERS)
def test_a_text_speaks_to_whom_the_recipe_says(register: str) -> None:
    description = describe(SCENE, SPACE, "grounded", {"registers": [register]}, 1)
    assert description.register_ == register
    heard = " ".join(describe(SCENE, SPACE, "grounded", {"registers": [register]}, s).overall.text for s in range(9))
    assert ("HU" in heard) == (register != "patient")
    assert {describe(SCENE, SPACE, "grounded", {}, seed).register_ for seed in range(40)} == set(REGISTERS)


def test_nothing_is_told_twice() -> None:
    for seed in range(12):
        for register in REGISTERS:
            text = describe(SCENE, SPACE, "grounded", {"registers": [register]}, seed).overall
            told = Counter(claim.fact for claim in text.claims)
            measured = [f.id for f in SCENE.facts if f.predicate in ("area", "mean_intensity", "volume", "distance")]
            assert all(told[fact] <= 1 for fact in measured), text.text


def test_only_the_lawfully_absent_is_denied() -> None:
    facts = tuple(fact for fact in SCENE.facts if fact.predicate != "absent")
    text = describe(SCENE.model_copy(update={"facts": facts}), SPACE, "grounded", {}, 3).overall.text
    assert "no " not in text.lower()


def test_wording_varies_with_the_key_and_not_with_the_run() -> None:
    def text(scene: Scene, seed: int) -> str:
        return describe(scene, SPACE, "grounded", {}, seed).to_json()

    assert text(SCENE, 1) == text(SCENE, 1)
    assert len({text(SCENE, seed).replace(f'"seed":{seed}', "") for seed in range(8)}) > 3
    other = SCENE.model_copy(update={"key": "toy-0002"})
    assert any(text(SCENE, seed) != text(other, seed) for seed in range(4))


def test_params_and_names_are_checked() -> None:
    assert len(describe(SCENE, SPACE, "grounded", {"max_regions": 2}, 0).regions) == 2
    with pytest.raises(ValueError, match="max_region"):
        describe(SCENE, SPACE, "grounded", {"max_region": 2}, 0)
    with pytest.raises(KeyError, match="grounded"):
        describe(SCENE, SPACE, "poetic", {}, 0)
    assert writers()["grounded"].unavailable() is None
