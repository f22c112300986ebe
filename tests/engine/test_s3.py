"""A workspace on an object store holds what a folder would, and a kill leaves nothing that the next run cannot mend."""

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pipelines.faults import PlaceError, reason_of, told
from pipelines.store import Store
from pipelines.store.files import Files
from pipelines.store.objects import Objects
from tests.engine import stores
from tests.engine.conftest import SETS, Work
from tests.engine.stores import Bucket, begin, done, triptych
from tests.pipelines import workshop

PASSING = ("journal/", "publish/next/", "ingest/listed/", "build.lock")  # what is there only while a build runs


def settled(bucket: Bucket, space: str, work: Work) -> None:
    """The corpus is that of a folder, and nothing else is left of the way there."""
    assert bucket.hashes(f"{space}/shards") == work.corpus
    names = bucket.listing(space)
    assert not [name for name in names if name.startswith(PASSING) or name.endswith("/")]
    assert "report.html" in names
    assert not any(work.folder.iterdir())  # no folder "s3:" either


def whole_or_absent(bucket: Bucket, space: str) -> None:
    """A manifest is there only with all the shards that it names."""
    there = bucket.listing(f"{space}/shards")
    if "manifest.json" in there:
        shards = json.loads(bucket.read(f"{space}/shards/manifest.json"))["shards"]
        assert {shard["name"]: shard["bytes"] for shard in shards} == {
            name: size for name, (size, _, _) in there.items() if name.endswith(".tar")
        }


@pytest.mark.parametrize("engine", ["inline", "ray"])
def test_a_bucket_holds_what_a_folder_holds(engine: str, bucket: Bucket, work: Work) -> None:
    space = bucket.space()
    done(work.folder, bucket.env, *work.build(space, "--engine", engine))
    settled(bucket, space, work)
    before = bucket.listing(f"{space}/shards")
    assert "ok" in done(work.folder, bucket.env, "verify", f"{space}/shards")
    done(work.folder, bucket.env, *work.build(space, "--engine", engine))
    assert bucket.listing(f"{space}/shards") == before  # ETags and times: no object was written again
    settled(bucket, space, work)


def test_what_lies_in_a_bucket_is_signed_verified_and_shown(bucket: Bucket, work: Work, tmp_path: Path) -> None:
    space, secret = bucket.space(), Ed25519PrivateKey.generate()
    key, public = tmp_path / "key", tmp_path / "key.pub"
    key.write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(secret.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    said = done(work.folder, bucket.env, *work.build(space, "--engine", "inline", "--sign", str(key)))
    assert f"triptych portal {space}" in said
    said = done(work.folder, bucket.env, "verify", f"{space}/shards", "--key", str(public))
    assert "signature valid" in said
    done(work.folder, bucket.env, *work.build(space))  # another build leaves the signature where it is
    assert "manifest.json.sig" in bucket.listing(f"{space}/shards")
    bucket.put(f"{space}/shards/LICENSES.md", b"none")
    found = triptych(work.folder, bucket.env, "verify", f"{space}/shards", "--key", str(public))
    assert found.returncode == 1
    assert "LICENSES.md  beside: sha256 is" in found.stderr
    for address in (space, f"{space}/shards"):
        done(work.folder, bucket.env, "portal", address, "--static", str(tmp_path / "pages"))
        page = (tmp_path / "pages/corpora/replicas.html").read_text()
        manifest = json.loads(bucket.read(f"{space}/shards/manifest.json"))
        assert page.count('<li class="tile"') == manifest["samples"] > 0
        shutil.rmtree(tmp_path / "pages")
    assert not any(work.folder.iterdir())


def test_what_stands_is_not_written_again_when_a_corpus_is_appended_to(
    bucket: Bucket, work: Work, tmp_path: Path
) -> None:
    recipe = workshop.recipe(tmp_path / "r.yaml", *SETS, shards={"max_samples": 6, "grow": "append"})
    shutil.copytree(work.raw, tmp_path / "less")
    for path in sorted((tmp_path / "less/radlabels_reports/synthetic_reports").glob("*.txt"))[:1]:
        path.unlink()
    space, place = bucket.space(), str(tmp_path / "local")
    for workspace in (space, place):
        for raw in (tmp_path / "less", work.raw):
            before = bucket.listing(f"{space}/shards")
            more = ("--engine", "inline")
            command = ["build", str(recipe), "--raw", str(raw), "--workspace", workspace, *more]
            done(work.folder, bucket.env, *command)
            if workspace == space and before:
                after = bucket.listing(f"{space}/shards")
                tars = {name for name in before if name.endswith(".tar")}
                assert {name: after[name] for name in tars} == {name: before[name] for name in tars}
                assert sum(name.endswith(".tar") for name in after) > len(tars)
    assert bucket.hashes(f"{space}/shards") == workshop.hashes(tmp_path / "local/shards")
    assert "ok" in done(work.folder, bucket.env, "verify", f"{space}/shards")
    assert not [name for name in bucket.listing(space) if name.startswith(PASSING)]


@pytest.mark.parametrize("engine", ["inline", "ray"])
def test_killed_anywhere_it_ends_the_same(engine: str, bucket: Bucket, work: Work) -> None:
    space, chance = bucket.space(), random.Random(engine)
    for sight in ("ingest/listed/", "records/", "journal/", "publish/next/shards/", "shards/"):
        process = begin(work.folder, bucket.env, *work.build(space, "--engine", engine))
        _kill(process, lambda seen=sight: any(n.startswith(seen) for n in bucket.listing(space)), chance.random() / 2)
        whole_or_absent(bucket, space)
    done(work.folder, bucket.env, *work.build(space))
    settled(bucket, space, work)


def _kill(process: Any, seen: Callable[[], bool], later: float) -> None:
    """SIGKILL to the process and all that it started, some time after something was seen; or it ends before."""
    while process.poll() is None and not seen():
        time.sleep(0.02)
    time.sleep(later)
    for other in _family(process.pid):
        try:
            os.kill(other, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.communicate(timeout=stores.MINUTES)


def _family(pid: int) -> list[int]:
    """A process and those that it started."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


@pytest.mark.parametrize(
    ("env", "place", "says"),
    [
        ({}, "s3://no-such-bucket/space", "no such bucket"),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
            f"s3://{stores.BUCKET}/space",
            "no answer from http://127.0.0.1:1",
        ),
        ({}, "s3:/corpora/space", "write it as s3://"),
        ({}, "ftp://corpora/space", "give s3://BUCKET/PREFIX"),
    ],
)
def test_a_place_that_cannot_be_used_is_one_line(
    env: dict[str, str], place: str, says: str, bucket: Bucket, work: Work
) -> None:
    found = triptych(work.folder, {**bucket.env, **env}, *work.build(place))
    assert found.returncode == 2
    (line,) = found.stderr.strip().splitlines()
    assert line.startswith(place)
    assert says in line
    assert not any(work.folder.iterdir())


def test_a_store_that_goes_away_is_no_fault_of_a_record(inside: Bucket) -> None:
    with pytest.raises(PlaceError, match="no such bucket") as caught:
        Objects("s3://no-such-bucket/raw")
    with pytest.raises(PlaceError):
        reason_of(caught.value)
    line = str(caught.value)
    for said in (f"pipelines.faults.PlaceError: {line} [while running 'ParDo(Scan)']", f"PlaceError: {line}\n\nmore"):
        found = told(said)  # as Beam and as Ray Data hand it on
        assert isinstance(found, PlaceError)
        assert str(found) == line


@pytest.mark.parametrize("engine", ["inline", "ray"])
def test_a_store_that_refuses_midway_is_one_line(engine: str, bucket: Bucket, work: Work, tmp_path: Path) -> None:
    """The workers cannot reach the raw data any more once it is read: the run stops, and no record is set aside."""
    raw, space = bucket.space(), str(tmp_path / "space")
    bucket.upload(work.raw, raw)
    env = {**bucket.env, "TRIPTYCH_CACHE": str(tmp_path / "cache")}
    done(work.folder, env, "ingest", str(work.recipe), "--raw", raw, "--workspace", space)
    gone = {**env, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    found = triptych(work.folder, gone, "curate", str(work.recipe), "--raw", raw, "--workspace", space,
                     "--engine", engine)  # fmt: skip
    assert found.returncode == 2, found.stderr
    line = found.stderr.strip().splitlines()[-1]
    assert line.startswith(f"{raw}/")  # of workers that fail alike, any may be the first to say so
    assert ": no answer from http://127.0.0.1:1" in line
    assert Store(space).read("quarantine") == []


def test_a_prefix_is_no_beginning_of_a_name(inside: Bucket) -> None:
    space = inside.space()
    for name in ("a/1", "ab/2", "a/b/3", "a/.hidden"):
        inside.put(f"{space}/{name}", b"x")
    inside.put(f"{space}/a/", b"")
    files = Files(space)
    assert files.names("a") == ["1"]
    assert files.folders("") == ["a", "ab"]
    assert files.folders("a") == ["b"]
    assert not files.folder_exists("none")
    files.delete_folder("a")
    assert set(inside.listing(space)) <= {"ab/2", "a/"}


def test_a_table_is_read_in_places(inside: Bucket) -> None:
    import pyarrow as pa

    files = Files(inside.space())
    schema = pa.schema([("n", pa.int64())])
    batches = [pa.RecordBatch.from_pydict({"n": list(range(k * 10, k * 10 + 10))}, schema) for k in range(5)]
    files.write_batches("x.arrow", batches, schema)
    assert [b.to_pydict() for b in files.read_batches("x.arrow", [3])] == [batches[3].to_pydict()]
    assert files.read_span("x.arrow", 0, 6) == b"ARROW1"
    files.write_table("t.parquet", pa.Table.from_batches(batches))
    assert files.parquet(["t.parquet"], schema).to_table().num_rows == 50
    with pytest.raises(FileNotFoundError, match=r"none\.arrow"):
        files.read_batches("none.arrow")
