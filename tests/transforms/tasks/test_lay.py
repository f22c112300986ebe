"""Questions in plain words: of what has a plain name, about as it is shown, and true by the same facts."""

import numpy as np
import pytest

import catalog
from schemas import Dialogue, Presence, Scene
from tests.views import lps, picture, rectangle
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.regions.patch import Patch
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score
from transforms.text import lay

SPACE = catalog.labelspace()
SHAPE = (120, 160)


def scene() -> tuple[Scene, dict[str, np.ndarray]]:
    """A broken bone of 40 by 10 pixels of 0.5 mm, and no fluid around the lung; a lung has no plainer name."""
    shapes = [("fracture", rectangle(SHAPE, 20, 20, 60, 30)), ("left_lung", rectangle(SHAPE, 80, 40, 140, 100))]
    absent = Presence(concept=SPACE.concept("pleural_effusion"), state="absent")
    view = picture([(SPACE.concept(slug), mask) for slug, mask in shapes], geometry=lps("coronal", 0.5),
                   plane="coronal", presence=(absent,))  # fmt: skip
    return measure_all(view, SPACE), dict(view.masks)  # type: ignore[arg-type]


def asked() -> list[Dialogue]:
    told, masks = scene()
    patches = {rid: Patch.of(mask) for rid, mask in masks.items()}
    return [one for seed in range(12) for one in ask_all(told, SPACE, ["lay"], seed, masks=patches)]


def test_it_asks_in_plain_words_of_what_has_them() -> None:
    found = asked()
    assert {(("fluid" in one.turns[0].text), one.answer) for one in found if one.answer in ("yes", "no")} == {
        (False, "yes"), (True, "no"),
    }  # fmt: skip
    assert not any("left" in one.turns[0].text for one in found)
    assert not any(word in one.turns[0].text for one in found for word in ("fracture", "effusion"))
    assert all(lay.names()["fracture"]["name"] in one.turns[0].text for one in found if "mm" in one.answer)


def test_each_answer_is_supported_scores_and_runs_again() -> None:
    told, masks = scene()
    for one in asked():
        assert all(v.verdict == "supported" for _, v in claims.verdicts(told, None, [one], SPACE)), one
        assert one.check is not None
        assert score(one.check, one.answer, one.choices).right
        if "mm" in one.answer:
            assert float(one.answer.removesuffix(" mm")) == pytest.approx(np.hypot(19.5, 4.5) + 0.5, abs=0.7)
            labels = {region.id: region.concept.label for region in told.regions}
            assert {v.outcome for v in replay(one, masks, told.media[0], None, labels, scene=told)} == {"pass"}
