"""Personal data is gone from what ingest stores; spans of characters still hold the words that they held."""

from pipelines.ingest.scrubbing import quoted, scrubbed
from schemas import Concept, Geometry, MadeBy, Notice, Record, Region, SpanShape
from tests.records import record

TEXT = "Patient name: Testa Fakename. There is an effusion. Seen by Dr. Mockson on 2014-06-03."
EFFUSION = Concept(system="SCT", code="60046008", label="pleural effusion")


def region(words: str, **fields: object) -> Region:
    start = TEXT.index(words)
    shape = SpanShape(start=start, end=start + len(words), unit="char")
    whole = {"key": words, "dataset": "toy", "record": "toyrecord", "concept": EFFUSION, "source_label": "effusion",
             "shape": shape, "frame": "voxel", "made_by": MadeBy(kind="rule", name="toy")}  # fmt: skip
    return Region.model_validate(whole | fields)


def test_a_document_and_its_spans() -> None:
    document = record(kind="document", text=TEXT, geometry=Geometry(shape=(len(TEXT),)))
    found, first, last = scrubbed([document, region("an effusion"), region("Seen by Dr. Mockson")])
    assert isinstance(found, Record)
    assert found.text == "Patient name: [NAME]. There is an effusion. Seen by Dr. [NAME] on [DATE]."
    assert found.geometry.shape == (len(found.text),)
    for one, words in ((first, "an effusion"), (last, "Seen by Dr. [NAME]")):
        assert isinstance(one, Region)
        assert isinstance(one.shape, SpanShape)
        assert found.text[int(one.shape.start) : int(one.shape.end)] == words


def test_what_tells_nothing_of_anybody_is_the_same_thing() -> None:
    told = [record(text="A lesion.", meta={"age": 54, "questions": [{"question": "A?", "answer": "b"}]})]
    assert list(scrubbed(told)) == told
    seconds = region("an effusion", shape=SpanShape(start=0.5, end=2.0, unit="s"))
    assert list(scrubbed([record(text=TEXT), seconds]))[1] == seconds


def test_notes_beside_an_image_and_phrases_of_regions() -> None:
    meta = {
        "captions": ["Dr. Mockson"],
        "note": "called Dr. Mockson at home",
        "annotations": ["a b c/on 2014-06-03.csv"],
    }
    found, drawn = scrubbed([record(meta=meta), region("an effusion", meta={"phrase": "told by Mr. Nullus today"})])
    assert isinstance(found, Record)
    assert found.meta == {
        "captions": ["Dr. [NAME]"],
        "note": "called Dr. [NAME] at home",
        "annotations": meta["annotations"],
    }
    assert isinstance(drawn, Region)
    assert drawn.meta == {"phrase": "told by Mr. [NAME] today"}


def test_reasons_quote_without_names_and_still_name_their_file() -> None:
    reason = "img/20140603.png: 2 answers to one question: 'Mr. Nullus', 'no'"
    (notice,) = scrubbed([Notice(kind="file", uri="img/20140603.png", item="Is Mr. Nullus ill?", reason=reason)])
    assert isinstance(notice, Notice)
    assert notice.uri == "img/20140603.png"
    assert notice.item == "Is Mr. [NAME] ill?"
    assert notice.reason == "img/20140603.png: 2 answers to one question: 'Mr. [NAME]', 'no'"
    assert quoted("column 'id' lacks '20140603'") == "column 'id' lacks '20140603'"
