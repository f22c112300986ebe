"""`triptych diff` on the command line: a table, reasons, JSON Lines, one line for what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from tests.corpora import corpus
from tests.pipelines import workshop
from tests.pipelines.command import run

NAMES = ("stardist_nuclei", "radlabels_reports", "pyradiomics_cases")


def test_table_and_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = corpus()
    made.write(tmp_path / "v1")
    made.change(0, lambda sample: sample.model_copy(update={"dialogues": ()}))
    made.samples.pop()
    made.write(tmp_path / "v2")
    done = run(capsys, "diff", tmp_path / "v1", tmp_path / "v2")
    assert done.code == 0
    assert done.out.split("\n")[1].split() == ["toy", "0", "1", "1"]
    assert "changed 1: differs in dialogues" in done.out
    lines = [
        json.loads(line) for line in run(capsys, "diff", tmp_path / "v1", tmp_path / "v2", "--json").out.splitlines()
    ]
    assert [(line["key"], line["kind"]) for line in lines] == [("toy-0000", "changed"), ("toy-0009", "removed")]
    assert "each the same" in run(capsys, "diff", tmp_path / "v1", tmp_path / "v1").out


def test_a_folder_without_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "diff", tmp_path, tmp_path)
    assert done.code == 2
    assert "manifest.json" in done.err


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The shards of a recipe over three replicas, with some of its keys changed."""
    folder = tmp_path_factory.mktemp("built")
    raw = workshop.raw(folder / "raw", *NAMES)

    def make(name: str, **changes: Any) -> Path:
        space = folder / name
        if not space.exists():
            recipe = workshop.recipe(folder / f"{name}.yaml", *NAMES, **changes)
            ctx = workshop.context(recipe, raw, space)
            build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
        return space / "shards"

    return make


SPLITS = ("recipe: splits.test 0.2 -> 1.0", "recipe: splits.train 0.6 -> 0.0", "recipe: splits.validation 0.2 -> 0.0")
REGISTERS = '["report", "caption", "instruction", "patient"] -> ["patient"]'
NONE_OF = "recipe: mix.weights.radlabels_reports none -> 0.0"


@pytest.mark.parametrize(
    ("changes", "causes"),
    [
        ({"text": {"languages": ["es"]}}, {'recipe: text.languages [] -> ["es"]'}),
        ({"splits": {"train": 0, "validation": 0, "test": 1}}, {*SPLITS}),
        ({"privacy": {"addresses": "pseudonymous"}, "use": {"redistribute": False}},
         {'recipe: privacy.addresses "detect" -> "pseudonymous"'}),
        ({"mix": {"weights": {"radlabels_reports": 0}}},
         {"all of radlabels_reports", NONE_OF, "the choice among all samples: its split"}),
        ({"text": {"registers": ["patient"]}}, {f"stage texts: params.registers {REGISTERS}"}),
    ],
    ids=["languages", "splits", "privacy", "mix", "registers"],
)  # fmt: skip
def test_the_key_of_the_recipe_is_named(
    changes: dict[str, Any], causes: set[str], built: Callable[..., Path], request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Two builds of the same data by recipes that are not the same: the cause is that key, and no other is named."""
    done = run(capsys, "diff", built("base"), built(request.node.callspec.id, **changes), "--json")
    found = {cause for line in done.out.splitlines() for cause in json.loads(line)["why"]}
    assert {cause for cause in found if not cause.startswith("source ")} == causes
    assert all(": under the name p-" in cause for cause in found - causes)
    assert "recipe: " in done.err


def test_shards_that_are_cut_otherwise(built: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """No sample is another, and yet something was changed."""
    done = run(capsys, "diff", built("base"), built("layers", shards={"max_samples": 6, "layers": True}))
    assert done.out.splitlines() == ["the same samples, each the same", "recipe: shards.layers false -> true"]
