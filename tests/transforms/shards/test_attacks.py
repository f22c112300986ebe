"""Somebody changes a published corpus: what stands beside the shards is held to the manifest, and the manifest's
signature holds where every sum was made to agree again."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as serial
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas import Sample
from tests.corpora import corpus
from transforms.shards import signature, stats
from transforms.shards.energon import INDEX, index_of
from transforms.shards.manifest import counted, load
from transforms.shards.tar import read_shard, sha256_file, write_shard
from transforms.shards.verify import verify

Groups = dict[str, dict[str, bytes]]
SHARD = "train-000000.tar"


def keys(folder: Path, secret: Any = None, kind: str = "PEM", word: bytes | None = None) -> tuple[Path, Path]:
    """A private and a public key."""
    secret = secret or Ed25519PrivateKey.generate()
    private, public = folder / "key", folder / "key.pub"
    form = serial.PrivateFormat.OpenSSH if kind == "OpenSSH" else serial.PrivateFormat.PKCS8
    lock = serial.BestAvailableEncryption(word) if word else serial.NoEncryption()
    private.write_bytes(secret.private_bytes(serial.Encoding.PEM, form, lock))
    how = (serial.Encoding.OpenSSH, serial.PublicFormat.OpenSSH)
    pem = (serial.Encoding.PEM, serial.PublicFormat.SubjectPublicKeyInfo)
    public.write_bytes(secret.public_key().public_bytes(*(how if kind == "OpenSSH" else pem)))
    return private, public


def signed(folder: Path, private: Path) -> None:
    data = signature.sign((folder / "manifest.json").read_bytes(), private)
    (folder / signature.NAME).write_bytes(data)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "shards").mkdir()
    corpus().write(tmp_path / "shards")
    return tmp_path / "shards"


def recompute(folder: Path, change: Callable[[Groups], None]) -> None:
    """Change the groups of a shard, then make every sum, count, index and statistic of the folder agree with it."""
    groups = dict(read_shard(folder / SHARD))
    change(groups)
    info = write_shard(folder / SHARD, groups.items())
    (folder / f"{SHARD}{INDEX}").write_bytes(index_of(folder / SHARD))
    made = load(folder)
    shards = [one.model_copy(update=info.model_dump()) if one.name == SHARD else one for one in made.shards]
    samples = [
        Sample.model_validate_json(members["json"]) for one in shards for _, members in read_shard(folder / one.name)
    ]
    found = stats.count(samples)
    for name, data in stats.files(found).items():
        (folder / "stats" / name).write_bytes(data)
    beside = {name: sha256_file(folder / name) for name in made.beside}
    update = {
        "shards": tuple(shards),
        "beside": beside,
        "samples": len(samples),
        "bytes": sum(one.bytes for one in shards),
    }
    (folder / "manifest.json").write_text(made.model_copy(update={**update, **counted(found)}).pretty())


def drop(groups: Groups) -> None:
    groups.pop("toy-0001")


def edit(change: Callable[[dict[str, Any]], None]) -> Callable[[Groups], None]:
    def edited(groups: Groups) -> None:
        sample = json.loads(groups["toy-0001"]["json"])
        change(sample)
        groups["toy-0001"]["json"] = Sample.model_validate(sample).to_json().encode()

    return edited


def swap(groups: Groups) -> None:
    """Two pictures of one set, each with the sums of the other."""
    one, other = (json.loads(groups[key]["json"]) for key in ("toy-0000", "toy-0001"))
    one["media"][0], other["media"][0] = other["media"][0], one["media"][0]
    groups["toy-0000"]["png"], groups["toy-0001"]["png"] = groups["toy-0001"]["png"], groups["toy-0000"]["png"]
    for key, sample in (("toy-0000", one), ("toy-0001", other)):
        groups[key]["json"] = Sample.model_validate(sample).to_json().encode()


def more(sample: dict[str, Any]) -> None:
    sample["description"]["relations"].append({"text": "The spleen is enlarged.", "claims": []})


def known_modality(sample: dict[str, Any]) -> None:
    sample["facts"][4]["value"] = "magnetic resonance imaging"


def question(sample: dict[str, Any]) -> None:
    sample["dialogues"][0]["turns"][0]["text"] = "What area does the liver cover?"


def word(sample: dict[str, Any]) -> None:
    sample["description"]["relations"][0]["text"] = "The lesion lies in the liver, and grows."


ATTACKS = {
    "a sample dropped": drop, "pictures swapped": swap, "a sentence added": edit(more), "a fact": edit(known_modality),
    "a question": edit(question), "a word": edit(word),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_signature_holds_where_all_sums_were_made_to_agree(attack: Any, place: Path, tmp_path: Path) -> None:
    private, public = keys(tmp_path)
    signed(place, private)
    report = verify(place, key=public)
    assert (report.ok, report.signature) == (True, "valid")
    before = report.manifest_sha256
    recompute(place, attack)
    assert verify(place).ok  # all that follows from the folder alone agrees: nobody could tell
    report = verify(place, key=public)
    assert [(problem.shard, problem.check) for problem in report.problems] == [("manifest.json.sig", "signature")]
    assert report.signature == "wrong"
    assert report.manifest_sha256 != before


def test_a_corpus_that_is_not_signed_fails_where_a_key_is_given(place: Path, tmp_path: Path) -> None:
    private, public = keys(tmp_path)
    assert verify(place, key=public).failed == {"signature": 1}
    signed(place, private)
    assert verify(place).signature == "unchecked"
    (tmp_path / "other").mkdir()
    _, other = keys(tmp_path / "other")
    assert verify(place, key=other).signature == "wrong"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_reads_the_signature(place: Path, tmp_path: Path) -> None:
    private, public = keys(tmp_path)
    signed(place, private)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public, "-sigfile",
               place / signature.NAME, "-in", place / "manifest.json"]  # fmt: skip
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_keys_of_openssh_sign_too(place: Path, tmp_path: Path) -> None:
    private, public = keys(tmp_path, kind="OpenSSH")
    assert b"OPENSSH PRIVATE KEY" in private.read_bytes()
    signed(place, private)
    assert verify(place, key=public).signature == "valid"


def test_a_key_that_cannot_be_used_is_one_line(place: Path, tmp_path: Path) -> None:
    private, public = keys(tmp_path)
    (tmp_path / "text").write_text("no key")
    for name in ("rsa", "locked"):
        (tmp_path / name).mkdir()
    other, _ = keys(tmp_path / "rsa", rsa.generate_private_key(65537, 1024))
    locked, _ = keys(tmp_path / "locked", word=b"word")
    for key, says in ((public, "no private key"), (tmp_path / "text", "no private key"),
                      (tmp_path / "none", "no key that can be read"), (other, r"not an Ed25519 key.*-out NEW\.pem"),
                      (locked, "passphrase")):  # fmt: skip
        with pytest.raises(signature.KeyFileError, match=says) as caught:
            signature.sign(b"", key)
        assert "\n" not in str(caught.value)
    for key, says in ((private, "no public key"), (tmp_path / "none", "no key that can be read")):
        with pytest.raises(signature.KeyFileError, match=says):
            verify(place, key=key)


@pytest.mark.parametrize(
    "name", ["README.md", "LICENSES.md", "croissant.json", "stats/summary.json", "stats/dataset.json"]
)
def test_what_stands_beside_the_shards_is_held_to_the_manifest(name: str, place: Path) -> None:
    path = place / name
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    assert [(p.shard, p.check) for p in verify(place).problems] == [(name, "beside")]
    path.unlink()
    assert [(p.shard, p.message) for p in verify(place).problems] == [(name, "is not in the folder")]
    path.write_bytes(whole)
    assert verify(place).ok


def test_what_nobody_named_is_found_and_what_is_hidden_is_not_ours(place: Path) -> None:
    (place / ".git").mkdir()
    (place / ".git/HEAD").write_text("")
    assert verify(place).ok
    (place / "more").mkdir()
    (place / "more/train-000009.tar").write_bytes(b"")
    (place / "train-000009.tar.idx").write_bytes(b"")
    found = {problem.shard for problem in verify(place).problems}
    assert found == {"more/train-000009.tar", "train-000009.tar.idx"}


def test_a_manifest_that_forgets_the_licences_is_found(place: Path) -> None:
    made = json.loads((place / "manifest.json").read_bytes())
    del made["beside"]["LICENSES.md"]
    (place / "manifest.json").write_text(json.dumps(made))
    assert [(p.shard, p.message) for p in verify(place).problems] == [("LICENSES.md", "is not in the manifest")]


@pytest.mark.parametrize("change", [lambda data: data[8:], lambda data: data[:-1] + b"\1", None])
def test_an_index_says_where_the_samples_of_its_shard_begin(change: Any, place: Path) -> None:
    path = place / f"{SHARD}{INDEX}"
    data = path.read_bytes()
    path.write_bytes(change(data)) if change else path.unlink()
    assert [(p.shard, p.check) for p in verify(place).problems] == [(path.name, "index")]


def test_statistics_that_count_other_samples_are_found(place: Path) -> None:
    path = place / "stats/task.json"
    path.write_text(path.read_text().replace('"train": 6', '"train": 7'))
    made = load(place)
    beside = {**made.beside, "stats/task.json": sha256_file(path)}
    (place / "manifest.json").write_text(made.model_copy(update={"beside": beside}).pretty())
    assert [(p.shard, p.check) for p in verify(place).problems] == [("stats/task.json", "manifest")]


def test_a_cache_of_links_is_the_corpus_it_leads_to(place: Path, tmp_path: Path) -> None:
    """As DVC checks out with `cache.type symlink`, and as the Hugging Face Hub keeps snapshots."""
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    for path in [path for path in place.rglob("*") if path.is_file()]:
        blob = blobs / sha256_file(path)
        path.rename(blob)
        path.symlink_to(blob)
    report = verify(place)
    assert report.ok, report.problems


@pytest.mark.parametrize(
    ("name", "check"),
    [(SHARD, "checksum"), ("README.md", "beside"), ("stats/task.json", "beside"), (f"{SHARD}{INDEX}", "index")],
)
def test_a_link_to_another_content_is_found(name: str, check: str, place: Path, tmp_path: Path) -> None:
    path = place / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    (tmp_path / "elsewhere").write_bytes(data)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert (name, check) in [(problem.shard, problem.check) for problem in verify(place).problems]


@pytest.mark.parametrize("name", [SHARD, "README.md", f"{SHARD}{INDEX}"])
def test_a_link_to_nothing_is_found(name: str, place: Path, tmp_path: Path) -> None:
    (place / name).unlink()
    (place / name).symlink_to(tmp_path / "gone")
    assert (name, "link") in [(problem.shard, problem.check) for problem in verify(place).problems]


@pytest.mark.parametrize("name", ["stats", "more.txt", "train-000009.tar", ".hidden"])
def test_a_link_that_the_manifest_does_not_name_is_refused(name: str, place: Path, tmp_path: Path) -> None:
    if (place / name).exists():
        (place / name).rename(tmp_path / "elsewhere")
    else:
        (tmp_path / "elsewhere").write_text("a")
    (place / name).symlink_to(tmp_path / "elsewhere")
    assert (name, "link") in [(problem.shard, problem.check) for problem in verify(place).problems]


def test_a_pipe_is_no_file(place: Path) -> None:
    os.mkfifo(place / "README.txt")
    assert [(p.shard, p.check) for p in verify(place).problems] == [("README.txt", "link")]
