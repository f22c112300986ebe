"""Studies and series in one sample: what a study lacks, questions of all frames, phases, stated numbers."""

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from fastapi.testclient import TestClient

from catalog.portal import create_app
from pipelines.store import Store
from tests.connectors import small
from tests.pipelines import workshop
from tests.pipelines.grouped import SOURCES, grouped, mask, published, replicas, run, scan
from transforms.shards.encode import png


@pytest.fixture
def sequences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of two MR sequences of three that such a study should have, with a mask of each."""
    for number, name in enumerate(("t2", "t1")):
        scan(tmp_path / f"raw/small/ann_{name}.nii.gz", number)
        mask(tmp_path / f"raw/small/ann_{name}_tumour.nii.gz", (4, 4, 2))
    masks = [{"format": "masks", "file": "{case}_{sequence}_tumour.nii.gz", "encode": "binary", "label": "tumour"}]
    options: dict[str, Any] = {
        "files": ["{case}_{sequence:t1|t2|flair}.nii.gz"], "ignore": ["*_tumour.nii.gz"], "annotations": masks,
        "subject": "{case}", "study": "{case}", "modality": "mr", "keep": ["sequence"],
    }  # fmt: skip
    card = small.card("volumes", options, {"tumour": "neoplasm"})
    workshop.only(grouped(card, study={"by": ["sequence"], "has": ["t1", "flair", "t2"]}), monkeypatch)
    return tmp_path


def test_what_a_study_lacks_is_said(sequences: Path) -> None:
    ctx = run(sequences, SOURCES)
    ((sample, members),) = published(ctx, "study")
    assert sample.group is not None
    assert [(m.role, m.media) for m in sample.group.members] == [
        ("t1", "0.nii.gz"),
        ("t2", "1.nii.gz"),
        ("flair", None),
    ]
    assert sample.group.whole
    assert not [fact for fact in sample.facts if fact.predicate.endswith("_ratio")]  # both are of one moment
    for region in sample.regions:
        assert region.mask is not None
        index = nibabel.Nifti1Image.from_bytes(gzip.decompress(members[region.mask.media]))
        assert np.count_nonzero(np.asanyarray(index.dataobj) == region.mask.value) == 4 * 4 * 2
    page = TestClient(create_app([Path(ctx.workspace)])).get(f"/corpora/replicas/samples/{sample.key}")
    assert page.status_code == 200
    assert "without flair" in page.text
    assert "Image 2: t2" in page.text


def test_a_question_of_all_frames_is_asked_of_the_group_that_shows_them(tmp_path: Path) -> None:
    ctx = replicas(tmp_path, ["series"], "medframeqa")
    found = published(ctx, "series")
    asked = {(len(sample.media), talk.turns[0].text.split("\n")[0], talk.answer)
             for sample, _ in found for talk in sample.dialogues if talk.published}  # fmt: skip
    assert asked == {(2, "What do both frames show?", "A tear"), (3, "Which frame shows the bleed?", "second")}
    for sample, _ in found:
        page = TestClient(create_app([Path(ctx.workspace)])).get(f"/corpora/replicas/samples/{sample.key}")
        assert page.text.count("<img") == len(sample.media)


def test_phases_of_a_heart_follow_one_another(tmp_path: Path) -> None:
    found = published(replicas(tmp_path, ["volume", "study"], "acdc"), "study")
    assert len(found) == 2
    for sample, _ in found:
        assert sample.group is not None
        assert [member.role for member in sample.group.members] == ["ED", "ES"]
        assert {fact.predicate for fact in sample.facts if fact.predicate.endswith("_ratio")} == {"volume_ratio"}


def test_numbers_that_a_source_states_at_two_visits_are_compared(tmp_path: Path) -> None:
    found = [sample for sample, _ in published(replicas(tmp_path, ["visits"], "olives"), "visits")]
    changes = {(fact.name, fact.value, fact.unit) for sample in found for fact in sample.facts
               if fact.predicate == "reported_change"}  # fmt: skip
    assert changes == {("visual acuity", 5, None), ("central subfield thickness", -30, "µm")}
    assert all({member.role for member in sample.group.members} == {"OD"} for sample in found if sample.group)


def test_a_group_with_a_picture_that_is_called_two_things_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people's pictures are the same, with other labels: neither leaves, alone or in a group."""
    pixels = np.random.default_rng(3).integers(0, 255, (3, 20, 20), dtype=np.uint8)
    names = {"ann_1_benign": 0, "ann_1_other": 1, "bob_1_malignant": 0, "bob_1_other": 2}
    for name, number in names.items():
        file = tmp_path / f"raw/small/{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(pixels[number]))
    options: dict[str, Any] = {
        "files": ["{case}_{study}_{label}.png"], "subject": "{case}", "study": "{case}{study}", "modality": "us",
        "annotations": [{"format": "table", "file": "labels.csv", "key": "name", "match": "{name}",
                         "columns": ["lesion", "neoplasm"], "required": False}],
    }  # fmt: skip
    rows = ["name,lesion,neoplasm", "ann_1_benign.png,1,0", "bob_1_malignant.png,0,1"]
    (tmp_path / "raw/small/labels.csv").write_text("\n".join(rows) + "\n")
    card = small.card("pictures", options, {"lesion": "lesion", "neoplasm": "neoplasm"})
    workshop.only(card, monkeypatch)
    ctx = run(tmp_path, [{"dataset": "small", "views": {"groups": ["study"]}}])
    rows_of = Store(ctx.workspace).read("ledger", ["stage", "unit", "fate", "reason"])
    fates = Counter((row["stage"], row["fate"]) for row in rows_of if row["stage"] in ("groups", "publish"))
    assert fates == {("groups", "emitted"): 2, ("publish", "emitted"): 2, ("publish", "filtered"): 4}
    assert published(ctx, "study") == []
