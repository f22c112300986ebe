"""What is shown white changes no value: MONOCHROME1, WhiteIsZero; and what has no value is black."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from schemas import Concept, Geometry, LabelShape, Record, SourceFile
from tests.replicas import dicom
from transforms.media import burned_in, window
from transforms.media.decoders import DecodeError, decode, labels
from transforms.media.pixels import Pixels
from transforms.media.render import Rendered, render

CT = Concept(system="DCM", code="CT", label="computed tomography")
RAMP = (np.arange(36 * 40) % 200 + 20).reshape(36, 40)


def record(decoder: str, *names: str, kind: str = "image", **more: Any) -> Record:
    geometry = more.pop("geometry", Geometry(shape=(36, 40)))
    sources = tuple(SourceFile(uri=name, sha256="0" * 64, bytes=1) for name in names)
    return Record(
        key="rec", dataset="toy", kind=kind, decoder=decoder, sources=sources, subject="toy/1", modality=CT,  # type: ignore[arg-type]
        geometry=geometry, **more,
    )  # fmt: skip


def volume(count: int) -> Geometry:
    affine = np.diag([0.75, 0.5, 2.0, 1.0])
    return Geometry(shape=(40, 36, count), spacing_mm=(0.75, 0.5, 2.0), affine=tuple(map(tuple, affine.tolist())))


def slices(root: Path, photometrics: list[str]) -> list[str]:
    """Slices whose extremes differ, so that a slice turned over about its own would show."""
    for n, photometric in enumerate(photometrics):
        array = np.full((36, 40), 24, np.uint16)  # -1000 HU
        array[8:20, 10:30] = 1064 + 10 * n  # 40 HU and more
        piece = dicom.pixels(dicom.slice_of(f"s{n}", (0, 0, 2 * n)), array)
        piece.PhotometricInterpretation = photometric
        dicom.save(root, f"{n}.dcm", piece)
    return [f"{n}.dcm" for n in range(len(photometrics))]


def drawn(found: Record, pixels: Pixels, frame: str = "full", chosen: Any = None) -> Rendered:
    return render(found, pixels, frame, chosen)


def test_hounsfield_units_stay_what_they_are_and_are_shown_bright_where_they_are_high(tmp_path: Path) -> None:
    found = record("dicom", *slices(tmp_path, ["MONOCHROME1"] * 3), kind="volume", geometry=volume(3), unit="HU")
    pixels = decode(tmp_path, found)
    for n in range(3):
        assert set(np.unique(pixels.array[..., n])) == {-1000, 40 + 10 * n}
    shown = drawn(found, pixels, "axial:1", (-1000, 1000))
    assert shown.image[12, 25] > shown.image[0, 0] == 0
    assert shown.window == (-1000, 1000)


def test_a_stack_without_a_unit_is_shown_turned_over_as_one(tmp_path: Path) -> None:
    names = slices(tmp_path, ["MONOCHROME1"] * 3)
    found = record("dicom", *names, kind="volume", geometry=volume(3))
    pixels = decode(tmp_path, found)
    shown = [drawn(found, pixels, f"axial:{n}", (-1000, 60)) for n in range(3)]
    assert [picture.window for picture in shown] == [(60, -1000)] * 3
    assert [int(picture.image[0, 0]) for picture in shown] == [255, 255, 255]  # air is the same white in all
    assert [int(picture.image[12, 25]) for picture in shown] == [5, 2, 0]
    with pytest.raises(DecodeError, match="MONOCHROME1 and some MONOCHROME2"):
        decode(tmp_path, record("dicom", *slices(tmp_path, ["MONOCHROME1", "MONOCHROME2"]), kind="volume",
                                geometry=volume(2)))  # fmt: skip


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_radiograph_looks_the_same_however_it_is_stored(tmp_path: Path, kind: type) -> None:
    """MONOCHROME2 and its MONOCHROME1 twin: bone white in both, values each as stored."""
    shown, top = {}, np.iinfo(kind).max
    for photometric, array in (("MONOCHROME2", RAMP), ("MONOCHROME1", top - RAMP)):
        piece = dicom.base("1.2.840.10008.5.1.4.1.1.1.1", "DX", photometric)
        dicom.save(tmp_path, f"{photometric}.dcm", dicom.pixels(piece, array.astype(kind), photometric))
        found = record("dicom", f"{photometric}.dcm")
        pixels = decode(tmp_path, found)
        np.testing.assert_array_equal(pixels.array, array)
        shown[photometric] = drawn(found, pixels, chosen=None)
    np.testing.assert_allclose(shown["MONOCHROME1"].image.astype(int), shown["MONOCHROME2"].image, atol=1)  # halves
    ends = shown["MONOCHROME1"].window
    assert ends is not None
    np.testing.assert_array_equal(window.apply(top - RAMP, ends), shown["MONOCHROME1"].image)  # the window says how


def test_burned_in_text_is_blanked_to_what_is_shown_black() -> None:
    array = np.full((20, 30), 9, np.uint16)
    array[5:9, 3:12] = 0
    array[0, 0] = 200
    found = record("dicom", "a.dcm", geometry=Geometry(shape=(20, 30)))
    for inverted, black in ((False, 0), (True, 200)):
        pixels, _ = burned_in.cleared(found, Pixels(array, found.geometry, None, inverted), ((2, 2, 6, 6),))
        assert pixels.inverted is inverted
        assert (pixels.array[2:6, 2:6] == black).all()


def tiff(path: Path, array: np.ndarray, photometric: str, **more: Any) -> Path:
    tifffile.imwrite(path, array, photometric=photometric, **more)
    return path


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_a_tiff_that_shows_zero_white_keeps_its_values(tmp_path: Path, kind: type) -> None:
    """tifffile, which never turns values over, is the oracle; the picture is that of its negative."""
    array = RAMP.astype(kind)
    tiff(tmp_path / "white.tif", array, "miniswhite")
    tiff(tmp_path / "black.tif", 255 - array, "minisblack")
    white, black = (record("raster", f"{name}.tif") for name in ("white", "black"))
    pixels = decode(tmp_path, white)
    np.testing.assert_array_equal(pixels.array, tifffile.imread(tmp_path / "white.tif"))
    np.testing.assert_array_equal(drawn(white, pixels).image, drawn(black, decode(tmp_path, black)).image)


def test_frames_and_later_pages_that_show_zero_white_keep_their_values(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "two.tif") as file:
        for array in (RAMP, RAMP // 2):
            file.write(array.astype(np.uint8), photometric="miniswhite")
    found = record("raster", "two.tif")
    second = found.model_copy(update={"sources": (found.sources[0].model_copy(update={"select": "[1]"}),)})
    np.testing.assert_array_equal(decode(tmp_path, second).array, RAMP // 2)
    for n in range(2):
        tiff(tmp_path / f"{n}.tif", (RAMP + n).astype(np.uint8), "miniswhite")
    clip = record("frames", "0.tif", "1.tif", kind="clip", geometry=Geometry(shape=(2, 36, 40)))
    pixels = decode(tmp_path, clip)
    np.testing.assert_array_equal(pixels.array, [RAMP, RAMP + 1])
    np.testing.assert_array_equal(drawn(clip, pixels, "frame:1").image, 254 - RAMP)
    tiff(tmp_path / "1.tif", RAMP.astype(np.uint8), "minisblack")
    with pytest.raises(DecodeError, match="no one picture shows them all"):
        decode(tmp_path, clip)


def test_a_mask_that_shows_zero_white_counts_as_stored_and_by_a_threshold_not_at_all(tmp_path: Path) -> None:
    values = np.zeros((36, 40), np.uint8)
    values[4:9, 5:20] = 3
    tiff(tmp_path / "m.tif", values, "miniswhite")
    image = record("raster", "m.tif")
    shape = LabelShape(source=image.sources[0], decoder="raster", value=3)
    np.testing.assert_array_equal(labels(tmp_path, shape, image), values)
    with pytest.raises(DecodeError, match="shows 0 white"):
        labels(tmp_path, shape.model_copy(update={"at_least": 1}), image)


def test_what_has_no_value_is_black_and_does_not_count() -> None:
    rng = np.random.default_rng(1)
    brain = rng.uniform(100, 400, (30, 30, 10)).astype(np.float32)
    outside = np.ones(brain.shape, bool)
    outside[8:22, 8:22] = False
    for none in (np.nan, np.inf, -np.inf):
        array = np.where(outside, none, brain)
        low, high = window.automatic(array)
        assert (low, high) == window.automatic(brain[~outside])
        picture = window.apply(array[..., 5], (low, high))
        assert (picture[outside[..., 5]] == 0).all()
        np.testing.assert_array_equal(
            picture[~outside[..., 5]], window.apply(brain[..., 5], (low, high))[8:22, 8:22].ravel()
        )
        assert (window.apply(array[..., 5], (high, low))[outside[..., 5]] == 0).all()  # also where low is shown white
    with pytest.raises(ValueError, match="NaN or infinite"):
        window.automatic(np.full((3, 3), np.nan))


def test_the_window_of_what_shows_low_values_white_leaves_out_the_other_end() -> None:
    array = np.concatenate([np.full(900, 4000), np.arange(100)]).astype(np.uint16)
    low, high = window.automatic(array, inverted=True)
    assert (low, high) == tuple(np.percentile(np.arange(100), (0.5, 99.5)))


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
def test_what_is_shown_brighter_is_more_for_whoever_looks_for_bright_things(kind: type) -> None:
    array = (RAMP - 100 * (kind != np.uint8)).astype(kind)
    geometry = Geometry(shape=array.shape)
    assert Pixels(array, geometry).bright is array
    shown = Pixels(array, geometry, None, True).bright
    assert shown.dtype == kind
    np.testing.assert_array_equal(shown.astype(float), float(array.max()) - array.astype(float))


def test_a_reversed_window_of_a_recipe_is_refused_and_not_obeyed() -> None:
    found = record("raster", "a.png")
    with pytest.raises(ValueError, match="empty"):
        render(found, Pixels(RAMP.astype(np.int16), found.geometry), "full", (100, 20))
