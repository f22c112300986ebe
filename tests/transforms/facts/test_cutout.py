"""Parts that occur once in a picture drawn by hand: told, asked with the part shown, and found again by `verify`."""

import json

import numpy as np
import pytest

from schemas import Fact, Media, Scene, View
from tests.transforms.facts.test_whole import SPACE
from transforms.checks.claims import check
from transforms.facts import cutout, measure_all
from transforms.regions.metrics import box_iou
from transforms.regions.viewdata import ViewData
from transforms.shards.remeasure import fact_problem
from transforms.tasks import ask_all
from transforms.tasks.scoring import score

HEIGHT, WIDTH = 240, 300


def view(image: np.ndarray, key: str = "toy-0001", frame: str = "full") -> ViewData:
    media = Media(name="png", kind="image", width=image.shape[1], height=image.shape[0], channels=1)
    scene = Scene(key=key, dataset="toy", record="r", subject="s", modality=SPACE.concept("dx"), view=View(frame=frame),
                  media=(media,))  # fmt: skip
    return ViewData(scene, {}, image)


def blobs() -> np.ndarray:
    """Smooth structure that never repeats."""
    rng = np.random.default_rng(7)
    coarse = np.kron(rng.integers(0, 255, (HEIGHT // 10, WIDTH // 10)), np.ones((10, 10)))
    return coarse.astype(np.uint8)


def tiles() -> np.ndarray:
    """The same structure over and over again."""
    one = np.kron(np.random.default_rng(7).integers(0, 255, (4, 4)), np.ones((10, 10)))
    return np.tile(one, (HEIGHT // 40, -(-WIDTH // 40)))[:, :WIDTH].astype(np.uint8)


def boxes(found: ViewData) -> list[list[int]]:
    return [json.loads(str(fact.value)) for fact in measure_all(found, SPACE).facts if fact.predicate == "cut_out"]


def test_parts_of_a_picture_that_never_repeats_are_told_apart() -> None:
    found = boxes(view(blobs()))
    assert len(found) == cutout.MOST
    for number, (x0, y0, x1, y1) in enumerate(found):
        assert (x1 - x0, y1 - y0) == (HEIGHT // cutout.SHARE, HEIGHT // cutout.SHARE)
        assert 0 <= x0 < x1 <= WIDTH
        assert 0 <= y0 < y1 <= HEIGHT
        assert all(box_iou((x0, y0, x1, y1), other) == 0 for other in found[:number])


def test_none_is_told_of_what_repeats_is_flat_small_altered_or_a_curve() -> None:
    assert boxes(view(tiles())) == []
    assert boxes(view(np.full((HEIGHT, WIDTH), 90, np.uint8))) == []
    assert boxes(view(blobs()[:150, :150])) == []
    assert boxes(view(blobs(), frame="signal")) == []


def test_the_key_draws_them_and_nothing_else() -> None:
    assert boxes(view(blobs())) == boxes(view(blobs())) != boxes(view(blobs(), "toy-0002"))


@pytest.mark.parametrize("seed", range(4))
def test_the_part_is_shown_and_its_box_is_right(seed: int) -> None:
    scene = measure_all(view(blobs()), SPACE)
    talks = ask_all(scene, SPACE, ["patch"], seed)
    assert [talk.check.kind for talk in talks if talk.check] == ["iou", "exact"]
    for talk in talks:
        assert talk.check is not None
        crop = talk.turns[0].crop
        assert crop is not None
        assert talk.turns[1].text.endswith(f"he cut-out shown lies at {list(crop)}.")
        assert score(talk.check, talk.turns[1].text, None, talk.turns[0].text).right, talk.turns[1].text
        assert {one.verdict for one in check(talk.turns[1].text, scene, SPACE)} == {"supported"}
        asked = str(list(crop)) in talk.turns[0].text
        assert talk.answer in (str(list(crop)), "yes" if asked else "no")
        wrong = talk.turns[1].text.replace(f"[{crop[0]}, ", f"[{crop[0] + 1}, ")
        assert {one.verdict for one in check(wrong, scene, SPACE)} == {"contradicted"}


def test_yes_is_as_common_as_no_and_a_no_names_another_part() -> None:
    answers = []
    for number in range(60):
        scene = measure_all(view(blobs(), f"toy-{number}"), SPACE)
        told = {str(fact.value) for fact in scene.facts if fact.predicate == "cut_out"}
        talk = next(one for one in ask_all(scene, SPACE, ["patch"], 1) if one.answer in ("yes", "no"))
        assert any(box in talk.turns[0].text for box in told)
        answers.append(talk.answer)
    assert 0.35 <= answers.count("yes") / len(answers) <= 0.65


def test_a_part_that_occurs_twice_or_leaves_the_picture_is_found_by_verify() -> None:
    scene = measure_all(view(blobs()), SPACE)
    fact = next(one for one in scene.facts if one.predicate == "cut_out")
    assert fact_problem(fact, scene, {}, {}, blobs()) == (1, None)
    assert fact_problem(fact, scene, {}) == (0, None)
    assert fact_problem(fact, scene, {}, {}, tiles())[1] is not None
    away = Fact(id="f1", predicate="cut_out", value="[280, 0, 320, 40]")
    assert fact_problem(away, scene, {}, {}, blobs())[1] == "leaves the image"
