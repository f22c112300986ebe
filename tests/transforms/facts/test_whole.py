"""Facts of a volume drawn by hand: its slices, where a region is largest, and what is not counted."""

from typing import Any

import numpy as np
import pytest

import catalog
from schemas import Media, MediaGeometry, SampleRegion, Scene
from schemas.sample import RegionMask
from tests.views import HUMAN
from transforms.facts import measure_all
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData

SPACE = catalog.labelspace()
SHAPE = (20, 16, 8)
AFFINE = ((0.0, 0.0, 4.0, 0.0), (0.0, 1.0, 0.0, 0.0), (-1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0))  # slices to the left


def view(masks: dict[str, np.ndarray], geometry: MediaGeometry, slug: str = "neoplasm") -> ViewData:
    concept = SPACE.concept(slug)
    on = {rid: RegionMask(media="mask.nii.gz", value=n) for n, rid in enumerate(masks, 1)}
    regions = [SampleRegion(id=rid, concept=concept, source_label=slug, made_by=HUMAN, mask=on[rid]) for rid in masks]
    media = Media(name="nii.gz", kind="volume", shape=SHAPE, geometry=geometry)
    scene = Scene(
        key="toy-1", dataset="toy", record="r", subject="s", modality=SPACE.concept("ct"), view={"frame": "volume"},
        media=(media,), regions=tuple(regions),
    )  # fmt: skip
    solids = {rid: Solid.at(mask, (0, 0, 0), SHAPE) for rid, mask in masks.items()}
    return ViewData(scene, {}, solids={rid: solid for rid, solid in solids.items() if solid is not None})


def drawn(*parts: tuple[slice, slice, slice]) -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    for part in parts:
        mask[part] = True
    return mask


def facts(found: ViewData) -> dict[str, Any]:
    return {fact.predicate: fact.value for fact in measure_all(found, SPACE).facts}


BALL = (slice(3, 9), slice(3, 9), slice(2, 5))
EDGE = (slice(9, 12), slice(3, 5), slice(4, 5))
APART = (slice(14, 18), slice(12, 15), slice(6, 7))


def test_slices_lie_across_the_coarsest_axis() -> None:
    placed = MediaGeometry(affine=AFFINE, voxel_mm=(1.0, 1.0, 4.0), orientation="LPS")
    found = facts(view({"r1": drawn(BALL, EDGE)}, placed))
    assert (found["slices"], found["slice_spacing"], found["largest_slice"], found["count"]) == (8, 4.0, 4, 1)


def test_without_a_place_there_are_slices_along_the_last_axis_and_no_millimetres() -> None:
    found = facts(view({"r1": drawn(BALL, EDGE)}, MediaGeometry()))
    assert (found["slices"], found["largest_slice"]) == (8, 4)
    assert "slice_spacing" not in found


def test_of_slices_that_are_alike_none_is_the_largest() -> None:
    assert "largest_slice" not in facts(view({"r1": drawn(BALL)}, MediaGeometry()))


def test_a_mask_in_two_pieces_is_not_counted_as_one_thing() -> None:
    assert "count" not in facts(view({"r1": drawn(BALL, APART)}, MediaGeometry()))
    assert facts(view({"r1": drawn(BALL), "r2": drawn(APART)}, MediaGeometry()))["count"] == 2


@pytest.mark.parametrize("predicate", ["area", "zone", "long_axis", "mean_intensity", "side", "inside", "larger"])
def test_nothing_of_a_picture_is_measured(predicate: str) -> None:
    assert predicate not in facts(view({"r1": drawn(BALL), "r2": drawn(EDGE)}, MediaGeometry()))
