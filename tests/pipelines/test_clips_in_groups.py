"""Clips in a study: each frame a medium, what is drawn on it named by it, one description a clip. Oracles: the clips as
they leave by themselves."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import catalog
from catalog.portal import create_app
from schemas import Sample
from tests.pipelines import workshop
from tests.pipelines.grouped import published, run
from tests.replicas.builder.tree import build as grow
from tests.replicas.builder.tree import declarations, load

Pair = tuple[Sample, dict[str, bytes]]


def one_study(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, list[Pair], Pair]:
    """The clips of a replica as those of one person's study: the run, each by itself, and the study."""
    grow(load(declarations()[name]), tmp_path / "raw" / name)
    card = catalog.card(name)
    options = {**card.layout.options, "subject": "ann", "study": "one", "split": None}
    options.pop("split")
    layout = card.layout.model_copy(update={"options": options})
    workshop.only(card.model_copy(update={"layout": layout}), monkeypatch)
    views = {"frames": 3, "groups": ["clip", "study"], "singles": False}
    ctx = run(tmp_path, [{"dataset": name, "views": views}])
    (study,) = published(ctx, "study")
    return ctx, published(ctx, "clip"), study


@pytest.mark.parametrize("name", ["echonet_dynamic", "cholec80"])
def test_a_study_shows_its_clips_frame_by_frame(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ctx, alone, (sample, members) = one_study(name, tmp_path, monkeypatch)
    assert sample.group is not None
    by_key = {one.key: (one, held) for one, held in alone}
    assert len(sample.group.parts) == len(by_key) > 1
    regions = []
    for part in sample.group.parts:
        clip, held = by_key[str(part[0].key)]
        names = dict(zip([m.name for m in clip.media if m.kind == "image"], [str(m.media) for m in part], strict=True))
        for old, new in names.items():
            assert members[new] == held[old]
            assert members.get(new.replace("png", "mask.png")) is None or old.replace("png", "mask.png") in held
        first = str(part[0].media)
        regions += [(one.concept.label, names.get(str(one.medium), first), one.box and one.box.xyxy, one.span)
                    for one in clip.regions]  # fmt: skip
        told = next(one for one in sample.description.media if one.media == part[0].media)
        assert told.text == clip.description.overall.text
    assert regions
    assert [(one.concept.label, one.medium, one.box and one.box.xyxy, one.span) for one in sample.regions] == regions
    assert "frames of one clip, in their order" in sample.description.overall.text
    page = TestClient(create_app([Path(ctx.workspace)])).get(f"/corpora/replicas/samples/{sample.key}")
    assert page.text.count("<img") == len(sample.group.shown)
