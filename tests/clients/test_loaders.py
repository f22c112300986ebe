"""The loaders that training teams use read the shards as they are: webdataset and Hugging Face datasets."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import webdataset
import yaml

import triptych
from schemas import Sample
from tests.clients.reads import blocks
from tests.corpora import corpus
from tests.scenes import SHAPES, axial_abdomen


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    corpus().publish(folder)
    return folder


def check(record: dict[str, Any], number: int, image: np.ndarray, masks: dict[str, np.ndarray]) -> None:
    """A picture came through whole: its JSON, its pixels, and its regions where they were drawn."""
    sample = Sample.model_validate(record)
    assert sample.key == f"toy-{number:04d}"
    expected = axial_abdomen().image.copy()
    expected[0, 0] = number
    np.testing.assert_array_equal(image, expected)
    for region in sample.regions:
        np.testing.assert_array_equal(masks[region.mask.media] == region.mask.value, SHAPES[region.id][1])


def masks_of(row: dict[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(row[name]) for name in ("mask.png", "mask1.png")}


def opened(data: bytes) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(data)))


def test_webdataset_raw_members(published: Path) -> None:
    shards = str(published / "train-{000000..000001}.tar")
    samples = list(webdataset.WebDataset(shards, shardshuffle=False, empty_check=False).decode())
    assert [sample["__key__"] for sample in samples] == [f"toy-{n:04d}" for n in range(6)]
    for number, sample in enumerate(samples):
        masks = {name: opened(sample[name]) for name in ("mask.png", "mask1.png")}
        check(sample["json"], number, opened(sample["png"]), masks)


def test_webdataset_decodes_images(published: Path) -> None:
    shard = str(published / "validation-000000.tar")
    for sample in webdataset.WebDataset(shard, shardshuffle=False, empty_check=False).decode("rgb8"):
        assert sample["png"].shape == (100, 120, 3)
        assert sample["json"]["split"] == "validation"


def test_webdataset_reads_text_and_signals(published: Path) -> None:
    shards = str(published / "test-{000000..000001}.tar")
    trace, text = webdataset.WebDataset(shards, shardshuffle=False, empty_check=False).decode()
    assert text["txt"] == text["json"]["document"] == "Report 8: no lesion."
    assert trace["npy"].shape == (20, 3)


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hugging Face datasets, kept from the network and from the user's cache."""
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    return datasets


@pytest.mark.parametrize("streaming", [True, False])
def test_datasets_loads_the_folder_by_its_data_card(published: Path, datasets: Any, streaming: bool) -> None:
    loaded = datasets.load_dataset(str(published), streaming=streaming)
    assert set(loaded) == {"train", "validation", "test"}
    rows = list(loaded["train"])
    assert len(rows) == 6
    for number, row in enumerate(rows):
        check(
            row["json"],
            number,
            np.asarray(row["png"]),
            {name: np.asarray(row[name]) for name in ("mask.png", "mask1.png")},
        )
    trace, text = loaded["test"]
    assert (text["txt"], text["png"], text["mask.png"]) == ("Report 8: no lesion.", None, None)
    assert np.asarray(trace["npy"]).shape == (20, 3)


def test_datasets_webdataset_builder_on_tars(published: Path, datasets: Any) -> None:
    features = datasets.Features({
        "__key__": datasets.Value("string"), "__url__": datasets.Value("string"), "json": datasets.Json(),
        "png": datasets.Image(), "mask.png": datasets.Image(), "mask1.png": datasets.Image(),
    })  # fmt: skip
    files = {"train": str(published / "train-*.tar")}
    rows = datasets.load_dataset("webdataset", data_files=files, split="train", streaming=True, features=features)
    for number, row in enumerate(rows):
        check(
            row["json"],
            number,
            np.asarray(row["png"]),
            {name: np.asarray(row[name]) for name in ("mask.png", "mask1.png")},
        )
    assert number == 5


@pytest.mark.parametrize("streaming", [True, False])
def test_datasets_reads_every_shard_at_once_with_the_features_of_the_card(
    published: Path, datasets: Any, streaming: bool
) -> None:
    """Pictures with masks, a signal and a document: each shard holds one of them."""
    text = (published / "README.md").read_text()
    assert 'split("---\\n")' in text  # the recipe below is the card's own
    card = yaml.safe_load(text.split("---\n")[1])
    features = datasets.Features._from_yaml_list(card["dataset_info"]["features"])
    files = sorted(map(str, published.glob("*.tar")))
    rows = datasets.load_dataset("webdataset", data_files=files, split="train", streaming=streaming, features=features)
    keys = sorted(row["json"]["key"] for row in rows)
    assert keys == [f"toy-{n:04d}" for n in range(10)]


@pytest.mark.parametrize("streaming", [True, False])
def test_datasets_runs_the_lines_of_the_card_inside_the_folder(
    published: Path, datasets: Any, monkeypatch: pytest.MonkeyPatch, streaming: bool
) -> None:
    monkeypatch.chdir(published)
    first, *_ = (block for block in blocks(published) if "getcwd" in block)
    space: dict[str, Any] = {}
    exec(first.replace("streaming=True", f"streaming={streaming}"), space)
    assert [row["json"]["key"] for row in space["samples"]] == [f"toy-{n:04d}" for n in range(6)]


def test_datasets_runs_the_lines_of_a_card_of_layers_inside_the_folder(
    layered: Path, datasets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(layered)
    space: dict[str, Any] = {}
    exec(next(block for block in blocks(layered) if "concatenate" in block), space)
    assert [(row["json"]["key"], row["png"] is None) for row in space["samples"]] == [
        (f"toy-{n:04d}", False) for n in range(6)
    ]


@pytest.fixture(scope="module")
def layered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("layers")
    corpus().publish(folder, layers=True)
    return folder


def test_webdataset_joins_the_layers_as_the_card_says(layered: Path) -> None:
    assert "texts.compose(joined)" in (layered / "README.md").read_text()
    shards = str(layered / "text-train-{000000..000001}.tar")
    texts = webdataset.WebDataset(shards, shardshuffle=False, empty_check=False)
    samples = list(texts.compose(triptych.joined).decode())
    assert [sample["__key__"] for sample in samples] == [f"toy-{n:04d}" for n in range(6)]
    for number, sample in enumerate(samples):
        masks = {name: opened(sample[name]) for name in ("mask.png", "mask1.png")}
        check(sample["json"], number, opened(sample["png"]), masks)


def test_webdataset_zips_the_layers(layered: Path) -> None:
    halves = (webdataset.WebDataset(str(layered / f"{layer}-train-{{000000..000001}}.tar"), shardshuffle=False,
                                    empty_check=False) for layer in ("text", "pixels"))  # fmt: skip
    found = [(text["__key__"], shown["__key__"], set(shown)) for text, shown in zip(*halves, strict=True)]
    assert len(found) == 6
    assert all(one == other and {"png", "mask.png"} <= names for one, other, names in found)


@pytest.mark.parametrize("streaming", [True, False])
def test_datasets_joins_the_layers_as_the_card_says(layered: Path, datasets: Any, streaming: bool) -> None:
    assert "concatenate_datasets([texts, pixels.remove_columns" in (layered / "README.md").read_text()
    texts, pixels = (datasets.load_dataset(str(layered), layer, split="train", streaming=streaming)
                     for layer in ("text", "pixels"))  # fmt: skip
    rows = list(datasets.concatenate_datasets([texts, pixels.remove_columns(["__key__", "__url__"])], axis=1))
    assert len(rows) == 6
    for number, row in enumerate(rows):
        check(row["json"], number, np.asarray(row["png"]), masks_of(row))
    others = list(datasets.load_dataset(str(layered), "text", split="test", streaming=streaming))
    assert {row["txt"] for row in others} == {None, "Report 8: no lesion."}
