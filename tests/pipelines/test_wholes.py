"""A volume leaves as a volume and a clip as a clip: with the source's values, in the patient's place, with all that was
said of it. Oracles: nibabel and SimpleITK read the source and what was published."""

import gzip
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK
import webdataset
from rich.console import Console

import catalog
from catalog.portal import create_app
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.ledger import recount
from pipelines.store import Store
from schemas import Candidate, Record, Sample
from tests.connectors import small
from tests.pipelines import workshop
from tests.replicas.builder.tree import build as grow
from tests.replicas.builder.tree import declarations, load
from transforms.shards.tar import read_shard
from transforms.shards.verify import verify

TURNED = np.array([[0, -0.8, 0, 10], [-0.7, 0, 0, 20], [0, 0, 3, -30], [0, 0, 0, 1.0]])  # RAS
SHAPE = (24, 20, 9)
LIVER, TUMOUR = (slice(2, 14), slice(3, 15), slice(1, 8)), (slice(5, 9), slice(6, 10), slice(3, 5))


def run(tmp_path: Path, sources: list[dict[str, Any]]) -> Context:
    """Built and published, every unit accounted for, and sound."""
    file = workshop.recipe(
        tmp_path / "r.yaml", sources=sources, splits={"train": 1.0},
        use={"redistribute": False, "accept_unknown": True},
        tasks=["modality", "anatomy", "presence", "size", "counting", "slices", "grounding", "location"],
    )  # fmt: skip
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    assert not [fault for fault in recount(ctx)[1] if "wait" not in fault]
    report = verify(tmp_path / "space/shards", catalog.labelspace())
    assert report.ok, report.problems
    return ctx


def replicas(tmp_path: Path, views: dict[str, Any], *names: str) -> Context:
    for name in names:
        grow(load(declarations()[name]), tmp_path / "raw" / name)
    return run(tmp_path, [{"dataset": name, "views": views} for name in names])


def published(ctx: Context, frame: str) -> list[tuple[Sample, dict[str, bytes]]]:
    shards = sorted((Path(ctx.workspace) / "shards").glob("*.tar"))
    groups = [members for shard in shards for _, members in read_shard(shard)]
    pairs = [(Sample.model_validate_json(members["json"]), members) for members in groups]
    return [(sample, members) for sample, members in pairs if sample.view.frame == frame]


def image_of(data: bytes) -> Any:
    return nibabel.Nifti1Image.from_bytes(gzip.decompress(data))


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CT with a liver and a tumour in it (their masks overlap), turned axes, HU by a header's slope."""
    raw = tmp_path / "raw/small"
    raw.mkdir(parents=True)
    stored = np.random.default_rng(0).integers(900, 1200, SHAPE).astype(np.int16)
    scan = nibabel.Nifti1Image(stored, TURNED)
    scan.header.set_xyzt_units("mm")
    scan.header.set_slope_inter(1, -1024)
    nibabel.save(scan, raw / "a.nii.gz")
    for name, part in (("liver", LIVER), ("tumour", TUMOUR)):
        mask = np.zeros(SHAPE, np.uint8)
        mask[part] = 1
        nibabel.save(nibabel.Nifti1Image(mask, TURNED), raw / f"a_{name}.nii.gz")
    masks = [
        {"format": "masks", "file": f"{{case}}_{name}.nii.gz", "encode": "binary", "label": name}
        for name in ("liver", "tumour")
    ]
    options: dict[str, Any] = {"files": ["{case}.nii.gz"], "ignore": ["*_liver.nii.gz", "*_tumour.nii.gz"],
                               "annotations": masks, "subject": "{case}", "modality": "ct"}  # fmt: skip
    card = small.card("volumes", options, {"liver": "liver", "tumour": "neoplasm"})
    workshop.only(card, monkeypatch)
    return tmp_path


def test_a_volume_leaves_with_the_sources_values_where_the_patient_lies(labelled: Path) -> None:
    ctx = run(labelled, [{"dataset": "small", "views": {"planes": {"axial": 1}, "groups": ["volume"]}}])
    ((sample, members),) = published(ctx, "volume")
    source, found = nibabel.load(labelled / "raw/small/a.nii.gz"), image_of(members["nii.gz"])
    assert found.get_data_dtype() == np.int16
    assert np.array_equal(np.asanyarray(found.dataobj), np.asanyarray(source.dataobj))
    assert np.allclose(found.affine, TURNED, atol=1e-4)
    assert (int(found.header["sform_code"]), int(found.header["qform_code"])) == (2, 2)
    again = labelled / "again.nii.gz"
    again.write_bytes(members["nii.gz"])
    one, other = SimpleITK.ReadImage(str(labelled / "raw/small/a.nii.gz")), SimpleITK.ReadImage(str(again))
    for voxel in ((0, 0, 0), (7, 3, 5), (23, 19, 8)):
        place = one.TransformIndexToPhysicalPoint(voxel)
        assert np.allclose(place, other.TransformIndexToPhysicalPoint(voxel), atol=1e-4)
        said = np.asarray(sample.media[0].geometry.affine) @ (*voxel, 1)  # type: ignore[union-attr]
        assert np.allclose(said[:3], place, atol=1e-4)  # SimpleITK's world is LPS too
    assert one.GetPixel(7, 3, 5) == other.GetPixel(7, 3, 5)


def frames_of(root: Path, **views: Any) -> list[str]:
    shutil.rmtree(root / "space", ignore_errors=True)
    found = run(root, [{"dataset": "small", "views": {"planes": {"axial": 2}, **views}}])
    rows = Store(found.workspace).read("scenes", ["frame"])
    return sorted(str(row["frame"]).partition(":")[0] for row in rows)


def test_slices_are_left_out_where_the_whole_leaves_and_the_recipe_says_so(labelled: Path) -> None:
    assert frames_of(labelled, groups=["volume"]) == ["axial", "axial", "volume"]
    assert frames_of(labelled, groups=["volume"], singles=False) == ["volume"]
    # Without a whole, or where that is too large, its slices are all that there is.
    assert frames_of(labelled, singles=False) == ["axial", "axial"]
    assert frames_of(labelled, groups=["volume"], singles=False, max_voxels=10) == ["axial", "axial"]


def test_its_regions_lie_in_index_volumes_and_are_measured_there(labelled: Path) -> None:
    ctx = run(labelled, [{"dataset": "small", "views": {"groups": ["volume"]}}])
    ((sample, members),) = published(ctx, "volume")
    assert [media.name for media in sample.media] == ["nii.gz", "mask.nii.gz", "mask1.nii.gz"]
    drawn = {region.concept.label: region for region in sample.regions}
    parts = {"liver": LIVER, "neoplasm": TUMOUR}
    assert len(drawn) == 2
    for label, region in drawn.items():
        part = next(own for name, own in parts.items() if name in label or label in name or name == "neoplasm")
        array = np.asanyarray(image_of(members[region.mask.media]).dataobj)  # type: ignore[union-attr]
        expected = np.zeros(SHAPE, bool)
        expected[part] = True
        assert np.array_equal(array == region.mask.value, expected)  # type: ignore[union-attr]
        assert region.box3d == (*(s.start for s in part), *(s.stop for s in part))
        (volume,) = [fact for fact in sample.facts if fact.predicate == "volume" and fact.regions == (region.id,)]
        assert volume.value == pytest.approx(expected.sum() * 0.7 * 0.8 * 3 / 1000, rel=1e-3)
    assert not {"area", "zone", "long_axis"} & {fact.predicate for fact in sample.facts}
    text = sample.description.overall.text
    assert "scan of the liver with 9 slices and a slice spacing of 3 mm" in text
    assert "The volume of the liver is" in text
    asked = " ".join(turn.text for dialogue in sample.dialogues for turn in dialogue.turns)
    assert "this scan" in asked
    assert "image" not in asked.replace("imaging", "")


def test_the_same_input_gives_the_same_bytes(labelled: Path) -> None:
    sources = [{"dataset": "small", "views": {"groups": ["volume"]}}]
    first = published(run(labelled, sources), "volume")
    (labelled / "space").rename(labelled / "before")
    assert [members for _, members in published(run(labelled, sources), "volume")] == [m for _, m in first]


def test_new_words_are_found_from_stored_masks_and_the_media_stay(labelled: Path) -> None:
    views = {"planes": {"axial": 1}, "groups": ["volume"]}
    ((before, members),) = published(run(labelled, [{"dataset": "small", "views": views}]), "volume")
    file = labelled / "r.yaml"
    file.write_text(file.read_text().replace("- slices\n", "- attribute\n"))
    ctx = workshop.context(file, labelled / "raw", labelled / "space")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    ((after, others),) = published(ctx, "volume")
    assert {d.task for d in before.dialogues} - {d.task for d in after.dialogues} == {"slices"}
    assert after.facts == before.facts
    assert {name: data for name, data in members.items() if name != "json"} == {
        name: data for name, data in others.items() if name != "json"
    }
    assert verify(labelled / "space/shards", catalog.labelspace()).ok


def test_without_groups_nothing_changes_and_a_large_volume_is_booked(labelled: Path) -> None:
    assert published(run(labelled, [{"dataset": "small", "views": {}}]), "volume") == []
    (labelled / "space").rename(labelled / "before")
    ctx = run(labelled, [{"dataset": "small", "views": {"groups": ["volume"], "max_voxels": 4000}}])
    assert published(ctx, "volume") == []
    reasons = [row["reason"] for row in Store(ctx.workspace).read("verdicts") if row["check"] == "reading"]
    assert any("24 x 20 x 9 = 4,320 voxels are more than max_voxels, 4,000" in json.loads(r)["reason"] for r in reasons)


def test_labels_of_volumes_without_an_affine_are_said_and_asked_of_the_scan(tmp_path: Path) -> None:
    ctx = replicas(tmp_path, {"groups": ["volume"]}, "mrnet")
    found = published(ctx, "volume")
    records = [Record.model_validate_json(row["body"]) for row in Store(ctx.workspace).read("records", ["body"])]
    said = {(record.key, one.state, one.concept.label) for record in records for one in record.presence}
    told = {(sample.record, fact.predicate, fact.concept.label) for sample, _ in found for fact in sample.facts
            if fact.predicate in ("present", "absent") and fact.concept}  # fmt: skip
    assert told == said
    for sample, members in found:
        image = image_of(members["nii.gz"])
        assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (0, 0)
        assert image.header.get_xyzt_units()[0] == "unknown"
        stored = np.load(tmp_path / "raw/mrnet" / sample.provenance.sources[0].uri)
        assert np.array_equal(np.asanyarray(image.dataobj), stored.T)
        assert any("Does this scan" in d.turns[0].text or "this scan" in d.turns[0].text for d in sample.dialogues)
        assert not {"mm", "mL"} & {fact.unit for fact in sample.facts}


def test_a_clip_leaves_by_its_frames_those_first_on_which_something_is_drawn(tmp_path: Path) -> None:
    ctx = replicas(tmp_path, {"frames": 2, "groups": ["clip"]}, "echonet_dynamic")
    outlined = [(sample, members) for sample, members in published(ctx, "clip") if sample.regions]
    assert len(outlined) == 2
    for sample, members in outlined:
        pictures = [media for media in sample.media if media.kind == "image"]
        indices = [media.geometry.slice_index for media in pictures if media.geometry]
        assert [media.name for media in pictures] == ["0.png", "1.png"]
        assert [media.time_s for media in pictures] == [pytest.approx(n / 50) for n in indices if n is not None]
        assert indices in ([1, 4], [0, 5])
        assert {region.box.media for region in sample.regions if region.box} == {"0.png", "1.png"}
        assert set(members) == {"json", "0.png", "0.mask.png", "1.png", "1.mask.png"}
        assert "count" not in {fact.predicate for fact in sample.facts}
        assert "It shows the left ventricular cavity." in sample.description.overall.text


def test_what_a_span_of_time_says_is_told_where_a_frame_lies_in_it(tmp_path: Path) -> None:
    ctx = replicas(tmp_path, {"frames": 8, "groups": ["clip"]}, "cholec80")
    found = published(ctx, "clip")
    assert len(found) == 2
    for sample, _ in found:
        times = [media.time_s for media in sample.media if media.kind == "image"]
        spans = [region.span for region in sample.regions if region.span]
        assert spans
        assert all(any(start <= time < end for time in times if time is not None) for start, end in spans)
        assert any(d.task == "presence" and "this clip" in d.turns[0].text for d in sample.dialogues)
        assert " ms" not in sample.description.overall.text


def test_burned_in_text_is_blanked_on_every_frame_of_a_clip(tmp_path: Path) -> None:
    workshop.raw(tmp_path / "raw", "pydicom_test_files")
    ctx = run(tmp_path, [{"dataset": "pydicom_test_files", "views": {"frames": 2, "groups": ["clip"]}}])
    clips = published(ctx, "clip")
    assert clips
    for sample, _ in clips:
        frames = {media.blanked for media in sample.media if media.kind == "image"}
        alone = {other.media[0].blanked for other, _ in published(ctx, f"frame:{_first(sample)}")
                 if other.record == sample.record}  # fmt: skip
        assert len(frames) == 1
        assert not alone or alone == frames
        assert any(check.name == "identity" and check.outcome == "pass" for check in sample.checks)


def _first(sample: Sample) -> int | None:
    geometry = sample.media[0].geometry
    return geometry.slice_index if geometry else None


def test_webdataset_reads_them_and_the_portal_shows_them(tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    ctx = replicas(tmp_path, {"frames": 2, "groups": ["volume", "clip"]}, "acdc", "echonet_dynamic")
    shards = Path(ctx.workspace) / "shards"
    read = {
        row["__key__"]: row
        for shard in sorted(shards.glob("*.tar"))
        for row in webdataset.WebDataset(str(shard), shardshuffle=False)
    }
    for shard in sorted(shards.glob("*.tar")):  # as the data card says
        assert list(webdataset.WebDataset(str(shard), shardshuffle=False).decode("rgb8"))
    client = TestClient(create_app([Path(ctx.workspace)]))
    for frame, member in (("volume", "nii.gz"), ("clip", "0.png")):
        sample, members = next(pair for pair in published(ctx, frame) if pair[0].regions)
        assert read[sample.key][member] == members[member]
        page = client.get(f"/corpora/replicas/samples/{sample.key}")
        assert page.status_code == 200
        assert f"{sample.key}.mosaic.png" in page.text
        assert 'class="mask"' in page.text
        assert client.get(f"/corpora/replicas/samples/{sample.key}.mosaic.png").content[:4] == b"\x89PNG"
        assert client.get(f"/corpora/replicas/thumbs/{sample.key}.jpg").status_code == 200


def test_the_portal_shows_what_is_marked_without_a_mask(tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    ctx = replicas(tmp_path, {"frames": 4, "groups": ["volume", "clip"]}, "luna16", "echonet_lvh", "rsna_cspine_2022")
    client = TestClient(create_app([Path(ctx.workspace)]))
    dots = 0
    for frame in ("volume", "clip"):
        for sample, _ in published(ctx, frame):
            page = client.get(f"/corpora/replicas/samples/{sample.key}").text
            outlined = page.count('<path class="mask"')
            # Three planes through a volume need not meet all that lies in it; a clip shows each frame.
            assert outlined == len(sample.regions) if frame == "clip" else bool(outlined) == bool(sample.regions)
            dots += page.count("at voxel")
    assert dots == 3  # the nodules of LUNA16


LABELLED = (
    "acdc", "brats18", "brats19", "ct_ich", "ct_rate", "duke_breast_mri", "liqa24", "luna25", "medmnist_v2",
    "mosmed_covid1110", "mrnet", "oasis1", "pi_cai", "rsna_abdominal_trauma_2023", "rsna_cspine_2022",
    "rsna_lumbar_2024", "skm_tea", "spider",
)  # fmt: skip
"""All replicas whose volumes are labelled."""
NORMAL = "no abnormality"


def test_every_label_of_every_volume_reaches_a_sample_of_it(tmp_path: Path) -> None:
    for name in LABELLED:
        grow(load(declarations()[name]), tmp_path / "raw" / name)
    views = {"planes": {"axial": 1}, "groups": ["volume"]}
    sources = [{"dataset": name, "views": views} for name in LABELLED]
    file = workshop.recipe(tmp_path / "r.yaml", sources=sources, tasks=["presence"], on_shared_subjects="same-split",
                           use={"redistribute": False, "accept_unknown": True})  # fmt: skip
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    build.run(ctx, Job(("ingest", "curate"), "inline"), Console(quiet=True))
    store = Store(ctx.workspace)
    records = [Record.model_validate_json(row["body"]) for row in store.read("records", ["body"])]
    said = {(record.key, one.concept.label) for record in records if record.kind == "volume"
            for one in record.presence if one.state == "present"}  # fmt: skip
    told: dict[str, set[tuple[str, str]]] = {"volume": set(), "slice": set()}
    for row in store.read("samples", ["body"]):
        sample = Candidate.model_validate_json(row["body"])
        own = told["volume" if sample.view.frame == "volume" else "slice"]
        for fact in sample.facts:
            if fact.concept and (fact.predicate == "present" or fact.concept.label == "abnormality"):
                own.add((sample.record, NORMAL if fact.predicate == "absent" else fact.concept.label))
    space = catalog.labelspace()
    seen = {(key, label) for key, label in said if space.stated(space.slugs[label]) is None}
    assert (len(said), len(seen)) == (143, 135)  # the others are grades and conditions: stated, and not seen
    assert seen <= told["volume"]
    on_slices = Counter(label for _, label in seen & told["slice"])  # drawn there, or said of those slices
    assert on_slices == {
        "active extravasation": 2, "cervical spine fracture": 1, "COVID-19 pneumonia": 1,
        "clinically significant prostate cancer": 1,
    }  # fmt: skip
