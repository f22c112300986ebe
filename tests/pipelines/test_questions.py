"""Questions on their way through files: nothing is lost, and what is decided of them is what is decided in memory."""

import json
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publish import questions as passing
from pipelines.publish.questions import Questions
from pipelines.store.files import Files
from schemas.recipe import QuestionSpec
from tests.spaces import small_space
from transforms.tasks.asking import decide, edits_of
from transforms.tasks.balance import families, frame_of, standing

SPEC, SPACE = QuestionSpec(), small_space()
KINDS = [
    ("presence", "cyst", "yes", None, 0), ("presence", "cyst", "no", None, 0), ("modality", None, "toy", None, 0),
    ("size", None, "12 mm", "size | area", 4), ("size", None, "30 mm", "size | area", 4),
    ("size", None, "55 mm", "size | area", 4), ("size", None, "90 mm", "size | area", 4),
]  # fmt: skip
PARTS = st.lists(st.lists(st.lists(st.sampled_from(range(len(KINDS))), max_size=4), max_size=30), max_size=5)


def asked(kinds: list[int]) -> str:
    """The questions of a sample, as `asked_of` puts them."""
    found = [(n, KINDS[kind]) for n, kind in enumerate(kinds)]
    return json.dumps([[f"d{n}", *kind, [], None, None, None] for n, kind in found])


def rows(parts: list[list[list[int]]]) -> list[list[tuple[str, str]]]:
    """For each part (key, questions) of its samples."""
    return [[(f"k{p}-{n}", asked(own)) for n, own in enumerate(samples)] for p, samples in enumerate(parts)]


def decided(questions: Questions, frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """What comes back of each part."""
    for frame in frames:
        questions.take(frame)
    for task, edits in decide(standing(questions.families(), SPEC), SPEC, 3, SPACE):
        questions.settle(task, edits)
    return list(questions.parts())


@given(PARTS)
def test_what_is_decided_from_files_is_what_is_decided_in_memory(parts: list[list[list[int]]]) -> None:
    frames = [frame_of(own, 3) for own in rows(parts)]
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(passing, "ROWS", 16)  # several row groups a family
        found = decided(Questions(Files(folder), "passing"), frames)
    whole = pl.concat([frame_of([], 3), *frames])
    wanted = edits_of(pl.concat([
        whole.filter(task=task).with_columns(edit=edits).select("key", "id", "edit")
        for task, edits in decide(families(whole), SPEC, 3, SPACE)
    ] or [pl.DataFrame(schema=passing.EDITED)]))  # fmt: skip
    assert len(found) == len(parts)
    assert all({*own["key"]} <= {key for key, _ in named} for own, named in zip(found, rows(parts), strict=True))
    assert edits_of(pl.concat([pl.DataFrame(schema=passing.EDITED), *found])) == wanted


def test_nothing_of_them_stays_on_disk(tmp_path: Path) -> None:
    many = [[[0, 2, 3], [1, 4], [5, 6]] * 20]
    found = decided(Questions(Files(tmp_path), "publish/next/passing"), [frame_of(own, 3) for own in rows(many)])
    assert found[0].height
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
