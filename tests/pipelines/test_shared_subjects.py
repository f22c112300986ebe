"""Sources that hold the same people under different names: refused, dropped, or kept in one split."""

import json
import logging
from pathlib import Path

import pytest
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.recipes import RecipeError, load
from tests.pipelines import workshop
from tests.replicas.builder import tree
from transforms.shards.verify import verify

ONE, OTHER, APART = "abus_mt_small", "busi", "drive"


def context(tmp_path: Path, rule: str) -> Context:
    raw = tmp_path / "raw"
    for dataset in (ONE, OTHER, APART):
        tree.build(tree.load(tree.declarations()[dataset]), raw / dataset)
    use = {"redistribute": False, "accept_unknown": True}
    file = workshop.recipe(tmp_path / "r.yaml", ONE, OTHER, APART, on_shared_subjects=rule, use=use)
    return workshop.context(file, raw, tmp_path / "space")


def test_refused_unless_the_recipe_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=f"{ONE} and {OTHER} hold some of the same people.*drop . same-split"):
        load(workshop.recipe(tmp_path / "r.yaml", ONE, OTHER))


def test_the_later_source_is_dropped_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "triptych"):
        found = load(workshop.recipe(tmp_path / "r.yaml", OTHER, APART, ONE, on_shared_subjects="drop"))
    assert [source.dataset for source in found.sources] == [OTHER, APART]
    assert f"{ONE} is left out: it holds some of the people of {OTHER}" in caplog.text


def test_all_of_both_are_in_one_split(tmp_path: Path) -> None:
    ctx = context(tmp_path, "same-split")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    shards = tmp_path / "space/shards"
    splits = {name: set[str]() for name in (ONE, OTHER, APART)}
    subjects = set()
    for _, sample in workshop.samples(shards):
        splits[sample.dataset].add(sample.split)
        subjects.add((sample.split, sample.subject))
    assert splits[ONE] == splits[OTHER]
    assert len(splits[ONE]) == 1
    manifest = json.loads((shards / "manifest.json").read_bytes())
    assert sum(manifest["subjects"].values()) == len(subjects)


def test_verify_holds_a_corpus_against_the_use_that_it_declares(tmp_path: Path) -> None:
    """What may not be shared may be in a corpus for oneself, and in no other."""
    ctx = context(tmp_path, "same-split")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    shards = tmp_path / "space/shards"
    assert verify(shards).ok
    file = shards / "manifest.json"
    manifest = json.loads(file.read_bytes())
    assert manifest["use"]["redistribute"] is False
    barred = {s.key for _, s in workshop.samples(shards) if False in (s.licence.redistribute, s.licence.derivatives)}
    assert barred, "no source of this corpus forbids sharing: choose another"
    manifest["use"]["redistribute"] = True
    file.write_text(json.dumps(manifest))
    assert {problem.key for problem in verify(shards).problems if problem.check == "licence"} == barred
