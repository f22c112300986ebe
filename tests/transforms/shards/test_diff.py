"""Two versions of a corpus made by hand: each change is told with what differs and what it was made by."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas import Sample, Step
from tests.corpora import corpus
from transforms.shards.diff import Change, altered, diff
from transforms.shards.manifest import load

Edit = Callable[[Sample], Sample]


@pytest.fixture
def changes(tmp_path: Path) -> Callable[..., dict[str, Change]]:
    """Of the hand-made corpus against one with some samples edited, some left out."""

    def found(edits: dict[int, Edit] | None = None, without: tuple[int, ...] = ()) -> dict[str, Change]:
        made = corpus()
        for number, edit in (edits or {}).items():
            made.change(number, edit)
        made.samples = [one for n, one in enumerate(made.samples) if n not in without]
        corpus().write(tmp_path / "before")
        made.write(tmp_path / "after")
        return {change.key: change for change in diff(tmp_path / "before", tmp_path / "after")}

    return found


def updated(**fields: Any) -> Edit:
    return lambda sample: sample.model_copy(update=fields)


def test_the_same_corpus_has_no_changes(changes: Callable[..., dict[str, Change]]) -> None:
    assert changes() == {}


def test_what_went_with_its_subject_or_alone(changes: Callable[..., dict[str, Change]]) -> None:
    found = changes(without=(1, 2, 3))  # subjects are 0,1 and 2,3; all have one record
    assert {key: (one.kind, one.why) for key, one in found.items()} == {
        "toy-0001": ("removed", ("this view of its record",)),
        "toy-0002": ("removed", ("all of its subject",)),
        "toy-0003": ("removed", ("all of its subject",)),
    }


def test_what_came(tmp_path: Path) -> None:
    corpus().write(tmp_path / "after")
    fewer = corpus()
    fewer.samples = fewer.samples[:-1]
    fewer.write(tmp_path / "before")
    found = [(one.key, one.kind, one.why) for one in diff(tmp_path / "before", tmp_path / "after")]
    assert found == [("toy-0009", "added", ("this view of its record",))]  # toy-0008 is of the same subject


def test_a_stage_and_a_parameter_are_named(changes: Callable[..., dict[str, Change]]) -> None:
    def later(sample: Sample) -> Sample:
        step = Step(stage="regions", version="2", params={"views": {"axial": 3}}, key="k2")
        facts = (sample.facts[0].model_copy(update={"value": 820.0}), *sample.facts[2:])
        return sample.model_copy(
            update={"facts": facts, "provenance": sample.provenance.model_copy(update={"steps": (step,)})}
        )

    found = changes({0: later})
    assert list(found) == ["toy-0000"]
    assert found["toy-0000"].differs == ("facts: 1 removed, 1 changed",)
    assert found["toy-0000"].why == ("stage regions: version 1 -> 2", 'stage regions: views none -> {"axial": 3}')


def test_another_file_and_other_terms(changes: Callable[..., dict[str, Change]]) -> None:
    def moved(sample: Sample) -> Sample:
        source = sample.provenance.sources[0].model_copy(update={"sha256": "1" * 64})
        return sample.model_copy(update={
            "provenance": sample.provenance.model_copy(update={"sources": (source,)}),
            "licence": sample.licence.model_copy(update={"id": "CC0-1.0"}),
        })  # fmt: skip

    found = changes({4: moved})["toy-0004"]
    assert found.differs == ("licence",)
    assert found.why == ("source a.nii.gz: another file", "the terms of its card")


def test_what_is_decided_across_the_corpus(changes: Callable[..., dict[str, Change]]) -> None:
    found = changes({2: updated(dialogues=())}, without=(9,))["toy-0002"]
    assert found.differs == ("dialogues: 1 removed",)
    assert found.why == ("the choice among all samples: balance of questions",)
    found = changes({2: updated(split="test")}, without=(9,))["toy-0002"]
    assert (found.differs, found.why) == (("split: train -> test",), ("the choice among all samples: its split",))


def test_of_the_same_samples_the_choice_is_the_same(changes: Callable[..., dict[str, Change]]) -> None:
    """Nothing came or went, and no recipe changed: no balance explains another answer."""
    (why,) = changes({2: updated(dialogues=())})["toy-0002"].why
    assert why.startswith("nothing that is recorded")


def test_a_text_changed_in_a_published_tar(tmp_path: Path) -> None:
    for side in ("before", "after"):
        corpus().write(tmp_path / side)
    shard = next(one for one in load(tmp_path / "after").shards if one.split == "train").name
    path = tmp_path / "after" / shard
    path.write_bytes(path.read_bytes().replace(b"covers 8.0 cm2", b"covers 9.9 cm2", 1))
    told = f"{shard} of the second folder, changed after it was published: its SHA-256 is not the manifest's"
    assert altered(tmp_path / "before", tmp_path / "after").lines() == [told]
    (found,) = diff(tmp_path / "before", tmp_path / "after")
    assert (found.kind, found.why) == ("changed", (told,))
    (back,) = diff(tmp_path / "after", tmp_path / "before")
    assert back.why == (told.replace("second", "first"),)


def test_a_source_by_another_name(changes: Callable[..., dict[str, Change]]) -> None:
    """The file is the same by its sum."""

    def renamed(sample: Sample) -> Sample:
        source = sample.provenance.sources[0].model_copy(update={"uri": "b.nii.gz"})
        return sample.model_copy(update={"provenance": sample.provenance.model_copy(update={"sources": (source,)})})

    assert changes({4: renamed})["toy-0004"].why == ("source a.nii.gz: under the name b.nii.gz",)


def test_a_manifest_without_its_recipe(tmp_path: Path) -> None:
    """As older ones are: what the recipe decided is not known, and that is said."""
    corpus().write(tmp_path / "before")
    made = corpus()
    made.change(2, updated(dialogues=()))
    made.write(tmp_path / "after")
    path = tmp_path / "before" / "manifest.json"
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "recipe"}))
    (found,) = diff(tmp_path / "before", tmp_path / "after")
    assert found.why[1:] == ("a recipe that is not known: an older manifest holds none",)


def test_pixels_and_masks(changes: Callable[..., dict[str, Change]]) -> None:
    def painted(sample: Sample) -> Sample:
        media = tuple(m.model_copy(update={"pixels_sha256": "f" * 64}) for m in sample.media)
        return sample.model_copy(update={"media": media})

    assert changes({1: painted})["toy-0001"].differs == ("pixels", "masks")


def test_provenance_alone(changes: Callable[..., dict[str, Change]]) -> None:
    def renamed(sample: Sample) -> Sample:
        step = sample.provenance.steps[0].model_copy(update={"version": "9"})
        return sample.model_copy(update={"provenance": sample.provenance.model_copy(update={"steps": (step,)})})

    found = changes({1: renamed})["toy-0001"]
    assert found.differs == ("provenance alone: pixels, regions, facts and words are the same",)
    assert any("version" in why for why in found.why)
