import json
from pathlib import Path

import pytest

from connectors import Connector, Unreadable
from connectors.readers.text_reports import spans, whole
from schemas import Notice, SpanShape
from tests.connectors.conformance import Conformance, Rows, read_all, records, regions
from tests.replicas import radlabels_reports as replica


class TestRadlabels(Conformance):
    dataset = "radlabels_reports"
    build = replica.build
    counts = (2, 3)
    victims = {"synthetic_reports/synth_0001.txt": 1, "synthetic_labels.json": 2, "synthetic_matches.json": 2}

    def test_spans_hold_the_words_of_the_report(self, rows: Rows) -> None:
        texts = {record.key: record.text or "" for record in records(rows)}
        said = {}
        for region in regions(rows):
            assert isinstance(region.shape, SpanShape)
            words = texts[region.record][int(region.shape.start) : int(region.shape.end)]
            said[region.concept.label] = (words, region.meta["state"])
        assert said == {
            "cardiomegaly": ("Heart is mildly enlarged", "present"),
            "pneumothorax": ("pneumothorax", "absent"),
            "pleural effusion": ("pleural effusion", "uncertain"),
        }

    def test_uncertain_is_neither_present_nor_absent(self, rows: Rows) -> None:
        states = [{p.concept.label: p.state for p in record.presence} for record in records(rows)]
        assert states == [{"cardiomegaly": "present", "pneumothorax": "absent"}, {"pleural effusion": "uncertain"}]

    def test_each_finding_is_a_fact_on_its_span(self, rows: Rows) -> None:
        keys = {region.key: region.concept for region in regions(rows)}
        for record in records(rows):
            for fact in record.facts:
                assert fact.concept == keys[fact.regions[0]]
        assert [fact.value for record in records(rows) for fact in record.facts] == ["present", "absent", "uncertain"]

    def test_a_finding_that_the_card_does_not_know_costs_its_report(self, connector: Connector, root: Path) -> None:
        labels = json.loads((root / "synthetic_labels.json").read_text())
        labels["synth_0001"]["new_finding"] = "definitely present"
        (root / "synthetic_labels.json").write_text(json.dumps(labels))
        rows, (broken,), _ = read_all(connector, root)
        assert len(records(rows)) == 1
        assert "radlabels_reports.yaml: layout.labels.new_finding" in str(broken)

    def test_a_sentence_that_breaks_off_is_left_out_with_what_is_said_in_it_alone(
        self, connector: Connector, root: Path
    ) -> None:
        with (root / "synthetic_reports/synth_0001.txt").open("a") as file:
            file.write(" There is bibasilar atelect")
        labels = json.loads((root / "synthetic_labels.json").read_text())
        labels["synth_0001"]["atelectasis"] = "definitely present"
        (root / "synthetic_labels.json").write_text(json.dumps(labels))
        matches = json.loads((root / "synthetic_matches.json").read_text())
        matches["synth_0001"]["text"] += " There is bibasilar atelect"
        found = {"disease": "atelectasis", "alias": "atelect", "label": "definitely present", "start_ix": [15]}
        matches["synth_0001"]["matches"].append(found)
        (root / "synthetic_matches.json").write_text(json.dumps(matches))
        rows, problems, _ = read_all(connector, root)
        assert problems == []
        assert records(rows)[0].text == replica.TEXTS["synth_0001"]
        assert [p.concept.label for p in records(rows)[0].presence] == ["cardiomegaly", "pneumothorax"]
        assert "atelectasis" not in {region.concept.label for region in regions(rows)}
        (told,) = [row for row in rows if isinstance(row, Notice)]
        assert (told.kind, told.item) == ("text", "There is bibasilar atelect")
        assert told.reason.endswith("left out, with atelectasis")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Clear. No effus", "Clear."), ("FINDINGS: No effusion. IMPRESSION: No", "FINDINGS: No effusion."),
        ("IMPRESSION: 1. Clear. 2. No", "IMPRESSION: 1. Clear."), ("Clear.\n", "Clear.\n"), ("No effus", "No effus"),
    ],
)  # fmt: skip
def test_a_text_ends_with_its_last_whole_sentence(text: str, kept: str) -> None:
    assert text[: whole(text)] == kept


def test_spans_follow_the_text_through_its_spaces() -> None:
    assert spans("a.txt", "left-sided  tube.", ["left", "-", "sided", "tube", "."]) == [
        (0, 4), (4, 5), (5, 10), (12, 16), (16, 17),
    ]  # fmt: skip
    with pytest.raises(Unreadable, match=r"a\.txt.*character 4"):
        spans("a.txt", "left", ["left", "tube"])
