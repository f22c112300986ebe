"""What sources state beside their pictures, over the whole path: every replica whose card makes facts of values."""

import json
from pathlib import Path

import pytest

import catalog
from connectors import NotPartOf, Unreadable
from connectors.base import by_record
from pipelines.context import Context
from pipelines.packet import Packet
from pipelines.stages import Chain, advance
from schemas import Candidate, Notice, Record
from tests.connectors.reading import connector
from tests.pipelines import workshop
from tests.replicas.builder.tree import build, declarations, load

DECLARED = declarations()
VIEWS = {"planes": {"axial": 1}, "frames": 1}


def _states(dataset: str) -> bool:
    """Whether a set states anything: by a value that becomes a fact, or by a label that is no thing to be seen."""
    layout, space = catalog.card(dataset).layout, catalog.labelspace()
    labels = (slug for slug in layout.labels.values() if slug)
    return any(one.kind for one in layout.facts.values()) or any(space.stated(slug) for slug in labels)


STATING = sorted(dataset for dataset in DECLARED if _states(dataset))


def packets(dataset: str, tmp_path: Path) -> list[tuple[Packet, list[Notice]]]:
    """Every record of a replica, taken through all stages, with the notices that reading it gave."""
    root = tmp_path / "raw" / dataset
    root.mkdir(parents=True)
    build(load(DECLARED[dataset]), root)
    sources = [{"dataset": dataset, "views": VIEWS, "experts": []}]
    file = workshop.recipe(tmp_path / "r.yaml", sources=sources, tasks=["presence", "attribute"], splits={"train": 1.0})
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    source, done = connector(dataset), []
    for item in source.listing(root):
        try:
            found = list(source.read(root, item))
        except (Unreadable, NotPartOf):
            continue
        regions = by_record(found)
        for record in (thing for thing in found if isinstance(thing, Record)):
            own = [thing for thing in found if isinstance(thing, Notice) and thing.record == record.key]
            done.append((_through(ctx, record, tuple(regions.get(record.key, ()))), own))
    return done


def _through(ctx: Context, record: Record, regions: tuple) -> Packet:
    chain = Chain.of(ctx, record.dataset)
    packet = Packet(record, regions, chain.steps(record, regions))
    for stage in chain.stages:
        advance(ctx, stage, packet)
    return packet


def samples(packet: Packet) -> list[Candidate]:
    return [Candidate.model_validate_json(row["body"]) for row in packet.rows.get("samples", ())]


@pytest.mark.parametrize("dataset", STATING)
def test_every_stated_value_is_in_each_sample_or_told_of(dataset: str, tmp_path: Path) -> None:
    declared = catalog.card(dataset).layout.facts
    for packet, notices in packets(dataset, tmp_path):
        made = {name: one for name, one in declared.items() if one.kind is not None and name in packet.record.meta}
        found = samples(packet)
        for name, one in made.items():
            silent = one.values.get(str(packet.record.meta[name])) == ""
            refused = any(notice.item == name for notice in notices)
            label = one.label or name.replace("_", " ")
            for sample in found:
                names = [fact.name for fact in sample.facts]
                assert label in names or refused or silent, (name, packet.record.meta[name])
        assert all(fact in _without_ids(sample) for sample in found for fact in map(_bare, packet.record.facts))
        _says_nothing_wrong(packet, found)


def _without_ids(sample: Candidate) -> list[str]:
    return [_bare(fact) for fact in sample.facts]


def _bare(fact: object) -> str:
    told = fact.model_dump(mode="json", exclude={"id", "regions"})  # type: ignore[attr-defined]
    value = told["value"]
    return json.dumps({**told, "value": float(f"{value:.6g}") if isinstance(value, float) else value}, sort_keys=True)


def _says_nothing_wrong(packet: Packet, found: list[Candidate]) -> None:
    """No statement costs a scene, and what is stated is said neither to be visible nor to be present."""
    refused = [row["reason"] for row in packet.rows.get("ledger", ()) if row["fate"] == "quarantined"]
    assert not [reason for reason in refused if "reported as" in (reason or "")]
    space = catalog.labelspace()
    for sample in found:
        unseen = [p.concept.label for p in sample.presence if not space.seen(p.concept)]
        shown = {
            fact.concept.label for fact in sample.facts if fact.predicate in ("present", "absent") and fact.concept
        }
        assert not shown & set(unseen)
        words = [turn.text for one in sample.dialogues for turn in one.turns] + [sample.description.overall.text]
        assert not [text for text in words for label in unseen if f"{label} is visible" in text]
