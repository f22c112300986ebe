"""A study with the one before it, each with its own report. Oracles: the pictures and reports that the test wrote."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catalog
from pipelines.store import Store
from schemas import Candidate, Sample
from tests.connectors import small
from tests.pipelines import workshop
from tests.pipelines.grouped import grouped, published, run
from transforms.groups.prior import TIED
from transforms.shards.audit import audit
from transforms.shards.encode import png

STUDIES = {
    "ann_1_20200105": (("PA",), "INDICATION: Synthetic cough.\n\nFINDINGS: The toy lung is clear. No new nodule.\n"),
    "ann_2_20200704": (
        ("LATERAL", "PA"),
        "FINDINGS: A toy nodule. The heart is unchanged.\n\nIMPRESSION: Toy nodule.\n",
    ),
    "ann_3_20210120": (("PA",), None),
    "bob_4_20200101": (("LATERAL", "PA"), "FINDINGS: The toy heart is unchanged. A toy rib.\n"),
    "cleo_5_20200101": (("PA",), None),
    "cleo_6_20200101": (("PA",), None),
}
SOURCES = [{"dataset": "small", "views": {"groups": ["study"], "prior": True}}]


@pytest.fixture
def studies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ann's radiographs of three days, Bob's of one, and of Cleo two studies of one day."""
    raw = tmp_path / "raw/small"
    raw.mkdir(parents=True)
    rows, stream = ["name,nodule"], np.random.default_rng(7)
    for name, (views, report) in STUDIES.items():
        for view in views:
            (raw / f"{name}_{view}.png").write_bytes(png(stream.integers(0, 255, (24, 20), dtype=np.uint8)))
        if report is not None:
            (raw / f"{name}.txt").write_text(report)
    rows += ["ann_1,0", "ann_2,1", "ann_3,1"]
    (raw / "labels.csv").write_text("\n".join(rows) + "\n")
    options: dict[str, Any] = {
        "files": ["{case}_{study}_{day:\\d+}_{view}.png"], "subject": "{case}", "study": "{case}_{study}",
        "modality": "xray", "keep": ["view", "day"],
        "annotations": [
            {"format": "text_file", "file": "{case}_{study}_{day}.txt", "required": False},
            {"format": "table", "file": "labels.csv", "key": "name", "match": "{case}_{study}", "columns": ["nodule"],
             "required": False, "said_of": "study"},
        ],
    }  # fmt: skip
    card = small.card("pictures", options, {"nodule": "nodule"})
    how = {"study": {"by": ["view"], "has": ["PA", "LATERAL"]}, "visits": {"order": "day", "unit": "date"}}
    workshop.only(grouped(card, **how), monkeypatch)
    return tmp_path


@pytest.fixture
def found(studies: Path) -> dict[tuple[int, int], tuple[Sample, dict[str, bytes]]]:
    """(images of the study, of the one before it) -> what is published."""
    named, ctx = {}, run(studies, SOURCES)
    booked = [(row["fate"], row["reason"]) for row in Store(ctx.workspace).read("ledger", ["stage", "fate", "reason"])
              if row["stage"] == "groups" and row["fate"] != "emitted"]  # fmt: skip
    assert booked == [("filtered", TIED.format(2))]  # Cleo's
    for sample, members in published(ctx, "study"):
        assert sample.group is not None
        earlier = len(sample.group.earlier)
        named[len(sample.group.shown) - earlier, earlier] = sample, members
    return named


Found = dict[tuple[int, int], tuple[Sample, dict[str, bytes]]]


def test_a_study_comes_with_the_one_before_it(found: Found) -> None:
    assert found.keys() == {(1, 2), (2, 1), (2, 0)}  # Ann's first is one image, and nothing is before it
    shown = {}
    for name, (sample, members) in found.items():
        assert sample.group is not None
        shown[name] = [(m.role, m.media, m.prior, m.visit, m.days) for m in sample.group.members]
        said = json.loads(members["json"])
        said.pop("provenance")
        assert not [study for study in STUDIES if study.rpartition("_")[2] in json.dumps(said)]  # never a date
    assert shown[1, 2] == [("PA", "0.png", False, 2, 200), ("PA", "1.png", True, 1, 0),
                           ("LATERAL", "2.png", True, 1, 0), ("LATERAL", None, False, None, None)]  # fmt: skip
    assert shown[2, 1] == [
        ("PA", "0.png", False, 2, 181), ("LATERAL", "1.png", False, 2, 181), ("PA", "2.png", True, 1, 0),
        ("LATERAL", None, True, None, None),
    ]  # fmt: skip
    assert shown[2, 0][2:] == [(None, None, True, None, None)]
    texts = {name: sample.description.overall.text for name, (sample, _) in found.items()}
    assert texts[1, 2].startswith(
        "These are 3 images of one person, images 2 and 3 of an earlier study than the others: PA, PA and LATERAL, "
        "this study without LATERAL. Image 1 was taken 200 days after image 2."
    )
    assert "and no earlier study is at hand" in texts[2, 0]


def test_each_study_has_its_own_report_by_section(found: Found) -> None:
    said = {name: [one.model_dump(exclude_none=True) for one in sample.description.reports]
            for name, (sample, _) in found.items()}  # fmt: skip
    assert said == {
        (2, 1): [
            {
                "prior": False,
                "left_out": 0,
                "findings": "A toy nodule. The heart is unchanged.",
                "impression": "Toy nodule.",
            },
            {"prior": True, "left_out": 1, "indication": "Synthetic cough.", "findings": "The toy lung is clear."},
        ],
        (1, 2): [
            {"prior": False, "left_out": 0},
            {"prior": True, "left_out": 1, "findings": "A toy nodule.", "impression": "Toy nodule."},
        ],
        (2, 0): [{"prior": False, "left_out": 1, "findings": "A toy rib."}],
    }
    for sample, _ in found.values():
        assert sample.group is not None
        own = tuple(str(member.media) for member in sample.group.shown if not member.prior)
        assert {text.media for text in sample.description.source} <= {own, sample.group.earlier}


def test_what_compares_without_the_other_study_is_booked(studies: Path) -> None:
    space = Store(run(studies, SOURCES).workspace)
    rows = space.read("verdicts", ["check", "reason"])
    reasons = [row["reason"] for row in rows if row["check"] == "source_text"]
    assert set(reasons) == {
        "1 of 2 sentences of the FINDINGS: compares with an earlier study, and the sample shows none"
    }
    assert all("unchanged" not in text.text for row in space.read("samples", ["body"])
               for text in json_of(row).description.source if json_of(row).group is None)  # fmt: skip


def json_of(row: dict[str, Any]) -> Candidate:
    return Candidate.model_validate_json(row["body"])


def test_each_study_is_asked_of_by_itself(found: Found) -> None:
    sample, _ = found[2, 1]
    asked = {talk.turns[0].text: talk.answer for talk in sample.dialogues}
    assert asked["Is a nodule present in this study?"] == "yes"
    assert asked["Is a nodule present in the earlier study?"] == "no"


def broken(members: dict[str, bytes], change: Any) -> set[str]:
    """The checks that find fault with a sample after a change of its JSON."""
    said = json.loads(members["json"])
    change(said)
    audited = audit(said["key"], {**members, "json": json.dumps(said).encode()}, catalog.labelspace())
    return {check for check, _ in audited.problems}


def test_verify_holds_studies_and_their_reports_apart(found: Found) -> None:
    _, members = found[2, 1]
    assert broken(members, lambda said: None) == set()
    assert "source" in broken(members, lambda said: said["description"]["reports"][0].update(technique="Toy"))
    assert "source" in broken(members, lambda said: said["description"]["source"][0].update(media=["2.png"]))
    assert "group" in broken(members, lambda said: said["group"]["members"][0].update(prior=True))
    assert "fact" in broken(members, lambda said: said["group"].update(whole_prior=False))
    assert broken(members, lambda said: [one.update(prior=False) for one in said["group"]["members"]]) > {"source"}
