"""Visits of one person in one sample: each medium with its own place, and what changed. Oracles: the arrays that the
test wrote, and nibabel, which reads what was published."""

import gzip
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.curate.settle import settle
from pipelines.curate.work import Share, run_share
from pipelines.explain import explain
from pipelines.explain_text import render
from pipelines.ledger import recount
from pipelines.store import Store
from tests.connectors import small
from tests.pipelines import workshop
from tests.pipelines.grouped import EVERY, SOURCES, grouped, mask, published, run, scan
from transforms.shards.audit import audit

VISITS = {"20200105": (4, 4, 2), "20200704": (6, 5, 4), "20210120": None}
"""Day of a visit -> the sides of the tumour in voxels; none was found at the last one."""


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
    shown = [member for member in found["members"] if member["media"] is not None]
    files = [source["uri"] for member in shown for source in member["sources"]]
    assert files[::2] == [f"ann_{day}.nii.gz" for day in VISITS]  # beside each lies its mask
    left = [source.uri for source in sample.provenance.sources]  # Ann and a date: names that may be a person's
    assert len(left) == len(files)
    assert all(uri.startswith("p-") for uri in left)
    console = Console(width=400, file=io.StringIO())
    with console.capture() as capture:
        console.print(render(found))
    told = capture.get()
    assert all(uri in told for uri in files)
    assert "image 2, 1.nii.gz: " in told
    assert {(member["dataset"], member["licence"]) for member in shown} == {("small", "CC0-1.0")}
    assert told.count("of small (CC0-1.0)") == 3
    assert str(shown[1]["record"]) in told


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
