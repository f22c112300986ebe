"""Patterns find what a plain recursive listing with their regular expression finds, in folders and in archives."""

import string
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import patterns, walking

NAMES = st.text(string.ascii_letters + string.digits + " ._-{}*?[]()+é", min_size=1, max_size=12).filter(
    lambda name: name.strip(". ") and not name.startswith("._")
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a/p1/p1_L.png", "a/p1/p1_R.png", "a/p2/p1_L.png", "a/p2/p2_L.jpg", "b/deep/er/p3_L.png", "p4_L.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    for junk in ("a/p1/._p1_L.png", "__MACOSX/a/p9/p9_L.png"):
        (tmp_path / junk).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / junk).write_bytes(b"x")
    return tmp_path


def found(root: Path, text: str) -> list[tuple[str, dict[str, str]]]:
    return list(walking.walk(root, patterns.pattern(text)))


def test_a_field_is_the_same_text_each_time(root: Path) -> None:
    assert [path for path, _ in found(root, "a/{p}/{p}_{eye:[LR]}.png")] == ["a/p1/p1_L.png", "a/p1/p1_R.png"]
    assert found(root, "a/{p}/{q}_L.jpg") == [("a/p2/p2_L.jpg", {"p": "p2", "q": "p2"})]


def test_stars_and_any_depth(root: Path) -> None:
    assert [path for path, _ in found(root, "**/{p}_L.png")] == [
        "p4_L.png", "a/p1/p1_L.png", "a/p2/p1_L.png", "b/deep/er/p3_L.png"]  # fmt: skip
    assert [path for path, _ in found(root, "a/*/p?_R.png")] == ["a/p1/p1_R.png"]


def test_what_macos_leaves_is_no_file_of_the_set(root: Path) -> None:
    assert not [path for path, _ in found(root, "**/*.png") if "._" in path or "__MACOSX" in path]


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_an_archive_counts_as_a_folder(tmp_path: Path, kind: str) -> None:
    (tmp_path / "x").write_bytes(b"pixels")
    names = ["in/p2_L.png", "in/p1_L.png", "in/p1_L.txt"]
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            for name in names:
                archive.write(tmp_path / "x", name)
            archive.write(tmp_path / "x", "__MACOSX/in/._p1_L.png")
    else:
        with tarfile.open(tmp_path / f"all.{kind}", "w:gz" if kind == "tar.gz" else "w") as archive:
            for name in names:
                archive.add(tmp_path / "x", name)
    paths = [path for path, _ in found(tmp_path, f"all.{kind}/in/{{p}}_L.png")]
    assert sorted(paths) == [f"all.{kind}/in/p1_L.png", f"all.{kind}/in/p2_L.png"]


@given(NAMES, NAMES)
def test_what_is_filled_in_is_taken_literally(name: str, other: str) -> None:
    bound = patterns.bind("m/{p}_{q}.png", {"p": name})
    assert patterns.pattern(bound).match(f"m/{name}_{other}.png") == {"q": other}
    path = patterns.bind("m/{p}.png", {"p": name})
    assert patterns.plain(path)


def test_a_plain_pattern_is_a_path_even_where_nothing_is(tmp_path: Path) -> None:
    assert list(walking.find(tmp_path, "m/{p}.png", {"p": "a*b{c}"})) == [("m/a*b{c}.png", {})]


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("a/b.nii.gz", "b"),
        ("x/1.2.840.113.dcm", "1.2.840.113"),
        ("c.ome.tiff", "c"),
        ("README", "README"),
        (".x", ".x"),
    ],
)
def test_stem(path: str, stem: str) -> None:
    assert patterns.stem(path) == stem


@pytest.mark.parametrize("text", ["{a:x/y|z}/b.png", "{a:(}.png"])
def test_a_field_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="field"):
        patterns.pattern(text)
