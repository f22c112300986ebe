"""Slides as pyramids of tiles, which tifffile wrote: levels, tiles, spacing, and outlines on them."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import catalog
from connectors import NotPartOf, open_dataset
from schemas import DatasetCard
from tests.connectors import small
from transforms.media.decoders import decode
from transforms.regions.resolve import resolve

COLUMNS, ROWS = 700, 500


def card(**options: Any) -> DatasetCard:
    given = {"files": ["{slide}.svs"], "subject": "{slide}", **options}
    return small.card("slides", given, {"Tumor": "liver_lesion"}, modalities=["sm"])


def slide(path: Path, mpp: tuple[float, float] | None = (0.25, 0.5)) -> np.ndarray:
    """Two levels, without loss. `mpp`: micrometres between columns and between rows."""
    image = np.random.default_rng(7).integers(0, 255, (ROWS, COLUMNS, 3), np.uint8)
    options: dict[str, Any] = {"tile": (128, 128), "photometric": "rgb", "compression": "deflate"}
    with tifffile.TiffWriter(path) as file:
        for scale in (1, 2):
            per_cm = None if mpp is None else tuple(10_000 / (one * scale) for one in mpp)
            told = {"resolutionunit": "CENTIMETER", "resolution": per_cm} if per_cm else {}
            file.write(image[::scale, ::scale], subfiletype=int(scale > 1), **options, **told)
    return image


def test_a_small_level_is_one_record(tmp_path: Path) -> None:
    image = slide(tmp_path / "a.svs")
    (found,), _ = small.read(card(level=1), tmp_path)
    assert (found.kind, found.decoder, found.geometry.shape) == ("image", "slide", (250, 350))
    assert found.geometry.spacing_mm == pytest.approx((0.001, 0.0005))  # rows, columns
    np.testing.assert_array_equal(decode(tmp_path, found).array, image[::2, ::2])
    (reason,) = small.refused(card(largest_side=600), tmp_path)
    assert "level 0 has 700 x 500 pixels; set layout.options.tile" in reason
    (reason,) = small.refused(card(level=2), tmp_path)
    assert "has 2 levels: no level 2" in reason


@pytest.mark.parametrize("level", [0, 1])
def test_tiles_cover_the_level(tmp_path: Path, level: int) -> None:
    """A rest narrower than 32 pixels is left out: 700 = 5 * 128 + 60, 500 = 3 * 128 + 116, 350 = 2 * 128 + 94."""
    image = slide(tmp_path / "a.svs")[:: 2**level, :: 2**level]
    records, _ = small.read(card(level=level, tile=128), tmp_path)
    whole = np.zeros_like(image)
    for record in records:
        left, top = (int(x) >> level for x in str(record.sources[0].select).split()[2].split(",")[:2])
        rows, columns = record.geometry.shape
        assert not whole[top : top + rows, left : left + columns].any()
        whole[top : top + rows, left : left + columns] = decode(tmp_path, record).array
    np.testing.assert_array_equal(whole, image)
    assert len({record.key for record in records}) == len(records) == {0: 24, 1: 6}[level]
    assert {record.subject for record in records} == {"small/a"}


def test_a_narrow_rest_is_left_out(tmp_path: Path) -> None:
    slide(tmp_path / "a.svs")
    records, _ = small.read(card(tile=170), tmp_path)  # 4 * 170 + 20, 2 * 170 + 160
    assert {record.geometry.shape for record in records} == {(170, 170), (160, 170)}


def test_a_slide_that_does_not_say_its_scale(tmp_path: Path) -> None:
    slide(tmp_path / "a.svs", mpp=None)
    (found,), _ = small.read(card(), tmp_path)
    assert found.geometry.spacing_mm is None


ASAP = """<ASAP_Annotations><Annotations>
<Annotation Name="1" Type="Polygon" PartOfGroup="Tumor" Color="#F00"><Coordinates>
<Coordinate Order="0" X="200" Y="150"/><Coordinate Order="1" X="300" Y="150"/>
<Coordinate Order="2" X="300" Y="230"/><Coordinate Order="3" X="200" Y="230"/></Coordinates></Annotation>
</Annotations></ASAP_Annotations>"""


@pytest.mark.parametrize("level", [0, 1])
def test_an_outline_lands_on_the_tiles_that_it_reaches(tmp_path: Path, level: int) -> None:
    slide(tmp_path / "a.svs")
    (tmp_path / "a.xml").write_text(ASAP)
    outline = {"format": "slide_xml", "tool": "asap", "file": "{slide}.xml"}
    found = card(level=level, tile=128, tiles="annotated", annotations=[outline])
    records, regions = small.read(found, tmp_path)
    scale = 2**level
    whole = np.zeros((ROWS // scale, COLUMNS // scale), bool)
    for record in records:
        left, top = (int(x) // scale for x in str(record.sources[0].select).split()[2].split(",")[:2])
        own = [region for region in regions if region.record == record.key]
        (item,), _ = resolve(tmp_path, record, own)
        rows, columns = record.geometry.shape
        whole[top : top + rows, left : left + columns] |= item.full((rows, columns))
    expected = np.zeros_like(whole)
    expected[150 // scale : 230 // scale, 200 // scale : 300 // scale] = True
    np.testing.assert_array_equal(whole, expected)
    assert len(records) == 2


def test_without_openslide_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slide(tmp_path / "a.svs")
    monkeypatch.setitem(sys.modules, "openslide", None)
    (reason,) = small.refused(card(), tmp_path)
    assert "slides needs OpenSlide; install triptych[wsi]" in reason


def test_a_slide_without_a_reached_tile_is_no_record(tmp_path: Path) -> None:
    slide(tmp_path / "a.svs")
    outline = {"format": "slide_xml", "tool": "asap", "file": "{slide}.xml", "missing": "unannotated"}
    found = card(tile=128, tiles="annotated", annotations=[outline])
    connector = open_dataset(found, catalog.labelspace())
    (item,) = connector.listing(tmp_path)
    with pytest.raises(NotPartOf, match="no annotation reaches any of its tiles"):
        list(connector.read(tmp_path, item))


@pytest.mark.parametrize("share", [0.3, 0.98])
def test_a_broken_slide_costs_itself(tmp_path: Path, share: float) -> None:
    slide(tmp_path / "sound.svs")
    whole = (tmp_path / "sound.svs").read_bytes()
    (tmp_path / "a.svs").write_bytes(whole[: int(len(whole) * share)])
    (reason,) = small.refused(card(), tmp_path)
    assert reason.startswith("a.svs: not a slide that OpenSlide can read")
