"""What says or looks nearly the same of different people: by vectors of models whose vectors are known."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from pipelines import build, vectors
from pipelines.build import Job
from pipelines.recipes import RecipeError, refuse_missing
from schemas.recipe import Deduplicate
from tests.connectors import small
from tests.pipelines import workshop
from tests.transforms.text.retrieval.models import write_model, write_picture_model
from transforms.identity import texts
from transforms.identity import vectors as identity

USE = {"redistribute": False, "accept_unknown": True}
LONG = "seen in this invented text of a test that tells of nobody at all"
SAID = {  # the toy model knows liver, lung and nodule, and takes all else for one word
    "a": f"Liver liver {LONG}",
    "b": f"{LONG} liver and liver".upper(),  # the same in another order, with another word
    "c": f"Lung lung {LONG}",
    "d": f"No liver liver {LONG}",
    "e": f"Liver liver 3 {LONG}",
    "f": "",
}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path / "models"))
    vectors._encoder.cache_clear()
    vectors._model.cache_clear()
    write_model(tmp_path / "models/minilm")
    write_picture_model(tmp_path / "models/picture")
    return tmp_path


def pictures() -> dict[str, np.ndarray]:
    """a and b are nearly one picture, as are c and d; e and f are alone."""
    drawn = np.random.default_rng(5)
    base = {case: np.kron(drawn.integers(0, 255, (4, 4)), np.ones((16, 16))) for case in "acef"}
    noise = {case: drawn.normal(0, 3, (64, 64)) for case in "bd"}
    made = {**base, "b": base["a"] + noise["b"], "d": base["c"] + noise["d"]}
    return {case: np.clip(made[case], 0, 255).astype(np.uint8) for case in "abcdef"}


def fates(root: Path, labels: Mapping[str, str] = {}, **asked: float) -> dict[str, tuple[str, str]]:
    """case -> what publish made of its sample, and why. `labels`: case -> whether it has pneumonia, cardiomegaly."""
    folder = root / "raw/small"
    (folder / "img").mkdir(parents=True, exist_ok=True)
    for case, values in pictures().items():
        Image.fromarray(values).save(folder / f"img/{case}.png")
    rows = [f'{case},"{said}",{labels.get(case, "0,0")}' for case, said in SAID.items()]
    (folder / "t.csv").write_text("\n".join(["id,report,pneumonia,cardiomegaly", *rows]) + "\n")
    columns = ["pneumonia", "cardiomegaly"]
    table = {"format": "table", "file": "t.csv", "key": "id", "columns": columns, "text": ["report"],
             "states": {"1": "present", "0": None}}  # fmt: skip
    labelspace: dict[str, str | None] = {"pneumonia": "pneumonia", "cardiomegaly": "cardiomegaly"}
    card = small.card("pictures", {"files": ["img/{case}.png"], "annotations": [table]}, labelspace, exhaustive=[])
    card = card.model_copy(update={"modalities": ("xray",), "anatomy": ("thorax",)})
    with pytest.MonkeyPatch.context() as patch:
        workshop.only(card, patch)
        file = workshop.recipe(root / "r.yaml", "small", use=USE, tasks=["modality"], deduplicate=asked)
        context = workshop.context(file, root / "raw", root / "space")
        build.run(context, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    tables = {name: workshop.table(root / "space", name) for name in ("records", "samples", "ledger")}
    stem = {key: Path(uri).stem for key, uri in tables["records"].select("key", "uri").iter_rows()}
    owner = {key: stem[record] for key, record in tables["samples"].select("key", "record").iter_rows()}
    booked = tables["ledger"].filter(stage="publish").select("unit", "fate", "reason").iter_rows()
    return {owner[unit]: (fate, why or "") for unit, fate, why in booked}


def test_one_of_two_texts_of_one_meaning_leaves(models: Path) -> None:
    found = fates(models, meaning=0.98)
    assert Counter(fate for fate, _ in found.values()) == {"emitted": 5, "deduplicated": 1}
    (why,) = [why for name, (fate, why) in found.items() if fate == "deduplicated" and name in "ab"]
    assert "means the same as that of" in why
    assert "vectors of cosine 0.9" in why or "vectors of cosine 1.0" in why


def test_one_of_two_pictures_of_one_look_leaves(models: Path) -> None:
    found = fates(models, looks=0.98)
    gone = {name for name, (fate, _) in found.items() if fate == "deduplicated"}
    assert len(gone) == 2
    assert len(gone & {"a", "b"}) == len(gone & {"c", "d"}) == 1
    assert all("looks the same as that of" in found[name][1] for name in gone)


def test_pictures_of_one_look_under_two_classes_are_shown_and_both_leave(
    models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = fates(models, {"a": "1,0", "b": "0,1", "c": "1,0", "d": "1,1"}, looks=0.98)
    assert {fate for fate, _ in found.values()} == {"emitted"}, "of c and d one label more is known"
    (pair,) = json.loads((models / "space/alike.json").read_text())
    assert sorted(pair["said"]) == [["present cardiomegaly"], ["present pneumonia"]]
    assert pair["cosine"] >= 0.98
    assert "1 pairs of pictures look alike, and their sources call them by other classes: both leave" in caplog.text


def test_nothing_is_compared_that_is_not_asked_for(models: Path) -> None:
    (models / "models/minilm/model.onnx").unlink()
    (models / "models/picture/model.onnx").unlink()
    assert {fate for fate, _ in fates(models).values()} == {"emitted"}


@pytest.mark.parametrize(("what", "model"), [("meaning", "minilm"), ("looks", "picture")])
def test_missing_weights_are_told_before_any_work(models: Path, what: str, model: str) -> None:
    file = workshop.recipe(models / "r.yaml", "stardist_nuclei", deduplicate={what: 0.95})
    recipe = workshop.context(file, models, models / "space").recipe
    refuse_missing(recipe)
    vectors._encoder.cache_clear()
    vectors._model.cache_clear()
    (models / "models" / model / "model.onnx").unlink()
    with pytest.raises(RecipeError, match=rf"deduplicate.{what}: missing weights: .*{model}"):
        refuse_missing(recipe)


def test_a_text_longer_than_the_model_takes_is_read_to_its_end(models: Path) -> None:
    encoder = vectors._encoder(models / "models/minilm")
    np.testing.assert_allclose(encoder.whole("liver " * 64 + "lung " * 64), np.array([1, 1, 0, 0]) / 2**0.5, atol=1e-6)
    np.testing.assert_allclose(encoder.whole("Lung nodule"), encoder.encode("Lung nodule"), atol=1e-6)
    assert vectors.means(Deduplicate(), None) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("least", [0.8, 0.9, 0.95, 0.99])
def test_of_those_that_are_near_hardly_one_pair_shares_no_bucket(least: float) -> None:
    drawn, n = np.random.default_rng(3), 4000
    one, off = drawn.standard_normal((2, n, 48)).astype(np.float32)
    one /= np.linalg.norm(one, axis=1, keepdims=True)
    off -= (off * one).sum(1, keepdims=True) * one
    other = least * one + (1 - least**2) ** 0.5 * off / np.linalg.norm(off, axis=1, keepdims=True)
    how = identity.Cosine(least, apart=True)
    meant = b"\0" * texts.MEANT
    both = [how.unpacked([identity.signed(meant, row) for row in rows]) for rows in (one, other)]
    lies = [how.buckets(*own) for own in both]
    assert (lies[0] == lies[1]).any(1).mean() > 0.995
    joined = np.concatenate([own[1] for own in both])
    cosines = [how.alike(joined, [n + at], at)[0] for at in range(100)]
    np.testing.assert_allclose(cosines, least, atol=0.005)
    strangers = (lies[0] == np.roll(lies[1], 1, axis=0)).any(1).mean()
    assert strangers < 0.2
