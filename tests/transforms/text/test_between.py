"""What is said of two things on a slice: sizes are compared by area in this image, distances run between centers."""

import re
from dataclasses import replace

import pytest

from schemas import Fact
from tests.scenes import axial_abdomen
from tests.spaces import small_space
from transforms.facts import measure_all
from transforms.text.rules import rules

SPACE = small_space()


def patterns(rule: str) -> list[str]:
    return [one.source for own in rules().patterns[rule].values() for one in own]


@pytest.mark.parametrize("source", patterns("larger"))
def test_sizes_of_a_slice_are_compared_by_area_in_this_image(source: str) -> None:
    assert re.search(r"\bareas?\b|more of the image|planimetry", source)
    assert re.search(r"(?:in this|of the) image", source)


def _compared(**volumes: float) -> set[tuple[str, ...]]:
    """The pairs that are compared where the scan's volumes, mL, are these."""
    made = {rid: (Fact(id="f0", predicate="volume", regions=(rid,), value=value, unit="mL", tolerance=1.0,
                       scope="record"),) for rid, value in volumes.items()}  # fmt: skip
    facts = measure_all(replace(axial_abdomen(), volume_facts=made), SPACE).facts
    return {fact.regions for fact in facts if fact.predicate == "larger"}


def test_a_comparison_that_the_volumes_deny_is_not_told() -> None:
    assert ("r3", "r4") in _compared()  # 800 mm2 of the left kidney against 640 of the right
    assert ("r3", "r4") in _compared(r3=150.0, r4=140.0)
    assert ("r3", "r4") in _compared(r4=160.0)  # of one volume alone nothing follows
    assert ("r3", "r4") not in _compared(r3=150.0, r4=160.0)


@pytest.mark.parametrize("source", patterns("distance"))
def test_a_distance_is_said_to_run_from_center_to_center(source: str) -> None:
    assert "from center to center" in source or "the centers of {A} and {B}" in source
