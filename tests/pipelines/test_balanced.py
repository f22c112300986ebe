"""Questions that balance leaves out are in no shard, are named in the data card, and come back when the recipe says."""

from pathlib import Path

import pytest

from pipelines.context import Context
from tests.pipelines import workshop
from tests.pipelines.test_publish import Copy, drawn  # noqa: F401 - fixtures
from tests.pipelines.test_resume import SETS, copy, fresh, once, run  # noqa: F401 - fixtures
from transforms.shards.verify import verify
from transforms.tasks import balance


def asked(ctx: Context) -> set[tuple[str, str, str]]:
    samples = [sample for _, sample in workshop.samples(Path(ctx.workspace) / "shards")]
    return {(sample.key, one.id, one.task) for sample in samples for one in sample.dialogues}


def test_what_is_left_out_comes_back_and_nothing_is_drawn_again(
    copy: Copy, drawn: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(balance, "LEAST", 4)
    ctx = copy(questions={"balance": False})
    run(ctx)
    every, shards = asked(ctx), Path(ctx.workspace) / "shards"
    assert "not asked" not in (shards / "README.md").read_text()
    ctx = workshop.context(workshop.recipe(tmp_path / "even.yaml", *SETS), Path(ctx.raw), shards.parent)
    found = run(ctx)
    left = asked(ctx)
    assert left < every
    trivial = {row for row in left if row[2] in balance.TRIVIAL}
    assert len(trivial) <= len(left) / 10
    gone = {task: sum(row[2] == task for row in every - left) for task in {row[2] for row in every - left}}
    named = ", ".join(f"{number} {task}" for task, number in sorted(gone.items()))
    assert f"from the words alone: {named}." in (shards / "README.md").read_text()
    assert drawn == []
    assert verify(shards).ok
    assert found == fresh(ctx, tmp_path / "fresh")
    assert run(ctx) == found
