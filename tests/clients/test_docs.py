"""Each Python block of docs/clients.md runs, on the toy corpus in place of the starter; one whose client is not
installed here is skipped."""

import re
from pathlib import Path

import pytest

from pipelines.exporting import export, formats
from tests.clients.reads import client

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
OURS = {"json", "pathlib", "schemas", "transforms", "triptych", "numpy", "PIL"}


def test_there_are_blocks() -> None:
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize("block", BLOCKS, ids=[re.findall(r"build/([\w-]+)", one)[0] for one in BLOCKS])
def test_block(
    block: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if "import fiftyone" in block:
        request.getfixturevalue("database")
    for name in sorted(set(re.findall(r"^(?:from|import) ([\w.]+)", block, re.MULTILINE))):
        if name.partition(".")[0] not in OURS:
            client(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "build" / "starter").mkdir(parents=True)
    (tmp_path / "build" / "starter" / "shards").symlink_to(published)
    for name in {one for one in re.findall(r"build/([\w-]+)", block) if one in formats()}:
        export(published, name, tmp_path / "build" / name)
    exec(compile(block, str(PAGE), "exec"), {"__name__": "block"})
