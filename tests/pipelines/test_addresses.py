"""A name in a folder's name leaves in no file of a published corpus; whoever owns the workspace still finds it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from connectors.base import PSEUDONYM_KEY
from pipelines.context import Context
from pipelines.explain import explain
from pipelines.recipes import RecipeError
from pipelines.store import Store
from tests.connectors import small
from tests.pipelines import workshop
from tests.pipelines.test_source_words import run

NAMES = ("Fakename_Testa", "Mockson_Miguel")


def corpus(root: Path, patch: pytest.MonkeyPatch, **changes: object) -> Context:
    for n, name in enumerate(NAMES):
        folder = root / "raw/small" / name
        folder.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(n).integers(0, 255, (64, 64)).astype(np.uint8)
        Image.fromarray(noise).save(folder / "a.png")
    card = small.card("pictures", {"files": ["{case}/a.png"], "subject": "{case}"}, {}, exhaustive=[])
    workshop.only(card.model_copy(update={"modalities": ("xray",), "anatomy": ("thorax",)}), patch)
    return run(root, "small", "ingest", "curate", "publish", **changes)


def left(ctx: Context) -> bytes:
    return b"".join(path.read_bytes() for path in Path(ctx.workspace, "shards").rglob("*") if path.is_file())


def test_names_stay_in_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PSEUDONYM_KEY, "a secret")
    ctx = corpus(tmp_path, monkeypatch)
    published = left(ctx)
    assert not [name for name in NAMES if name.encode() in published]
    samples = [sample for _, sample in workshop.samples(Path(ctx.workspace) / "shards")]
    for sample in samples:
        (source,) = sample.provenance.sources
        assert source.uri.startswith("p-")
        assert sample.subject == f"small/{source.uri.partition('/')[0]}"
        for key in (sample.key, source.uri):
            found = explain(Store(ctx.workspace), key)
            assert found is not None
            assert found["record"]["sources"][0]["uri"].partition("/")[0] in NAMES
    assert len({sample.subject for sample in samples}) == len(NAMES)


def test_a_corpus_that_may_be_shared_needs_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PSEUDONYM_KEY, raising=False)
    with pytest.raises(RecipeError, match=PSEUDONYM_KEY) as refused:
        corpus(tmp_path, monkeypatch, use={"redistribute": True})
    assert not [name for name in NAMES if name in str(refused.value)]
    assert not Store(tmp_path / "space").read("samples")


def test_names_that_are_public_leave_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PSEUDONYM_KEY, raising=False)
    ctx = corpus(tmp_path, monkeypatch, use={"redistribute": True}, privacy={"addresses": "source"})
    assert all(name.encode() in left(ctx) for name in NAMES)


def test_all_parts_are_replaced_where_the_recipe_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PSEUDONYM_KEY, "a secret")
    ctx = corpus(tmp_path, monkeypatch, privacy={"addresses": "pseudonymous"})
    for _, sample in workshop.samples(Path(ctx.workspace) / "shards"):
        assert all(part.startswith("p-") for part in sample.provenance.sources[0].uri.split("/"))
        assert sample.provenance.sources[0].uri.endswith(".png")
