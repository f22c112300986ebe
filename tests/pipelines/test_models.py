"""A recipe that asks a declared model: what its regions say, what is left out, and what stops before any work."""

import json
import shutil
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from onnx import helper
from rich.console import Console

from pipelines import build, report_page
from pipelines.build import Job
from pipelines.context import Context
from pipelines.ledger import recount
from pipelines.plan import gpus_of
from pipelines.stages import Needs, needs, stages_of
from pipelines.store import Row, Store
from schemas import Region
from tests import models_by_hand as by_hand
from tests.connectors import small
from tests.pipelines import command, workshop

AFFINE = np.diag([-1.0, -1.0, 2.0, 1.0])  # RAS
SHAPE = (40, 36, 16)
INPUT = {"unit": "HU", "orientation": "RAS", "spacing_mm": [1, 1, 1], "patch": [16, 16, 16]}


def drawn() -> np.ndarray:
    mask = np.zeros(SHAPE, np.uint8)
    mask[10:30, 8:28, 4:12] = 1
    return mask


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CT in which a person outlined a liver of 100 HU, and a folder of models."""
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path / "models"))
    raw = tmp_path / "raw/small"
    raw.mkdir(parents=True)
    values = np.where(drawn() > 0, 100, -100) + np.random.default_rng(3).normal(0, 5, SHAPE)
    for name, array in (("a.nii.gz", values.astype(np.int16)), ("a_mask.nii.gz", drawn())):
        image = nibabel.Nifti1Image(array, AFFINE)
        image.header.set_xyzt_units("mm")
        nibabel.save(image, raw / name)
    masks = {"format": "masks", "file": "{case}_mask.nii.gz"}
    options: dict[str, Any] = {
        "files": ["{case}.nii.gz"], "ignore": ["{case}_mask.nii.gz"], "annotations": [masks], "subject": "{case}",
        "modality": "ct", "unit": "HU",
    }  # fmt: skip
    workshop.only(small.card("volumes", options, {"1": "liver"}), monkeypatch)
    by_hand.brighter(tmp_path / "models/bright.onnx", level=0, axes=3, sharp=1.0)
    by_hand.card(tmp_path / "models/bright.yaml", input=INPUT, flips=[0, 1])
    return tmp_path


def recipe(place: Path, *experts: str, **more: Any) -> Path:
    sources = [{"dataset": "small", "views": {"planes": {"axial": 1}}, "experts": experts, **more}]
    tasks = ["modality", "presence", "counting", "size", "location", "grounding"]
    return workshop.recipe(place / "r.yaml", sources=sources, tasks=tasks, splits={"train": 1.0})


def built(place: Path, *experts: str, **more: Any) -> Context:
    ctx = workshop.context(recipe(place, *experts, **more), place / "raw", place / "space")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    assert recount(ctx)[1] == []
    return ctx


def rows(ctx: Context, table: str, **where: Any) -> list[Row]:
    return list(Store(ctx.workspace).read(table, **where))


def models(ctx: Context) -> list[Region]:
    found = [Region.model_validate_json(row["body"]) for row in rows(ctx, "regions")]
    return [region for region in found if region.made_by.kind == "model"]


def test_a_models_region_says_which_weights_drew_it_and_how_sure_it_is(place: Path) -> None:
    ctx = built(place, "bright")
    made = models(ctx)
    assert {region.frame.split(":")[0] for region in made} == {"voxel", "axial"}
    for maker in (region.made_by for region in made):
        assert maker.name == "bright"
        assert maker.revision is not None
        assert len(maker.revision) == 64
        assert maker.reliability is not None
        assert maker.reliability > 0.95
        assert maker.score is not None
        assert maker.score > 0.9
    (row,) = Store(ctx.workspace).read_json("report.json")["models"]  # type: ignore[index]
    assert row == {
        "dataset": "small",
        "expert": "bright",
        "concept": "liver",
        "records": 1,
        "dice": row["dice"],
        "least": row["dice"],
    }
    assert row["dice"] > 0.97
    page = Path(ctx.workspace) / report_page.NAME
    assert "Models against people" in page.read_text()


def test_a_models_region_is_no_truth_in_questions(place: Path) -> None:
    ctx = built(place, "bright")
    own = {region.key for region in models(ctx)}
    for sample in (json.loads(row["body"]) for row in rows(ctx, "samples")):
        drew = {region["id"] for region in sample["regions"] if region["made_by"]["kind"] == "model"}
        assert drew, own
        answers = [talk for talk in sample["dialogues"] if talk["task"] in ("counting", "grounding", "presence")]
        assert answers
        assert not [talk for talk in answers if drew & set(talk["regions"]) and talk["task"] == "counting"]


def test_a_model_that_misses_what_a_person_drew_scores_nothing(place: Path) -> None:
    by_hand.brighter(place / "models/bright.onnx", level=900, axes=3)
    ctx = built(place, "bright")
    assert models(ctx) == []
    (row,) = Store(ctx.workspace).read_json("report.json")["models"]  # type: ignore[index]
    assert (row["records"], row["dice"]) == (1, 0.0)


def reasons(ctx: Context) -> list[str]:
    return [row["reason"] for row in rows(ctx, "verdicts") if row["check"] == "region"]


def test_what_is_not_reliable_is_left_out_and_booked(place: Path) -> None:
    by_hand.card(place / "models/bright.yaml", input=INPUT, flips=[0, 1])
    array = nibabel.load(place / "raw/small/a.nii.gz").get_fdata()
    by_hand.brighter(place / "models/bright.onnx", level=float(np.median(array)) + 1, axes=3)  # half of the ground
    ctx = built(place, "bright", min_reliability=0.99)
    assert models(ctx) == []
    (reason,) = reasons(ctx)
    assert "bright: liver: its reliability is 0." in reason
    assert "below min_reliability 0.99" in reason
    assert models(built(place, "bright", min_reliability=0.2)) != []


def test_a_mask_of_everything_is_not_plausible(place: Path) -> None:
    by_hand.brighter(place / "models/bright.onnx", level=-900, axes=3)
    ctx = built(place, "bright")
    assert models(ctx) == []
    assert any("covers more than 98% of the picture" in reason for reason in reasons(ctx))


def test_a_model_that_gives_no_numbers_costs_the_record(place: Path) -> None:
    sides: list[Any] = ["n", 1, "a", "b", "c"]
    node = helper.make_node("Log", ["image"], ["channels"])
    by_hand.save(place / "models/bright.onnx", [node], {"image": sides}, {"channels": sides})
    ctx = workshop.context(recipe(place, "bright"), place / "raw", place / "space")
    build.run(ctx, Job(("ingest", "curate"), "inline"), Console(quiet=True))
    (row,) = rows(ctx, "quarantine")
    assert "bright.yaml: the network gave" in row["reason"]
    assert "no numbers" in row["reason"]


def test_it_is_asked_of_its_own_part_of_the_body_and_modality_only(place: Path) -> None:
    by_hand.card(place / "models/bright.yaml", input=INPUT, anatomy=["brain"])
    assert models(built(place, "bright")) == []
    by_hand.card(place / "models/bright.yaml", input=INPUT, modality=["MR"])
    assert models(built(place, "bright")) == []


def test_missing_weights_stop_plan_and_build_before_any_work(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "models/bright.onnx").unlink()
    file = recipe(place, "bright")
    where = ("--raw", place / "raw", "--workspace", place / "space")
    for name in ("build", "curate"):
        out = command.run(capsys, name, file, *where, "--engine", "inline")
        assert out.code == 2
        assert "sources.0.experts: bright cannot run here" in out.err
        assert len(out.err.strip().splitlines()) == 1
    assert not (place / "space").exists()
    out = command.run(capsys, "plan", file, *where, "--json")
    assert out.code == 2
    assert "is not there" in out.json()[0]["missing"]["bright"]
    lines = command.run(capsys, "experts").out.splitlines()
    (said,) = [line for line in lines if line.startswith("bright: ")]
    assert f"{place / 'models/bright.onnx'} is not there; copy the weights there" in said


def test_a_plan_tells_weights_devices_and_memory(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_hand.card(place / "models/bright.yaml", input=INPUT, gpus=0.5, memory_gb=3)
    file = recipe(place, "bright")
    out = command.run(capsys, "plan", file, "--raw", place / "raw", "--workspace", place / "space", "--json")
    (model,) = out.json()[0]["models"]
    assert (model["name"], model["gpus"], model["memory_gb"], len(model["revision"])) == ("bright", 0.5, 3, 64)
    ctx = workshop.context(file, place / "raw", place / "space")
    assert gpus_of(ctx) == 0.5
    first, *others = stages_of(ctx.recipe)
    assert needs(first, ctx) == Needs(0.5, True)
    assert {needs(stage, ctx) for stage in others} == {Needs(0.0, False)}
    assert out.json()[0]["expected_gpu_seconds"] > 0
    out = command.run(capsys, "plan", file, "--raw", place / "raw", "--workspace", place / "space", "--pilot", 0)
    assert "0.5 GPU a process, 3 GB of memory" in out.out


def test_a_recipe_that_names_what_is_not_there_is_refused_by_key(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand.card(place / "models/bright.yaml", input=INPUT, output={"labels": {1: "livver"}})
    out = command.run(capsys, "plan", recipe(place, "bright"), "--raw", place / "raw")
    assert out.code == 2
    assert "sources.0.experts: bright: no concept 'livver' (did you mean 'liver'?)" in out.err
    (row,) = [row for row in command.run(capsys, "experts", "--json").json() if row["name"] == "bright"]
    assert (row["available"], row["reason"]) == (
        False, "bright: no concept 'livver' (did you mean 'liver'?) in catalog/concepts/",
    )  # fmt: skip
    out = command.run(capsys, "plan", recipe(place, "brihgt"), "--raw", place / "raw")
    assert "did you mean 'bright'" in out.err


def test_changed_weights_are_asked_again(place: Path) -> None:
    first = {region.key for region in models(built(place, "bright"))}
    by_hand.brighter(place / "models/bright.onnx", level=1, axes=3)
    second = {region.key for region in models(built(place, "bright"))}
    assert first
    assert first < second  # rows are never changed: those of the weights before stay
    shutil.rmtree(place / "space")
    assert {region.key for region in models(built(place, "bright"))} == second - first
