"""Tables of what each frame shows, as spans of the clip; times by hand."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.connectors import small

LABELS: dict[str, str | None] = {"Cut": "cutting_action", "Grasp": "grasping", "Idle": None}
PHASE = {"format": "timeline", "file": "{id}.txt", "separator": "\t", "at": "Frame", "label": "Phase"}
TOOL = {
    "format": "timeline",
    "file": "{id}.tool",
    "type": "csv",
    "separator": ",",
    "at": "Frame",
    "columns": ["Cut", "Grasp"],
}


def clip(path: Path, frames: int = 20, fps: float = 10) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), fps, (48, 40))  # type: ignore[attr-defined]
    for n in range(frames):
        writer.write(np.full((40, 48, 3), n, np.uint8))
    writer.release()


def spans(root: Path, *annotations: dict[str, object]) -> list[tuple[str, float, float]]:
    card = small.card("video", {"files": ["{id}.avi"], "annotations": list(annotations)}, LABELS)
    _, regions = small.read(card, root)
    return sorted((r.source_label, r.shape.start, r.shape.end) for r in regions if r.shape.kind == "span")


def test_runs_of_one_class_are_spans_and_a_row_after_the_end_is_cut(tmp_path: Path) -> None:
    clip(tmp_path / "a.avi")
    classes = ["Cut"] * 5 + ["Idle"] * 3 + ["Grasp"] * 4 + ["Cut"] * 9  # 21 rows for 20 frames of 0.1 s
    lines = "".join(f"{n}\t{name}\n" for n, name in enumerate(classes))
    (tmp_path / "a.txt").write_text(f"Frame\tPhase\n{lines}")
    assert spans(tmp_path, PHASE) == [("Cut", 0.0, 0.5), ("Cut", 1.2, 2.0), ("Grasp", 0.8, 1.2)]


def test_columns_are_spans_of_their_own(tmp_path: Path) -> None:
    clip(tmp_path / "a.avi")
    (tmp_path / "a.tool").write_text("Frame,Cut,Grasp\n0,1,0\n5,1,1\n10,0,1\n15,0,1\n")
    assert spans(tmp_path, TOOL) == [("Cut", 0.0, 1.0), ("Grasp", 0.5, 2.0)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [("0\tCut\n90\tCut\n", "9 s is not"), ("5\tCut\n5\tIdle\n", "0.5 s is not"), ("\tCut\n", "is blank")],
)
def test_times_that_cannot_be_are_named(tmp_path: Path, rows: str, says: str) -> None:
    clip(tmp_path / "a.avi")
    (tmp_path / "a.txt").write_text(f"Frame\tPhase\n{rows}")
    card = small.card("video", {"files": ["{id}.avi"], "annotations": [PHASE]}, LABELS)
    reason, *rest = small.problems(card, tmp_path)
    assert says in reason
    assert all("the table ends at" in more for more in rest)


def test_a_row_that_cannot_be_read_leaves_open_what_went_on_until_the_next(tmp_path: Path) -> None:
    clip(tmp_path / "a.avi")
    rows = ["0\tCut", "5\tCut", "x\tGrasp", "12\tCut", "15\tIdle"]
    (tmp_path / "a.txt").write_text("Frame\tPhase\n" + "\n".join(rows) + "\n")
    assert spans(tmp_path, PHASE) == [("Cut", 0.0, 0.5), ("Cut", 1.2, 1.5)]
    card = small.card("video", {"files": ["{id}.avi"], "annotations": [PHASE]}, LABELS)
    assert small.problems(card, tmp_path) == ["a.txt: line 4: column 'Frame': '...' is no number"]
    (tmp_path / "a.tool").write_text("Frame,Cut,Grasp\n0,1,0\n5,?,1\n10,0,1\n15,0,1\n")
    assert spans(tmp_path, TOOL) == [("Cut", 0.0, 0.5), ("Grasp", 1.0, 2.0)]


@pytest.mark.parametrize(
    ("rows", "shown", "says"),
    [
        ("0,1,0\n", [("Cut", 0.0, 0.1)], "a.tool: the table ends at 0.1 s and the clip at 2 s"),
        ("0,1,0\n5,0,1\n", [("Cut", 0.0, 0.5), ("Grasp", 0.5, 1.0)], "a.tool: the table ends at 1 s and the clip"),
        ("15,1,0\n18,0,1\n", [("Cut", 1.5, 1.8), ("Grasp", 1.8, 2.0)], "a.tool: the table begins at 1.5 s"),
    ],
)
def test_a_table_that_does_not_cover_its_clip_is_told_and_nothing_is_absent(
    tmp_path: Path, rows: str, shown: list[tuple[str, float, float]], says: str
) -> None:
    clip(tmp_path / "a.avi")
    (tmp_path / "a.tool").write_text(f"Frame,Cut,Grasp\n{rows}")
    made = {"files": ["{id}.avi"], "annotations": [TOOL]}
    card = small.card("video", made, LABELS, exhaustive=["cutting_action", "grasping"])
    assert spans(tmp_path, TOOL) == shown
    (reason,) = small.notices(card, tmp_path)
    assert reason.startswith(says)
    assert small.read(card, tmp_path)[0][0].exhaustive == ()
    (tmp_path / "a.tool").write_text("Frame,Cut,Grasp\n0,1,0\n5,1,0\n10,1,0\n15,1,0\n")
    assert small.notices(card, tmp_path) == []
    assert len(small.read(card, tmp_path)[0][0].exhaustive) == 2
