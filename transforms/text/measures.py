"""The sentences of measured facts that have a grammar of their own (transforms/facts/wording.py)."""

from collections.abc import Iterator

from transforms.facts import wording
from transforms.text.grammar import definite
from transforms.text.line import Line
from transforms.text.names import SceneText

MOST = 6


def measures(told: SceneText, rid: str | None) -> Iterator[Line]:
    """What was measured of a region beside its size, a sentence each, at most `MOST`; of None, what rules make of what
    is no region: an interval, a fraction."""
    facts = [fact for predicate in wording.TEMPLATES for fact in told.facts[predicate]]
    own = [fact for fact in facts if (fact.regions[0] if fact.regions else None) == rid]
    said = ((wording.sentence(fact, told.name, lambda c: definite(told.entry(c))), fact) for fact in own)
    for words, fact in [(words, fact) for words, fact in said if words is not None][:MOST]:
        yield Line().claim(words, fact)
