"""A shard can be written group by group, from groups of other shards too, and indexed as far as it is whole."""

import hashlib
import os
import pickle
import tarfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.shards import tar
from transforms.shards.tar import ShardError, ShardWriter, index_shard, read_shard, write_shard
from transforms.shards.ustar import MAX_SIZE, header

GROUPS = {"a-1": {"png": b"p" * 700, "json": b"{}", "mask.png": b"m"}, "b_2": {"txt": b"t" * 512}, "c": {"txt": b"c"}}
KEYS = st.text("abz09_-", min_size=1, max_size=20)
CONTENTS = st.dictionaries(
    st.sampled_from(["json", "png", "mask.png", "txt"]), st.binary(min_size=1, max_size=1500), min_size=1
)
SHARDS = st.dictionaries(KEYS, CONTENTS, min_size=1, max_size=5)


@given(name=st.text("abz09_-.", min_size=1, max_size=100), size=st.integers(0, 5000) | st.integers(0, MAX_SIZE))
def test_a_header_is_what_the_standard_library_writes(name: str, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o644, 0
    assert header(name, size) == info.tobuf(tarfile.USTAR_FORMAT)


@settings(deadline=None)  # writes files
@given(groups=SHARDS)
def test_spans_are_the_same_when_written_and_when_indexed(
    groups: dict[str, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("shard") / "s.tar"
    with ShardWriter(path) as shard:
        spans = [(key, *shard.add(key, members)[:2]) for key, members in groups.items()]
    data = path.read_bytes()
    assert index_shard(path) == index_shard(path, partial=True) == spans
    assert [start for _, start, _ in spans] == [0, *(start + size for _, start, size in spans[:-1])]
    assert (shard.info.samples, shard.info.bytes) == (len(groups), len(data))
    assert shard.info.sha256 == hashlib.sha256(data).hexdigest()


@settings(deadline=None)  # writes files
@given(groups=SHARDS, reverse=st.booleans(), view=st.booleans())
def test_copied_groups_give_the_bytes_of_added_ones(
    groups: dict[str, dict[str, bytes]], reverse: bool, view: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("shard")
    write_shard(folder / "from.tar", groups.items())
    order = list(reversed(groups)) if reverse else list(groups)
    expected = write_shard(folder / "added.tar", [(key, groups[key]) for key in order])
    data = bytearray((folder / "from.tar").read_bytes())
    found = {key: (start, size) for key, start, size in index_shard(folder / "from.tar")}
    with ShardWriter(folder / "copied.tar") as shard:
        for key in order:
            start, size = found[key]
            buffer = memoryview(data)[start : start + size]
            assert shard.copy(key, buffer if view else bytes(buffer)).size == size
            buffer[:] = bytes(size)  # what was copied may change afterwards
    assert shard.info.model_copy(update={"name": "added.tar"}) == expected
    assert (folder / "copied.tar").read_bytes() == (folder / "added.tar").read_bytes()


def test_added_and_copied_groups_mix_across_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {f"k{n}": {"png": bytes([n]) * (1000 + 511 * n), "json": b"{}"} for n in range(40)}
    expected = write_shard(tmp_path / "s.tar", groups.items())
    data = (tmp_path / "s.tar").read_bytes()
    for batch, buffers in ((1, 1024), (4096, 1024), (1 << 20, 4), (1 << 20, 1)):
        monkeypatch.setattr(tar, "BATCH", batch)
        monkeypatch.setattr(tar, "BUFFERS", buffers)
        with ShardWriter(tmp_path / "s.tar") as shard:
            for n, (key, start, size) in enumerate(index_shard(tmp_path / "s.tar")):
                span = shard.copy(key, data[start : start + size]) if n % 2 else shard.add(key, groups[key])
                assert span[:2] == (start, size)
                assert span.crc == zlib.crc32(data[start : start + size])
        assert shard.info == expected
        assert (tmp_path / "s.tar").read_bytes() == data


def test_what_the_system_does_not_take_at_once_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = write_shard(tmp_path / "s.tar", GROUPS.items())
    data = (tmp_path / "s.tar").read_bytes()
    monkeypatch.setattr(os, "writev", lambda file, parts: os.write(file, b"".join(parts)[:700]))
    assert write_shard(tmp_path / "s.tar", GROUPS.items()) == expected
    assert (tmp_path / "s.tar").read_bytes() == data


@pytest.mark.parametrize(
    ("start", "size", "says"),
    [
        (0, 512, "no whole group"),
        (0, 0, "no whole group"),
        (0, -1024, "b_2.txt"),
        (0, 1023, "no whole group"),
        (512, 1024, "not a tar header|KEY.member"),
        (1024, 1024, None),
    ],
)
def test_what_is_no_group_of_the_key_is_not_copied(start: int, size: int, says: str | None, tmp_path: Path) -> None:
    write_shard(tmp_path / "s.tar", [("a", {"json": b"{}"}), ("b_2", {"txt": b"t"})])
    data = (tmp_path / "s.tar").read_bytes()[:2048]
    part = data if size == -1024 else data[start : start + size]
    with ShardWriter(tmp_path / "t.tar") as shard:
        shard.add("x", {"json": b"x"})
        if says is None:
            assert shard.copy("b_2", part)[:2] == (1024, 1024)
        else:
            with pytest.raises(ShardError, match=says):
                shard.copy("a", part)
    assert [key for key, _ in read_shard(tmp_path / "t.tar")] == (["x"] if says else ["x", "b_2"])


def test_a_key_is_written_once_however_it_comes(tmp_path: Path) -> None:
    write_shard(tmp_path / "s.tar", GROUPS.items())
    key, start, size = index_shard(tmp_path / "s.tar")[1]
    data = (tmp_path / "s.tar").read_bytes()[start : start + size]
    with ShardWriter(tmp_path / "t.tar") as shard:
        shard.copy(key, data)
        for again in (lambda: shard.copy(key, data), lambda: shard.add(key, GROUPS[key])):
            with pytest.raises(ShardError, match="twice"):
                again()
    assert index_shard(tmp_path / "t.tar") == [(key, 0, size)]


def test_the_part_is_beside_the_shard_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "s.tar"
    with ShardWriter(path) as shard:
        assert (shard.part.parent, shard.part.name[:15]) == (path.parent, ".s.tar.partial-")
        assert (shard.part.exists(), path.exists()) == (True, False)
        shard.add("a", {"json": b"{}"})
        with pytest.raises(ValueError, match="not finished"):
            _ = shard.info
    assert sorted(path.parent.iterdir()) == [path]
    with pytest.raises(KeyboardInterrupt), ShardWriter(path) as shard:
        raise KeyboardInterrupt
    assert sorted(path.parent.iterdir()) == [path]
    assert index_shard(path) == [("a", 0, 1024)]


def test_two_writers_of_one_shard_do_not_meet(tmp_path: Path) -> None:
    """As when one was taken for dead: whoever ends last has written the whole shard."""
    path, (first, *rest) = tmp_path / "s.tar", GROUPS.items()
    with ShardWriter(path) as slow:
        slow.add(*first)
        info = write_shard(path, GROUPS.items())
        assert dict(read_shard(path)).keys() == GROUPS.keys()
        for group in rest:
            slow.add(*group)
    assert slow.info == info
    assert dict(read_shard(path)).keys() == GROUPS.keys()
    assert [file.name for file in tmp_path.iterdir()] == ["s.tar"]


def test_a_file_cut_anywhere_is_indexed_as_far_as_it_is_known_to_be_whole(tmp_path: Path) -> None:
    path, cut = tmp_path / "s.tar", tmp_path / "cut.tar"
    write_shard(path, GROUPS.items())
    data, whole = path.read_bytes(), index_shard(path)
    for length in range(len(data)):
        cut.write_bytes(data[:length])
        known = [group for group in whole if length >= group[1] + group[2] + 512]  # the block behind it is there
        assert index_shard(cut, partial=True) == known, length
        with pytest.raises(ShardError):
            index_shard(cut)


@pytest.mark.parametrize(("at", "known"), [(0, 0), (2048, 0), (3584, 0), (4608, 1)])
def test_what_is_not_ours_ends_a_partial_index(at: int, known: int, tmp_path: Path) -> None:
    path = tmp_path / "s.tar"
    write_shard(path, GROUPS.items())
    data, whole = path.read_bytes(), index_shard(path)
    assert [start for _, start, _ in whole] == [0, 3584, 4608]
    for junk in (b"\xff" * 512, header("folder/a.json", 1)):
        path.write_bytes(data[:at] + junk + data[at + 512 :])
        with pytest.raises(ShardError):
            index_shard(path)
        assert index_shard(path, partial=True) == whole[:known]


def test_an_error_travels_between_processes() -> None:
    back = pickle.loads(pickle.dumps(ShardError("s.tar", "a", "is wrong")))
    assert (str(back), back.shard, back.key) == ("s.tar: a: is wrong", "s.tar", "a")
