"""Views are chosen where the regions are, the same ones each time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Concept, Geometry, MadeBy, Record, Region, SourceFile, rle
from schemas.recipe import ViewSpec
from transforms.regions.resolve import Resolved
from transforms.regions.views import choose, spread

NODULE = Concept(system="SCT", code="786838002", label="pulmonary nodule")
SLUGS = {"pulmonary nodule": "pulmonary_nodule"}


def record(kind: str, shape: tuple[int, ...]) -> Record:
    geometry = Geometry(shape=shape)
    if kind == "volume":
        geometry = Geometry(
            shape=shape, spacing_mm=(1, 1, 3), affine=tuple(map(tuple, np.diag([1.0, 1, 3, 1]).tolist()))
        )
    return Record(
        key="rec", dataset="toy", kind=kind, decoder="nifti", sources=(SourceFile(uri="a", sha256="0" * 64, bytes=1),),
        geometry=geometry, modality=Concept(system="DCM", code="CT", label="computed tomography"), subject="toy/1",
    )  # fmt: skip


def ball(radius: int, centre: int) -> Resolved:
    k = np.arange(-radius, radius + 1)
    mask = (k[:, None, None] ** 2 + k[None, :, None] ** 2 + k[None, None, :] ** 2) <= radius**2
    region = Region(
        key="n", dataset="toy", record="rec", frame="voxel", concept=NODULE, source_label="nodule",
        shape=rle.encode(mask), made_by=MadeBy(kind="human", name="reader"),
    )  # fmt: skip
    return Resolved(region, (10, 10, centre - radius), mask)


@given(st.integers(0, 50), st.integers(1, 80), st.integers(1, 30))
def test_spread_is_even_and_inside(start: int, size: int, count: int) -> None:
    chosen = spread(start, start + size, count)
    assert len(chosen) == min(count, size)
    assert all(start <= n < start + size for n in chosen)
    if len(chosen) > 1:
        steps = np.diff(chosen)
        assert steps.max() - steps.min() <= 1


def test_slices_go_through_the_region_with_its_largest_among_them() -> None:
    item = ball(radius=4, centre=30)
    spec = ViewSpec(planes={"axial": 3}, at_regions=("pulmonary_nodule",), per_region=3)
    frames = choose(record("volume", (60, 60, 40)), [item], spec, SLUGS)
    slices = [int(frame.removeprefix("axial:")) for frame in frames]
    assert 30 in slices
    assert all(26 <= n <= 34 for n in slices)


def test_without_regions_the_ends_of_a_volume_are_left_out() -> None:
    frames = choose(record("volume", (60, 60, 40)), [], ViewSpec(planes={"axial": 4}), SLUGS)
    assert all(4 <= int(frame.removeprefix("axial:")) < 36 for frame in frames)


def test_frames_of_a_clip_on_which_something_is_outlined_come_first() -> None:
    mask = np.zeros((3, 4, 4), bool)
    mask[0], mask[2] = True, True  # of frames 5 to 7, the first and the last
    item = Resolved(ball(1, 20).region, (5, 10, 10), mask)
    assert choose(record("clip", (10, 64, 64)), [item], ViewSpec(frames=2), SLUGS) == ["frame:5", "frame:7"]
    assert choose(record("clip", (10, 64, 64)), [item], ViewSpec(frames=1), SLUGS) == ["frame:7"]
    third = choose(record("clip", (10, 64, 64)), [item], ViewSpec(frames=3), SLUGS)
    assert {"frame:5", "frame:7"} < {*third}


@pytest.mark.parametrize(
    ("kind", "shape", "spec", "expected"),
    [
        ("document", (), ViewSpec(), ["text"]),
        ("signal", (1000, 12), ViewSpec(), ["signal"]),
        ("clip", (10, 64, 64), ViewSpec(frames=2), ["frame:2", "frame:7"]),
        ("image", (64, 64), ViewSpec(), ["full"]),
        ("image", (64, 128), ViewSpec(tile=64), ["full", "tile:0-0-64-64", "tile:64-0-128-64"]),
    ],
)
def test_other_kinds(kind: str, shape: tuple[int, ...], spec: ViewSpec, expected: list[str]) -> None:
    assert choose(record(kind, shape), [], spec, SLUGS) == expected
