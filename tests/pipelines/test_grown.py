"""A corpus that is appended to: what stands stays where it is, to the byte, and what is new is put beside it."""

import hashlib
import json
import logging
import shutil
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
import yaml

import catalog
import pipelines.publish as publishing
from benchmarks import synthetic
from pipelines.context import Context
from pipelines.ledger import recount
from pipelines.publish import growing
from pipelines.publish.history import STAMP
from pipelines.store import Store
from schemas import Sample
from tests.pipelines import workshop
from tests.pipelines.test_resume import run
from transforms.shards.manifest import Manifest, load
from transforms.shards.verify import verify

FIRST, GROWN = 60, 66
Copy = Callable[..., Context]


def recipe(path: Path, **changes: Any) -> Path:
    """The recipe over the made-up set, appended to; `changes` replace its top-level keys."""
    made = yaml.safe_load(synthetic.write_recipe(path, max_samples=10, grow="append").read_text())
    path.write_text(yaml.safe_dump({**made, **changes}))
    return path


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `first` and `grown`, which holds the same pictures and some more."""
    root = tmp_path_factory.mktemp("grown")
    synthetic.make(root / "first", FIRST, side=192, regions=3)
    synthetic.more(root / "first", root / "grown", share=GROWN / FIRST - 1)
    return root


@pytest.fixture(scope="module")
def once(raw: Path) -> Context:
    """The first corpus."""
    ctx = workshop.context(recipe(raw / "r.yaml"), raw / "first/raw", raw / "space")
    run(ctx)
    return ctx


@pytest.fixture
def copy(raw: Path, once: Context, tmp_path: Path) -> Copy:
    """A copy of the first corpus, to go on from with the grown set and perhaps another recipe."""

    def make(**changes: Any) -> Context:
        shutil.copytree(raw / "grown/raw", tmp_path / "raw")  # times of change are kept
        shutil.copytree(once.workspace, tmp_path / "space")
        return workshop.context(recipe(tmp_path / "r.yaml", **changes), tmp_path / "raw", tmp_path / "space")

    return make


def shards(ctx: Context) -> Path:
    return Path(ctx.workspace) / "shards"


def made(ctx: Context) -> Manifest:
    return load(shards(ctx))


def groups(ctx: Context) -> dict[str, dict[str, bytes]]:
    """Key -> member -> content, of all shards."""
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted(shards(ctx).glob("*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                key, _, name = member.name.partition(".")
                file = tar.extractfile(member)
                assert file is not None
                found.setdefault(key, {})[name] = file.read()
    return found


def places(ctx: Context) -> dict[str, str]:
    """Key -> the shard that holds it."""
    return {sample.key: shard for shard, sample in workshop.samples(shards(ctx))}


def sound(ctx: Context) -> None:
    """The corpus is what its manifest says, every unit is accounted for, and no number of a shard is left out."""
    report = verify(shards(ctx), catalog.labelspace())
    assert report.ok, report.problems
    _, faults = recount(ctx)
    assert faults == []
    counts = Counter(entry.split for entry in made(ctx).shards)
    assert {entry.name for entry in made(ctx).shards} == {
        f"{split}-{n:06d}.tar" for split, number in counts.items() for n in range(number)
    }


def growth(ctx: Context) -> Any:
    """What the run's report says of it."""
    return json.loads((Path(ctx.workspace) / "report.json").read_text())["growth"]


def sums(ctx: Context) -> dict[str, str]:
    return {entry.name: entry.sha256 for entry in made(ctx).shards}


def test_what_stands_stays_to_the_byte_and_what_is_new_is_beside_it(copy: Copy, once: Context) -> None:
    ctx = copy()
    inodes = {path.name: path.stat().st_ino for path in shards(ctx).glob("*.tar")}
    run(ctx)
    before, after = places(once), places(ctx)
    assert len(before) == FIRST
    assert len(after) == GROWN
    assert {key: after[key] for key in before} == before
    assert sums(once).items() <= sums(ctx).items()
    assert all((shards(ctx) / name).stat().st_ino == inode for name, inode in inodes.items())
    text = (shards(once) / "manifest.json").read_bytes()
    assert made(once).grown_from is None
    assert made(ctx).grown_from == hashlib.sha256(text).hexdigest()
    told = growth(ctx)
    assert (told["kept"], told["rewritten"], told["packed_anew"], told["why"]) == (len(inodes), 0, 0, {})
    assert "Appended to the corpus before" in (Path(ctx.workspace) / "report.html").read_text()
    sound(ctx)


def test_a_second_run_does_nothing_and_another_growth_goes_on(copy: Copy, raw: Path) -> None:
    ctx = copy()
    first = run(ctx)
    inodes = {path: path.stat().st_ino for path in shards(ctx).iterdir()}
    assert run(ctx) == first
    assert {path: path.stat().st_ino for path in shards(ctx).iterdir()} == inodes
    synthetic.more(raw / "grown", Path(ctx.workspace).parent / "more", share=0.05)
    before = groups(ctx)
    more = Context(ctx.recipe, str(Path(ctx.workspace).parent / "more/raw"), ctx.workspace)
    run(more)
    after = groups(more)
    assert len(after) > GROWN
    assert {key: after[key] for key in before} == before
    sound(more)


def test_what_leaves_is_what_a_new_corpus_has_where_nothing_is_drawn_over_the_whole(
    copy: Copy, raw: Path, tmp_path: Path
) -> None:
    """Without balance, and in one split, a group does not depend on the others."""
    apart = {"questions": {"balance": False}, "splits": {"train": 1, "validation": 0, "test": 0}}
    ctx = copy(**apart)
    first = Context(ctx.recipe, str(raw / "first/raw"), ctx.workspace)
    run(first)
    assert made(first).grown_from is None  # under other rules all is decided anew
    run(ctx)
    assert made(ctx).grown_from
    fresh = Context(ctx.recipe, ctx.raw, str(tmp_path / "fresh"))
    run(fresh)
    assert groups(ctx) == groups(fresh)
    assert made(ctx).counts == made(fresh).counts
    assert made(fresh).grown_from is None


def test_what_is_decided_over_the_whole_is_all_that_differs_from_a_new_corpus(copy: Copy, tmp_path: Path) -> None:
    ctx = copy()
    run(ctx)
    fresh = Context(ctx.recipe, ctx.raw, str(tmp_path / "fresh"))
    run(fresh)
    other = groups(fresh)
    assert groups(ctx).keys() == other.keys()
    for key, members in groups(ctx).items():
        assert {**members, "json": b""} == {**other[key], "json": b""}
        one, two = (Sample.model_validate_json(found[key]["json"]) for found in (groups_of(members, key), other))
        alike = {"split": one.split, "dialogues": one.dialogues}
        assert two.model_copy(update=alike) == one


def groups_of(members: dict[str, bytes], key: str) -> dict[str, dict[str, bytes]]:
    return {key: members}


def picture(ctx: Context, key: str) -> tuple[Path, Path]:
    """The picture of a sample, and its mask."""
    sample = Sample.model_validate_json(groups(ctx)[key]["json"])
    image = Path(ctx.raw) / synthetic.DATASET / sample.provenance.sources[0].uri
    mask = image.parent.parent / "label masks modify" / f"{image.stem}.tif"
    assert mask.exists()
    return image, mask


def test_a_removed_and_a_changed_picture_cost_their_own_shards(copy: Copy, once: Context) -> None:
    ctx = copy(questions={"balance": False})
    run(Context(ctx.recipe, once.raw, ctx.workspace))
    before, stood = places(ctx), sums(ctx)
    full = [key for key in sorted(before) if before[key] in ("train-000000.tar", "train-000001.tar")]
    gone = next(key for key in full if before[key] == "train-000000.tar")
    other = next(key for key in full if before[key] == "train-000001.tar")
    was = groups(ctx)
    for path in picture(ctx, gone):
        path.unlink()
    mask = picture(ctx, other)[1]
    values = cv2.imread(str(mask), cv2.IMREAD_UNCHANGED)
    values[values == 1] = 0
    assert cv2.imwrite(str(mask), values, synthetic.WRITTEN[".tif"])
    run(ctx)
    after, found = places(ctx), groups(ctx)
    changed = {name for name in stood if sums(ctx)[name] != stood[name]}
    assert changed == {"train-000000.tar", "train-000001.tar"}
    assert (growth(ctx)["rewritten"], growth(ctx)["why"]) == (
        2,
        {growing.LEFT: 2},
    )  # the changed one has another mask, or none
    assert gone not in after
    kept = before.keys() & after.keys()
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    same = [key for key in kept if key != other]
    assert {key: found[key] for key in same} == {key: was[key] for key in same}
    assert found.get(other) != was[other]
    sound(ctx)


def test_a_shard_of_which_nothing_stays_leaves_no_gap(copy: Copy, once: Context) -> None:
    ctx = copy()
    for path in [file for key, shard in places(once).items() if shard == "train-000001.tar"
                 for file in picture(Context(ctx.recipe, ctx.raw, once.workspace), key)]:  # fmt: skip
        path.unlink()
    run(ctx)
    assert "train-000001.tar" in sums(ctx)
    sound(ctx)


def test_other_words_are_written_where_the_samples_are(copy: Copy, once: Context) -> None:
    ctx = copy(tasks=["modality", "size"])
    run(ctx)
    before, after = places(once), places(ctx)
    assert {key: after[key] for key in before} == before
    assert list(growth(ctx)["why"]) == [growing.MADE]
    sound(ctx)


@pytest.mark.parametrize(
    "change",
    [{"shards": {"max_samples": 7, "grow": "append"}}, {"shards": {"max_samples": 10}}, {"seed": 3}],
    ids=["another size", "rebuild", "another seed"],
)
def test_under_other_rules_the_corpus_is_a_new_one(
    copy: Copy, tmp_path: Path, change: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    ctx = copy(**change)
    with caplog.at_level(logging.WARNING, "triptych"):
        found = run(ctx)
    assert ("all is decided and packed anew" in caplog.text) is (ctx.recipe.shards.grow == "append")
    assert made(ctx).grown_from is None
    assert found == run(Context(ctx.recipe, ctx.raw, str(tmp_path / "fresh")))


@pytest.mark.parametrize("lost", ["train-000001.tar", "train-000001.tar.idx", "README.md", "manifest.json"])
def test_what_is_lost_of_a_grown_corpus_is_made_again(copy: Copy, lost: str) -> None:
    ctx = copy()
    before = run(ctx)
    (shards(ctx) / lost).unlink()
    assert run(ctx) == before
    sound(ctx)


def test_a_shard_of_another_length_is_not_taken_over(copy: Copy, tmp_path: Path) -> None:
    ctx = copy()
    shutil.copytree(ctx.workspace, tmp_path / "sound")
    with (shards(ctx) / "train-000001.tar").open("ab") as file:
        file.write(b"more")
    assert run(ctx) == run(Context(ctx.recipe, ctx.raw, str(tmp_path / "sound")))
    sound(ctx)


class Killed(BaseException):
    """What stands for the end of the process."""


@pytest.mark.parametrize("after", range(0, 9, 2))
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(copy: Copy, tmp_path: Path, after: int) -> None:
    ctx = copy()
    shutil.copytree(ctx.workspace, tmp_path / "whole")
    whole = run(Context(ctx.recipe, ctx.raw, str(tmp_path / "whole")))
    real, left = publishing.write, [after]

    def write(*args: Any) -> Any:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return real(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "write", write)
        with pytest.raises(Killed):
            run(ctx)
    assert run(ctx) == whole
    assert not (Path(ctx.workspace) / "publish/next").exists()


def test_where_its_history_is_lost_the_corpus_is_packed_anew(copy: Copy, tmp_path: Path) -> None:
    ctx = copy()
    stamp = Store(ctx.workspace).files.read_json(STAMP)
    assert stamp is not None
    (Path(ctx.workspace) / stamp["groups"] / "train-000001.tar.parquet").unlink()
    assert run(ctx) == run(Context(ctx.recipe, ctx.raw, str(tmp_path / "fresh")))
