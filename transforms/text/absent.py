"""The sentences on what the record lawfully declares absent."""

from collections.abc import Iterator

from schemas import Entry, Fact
from transforms.facts.base import NEGATIONS
from transforms.text.grammar import definite
from transforms.text.line import Line
from transforms.text.names import SceneText
from transforms.text.rules import Slots

MAX_ABSENT = 12
MAX_ORGANS_ABSENT = 3


def absences(told: SceneText) -> Iterator[Line]:
    """What the record lawfully declares absent: findings, kinds of cells and the like, and a few of the organs."""
    facts = {told.entry(fact.concept).slug: fact for fact in told.facts["absent"] if fact.concept}
    entries = {slug: told.space.get(slug) for slug in facts}
    organs = [slug for slug, entry in entries.items() if entry.facet == "anatomy" and not _some(entry)]
    # What is a kind of another that is not there need not be said; where nothing is abnormal, no finding need be.
    normal = [slug for slug in NEGATIONS.values() if slug in facts]
    some_kind = facts.keys() - set(organs)
    kinds = [slug for slug in facts if slug in some_kind and not told.space.ancestors(slug) & some_kind]
    few = [] if normal else kinds
    acts = [slug for slug in few if told.under_way(entries[slug])]
    phases = {slug for slug in acts if "surgical_phase" in told.space.ancestors(slug)}  # one goes on at a time
    yield _none(told, [facts[slug] for slug in normal or [slug for slug in few if slug not in acts]], "findings")
    yield _none(told, [facts[slug] for slug in acts if slug not in phases], "acts")
    imaged = {told.entry(fact.concept).slug for fact in told.facts["body_part"] if fact.concept}
    near = [slug for slug in organs if imaged & told.space.ancestors(slug)]  # of an abdomen no neck is missed
    some = told.rng.sample(near or organs, min(MAX_ORGANS_ABSENT, len(near or organs)))
    if some:
        slots = Slots(many=len(some) > 1 or entries[some[0]].many)
        slots.words["list"] = Line().listed([Line().claim(definite(entries[slug]), facts[slug]) for slug in some])
        yield told.teller.say("absent.organs", slots)


def _some(entry: Entry) -> bool:
    """Anatomy of which a picture may show several: "no neutrophil", but "the liver is not"."""
    return entry.plural is not None and entry.side is None and not entry.mass


def _none(told: SceneText, facts: list[Fact], what: str) -> Line:
    """ "no fracture, nodule or drusen are visible"; of a recording "there is no ...", for nothing is seen in it."""
    facts = facts[:MAX_ABSENT]
    entries = [told.entry(fact.concept) for fact in facts if fact.concept]
    if not entries:
        return Line()
    named = [Line().claim(entry.concept.label, fact) for entry, fact in zip(entries, facts, strict=True)]
    signal = told.scene.view.frame == "signal"
    slots = Slots(many=False, others=entries[0 if signal else -1].many)
    slots.words["list_or"] = Line().listed(named, last="or")
    return told.teller.say("absent.stated" if signal else f"absent.{what}", slots)
