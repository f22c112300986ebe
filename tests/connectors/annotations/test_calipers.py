"""The two diameters of a measured thing, against hand numbers: the longer is so in millimetres."""

from pathlib import Path
from typing import Any

import pytest

from connectors.annotations import calipers
from connectors.assemble import Image
from connectors.drafts import ProblemDraft, RegionDraft
from schemas import Geometry, LineShape
from tests.connectors import small


def drawn(root: Path, csv: str, spacing: tuple[float, float] | None = None, **table: Any) -> list[Any]:
    (root / "t.csv").write_text(csv)
    options = calipers.Options.model_validate(
        {"file": "t.csv", "key": "id", "constant": "d", "columns": ["c"], **table}
    )
    geometry = Geometry(shape=(33, 40), spacing_mm=spacing)
    image = Image(root, small.card("pictures", {"files": ["*"]}), "a.png", {"stem": "a", "name": "a.png"}, geometry)
    return list(calipers.annotate(image, options))


def lines(*given: Any, **table: Any) -> dict[str, Any]:
    return {draft.label: draft.shape for draft in drawn(*given, **table) if isinstance(draft, RegionDraft)}


CELL = 'id,c\na,"1, 1, 21, 1, 11, 2, 11, 17"\n'  # 20 px along x, 15 px along y


def test_the_longer_line_is_so_in_millimetres(tmp_path: Path) -> None:
    along, across = LineShape(points=((1, 1), (21, 1))), LineShape(points=((11, 2), (11, 17)))
    assert lines(tmp_path, CELL) == {"d long": along, "d short": across}
    assert lines(tmp_path, CELL, (0.5, 0.5)) == {"d long": along, "d short": across}
    assert lines(tmp_path, CELL, (1.0, 0.5)) == {"d long": across, "d short": along}  # rows of 1 mm, columns of 0.5 mm


def test_coordinates_may_count_from_one_and_lie_in_columns(tmp_path: Path) -> None:
    columns = [f"c{n}" for n in range(8)]
    csv = f"id,{','.join(columns)}\na,2,2,22,2,12,3,12,18\n"
    assert lines(tmp_path, csv, one_based=True, columns=columns) == lines(tmp_path, CELL)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1, 1, 21, 1, 11, 2", "6 numbers are no two lines"),
        ("1, 1, 41, 1, 11, 2, 11, 17", "the line leaves an image of 40 x 33"),
        ("1, 1, nan, 1, 11, 2, 11, 17", "1 of a mark's 8 numbers are blank"),
    ],
)
def test_what_is_no_two_lines_is_named(tmp_path: Path, cell: str, words: str) -> None:
    (problem,) = [draft for draft in drawn(tmp_path, f'id,c\na,"{cell}"\n') if isinstance(draft, ProblemDraft)]
    assert words in problem.notice.reason
    assert problem.labels == ("d long", "d short") or list(problem.labels or ()) == ["d long", "d short"]


def test_a_blank_one_has_none(tmp_path: Path) -> None:
    assert lines(tmp_path, "id,c\na,\n") == {}
