"""Records of one person in one sample: visits, studies and series, each medium with its own place, and what changed.
Oracles: the arrays that the test wrote, and nibabel, which reads what was published."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from fastapi.testclient import TestClient
from rich.console import Console

import catalog
from catalog.portal import create_app
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.curate.settle import settle
from pipelines.curate.work import Share, run_share
from pipelines.explain import explain
from pipelines.ledger import recount
from pipelines.store import Store
from schemas import DatasetCard, Grouping, Sample
from tests.connectors import small
from tests.pipelines import workshop
from tests.replicas.builder.tree import build as grow
from tests.replicas.builder.tree import declarations, load
from transforms.shards.audit import audit
from transforms.shards.encode import png
from transforms.shards.tar import read_shard
from transforms.shards.verify import verify

SHAPE, VOXEL = (16, 14, 8), (0.8, 0.7, 3.0)
GROUPS = ["volume", "study", "series", "visits"]
TASKS = ["modality", "presence", "size", "visits", "which_image"]
VISITS = {"20200105": (4, 4, 2), "20200704": (6, 5, 4), "20210120": None}
"""Day of a visit -> the sides of the tumour in voxels; none was found at the last one."""
EVERY: tuple[Any, ...] = ("ingest", "curate", "publish")


def run(tmp_path: Path, sources: list[dict[str, Any]], stages: tuple[Any, ...] = EVERY) -> Context:
    """Built, every unit accounted for, and sound."""
    use = {"redistribute": False, "accept_unknown": True}
    file = workshop.recipe(tmp_path / "r.yaml", sources=sources, splits={"train": 1.0}, use=use, tasks=TASKS)
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    build.run(ctx, Job(stages, "inline"), Console(quiet=True))
    assert recount(ctx)[1] == []
    if "publish" in stages:
        report = verify(tmp_path / "space/shards", catalog.labelspace())
        assert report.ok, report.problems
    return ctx


def replicas(tmp_path: Path, groups: list[str], *names: str) -> Context:
    for name in names:
        grow(load(declarations()[name]), tmp_path / "raw" / name)
    return run(tmp_path, [{"dataset": name, "views": {"groups": groups}} for name in names])


def published(ctx: Context, kind: str) -> list[tuple[Sample, dict[str, bytes]]]:
    groups = [members for shard in sorted((Path(ctx.workspace) / "shards").glob("*.tar"))
              for _, members in read_shard(shard)]  # fmt: skip
    pairs = [(Sample.model_validate_json(members["json"]), members) for members in groups]
    return [(sample, members) for sample, members in pairs if sample.view.frame == kind]


def scan(path: Path, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = np.random.default_rng(number).integers(0, 900, SHAPE).astype(np.int16)
    image = nibabel.Nifti1Image(stored, np.diag([*VOXEL, 1.0]))
    image.header.set_xyzt_units("mm")
    nibabel.save(image, path)


def mask(path: Path, sides: tuple[int, int, int] | None) -> None:
    drawn = np.zeros(SHAPE, np.uint8)
    if sides is not None:
        drawn[tuple(slice(2, 2 + side) for side in sides)] = 1
    nibabel.save(nibabel.Nifti1Image(drawn, np.diag([*VOXEL, 1.0])), path)


def grouped(card: DatasetCard, **groups: Any) -> DatasetCard:
    layout = card.layout.model_copy(update={"groups": Grouping.model_validate(groups)})
    return card.model_copy(update={"layout": layout})


@pytest.fixture
def visited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One person's CT at three visits, with a tumour outlined wherever it is."""
    for number, (day, sides) in enumerate(VISITS.items()):
        scan(tmp_path / f"raw/small/ann_{day}.nii.gz", number)
        mask(tmp_path / f"raw/small/ann_{day}_tumour.nii.gz", sides)
    masks = [{"format": "masks", "file": "{case}_{day}_tumour.nii.gz", "encode": "binary", "label": "tumour"}]
    options: dict[str, Any] = {
        "files": ["{case}_{day:\\d+}.nii.gz"], "ignore": ["*_tumour.nii.gz"], "annotations": masks, "subject": "{case}",
        "study": "{case}_{day}", "modality": "ct", "keep": ["day"],
    }  # fmt: skip
    card = small.card("volumes", options, {"tumour": "neoplasm"}, exhaustive=["neoplasm"])
    workshop.only(grouped(card, visits={"order": "day", "unit": "date"}), monkeypatch)
    return tmp_path


SOURCES = [{"dataset": "small", "views": {"planes": {"axial": 2}, "groups": GROUPS}}]


def test_visits_are_in_order_with_the_days_between_and_never_a_date(visited: Path) -> None:
    ((sample, members),) = published(run(visited, SOURCES), "visits")
    assert sample.group is not None
    assert [(m.media, m.visit, m.days) for m in sample.group.members] == [
        ("0.nii.gz", 1, 0), ("1.nii.gz", 2, 181), ("2.nii.gz", 3, 381),
    ]  # fmt: skip
    assert set(members) == {"json", "0.nii.gz", "0.mask.nii.gz", "1.nii.gz", "1.mask.nii.gz", "2.nii.gz"}
    for number, day in enumerate(VISITS):
        source = nibabel.load(visited / f"raw/small/ann_{day}.nii.gz")
        found = nibabel.Nifti1Image.from_bytes(gzip.decompress(members[f"{number}.nii.gz"]))
        assert np.array_equal(np.asanyarray(found.dataobj), np.asanyarray(source.dataobj))
        assert np.allclose(found.affine, source.affine, atol=1e-4)
    said = json.loads(members["json"])
    said.pop("provenance")
    assert not [day for day in VISITS if day in json.dumps(said)]
    text = sample.description.overall.text
    assert "Image 2 was taken 181 days after image 1." in text
    assert "Image 3 was taken 200 days after image 2." in text


def test_the_change_of_a_size_is_that_of_its_voxels(visited: Path) -> None:
    ((sample, _),) = published(run(visited, SOURCES), "visits")
    before, after = (np.prod(sides) for sides in VISITS.values() if sides is not None)
    (ratio,) = [fact for fact in sample.facts if fact.predicate == "volume_ratio"]
    assert ratio.media == ("0.nii.gz", "1.nii.gz")
    assert ratio.value == pytest.approx(after / before, rel=1e-4)
    asked = [talk for talk in sample.dialogues if ratio.id in talk.facts]
    assert [talk.answer for talk in asked] == ["image 2"] or any(talk.answer.startswith("3.75") for talk in asked)
    assert all(talk.reasoning for talk in asked)


def test_something_is_gone_only_where_it_was_looked_for(visited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ((sample, _),) = published(run(visited, SOURCES), "visits")
    gone = [fact for fact in sample.facts if fact.predicate == "only_in"]
    assert [fact.media for fact in gone] == [("1.nii.gz", "2.nii.gz")]
    shown = {fact.concept.label: fact.value for fact in sample.facts if fact.predicate == "shown_in" and fact.concept}
    assert shown == {"neoplasm": "1, 2"}
    text = sample.description.overall.text
    assert "Image 2 shows a neoplasm and image 3 does not." in text
    assert "Of these images, image 1 and image 2 show a neoplasm." in text
    card = catalog.card("small").model_copy(update={"exhaustive": ()})
    workshop.only(card, monkeypatch)
    (visited / "space").rename(visited / "before")
    ((sample, _),) = published(run(visited, SOURCES), "visits")
    assert not [fact for fact in sample.facts if fact.predicate in ("only_in", "shown_in")]
    assert "does not" not in sample.description.overall.text


def broken(members: dict[str, bytes], change: Any) -> list[str]:
    """The checks that find fault with a group after a change of its JSON."""
    said = json.loads(members["json"])
    change(said)
    found = audit(said["key"], {**members, "json": json.dumps(said).encode()}, catalog.labelspace())
    return sorted({check for check, _ in found.problems})


def fact_of(said: dict[str, Any], predicate: str) -> dict[str, Any]:
    found: dict[str, Any] = next(fact for fact in said["facts"] if fact["predicate"] == predicate)
    return found


def test_verify_works_out_again_what_is_said_between_media(visited: Path) -> None:
    ((_, members),) = published(run(visited, SOURCES), "visits")
    assert broken(members, lambda said: None) == []
    for predicate, value in (("volume_ratio", 2.0), ("days_after", 180), ("shown_in", "1, 2, 3"), ("images", 4)):
        assert broken(members, lambda said, p=predicate, v=value: fact_of(said, p).update(value=v)) != [], predicate
    swapped = ["2.nii.gz", "1.nii.gz"]
    assert "fact" in broken(members, lambda said: fact_of(said, "only_in").update(media=swapped))
    assert "fact" in broken(members, lambda said: fact_of(said, "volume").update(value=1.0))
    assert "group" in broken(members, lambda said: fact_of(said, "volume").update(media=["2.nii.gz"]))
    assert "group" in broken(members, lambda said: said["group"]["members"].reverse())
    assert "group" in broken(members, lambda said: said["group"]["members"][1].update(visit=3))
    assert broken({**members, "1.mask.nii.gz": members["0.mask.nii.gz"]}, lambda said: None) != []


def test_in_any_number_of_shares_the_same_and_only_once(visited: Path) -> None:
    ctx = run(visited, SOURCES)
    first = published(ctx, "visits")
    before = workshop.hashes(visited / "space/samples")
    build.run(ctx, Job(EVERY, "inline"), Console(quiet=True))
    assert workshop.hashes(visited / "space/samples") == before
    (visited / "space").rename(visited / "before")
    ctx = run(visited, SOURCES, ("ingest",))
    for part in Store(ctx.workspace).every_part():
        for number in range(3):
            run_share(ctx, Share(part=part.number, number=number, of=3), lambda units: None)
        settle(ctx, part)
    build.run(ctx, Job(EVERY, "inline"), Console(quiet=True))
    assert recount(ctx)[1] == []
    assert [members for _, members in published(ctx, "visits")] == [members for _, members in first]


def stages(visited: Path) -> dict[str, int]:
    """How often each stage but publish booked something."""
    rows = Store(str(visited / "space")).read("ledger", ["stage"])
    return {stage: n for stage, n in Counter(row["stage"] for row in rows).items() if stage != "publish"}


def test_another_kind_of_group_makes_no_record_anew(visited: Path) -> None:
    views = {"planes": {"axial": 2}, "groups": ["volume", "series"]}
    run(visited, [{"dataset": "small", "views": views}])
    before = stages(visited)
    ctx = run(visited, SOURCES)
    assert stages(visited) == {**before, "groups": 3 + 1}  # three series, and the visits
    assert len(published(ctx, "visits")) == 1


def test_explain_knows_a_group(visited: Path) -> None:
    ctx = run(visited, SOURCES)
    ((sample, _),) = published(ctx, "visits")
    found = explain(Store(ctx.workspace), sample.key)
    assert found is not None
    assert found["fate"] == "emitted by publish"
    own = [row for row in found["stages"] if row["unit"] == sample.key]
    assert [row["stage"] for row in own] == ["groups", "publish"]
    assert own[0]["made"] == sample.provenance.steps[-1].key
    assert found["sample"]["group"]["kind"] == "visits"
    for member in sample.group.shown if sample.group else ():
        alone = explain(Store(ctx.workspace), str(member.key))
        assert alone is not None
        assert alone["sample"]["view"]["frame"] == "volume"


def test_slices_of_a_volume_are_a_series_with_a_place_each(visited: Path) -> None:
    found = published(run(visited, SOURCES), "series")
    assert len(found) == 3
    for sample, _ in found:
        pictures = [media for media in sample.media if media.kind == "image"]
        assert [media.name for media in pictures] == ["0.png", "1.png"]
        places = [media.geometry.slice_index for media in pictures if media.geometry]
        assert places == sorted(places)
        assert {region.medium for region in sample.regions} <= {"0.png", "1.png"}
        assert not [fact for fact in sample.facts if fact.predicate.endswith("_ratio")]  # slices are no whole


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
