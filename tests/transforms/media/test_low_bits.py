"""Masks of 1, 2 and 4 bits: values are those that are stored, whatever a library spreads them to."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from schemas import Concept, Geometry, LabelMap, LabelShape, Record, SourceFile
from transforms.media.decoders import DecodeError, labels
from transforms.regions.binary import inside

CT = Concept(system="DCM", code="CT", label="computed tomography")
ROWS, COLUMNS = 9, 13


def packed(array: np.ndarray, bits: int, lead: bytes = b"") -> bytes:
    """Rows of samples, each row filled up to a byte."""
    rows = ["".join(format(int(value), f"0{bits}b") for value in row) for row in array]
    return b"".join(
        lead + bytes(int(row[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(row), 8)) for row in rows
    )


def png(path: Path, array: np.ndarray, bits: int, palette: bytes | None = None) -> None:
    """As PNG (third edition) 11.2 says, without any library."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], bits, 0 if palette is None else 3, 0, 0, 0)
    colours = b"" if palette is None else chunk(b"PLTE", palette)
    data = chunk(b"IDAT", zlib.compress(packed(array, bits, b"\0")))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + colours + data + chunk(b"IEND", b""))


def tiff(path: Path, array: np.ndarray, bits: int, photometric: int = 1) -> None:
    """One strip, uncompressed, as TIFF 6.0 says."""
    data = packed(array, bits)
    data += b"\0" * (len(data) % 2)
    tags = {256: array.shape[1], 257: array.shape[0], 258: bits, 259: 1, 262: photometric, 273: 8, 277: 1,
            278: array.shape[0], 279: len(data)}  # fmt: skip
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = b"II*\0" + struct.pack("<I", 8 + len(data))
    path.write_bytes(head + data + struct.pack("<H", len(tags)) + directory + struct.pack("<I", 0))


def read(folder: Path, name: str, known: tuple[int, ...] | None, **shape: object) -> np.ndarray:
    source = SourceFile(uri=name, sha256="0" * 64, bytes=1)
    maps = () if known is None else (LabelMap(source=source, decoder="raster", values=known),)
    record = Record(
        key="rec", dataset="toy", kind="image", decoder="raster", sources=(source,), subject="toy/1", modality=CT,
        geometry=Geometry(shape=(ROWS, COLUMNS)), label_maps=maps,
    )  # fmt: skip
    return labels(folder, LabelShape(source=source, decoder="raster", value=0, **shape), record)


def drawn(bits: int) -> np.ndarray:
    return (np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) // 5 % (1 << bits)).astype(np.uint8)


@pytest.mark.parametrize("write", [png, tiff])
@pytest.mark.parametrize("bits", [1, 2, 4])
def test_values_are_as_stored_or_as_shown_where_the_card_knows_those(tmp_path: Path, write: object, bits: int) -> None:
    array, step = drawn(bits), 255 // ((1 << bits) - 1)
    write(tmp_path / "m", array, bits)  # type: ignore[operator]
    stored, shown = tuple(range(1, 1 << bits)), tuple(step * n for n in range(1, 1 << bits))
    np.testing.assert_array_equal(read(tmp_path, "m", None), array)
    np.testing.assert_array_equal(read(tmp_path, "m", stored), array)
    np.testing.assert_array_equal(read(tmp_path, "m", shown), array * step)
    with pytest.raises(DecodeError, match="the card knows both"):
        read(tmp_path, "m", (*stored, *shown))


@pytest.mark.parametrize("write", [png, tiff])
@pytest.mark.parametrize("bits", [1, 2, 4])
def test_a_binary_mask_of_any_depth(tmp_path: Path, write: object, bits: int) -> None:
    for high in {1, (1 << bits) - 1}:
        write(tmp_path / "m", (drawn(1) * high).astype(np.uint8), bits)  # type: ignore[operator]
        mask, doubt = inside(read(tmp_path, "m", None, binary=True), lambda: False)
        np.testing.assert_array_equal(mask, drawn(1) > 0)
        assert doubt is None


def test_a_tiff_that_shows_zero_white_is_no_binary_mask_and_has_values(tmp_path: Path) -> None:
    tiff(tmp_path / "m", drawn(4), 4, photometric=0)
    np.testing.assert_array_equal(read(tmp_path, "m", tuple(range(1, 16))), drawn(4))
    with pytest.raises(DecodeError, match="shows 0 white"):
        read(tmp_path, "m", None, binary=True)


def test_a_palette_of_greys_that_a_tool_made(tmp_path: Path) -> None:
    """Optimised pictures number their greys anew: 0, 128 and 255 become 0, 1 and 2."""
    array = drawn(2) % 3
    png(tmp_path / "m", array, 2, bytes([0] * 3 + [128] * 3 + [255] * 3))
    np.testing.assert_array_equal(read(tmp_path, "m", (128, 255)), np.array([0, 128, 255])[array])
    np.testing.assert_array_equal(read(tmp_path, "m", (1, 2)), array)
    png(tmp_path / "m", array, 2, bytes([0] * 3 + [2] * 3 + [1] * 3))
    with pytest.raises(DecodeError, match="the card knows both"):
        read(tmp_path, "m", (1, 2))


@pytest.mark.parametrize("black", [0, 1])
def test_a_binary_mask_of_black_and_a_colour_in_either_order(tmp_path: Path, black: int) -> None:
    palette = [b"\0\0\0", b"\xff\0\0"]
    png(tmp_path / "m", drawn(1) ^ black, 1, b"".join(palette[:: 1 - 2 * black]))
    mask, _ = inside(read(tmp_path, "m", None, binary=True), lambda: False)
    np.testing.assert_array_equal(mask, drawn(1) > 0)
    png(tmp_path / "m", drawn(2), 2, b"\0\0\0" + b"\xff\0\0" + b"\0\xff\0" + b"\0\0\xff")
    with pytest.raises(DecodeError, match="#ff0000"):
        read(tmp_path, "m", None, binary=True)


def test_a_jpeg_is_told_by_what_it_is_and_not_by_its_name(tmp_path: Path) -> None:
    from transforms.media.decoders import lossy

    for name, kind in (("a.png", "JPEG"), ("b.jpg", "PNG")):
        Image.fromarray(drawn(1) * 255).save(tmp_path / name, format=kind)
        shape = LabelShape(source=SourceFile(uri=name, sha256="0" * 64, bytes=1), decoder="raster", value=0)
        assert lossy(tmp_path, shape) is (kind == "JPEG")
