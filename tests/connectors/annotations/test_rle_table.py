"""Run-length masks, against pycocotools and masks made by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pycocotools import mask as coco

from schemas import RleShape, rle
from tests.connectors import small
from tests.connectors.annotations.published import COLUMNS, ROWS, pictures, problems, read

LABELS: dict[str, str | None] = {"Mass": "nodule", "Edema": "pulmonary_edema"}
Mask = NDArray[np.bool_]


def spec(**table: Any) -> dict[str, Any]:
    return {"format": "rle_table", "file": "t.csv", "key": "id", "constant": "Mass", "runs": "r", "order": "F", **table}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return pictures(tmp_path, "img/a.png", "img/b.png")


@pytest.fixture(params=range(4))
def mask(request: pytest.FixtureRequest) -> Mask:
    drawn = np.random.default_rng(request.param).random((ROWS, COLUMNS)) > 0.6
    drawn[0, 0], drawn[-1, -1] = request.param % 2, request.param // 2  # runs that touch either end
    return drawn


def masks(root: Path, cells: list[str], **table: Any) -> list[Mask]:
    (root / "t.csv").write_text("id,r\n" + "".join(f"a,{cell}\n" for cell in cells))
    regions = read(root, LABELS, spec(**table))[1]
    return [rle.decode(region.shape) for region in regions if isinstance(region.shape, RleShape)]


def why(root: Path, cell: str, **table: Any) -> str:
    (root / "t.csv").write_text(f"id,r,h,w\na,{cell},40,33\n")
    (reason,) = problems(root, LABELS, spec(**table))
    return reason


def runs(mask: Mask, order: Any) -> list[tuple[int, int]]:
    """(start from 0, length), found one pixel after the other."""
    found: list[tuple[int, int]] = []
    for n, value in enumerate(mask.ravel(order=order)):
        if value and found and sum(found[-1]) == n:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif value:
            found.append((n, 1))
    return found


@pytest.mark.parametrize("order", ["F", "C"])
@pytest.mark.parametrize("base", [0, 1])
def test_pairs(root: Path, mask: Mask, order: str, base: int) -> None:
    cell = " ".join(f"{start + base} {length}" for start, length in runs(mask, order))
    (found,) = masks(root, [cell], order=order, one_based=bool(base))
    assert np.array_equal(found, mask)
    if base:
        assert np.array_equal(masks(root, [cell], order=order)[0], mask)


def test_relative_offsets(root: Path, mask: Mask) -> None:
    at, parts = 0, []
    for start, length in runs(mask, "F"):
        parts += [start - at, length]
        at = start + length
    (found,) = masks(root, [" ".join(map(str, parts))], form="relative")
    assert np.array_equal(found, mask)


def test_counts_as_coco_counts(root: Path, mask: Mask) -> None:
    ends = np.flatnonzero(np.diff(np.concatenate([[0], mask.ravel(order="F"), [1 - mask[-1, -1]]]))).tolist()
    counts = np.diff([0, *ends]).tolist()
    packed = coco.frPyObjects({"size": [ROWS, COLUMNS], "counts": counts}, ROWS, COLUMNS)
    assert np.array_equal(coco.decode(packed), mask), "the counts are COCO's"
    (found,) = masks(root, [f'"{counts}"'], form="counts")
    assert np.array_equal(found, mask)


def test_rows_without_runs_were_looked_at(root: Path) -> None:
    (root / "t.csv").write_text("ImageId, EncodedPixels\na, -1\nb,\n")
    records, regions = read(root, LABELS, spec(key="ImageId", runs=" EncodedPixels"))
    assert not regions
    assert [record.meta["annotations"] for record in records.values()] == [["t.csv"]] * 2


def test_rows_of_a_label_are_regions_or_one_mask(root: Path) -> None:
    found = masks(root, ["1 3", "1 3", "3 4"])
    assert [int(one.sum()) for one in found] == [3, 4], "a row repeated is one mask"
    (joined,) = masks(root, ["1 3", "3 4"], join=True)
    assert joined.ravel(order="F")[:7].tolist() == [True] * 6 + [False]


def test_labels_of_rows(root: Path) -> None:
    (root / "t.csv").write_text("id,c,r\na,Mass,1 5\na,Edema,\nb,Edema,7 2\n")
    _, regions = read(root, LABELS, spec(constant=None, label="c"))
    assert sorted(region.source_label for region in regions) == ["Edema", "Mass"]


@pytest.mark.parametrize(
    ("cell", "options", "reason"),
    [
        ("1 3 9", {}, "line 2: column 'r': 3 numbers are no pairs"),
        ("1 x", {}, "invalid literal for int"),
        ("1 3.5", {}, "invalid literal for int"),
        ("1319 3", {}, "leave an image of 33 x 40 pixels"),
        ("0 3", {}, "leave an image"),
        ("5 3 2 2", {}, "runs cross or go back"),
        ("10 20", {"form": "counts"}, "counts of 30 pixels do not fill an image of 33 x 40"),
        ("1 3", {"size": ["h", "w"]}, "are not the image's (33, 40)"),
    ],
)
def test_bad_runs_name_their_row(root: Path, cell: str, options: dict[str, Any], reason: str) -> None:
    assert reason in why(root, cell, **options)


def test_a_size_that_fits(root: Path) -> None:
    (root / "t.csv").write_text("id,r,h,w\na,1 5,33,40\n")
    assert len(read(root, LABELS, spec(size=["h", "w"]))[1]) == 1


def found(root: Path, rows: str, **table: Any) -> tuple[list[str], tuple[str, ...], list[str]]:
    """The states that are said of the image, what may be absent from it, and what is told."""
    (root / "t.csv").write_text(f"id,r\n{rows}")
    options = {"files": ["img/{case}.png"], "annotations": [{"match": "{case}", **spec(**table)}]}
    card = small.card("pictures", options, LABELS, exhaustive=["nodule"])
    record = next(one for one in small.read(card, root)[0] if one.sources[0].uri == "img/a.png")
    return [one.state for one in record.presence], record.exhaustive, small.notices(card, root)


@pytest.mark.parametrize("join", [True, False])
@pytest.mark.parametrize("cell", ["", "nan", " "])
def test_only_the_sources_own_code_says_that_nothing_is_there(root: Path, cell: str, join: bool) -> None:
    assert found(root, "a,-1\nb,-1\n", join=join) == ([], ("nodule",), [])
    _, absent, told = found(root, f"a,{cell}\nb,-1\n", join=join)
    assert absent == ()
    (reason,) = told
    assert reason.startswith("t.csv: line 2: a: column 'r' is blank")
    assert found(root, f"a,{cell}\nb,\n", join=join, none=["", "-1"])[1:] == (("nodule",), [])


def test_a_mask_beside_the_code_for_none_is_uncertain_and_named(root: Path) -> None:
    states, absent, told = found(root, "a,5 3\na,-1\nb,-1\n", join=True)
    assert (states, absent) == (["uncertain"], ())
    (reason,) = told
    assert reason.startswith("t.csv: a: one row says that there is none, and another draws it")
