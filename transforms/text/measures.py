"""The sentences of measured facts that have a grammar of their own (transforms/facts/wording.py)."""

from collections.abc import Iterator

from transforms.facts import cutout, wording
from transforms.facts.format import of_all, scale_ends
from transforms.facts.picture import PREDICATES
from transforms.text import entity
from transforms.text.grammar import definite
from transforms.text.line import Line
from transforms.text.names import SceneText, value

MOST = 6


def ratings(told: SceneText, rid: str) -> Iterator[Line]:
    """How readers rated a region, a sentence each, with the ends of the scale."""
    present = told.present.get(rid)
    for fact in told.facts["rating"]:
        if rid in fact.regions and fact.concept is not None:
            the = Line().claim(entity.called(told, rid), *((present,) if present else ()))
            rated = Line().say(f"the {fact.concept.label} of ").add(the).add(value(" is rated ", fact))
            yield rated.say(f" {scale_ends(fact)}".rstrip() + of_all(fact, told.scene.view))


def measures(told: SceneText, rid: str | None) -> Iterator[Line]:
    """What was measured of a region beside its size, a sentence each, at most `MOST`; of None, what was measured of the
    picture, and what rules make of what is no region: an interval, a fraction."""
    plain = told.register == "patient"  # the grammar knows no plain names
    bare = [fact for name in PREDICATES for fact in told.facts[name]]  # one of them tells a picture from others
    others = (*PREDICATES, *cutout.PREDICATES)  # no text shows a cut-out
    facts = [fact for name in wording.TEMPLATES if not plain and name not in others for fact in told.facts[name]]
    facts += told.rng.sample(bare, 1) if bare and rid is None else []
    own = [fact for fact in facts if (fact.regions[0] if fact.regions else None) == rid]
    said = ((wording.sentence(fact, told.name, lambda c: definite(told.entry(c))), fact) for fact in own)
    for words, fact in [(words, fact) for words, fact in said if words is not None][:MOST]:
        yield Line().claim(words, fact)
