"""Pixels survive encoding; packed masks come back as they went in, in as few images as they need."""

import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from transforms.shards.encode import decode_png, index_masks, index_png, npy, pixels_sha256, png

SIDES = st.integers(1, 24)
SHAPES = st.tuples(SIDES, SIDES) | st.tuples(SIDES, SIDES, st.just(3))
PIXELS = st.sampled_from([np.uint8, np.uint16]).flatmap(lambda kind: SHAPES.flatmap(lambda shape: arrays(kind, shape)))


@given(array=PIXELS)
@settings(max_examples=60)
def test_png_is_lossless(array: np.ndarray) -> None:
    back = decode_png(png(array))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)
    assert png(back) == png(array)


@given(array=PIXELS)
@settings(max_examples=40)
def test_pillow_reads_the_same_pixels(array: np.ndarray) -> None:
    with Image.open(io.BytesIO(png(array))) as image:
        found = np.asarray(image)
    expected = array >> 8 if array.ndim == 3 and array.dtype == np.uint16 else array  # Pillow keeps the high byte
    np.testing.assert_array_equal(found, expected)


def _one(filters: np.ndarray) -> int:
    """The filter of all rows: Sub, the pixels before are summed up, or Up, those above."""
    assert len(set(filters)) == 1
    return int(filters[0])


def test_the_filter_that_leaves_less_is_taken() -> None:
    generator = np.random.default_rng(1)
    steps = np.vstack([generator.integers(0, 256, (1, 64), np.uint8), generator.integers(0, 2, (63, 64), np.uint8)])
    down = np.cumsum(steps, axis=0, dtype=np.uint8)  # a step at most from row to row, anything from column to column
    for array, kind in ((down, 2), (down.T, 1), (np.dstack([down] * 3), 2)):
        assert zlib.decompress(png(array)[41:-16])[0] == kind


@given(array=PIXELS, turned=st.booleans())
@settings(max_examples=40)
def test_a_png_is_as_the_standard_says(array: np.ndarray, turned: bool) -> None:
    """Read with the standard library alone: ISO/IEC 15948."""
    array = np.asfortranarray(array[::-1]) if turned else array
    data = png(array)
    chunks, at = {}, 8
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        chunks[name] = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(name + chunks[name])
        at += 12 + length
    assert (data[:8], list(chunks)) == (b"\x89PNG\r\n\x1a\n", [b"IHDR", b"IDAT", b"IEND"])
    height, width, depth = *array.shape[:2], 8 * array.itemsize
    assert struct.unpack(">2I5B", chunks[b"IHDR"]) == (width, height, depth, 2 * (array.ndim == 3), 0, 0, 0)
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, -1)
    plain = rows[:, 1:].reshape(height, width, -1)
    plain = np.cumsum(plain, axis={1: 1, 2: 0}[_one(rows[:, 0])], dtype=np.uint8).reshape(height, -1)
    np.testing.assert_array_equal(plain.view(array.dtype.newbyteorder(">")).reshape(array.shape), array)


@given(array=st.sampled_from([np.uint8, np.uint16]).flatmap(lambda kind: arrays(kind, st.tuples(SIDES, SIDES))))
@settings(max_examples=40)
def test_index_images_are_lossless(array: np.ndarray) -> None:
    array = array // array.dtype.type(50)
    data = index_png(array)
    back = decode_png(data)
    assert (back.dtype, index_png(np.asfortranarray(array))) == (array.dtype, data)
    np.testing.assert_array_equal(back, array)
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image), array)


@pytest.mark.parametrize(
    "array",
    [np.zeros((2, 2), np.float32), np.zeros((2, 2, 4), np.uint8), np.zeros((0, 2), np.uint8), np.zeros(3, np.uint8)],
)
def test_what_png_cannot_hold_is_refused(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a PNG"):
        png(array)


@pytest.mark.parametrize("data", [b"", b"not a png", png(np.zeros((9, 9), np.uint8))[:20]])
def test_what_is_no_png_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a PNG"):
        decode_png(data)


@given(stack=arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 9), st.integers(1, 9))))
@settings(max_examples=80)
def test_masks_come_back(stack: np.ndarray) -> None:
    masks = {f"r{n + 1}": mask for n, mask in enumerate(stack) if mask.any()}
    images, places = index_masks(masks)
    assert list(places) == list(masks)
    for region, (member, value) in places.items():
        np.testing.assert_array_equal(images[member] == value, masks[region])
        assert value == int(region[1:])
    assert list(images) == [f"mask{n or ''}.png" for n in range(len(images))]
    total = sum(int(mask.sum()) for mask in masks.values())
    assert sum(int((image > 0).sum()) for image in images.values()) == total  # no pixel of no region


def test_regions_that_do_not_overlap_share_one_image() -> None:
    masks = {f"r{n + 1}": np.arange(300) // 10 == n for n in range(30)}
    images, _ = index_masks({region: mask.reshape(15, 20) for region, mask in masks.items()})
    assert list(images) == ["mask.png"]


def test_nested_regions_need_one_image_a_level() -> None:
    whole = np.ones((9, 9), bool)
    inner, core, corner = np.zeros((3, 9, 9), bool)
    inner[2:7, 2:7] = core[4, 4] = True
    corner[0, 0] = True  # outside inner: shares an image with it
    images, places = index_masks({"r1": core, "r2": whole, "r3": inner, "r4": corner})
    assert places == {"r1": ("mask2.png", 1), "r2": ("mask.png", 2), "r3": ("mask1.png", 3), "r4": ("mask1.png", 4)}
    assert set(images) == {"mask.png", "mask1.png", "mask2.png"}


def test_more_than_255_regions_take_16_bits() -> None:
    masks = {f"r{n + 1}": np.arange(400).reshape(20, 20) == n for n in range(300)}
    images, places = index_masks(masks)
    assert images["mask.png"].dtype == np.uint16
    assert places["r300"] == ("mask.png", 300)
    np.testing.assert_array_equal(decode_png(index_png(images["mask.png"])), images["mask.png"])


def test_the_order_of_the_masks_does_not_matter() -> None:
    generator = np.random.default_rng(3)
    masks = {f"r{n}": generator.random((12, 12)) < 0.2 for n in range(1, 13)}
    first, second = index_masks(masks), index_masks(dict(reversed(masks.items())))
    assert list(first[1].items()) == list(second[1].items())
    assert {name: image.tobytes() for name, image in first[0].items()} == {n: i.tobytes() for n, i in second[0].items()}


@pytest.mark.parametrize(
    ("masks", "says"),
    [
        ({"r1": np.zeros((2, 2), bool)}, "empty"),
        ({"r1": np.ones((2, 2), bool), "r2": np.ones((2, 3), bool)}, "one shape"),
        ({"nodule": np.ones((2, 2), bool)}, "region id"),
        ({"r70000": np.ones((2, 2), bool)}, "region id"),
    ],
)
def test_bad_masks_are_refused(masks: dict[str, np.ndarray], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        index_masks(masks)


def test_npy_is_plain_numpy() -> None:
    array = np.linspace(0, 1, 12, dtype=np.float32).reshape(6, 2)
    np.testing.assert_array_equal(np.load(io.BytesIO(npy(array))), array)
    assert npy(array) == npy(np.asfortranarray(array))


def test_pixels_sha256_is_of_the_decoded_bytes() -> None:
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert pixels_sha256(array) == hashlib.sha256(bytes([0, 1, 2, 3, 4, 5])).hexdigest()
    assert pixels_sha256(np.asfortranarray(array)) == pixels_sha256(array)
