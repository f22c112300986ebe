"""Boxes, points and spans of a published sample against what was published with them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from schemas import Sample
from tests.corpora import emitted
from tests.markviews import HEIGHT, WIDTH, chest, clip
from tests.spaces import CARDIOMEGALY, small_space
from transforms.facts import measure_all
from transforms.regions.viewdata import ViewData
from transforms.shards.audit import Audit, audit
from transforms.shards.builder import pack
from transforms.tasks import ask_all, families
from transforms.text import describe

SPACE = small_space()


def published(view: ViewData, change: Callable[[dict[str, Any]], None] = lambda sample: None) -> Audit:
    """A sample of the view as publish packs it, changed before that, and audited."""
    scene = measure_all(view, SPACE)
    dialogues = tuple(
        one.model_copy(update={"id": f"d{n}"})
        for n, one in enumerate((d for task in families() for d in ask_all(scene, SPACE, [task], 5)), 1)
    )
    sample = emitted(scene.model_dump(), 1, describe(scene, SPACE, "grounded", {}, 5), dialogues=dialogues)
    body = sample.model_dump(by_alias=True)
    change(body)
    image = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH), np.uint8)
    packed, members = pack(Sample.model_validate(body), image, view.masks)
    return audit(packed.key, members, SPACE)


def test_what_was_drawn_and_measured_verifies() -> None:
    found = published(chest())
    assert found.problems == []
    assert (found.looked["box"], found.looked["point"]) == (4, 3)
    assert published(clip((CARDIOMEGALY, 12.0, 13.5))).problems == []


def moved(rid: str, **change: Any) -> Callable[[dict[str, Any]], None]:
    def run(sample: dict[str, Any]) -> None:
        region = next(one for one in sample["regions"] if one["id"] == rid)
        for name, value in change.items():
            region[name] = region[name] | value if isinstance(value, dict) else value

    return run


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (moved("r2", box={"xyxy": (20, 20, 240, 60)}), "box", "leaves the image"),
        (moved("r2", box={"xyxy": (20, 20, 30, 60)}), "fact", "box_width: says 10"),
        (moved("r4", box={"xyxy": (0, 0, 60, 60)}), "fact", "zone: says lower center"),
        (moved("r2", box={"xyxy": (60, 20, 110, 60)}), "fact", "inside: says 1.0"),
        (moved("r5", points={"xy": ((201.0, 10.0),)}), "point", "does not lie inside"),
        (moved("r5", points={"names": ("a", "b")}), "point", "1 points have 2 names"),
        (moved("r5", points={"xy": ((10.0, 10.0),)}), "fact", "distance: says 80.4"),
        (moved("r5", points={"xy": ((10.0, 10.0),)}), "reasoning", "the masks give"),
        (moved("r5", points={"media": "jpg"}), "point", "no media 'jpg'"),
    ],
)
def test_a_mark_that_was_moved_is_found(change: Callable[[dict[str, Any]], None], check: str, words: str) -> None:
    problems = published(chest(), change).problems
    assert any(name == check and words in message for name, message in problems), problems


def test_a_measure_of_a_mask_on_a_box_is_found() -> None:
    def claims_area(sample: dict[str, Any]) -> None:
        fact = {"id": "f99", "predicate": "area", "regions": ("r2",), "value": 200.0, "unit": "mm2", "tolerance": 1.0}
        sample["facts"] = (*sample["facts"], fact)

    problems = published(chest(), claims_area).problems
    assert [message for check, message in problems if check == "fact" and "cannot be measured on r2" in message]


def test_a_span_that_was_moved_is_found() -> None:
    problems = published(clip((CARDIOMEGALY, 12.0, 13.5)), moved("r1", span=(12.0, 19.0))).problems
    bad = {message.split(":")[0].split()[1] for check, message in problems if check == "fact"}
    assert bad == {"span_end", "duration"}


@pytest.mark.parametrize("box", [(5, 5, 5, 9), (9, 9, 5, 5), (-4, 0, 9, 9), (0, 0, 9000, 9000)])
def test_a_box_that_is_none_is_named_and_stops_nothing(box: tuple[int, int, int, int]) -> None:
    problems = published(chest(), moved("r3", box={"xyxy": box})).problems
    assert ("box", f"r3: box {box} is empty or leaves the image of 200 x 160") in problems


def test_points_that_are_none_are_named_and_stop_nothing() -> None:
    for xy in ((), ((-1.0, 3.0),), ((1e300, 3.0),)):
        assert "point" in {check for check, _ in published(chest(), moved("r5", points={"xy": xy})).problems}
