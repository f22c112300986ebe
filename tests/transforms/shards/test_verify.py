"""A sound corpus verifies; each planted fault is found, by the check that should find it, at the right key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from schemas import Claim, Group, ItemCheck, Member, Sample
from schemas.sample import RegionBox, RegionMask
from tests.corpora import Corpus, corpus, packed, picture
from transforms.shards.encode import pixels_sha256, png, sha256
from transforms.shards.tar import read_shard, write_shard
from transforms.shards.verify import VerifyReport, verify

Edit = Callable[[Sample], Sample]


def checks(report: VerifyReport) -> set[tuple[str | None, str]]:
    return {(problem.key, problem.check) for problem in report.problems}


def region(number: int, **change: Any) -> Edit:
    def edit(sample: Sample) -> Sample:
        regions = list(sample.regions)
        regions[number] = regions[number].model_copy(update=change)
        return sample.model_copy(update={"regions": tuple(regions)})

    return edit


def fact(number: int, **change: Any) -> Edit:
    def edit(sample: Sample) -> Sample:
        facts = list(sample.facts)
        facts[number] = facts[number].model_copy(update=change)
        return sample.model_copy(update={"facts": tuple(facts)})

    return edit


def claim(value: Claim) -> Edit:
    def edit(sample: Sample) -> Sample:
        text = sample.description.overall.model_copy(update={"claims": (value,)})
        return sample.model_copy(update={"description": sample.description.model_copy(update={"overall": text})})

    return edit


def dialogue(**change: Any) -> Edit:
    return lambda sample: sample.model_copy(update={"dialogues": (sample.dialogues[0].model_copy(update=change),)})


def step(**change: Any) -> Edit:
    def edit(sample: Sample) -> Sample:
        return dialogue(reasoning=(sample.dialogues[0].reasoning[0].model_copy(update=change),))(sample)

    return edit


def media(**change: Any) -> Edit:
    def edit(sample: Sample) -> Sample:
        return sample.model_copy(update={"media": (sample.media[0].model_copy(update=change), *sample.media[1:])})

    return edit


def geometry(**change: Any) -> Edit:
    def edit(sample: Sample) -> Sample:
        return media(geometry=sample.media[0].geometry.model_copy(update=change))(sample)

    return edit


def licence(**change: Any) -> Edit:
    return lambda sample: sample.model_copy(update={"licence": sample.licence.model_copy(update=change)})


def matrix(*rows: tuple[float, float, float, float]) -> tuple[tuple[float, ...], ...]:
    return (*rows, (0.0, 0.0, 0.0, 1.0))


ON_SLICE = matrix((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 7.0))
OFF_SLICE = matrix((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 8.0))
OFF_GRID = matrix((1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 7.0))
FLAT = matrix((2.0, 2.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 5.0, 0.0))
WIDER = matrix((3.0, 0.0, 0.0, 0.0), (0.0, 2.0, 0.0, 0.0), (0.0, 0.0, 5.0, 0.0))


def test_a_sound_corpus_verifies(tmp_path: Path) -> None:
    corpus().write(tmp_path)
    report = verify(tmp_path)
    assert report.ok, report.problems
    assert (report.samples, report.shards) == (10, 5)
    # 8 pictures with 4 regions, 4 facts on masks, 4 claims, 1 step and its answer each; 2 more samples with 1 claim.
    looked = {
        "box": 32,
        "mask": 32,
        "fact": 32,
        "claim": 34,
        "reasoning": 16,
        "geometry": 8,
        "licence": 10,
        "split": 10,
    }
    assert looked.items() <= report.looked.items()
    assert VerifyReport.model_validate_json(report.to_json()) == report


def test_a_sound_voxel_matrix_verifies(tmp_path: Path) -> None:
    made = corpus()
    made.change(1, geometry(voxel=ON_SLICE))
    made.write(tmp_path)
    assert verify(tmp_path).ok


@pytest.mark.parametrize(
    ("edit", "check", "says"),
    [
        (region(2, box=RegionBox(media="png", xyxy=(91, 50, 100, 70))), "box", "its mask's is (90, 50, 100, 70)"),
        (region(2, box=RegionBox(media="png", xyxy=(90, 50, 121, 70))), "box", "leaves the image"),
        (region(2, box=RegionBox(media="jpg", xyxy=(90, 50, 100, 70))), "box", "does not have"),
        (region(2, mask=RegionMask(media="mask.png", value=9)), "mask", "no pixel of value 9"),
        (region(2, mask=RegionMask(media="mask7.png", value=3)), "mask", "no pixel of value 3"),
        (region(2, mask=None), "mask", "value 3 belongs to no region"),
        (region(1, parent="r8"), "region", "its parent r8"),
        (region(3, id="r1"), "region", "r1 comes twice"),
        (claim(Claim(span=(0, 99), fact="f5")), "claim", "leaves the text"),
        (claim(Claim(span=(-1, 4), fact="f5")), "claim", "leaves the text"),
        (claim(Claim(span=(4, 4), fact="f5")), "claim", "leaves the text"),
        (claim(Claim(span=(0, 4), fact="f9")), "claim", "not a fact"),
        (fact(0, value=820.0), "fact", "the masks give 800.0"),
        (fact(0, unit="px2", value=200.0), "fact", "px2"),
        (fact(1, value=0.9), "fact", "the masks give 1.0"),
        (fact(2, regions=("r3", "r1")), "fact", "the masks give 0.1"),
        (fact(3, value="middle right"), "fact", "the masks give middle left"),
        (fact(0, regions=("r7",)), "reference", "names r7"),
        (dialogue(facts=("f77",)), "reference", "names f77"),
        (dialogue(choices=("1", "2")), "reference", "none of its choices"),
        (dialogue(answer="700 mm²"), "item", "its own answer '700 mm²' does not pass its check: off by 100"),
        (dialogue(check=ItemCheck(kind="iou", box=(0, 0, 1, 1))), "item", "needs `box` and `at_least`"),
        (step(result=900.0), "reasoning", "masks give 800.0"),
        (step(op="guess"), "reasoning", "no operation"),
        (media(width=119), "pixels", "json says 119 x 100"),
        (media(pixels_sha256="0" * 64), "pixels", "pixels_sha256"),
        (media(sha256="0" * 64), "media", "sha256"),
        (geometry(affine=FLAT), "geometry", "cannot be inverted"),
        (geometry(affine=WIDER), "geometry", "spacing_mm says"),
        (geometry(voxel=OFF_SLICE), "geometry", "slice_index says 7"),
        (geometry(voxel=OFF_GRID), "geometry", "outside [120, 100, 20]"),
        (geometry(orientation=None), "geometry", "world is LPS"),
        (licence(redistribute=False), "licence", "redistribution"),
        (licence(derivatives=False), "licence", "derivatives"),
        (licence(attribution=" "), "licence", "no attribution"),
        (lambda sample: sample.model_copy(update={"subject": "toy/subject-3"}), "split", "subject toy/subject-3 is in"),
    ],
)
def test_a_planted_fault_is_found(edit: Edit, check: str, says: str, tmp_path: Path) -> None:
    made = corpus()
    made.change(1, edit)
    made.write(tmp_path)
    report = verify(tmp_path)
    assert not report.ok
    found = [problem for problem in report.problems if problem.check == check]
    assert any(says in problem.message for problem in found), report.problems
    assert {problem.key for problem in found} <= {"toy-0001", "toy-0006", "toy-0007"}  # 6 and 7 are of toy/subject-3
    assert report.failed[check] == len(found)


def rewrite(folder: Path, name: str, change: Callable[[dict[str, dict[str, bytes]]], None]) -> None:
    """Change the members of one shard and make the manifest agree with the new file."""
    groups = dict(read_shard(folder / name))
    change(groups)
    info = write_shard(folder / name, groups.items())
    manifest = json.loads((folder / "manifest.json").read_bytes())
    entry = next(entry for entry in manifest["shards"] if entry["name"] == name)
    entry.update(info.model_dump())
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "check", "says"),
    [
        (lambda groups: groups["toy-0001"].pop("mask1.png"), "media", "members json, mask.png, png"),
        (lambda groups: groups["toy-0001"].pop("json"), "schema", "no member json"),
        (lambda groups: groups["toy-0001"].update(json=b"{}"), "schema", "Field required"),
        (lambda groups: groups["toy-0001"].update(json=groups["toy-0000"]["json"]), "schema", "json says key"),
        (lambda groups: groups["toy-0001"].update(png=b"not a picture"), "pixels", "not a PNG"),
        (lambda groups: groups["toy-0001"].update(txt=b"more"), "media", "members json, mask.png"),
    ],
)
def test_a_fault_within_a_shard_is_found(change: Any, check: str, says: str, tmp_path: Path) -> None:
    corpus().write(tmp_path)
    rewrite(tmp_path, "train-000000.tar", change)
    report = verify(tmp_path)
    assert ("toy-0001", check) in checks(report)
    assert any(says in problem.message for problem in report.problems if problem.check == check), report.problems


@pytest.mark.parametrize("at", [100, 600, 9000])
def test_any_flipped_byte_is_found(at: int, tmp_path: Path) -> None:
    corpus().write(tmp_path)
    path = tmp_path / "train-000001.tar"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert (None, "checksum") in checks(verify(tmp_path))


def test_a_missing_and_an_extra_shard_are_found(tmp_path: Path) -> None:
    corpus().write(tmp_path)
    (tmp_path / "train-000001.tar").rename(tmp_path / "train-000009.tar")
    found = {(problem.shard, problem.message) for problem in verify(tmp_path).problems}
    assert ("train-000001.tar", "is in the manifest and not in the folder") in found
    assert ("train-000009.tar", "is in the folder and not in the manifest") in found


def test_the_same_pixels_twice_are_found(tmp_path: Path) -> None:
    made = corpus()
    made.samples[3] = packed(picture(3), 2, "train")
    made.write(tmp_path)
    assert ("toy-0003", "duplicate") in checks(verify(tmp_path))


def test_pixels_that_were_replaced_with_their_checksums_are_found_by_the_facts(tmp_path: Path) -> None:
    """Somebody edits a mask and repairs every checksum: the measurements still do not agree."""
    made = corpus()
    sample, members = made.samples[0]
    mask = cv2.imdecode(np.frombuffer(members["mask.png"], np.uint8), cv2.IMREAD_UNCHANGED)
    mask[55:60, 92:98][mask[55:60, 92:98] == 3] = 0
    data = png(mask)
    entries = [
        entry.model_copy(update={"sha256": sha256(data), "pixels_sha256": pixels_sha256(mask)})
        if entry.name == "mask.png"
        else entry
        for entry in sample.media
    ]
    sample = sample.model_copy(update={"media": tuple(entries)})
    made.samples[0] = sample, {**members, "mask.png": data, "json": sample.to_json().encode()}
    made.write(tmp_path)
    assert checks(verify(tmp_path)) == {("toy-0000", "fact"), ("toy-0000", "reasoning")}


def test_a_sample_in_a_shard_of_another_split_is_found(tmp_path: Path) -> None:
    corpus().write(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    next(entry for entry in manifest["shards"] if entry["name"] == "test-000000.tar")["split"] = "train"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert ("toy-0009", "split") in checks(verify(tmp_path))


def test_a_person_whom_a_group_of_another_split_shows_is_found(tmp_path: Path) -> None:
    made = corpus()
    shown = made.samples[0][0].subject
    made.change(9, lambda one: one.model_copy(update={"group": Group(kind="cases", whole=False, members=(
        Member(media="png", subject=one.subject), Member(media="1.png", subject=shown)))}))  # fmt: skip
    made.write(tmp_path)
    found = [one for one in verify(tmp_path).problems if one.check == "split"]
    assert {one.key for one in found} == {"toy-0000", "toy-0001"}  # the shard of test is read before
    assert found[0].message == f"subject {shown} is in train and, by toy-0009, in test"


def test_a_sample_with_other_members_than_its_shard_is_found(tmp_path: Path) -> None:
    corpus().write(tmp_path)
    text = (tmp_path / "manifest.json").read_text()
    (tmp_path / "manifest.json").write_text(text.replace('"json,txt"', '"json,png"'))
    assert checks(verify(tmp_path)) == {("toy-0008", "manifest")}


@pytest.mark.parametrize("field", ["samples", "splits", "subjects", "counts", "totals", "members"])
def test_a_manifest_that_miscounts_is_found(field: str, tmp_path: Path) -> None:
    corpus().write(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    manifest[field] = 11 if field == "samples" else {}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    report = verify(tmp_path)
    assert [problem.check for problem in report.problems] == ["manifest"]
    assert report.problems[0].message.startswith(f"{field} is")


@pytest.mark.parametrize("text", [None, "no json", "{}"])
def test_a_folder_without_a_manifest_is_bad_input(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ValueError, match=r"manifest.json: .*(publish)") as caught:
        verify(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_manifest_cannot_point_out_of_its_folder(tmp_path: Path) -> None:
    made: Corpus = corpus()
    (tmp_path / "in").mkdir()
    made.write(tmp_path / "in")
    text = (tmp_path / "in/manifest.json").read_text().replace("test-000000.tar", "../test-000000.tar")
    (tmp_path / "in/manifest.json").write_text(text)
    (tmp_path / "in/test-000000.tar").rename(tmp_path / "test-000000.tar")
    report = verify(tmp_path / "in")
    assert report.shards == 4
    assert not report.ok
