"""What several readers marked: one place where they mean one, and theirs where they do not."""

import pytest

from schemas import Concept, MadeBy, PointShape, Region
from tests.scenes import LEFT_KIDNEY
from tests.spaces import NODULE, small_space
from transforms.regions.landmarks import agreed
from transforms.regions.resolve import Resolved

SPACE = small_space()


def mark(key: str, reader: str, *points: tuple[float, ...], concept: Concept = LEFT_KIDNEY) -> Resolved:
    return Resolved(
        Region(
            key=key, dataset="toy", record="rec", frame="voxel", concept=concept, source_label="point",
            shape=PointShape(points=points), made_by=MadeBy(kind="human", name=reader),
        )
    )  # fmt: skip


def test_two_readers_points_become_their_mean() -> None:
    items = [mark("a", "senior", (10.0, 20.0)), mark("b", "junior", (14.0, 22.0))]
    (found,) = agreed(items, 100, SPACE)
    assert found.region.shape == PointShape(points=((12.0, 21.0),))
    assert found.region.made_by == MadeBy(kind="human", name="2 readers")
    assert found.region.meta["readers"] == ["a", "b"]
    assert agreed(items[::-1], 100, SPACE) == [found]


@pytest.mark.parametrize(
    "items",
    [
        [mark("a", "senior", (10.0, 20.0)), mark("b", "junior", (18.0, 20.0))],  # too far apart for one place
        [mark("a", "senior", (10.0, 20.0)), mark("b", "senior", (11.0, 20.0))],  # one reader marked two
        [mark("a", "senior", (10.0, 20.0), (1.0, 1.0)), mark("b", "junior", (11.0, 20.0))],
        [mark("a", "senior", (10.0, 20.0), concept=NODULE), mark("b", "junior", (11.0, 20.0), concept=NODULE)],
        [mark("a", "senior", (10.0, 20.0))],
    ],
)
def test_what_is_not_one_landmark_stays_as_it_is(items: list[Resolved]) -> None:
    assert agreed(items, 100, SPACE) == items
