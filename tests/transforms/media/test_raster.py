"""Pictures and masks in every common mode come out as the file holds them."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from schemas import Concept, Geometry, LabelShape, MadeBy, Record, Region, SourceFile
from transforms.media.decoders import DecodeError, decode, labels
from transforms.regions.resolve import resolve

CT = Concept(system="DCM", code="CT", label="computed tomography")
VALUES = np.zeros((40, 30), np.uint8)
VALUES[5:20, 3:9], VALUES[25:31, 10:28] = 1, 3
RAMP = np.arange(1200, dtype=np.uint8).reshape(40, 30)


def source(name: str, member: str | None = None, select: str | None = None) -> SourceFile:
    return SourceFile(uri=name, sha256="0" * 64, bytes=1, member=member, select=select)


def record(*sources: SourceFile, shape: tuple[int, int] = (40, 30)) -> Record:
    return Record(
        key="rec", dataset="toy", kind="image", decoder="raster", sources=sources, subject="toy/1", modality=CT,
        geometry=Geometry(shape=shape),
    )  # fmt: skip


def read(folder: Path, name: str, **more: object) -> np.ndarray:
    return decode(folder, record(source(name, **more))).array


def label_map(folder: Path, name: str, select: str | None = None, **more: object) -> np.ndarray:
    shape = LabelShape(source=source(name, select=select), decoder="raster", value=0, **more)
    return labels(folder, shape, record(source("a.png")))


def palette(values: np.ndarray = VALUES) -> Image.Image:
    image = Image.fromarray(values).convert("P")
    image.putdata(values.ravel().tolist())
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    return image


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "gif"])
def test_a_palette_mask_is_its_indices_and_a_palette_picture_its_colours(tmp_path: Path, suffix: str) -> None:
    palette().save(tmp_path / f"m.{suffix}", **({"optimize": False} if suffix == "gif" else {}))
    np.testing.assert_array_equal(label_map(tmp_path, f"m.{suffix}"), VALUES)
    wanted = np.zeros((40, 30, 3), np.uint8)
    wanted[VALUES == 1], wanted[VALUES == 3] = (255, 0, 0), (0, 0, 255)
    np.testing.assert_array_equal(read(tmp_path, f"m.{suffix}"), wanted)
    red = label_map(tmp_path, f"m.{suffix}", colour=(255, 0, 0))
    np.testing.assert_array_equal(red == 0xFF0000, VALUES == 1)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "gif", "pbm"])
def test_a_one_bit_mask_is_black_and_white(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(VALUES > 0).save(tmp_path / f"m.{suffix}")
    np.testing.assert_array_equal(label_map(tmp_path, f"m.{suffix}", at_least=1), np.where(VALUES, 255, 0))
    np.testing.assert_array_equal(read(tmp_path, f"m.{suffix}"), np.where(VALUES, 255, 0))


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.png", {}), ("a.tif", {}), ("a.tif", {"compression": "tiff_lzw"}), ("a.tif", {"compression": "tiff_deflate"})],
)
def test_16_bits_stay(tmp_path: Path, name: str, options: dict[str, str]) -> None:
    deep = RAMP.astype(np.uint16) * 250
    Image.fromarray(deep).save(tmp_path / name, **options)
    np.testing.assert_array_equal(read(tmp_path, name), deep)
    np.testing.assert_array_equal(label_map(tmp_path, name), deep)


def test_a_pgm_keeps_its_values_whatever_its_white_is(tmp_path: Path) -> None:
    (tmp_path / "m.pgm").write_bytes(b"P5\n30 40\n3\n" + VALUES.tobytes())
    np.testing.assert_array_equal(label_map(tmp_path, "m.pgm"), VALUES)
    (tmp_path / "a.ppm.gz").write_bytes(gzip.compress(b"P6\n30 40\n255\n" + np.dstack([RAMP, VALUES, RAMP]).tobytes()))
    np.testing.assert_array_equal(read(tmp_path, "a.ppm.gz"), np.dstack([RAMP, VALUES, RAMP]))


def test_alpha_is_dropped_from_pictures_and_masks(tmp_path: Path) -> None:
    colours = np.dstack([RAMP, VALUES, RAMP[::-1]])
    Image.fromarray(np.dstack([colours, RAMP])).save(tmp_path / "rgba.png")
    np.testing.assert_array_equal(read(tmp_path, "rgba.png"), colours)
    Image.fromarray(np.dstack([VALUES, RAMP])).save(tmp_path / "la.png")
    np.testing.assert_array_equal(read(tmp_path, "la.png"), VALUES)
    seen = np.maximum(RAMP, 1)
    Image.fromarray(np.dstack([VALUES, VALUES, VALUES, seen])).save(tmp_path / "m.png")
    np.testing.assert_array_equal(label_map(tmp_path, "m.png"), VALUES)
    np.testing.assert_array_equal(label_map(tmp_path, "m.png", channel=3), seen)


def test_values_that_are_transparent_are_no_mask(tmp_path: Path) -> None:
    """White all over, and drawn in the alpha: the grey does not say what is inside."""
    white = np.full(VALUES.shape, 255, np.uint8)
    Image.fromarray(np.dstack([white, white, white, white * (VALUES > 0)])).save(tmp_path / "m.png")
    with pytest.raises(DecodeError, match=f"{(VALUES == 0).sum()} pixels have a value and are transparent"):
        label_map(tmp_path, "m.png")
    np.testing.assert_array_equal(label_map(tmp_path, "m.png", channel=3), white * (VALUES > 0))


def test_colours_of_16_bits_are_scaled_to_8(tmp_path: Path) -> None:
    colours = np.dstack([RAMP, VALUES, RAMP[::-1]]).astype(np.uint16) * 257
    tifffile.imwrite(tmp_path / "a.tif", colours, photometric="rgb")
    np.testing.assert_array_equal(read(tmp_path, "a.tif"), (colours // 257).astype(np.uint8))


def test_cmyk_becomes_the_colours_that_pillow_shows(tmp_path: Path) -> None:
    inks = np.full((40, 30, 4), 0, np.uint8)
    inks[:20, :, 0], inks[20:, :, 3] = 255, 128
    Image.frombytes("CMYK", (30, 40), inks.tobytes()).save(tmp_path / "a.jpg", quality=95)
    found = read(tmp_path, "a.jpg").astype(int)
    assert found[10, 10, 0] < 20
    assert found[10, 10, 1:].min() > 235  # full cyan holds back red
    assert np.ptp(found[30, 10]) < 12
    assert abs(found[30, 10].mean() - 127) < 8


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_exif_orientation_is_ignored(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.dstack([RAMP] * 3)).save(tmp_path / f"a.{suffix}", exif=exif)
    found = read(tmp_path, f"a.{suffix}")
    assert found.shape == (40, 30, 3)
    assert np.abs(found[..., 0].astype(int) - RAMP)[:8].mean() < 20


def test_a_coloured_mask_needs_a_colour_or_a_channel(tmp_path: Path) -> None:
    colours = np.zeros((40, 30, 3), np.uint8)
    colours[VALUES == 1], colours[VALUES == 3] = (0, 128, 255), (0, 128, 254)
    Image.fromarray(colours).save(tmp_path / "m.png")
    with pytest.raises(DecodeError, match=r"m\.png.*`channel` or `colours`"):
        label_map(tmp_path, "m.png")
    np.testing.assert_array_equal(label_map(tmp_path, "m.png", colour=(0, 128, 254)) == 0x0080FE, VALUES == 3)
    np.testing.assert_array_equal(label_map(tmp_path, "m.png", channel=2), colours[..., 2])
    with pytest.raises(DecodeError, match="no channel 3"):
        label_map(tmp_path, "m.png", channel=3)


def test_a_jpeg_mask_is_read_by_a_threshold_only(tmp_path: Path) -> None:
    grey = np.where(VALUES, 255, 0).astype(np.uint8)
    Image.fromarray(np.dstack([grey] * 3)).save(tmp_path / "m.jpg", quality=60)
    np.testing.assert_array_equal(label_map(tmp_path, "m.jpg", at_least=128) >= 128, VALUES > 0)
    with pytest.raises(DecodeError, match="threshold"):
        label_map(tmp_path, "m.jpg")
    with pytest.raises(DecodeError, match="exact colour"):
        label_map(tmp_path, "m.jpg", colour=(255, 255, 255))


def test_a_grey_palette_has_intensities(tmp_path: Path) -> None:
    image = palette((VALUES > 0).astype(np.uint8))
    image.putpalette([0, 0, 0, 200, 200, 200])
    image.save(tmp_path / "m.png")
    assert np.unique(label_map(tmp_path, "m.png", at_least=1)).tolist() == [0, 200]


def test_pages_of_a_tiff_are_chosen(tmp_path: Path) -> None:
    pages = np.stack([VALUES, VALUES * 2, VALUES * 5]).astype(np.uint16)
    tifffile.imwrite(tmp_path / "m.tif", pages, photometric="minisblack")
    for n in range(3):
        np.testing.assert_array_equal(label_map(tmp_path, "m.tif", f"[{n}]"), pages[n])
    with pytest.raises(DecodeError, match=r"m\.tif"):
        label_map(tmp_path, "m.tif", "[3]")
    with pytest.raises(DecodeError, match="no page"):
        label_map(tmp_path, "m.tif", "third")


def test_whole_fractions_are_values_and_others_are_not(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "m.tif", VALUES.astype(np.float32))
    tifffile.imwrite(tmp_path / "p.tif", VALUES.astype(np.float32) / 3)
    np.testing.assert_array_equal(label_map(tmp_path, "m.tif"), VALUES)
    np.testing.assert_allclose(label_map(tmp_path, "p.tif", at_least=0.5), VALUES / 3)
    with pytest.raises(DecodeError, match="fractions"):
        label_map(tmp_path, "p.tif")


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_members_of_archives_are_read(tmp_path: Path, name: str) -> None:
    written = {}
    for n in (1, 2):
        buffer = io.BytesIO()
        Image.fromarray(VALUES * n).save(buffer, "PNG")
        written[f"x/{n}.png"] = buffer.getvalue()
    if name.endswith(".zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member, data in written.items():
                archive.writestr(member, data)
    else:
        with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as tar:
            for member, data in written.items():
                info = tarfile.TarInfo(member)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    np.testing.assert_array_equal(read(tmp_path, name, member="x/2.png"), VALUES * 2)
    with pytest.raises(DecodeError):
        read(tmp_path, name, member="x/3.png")


def test_what_is_no_picture_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"not a picture")
    with pytest.raises(DecodeError, match=r"a\.png: .*not a picture"):
        read(tmp_path, "a.png")


def region(key: str, **shape: object) -> Region:
    given = {"decoder": "raster", "value": 0, **shape}
    return Region(
        key=key, dataset="toy", record="rec", frame="voxel", concept=CT, source_label=key, shape=LabelShape(**given),
        made_by=MadeBy(kind="human", name="reader"),
    )  # fmt: skip


def test_shapes_of_one_file_are_told_apart_by_how_they_are_read(tmp_path: Path) -> None:
    """One file asked for values, colours, channels and thresholds at once; another page of it, too."""
    colours = np.zeros((40, 30, 3), np.uint8)
    colours[VALUES == 1], colours[VALUES == 3] = (9, 9, 9), (200, 200, 200)
    Image.fromarray(colours).save(tmp_path / "m.tif", save_all=True, append_images=[Image.fromarray(colours[::-1])])
    mask = source("m.tif", select="[0]")
    asked = [
        region("value", source=mask, value=9), region("colour", source=mask, colour=(200, 200, 200)),
        region("light", source=mask, at_least=100), region("dark", source=mask, at_most=9),
        region("between", source=mask, at_least=5, at_most=50), region("channel", source=mask, channel=1, value=200),
        region("page", source=source("m.tif", select="[1]"), value=9), region("gone", source=mask, value=8),
    ]  # fmt: skip
    kept, dropped = resolve(tmp_path, record(source("a.png")), asked)
    found = {item.region.key: item.full((40, 30)) for item in kept}
    wanted = {
        "value": VALUES == 1, "colour": VALUES == 3, "light": VALUES == 3, "dark": VALUES < 3, "between": VALUES == 1,
        "channel": VALUES == 3, "page": VALUES[::-1] == 1,
    }  # fmt: skip
    assert found.keys() == wanted.keys()
    for key, mask_ in wanted.items():
        np.testing.assert_array_equal(found[key], mask_, err_msg=key)
    assert [item.region.key for item in dropped] == ["gone"]
    with pytest.raises(DecodeError, match="a mask of 2 pages: `select` the one that is meant"):
        label_map(tmp_path, "m.tif")


def test_instances_with_high_ids_are_found(tmp_path: Path) -> None:
    ids = VALUES.astype(np.int32) * 500_000_000
    tifffile.imwrite(tmp_path / "m.tif", ids)
    kept, _ = resolve(tmp_path, record(source("a.png")), [region("i", source=source("m.tif"), instances=True)])
    assert sorted((item.region.meta["instance"], item.voxels) for item in kept) == [
        (500_000_000, int((VALUES == 1).sum())), (1_500_000_000, int((VALUES == 3).sum())),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="told apart by value"):
        resolve(tmp_path, record(source("a.png")), [region("i", source=source("m.tif"), instances=True, at_least=1)])
