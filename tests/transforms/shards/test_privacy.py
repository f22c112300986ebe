"""What is left of a person in a published sample is found, and not told once more."""

from typing import Any

from schemas import Sample, SourceFile
from tests.corpora import document, picture
from transforms.shards.privacy import left_in_addresses, left_in_texts


def problems(sample: Sample, dates_moved: bool = False) -> list[str]:
    looked = [*left_in_texts(sample, dates_moved), *left_in_addresses(sample)]
    assert sum(n for n, _ in looked) > 3
    return [wrong for _, wrong in looked if wrong]


def changed(sample: Sample, **fields: Any) -> Sample:
    return sample.model_copy(update=fields)


def test_a_sound_sample_tells_of_nobody() -> None:
    assert problems(picture(1)) == []
    assert problems(document(2)) == []


def test_a_name_in_a_text_is_found_and_not_quoted() -> None:
    found = problems(changed(document(1), document="Seen by Dr. Mockson, MRN 00412345."))
    assert found == ["document: holds ID, NAME"]


def test_dates_that_were_moved_are_no_dates_of_anybody() -> None:
    dated = changed(document(1), document="Compared with 2014-06-03.")
    assert problems(dated) == ["document: holds DATE"]
    assert problems(dated, dates_moved=True) == []
    assert problems(changed(document(1), document="Seen in January."), dates_moved=True) == ["document: holds DATE"]


def test_a_name_in_an_address_is_found() -> None:
    made = picture(1).provenance
    file = SourceFile(uri="x/Fakename_Testa/a.png", sha256="0" * 64, bytes=1)
    named = changed(picture(1), provenance=made.model_copy(update={"sources": (file,)}), subject="toy/Fakename_Testa")
    assert problems(named) == ["subject: names a person", "provenance.sources.0: names a person"]
