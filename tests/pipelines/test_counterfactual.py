"""Altered views of a replica: published as samples of their own, accounted for, sound; and one that shows what it hides
is found."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.ledger import recount
from schemas import Sample
from tests.connectors import small
from tests.pipelines import workshop
from transforms.shards.audit import audit
from transforms.shards.tar import read_shard
from transforms.shards.verify import verify

KINDS = ["blanked", "alone", "blank"]


def test_altered_views_are_published_beside_those_that_they_are_of(tmp_path: Path) -> None:
    views = {"planes": {"axial": 2}, "at_regions": ["pulmonary_nodule"], "counterfactual": KINDS, "most_altered": 1}
    sources = [{"dataset": "lidc_idri", "views": {**workshop.VIEWS["lidc_idri"], **views}}]
    recipe = workshop.recipe(tmp_path / "r.yaml", sources=sources, splits={"train": 1.0})
    ctx = workshop.context(recipe, workshop.raw(tmp_path / "raw", "lidc_idri"), tmp_path / "space")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    assert not [fault for fault in recount(ctx)[1] if "wait" not in fault]
    report = verify(tmp_path / "space/shards", catalog.labelspace())
    assert report.ok, report.problems
    groups = dict(pair for path in sorted((tmp_path / "space/shards").glob("*.tar")) for pair in read_shard(path))
    samples = {key: Sample.model_validate_json(members["json"]) for key, members in groups.items()}
    altered = {key: one for key, one in samples.items() if one.counterfactual}
    assert Counter(one.counterfactual.kind for one in altered.values() if one.counterfactual) == Counter(KINDS)
    for one in altered.values():
        assert one.counterfactual is not None
        plain = samples[one.counterfactual.of]
        asked = {turn.text for dialogue in plain.dialogues for turn in dialogue.turns[:1]}
        mine = [dialogue for dialogue in one.dialogues if dialogue.task == "unanswerable"]
        assert {dialogue.turns[0].text for dialogue in mine} <= asked
        assert one.provenance.steps
        assert one.subject == plain.subject
    assert any(dialogue.task == "unanswerable" for one in altered.values() for dialogue in one.dialogues)
    key = next(key for key, one in altered.items() if one.counterfactual and one.counterfactual.kind == "blank")
    lie = altered[key].model_copy(update={"counterfactual": None})
    found = audit(key, {**groups[key], "json": lie.to_json().encode()}, catalog.labelspace())
    assert found.problems


def test_black_pictures_make_no_two_people_one(tmp_path: Path) -> None:
    """They have the same pixels, and each is of its own picture: all leave, and with nobody's else."""
    folder = tmp_path / "raw/small"
    for name in ("img", "mask"):
        (folder / name).mkdir(parents=True)
    for n in range(10):
        Image.fromarray(np.random.default_rng(n).integers(50, 255, (96, 96), np.uint8)).save(folder / f"img/{n}.png")
        mask = np.zeros((96, 96), np.uint8)
        mask[30:45, 20 + n : 40 + n] = 1
        Image.fromarray(mask).save(folder / f"mask/{n}.png")
    masks = {"format": "masks", "file": "mask/{case}.png", "names": {1: "T"}}
    card = small.card("pictures", {"files": ["img/{case}.png"], "annotations": [masks]}, {"T": "neoplasm"})
    with pytest.MonkeyPatch.context() as patch:
        workshop.only(card, patch)
        sources = [{"dataset": "small", "views": {"counterfactual": ["blank"]}}]
        use = {"redistribute": False, "accept_unknown": True}
        recipe = workshop.recipe(tmp_path / "r.yaml", sources=sources, tasks=["presence"], use=use)
        ctx = workshop.context(recipe, tmp_path / "raw", tmp_path / "space")
        build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    samples = [one for _, one in workshop.samples(tmp_path / "space/shards")]
    black = [one for one in samples if one.counterfactual is not None]
    assert (len(black), len(samples)) == (10, 20)
    assert len({one.media[0].pixels_sha256 for one in black}) == 1
    assert {one.split for one in samples} == {"train", "validation", "test"}
    assert verify(tmp_path / "space/shards", catalog.labelspace()).ok
