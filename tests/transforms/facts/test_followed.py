"""Where the same thing, or its like, lies on another picture: by hand, on two slices of one scan."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas import Concept, Group, MadeBy, Media, Member, SampleRegion, Scene, View
from schemas.sample import RegionBox
from tests.scenes import CT, LESION, LIVER
from transforms.facts.followed import follow
from transforms.regions.metrics import box_iou

HUMAN = MadeBy(kind="human", name="hand drawn")
HERE, THERE = (10, 10, 30, 30), (60, 70, 90, 95)


def drawn(
    rid: str, number: int, box: tuple[int, int, int, int], concept: Concept = LESION, **more: Any
) -> SampleRegion:
    given = {"region": "nodule-7", "segmentation": "instance", **more}
    return SampleRegion.model_validate({
        "id": rid, "concept": concept, "source_label": concept.label, "made_by": HUMAN,
        "box": RegionBox(media=f"{number}.png", xyxy=box), **given,
    })  # fmt: skip


def slices(*regions: SampleRegion, width: int = 100) -> Scene:
    media = tuple(Media(name=f"{n}.png", kind="image", width=width, height=100) for n in range(3))
    members = tuple(Member(media=f"{n}.png", frame=f"axial:{n}", record="c", key=f"k{n}") for n in range(3))
    return Scene(
        key="toy-slices", dataset="toy", record="c", subject="toy/1", modality=CT, view=View(frame="series"),
        media=media, regions=regions, group=Group(kind="series", whole=False, members=members),
    )  # fmt: skip


def told(scene: Scene) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(one.predicate, one.regions, one.media) for one in follow(scene)]


def test_one_instance_is_followed_to_where_it_has_moved_farthest() -> None:
    near = (14, 12, 34, 32)
    scene = slices(drawn("r1", 0, HERE), drawn("r2", 1, near), drawn("r3", 2, THERE))
    assert told(scene) == [("followed", ("r1", "r3"), ("0.png", "2.png"))]


def test_what_lies_where_it_lay_is_not_told_for_the_question_would_hold_the_answer() -> None:
    assert told(slices(drawn("r1", 0, HERE), drawn("r2", 1, (12, 11, 31, 30)))) == []


def test_pieces_of_a_class_are_alike_and_not_the_same() -> None:
    pair = (drawn("r1", 0, HERE, segmentation="semantic"), drawn("r2", 1, THERE, segmentation="semantic"))
    assert told(slices(*pair)) == [("alike", ("r1", "r2"), ("0.png", "1.png"))]
    other = (drawn("r1", 0, HERE), drawn("r2", 1, THERE, region="nodule-8"))
    assert told(slices(*other)) == [("alike", ("r1", "r2"), ("0.png", "1.png"))]


def test_of_two_of_a_kind_on_a_picture_none_is_its_like() -> None:
    second = drawn("r3", 1, (1, 1, 20, 20), region="nodule-9")
    assert told(slices(drawn("r1", 0, HERE, region="x"), drawn("r2", 1, THERE, region="y"), second)) == []
    liver = drawn("r3", 1, (1, 1, 20, 20), LIVER, region="liver")
    assert told(slices(drawn("r1", 0, HERE, region="x"), drawn("r2", 1, THERE, region="y"), liver))


def test_what_is_too_small_to_be_found_is_not_followed() -> None:
    assert told(slices(drawn("r1", 0, (10, 10, 12, 12)), drawn("r2", 1, THERE))) == []


@given(boxes=st.lists(st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(5, 40)] * 2), min_size=2, max_size=3))
def test_no_pair_is_told_of_which_the_one_box_would_be_right_on_the_other(boxes: list[tuple[int, ...]]) -> None:
    corners = [(x, y, x + wide, y + high) for x, y, wide, high in boxes]
    scene = slices(*(drawn(f"r{n + 1}", n, box) for n, box in enumerate(corners)))
    pairs = [(int(a[1:]) - 1, int(b[1:]) - 1) for _, (a, b), _ in told(scene)]
    assert all(box_iou(corners[a], corners[b]) < 0.5 for a, b in pairs)
    moved = any(box_iou(corners[0], other) < 0.5 for other in corners[1:])
    assert bool(pairs) is moved
