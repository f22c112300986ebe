"""Raw data on an object store: the same corpus as from a folder, and a copy that follows the store."""

import os
import stat
import threading
from pathlib import Path

import pytest

from pipelines import mirror
from pipelines.faults import PlaceError
from pipelines.ingest.listing import tree_digest
from pipelines.mirror import forget, mirrored
from pipelines.store.files import Files
from tests.engine.conftest import Work
from tests.engine.stores import Bucket, done, triptych
from tests.pipelines import workshop


@pytest.mark.parametrize("remote", [False, True], ids=["folder", "s3"])
def test_raw_in_a_bucket_makes_the_same_corpus(remote: bool, inside: Bucket, work: Work, tmp_path: Path) -> None:
    bucket, raw = inside, inside.space()
    bucket.upload(work.raw, raw)
    space = bucket.space() if remote else str(tmp_path / "space")
    read: list[list[str]] = []
    for node in ("one", "two"):
        env = {**bucket.env, mirror.CACHE: str(tmp_path / node)}
        done(work.folder, env, *work.build(space, raw=raw))
        files = Files(space)
        assert (bucket.hashes(f"{space}/shards") if remote else workshop.hashes(Path(space) / "shards")) == work.corpus
        read.append([*files.names("items/part=00000"), *files.names("ledger/part=00000")])
    assert read[0] == read[1] != []  # a second node sees the same folder: it books nothing anew
    (copy,) = tmp_path.glob("one/*/stardist_nuclei")
    assert set(workshop.hashes(copy)) == set(workshop.hashes(work.raw / "stardist_nuclei"))
    assert not any(work.folder.iterdir())


def test_a_set_that_is_not_there_is_named(bucket: Bucket, work: Work) -> None:
    raw = bucket.space()
    found = triptych(work.folder, bucket.env, *work.build(bucket.space(), raw=raw))
    assert found.returncode == 2
    assert found.stderr.strip().splitlines()[-1].startswith(f"{raw}/radlabels_reports: radlabels_reports is not here")
    found = triptych(work.folder, bucket.env, "get", "radlabels_reports", "--raw", raw)
    assert found.returncode == 2
    assert not any(work.folder.iterdir())


@pytest.mark.parametrize("command", ["build", "plan"])
@pytest.mark.parametrize("objects", [{}, {"": b""}, {"notes.txt": b"x"}, {"deep/": b"", "deep/odd.bin": b"x"}])
def test_a_prefix_in_which_nothing_of_the_set_lies_is_refused_by_name(
    inside: Bucket, work: Work, tmp_path: Path, objects: dict[str, bytes], command: str
) -> None:
    """As an empty folder is: before anything is read, and nothing is taken for gone."""
    bucket, place = inside, inside.space()
    bucket.upload(work.raw / "radlabels_reports", f"{place}/radlabels_reports")
    for name, data in objects.items():
        bucket.put(f"{place}/stardist_nuclei/{name}", data)
    env = {**bucket.env, mirror.CACHE: str(tmp_path / "cache")}
    asked = work.build(str(tmp_path / "space"), raw=place)
    if command == "plan":
        asked = ["plan", str(work.recipe), "--raw", place, "--workspace", str(tmp_path / "space"), "--pilot", "0"]
    found = triptych(work.folder, env, *asked)
    said = " ".join((found.stdout + found.stderr).split())
    assert "Traceback" not in said
    if command == "build":
        assert found.returncode == 2
        assert found.stderr.strip().splitlines()[-1].startswith(f"{place}/stardist_nuclei: ")
        assert "expected" in said or "is not here" in said
        assert not (tmp_path / "space/records").exists()
    assert str(tmp_path / "cache") not in said


@pytest.fixture
def raw(inside: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small data set `toy`, seen anew at each call of `copied`."""
    monkeypatch.setenv(mirror.CACHE, str(tmp_path / "cache"))
    place = inside.space()
    for name in ("a.txt", "deep/b c#~%20ü.txt", "deep/er/c.txt"):
        inside.put(f"{place}/toy/{name}", name.encode())
    inside.put(f"{place}/toy/empty.txt", b"")
    inside.put(f"{place}/toy/mark/", b"")  # what consoles leave to show a folder
    inside.put(f"{place}/toys/no.txt", b"of another set")
    return place


def copied(raw: str) -> dict[str, bytes]:
    forget()
    folder = mirrored(raw, "toy")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_copy_follows_its_objects(raw: str, inside: Bucket) -> None:
    first = copied(raw)
    assert first == {
        "a.txt": b"a.txt", "deep/b c#~%20ü.txt": "deep/b c#~%20ü.txt".encode(), "deep/er/c.txt": b"deep/er/c.txt",
        "empty.txt": b"",
    }  # fmt: skip
    folder = mirrored(raw, "toy")
    (_, _, changed) = inside.listing(f"{raw}/toy")["a.txt"]
    assert (folder / "a.txt").stat().st_mtime == changed.timestamp()
    assert not (folder / "a.txt").stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    inodes = {path: path.stat().st_ino for path in folder.rglob("*.txt")}
    assert copied(raw) == first
    assert {path: path.stat().st_ino for path in folder.rglob("*.txt")} == inodes  # nothing was fetched again
    inside.put(f"{raw}/toy/a.txt", b"longer than before")
    inside.remove(f"{raw}/toy/deep/er/c.txt")
    assert copied(raw) == {**{k: v for k, v in first.items() if k != "deep/er/c.txt"}, "a.txt": b"longer than before"}
    assert not (folder / "deep/er").exists()
    os.utime(folder / "a.txt", (1, 1))
    assert copied(raw)["a.txt"] == b"longer than before"
    assert (folder / "a.txt").stat().st_mtime > 1


def test_two_nodes_see_the_same_folder(raw: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tree_digest(mirrored(raw, "toy"))
    forget()
    monkeypatch.setenv(mirror.CACHE, str(tmp_path / "another"))
    assert tree_digest(mirrored(raw, "toy")) == here is not None


def test_what_a_killed_fetch_left_is_not_read(raw: str) -> None:
    folder = mirrored(raw, "toy")
    part = folder.with_name(f".{folder.name}.part")
    part.mkdir()
    (part / "0").write_bytes(b"half")
    (folder / "stray.txt").write_bytes(b"of nobody")
    assert sorted(copied(raw)) == ["a.txt", "deep/b c#~%20ü.txt", "deep/er/c.txt", "empty.txt"]
    assert not part.exists()


@pytest.mark.parametrize("name", ["../escaped.txt", "deep/../../escaped.txt", "/escaped.txt"])
def test_a_name_that_leads_out_is_refused(name: str, raw: str, inside: Bucket, tmp_path: Path) -> None:
    inside.put(f"{raw}/toy/{name}", b"bad")
    with pytest.raises(PlaceError, match="escaped"):
        copied(raw)
    assert not list(tmp_path.rglob("escaped.txt"))


def test_an_object_that_is_also_a_folder_is_refused(raw: str, inside: Bucket) -> None:
    inside.put(f"{raw}/toy/deep", b"a file and a folder")
    with pytest.raises(PlaceError, match="toy/deep: it and deep/"):
        copied(raw)


def test_processes_of_a_node_fetch_once(raw: str, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real, together = mirror._sync, threading.Barrier(6)
    monkeypatch.setattr(mirror, "_sync", lambda *args: (synced.append(1), real(*args)))
    forget()

    def ask() -> None:
        together.wait()
        mirrored.__wrapped__(raw, "toy")

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(synced) < 6  # who waited for another's copy takes it as it is
    assert (mirrored(raw, "toy") / "a.txt").read_bytes() == b"a.txt"
