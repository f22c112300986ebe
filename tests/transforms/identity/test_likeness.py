"""A rewritten picture is the same, whatever was done to it; another person's, and the slice beside, are not."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.identity_phantoms import jpeg, picture, scan
from transforms.identity.edges import SAME
from transforms.identity.likeness import Looked, likeness

Image = NDArray[np.uint8]
EDITS: dict[str, Callable[[Image], Image]] = {
    "mirrored": lambda image: image[:, ::-1],
    "turned": lambda image: np.rot90(image, 3),
    "axes exchanged": lambda image: image.T,
    "jpeg": lambda image: jpeg(image, 50),
    "gamma": lambda image: (255 * (image / 255.0) ** 1.8).astype(np.uint8),
    "window": lambda image: np.clip((image.astype(float) - 60) * 1.8, 0, 255).astype(np.uint8),
    "inverted": lambda image: 255 - image,
    "16 bits": lambda image: image.astype(np.uint16) * 37 + 1000,
    "half": lambda image: cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "cut": lambda image: image[20:130, 25:130],
    "all at once": lambda image: jpeg(cv2.resize(image[10:150, 12:140][:, ::-1], (224, 224))),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_picture_lies_on_its_original(edit: str) -> None:
    original = picture(1)
    found = likeness(Looked.of(original), Looked.of(np.ascontiguousarray(EDITS[edit](original))))
    assert found is not None
    assert found.least >= SAME
    assert found.inverted == (edit == "inverted")


def test_another_person_does_not() -> None:
    for other in range(2, 6):
        found = likeness(Looked.of(picture(1)), Looked.of(picture(other)))
        assert found is None or found.typical < 0.5


def test_the_slice_beside_is_another_picture() -> None:
    body = scan(7, (160, 144, 8))
    found = likeness(Looked.of(body[:, :, 3]), Looked.of(body[:, :, 4]))
    assert found is not None
    assert found.least < SAME


def test_the_map_leads_from_one_picture_to_the_other() -> None:
    original = picture(3)
    found = likeness(Looked.of(original), Looked.of(original[:, ::-1].copy()))
    assert found is not None
    scale = 224 / 160  # the longer side of the small copies
    assert found.place == pytest.approx(np.array([[-1, 0, 144 * scale - 1], [0, 1, 0]]), abs=0.5)


@pytest.mark.parametrize("plain", [np.zeros((64, 64), np.uint8), np.full((40, 50, 3), 200, np.uint8)])
def test_a_plain_picture_has_no_marks_and_is_like_nothing(plain: Image) -> None:
    looked = Looked.of(plain)
    assert looked.marks.plain
    assert likeness(looked, Looked.of(picture(1))) is None
