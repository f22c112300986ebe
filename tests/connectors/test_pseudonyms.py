"""Pseudonyms are keyed: nobody without the secret can try names until one fits."""

from pathlib import Path

import pytest

import catalog
from connectors import open_dataset
from connectors.base import PSEUDONYM_KEY, pseudonym
from pipelines.doctor import examine
from schemas import Record
from tests.replicas import dicom

IDENTIFIER = ("subject", "toy", "PID-77")


def read(root: Path) -> Record:
    connector = open_dataset(catalog.card("pydicom_test_files"), catalog.labelspace())
    (item,) = connector.listing(root)
    return next(thing for thing in connector.read(root, item) if isinstance(thing, Record))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    dicom.save(tmp_path, "a.dcm", dicom.slice_of("a", (0, 0, 0)))
    return tmp_path


def test_it_is_the_hmac_that_openssl_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """printf '["subject","toy","PID-77"]' | openssl dgst -sha256 -hmac KEY, the first 20 digits."""
    monkeypatch.delenv(PSEUDONYM_KEY, raising=False)
    assert pseudonym(*IDENTIFIER) == "db9fb4390150fcad935d"
    monkeypatch.setenv(PSEUDONYM_KEY, "a secret")
    assert pseudonym(*IDENTIFIER) == "4dd9ca5a095711e7dda8"


def test_another_key_makes_other_subjects_studies_and_records(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PSEUDONYM_KEY, raising=False)
    public = read(root)
    monkeypatch.setenv(PSEUDONYM_KEY, "a secret")
    secret = read(root)
    assert secret == read(root)
    for field in ("subject", "study", "series", "key"):
        assert getattr(public, field) != getattr(secret, field), field


def test_doctor_says_when_the_key_is_the_public_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def finding() -> dict[str, object]:
        return next(row for row in examine(tmp_path) if row["what"] == "pseudonym key")

    monkeypatch.delenv(PSEUDONYM_KEY, raising=False)
    assert (finding()["ok"], finding()["optional"]) == (False, True)
    assert PSEUDONYM_KEY in str(finding()["action"])
    monkeypatch.setenv(PSEUDONYM_KEY, "a secret")
    assert finding()["ok"]
    assert "a secret" not in str(finding())
