"""ASAP, ImageScope and CVAT files read through a card; masks are drawn by hand or by scikit-image."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image
from skimage.draw import polygon2mask

from connectors.shapes import drawing
from schemas import BoxShape, PointShape, PolygonShape, Record, Region, TurnedBoxShape, rle
from tests.connectors import small
from transforms.regions.resolve import resolve

ROWS, COLUMNS = 48, 60
SQUARE = [(4, 5), (20, 5), (20, 15), (4, 15)]
HOLE = [(6, 7), (9, 7), (9, 10), (6, 10)]
BLOB = [(10.2, 8.3), (30.7, 5.1), (41.6, 20.4), (33.3, 38.8), (12.9, 30.2)]
LABELS: dict[str, str | None] = {"tumor": "polyp"}


def picture(root: Path, name: str = "a.png") -> None:
    (root / "img").mkdir(exist_ok=True)
    Image.fromarray(np.full((ROWS, COLUMNS), 90, np.uint8)).save(root / "img" / name)


def card(tool: str, labels: dict[str, str | None] | None = None, files: str = "img/*.png", **options: Any) -> Any:
    given = {"format": "slide_xml", "tool": tool, "file": "a.xml", **options}
    return small.card("pictures", {"files": [files], "annotations": [given]}, labels or LABELS)


def read(root: Path, tool: str, **options: Any) -> tuple[list[Record], list[Region]]:
    return small.read(card(tool, **options), root)


def masks(root: Path, found: tuple[list[Record], list[Region]]) -> dict[str, np.ndarray]:
    """The union of the masks of each label."""
    out: dict[str, np.ndarray] = {}
    for record in found[0]:
        for item in resolve(root, record, [region for region in found[1] if region.record == record.key])[0]:
            label = item.region.source_label
            out[label] = out.get(label, np.zeros((ROWS, COLUMNS), bool)) | item.full((ROWS, COLUMNS))
    return out


def drawn(ring: list[tuple[float, float]]) -> np.ndarray:
    return polygon2mask((ROWS, COLUMNS), [(y - 0.5, x - 0.5) for x, y in ring])


def asap(*annotations: tuple[str, str, list[tuple[float, float]]]) -> str:
    parts = []
    for kind, group, ring in annotations:
        points = sorted(enumerate(ring), key=lambda pair: pair[0] * 2 % 5)  # not in their order
        inner = "".join(f'<Coordinate Order="{n}" X="{x}" Y="{y}" />' for n, (x, y) in points)
        head = f'<Annotation Name="n" Type="{kind}" PartOfGroup="{group}">'
        parts.append(f"{head}<Coordinates>{inner}</Coordinates></Annotation>")
    groups = '<AnnotationGroups><Group Name="tumor" PartOfGroup="None"><Attributes /></Group></AnnotationGroups>'
    return f"<ASAP_Annotations><Annotations>{''.join(parts)}</Annotations>{groups}</ASAP_Annotations>"


def test_asap_outlines_and_what_cuts_out_of_them(tmp_path: Path) -> None:
    picture(tmp_path)
    outlines = [("Polygon", "tumor", BLOB), ("Polygon", "_2", HOLE), ("Rectangle", "tumor", SQUARE)]
    (tmp_path / "a.xml").write_text(asap(*outlines, ("Dot", "tumor", [(1, 2)])))
    found = read(tmp_path, "asap", cut=["_2"])
    wanted = (drawn(BLOB) | drawn(SQUARE)) & ~drawn(HOLE)
    np.testing.assert_array_equal(masks(tmp_path, found)["tumor"], wanted)
    assert [r.shape for r in found[1] if r.shape.kind == "point"] == [PointShape(points=((1, 2),))]
    assert "does not know the label '_2'" in small.problems(card("asap"), tmp_path)[0]
    assert len(read(tmp_path, "asap", skip=["_2"])[1]) == 3


def imagescope(*regions: str, name: str = "") -> str:
    return (
        f'<Annotations MicronsPerPixel="0.25"><Annotation Id="1" Name="{name}"><Attributes><Attribute Name="tumor" '
        f'Id="0" Value="" /></Attributes><Regions>{"".join(regions)}</Regions></Annotation></Annotations>'
    )


def region(ring: list[tuple[float, float]], kind: int = 0, negative: int = 0, text: str = "") -> str:
    inner = "".join(f'<Vertex X="{x}" Y="{y}" Z="0" />' for x, y in ring)
    return (
        f'<Region Id="7" Type="{kind}" NegativeROA="{negative}" Text="{text}"><Attributes><Attribute Value="{text}"/>'
        f"</Attributes><Vertices>{inner}</Vertices></Region>"
    )


def test_imagescope_takes_the_label_from_where_the_set_has_it(tmp_path: Path) -> None:
    picture(tmp_path)
    for options, text in (
        ({"constant": "tumor"}, imagescope(region(BLOB))),
        ({}, imagescope(region(BLOB), name="tumor")),
        ({"label": "Annotation/Attributes/Attribute@Name"}, imagescope(region(BLOB))),
        ({"label": "Region@Text"}, imagescope(region(BLOB, text="tumor"))),
        ({"label": "Region/Attributes/Attribute@Value"}, imagescope(region(BLOB, text="tumor"))),
    ):
        (tmp_path / "a.xml").write_text(text)
        np.testing.assert_array_equal(masks(tmp_path, read(tmp_path, "imagescope", **options))["tumor"], drawn(BLOB))
    (tmp_path / "a.xml").write_text(imagescope(region(BLOB)))
    (found,) = small.problems(card("imagescope"), tmp_path)
    assert "a.xml: Annotation 1, Region 7: nothing at 'Annotation@Name'" in found


def test_imagescope_ellipses_negative_regions_rulers_and_commas(tmp_path: Path) -> None:
    picture(tmp_path)
    regions = [region([(10, 8), (40, 28)], kind=2), region(HOLE, negative=1), region([(1, 1), (9, 9)], kind=4)]
    (tmp_path / "a.xml").write_text(imagescope(*regions, region(SQUARE).replace('X="4"', 'X="4,0"'), name="tumor"))
    y, x = np.mgrid[:ROWS, :COLUMNS] + 0.5
    wanted = (((x - 25) / 15) ** 2 + ((y - 18) / 10) ** 2 <= 1) | drawn(SQUARE) & ~drawn(HOLE)
    assert (masks(tmp_path, read(tmp_path, "imagescope"))["tumor"] ^ wanted).sum() <= 2


def test_an_outline_over_the_edge_is_cut_where_the_card_says_so(tmp_path: Path) -> None:
    """As MoNuSeg draws nuclei at the border."""
    picture(tmp_path)
    over = [(50, 40), (66, 40), (66, 52), (50, 52)]
    (tmp_path / "a.xml").write_text(imagescope(region(over), region([(70, 1), (80, 1), (80, 9)]), name="tumor"))
    assert "is not within an image of 60 x 48 pixels" in small.problems(card("imagescope"), tmp_path)[0]
    found = read(tmp_path, "imagescope", clip=True)
    assert [set(r.shape.rings[0]) for r in found[1]] == [{(50, 40), (60, 40), (60, 48), (50, 48)}]
    np.testing.assert_array_equal(masks(tmp_path, found)["tumor"], drawn(over))


def cvat(root: Path, inner: str) -> None:
    other = f'<image id="1" name="x/b.png" width="{COLUMNS}" height="{ROWS}"></image>'
    first = f'<image id="0" name="x/a.png" width="{COLUMNS}" height="{ROWS}">{inner}</image>'
    (root / "a.xml").write_text(f"<annotations><version>1.1</version>{first}{other}</annotations>")


def test_cvat_shapes_of_one_image_of_many(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        picture(tmp_path, name)
    points = ";".join(f"{x},{y}" for x, y in SQUARE)
    cvat(
        tmp_path,
        f'<polygon label="tumor" points="{points}" occluded="1"><attribute name="grade">II</attribute></polygon>'
        '<box label="tumor" xtl="4" ytl="5" xbr="20" ybr="15"/><points label="tumor" points="1,2;3,4"/>'
        '<box label="tumor" xtl="20" ytl="20" xbr="40" ybr="30" rotation="90"/>'
        '<mask label="tumor" rle="2,3,1,2" left="10" top="20" width="4" height="2"/>',
    )
    records, found = read(tmp_path, "cvat")
    assert sorted("annotations" in record.meta for record in records) == [False, True, True]
    (square,) = [r for r in found if isinstance(r.shape, PolygonShape)]
    assert square.shape == PolygonShape(rings=(tuple((float(x), float(y)) for x, y in SQUARE),))
    assert square.meta == {"grade": "II", "occluded": True}
    (turned,) = [r.shape for r in found if isinstance(r.shape, TurnedBoxShape)]
    np.testing.assert_allclose(sorted(turned.corners), [(25, 15), (25, 35), (35, 15), (35, 35)], atol=1e-9)
    assert BoxShape(xyxy=(4, 5, 20, 15)) in [r.shape for r in found]
    assert PointShape(points=((1, 2), (3, 4))) in [r.shape for r in found]
    mask = rle.decode(next(r.shape for r in found if r.shape.kind == "rle"))
    assert np.argwhere(mask).tolist() == [[20, 12], [20, 13], [21, 10], [21, 12], [21, 13]]


def test_a_tile_has_what_reaches_it_in_its_own_pixels(tmp_path: Path) -> None:
    picture(tmp_path, "s_0_0.png")
    picture(tmp_path, "s_60_0.png")
    picture(tmp_path, "s_120_48.png")
    across = [(50.0, 10.0), (70.0, 10.0), (70.0, 20.0), (50.0, 20.0)]
    (tmp_path / "a.xml").write_text(asap(("Polygon", "tumor", across), ("Dot", "tumor", [(130, 50)])))
    records, found = read(tmp_path, "asap", files="img/{slide}_{tile_x}_{tile_y}.png")
    by_tile = {record.sources[0].uri: [r for r in found if r.record == record.key] for record in records}
    assert {uri: [r.shape.kind for r in rows] for uri, rows in by_tile.items()} == {
        "img/s_0_0.png": ["polygon"], "img/s_60_0.png": ["polygon"], "img/s_120_48.png": ["point"],
    }  # fmt: skip
    assert all("annotations" in record.meta for record in records)
    left, right = (masks(tmp_path, (records, by_tile[f"img/s_{x}_0.png"]))["tumor"] for x in (0, 60))
    assert np.argwhere(left).min(0).tolist() == [10, 50]
    assert np.argwhere(left).max(0).tolist() == [19, 59]
    assert np.argwhere(right).min(0).tolist() == [10, 0]
    assert np.argwhere(right).max(0).tolist() == [19, 9]
    assert by_tile["img/s_120_48.png"][0].shape == PointShape(points=((10, 2),))


@given(st.lists(st.tuples(st.floats(-40, 100), st.floats(-40, 90)), min_size=3, max_size=12))
@example([(-1, 0), (60, 1), (-1, 2), (60, 0)])  # crosses itself, all its corners off the tile
def test_what_is_cut_at_a_tiles_edge_holds_the_same_pixels(ring: list[tuple[float, float]]) -> None:
    moved = [(round(x, 2) + 0.0031, round(y, 2) + 0.0047) for x, y in ring]
    found = drawing.cut(moved, COLUMNS, ROWS)
    mask = drawn(list(found)) if found else np.zeros((ROWS, COLUMNS), bool)
    wanted = drawn(moved)
    assert (mask ^ wanted).sum() <= (0 if found else 1)
    assert all(-1e-9 <= x <= COLUMNS + 1e-9 and -1e-9 <= y <= ROWS + 1e-9 for x, y in found)


def test_an_outline_around_a_tile_does_not_reach_it() -> None:
    around = [(-9, -9), (70, -9), (70, 60), (65, 60), (65, -5), (-5, -5), (-5, 60), (-9, 60)]
    assert drawing.cut(around, COLUMNS, ROWS) == ()
    whole = drawing.cut([(-9, -9), (90, -9), (90, 90), (-9, 90)], COLUMNS, ROWS)
    assert set(whole) == {(0, 0), (COLUMNS, 0), (COLUMNS, ROWS), (0, ROWS)}


@pytest.mark.parametrize(
    ("tool", "text", "reason"),
    [
        ("asap", "<Annotations/>", "<Annotations> is no <ASAP_Annotations>"),
        ("imagescope", "<ASAP_Annotations/>", "is no <Annotations> of ImageScope's"),
        ("asap", "<ASAP_Annotations>", "line 1: not XML"),
        ("asap", asap(("Polygon", "tumor", [(1, 1), (2, 2), (3, 3)])), "Annotation 1: an outline of 3 points has no"),
        ("imagescope", imagescope(region([]), name="tumor"), "Region 7: an outline of 0 points has no area"),
        ("asap", asap(("Polygon", "tumor", [(1, 1), (99, 2), (3, 30)])), "is not within an image of 60 x 48"),
        ("asap", asap(("Polygon", "tumor", SQUARE)).replace('X="4"', 'X="?"'), "'...' is no number"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, tool: str, text: str, reason: str) -> None:
    picture(tmp_path)
    (tmp_path / "a.xml").write_text(text)
    (found,) = small.problems(card(tool), tmp_path)
    assert found.startswith("a.xml: ")
    assert reason in found


def test_what_a_missing_file_means_is_said(tmp_path: Path) -> None:
    picture(tmp_path)
    assert "a.xml: the file is not there" in small.problems(card("asap"), tmp_path)[0]
    assert "annotations" not in read(tmp_path, "asap", missing="nothing")[0][0].meta, "none is there"
    assert "annotations" not in read(tmp_path, "asap", missing="unannotated")[0][0].meta
