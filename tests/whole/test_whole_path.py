"""Every replica from its published folder to its shards, in one corpus, against what the replica itself declares: what
its sets say is in a sample, or booked with a reason; and no sample says what was not declared."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import catalog
from benchmarks.funnel import corpus
from pipelines.store import Store
from schemas import Candidate, Concept, Record
from tests.grammar import faults, frameless, repeated
from tests.pipelines.byhand import differences, written
from tests.replicas.builder.declaration import Declaration
from tests.replicas.builder.tree import declarations, load
from transforms.facts.base import NEGATIONS
from transforms.facts.statement import STATED
from transforms.shards.verify import verify

DECLARED = declarations()


@dataclass
class Came:
    """What came of one data set: its samples; label -> source regions that samples show; label -> how many are not
    shown, and booked with a reason."""

    samples: list[Candidate] = field(default_factory=list)
    shown: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    booked: Counter[str] = field(default_factory=Counter)
    records: dict[str, Record] = field(default_factory=dict)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(corpus(tmp_path_factory.mktemp("whole")).workspace)


@pytest.fixture(scope="module")
def came(space: Path) -> dict[str, Came]:
    found: dict[str, Came] = defaultdict(Came)
    store = Store(str(space))
    for row in store.read("samples", ["dataset", "body"]):
        sample = Candidate.model_validate_json(row["body"])
        own = found[row["dataset"]]
        own.samples.append(sample)
        for region in sample.regions:
            own.shown[region.source_label].add(str(region.region))
    for row in store.read("records", ["key", "dataset", "body"]):
        found[row["dataset"]].records[row["key"]] = Record.model_validate_json(row["body"])
    for row in store.read("regions", ["key", "dataset", "frame", "body"]):
        readers = json.loads(row["body"])["meta"].get("readers", ()) if row["frame"] == "voxel" else ()
        for shown in found[row["dataset"]].shown.values():
            if row["key"] in shown:
                shown.update(readers)  # what several drew is shown once, as what they agree on
    for row in store.read("verdicts", ["dataset", "check", "reason"]):
        if row["check"] == "region":
            found[row["dataset"]].booked[json.loads(row["reason"])["label"]] += 1
    return found


@pytest.fixture(params=DECLARED)
def declaration(request: pytest.FixtureRequest) -> Declaration:
    return load(DECLARED[request.param])


def test_a_sample_comes_of_every_set(came: dict[str, Came]) -> None:
    assert sorted(name for name in DECLARED if not came[name].samples) == []


def test_every_region_is_in_a_sample_or_booked(declaration: Declaration, came: dict[str, Came]) -> None:
    own = came[declaration.id]
    wanted = {label: count for label, count in (declaration.expect.regions or {}).items() if count}
    reached = {label: len(own.shown[label]) + own.booked[label] for label in wanted}
    assert {label: count for label, count in reached.items() if count < wanted[label]} == {}, wanted


def test_every_label_is_in_a_sample(declaration: Declaration, came: dict[str, Came]) -> None:
    """Of as many records as the replica declares."""
    label_space = catalog.labelspace()
    missing = {}
    for slug, count in (declaration.expect.present or {}).items():
        concept = label_space.concept(slug)
        records = {sample.record for sample in came[declaration.id].samples if says(sample, slug, concept)}
        if len(records) < count:
            missing[slug] = (len(records), count)
    assert missing == {}


def says(sample: Candidate, slug: str, concept: Concept) -> bool:
    """Whether a fact of the sample states the concept: as there; where it says that nothing is there, as absent; where
    it is no thing to be seen (a grade, a condition), as stated."""
    if slug in NEGATIONS:
        return any(fact.predicate in ("absent", "present") for fact in sample.facts)
    stated = catalog.labelspace().stated(slug)
    if stated is not None:
        return any(fact.predicate in STATED and not fact.regions for fact in sample.facts)
    drawn = any(region.concept == concept for region in sample.regions)
    return drawn or any(
        fact.concept == concept and (fact.predicate, fact.value) in (("present", True), ("finding", "present"))
        for fact in sample.facts
    )


def test_the_samples_are_as_worked_out_by_hand(declaration: Declaration, came: dict[str, Came]) -> None:
    own, wanted = came[declaration.id], declaration.expect.samples
    if wanted is not None:
        assert list(differences(wanted, own.samples, own.records, catalog.labelspace())) == []


def test_the_corpus_verifies(space: Path) -> None:
    report = verify(space / "shards", catalog.labelspace())
    assert report.ok, report.problems[:20]


def test_no_text_that_a_reader_would_laugh_at(came: dict[str, Came]) -> None:
    space = catalog.labelspace()
    texts = {text: name for name, own in came.items() for one in own.samples for text in written(one)}
    found = {text: wrong for text in texts if (wrong := [*faults(text, space), *repeated(text)])}
    assert {texts[text]: (wrong, text) for text, wrong in found.items()} == {}


def test_a_description_says_whose_left_it_is(came: dict[str, Came]) -> None:
    found = {
        name: unsaid
        for name, own in came.items()
        for sample in own.samples
        if sample.view.plane in ("axial", "coronal")
        for part in (sample.description.overall, *sample.description.regions)
        if (unsaid := frameless(part.text))
    }
    assert found == {}


PRONOUN = {"osic_pulmofib", "pannuke"}
"""Sets of which a text of ours says "it" of another thing than the one spoken of: the check takes that sentence out and
tells of it, and the scene goes on."""


def test_the_claim_check_refuses_no_sentence_of_ours(space: Path) -> None:
    rows = Store(str(space)).read("verdicts", ["dataset", "check", "reason"])
    refused = [(row["dataset"], row["reason"]) for row in rows if row["check"] == "wording"]
    assert [one for one in refused if one[0] not in PRONOUN] == []
    assert len(refused) <= 6
