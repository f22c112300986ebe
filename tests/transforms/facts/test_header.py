"""Which slice it is, is told of a scan of several alone."""

from dataclasses import replace

import pytest

from schemas import Scene
from tests.scenes import axial_abdomen
from tests.spaces import small_space
from transforms.facts import measure_all
from transforms.tasks import ask_all, families
from transforms.text import describe

SPACE = small_space()


def scene(slices: int) -> Scene:
    view = axial_abdomen()
    (first, *others) = view.scene.media
    assert first.geometry is not None
    geometry = first.geometry.model_copy(update={"source_shape": (120, 100, slices), "slice_index": slices // 2})
    media = (first.model_copy(update={"geometry": geometry}), *others)
    return measure_all(replace(view, scene=view.scene.model_copy(update={"media": media})), SPACE)


@pytest.mark.parametrize(("slices", "told"), [(1, []), (2, [1]), (9, [4])])
def test_the_number_of_the_only_slice_of_a_file_is_not_told(slices: int, told: list[int]) -> None:
    found = scene(slices)
    assert [fact.value for fact in found.facts if fact.predicate == "slice"] == told
    texts = [describe(found, SPACE, "grounded", {}, seed).overall.text for seed in range(12)]
    asked = [d.turns[0].text for seed in range(4) for d in ask_all(found, SPACE, sorted(families()), seed)]
    number = f"slice {slices // 2}"
    assert any(number in text for text in texts) == bool(told)
    assert told or not any(number in text for text in asked)
