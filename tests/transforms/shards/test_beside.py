"""What lies beside the shards: manifest, data card, Croissant, statistics and plots, all true to the shards."""

import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import mlcroissant
import numpy as np
import pytest
import yaml
from PIL import Image

from schemas import Benchmark
from tests.corpora import CARD, RECIPE, corpus
from transforms.shards.datacard import datacard
from transforms.shards.manifest import Manifest, load, manifest
from transforms.shards.plots import draw
from transforms.shards.stats import count, files, merge


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    corpus().publish(folder)
    return folder


def test_publishing_twice_gives_the_same_bytes(published: Path, tmp_path: Path) -> None:
    corpus().publish(tmp_path)
    names = sorted(path.relative_to(published) for path in published.rglob("*") if path.is_file())
    assert len(names) > 20
    assert [name for name in names if (tmp_path / name).read_bytes() != (published / name).read_bytes()] == []


def test_the_manifest_is_the_files(published: Path) -> None:
    said = json.loads((published / "manifest.json").read_text())
    assert said["schema"] == "triptych/manifest/1"
    assert [entry["name"] for entry in said["shards"]] == sorted(path.name for path in published.glob("*.tar"))
    for entry in said["shards"]:
        data = (published / entry["name"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert entry["name"].startswith(entry["split"])
    assert said["splits"] == {"test": 2, "train": 6, "validation": 2}
    assert said["subjects"] == {"test": 1, "train": 3, "validation": 1}
    assert said["counts"]["task"] == {"size": {"train": 6, "validation": 2}}
    assert said["members"] == {"mask.png": 8, "mask1.png": 8, "npy": 1, "png": 9, "txt": 1}
    assert said["recipe_sha256"] == hashlib.sha256(RECIPE.to_json().encode()).hexdigest()
    assert load(published) == Manifest.model_validate(said)


def test_a_manifest_of_other_samples_is_refused(published: Path) -> None:
    with pytest.raises(ValueError, match="hold 5 samples, the statistics count 10"):
        manifest(RECIPE, load(published).shards[1:3], corpus().counts())


def test_the_data_card_has_what_the_hub_reads(published: Path) -> None:
    _, front, body = (published / "README.md").read_text().split("---\n", 2)
    card = yaml.safe_load(front)
    assert card["license"] == "cc-by-4.0"
    assert card["size_categories"] == ["n<1K"]
    files = {entry["split"]: entry["path"] for entry in card["configs"][0]["data_files"]}
    for split, pattern in files.items():
        assert {path.name.partition("-")[0] for path in published.glob(pattern)} == {split}
    assert set(files) == {"train", "validation", "test"}
    for words in (
        "10 samples",
        "| toy | Toy abdomens | 10 | CC-BY-4.0 |",
        "| train | 6 | 3 | 2 |",
        "Drawn by the testers",
    ):
        assert words in body
    assert "train-{000000..000001}.tar" in body


def test_a_mixture_of_licences_is_other(published: Path) -> None:
    terms = CARD.terms.model_copy(update={"licence": "CC0-1.0"})
    other = CARD.model_copy(update={"id": "another", "terms": terms})
    text = datacard(load(published), corpus().counts(), RECIPE, [CARD, other])
    card = yaml.safe_load(text.split("---\n", 2)[1])
    assert (card["license"], card["license_link"]) == ("other", "LICENSES.md")


def test_the_card_says_of_each_test_set_that_it_was_not_compared(published: Path) -> None:
    sets = [Benchmark(id=name, name=name.upper(), homepage="https://example.org", licence="-", test="-", evidence="-")
            for name in ("far", "near")]  # fmt: skip
    drawn = CARD.model_copy(update={"benchmarks": ("near",)})
    text = datacard(load(published), corpus().counts(), RECIPE, [drawn], test_sets=sets)
    assert "| [FAR](https://example.org) | - | not checked |" in text
    assert "| [NEAR](https://example.org) | toy | not checked |" in text


def test_croissant_is_valid_and_gives_the_records(published: Path) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(published / "croissant.json"))  # raises on an error
    assert not list(dataset.metadata.ctx.issues.errors)
    samples = {row["samples/key"].decode(): json.loads(row["samples/content"]) for row in dataset.records("samples")}
    assert sorted(samples) == [f"toy-{n:04d}" for n in range(10)]
    assert all(sample["key"] == key for key, sample in samples.items())
    images = Counter(row["images/member"].decode() for row in dataset.records("images"))
    assert images == {"png": 9, "mask.png": 8, "mask1.png": 8}
    texts = {row["documents/key"]: row["documents/content"] for row in dataset.records("documents")}
    assert texts == {b"toy-0008": b"Report 8: no lesion."}
    (trace,) = dataset.records("signals")
    assert np.load(io.BytesIO(trace["signals/content"])).shape == (20, 3)


def test_croissant_names_each_shard_with_its_checksum(published: Path) -> None:
    said = json.loads((published / "croissant.json").read_text())
    shards = {entry["name"]: entry["sha256"] for entry in said["distribution"] if entry["@type"] == "cr:FileObject"}
    assert shards == {entry.name: entry.sha256 for entry in load(published).shards}


def test_statistics_merge_in_any_order() -> None:
    samples = [sample for sample, _ in corpus().samples]
    whole = count(samples)
    parts = [count(samples[:3]), count(samples[3:4]), count(samples[4:])]
    assert merge(parts).to_json() == merge(reversed(parts)).to_json()
    merged = merge(reversed(parts))  # one subject is in two of the parts
    tables = {**merged.tables, "subjects": whole.tables["subjects"]}
    merged = merged.model_copy(update={"subjects": whole.subjects, "tables": tables})
    assert merged.to_json() == whole.to_json()
    assert list(files(merged).items()) == list(files(whole).items())


def test_statistics_count_what_was_drawn() -> None:
    stats = corpus().counts()
    assert stats.totals == {
        "samples": 10, "regions": 32, "facts": 42, "texts": 26, "claims": 34, "dialogues": 8, "questions": 8,
        "reasoning": 8, "steps": 8,
    }  # fmt: skip
    assert stats.sums("concept") == {"left kidney": 8, "lesion": 8, "liver": 8, "right kidney": 8}
    assert stats.tables["plane"] == {"axial": {"train": 6, "validation": 2}}
    # Boxes of 40 x 50, 11 x 11, 10 x 20 and 8 x 20 pixels in 120 x 100: 40.8, 10.04, 12.9 and 11.5 percent.
    sides = {int(side): sum(row.values()) for side, row in stats.histograms["box"].items()}
    assert sides == {40: 8, 10: 8, 12: 8, 11: 8}
    summary = json.loads(files(stats)["summary.json"])
    assert summary["subjects"] == {"test": 1, "train": 3, "validation": 1}
    assert b"subject-1" not in b"".join(files(stats).values())


def test_plots_are_the_same_each_time_and_carry_no_date() -> None:
    stats = corpus().counts()
    plots = draw(stats, "Toy corpus")
    assert plots == draw(stats, "Toy corpus")
    assert b"dc:date" not in plots["overview.svg"]
    assert b"<text" not in plots["overview.svg"]  # letters are paths: no font is needed to see them
    image = np.asarray(Image.open(io.BytesIO(plots["overview.png"])).convert("RGB")).reshape(-1, 3)
    drawn = {tuple(int(value) for value in colour) for colour in np.unique(image, axis=0)}
    assert {(0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00), (0x00, 0x9E, 0x73)} <= drawn
