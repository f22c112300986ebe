"""No value that is planted in a header comes out of it, and what a record must tell still does."""

import pytest

from benchmarks.privacy import headers
from connectors.headers import allowed


@pytest.mark.filterwarnings("ignore")
def test_nothing_planted_in_a_header_leaks() -> None:
    found = headers.run()
    assert len(found.actions) > 7000
    assert [one.where for one in found.actions if one.leaked] == []
    assert found.kept == found.owed > 100


def test_the_plant_is_seen_where_nothing_holds_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bench can fail: without the list a name of a lead and one in a code come out."""
    monkeypatch.setattr(allowed, "channel", lambda name, number: name)
    monkeypatch.setattr(allowed, "comment", lambda key, value: True)
    monkeypatch.setattr(headers, "PLANTS", (headers.recordings,))
    assert {one.where for one in headers.run().actions if one.leaked} >= {"WFDB 0", "WFDB 6"}


@pytest.mark.parametrize(
    ("keyword", "value", "kept"),
    [
        ("BodyPartExamined", "CHEST", True), ("BodyPartExamined", "WHOLE BODY", True),
        ("BodyPartExamined", "JANE DOE", False),
        ("BodyPartExamined", "chest of j. doe", False), ("ViewPosition", "MLO", True), ("ViewPosition", "DOE", False),
        ("PatientPosition", "HFS", True), ("PatientPosition", "SMITH", False), ("Modality", "MG", True),
        ("Modality", "DOE", False), ("EchoTime", "12.5", True), ("EchoTime", "DOE^JANE", False),
        ("PatientSex", "F", True),
    ],
)  # fmt: skip
def test_codes_are_held_against_the_terms_of_the_standard(keyword: str, value: str, kept: bool) -> None:
    assert allowed.code(keyword, value) == (value if kept else "")


@pytest.mark.parametrize("name", ["I", "aVR", "AVF", "V3R", "MLII", "EEG Fpz-Cz", "ECG 1", "RESP", "II-III"])
def test_a_lead_keeps_its_name(name: str) -> None:
    assert allowed.channel(name, 4) == name


@pytest.mark.parametrize("name", ["Doe", "Jane Doe", "Dr. Sample", "SMITH", ""])
def test_what_is_no_lead_is_a_number(name: str) -> None:
    assert allowed.channel(name, 4) == "channel 4"


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("PatientName", "PS3.15"), ("PregnancyStatus", "PS3.15"), ("DeviceSerialNumber", "PS3.15"),
        ("StudyDate", "date"),
        ("AcquisitionDateTime", "date"), ("SeriesDescription", "public_ids"), ("Doe", "no DICOM keyword"),
    ],
)  # fmt: skip
def test_a_card_cannot_ask_for_what_the_profile_removes(keyword: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        allowed.check(keyword, public=False)


@pytest.mark.parametrize("keyword", ["PatientAge", "PatientSex", "EchoTime", "PatientID", "BodyPartExamined"])
def test_a_card_may_ask_for_the_rest(keyword: str) -> None:
    allowed.check(keyword, public=False)


def test_an_attribute_that_names_somebody_is_not_told() -> None:
    allowed.attribute("@acquisition")
    allowed.attribute("patient_ages")  # an array, which the card declares as any other
    with pytest.raises(ValueError, match="say hide"):
        allowed.attribute("scan@patient_name")
