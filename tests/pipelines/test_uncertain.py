"""What the readers of a set do not agree on goes through the pipeline as it is: neither there nor not there."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.store import Store
from tests.connectors import small
from tests.pipelines import workshop

LABELS: dict[str, str | None] = {"Heart": "cardiomegaly", "Edema": "pulmonary_edema", "None": "no_abnormality"}
IMPLIES = {"None": {"absent": ["cardiomegaly", "pneumothorax"]}}
ROWS = """id,who,Heart,Edema,None
a,R1,1,0,0
a,R2,0,0,1
b,R1,0,0,1
b,R2,0,0,1
c,R1,1,-1,0
c,R2,1,-1,0
"""
BOXES = "id,who,c,x,y,w,h\na,R1,Heart,10,10,30,30\n"
MORE = "id,c,x,y,w,h\nb,Edema,10,10,30,30\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Context:
    root = tmp_path_factory.mktemp("uncertain")
    folder = root / "raw/small"
    (folder / "img").mkdir(parents=True)
    for n, case in enumerate("abc"):
        noise = np.random.default_rng(n).integers(0, 255, (64, 64)).astype(np.uint8)
        Image.fromarray(noise).save(folder / f"img/{case}.png")
    (folder / "t.csv").write_text(ROWS)
    (folder / "b.csv").write_text(BOXES)
    (folder / "more.csv").write_text(MORE)
    table = {"format": "table", "file": "t.csv", "key": "id", "columns": [*LABELS], "conflict": "uncertain",
             "reader": "who"}  # fmt: skip
    boxes = {"format": "box_table", "file": "b.csv", "key": "id", "label": "c", "columns": ["x", "y", "w", "h"],
             "box": "xywh", "reader": "who", "exhaustive": []}  # fmt: skip
    aside = {**boxes, "file": "more.csv", "reader": None, "aside": True}
    layout = {"files": ["img/{case}.png"], "annotations": [table, boxes, aside]}
    card = small.card("pictures", layout, LABELS, IMPLIES, exhaustive=["cardiomegaly", "pulmonary_edema"])
    card = card.model_copy(update={"modalities": ("xray",), "anatomy": ("thorax",)})
    with pytest.MonkeyPatch.context() as patch:
        workshop.only(card, patch)
        file = workshop.recipe(root / "r.yaml", "small", tasks=["presence", "modality", "location", "grounding"])
        ctx = workshop.context(file, root / "raw", root / "space")
        build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    return ctx


def test_each_state_reaches_the_sample_as_it_was_said(built: Context) -> None:
    names = {row["key"]: Path(row["uri"]).stem for row in Store(built.workspace).read("records")}
    found = {
        names[sample.record]: {p.concept.label: p.state for p in sample.presence}
        for _, sample in workshop.samples(Path(built.workspace) / "shards")
    }
    assert found == {
        "a": {"cardiomegaly": "uncertain", "no abnormality": "uncertain", "pulmonary edema": "absent"},
        "b": {"cardiomegaly": "absent", "no abnormality": "present", "pneumothorax": "absent",
              "pulmonary edema": "absent"},  # said outright, though somebody drew one
        "c": {"cardiomegaly": "present", "no abnormality": "absent", "pulmonary edema": "uncertain"},
    }  # fmt: skip


def test_no_text_and_no_question_speaks_of_what_is_uncertain(built: Context) -> None:
    for _, sample in workshop.samples(Path(built.workspace) / "shards"):
        unsure = {p.concept.label for p in sample.presence if p.state == "uncertain"}
        told = " ".join([sample.description.overall.text, *(t.text for d in sample.dialogues for t in d.turns)]).lower()
        assert not [label for label in unsure if label in told]
        assert "no no " not in told, "that an abnormality is there is not said as its absence's absence"


def test_what_one_of_two_readers_drew_is_kept_with_their_name_and_not_shown(built: Context) -> None:
    store = Store(built.workspace)
    kept = [json.loads(row["body"]) for row in store.read("regions")]
    assert {(region["source_label"], region["made_by"]["name"]) for region in kept} == {
        ("Heart", "R1"), ("Edema", "source annotators"),
    }  # fmt: skip
    assert {region["frame"] for region in kept} == {"voxel"}
    assert all(not sample.regions for _, sample in workshop.samples(Path(built.workspace) / "shards"))
    booked = [json.loads(row["reason"]) for row in store.read("verdicts") if row["check"] == "region"]
    reasons = {one["label"]: one["reason"] for one in booked}
    assert "readers differ" in reasons["Heart"] + reasons["Edema"]
    assert set(reasons) == {"Heart", "Edema"}
