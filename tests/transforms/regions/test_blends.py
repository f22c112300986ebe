"""Masks that were resized with interpolation: what is only an edge between two colours is no region of a third."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from schemas import Geometry
from tests.transforms.regions.test_unknown import looked
from transforms.regions.resolve import Resolution

LIGAMENT, WALL, LIVER = (5, 5, 5), (11, 11, 11), (21, 21, 21)  # of CholecSeg8k
RED, BLUE = (255, 0, 0), (0, 0, 255)
SIZE = (157, 121)  # (columns, rows) of the masks as read
RESIZED = {
    "nearest": cv2.INTER_NEAREST, "linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "area": cv2.INTER_AREA,
}  # fmt: skip


def drawn(*discs: tuple[tuple[int, int, int], tuple[int, int], int]) -> np.ndarray:
    """Discs (colour, centre, radius) on black, (90, 110, 3)."""
    picture = np.zeros((90, 110, 3), np.uint8)
    for colour, centre, radius in discs:
        cv2.circle(picture, centre, radius, colour, -1)
    return picture


def read(folder: Path, picture: np.ndarray, how: str, colours: list[tuple[int, int, int]]) -> Resolution:
    picture = cv2.resize(picture, SIZE, interpolation=RESIZED[how])
    Image.fromarray(picture).save(folder / "m.png")
    grid = Geometry(shape=picture.shape[:2])
    return looked(folder, "m.png", [{"colour": c} for c in colours], {"colours": tuple(colours)}, geometry=grid)


def shown(found: Resolution) -> list[tuple[int, int, int]]:
    return sorted(item.region.shape.colour for item in found.kept)  # type: ignore[union-attr, misc]


@pytest.mark.parametrize("how", ["linear", "cubic", "area"])
def test_an_edge_that_mixes_to_a_known_colour_is_no_region(tmp_path: Path, how: str) -> None:
    found = read(tmp_path, drawn((LIVER, (50, 45), 25)), how, [LIGAMENT, WALL, LIVER])
    assert shown(found) == [LIVER]
    assert found.doubtful == {"lesion"}  # neither shown nor absent


def test_what_is_left_out_is_told_with_its_pixels_and_its_label(tmp_path: Path) -> None:
    known = [LIGAMENT, WALL, LIVER]
    found = read(tmp_path, drawn((LIVER, (50, 45), 25)), "linear", known)
    stored = np.asarray(Image.open(tmp_path / "m.png"))[..., 0]
    (notice,) = [n for n in found.notices if n.item == "#0b0b0b"]
    pixels = int(np.count_nonzero(stored == WALL[0]))
    assert pixels > 0
    assert f"{pixels} pixels are only an edge" in notice.reason
    assert "'label 1'" in notice.reason


def test_a_region_of_a_mixed_colour_stays_whole_and_its_rims_elsewhere_go(tmp_path: Path) -> None:
    found = read(tmp_path, drawn((LIVER, (40, 45), 25), (WALL, (90, 70), 12)), "linear", [WALL, LIVER])
    assert shown(found) == [WALL, LIVER]
    (wall,) = [item for item in found.kept if item.region.shape.colour == WALL]  # type: ignore[union-attr]
    rows, columns = wall.offset
    assert (rows, columns) > (70, 100)  # below and right of the liver and its edge


def test_thin_structures_of_colours_that_nothing_mixes_to_stay(tmp_path: Path) -> None:
    """Vessels of one pixel, as of fundus photographs."""
    picture = drawn((BLUE, (60, 45), 20))
    cv2.line(picture, (5, 5), (100, 12), RED, 2)
    found = read(tmp_path, picture, "linear", [RED, BLUE])
    assert shown(found) == sorted([RED, BLUE])


def test_a_clean_mask_keeps_lines_of_one_pixel_of_any_colour(tmp_path: Path) -> None:
    picture = drawn((LIVER, (50, 45), 25), ((99, 0, 0), (90, 10), 6))  # and an unknown colour, in one piece
    cv2.line(picture, (5, 5), (100, 80), WALL, 1)
    found = read(tmp_path, picture, "nearest", [WALL, LIVER])
    assert shown(found) == sorted([WALL, LIVER])
    assert [n.item for n in found.notices] == ["#630000"]


def test_values_of_a_picture_are_no_other_than_its_colours(tmp_path: Path) -> None:
    grey = cv2.resize(drawn((LIVER, (50, 45), 25)), SIZE, interpolation=cv2.INTER_LINEAR)[..., 0]
    Image.fromarray(grey).save(tmp_path / "m.png")
    values = [5, 11, 21]
    found = looked(
        tmp_path,
        "m.png",
        [{"value": v} for v in values],
        {"values": tuple(values)},
        geometry=Geometry(shape=grey.shape),
    )
    assert [item.region.shape.value for item in found.kept] == [21]  # type: ignore[union-attr]
