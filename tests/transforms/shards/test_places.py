"""A published volume whose regions have no masks, against what was published with it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from schemas import Sample
from tests.corpora import emitted
from tests.shapeviews import GRID, marked_volume
from tests.spaces import small_space
from tests.transforms.shards.test_marks import moved
from transforms.facts import measure_all
from transforms.shards.audit import Audit, audit
from transforms.shards.encode import pixels_sha256
from transforms.shards.whole import pack_volume
from transforms.tasks import ask_all, families
from transforms.text import describe

SPACE = small_space()
VALUES = np.random.default_rng(3).integers(-1000, 1000, GRID).astype(np.int16)
Change = Callable[[dict[str, Any]], None]


def published(change: Change = lambda sample: None) -> Audit:
    view = marked_volume()
    media = view.scene.media[0]
    geometry = media.geometry.model_copy(update={"voxel": ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))})
    media = media.model_copy(update={"pixels_sha256": pixels_sha256(VALUES), "geometry": geometry})
    scene = measure_all(view, SPACE).model_copy(update={"media": (media,)})
    dialogues = tuple(
        one.model_copy(update={"id": f"d{n}"})
        for n, one in enumerate((d for task in families() for d in ask_all(scene, SPACE, [task], 5)), 1)
    )
    sample = emitted(scene.model_dump(), 1, describe(scene, SPACE, "grounded", {}, 5), dialogues=dialogues)
    body = sample.model_dump(by_alias=True)
    change(body)
    packed, members = pack_volume(Sample.model_validate(body), VALUES, {})
    return audit(packed.key, members, SPACE)


def test_what_was_marked_and_measured_verifies() -> None:
    found = published()
    assert found.problems == []
    assert found.sample is not None
    assert found.looked["fact"] == len(found.sample.facts) - 1  # the modality is nothing that can be measured
    assert found.looked["reasoning"] > 6


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (moved("r2", places=((0, 0, 6.0),)), "fact", "marked_slice: says 5"),
        (moved("r2", places=((0, 9, 5.0),)), "fact", "distance: says 40"),
        (moved("r2", places=((0, 9, 5.0),)), "fact", "angle: says 90"),
        (moved("r2", places=((0, 0, 99.0),)), "box", "a place lies outside"),
        (moved("r4", diameter_mm=7.0), "fact", "given_diameter: says 5.65"),
        (moved("r5", box3d=(10, 20, 4, 30, 28, 12)), "fact", "last_slice: says 9"),
        (moved("r5", box3d=(10, 20, 4, 34, 28, 10)), "fact", "extent_1: says 10"),
        (moved("r5", box3d=(10, 20, 4, 30, 28, 5)), "fact", "first_slice: cannot be measured on r5"),
        (moved("r7", slices=(2, 3, 9)), "fact", "last_slice: says 6"),
        (moved("r7", slices=(2, 3, 99)), "box", "are none of"),
        (moved("r7", slices=None), "fact", "first_slice: cannot be measured on r7"),
    ],
)
def test_a_place_that_was_moved_is_found(change: Change, check: str, words: str) -> None:
    problems = published(change).problems
    assert any(name == check and words in message for name, message in problems), problems
