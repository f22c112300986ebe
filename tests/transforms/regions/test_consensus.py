"""Which outlines of several readers show one thing, and what they agree on."""

from typing import Any

import numpy as np

from schemas import BoxShape, Concept, MadeBy, Region, rle
from transforms.regions.consensus import consensus
from transforms.regions.resolve import Resolved

SHAPE = (10, 10)
NODULE = Concept(system="SCT", code="1", label="pulmonary nodule")
CYST = Concept(system="SCT", code="2", label="cyst")


def drawn(key: str, reader: str | None, box: tuple[int, int, int, int], concept: Concept = NODULE) -> Resolved:
    """A rectangle: rows and columns from the first two on, to the last two."""
    top, left, bottom, right = box
    mask = np.ones((bottom - top, right - left), bool)
    meta: dict[str, Any] = {} if reader is None else {"reader": reader}
    shape, maker = rle.encode_part(mask, (top, left), SHAPE), MadeBy(kind="human", name=str(reader))
    region = Region(key=key, dataset="toy", record="rec", frame="voxel", concept=concept, source_label="x", meta=meta,
                    shape=shape, made_by=maker)  # fmt: skip
    return Resolved(region, (top, left), mask)


def agreed(*items: Resolved) -> dict[frozenset[str], int]:
    """The readers' outlines of each thing -> its pixels."""
    found = consensus(items, SHAPE)
    return {frozenset(item.region.meta.get("readers", [item.region.key])): item.voxels for item in found}


def test_outlines_that_overlap_are_of_one_thing() -> None:
    found = agreed(drawn("a1", "A", (0, 0, 4, 4)), drawn("b1", "B", (0, 0, 4, 6)), drawn("a2", "A", (7, 7, 9, 9)))
    assert found == {frozenset({"a1", "b1"}): 24, frozenset({"a2"}): 4}, "half of two readers is one of them"


def test_most_of_three_readers() -> None:
    found = agreed(*(drawn(f"{r}1", r, (0, 0, 4, width)) for r, width in (("A", 4), ("B", 4), ("C", 8))))
    assert found == {frozenset({"A1", "B1", "C1"}): 16}


def test_no_reader_drew_a_thing_twice() -> None:
    """One reader sees two things where another sees one: that one goes with the larger."""
    found = agreed(drawn("a1", "A", (0, 0, 3, 6)), drawn("a2", "A", (4, 0, 6, 6)), drawn("b1", "B", (0, 0, 6, 6)))
    assert {*found} == {frozenset({"a1", "b1"}), frozenset({"a2"})}


def test_outlines_of_two_kinds_or_of_nobody_are_left_alone() -> None:
    kinds = agreed(drawn("a1", "A", (0, 0, 4, 4)), drawn("b1", "B", (0, 0, 4, 4), CYST))
    assert {*kinds} == {frozenset({"a1"}), frozenset({"b1"})}
    assert {*agreed(drawn("a1", None, (0, 0, 4, 4)), drawn("b1", None, (0, 0, 4, 4)))} == {
        frozenset({"a1"}), frozenset({"b1"}),
    }  # fmt: skip


def boxed(key: str, who: str, *xyxy: float) -> Resolved:
    shape = BoxShape(xyxy=(xyxy[0], xyxy[1], xyxy[2], xyxy[3]))
    return Resolved(drawn("x", None, (0, 0, 1, 1)).region.model_copy(
        update={"key": key, "shape": shape, "made_by": MadeBy(kind="human", name=who)}
    ))  # fmt: skip


def test_boxes_of_several_readers_are_one_box_between_them() -> None:
    """Two about one thing; one of the first reader's elsewhere; one that holds little of the first two."""
    items = [boxed("a1", "A", 0, 0, 8, 8), boxed("b1", "B", 1, 0, 9, 8), boxed("a2", "A", 20, 20, 24, 24),
             boxed("b2", "B", 7, 7, 20, 20)]  # fmt: skip
    found = {item.region.key: item.region for item in consensus(items, SHAPE)}
    (key,) = {*found} - {"a2", "b2"}
    assert found[key].shape == BoxShape(xyxy=(0.5, 0.0, 8.5, 8.0))
    assert (found[key].made_by.name, found[key].meta["readers"]) == ("2 readers", ["a1", "b1"])
    same = [boxed("a1", "A", 0, 0, 8, 8), boxed("a2", "A", 0, 0, 8, 7)]
    assert {item.region.key for item in consensus(same, SHAPE)} == {"a1", "a2"}, "one reader's are two things"
