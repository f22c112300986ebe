"""Lines, circles, ellipses and angles of a published sample against what was published with them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from schemas import Sample
from tests.corpora import emitted
from tests.shapeviews import HEIGHT, WIDTH, drawn
from tests.spaces import small_space
from tests.transforms.shards.test_marks import moved
from transforms.facts import measure_all
from transforms.shards.audit import Audit, audit
from transforms.shards.builder import pack
from transforms.tasks import ask_all, families
from transforms.text import describe

SPACE = small_space()
Change = Callable[[dict[str, Any]], None]


def published(change: Change = lambda sample: None) -> Audit:
    scene = measure_all(drawn(), SPACE)
    dialogues = tuple(
        one.model_copy(update={"id": f"d{n}"})
        for n, one in enumerate((d for task in families() for d in ask_all(scene, SPACE, [task], 5)), 1)
    )
    sample = emitted(scene.model_dump(), 1, describe(scene, SPACE, "grounded", {}, 5), dialogues=dialogues)
    body = sample.model_dump(by_alias=True)
    change(body)
    image = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH), np.uint8)
    packed, members = pack(Sample.model_validate(body), image, {})
    return audit(packed.key, members, SPACE)


def test_what_was_drawn_and_measured_verifies() -> None:
    found = published()
    assert found.problems == []
    assert [found.looked[kind] for kind in ("line", "ellipse", "point", "box")] == [2, 2, 3, 1]


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (moved("r1", line={"xy": ((10, 10), (40, 50))}), "fact", "line_length: says 50"),
        (moved("r1", line={"xy": ((10, 10),)}), "line", "1 points are no line"),
        (moved("r1", line={"xy": ((10, 10), (40, 500))}), "line", "does not lie inside"),
        (moved("r3", ellipse={"axes": (12.0, 12.0)}), "fact", "circle_diameter: says 10"),
        (moved("r3", ellipse={"axes": (12.0, 10.0)}), "fact", "cannot be measured on r3: a ellipse is no circle"),
        (moved("r4", ellipse={"axes": (10.0, 30.0)}), "ellipse", "the longer first"),
        (moved("r4", ellipse={"angle": 80.0}), "fact", "ellipse_angle: says 30"),
        (moved("r4", ellipse={"centre": (260.0, 10.0)}), "ellipse", "does not lie inside"),
        (
            moved("r8", turned_box={"corners": ((30, 120), (110, 180), (98, 196), (18, 136))}),
            "fact",
            "turned_long: says 25",
        ),
        (moved("r8", turned_box={"corners": ((30, 120), (70, 150), (90, 166), (18, 136))}), "fact", "of no rectangle"),
        (
            moved("r8", turned_box={"corners": ((330, 120), (370, 150), (358, 166), (318, 136))}),
            "box",
            "not lie inside",
        ),
        (moved("r6", points={"xy": ((70.0, 90.0),)}), "fact", "angle: says 90"),
    ],
)
def test_a_shape_that_was_moved_is_found(change: Change, check: str, words: str) -> None:
    problems = published(change).problems
    assert any(name == check and words in message for name, message in problems), problems


def test_an_angle_of_what_is_no_mark_is_found() -> None:
    def claims(sample: dict[str, Any]) -> None:
        for region in sample["regions"]:
            if region["id"] in ("r5", "r6", "r7"):
                region["points"] = None

    problems = published(claims).problems
    assert any("angle" in message and "is of no mark" in message for check, message in problems if check == "fact")
