"""A recipe's mix decides how much of each source leaves; what it leaves out is booked with its reason."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.ledger import recount
from pipelines.recipes import RecipeError, load
from pipelines.store import Store
from tests.pipelines import command, workshop
from transforms.shards.verify import verify

SETS = ("pydicom_test_files", "radlabels_reports", "stardist_nuclei")


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without a mix, once; what follows only publishes again."""
    root = tmp_path_factory.mktemp("mixed")
    workshop.raw(root / "raw", *SETS)
    published(root)
    return root


def published(root: Path, **mix: Any) -> Context:
    file = workshop.recipe(root / "r.yaml", *SETS, **({"mix": mix} if mix else {}))
    ctx = workshop.context(file, root / "raw", root / "space")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    return ctx


def sizes(ctx: Context, what: str = "dataset") -> Counter[str]:
    found = [sample for _, sample in workshop.samples(Path(ctx.workspace) / "shards")]
    return Counter(sample.dataset if what == "dataset" else sample.modality.label for sample in found)


def test_weights_hold_and_what_is_left_out_is_booked(curated: Path) -> None:
    every = sizes(published(curated))
    ctx = published(curated, weights={"stardist_nuclei": 0.5})
    found = sizes(ctx)
    assert found == {**every, "stardist_nuclei": every["stardist_nuclei"] // 2}
    _, faults = recount(ctx)
    assert faults == []
    rows = Store(ctx.workspace).read("ledger", ["stage", "dataset", "fate", "reason"])
    out = [
        row for row in rows if row["stage"] == "publish" and row["reason"] == "more of its data set than the mix takes"
    ]
    gone = every["stardist_nuclei"] - found["stardist_nuclei"]
    assert Counter(row["dataset"] for row in out) == {"stardist_nuclei": gone}
    assert {row["fate"] for row in out} == {"filtered"}
    assert verify(Path(ctx.workspace) / "shards").ok


def test_a_modality_has_no_more_than_its_share(curated: Path) -> None:
    every = sizes(published(curated), "modality")
    found = sizes(published(curated, most_of_modality=0.2), "modality")
    assert max(every.values()) > 0.2 * every.total()
    assert max(found.values()) <= 0.2 * found.total()


def test_a_share_that_cannot_be_met_is_told_and_in_the_report(
    curated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = workshop.recipe(curated / "r.yaml", *SETS, mix={"most_of_modality": 0.01}, questions={"most_of_task": 0.01})
    said = command.run(capsys, "publish", file, "--raw", curated / "raw", "--workspace", curated / "space",
                       "--engine", "inline")  # fmt: skip
    assert said.code == 0
    report = Store(str(curated / "space")).read_json(build.REPORT) or {}
    assert [line.split(":")[0] for line in report["unmet"][:1]] == ["mix.most_of_modality"]
    assert any(line.startswith("questions.most_of_task: 1% is asked for, ") for line in report["unmet"])
    assert all(f"not met: {line}" in said.err for line in report["unmet"])
    assert report["unmet"][0] in (curated / "space/report.html").read_text()
    published(curated)
    left = (Store(str(curated / "space")).read_json(build.REPORT) or {})["unmet"]
    assert [line.partition(":")[0] for line in left] == ["tasks"]  # these pictures give one family nothing to ask


def test_the_same_mix_is_the_same_corpus(curated: Path) -> None:
    first = published(curated, cap=3)
    before = workshop.hashes(Path(first.workspace) / "shards")
    assert set(sizes(first).values()) <= {1, 2, 3}
    published(curated)
    again = published(curated, cap=3)
    assert workshop.hashes(Path(again.workspace) / "shards") == before


def test_a_weight_of_no_source_is_refused(tmp_path: Path) -> None:
    file = workshop.recipe(tmp_path / "r.yaml", *SETS, mix={"weights": {"stardist_nucleii": 2}})
    with pytest.raises(RecipeError, match=r"mix\.weights: 'stardist_nucleii' is none of the recipe's sources"):
        load(file)
