"""Shards are strict tars: what is written comes back, what is not ours is refused, what goes wrong is named."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.shards.tar import ShardError, read_shard, write_shard

GROUPS = [("a-1", {"png": b"p" * 700, "json": b"{}", "mask.png": b"m"}), ("b_2", {"txt": b"t" * 512})]
KEYS = st.text("abz09_-", min_size=1, max_size=20)
CONTENTS = st.dictionaries(
    st.sampled_from(["json", "png", "mask.png", "txt"]), st.binary(min_size=1, max_size=1500), min_size=1
)


def plain_tar(path: Path, entries: list[tuple[str, bytes]], **fields: int | str) -> Path:
    """A tar written with the standard library alone: how somebody else would."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for field, value in fields.items():
                setattr(info, field, value)
            tar.addfile(info, io.BytesIO(content))
    return path


@settings(deadline=None)  # writes files
@given(groups=st.dictionaries(KEYS, CONTENTS, min_size=1, max_size=5))
def test_round_trip(groups: dict[str, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("shard") / "s.tar"
    info = write_shard(path, groups.items())
    assert list(read_shard(path)) == [(key, dict(sorted(members.items()))) for key, members in groups.items()]
    assert (info.name, info.samples, info.bytes) == ("s.tar", len(groups), path.stat().st_size)


def test_the_standard_library_sees_plain_entries(tmp_path: Path) -> None:
    info = write_shard(tmp_path / "s.tar", GROUPS)
    with tarfile.open(tmp_path / "s.tar") as tar:
        entries = tar.getmembers()
    assert [entry.name for entry in entries] == ["a-1.json", "a-1.mask.png", "a-1.png", "b_2.txt"]
    for entry in entries:
        owner = (entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname, entry.mode, entry.type, entry.pax_headers)
        assert owner == (0, 0, 0, "", "", 0o644, tarfile.REGTYPE, {})
    data = (tmp_path / "s.tar").read_bytes()
    assert data[257:265] == b"ustar\x0000"  # POSIX magic and version
    assert info.sha256 == hashlib.sha256(data).hexdigest()


def test_same_groups_same_bytes(tmp_path: Path) -> None:
    turned = [(key, dict(reversed(members.items()))) for key, members in GROUPS]
    assert write_shard(tmp_path / "a.tar", GROUPS).sha256 == write_shard(tmp_path / "b.tar", turned).sha256


@pytest.mark.parametrize(
    ("groups", "key", "says"),
    [
        ([("A", {"json": b"x"})], "A", "a-z0-9"),
        ([("a" * 101, {"json": b"x"})], "a" * 101, "100"),
        ([("a" * 97, {"json": b"x"})], "a" * 97, "longer than 100"),
        ([("a.b", {"json": b"x"})], "a.b", "a-z0-9"),
        ([("a", {"json": b"x"}), ("a", {"json": b"y"})], "a", "twice"),
        ([("a", {})], "a", "no members"),
        ([("a", {"png": b""})], "a", "empty"),
        ([("a", {"Mask.PNG": b"x"})], "a", "lower-case"),
        ([], None, "no samples"),
    ],
)
def test_a_bad_group_is_named_and_leaves_no_file(
    groups: list[tuple[str, dict[str, bytes]]], key: str | None, says: str, tmp_path: Path
) -> None:
    with pytest.raises(ShardError, match=says) as caught:
        write_shard(tmp_path / "s.tar", groups)
    assert (caught.value.shard, caught.value.key) == ("s.tar", key)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_old_shard(tmp_path: Path) -> None:
    write_shard(tmp_path / "s.tar", GROUPS)
    before = (tmp_path / "s.tar").read_bytes()
    with pytest.raises(ShardError):
        write_shard(tmp_path / "s.tar", [*GROUPS, ("Bad", {"json": b"x"})])
    assert (tmp_path / "s.tar").read_bytes() == before


@pytest.mark.parametrize(
    ("entries", "fields", "says"),
    [
        ([("a.json", b"x"), ("b.json", b"x"), ("a.png", b"x")], {}, "adjacent"),
        ([("a.png", b"x"), ("a.json", b"x")], {}, "order"),
        ([("a.json", b"x"), ("a.json", b"y")], {}, "repeated"),
        ([("a.json", b"x")], {"mtime": 1}, "plain ustar"),
        ([("a.json", b"x")], {"uname": "root"}, "plain ustar"),
        ([("a.json", b"")], {}, "empty"),
        ([("folder/a.json", b"x")], {}, "KEY.member"),
        ([("README", b"x")], {}, "KEY.member"),
        ([], {}, "no samples"),
    ],
)
def test_foreign_tars_are_refused(
    entries: list[tuple[str, bytes]], fields: dict[str, int | str], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ShardError, match=says):
        list(read_shard(plain_tar(tmp_path / "s.tar", entries, **fields)))


@pytest.mark.parametrize("keep", [10240 - 512, 1536, 512, 100])
def test_a_cut_shard_is_refused(keep: int, tmp_path: Path) -> None:
    path = tmp_path / "s.tar"
    write_shard(path, GROUPS)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ShardError, match="cut"):
        list(read_shard(path))


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.tar"
    write_shard(path, GROUPS)
    whole = path.read_bytes()
    path.write_bytes(whole + whole)
    with pytest.raises(ShardError, match="appended"):
        list(read_shard(path))
    path.write_bytes(whole + bytes(10240))
    with pytest.raises(ShardError, match="zero records"):
        list(read_shard(path))
