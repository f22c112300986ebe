"""The suite over replicas finds what is wrong: each difference is planted in a sound reading and must be told."""

from pathlib import Path
from typing import Any

import pytest

from connectors import Unreadable
from schemas import BoxShape, MadeBy, PointShape, Presence, Region
from tests.connectors import expectations, lawful, reading, spots
from tests.connectors.reading import Reading, connector, read, space
from tests.replicas.builder.declaration import Expect
from tests.replicas.builder.tree import Declaration, build

STARDIST: dict[str, Any] = {
    "histo.jpg": {"image": {"size": [48, 40], "mode": "RGB"}},
    "img2d.tif": {"image": {"size": [48, 40], "mode": "I;16"}},
    "mask2d.tif": {"mask": {"size": [48, 40], "values": {1: [2, 3, 12, 9], 2: [20, 3, 24, 9]}, "mode": "I;16"}},
}
RIGHT: dict[str, Any] = {
    "records": 2,
    "subjects": ["histo", "img2d"],
    "splits": {"null": 2},
    "regions": {"nucleus": 2},
    "present": {},
    "spots": {
        "img2d.tif": {
            "subject": "img2d", "split": None, "modality": "fm", "shape": [40, 48], "spacing": None, "kind": "image",
            "anatomy": [], "regions": {"nucleus": [[20, 3, 24, 9], [2, 3, 12, 9]]}, "present": [], "meta": {},
            "text": None,
        }
    },
    "victims": {"img2d.tif": 1, "mask2d.tif": 1},
}  # fmt: skip


def grown(root: Path, tree: dict[str, Any] = STARDIST) -> Path:
    whole = {"id": "stardist_nuclei", "evidence": ["a test"], "tree": tree, "expect": RIGHT}
    build(Declaration.model_validate(whole), root)
    return root


def told(root: Path, **expect: Any) -> list[str]:
    return expectations.as_published(connector("stardist_nuclei"), root, Expect.model_validate(RIGHT | expect))


@pytest.fixture
def sound(tmp_path: Path) -> Reading:
    return read(connector("stardist_nuclei"), grown(tmp_path))


def test_a_sound_replica_has_no_differences(tmp_path: Path) -> None:
    assert told(grown(tmp_path)) == []
    assert expectations.broken(connector("stardist_nuclei"), tmp_path, Expect.model_validate(RIGHT)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"records": 3}, "records: found 2, expected 3"),
        ({"subjects": 3}, "subjects: found 2, expected 3"),
        ({"subjects": ["histo", "other"]}, "subjects: found ['histo', 'img2d'], expected ['histo', 'other']"),
        ({"splits": {"train": 2}}, "splits.train: found 0, expected 2"),
        ({"regions": {"nucleus": 3}}, "regions.nucleus: found 2, expected 3"),
        ({"regions": {}}, "regions.nucleus: found 2, expected 0"),
        ({"present": {"nucleus": 1}}, "present.nucleus: found 0, expected 1"),
        ({"filtered": 1}, "filtered: found 0, expected 1"),
        ({"unreadable": 1}, "unreadable: found 0, expected 1"),
        ({"empty_masks": 1}, "empty_masks: found 0, expected 1"),
        ({"subjects_cross_splits": True}, "no subject is in two splits"),
        ({"spots": {"img3d.tif": {}}}, "no record fits this path; the records are histo.jpg; img2d.tif"),
    ],
)
def test_each_count_is_compared(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    wrong = told(grown(tmp_path), **change)
    assert any(words in line for line in wrong), wrong


@pytest.mark.parametrize(
    "spot",
    [
        {"subject": "x"}, {"split": "train"}, {"study": "x"}, {"series": "x"}, {"kind": "clip"}, {"modality": "sm"},
        {"anatomy": ["lung"]}, {"shape": [48, 40]}, {"spacing": [1.0, 1.0]}, {"orientation": "LAS"}, {"unit": "HU"},
        {"window": [0, 1]}, {"sampling_hz": 1}, {"regions": {"nucleus": [[2, 3, 12, 10], [20, 3, 24, 9]]}},
        {"regions": {"nucleus": 1}}, {"regions": {}}, {"present": ["nucleus"]}, {"absent": ["nucleus"]},
        {"text": "a..."}, {"meta": {"age": 3}}, {"questions": [["q", "a"]]}, {"sources": 9},
    ],
    ids=lambda spot: next(iter(spot)),
)  # fmt: skip
def test_each_key_of_a_spot_is_compared(tmp_path: Path, spot: dict[str, Any]) -> None:
    wrong = told(grown(tmp_path), spots={"img2d.tif": spot})
    assert len(wrong) == 1, wrong
    assert wrong[0].startswith(f"spots.img2d.tif: {next(iter(spot))}: found ")
    assert set(spots._VALUES) == set(expectations.Expect.model_fields["spots"].annotation.__args__[1].model_fields)


def test_texts_questions_and_metadata(sound: Reading) -> None:
    asked = {"questions": [{"question": "Where?", "answer": "left", "type": "open"}, ["Is it?", "yes"]], "age": 54}
    sound.found[0].record = sound.found[0].record.model_copy(update={"text": "No effusion.", "meta": asked})
    right = {"text": "No eff...", "meta": {"age": 54}, "questions": [["Where?", "left"], ["Is it?", "yes"]]}
    whole = Expect.model_validate(RIGHT | {"spots": {"histo.jpg": right}})
    assert spots.differences(sound, "histo.jpg", whole.spots["histo.jpg"]) == []
    assert (
        len(spots.differences(sound, "histo.jpg", whole.spots["histo.jpg"].model_copy(update={"text": "No eff"}))) == 1
    )


def test_an_empty_mask_is_told_and_may_be_declared(tmp_path: Path) -> None:
    grown(tmp_path, STARDIST | {"mask2d.tif": {"mask": {"size": [48, 40], "values": {}, "mode": "I;16"}}})
    no_nuclei = {"regions": {}, "spots": {}}
    assert told(tmp_path, **no_nuclei) == ["empty_masks: found 1, expected 0: img2d.tif: mask2d.tif"]
    assert told(tmp_path, empty_masks=1, **no_nuclei) == []


def changed(sound: Reading, **update: Any) -> list[str]:
    sound.found[1].record = sound.found[1].record.model_copy(update=update)
    return list(lawful.problems(sound))


def nucleus(sound: Reading, shape: Any) -> Region:
    made = {"concept": space().concept("nucleus"), "source_label": "nucleus", "made_by": MadeBy(kind="human", name="x")}
    record = sound.found[1].record
    return Region(key=str(shape)[:40], dataset=record.dataset, record=record.key, frame="voxel", shape=shape, **made)


def test_a_sound_reading_is_lawful(sound: Reading) -> None:
    assert list(lawful.problems(sound)) == []


def test_subjects_and_splits(sound: Reading) -> None:
    sound.found[0].record = sound.found[0].record.model_copy(update={"split": "test", "subject": "stardist_nuclei/a"})
    assert (
        "subjects in several splits: stardist_nuclei/a" in changed(sound, split="train", subject="stardist_nuclei/a")[0]
    )
    assert list(lawful.problems(sound, subjects_cross_splits=True)) == []
    assert "subject 'a' is not" in changed(sound, split="train", subject="a")[0]


def test_presence(sound: Reading) -> None:
    concept = space().concept("nucleus")
    rows = tuple(Presence(concept=concept, state=state) for state in ("present", "absent"))
    wrong = changed(sound, presence=rows)
    assert [line.split(": ", 1)[1] for line in wrong] == [
        f"{concept.label!r} is both present and absent", f"{concept.label!r} is absent, but a region shows it"
    ]  # fmt: skip
    assert "is there twice" in changed(sound, presence=(rows[0], rows[0]))[0]
    assert "exhaustive names 'nothing'" in changed(sound, presence=(), exhaustive=("nothing",))[0]


def test_sources_concepts_and_personal_data(sound: Reading) -> None:
    record = sound.found[1].record
    first = record.sources[0]
    damaged = (first.model_copy(update={"sha256": "0" * 64}), *record.sources[1:])
    assert changed(sound, sources=damaged) == ["source img2d.tif: sha256 or length is not that of the file"]
    assert "is no modality" in changed(sound, sources=record.sources, modality=space().concept("nucleus"))[0]
    assert "personal data" in changed(sound, modality=record.modality, meta={"name": "Testperson"})[0]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (BoxShape(xyxy=(0, 0, 48, 40)), None),
        (BoxShape(xyxy=(0, 0, 49, 40)), "leaves the picture of 48 x 40"),
        (BoxShape(xyxy=(3, 3, 3, 9)), "is empty or leaves"),
        (PointShape(points=((47, 39),)), None),
        (PointShape(points=((39, 47),)), "1 points outside (48, 40)"),
    ],
)
def test_places(sound: Reading, shape: Any, words: str | None) -> None:
    sound.found[1].regions.append(nucleus(sound, shape))
    wrong = list(lawful.problems(sound))
    assert (wrong == []) if words is None else (words in wrong[0])


def test_rows_of_one_key(sound: Reading) -> None:
    sound.found.append(sound.found[0])
    assert "2 rows share the key" in next(iter(lawful.problems(sound)))


def test_a_break_that_goes_unnoticed_is_told(tmp_path: Path) -> None:
    """histo.jpg is another record's file: nothing that happens to it may cost the one that is declared."""
    expect = Expect.model_validate(RIGHT | {"victims": {"histo.jpg": 0, "none.png": 1}})
    wrong = expectations.broken(connector("stardist_nuclei"), grown(tmp_path), expect)
    assert sum("1 of 2 records are lost, expected 0" in line for line in wrong) == 3
    assert "expect.victims: there is no file none.png in the tree" in wrong
    silent = Reading(connector("stardist_nuclei").card, tmp_path, [], [], [], [], [])
    whole = read(connector("stardist_nuclei"), tmp_path, pixels=False)
    assert any("no Unreadable names the file" in line for line in expectations._loss(whole, silent, "histo.jpg", 2))
    silent.unreadable.append(Unreadable("mask2d.tif", "cut"))
    assert any("does not name the file" in line for line in expectations._loss(whole, silent, "histo.jpg", 2))


def test_what_a_reader_raises_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = connector("stardist_nuclei")
    monkeypatch.setattr(type(source), "read", lambda *_: iter([1 / 0]))
    found = read(source, grown(tmp_path))
    assert len(found.faults) == 2
    assert found.faults[0].startswith("reading histo.jpg raised ZeroDivisionError: division by zero (at test_expect")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "stardist_nuclei.yaml"
    path.write_text(
        "evidence: [a test]\n"
        "tree: {img2d.tif: {image: {size: [48, 40]}}, mask2d.tif: {mask: {size: [48, 40], values: [1]}}}\n"
        "expect: {records: 1, subjects: [img2d], regions: {nucleus: 2}}\n"
    )  # fmt: skip
    monkeypatch.setattr(expectations, "declarations", lambda: {"stardist_nuclei": path})
    assert expectations.main(["stardist_nuclei", "--show", "--keep", str(tmp_path / "kept")]) == 1
    printed = capsys.readouterr().out
    assert "region 'nucleus': [[1, 1, 47, 39]]" in printed
    assert "stardist_nuclei: 1 differences\n  - regions.nucleus: found 1, expected 2\n" in printed
    assert (tmp_path / "kept/stardist_nuclei/img2d.tif").is_file()
    path.write_text(path.read_text().replace("nucleus: 2", "nucleus: 1"))
    assert expectations.main([]) == 0
    assert capsys.readouterr().out == "stardist_nuclei: OK\n"
    assert reading.told(ValueError("x")) == "ValueError: x"
