"""Labels of slices: by number, by the names of their files, as ranges; runs are counted by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from connectors.annotations import slice_labels
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import ProblemDraft, RegionDraft
from schemas import Geometry
from tests.connectors import small

NAMES = ("10", "7", "9", "8", "11", "12")
AFFINE = tuple(map(tuple, np.diag([1.0, 1.0, 2.0, 1.0]).tolist()))


def drawn(root: Path, csv: str, shape: tuple[int, ...] = (8, 8, 6), **table: Any) -> list[Any]:
    (root / "t.csv").write_text(csv)
    options = slice_labels.Options.model_validate(
        {"file": "t.csv", "key": "id", "label": "what", "frame": "s", **table}
    )
    affine = AFFINE if len(shape) == 3 else None
    geometry = Geometry(shape=shape, affine=affine, spacing_mm=(1, 1, 2) if affine else None)
    card = small.card("pictures", {"files": ["*"]})
    return list(slice_labels.annotate(Image(root, card, "a/", {"stem": "a", "name": "a"}, geometry, NAMES), options))


def ranges(*given: Any, **table: Any) -> list[tuple[str, int, int]]:
    found = [draft for draft in drawn(*given, **table) if isinstance(draft, RegionDraft)]
    return sorted((draft.label, draft.shape.start, draft.shape.stop) for draft in found)


def test_slices_that_follow_one_another_are_one_range(tmp_path: Path) -> None:
    csv = "id,s,what\na,4,bleed\na,1,bleed\na,0,bleed\na,2,tear\nb,3,bleed\n"
    assert ranges(tmp_path, csv) == [("bleed", 0, 2), ("bleed", 4, 5), ("tear", 2, 3)]
    assert ranges(tmp_path, csv.replace("a,0", "a,5"), frame_base=1) == [
        ("bleed", 0, 1),
        ("bleed", 3, 5),
        ("tear", 1, 2),
    ]


def test_slices_may_be_named_by_their_files(tmp_path: Path) -> None:
    csv = "id,s,what\na,7,bleed\na,9,bleed\na,12,bleed\n"
    assert ranges(tmp_path, csv, frame_named=True) == [("bleed", 1, 3), ("bleed", 5, 6)]


def test_a_row_may_name_a_first_and_a_last_one_from_either_end(tmp_path: Path) -> None:
    csv = "id,s,e,what\na,1,3,bleed\na,5,4,tear\n"
    assert ranges(tmp_path, csv, last="e") == [("bleed", 1, 4), ("tear", 4, 6)]


def test_a_slice_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = drawn(tmp_path, "id,s,what\na,77,bleed\na,8,bleed\n", frame_named=True)
    (problem,) = [draft for draft in found if isinstance(draft, ProblemDraft)]
    assert "'77' is the file of no slice of a/" in problem.notice.reason
    (problem,) = [draft for draft in drawn(tmp_path, "id,s,what\na,6,bleed\n") if isinstance(draft, ProblemDraft)]
    assert "'6' is none of 6 slices" in problem.notice.reason


def test_a_picture_has_no_slices(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="has no slices"):
        drawn(tmp_path, "id,s,what\na,1,bleed\n", (8, 8))
