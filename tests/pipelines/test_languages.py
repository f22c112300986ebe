"""A recipe with a second language: every sample says in it what its facts say; the words of others stay as they are."""

import tarfile
from pathlib import Path

import pytest
from rich.console import Console

import catalog
from pipelines import build
from pipelines.build import Job
from pipelines.context import Context
from tests import spanish_reader
from tests.pipelines import command, workshop
from transforms.shards.verify import verify

SETS = ("lidc_idri", "mni152_icbm2009a", "radlabels_reports")
SPACE = catalog.labelspace()


def built(root: Path, raw: Path, languages: list[str]) -> Context:
    file = workshop.recipe(root / "recipe.yaml", *SETS, text={"languages": languages})
    ctx = workshop.context(file, raw, root / "workspace")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    return ctx


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workshop.raw(tmp_path_factory.mktemp("languages"), *SETS)


def test_a_second_language_is_published_verified_and_taken_out_again(tmp_path: Path, raw: Path) -> None:
    folder = Path(built(tmp_path, raw, ["es"]).workspace) / "shards"
    report = verify(folder, SPACE)
    assert report.ok, report.problems[:3]
    samples = [sample for _, sample in workshop.samples(folder)]
    assert report.looked["translation"] > 2 * len(samples) > 10
    for sample in samples:
        (told,) = sample.translations
        assert told.language == "es"
        assert told.overall is not None
        assert spanish_reader.faults(told.overall.text, SPACE) == []
        english = {talk.id: talk for talk in sample.dialogues}
        for talk in told.dialogues:
            assert len(talk.choices or ()) == len(english[talk.id].choices or ()), "choices are those that left"

    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "Spanish (`es`)" in card
    assert "language:\n- en\n- es\n" in card

    shard = next(path for path in sorted(folder.glob("*.tar")) if "no se " in _text(path).lower())
    _lie(shard, "no se ", "ya se ")
    found = verify(folder, SPACE)
    assert any(one.check == "translation" and "is called present" in one.message for one in found.problems)

    again = Path(built(tmp_path, raw, []).workspace) / "shards"
    assert verify(again, SPACE).ok
    assert all(sample.translations == () for _, sample in workshop.samples(again))


def test_a_language_that_there_is_not_is_refused(tmp_path: Path, raw: Path, triptych: command.Run) -> None:
    file = workshop.recipe(tmp_path / "recipe.yaml", *SETS, text={"languages": ["xx"]})
    done = triptych("plan", str(file), "--raw", str(raw), "--workspace", str(tmp_path / "workspace"))
    assert done.code == 2
    assert "text.languages" in done.err
    assert "'es'" in done.err


def _text(shard: Path) -> str:
    return shard.read_bytes().decode("utf-8", errors="ignore")


def _lie(shard: Path, old: str, new: str) -> None:
    """Other words of the same length in the Spanish texts of a shard, in place: headers stay as they are."""
    data = shard.read_bytes()
    with tarfile.open(shard) as tar:
        members = [(one.offset_data, one.size) for one in tar if one.name.endswith(".json")]
    for at, size in members:
        body = data[at : at + size]
        cut = body.index(b'"translations"')
        body = body[:cut] + body[cut:].replace(old.encode(), new.encode()).replace(
            old.capitalize().encode(), new.encode()
        )
        data = data[:at] + body + data[at + size :]
    shard.write_bytes(data)
