"""`triptych messages` on a small corpus: every dialogue, in the style asked for; a wrong call is told in one line."""

import json
from pathlib import Path

import pytest

from pipelines.commands.messages import lines
from tests.corpora import corpus
from tests.pipelines.command import run
from transforms.shards.tar import read_shard


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("corpus")
    corpus().write(found)
    return found


def test_every_dialogue_is_told(folder: Path) -> None:
    samples = [json.loads(members["json"]) for path in sorted(folder.glob("*.tar")) for _, members in read_shard(path)]
    wanted = {(sample["key"], one["id"]) for sample in samples for one in sample["dialogues"]}
    for style in ("answer", "prose", "steps", "tools"):
        found = list(lines(folder, style))
        assert {(one["key"], one["dialogue"]) for one in found} == wanted
        assert all(one["messages"][0]["role"] == "user" for one in found)
    calls = [one for line in lines(folder, "tools") for one in line["messages"] if one.get("tool_calls")]
    assert {one["tool_calls"][0]["function"]["name"] for one in calls} == {"area"}
    assert not list(lines(folder, "preference"))  # none has a rejected answer
    for line in lines(folder, "tools"):
        named = {json.loads(call["function"]["arguments"]).get("region")
                 for one in line["messages"] for call in one.get("tool_calls", ())}  # fmt: skip
        assert named - {None} <= {region["id"] for region in line["regions"]}
        called = {one["tool_calls"][0]["function"]["name"] for one in line["messages"] if one.get("tool_calls")}
        assert called == {tool["function"]["name"] for tool in line["tools"]}


def test_one_split_alone(folder: Path) -> None:
    every, train = (len(list(lines(folder, "steps", split))) for split in (None, "train"))
    assert 0 < train < every


@pytest.mark.parametrize(("args", "said"), [(["--style", "poem"], "use one of"), ([], "manifest.json: not found")])
def test_what_is_wrong_is_one_line(
    tmp_path: Path, args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(capsys, "messages", tmp_path, *args)
    assert found.code == 2
    assert said in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("args", [["--split", "trian"], ["--style", "preference"]])
def test_nothing_told_is_said(folder: Path, args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "messages", folder, *args)
    assert done.code == 2
    assert "nothing is written" in done.err
