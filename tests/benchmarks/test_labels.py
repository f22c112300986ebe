"""What was labelled by hand speaks of what there is: concepts of the label space, samples, regions, reports."""

import pytest
import yaml

from benchmarks.claims_suite import rewritten
from benchmarks.claims_suite.declared import ROOT, space
from benchmarks.mentions import LACKING, Labelled, count, labelled
from benchmarks.reports import held, sided, states


def test_mentions_are_of_concepts() -> None:
    rows = list(labelled())
    slugs = [slug for row in rows for slug in row.spans.values()]
    assert len(slugs) >= 300
    assert all(slug == LACKING or slug in space() for slug in slugs)
    assert all(row.text[slice(*span)].strip() for row in rows for span in row.spans)


def test_links_are_counted_as_a_reader_would() -> None:
    row = Labelled("A gallstone and a pneumothorax of the left kidney.", False,
                   {(2, 11): "gallstone", (18, 30): "pneumonia", (38, 49): "kidney"})  # fmt: skip
    found = count([row], 0.0)
    assert (found.linked, found.right, found.near, found.exact, found.there) == (3, 1, 1, 1, 3)


def test_a_models_sentences_are_about_samples_and_regions_that_are_there() -> None:
    samples = rewritten.samples()
    rows = rewritten.rows()
    assert len(rows) == 300
    for row in rows:
        assert row.truth in ("true", "false", "unannotated")
        assert row.region is None or row.region in {region.id for region in samples[row.context].regions}


def test_spans_read_by_hand_are_of_the_half_that_is_measured() -> None:
    rows = yaml.safe_load((ROOT / "benchmarks/report_labels.yaml").read_text(encoding="utf-8"))
    assert all(held(row["report"]) for row in rows)
    assert {row.get("state") for row in rows} <= {"present", "absent", "uncertain", None}


def test_scores_are_precision_recall_and_f1() -> None:
    pairs = [("absent", "absent"), ("absent", "present"), ("present", "absent"), ("uncertain", "uncertain")]
    assert states(pairs)["absent"] == (0.5, 0.5, 0.5)
    assert states(pairs)["uncertain"] == (1.0, 1.0, 1.0)
    told = [("left", "left"), ("none", "right"), ("left", "right"), ("none", "none")]
    assert sided(told) == pytest.approx((0.5, 1 / 3, 0.4))
