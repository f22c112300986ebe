"""Several people in one sample: all of them in one split, whatever comes later; each drawn from a file of theirs."""

import gzip
import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import polars as pl
import pytest
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.ledger import recount
from pipelines.plan import GROUPED, plan
from pipelines.plan_table import unasked
from pipelines.publish.together import PARTED, parted
from pipelines.store import Store
from schemas import Sample
from tests.connectors import small
from tests.pipelines import workshop
from tests.pipelines.grouped import EVERY, mask, published, scan
from transforms.shards.audit import audit
from transforms.shards.verify import verify

PEOPLE, MORE = 14, 2
SPLITS = {"train": 0.6, "validation": 0.2, "test": 0.2}


def grow(root: Path, first: int, last: int) -> None:
    """A CT each of some people, with a tumour of another size in most and none in every fourth."""
    for number in range(first, last):
        scan(root / f"small/p{number:02}.nii.gz", number)
        mask(root / f"small/p{number:02}_tumour.nii.gz", None if number % 4 == 3 else (2 + number % 5, 4, 3))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    grow(tmp_path / "raw", 0, PEOPLE)
    masks = [{"format": "masks", "file": "{case}_tumour.nii.gz", "encode": "binary", "label": "tumour"}]
    options: dict[str, Any] = {
        "files": ["{case:p\\d+}.nii.gz"], "ignore": ["*_tumour.nii.gz"], "annotations": masks, "subject": "{case}",
        "modality": "ct",
    }  # fmt: skip
    workshop.only(small.card("volumes", options, {"tumour": "neoplasm"}, exhaustive=["neoplasm"]), monkeypatch)
    return tmp_path


def asked_for(folder: Path, **changes: Any) -> Path:
    sources = [{"dataset": "small", "views": {"groups": ["volume", "cases"], "singles": False}}]
    use = {"redistribute": False, "accept_unknown": True}
    asked = {"sources": sources, "splits": SPLITS, "use": use, "tasks": ["presence", "which_image", "which_most"]}
    return workshop.recipe(folder / "r.yaml", **{**asked, **changes})


def built(folder: Path, **changes: Any) -> Context:
    file = asked_for(folder, **changes)
    ctx = workshop.context(file, folder / "raw", folder / "space")
    build.run(ctx, Job(EVERY, "inline"), Console(quiet=True))
    report = verify(folder / "space/shards", catalog.labelspace())
    assert report.ok, report.problems
    assert recount(ctx)[1] == []
    return ctx


def people(sample: Sample) -> list[str]:
    assert sample.group is not None
    return [str(member.subject) for member in sample.group.shown]


def splits(ctx: Context) -> dict[str, str]:
    return {sample.subject: sample.split for sample, _ in published(ctx, "volume")}


def test_a_plan_counts_samples_of_several_records_and_names_what_is_not_asked(folder: Path) -> None:
    """A pilot of one item shows none: more are tried."""
    file = asked_for(folder, tasks=["presence", "which_image", "sequence"])
    ctx = workshop.context(file, folder / "raw", folder / "space")
    (found,) = plan(ctx, 1)
    assert (found.pilot_items, found.ungrouped) == (GROUPED, ())
    assert found.expected_samples is not None
    assert found.expected_samples > PEOPLE
    assert unasked([found], ctx.recipe.tasks)[0].startswith("tasks: no question of sequence came of the 8 items")
    build.run(ctx, Job(EVERY, "inline"), Console(quiet=True))
    assert found.expected_samples == pytest.approx(len(workshop.samples(folder / "space/shards")), abs=2)
    (told,) = Store(ctx.workspace).read_json(build.REPORT)["unmet"]  # type: ignore[index]
    assert told.startswith("tasks: sequence: nothing to ask in any sample; it asks: What comes first in a clip")


def test_people_who_are_shown_together_are_in_one_split_and_each_is_shown_as_he_is(folder: Path) -> None:
    ctx = built(folder)
    found = published(ctx, "cases")
    assert len(found) > 2
    of = splits(ctx)
    assert set(of.values()) == set(SPLITS)
    shown = [who for sample, _ in found for who in people(sample)]
    assert len(set(shown)) == len(shown)
    for sample, members in found:
        assert {of[who] for who in people(sample)} == {sample.split}
        assert sample.description.overall.text.startswith(f"These are {len(people(sample))} images of different cases")
        for number, who in enumerate(people(sample)):
            source = nibabel.load(folder / f"raw/small/{who.removeprefix('small/')}.nii.gz")
            image = nibabel.Nifti1Image.from_bytes(gzip.decompress(members[f"{number}.nii.gz"]))
            assert np.array_equal(np.asanyarray(image.dataobj), np.asanyarray(source.dataobj))
    for sample, _ in found:
        follows(sample)
    faults(found[0][1])


def follows(sample: Sample) -> None:
    """What is asked of it follows from the masks of each."""
    numbers = [int(who[-2:]) for who in people(sample)]
    sizes = [0 if n % 4 == 3 else 2 + n % 5 for n in numbers]
    with_it = ", ".join(str(at) for at, size in enumerate(sizes, 1) if size) or "none"
    for talk in sample.dialogues:
        if talk.task == "which_image":
            assert talk.answer == with_it
        elif talk.answer.startswith("image"):
            assert talk.answer == f"image {sizes.index(max(sizes)) + 1}"
        assert talk.reasoning
        assert talk.difficulty is not None
        assert talk.check is not None


def faults(members: dict[str, bytes]) -> None:
    """Whose each image is, and what is said of all of them, is looked at again."""
    said = json.loads(members["json"])

    def broken(change: Any) -> set[str]:
        again = json.loads(members["json"])
        change(again)
        found = audit(again["key"], {**members, "json": json.dumps(again).encode()}, catalog.labelspace())
        return {check for check, _ in found.problems}

    assert broken(lambda one: None) == set()
    own = said["group"]["members"]
    assert "group" in broken(lambda one: one["group"]["members"][1].update(subject=own[0]["subject"]))
    assert "group" in broken(lambda one: one["group"]["members"][1].update(subject=None))
    assert "group" in broken(lambda one: one.update(subject=own[1]["subject"]))
    for number, fact in enumerate(said["facts"]):
        if fact["predicate"] == "largest_in":
            other = "1" if fact["value"] != "1" else "2"
            assert "fact" in broken(lambda one, n=number, value=other: one["facts"][n].update(value=value))


def test_nobody_moves_when_people_come_and_no_group_ties_those_who_are_apart(folder: Path) -> None:
    ctx = built(folder, shards={"grow": "append", "max_samples": 8})
    before, groups = splits(ctx), {sample.key for sample, _ in published(ctx, "cases")}
    grow(folder / "raw", PEOPLE, PEOPLE + MORE)
    ctx = built(folder, shards={"grow": "append", "max_samples": 8})
    after = splits(ctx)
    assert {who: after[who] for who in before} == before
    assert len(after) == PEOPLE + MORE
    now = {sample.key: people(sample) for sample, _ in published(ctx, "cases")}
    assert all(len({after[who] for who in own}) == 1 for own in now.values())
    assert now.keys() & groups
    reasons = [row["reason"] for row in Store(ctx.workspace).read("ledger", ["stage", "reason"])
               if row["stage"] == "publish"]  # fmt: skip
    assert {one for one in reasons if one} <= {PARTED}


STANDS = {"key": pl.String, "subject": pl.String, "split": pl.String}


def test_a_new_group_over_two_splits_does_not_leave_and_one_that_stands_does() -> None:
    rows = [("g1", "a"), ("g1", "b"), ("g2", "c"), ("g2", "d"), ("g3", "b"), ("g3", "e")]
    shown = pl.DataFrame(rows, ("group", "subject"), orient="row")

    def gone(*standing: tuple[str, str, str]) -> list[str]:
        return parted(shown, pl.DataFrame(standing, STANDS, orient="row"))["key"].to_list()

    train, test = ("s1", "a", "train"), ("s2", "b", "test")
    assert gone() == []
    assert gone(train, test, ("s3", "c", "train")) == ["g1", "g3"]
    assert gone(train, ("s2", "e", "test")) == ["g1", "g3"]  # through another
    assert gone(("g1", "a", "train"), ("s2", "b", "train"), ("s3", "e", "test")) == ["g3"]
