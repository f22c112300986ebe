"""What a source says reaches a sample or stands in the tables with the reason why not, and is stored scrubbed."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.store import Store
from schemas import Record
from tests.connectors import small
from tests.pipelines import workshop
from tests.replicas import radlabels_reports
from tests.replicas.builder.tree import build as grow
from tests.replicas.builder.tree import declarations, load
from transforms.shards.verify import verify
from transforms.text.source_texts import passages

USE = {"redistribute": False, "accept_unknown": True}
WRITTEN = ("format: questions", "format: text_file", "reader: text_reports", "reader: rows", " text: [")
PLANTED = ("Fakename", "Mockson", "00412345", "2014-06-03", "555-010-4477")
LABELS: dict[str, str | None] = {"Heart": "cardiomegaly", "Effusion": "pleural_effusion"}
TABLE = """id,Heart,Effusion,report,who
a,1,0,"FINDINGS: Cardiomegaly. There is a pleural effusion. Seen with Dr. Mockson on 2014-06-03.",x
b,0,1,"Patient name: Testa Fakename, MRN 00412345. IMPRESSION: No cardiomegaly. Call 555-010-4477.",x
"""
QUESTIONS = """id,q,a
a,Is there cardiomegaly?,yes
a,Is there a pleural effusion?,yes
a,Who told Dr. Mockson of it?,the nurse
a,Who is it?,Mr. Fakename
b,"Does Mr. Fakename, MRN 00412345, look glassy?",no
b,"Does Mr. Fakename, MRN 00412345, look glassy?","rather on 2014-06-03, said Dr. Mockson"
"""


def run(folder: Path, card: Any, *stages: str, **changes: Any) -> Context:
    """A data set that lies in `folder`/raw/ID, through some stages of the inline engine."""
    sources = [{"dataset": card, "views": {"frames": 2}}]
    asked = {"sources": sources, "use": USE, "tasks": ["modality", "report"]} | changes
    file = workshop.recipe(folder / "r.yaml", card, **asked)
    ctx = workshop.context(file, folder / "raw", folder / "space")
    build.run(ctx, Job(stages, "inline"), Console(quiet=True))
    return ctx


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Context:
    root = tmp_path_factory.mktemp("planted")
    folder = root / "raw/small"
    (folder / "img").mkdir(parents=True)
    for n, case in enumerate("ab"):
        noise = np.random.default_rng(n).integers(0, 255, (64, 64)).astype(np.uint8)
        Image.fromarray(noise).save(folder / f"img/{case}.png")
    (folder / "t.csv").write_text(TABLE)
    (folder / "q.csv").write_text(QUESTIONS)
    labels = {"format": "table", "file": "t.csv", "key": "id", "columns": [*LABELS], "text": ["report"]}
    asked = {"format": "questions", "file": "q.csv", "key": "id", "question": "q", "answer": "a"}
    layout = {"files": ["img/{case}.png"], "annotations": [labels, asked]}
    card = small.card("pictures", layout, LABELS, exhaustive=["cardiomegaly", "pleural_effusion"])
    card = card.model_copy(update={"modalities": ("xray",), "anatomy": ("thorax",)})
    with pytest.MonkeyPatch.context() as patch:
        workshop.only(card, patch)
        return run(root, "small", "ingest", "curate", "publish")


def by_case(ctx: Context) -> dict[str, Any]:
    names = {row["key"]: Path(row["uri"]).stem for row in Store(ctx.workspace).read("records")}
    return {names[sample.record]: sample for _, sample in workshop.samples(Path(ctx.workspace) / "shards")}


def test_nobody_can_be_found_in_any_table_or_shard(planted: Context) -> None:
    store = Store(planted.workspace)
    tables = (
        "items",
        "records",
        "regions",
        "scenes",
        "facts",
        "texts",
        "dialogues",
        "verdicts",
        "samples",
        "quarantine",
    )
    rows = " ".join(json.dumps(row, default=str) for table in tables for row in store.read(table))
    shards = b"".join(path.read_bytes() for path in Path(planted.workspace, "shards").rglob("*") if path.is_file())
    assert "[NAME]" in rows
    assert b"[NAME]" in shards
    for word in PLANTED:
        assert word not in rows
        assert word.encode() not in shards


def test_what_a_label_refutes_is_set_aside_and_the_rest_goes_on(planted: Context) -> None:
    a, b = by_case(planted)["a"], by_case(planted)["b"]
    aside = [row["reason"] for row in Store(planted.workspace).read("quarantine")]
    assert len(aside) == 2
    assert all("pleural effusion" in reason and "declared absent" in reason for reason in aside)
    verdicts = [row for row in Store(planted.workspace).read("verdicts") if row["check"].startswith("source")]
    assert {(row["check"], row["outcome"]) for row in verdicts} == {
        ("source_text", "fail"),
        ("source_question", "fail"),
    }
    (findings,) = a.description.source
    assert (findings.text, findings.left_out) == ("Cardiomegaly. Seen with Dr. [NAME] on [DATE].", 1)
    assert [text.text for text in b.description.source] == [
        "Patient name: [NAME], MRN [ID].", "No cardiomegaly. Call [PHONE].",
    ]  # fmt: skip
    own = [d for d in a.dialogues if d.published]
    assert [(d.turns[0].text, d.answer, d.checked) for d in own] == [
        ("Is there cardiomegaly?", "yes", "supported"), ("Who told Dr. [NAME] of it?", "the nurse", "uncheckable"),
        ("Who is it?", "Mr. [NAME]", "uncheckable"),
    ]  # fmt: skip


def test_reports_are_asked_about_where_a_label_agrees(planted: Context) -> None:
    a, b = by_case(planted)["a"], by_case(planted)["b"]
    (yes,) = [d for d in a.dialogues if d.task == "report"]
    (no,) = [d for d in b.dialogues if d.task == "report"]
    assert (yes.answer, no.answer) == ("yes", "no")
    assert yes.turns[0].text.startswith("Cardiomegaly. Seen with Dr. [NAME] on [DATE].\n\n")
    assert "cardiomegaly" in no.turns[0].text.splitlines()[-1]


def test_the_published_corpus_is_sound(planted: Context) -> None:
    report = verify(Path(planted.workspace) / "shards", catalog.labelspace())
    assert not report.failed, report.problems


def datasets() -> list[str]:
    """The replicas of sets with questions, captions or reports."""
    cards = Path(catalog.__file__).parent / "datasets"
    texts = {
        name: (cards / f"{name}.yaml").read_text(encoding="utf-8") for name in [*declarations(), "radlabels_reports"]
    }
    return [name for name, text in texts.items() if any(written in text for written in WRITTEN)]


@pytest.mark.parametrize("dataset", datasets())
def test_each_word_of_a_source_reaches_a_sample_or_is_booked(dataset: str, tmp_path: Path) -> None:
    folder = tmp_path / "raw" / dataset
    if dataset == "radlabels_reports":
        radlabels_reports.build(folder)
    else:
        grow(load(declarations()[dataset]), folder)
    ctx = run(tmp_path, dataset, "ingest", "curate")
    store = Store(ctx.workspace)
    out = Counter[str]()
    for row in store.read("samples"):
        body = json.loads(row["body"])
        published = [dialogue for dialogue in body["dialogues"] if dialogue["task"] == "source_question"]
        out[f"question {row['record']}"] += sum(len(dialogue["turns"]) // 2 for dialogue in published)
        out[f"text {row['record']}"] += len(body["description"]["source"])
    for row in store.read("verdicts"):
        if row["check"] in ("source_question", "source_text"):
            assert row["reason"]
            number = int(row["reason"].split()[0]) if row["outcome"] == "warn" else 1
            out[f"{row['check'].removeprefix('source_')} {row['record']}"] += number
    lost = {row["record"] for row in store.read("ledger") if row["fate"] != "emitted" and row["reason"]}
    for row in store.read("records"):
        record = Record.model_validate_json(row["body"])
        if record.key in lost:
            continue
        asked, told = len(record.meta.get("questions", [])), len(list(passages(record)))
        assert out[f"question {record.key}"] >= asked, f"{asked} questions of {row['uri']}"
        assert out[f"text {record.key}"] >= told, f"{told} texts of {row['uri']}"
