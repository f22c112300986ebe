"""Volumes, slices and pictures are joined where they are one, and nowhere else; each edge says how it was seen."""

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import zoom

from tests.identity_phantoms import jpeg, picture, scan
from transforms.identity.edges import Edge, edges
from transforms.identity.library import Library
from transforms.identity.things import Thing


def library(**things: NDArray[np.generic]) -> Library:
    """Volumes, and pictures of two axes, by name."""
    out = Library()
    for name, values in things.items():
        out.add(Thing(name, "volume" if values.ndim == 3 else "picture", partial(np.asarray, values)))
    return out


def told(shelf: Library, sides: list[int] | None = None) -> dict[tuple[str, str], Edge]:
    return {(shelf.things[e.one].name, shelf.things[e.other].name): e for e in edges(shelf, sides)}


def test_a_rewritten_volume_is_found_and_another_persons_is_not() -> None:
    one = scan(1)
    shelf = library(
        one=one, other=scan(2), flipped=one.transpose(2, 0, 1)[::-1, :, ::-1], cut=one[8:88, 10:, 3:21],
        windowed=(np.clip((one.astype(float) + 160) / 400, 0, 1) * 255).astype(np.uint8),
        resampled=zoom(one.astype(np.float32), (0.8, 0.8, 1.5), order=1),
    )  # fmt: skip
    found = told(shelf, [0, 0, 1, 1, 1, 1])
    assert found.keys() == {("one", name) for name in ("flipped", "cut", "windowed", "resampled")}
    assert {edge.kind for edge in found.values()} == {"volume"}
    axes = {(mine, yours) for mine, _, yours, _ in found["one", "flipped"].frames}
    assert axes == {(0, 1)} or axes == {(1, 2)} or axes == {(2, 0)}, "axes went i, j, k to k, i, j"
    mine = [(a, b) for _, a, _, b in found["one", "cut"].frames]
    axis = found["one", "cut"].frames[0][0]
    begins = (8, 10, 3)[axis]
    offsets = [a - b for a, b in mine]  # phantoms vary little from slice to slice: a neighbour is as like
    assert offsets == pytest.approx([begins] * len(offsets), abs=1.5), "each place tells where the cut began"


def test_a_slice_as_jpeg_is_found_in_its_volume() -> None:
    one = scan(1)
    plane = (np.clip((one[:, :, 9].astype(float) + 300) / 700, 0, 1) * 255).astype(np.uint8)
    found = told(library(one=one, other=scan(2), png=jpeg(plane)), [0, 0, 1])
    edge = found.pop(("one", "png"))
    assert not found
    assert edge.kind == "slice"
    assert edge.frames[0][:2] == (2, pytest.approx(9, abs=0.5))


def test_pictures_within_one_body_of_data_are_joined_too() -> None:
    found = told(library(a=picture(1), b=picture(2), c=jpeg(picture(1)[:, ::-1].copy()), d=picture(3)))
    assert found.keys() == {("a", "c")}


def test_plain_things_are_counted_and_joined_to_nothing() -> None:
    shelf = library(a=np.zeros((32, 32), np.uint8), b=np.zeros((32, 32), np.uint8), c=picture(1))
    assert shelf.plain == [0, 1]
    assert not told(shelf)


def test_two_people_behind_one_mask_are_two() -> None:
    """The outline of both, a hard step of many levels, is pixel by pixel the same, as of scans cut by one template."""
    one, other = scan(1, (80, 72, 20)), scan(2, (80, 72, 20))
    shelf = library(a=one[:, :, 8], b=other[:, :, 8], c=one[::-1, :, 8], d=other[:, :, 3])
    assert told(shelf).keys() == {("a", "c")}
