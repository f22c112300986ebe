"""A new corpus takes the place of the old one on an object store, where that takes many requests: a kill after any of
them leaves no corpus that is neither, and the next run finishes it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pipelines.publish import corpus
from pipelines.store.files import Files
from pipelines.store.objects import Objects
from schemas import content_key
from tests.engine.stores import Bucket

OLD, NEW = {"a.tar", "c.tar", "manifest.json"}, {"a.tar", "b.tar", "stats/x.json", "manifest.json"}
MOST = 100


class Killed(BaseException):
    """What stands for the end of the process."""


class Requests:
    """Lets a number of requests through, one object each, so that the end can fall between any two."""

    def __init__(self, left: int, patch: pytest.MonkeyPatch) -> None:
        self.left = left
        put, copy, delete = Objects.put, Objects.copy, Objects.delete

        def spend() -> None:
            if not self.left:
                raise Killed
            self.left -= 1

        def put_one(objects: Objects, name: str, data: bytes | Path) -> None:
            spend()
            put(objects, name, data)

        def copy_each(objects: Objects, pairs: Sequence[tuple[str, str]]) -> None:
            for pair in pairs:
                spend()
                copy(objects, [pair])

        def delete_each(objects: Objects, names: Iterable[str]) -> None:
            for name in names:
                spend()
                delete(objects, [name])

        patch.setattr(Objects, "put", put_one)
        patch.setattr(Objects, "copy", copy_each)
        patch.setattr(Objects, "delete", delete_each)


def ready(bucket: Bucket) -> str:
    """A workspace in which everything is ready to take the place of an old corpus."""
    space = bucket.space()
    for name in OLD:
        bucket.put(f"{space}/shards/{name}", b"old")
    for name in NEW:
        bucket.put(f"{space}/publish/next/shards/{name}", b"new")
    for name in ("next/groups/a", "next/groups/b", "next/done/a", "groups-old/z"):
        bucket.put(f"{space}/publish/{name}.parquet", b"groups")
    about = {"key": "k", "manifest": content_key("new"), "groups": "publish/groups-k"}
    Files(space).write_json(corpus.READY, about)
    return space


def killed_after(requests: int, files: Files) -> bool:
    """Whether the end came before all was done."""
    with pytest.MonkeyPatch.context() as patch:
        Requests(requests, patch)
        try:
            corpus.finish_replacing(files)
        except Killed:
            return True
    return False


def test_a_swap_that_is_killed_at_any_request_is_finished(inside: Bucket) -> None:
    for requests in range(MOST):
        space = ready(inside)
        files = Files(space)
        killed = killed_after(requests, files)
        there = inside.listing(f"{space}/shards")
        assert "manifest.json" not in there or set(there) in (OLD, NEW)
        corpus.finish_replacing(files)
        assert {name: inside.read(f"{space}/shards/{name}") for name in NEW} == dict.fromkeys(NEW, b"new")
        assert set(inside.listing(f"{space}/shards")) == NEW
        assert set(inside.listing(f"{space}/publish")) == {"groups-k/a.parquet", "groups-k/b.parquet"}
        assert files.read_json(corpus.STAMP)["key"] == "k"
        if not killed:
            assert requests > len(NEW)
            return
    raise AssertionError("it never ended")
