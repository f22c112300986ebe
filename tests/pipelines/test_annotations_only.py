"""Where only annotations may be passed on: samples leave without their pixels, verify, and are made whole again, byte
by byte as a corpus for oneself has them."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from pipelines.recipes import RecipeError, load, refuse_forbidden
from pipelines.store import Store
from schemas import DatasetCard, Sample
from schemas.card import AnnotationTerms
from tests.pipelines.command import Run
from tests.replicas.builder.tree import build as grow
from tests.replicas.builder.tree import declarations
from tests.replicas.builder.tree import load as declared
from transforms.shards.tar import read_shard
from transforms.shards.verify import verify

OPEN, CLOSED = ["dsb2018"], ["acdc", "chaos", "echonet_dynamic", "glas", "ptb_xl", "radgraph"]
"""Pictures with masks; volumes (NIfTI, DICOM) and their slices, clips and their frames, signals, documents."""
ANNOTATIONS = AnnotationTerms(
    licence="CC-BY-4.0", redistribution="yes", derivatives="yes", commercial="yes", evidence="made up for this test"
)
VIEWS = {"planes": {"axial": 2}, "frames": 2, "groups": ["volume", "clip"]}


@pytest.fixture(scope="module")
def patched() -> pytest.MonkeyPatch:
    patch = pytest.MonkeyPatch()
    found = {name: _card(catalog.card(name)) for name in (*OPEN, *CLOSED)}
    patch.setattr(catalog, "card", found.__getitem__)
    yield patch
    patch.undo()


def _card(card: DatasetCard) -> DatasetCard:
    answers = {"redistribution": "yes", "derivatives": "yes", "licence": "CC-BY-4.0", "credentialed": False}
    if card.id in CLOSED:
        answers = {"redistribution": "no", "derivatives": "unknown", "credentialed": True, "annotations": ANNOTATIONS}
    return card.model_copy(update={"terms": card.terms.model_copy(update=answers)})


def _context(folder: Path, name: str, *, shared: bool) -> Context:
    whole = {
        "name": "bare", "version": "1.0.0", "title": "Bare", "summary": "Synthetic.", "seed": 5,
        "use": {"redistribute": shared, "accept_unknown": not shared}, "on_shared_subjects": "same-split",
        "sources": [{"dataset": one, "views": VIEWS} for one in (*OPEN, *CLOSED)], "tasks": ["presence", "size"],
    }  # fmt: skip
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return Context(load(file), str(folder / "raw"), str(folder / name))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, patched: pytest.MonkeyPatch) -> Path:
    """raw/, and the workspaces own/ and shared/."""
    folder = tmp_path_factory.mktemp("bare")
    for name in (*OPEN, *CLOSED):
        grow(declared(declarations()[name]), folder / "raw" / name)
    for name, shared in (("own", False), ("shared", True)):
        ctx = _context(folder, name, shared=shared)
        build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    return folder


def groups(shards: Path) -> dict[str, dict[str, bytes]]:
    return {key: dict(members) for path in sorted(shards.glob("*.tar")) for key, members in read_shard(path)}


def test_a_corpus_without_pixels_verifies(built: Path) -> None:
    report = verify(built / "shared/shards", catalog.labelspace())
    assert report.ok, report.problems
    assert report.looked["mask"] > 20
    manifest = json.loads((built / "shared/shards/manifest.json").read_bytes())
    assert {*manifest["members"]} >= {"png", "mask.png", "mask.nii.gz"}
    assert manifest["members"]["png"] == 3, "those of the open set"
    assert "nii.gz" not in manifest["members"]
    licences = (built / "shared/shards/LICENSES.md").read_text()
    assert "| acdc, annotations alone | CC-BY-4.0 | yes | yes | yes |" in licences
    card = (built / "shared/shards/README.md").read_text()
    assert "Of acdc, chaos, echonet_dynamic, glas, ptb_xl only what is said of the images may be passed on." in card
    assert "## Without pixels" not in (built / "own/shards/README.md").read_text()


def test_masks_boxes_and_words_leave_and_no_pixel_does(built: Path) -> None:
    own, shared = groups(built / "own/shards"), groups(built / "shared/shards")
    documents = {key for key, members in own.items() if "txt" in members}
    assert documents
    assert {*own} - documents == {*shared}
    for key, members in shared.items():
        sample, whole = (Sample.model_validate_json(group[key]["json"]) for group in (shared, own))
        bare = sample.dataset in CLOSED
        assert (sample.rebuild is not None, sample.licence.covers) == (bare, "annotations" if bare else "all")
        assert {name for name in own[key] if name not in members} == {
            media.name for media in whole.media if bare and media.kind != "mask"
        }
        assert all(own[key][name] == data for name, data in members.items() if name != "json")
        assert (sample.regions, sample.facts, sample.dialogues) == (whole.regions, whole.facts, whole.dialogues)
        if sample.rebuild is not None:
            assert sample.licence.id == "CC-BY-4.0"
            assert not sample.rebuild.record.presence
            assert {*sample.rebuild.record.meta} <= {"leads"}


def test_what_may_not_leave_is_booked(built: Path) -> None:
    rows = Store(str(built / "shared")).read("ledger", ["dataset", "stage", "fate", "reason"])
    held = [row for row in rows if row["stage"] == "publish" and row["fate"] == "filtered"]
    reasons = {row["reason"] for row in held if row["dataset"] == "radgraph"}
    (reason,) = reasons
    assert "redistribution is not allowed" in reason
    assert reason.endswith("; a document is its text")
    assert not [row for row in held if row["dataset"] != "radgraph" and "not allowed" in row["reason"]]


def test_a_rebuilt_corpus_is_what_one_for_oneself_is(built: Path, tmp_path: Path, triptych: Run) -> None:
    out = tmp_path / "whole"
    said = triptych("rebuild", built / "shared/shards", out, "--raw", built / "raw")
    assert said.code == 0, said.err
    own, made = groups(built / "own/shards"), groups(out)
    assert made == {key: members for key, members in own.items() if "txt" not in members}
    report = verify(out, catalog.labelspace())
    assert report.ok, report.problems
    assert json.loads((out / "manifest.json").read_bytes())["use"]["redistribute"] is False
    again = triptych("rebuild", built / "shared/shards", out, "--raw", built / "raw")
    assert (again.code, "holds something already" in again.err) == (2, True)


def test_another_source_is_refused_by_name(built: Path, tmp_path: Path, triptych: Run) -> None:
    shutil.copytree(built / "raw", tmp_path / "raw")
    for path in (tmp_path / "raw/glas").rglob("train_1.bmp"):
        data = bytearray(path.read_bytes())
        data[-1] ^= 255
        path.write_bytes(bytes(data))
    said = triptych("rebuild", built / "shared/shards", tmp_path / "out", "--raw", tmp_path / "raw")
    assert said.code == 2
    assert "train_1.bmp: png of glas-" in said.err
    assert not (tmp_path / "out").exists()
    shutil.rmtree(tmp_path / "raw/acdc")
    said = triptych("rebuild", built / "shared/shards", tmp_path / "out", "--raw", tmp_path / "raw")
    assert (said.code, "run: triptych get" in said.err) == (2, True)


def test_pixels_slipped_into_a_bare_group_are_found(built: Path) -> None:
    from transforms.shards.audit import audit

    own, shared = groups(built / "own/shards"), groups(built / "shared/shards")
    key = next(key for key, members in shared.items() if "png" in own[key] and "png" not in members)
    sample = Sample.model_validate_json(shared[key]["json"])
    told = [message for _, message in audit(key, {**shared[key], "png": own[key]["png"]}).problems]
    assert any("members json" in message for message in told)
    media = tuple(one.model_copy(update={"withheld": False}) for one in sample.media)
    spoilt = sample.model_copy(update={"media": media})
    members = {**shared[key], "png": own[key]["png"], "json": spoilt.to_json().encode()}
    told = [message for _, message in audit(key, members).problems]
    assert any("do not agree on whether its pixels left" in message for message in told)


def test_the_portal_says_where_the_picture_is(built: Path, tmp_path: Path, triptych: Run) -> None:
    said = triptych("portal", built / "shared", "--static", tmp_path / "pages")
    assert said.code == 0, said.err
    pages = [path.read_text() for path in (tmp_path / "pages/corpora/bare").rglob("*.html")]
    assert sum("<code>triptych rebuild</code>" in page for page in pages) > 20


def test_terms_that_are_closed_for_both_stop_the_recipe(built: Path, patched: pytest.MonkeyPatch) -> None:
    ctx = _context(built, "closed", shared=True)
    refuse_forbidden(ctx.recipe, built / "closed.yaml")
    closed = ANNOTATIONS.model_copy(update={"redistribution": "unknown"})
    card = catalog.card("acdc")
    with pytest.MonkeyPatch.context() as patch:
        shut = card.model_copy(update={"terms": card.terms.model_copy(update={"annotations": closed})})
        patch.setattr(catalog, "card", lambda name: shut)
        with pytest.raises(RecipeError, match="redistribution is not allowed"):
            refuse_forbidden(ctx.recipe, built / "closed.yaml")
