"""Points, outlines, circles and ellipses from tables, against hand numbers, nibabel, OpenCV and closed formulas."""

import math
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import pytest

from connectors.annotations import point_table
from connectors.assemble import Image
from connectors.drafts import ExaminedDraft, ProblemDraft, RegionDraft
from schemas import BallShape, Geometry, LineShape, PointShape, PolygonShape
from tests.connectors import small
from tests.connectors.annotations.published import pictures, problems, read

LABELS: dict[str, str | None] = {"fovea": "macula", "disc": "optic_disc"}


def drawn(root: Path, csv: str, geometry: Geometry | None = None, path: str = "t.csv", **table: Any) -> list[Any]:
    (root / path).write_text(csv)
    given = {"file": path, "key": "id", "constant": "disc", **table}
    options = point_table.Options.model_validate(given)
    shape = geometry or Geometry(shape=(33, 40))
    image = Image(root, small.card("pictures", {"files": ["*"]}), "a.png", {"stem": "a", "name": "a.png"}, shape)
    return list(point_table.annotate(image, options))


def shapes(root: Path, csv: str, geometry: Geometry | None = None, **table: Any) -> list[Any]:
    return [draft.shape for draft in drawn(root, csv, geometry, **table) if isinstance(draft, RegionDraft)]


def problem(root: Path, csv: str, geometry: Geometry | None = None, **table: Any) -> str:
    (found,) = [draft for draft in drawn(root, csv, geometry, **table) if isinstance(draft, ProblemDraft)]
    return str(found.notice.reason)


def rounded(points: Any) -> list[tuple[float, ...]]:
    return [tuple(round(value, 6) for value in point) for point in points]


@pytest.mark.parametrize(
    ("options", "numbers", "expected"),
    [
        ({}, "5,7", (5, 7)),
        ({"pixel_centres": True}, "5,7", (5.5, 7.5)),
        ({"one_based": True}, "5,7", (4, 6)),
        ({"one_based": True, "pixel_centres": True}, "5,7", (4.5, 6.5)),
        ({"normalised": True}, "0.5,0.25", (20, 8.25)),
        ({"of": [80, 66]}, "10,14", (5, 7)),
        ({"y_up": True}, "5,7", (5, 26)),
        ({"y_up": True, "pixel_centres": True}, "0,0", (0.5, 32.5)),
        ({"y_up": True, "normalised": True}, "0.5,1", (20, 0)),
        ({"y_up": True, "of": [80, 66]}, "10,14", (5, 26)),
    ],
)
def test_conventions(tmp_path: Path, options: dict[str, Any], numbers: str, expected: tuple[float, float]) -> None:
    (shape,) = shapes(tmp_path, f"id,x,y\na,{numbers}\n", columns=["x", "y"], **options)
    assert rounded(shape.points) == [expected]


def test_landmarks_through_a_card(tmp_path: Path) -> None:
    pictures(tmp_path, "img/a.png", "img/b.png")
    (tmp_path / "t.csv").write_text("Image No,X- Coordinate,Y - Coordinate,,\nA,5,7,,\nB,,,,\n")
    table = {
        "format": "point_table", "file": "t.csv", "key": "Image No", "normalise": ["lower"], "constant": "fovea",
        "columns": ["X- Coordinate", "Y - Coordinate"],
    }  # fmt: skip
    records, (region,) = read(tmp_path, LABELS, table)
    assert region.shape == PointShape(points=((5.0, 7.0),))
    assert [records[case].meta["annotations"] for case in "ab"] == [["t.csv"]] * 2
    (tmp_path / "t.csv").write_text("Image No,X- Coordinate,Y - Coordinate\nA,5,\nB,50,7\n")
    half, outside = problems(tmp_path, LABELS, table)
    assert "line 2: 1 of a mark's 2 numbers are blank" in half
    assert "line 3: the point (50, 7) is outside" in outside


def test_named_points_of_a_row(tmp_path: Path) -> None:
    csv = "id,ax,ay,bx,by,cx,cy\na,1,2,,,5,6\n"
    columns = ["ax", "ay", "bx", "by", "cx", "cy"]
    (shape,) = shapes(tmp_path, csv, columns=columns, names=["left", "mid", "right"])
    assert (shape.points, shape.names) == (((1.0, 2.0), (5.0, 6.0)), ("left", "right"))


def test_rows_join_to_one_shape(tmp_path: Path) -> None:
    csv = "id,p,who,x,y\na,tip,r1,1,2\na,base,r1,3,4\na,tip,r2,5,6\n"
    found = shapes(tmp_path, csv, columns=["x", "y"], join=True, reader="who", name="p")
    assert [(shape.points, shape.names) for shape in found] == [
        (((1.0, 2.0), (3.0, 4.0)), ("tip", "base")), (((5.0, 6.0),), ("tip",)),
    ]  # fmt: skip
    assert len(shapes(tmp_path, csv, columns=["x", "y"])) == 3


def test_a_file_of_points_beside_each_image(tmp_path: Path) -> None:
    (tmp_path / "a_cup_e1.txt").write_text(" 2.0 3.0\n 10.0 3.0\n 10.0 23.0\n")
    found = drawn(
        tmp_path, "4 5\n8 5\n8 9\n", path="a_disc_e2.txt", file="{stem}_{s}_{who}.txt", key=None, header=["x", "y"],
        columns=["x", "y"], shape="polygon", join=True, label="s", constant=None, reader="who",
    )  # fmt: skip
    marks = [draft for draft in found if isinstance(draft, RegionDraft)]
    assert [(mark.label, mark.made_by.name if mark.made_by else "") for mark in marks] == [
        ("cup", "e1"),
        ("disc", "e2"),
    ]
    assert marks[0].shape == PolygonShape(rings=(((2.0, 3.0), (10.0, 3.0), (10.0, 23.0)),))


def test_an_image_without_its_file(tmp_path: Path) -> None:
    options: dict[str, Any] = {"key": None, "header": ["x", "y"], "columns": ["x", "y"], "file": "{stem}.txt"}
    assert drawn(tmp_path, "", path="other.txt", **options, required=False) == []
    with pytest.raises(ValueError, match=r"a\.txt: the file is not there"):
        drawn(tmp_path, "", path="other.txt", **options)


def area(shape: PolygonShape) -> float:
    return float(cv2.contourArea(np.asarray(shape.rings[0], np.float32)))


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({}, f"20,16,12,5,{math.pi / 6}"),
        ({"degrees": True}, "20,16,12,5,30"),
        ({"axes": "full", "degrees": True}, "20,16,24,10,30"),
        ({"pixel_size": "mm", "degrees": True}, "10,8,6,2.5,30"),
    ],
)
def test_ellipses(tmp_path: Path, options: dict[str, Any], numbers: str) -> None:
    columns = ["x", "y", "a", "b", "t"]
    (shape,) = shapes(tmp_path, f"id,x,y,a,b,t,mm\na,{numbers},0.5\n", columns=columns, shape="ellipse", **options)
    assert len(shape.rings[0]) >= 64
    assert area(shape) == pytest.approx(math.pi * 12 * 5, rel=1e-3)
    (x, y), axes, angle = cv2.fitEllipse(np.asarray(shape.rings[0], np.float32))
    assert (x, y) == pytest.approx((20, 16), abs=1e-3)
    assert sorted(axes) == pytest.approx([10, 24], rel=1e-3)
    assert (angle - 90 if axes[1] > axes[0] else angle) % 180 == pytest.approx(30, abs=0.1)


def test_circles_from_the_lower_edge(tmp_path: Path) -> None:
    csv = "id,x,y,r\na,20,10,6\nb,,,\n"
    (shape,) = shapes(tmp_path, csv, columns=["x", "y", "r"], shape="circle", y_up=True)
    assert area(shape) == pytest.approx(math.pi * 36, rel=1e-3)
    assert np.mean(shape.rings[0], axis=0) == pytest.approx((20, 23))
    over = csv.replace("a,20", "a,38")
    assert "leaves an image of 40 x 33" in problem(tmp_path, over, columns=["x", "y", "r"], shape="circle")
    assert len(shapes(tmp_path, over, columns=["x", "y", "r"], shape="circle", clip=True)) == 1
    away = csv.replace("a,20", "a,50")
    assert "leaves an image of 40" in problem(tmp_path, away, columns=["x", "y", "r"], shape="circle", clip=True)


def test_circles_and_ellipses_around_something_are_no_outlines(tmp_path: Path) -> None:
    """On a picture whose pixels are drawn twice as large along x as the marked one's."""
    columns = ["x", "y", "a", "b", "t"]
    table: dict[str, Any] = {"columns": columns, "shape": "ellipse", "around": True, "degrees": True}
    (plain,) = shapes(tmp_path, "id,x,y,a,b,t\na,20,16,12,5,30\n", **table)
    assert plain.centre == (20.0, 16.0)
    assert plain.axes == pytest.approx((12, 5))
    assert math.degrees(plain.angle) == pytest.approx(30)
    (wide,) = shapes(tmp_path, "id,x,y,a,b,t\na,10,16,4,5,0\n", **table, of=[20, 33])
    assert wide.centre == (20.0, 16.0)
    assert wide.axes == pytest.approx((8, 5))
    circle: dict[str, Any] = {"columns": ["x", "y", "r"], "shape": "circle", "around": True, "y_up": True}
    (low,) = shapes(tmp_path, "id,x,y,r\na,20,10,6\n", **circle)
    assert (low.centre, low.axes) == ((20.0, 23.0), pytest.approx((6, 6)))


def test_lines_run_through_their_points_and_end_on_the_image(tmp_path: Path) -> None:
    line: dict[str, Any] = {"columns": ["x", "y", "u", "v"], "shape": "line"}
    (shape,) = shapes(tmp_path, "id,x,y,u,v\na,1,2,30,20.5\n", **line)
    assert shape == LineShape(points=((1.0, 2.0), (30.0, 20.5)))
    csv = "id,x,y,u,v\na,1,2,5,5\na,9,9,8,8\n"
    (course,) = shapes(tmp_path, "id,x,y\na,1,2\na,5,5\na,9,2\n", columns=["x", "y"], shape="line", join=True)
    assert course == LineShape(points=((1.0, 2.0), (5.0, 5.0), (9.0, 2.0)))
    first = shapes(tmp_path, csv, columns=["x", "y", "u", "v"], shape="line", join=True, most=1)
    assert first == [LineShape(points=((1.0, 2.0), (5.0, 5.0)))]
    for clip in (False, True):
        over = problem(tmp_path, "id,x,y,u,v\na,1,2,50,20\n", **line, clip=clip)
        assert "the line leaves an image of 40 x 33" in over


def test_a_point_with_a_diameter_is_a_ball(tmp_path: Path) -> None:
    affine = tuple(map(tuple, np.diag([1.0, 1, 2, 1]).tolist()))
    geometry = Geometry(shape=(20, 16, 10), spacing_mm=(1, 1, 2), affine=affine)
    table: dict[str, Any] = {"columns": ["x", "y", "z"], "dimensions": 3, "world": "LPS", "diameter": "d"}
    _, ball, point = drawn(tmp_path, "id,x,y,z,d\na,5,4,6,7.5\na,5,4,8,\n", geometry, **table)
    assert ball.shape == BallShape(centre=(5.0, 4.0, 3.0), diameter_mm=7.5)
    assert point.shape == PointShape(points=((5.0, 4.0, 4.0),))


def test_chords_across_an_outline(tmp_path: Path) -> None:
    csv = "id,X1,Y1,X2,Y2,F\na,20,2,20,30,4\na,10,5,30,5,4\na,8,15,32,15,4\na,12,25,28,25,4\n"
    table: dict[str, Any] = {
        "columns": ["X1", "Y1", "X2", "Y2"],
        "shape": "chords",
        "join": True,
        "first": 1,
        "frame": "F",
    }
    _, draft = drawn(tmp_path, csv, Geometry(shape=(6, 33, 40)), **table)
    assert draft.frame == "frame:4"
    assert draft.shape == PolygonShape(
        rings=(((10.0, 5.0), (8.0, 15.0), (12.0, 25.0), (28.0, 25.0), (32.0, 15.0), (30.0, 5.0)),)
    )


AFFINE = np.array([[-0.7, 0.0, 0.1, 30.0], [0.0, 0.8, 0.0, -20.0], [0.05, 0.0, 2.5, -100.0], [0, 0, 0, 1.0]])


def volume() -> Geometry:
    matrix: Any = tuple(tuple(float(value) for value in line) for line in AFFINE)
    return Geometry(shape=(40, 33, 12), spacing_mm=(0.7, 0.8, 2.5), affine=matrix)


@pytest.mark.parametrize("world", ["LPS", "RAS"])
def test_millimetres_of_the_patient(tmp_path: Path, world: str) -> None:
    voxel = (11.0, 7.0, 5.0)
    point = nibabel.affines.apply_affine(AFFINE, voxel)
    x, y, z = point if world == "LPS" else point * (-1, -1, 1)
    csv = f"id,coordX,coordY,coordZ,diameter_mm\na,{x},{y},{z},4.25\n"
    columns = ["coordX", "coordY", "coordZ"]
    looked, mark = drawn(
        tmp_path, csv, volume(), columns=columns, dimensions=3, world=world, meta={"diameter_mm": "diameter_mm"}
    )
    assert looked == ExaminedDraft("t.csv")
    assert rounded(mark.shape.points) == [voxel]
    assert mark.frame == "voxel"
    assert mark.meta == {"diameter_mm": "4.25"}
    away = f"id,coordX,coordY,coordZ\na,{-x},{-y},{z}\n"
    assert "is outside" in problem(tmp_path, away, volume(), columns=columns, dimensions=3, world=world)


def test_voxels_and_slices(tmp_path: Path) -> None:
    csv = "id,x,y,z\na,11,7,5\n"
    assert shapes(tmp_path, csv, volume(), columns=["x", "y", "z"], dimensions=3)[0].points == ((11.0, 7.0, 5.0),)
    based = shapes(tmp_path, csv, volume(), columns=["x", "y", "z"], dimensions=3, one_based=True)
    assert based[0].points == ((10.0, 6.0, 4.0),)
    on_slice = shapes(tmp_path, csv, volume(), columns=["x", "y"], frame="z", pixel_centres=True, frame_base=1)
    assert on_slice[0].points == ((11.0, 7.0, 4.0),)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"columns": ["a", "b", "c"]}, "takes 2"),
        ({"columns": ["a", "b"], "shape": "circle"}, "takes 3"),
        ({"columns": ["a", "b"], "names": ["p", "q"]}, "names"),
        ({"columns": ["a", "b"], "world": "LPS"}, "dimensions: 3"),
        ({"columns": ["a", "b", "c"], "dimensions": 3, "shape": "polygon"}, "lies in a plane"),
    ],
)
def test_wrong_options_are_refused(bad: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        point_table.Options.model_validate({"file": "t.csv", "key": "id", "constant": "disc", **bad})
