"""What two folders, corpora and benchmarks share is found and named, and what they do not share is not."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from pipelines.commands.app import app
from schemas.leaks import comparisons
from tests.corpora import corpus
from tests.identity_phantoms import jpeg, picture, scan
from tests.replicas import dicom, radlabels_reports

runner = CliRunner()


def nifti(path: Path, values: NDArray[np.int16], spacing: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(values, np.diag([spacing, spacing, spacing, 1.0])), path)


def png(path: Path, image: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), image)


def check(*args: object) -> tuple[int, dict[str, Any]]:
    result = runner.invoke(app, ["leak-check", *map(str, args), "--json"])
    assert result.exit_code in (0, 1), result.output
    return result.exit_code, json.loads(result.stdout)


def test_a_volume_whose_spacing_was_rewritten_to_one_is_the_volume_that_it_was(tmp_path: Path) -> None:
    """As 20 volumes of LiTS are those of 3D-IRCADb: hashes of files miss them."""
    for person in (1, 2):
        nifti(tmp_path / f"ircad/patient{person}.nii.gz", scan(person), 0.7)
    nifti(tmp_path / "lits/volume-27.nii", scan(2), 1.0)
    nifti(tmp_path / "lits/volume-28.nii", scan(3), 1.0)
    code, told = check(tmp_path / "lits", tmp_path / "ircad", "--html", tmp_path / "page.html")
    found = {(one["kind"], one["one"], one["other"]) for one in told["pairs"]}
    assert code == 1
    assert found == {("pixels", "volume-27.nii", "patient2.nii.gz"), ("volume", "volume-27.nii", "patient2.nii.gz")}
    assert not told["files"]
    page = (tmp_path / "page.html").read_text()
    assert page.count("<img") == 2
    assert "volume-27.nii" in page
    assert "volume-28.nii" not in page


def test_formats_do_not_hide_anybody(tmp_path: Path) -> None:
    """A DICOM series as NIfTI, a slice of it as JPEG; and the same person by the header's id."""
    body = scan(4, (72, 64, 10)) + 1024
    for number in range(10):
        one = dicom.slice_of("alike", (0, 0, 2.0 * number), size=(64, 72), PixelSpacing=[0.7, 0.7])
        dicom.save(tmp_path / "a", f"{number}.dcm", dicom.pixels(one, np.ascontiguousarray(body[:, :, number].T)))
    nifti(tmp_path / "b/volume.nii.gz", body, 1.0)
    shown = (np.clip((body[:, :, 5].T - 600.0) / 900, 0, 1) * 255).astype(np.uint8)
    png(tmp_path / "c/slice.png", jpeg(shown))
    assert {one["kind"] for one in check(tmp_path / "a", tmp_path / "b")[1]["pairs"]} == {"volume"}
    assert {one["kind"] for one in check(tmp_path / "b", tmp_path / "c")[1]["pairs"]} == {"slice"}
    shutil.copytree(tmp_path / "a", tmp_path / "d")
    assert len(check(tmp_path / "a", tmp_path / "d")[1]["people"]) == 1


def test_questions_count_only_where_the_picture_is_the_same(tmp_path: Path) -> None:
    def vqa(folder: Path, shown: dict[str, NDArray[np.uint8]], asked: list[tuple[str, str, str]]) -> None:
        for name, image in shown.items():
            png(folder / f"VQA_RAD Image Folder/{name}.jpg", image)
        rows = [{"image_name": f"{name}.jpg", "question": question, "answer": "yes", "phrase_type": phrase,
                 "qid": n, "qid_linked_id": n, "image_case_url": name, "image_organ": "CHEST", "answer_type": "CLOSED",
                 "question_type": "PRES"}
                for n, (name, question, phrase) in enumerate(asked)]  # fmt: skip
        (folder / "VQA_RAD Dataset Public.json").write_text(json.dumps(rows))

    vqa(tmp_path / "bench", {"x": picture(1), "y": picture(2), "z": picture(5)}, [
        ("x", "Is there a fracture?", "test_freeform"), ("x", "Is the heart enlarged?", "freeform"),
        ("y", "Is there a fracture?", "test_para"), ("z", "Is there a fracture?", "freeform"),
    ])  # fmt: skip
    vqa(tmp_path / "mine", {"p": picture(1)[:, ::-1].copy(), "q": picture(3), "r": picture(5)}, [
        ("p", "is there fracture ?", "test_freeform"), ("p", "Is the heart enlarged?", "test_freeform"),
        ("q", "Is there a fracture?", "test_freeform"), ("r", "Is there a fracture?", "test_freeform"),
    ])  # fmt: skip
    code, told = check(f"vqa_rad={tmp_path / 'bench'}", f"vqa_rad={tmp_path / 'mine'}")
    assert code == 1
    pairs = [(Path(str(one["one"])).stem, Path(str(one["other"])).stem) for one in told["pairs"]]
    assert pairs == [("x", "p")], "z has no question of the test set"
    assert [(one["question"], one["copy_"]) for one in told["asked"]] == [
        ("Is there a fracture?", "is there fracture ?")
    ]


def test_nothing_shared_is_said_so_and_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    png(tmp_path / "a/one.png", picture(1))
    png(tmp_path / "b/two.png", picture(2))
    (tmp_path / "b/torn.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    code, told = check(tmp_path / "a", tmp_path / "b")
    assert code == 0
    assert not told["pairs"]
    assert "torn.png" in told["other"]["refused"][0]


@pytest.mark.parametrize(("other", "said"), [("missing", "no such folder"), ("empty", "no picture or volume")])
def test_nothing_to_compare_is_refused(tmp_path: Path, other: str, said: str) -> None:
    png(tmp_path / "a/one.png", picture(1))
    (tmp_path / "empty").mkdir()
    result = runner.invoke(app, ["leak-check", str(tmp_path / "a"), str(tmp_path / other)])
    assert result.exit_code != 0
    assert said in str(result.exception or result.output)


def test_reports_are_told_by_subject_and_file_and_a_table_of_all_is_nobodys(tmp_path: Path) -> None:
    radlabels_reports.build(tmp_path / "all")
    shutil.copytree(tmp_path / "all", tmp_path / "one")
    (tmp_path / "one/synthetic_reports/synth_0001.txt").unlink()
    code, told = check(f"radlabels_reports={tmp_path / 'all'}", f"radlabels_reports={tmp_path / 'one'}")
    report = tmp_path / "all/synthetic_reports/synth_0002.txt"
    assert code == 1
    assert (told["one"]["unseen"], told["other"]["unseen"]) == (2, 1)
    assert len(told["people"]) == 1
    assert told["files"] == [hashlib.sha256(report.read_bytes()).hexdigest()]


def test_a_document_of_a_corpus_is_compared_and_splits_of_one_source_file_share_nothing(tmp_path: Path) -> None:
    corpus().publish(tmp_path)
    code, told = check(f"{tmp_path}@test", f"{tmp_path}@test")
    assert (code, told["one"]["unseen"], told["people"]) == (1, 1, ["toy/subject-4"])
    _, told = check(f"{tmp_path}@train", f"{tmp_path}@test")
    assert not told["people"]
    assert not told["files"], "one file of three subjects"


def test_people_and_scans_of_one_uid_are_shared_whatever_their_names(tmp_path: Path) -> None:
    def written(folder: str, person: str, scan: str | None) -> Path:
        made = corpus()
        uids = {"subject_uid": "5" * 20, "volume_uid": scan}
        for number, (sample, _) in enumerate(made.samples):
            own = sample.provenance.model_copy(update=uids if number == 0 else {})
            name = {"subject": f"toy/{person}-{number}", "provenance": own}
            made.change(number, lambda sample, name=name: sample.model_copy(update=name))
        (tmp_path / folder).mkdir()
        made.publish(tmp_path / folder)
        return tmp_path / folder

    one, other = written("one", "a", "7" * 20), written("other", "b", "7" * 20)
    code, told = check(one, other)
    assert (code, told["people"], told["scans"]) == (1, ["5" * 20], ["7" * 20])
    _, told = check(one, written("same", "a", None))
    assert "5" * 20 not in told["people"], "that person is told by name"
    assert len(told["people"]) == len(corpus().samples)
    assert not told["scans"]


def test_what_a_side_lacks_is_named(tmp_path: Path) -> None:
    corpus().publish(tmp_path / "corpus")
    shutil.copytree(tmp_path / "corpus", tmp_path / "torn")
    (tmp_path / "torn/train-000000.tar").unlink()
    png(tmp_path / "pictures/one.png", picture(1))
    for side, said in (
        (f"{tmp_path}/corpus@tset", "no split 'tset' (did you mean 'test'?); there are test, train, validation"),
        (f"{tmp_path}/torn", "train-000000.tar: is in manifest.json and not in the folder"),
        (f"{tmp_path}/pictures@test", "no split 'test'; there are none"),
        (f"radlabels_reports={tmp_path}/pictures", "radlabels_reports finds none of its files there"),
    ):
        result = runner.invoke(app, ["leak-check", side, str(tmp_path / "pictures")])
        assert said in str(result.exception or result.output)


def test_what_is_asked_for_by_another_name_is_told_what_there_is(tmp_path: Path) -> None:
    png(tmp_path / "pictures/one.png", picture(1))
    for side, said in (
        (f"{tmp_path}/pictures/one.png", f"is a file; give its folder, {tmp_path}/pictures"),
        (f"vqa_rda={tmp_path}/pictures", "no such data set or test set; near it: vqa_rad"),
        (f"nosuch={tmp_path}/pictures", "test sets: m3cotbench, m3d_bench"),
    ):
        result = runner.invoke(app, ["leak-check", side, str(tmp_path / "pictures")])
        assert result.exit_code == 2 or result.exception
        assert said in str(result.exception or result.output)


def test_dicom_files_without_a_suffix_are_read_and_other_such_files_are_not(tmp_path: Path) -> None:
    body = scan(4, (72, 64, 10)) + 1024
    for number in range(10):
        one = dicom.slice_of("alike", (0, 0, 2.0 * number), size=(64, 72), PixelSpacing=[0.7, 0.7])
        for folder, name in (("a", f"{number}.dcm"), ("b/deep", f"IM{number}"), ("b/uid", f"1.2.840.{number}")):
            dicom.save(tmp_path / folder, name, dicom.pixels(one, np.ascontiguousarray(body[:, :, number].T)))
    (tmp_path / "b/LICENSE").write_text("plainly synthetic")
    _, told = check(tmp_path / "a", tmp_path / "b")
    assert (told["other"]["volumes"], told["other"]["refused"]) == (2, [])
    assert {one["kind"] for one in told["pairs"]} == {"pixels", "volume"}


def test_a_cut_shard_costs_what_comes_after_the_cut(tmp_path: Path) -> None:
    corpus().publish(tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    shard = tmp_path / "cut/train-000000.tar"
    shard.write_bytes(shard.read_bytes()[:700])
    _, told = check(tmp_path / "cut", tmp_path / "whole")
    assert [line.partition(":")[0] for line in told["one"]["refused"]] == [shard.name]
    assert told["people"], "the other shards were compared"


def test_the_outcome_for_a_test_set_lies_beside_the_corpus_until_that_changes(tmp_path: Path) -> None:
    corpus().publish(tmp_path / "corpus")
    png(tmp_path / "vqa/VQA_RAD Image Folder/x.jpg", picture(1))
    row = {"image_name": "x.jpg", "question": "Is there a fracture?", "answer": "yes", "phrase_type": "test_freeform",
           "qid": 1, "qid_linked_id": 1, "image_case_url": "x", "image_organ": "CHEST", "answer_type": "CLOSED",
           "question_type": "PRES"}  # fmt: skip
    (tmp_path / "vqa/VQA_RAD Dataset Public.json").write_text(json.dumps([row]))
    check(f"vqa_rad={tmp_path / 'vqa'}", f"{tmp_path / 'corpus'}@train")
    check(tmp_path / "corpus", f"vqa_rad={tmp_path / 'vqa'}")
    check(tmp_path / "corpus", tmp_path / "vqa")
    file = tmp_path / "corpus.leaks.json"
    told = json.loads(file.read_text())["compared"]
    assert [(one["test_set"], one["split"], one["pairs"]) for one in told] == [
        ("vqa_rad", None, 0),
        ("vqa_rad", "train", 0),
    ]
    manifest = hashlib.sha256((tmp_path / "corpus/manifest.json").read_bytes()).hexdigest()
    assert [one.told for one in comparisons(tmp_path / "corpus", manifest).compared] == [
        "nothing in both", "nothing in both (train alone was compared)"
    ]  # fmt: skip
    assert not comparisons(tmp_path / "corpus", "of another corpus").compared


def test_pictures_at_any_depth_are_read(tmp_path: Path) -> None:
    for number, name in enumerate(("0", "ill/1", "ill/deep/1")):
        png(tmp_path / f"a/{name}.png", picture(number))
    png(tmp_path / "b/x.png", picture(2))
    _, told = check(tmp_path / "a", tmp_path / "b")
    assert told["one"]["pictures"] == 3
    assert {one["one"] for one in told["pairs"]} == {"ill/deep/1.png"}


def test_a_table_of_which_each_side_has_one_person_is_nobodys(tmp_path: Path) -> None:
    """Two reports, each with its row of one table; the same report on both sides is a shared file."""
    radlabels_reports.build(tmp_path / "all")
    for number in (1, 2):
        shutil.copytree(tmp_path / "all", tmp_path / str(number))
        (tmp_path / str(number) / f"synthetic_reports/synth_000{3 - number}.txt").unlink()
    sides = [f"radlabels_reports={tmp_path / name}" for name in ("1", "2")]
    code, told = check(*sides)
    assert (code, told["files"], told["people"]) == (0, [], [])
    assert check(sides[0], sides[0])[1]["files"]


def test_without_another_side_every_two_splits_are_compared(tmp_path: Path) -> None:
    """Its pictures differ in one pixel, so each split shares some with each other."""
    corpus().publish(tmp_path / "corpus")
    found = runner.invoke(app, ["leak-check", str(tmp_path / "corpus"), "--json", "--out", str(tmp_path / "told.json")])
    told = json.loads(found.stdout)
    sides = [(one["one"]["name"].rpartition("@")[2], one["other"]["name"].rpartition("@")[2]) for one in told]
    assert sides == [("train", "validation"), ("train", "test"), ("validation", "test")]
    assert (found.exit_code, told) == (1, json.loads((tmp_path / "told.json").read_text()))
    assert told == [check(one["one"]["name"], one["other"]["name"])[1] for one in told]
    assert all(one["pairs"] for one in told)


def test_without_another_side_there_must_be_splits(tmp_path: Path) -> None:
    made = corpus()
    made.samples = [one for one in made.samples if one[0].split == "train"]
    made.publish(tmp_path / "train")
    png(tmp_path / "pictures/one.png", picture(1))
    for args, said in (
        ([tmp_path / "train"], "has the split train alone"),
        ([f"{tmp_path / 'train'}@train"], "with which other side?"),
        ([tmp_path / "pictures"], "with which other side?"),
        ([tmp_path / "train", "--html", tmp_path / "page.html"], "--html: is of two sides"),
    ):
        result = runner.invoke(app, ["leak-check", *map(str, args)])
        assert said in str(result.exception)
    assert not (tmp_path / "page.html").exists()
