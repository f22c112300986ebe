"""Where the source states that a finding lies: "nodule location: right lower lobe"."""

import re

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.lexicon import normal
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.ruling import Ruling, no, yes

_NAME = re.compile(r"\b(?:location|site)\b")
_NOT = re.compile(r"biopsy|injection|primary|previous|planned|surgical|access|donor")
PLAIN = frozenset(("location", "site", "body", "anatomical", "anatomic", "of", "the", "lesion", "tumor", "finding"))


def by_place_stated(claim: Parsed, known: Evidence) -> Ruling | None:
    """ "A nodule in the right lower lobe", of one that is told and not drawn; None where no place is stated of it."""
    if claim.subject is None or claim.object is None or claim.subject.facet != "finding":
        return None
    facts = [fact for fact in known.facts["attribute"] if _of(fact, claim.subject.slugs, known)]
    place = known.words.match(list(normal(str(facts[0].value))), 0) if len(facts) == 1 else None
    if place is None or place[1] != len(normal(str(facts[0].value))) or place[0].kind != "mention":
        return None
    if not any(known.present(slug) for slug in claim.subject.slugs):
        return None
    said, stated = claim.object.slugs, place[0].slugs
    if any(known.is_a(a, b) for a in stated for b in said):
        return yes(facts[0], "where the source puts it")
    if any(known.kin(a, b) for a in stated for b in said) or not _apart(stated[0], said[0], known):
        return None
    return no(facts[0], f"stated to be in the {facts[0].value}", "site")


def _of(fact: Fact, slugs: tuple[str, ...], known: Evidence) -> bool:
    """Whether a statement is of where one of these findings lies."""
    name = str(fact.name).casefold()
    if not _NAME.search(name) or _NOT.search(name) or not isinstance(fact.value, str):
        return False
    rest = [word for word in normal(name) if word not in PLAIN]
    match = known.called.match(rest, 0) if rest else None
    return not rest or (match is not None and match[1] == len(rest) and not set(slugs).isdisjoint(match[0].slugs))


def _apart(a: str, b: str, known: Evidence) -> bool:
    """Whether two places exclude each other: parts of one thing, or of different sides."""
    entries = [known.space.get(slug) for slug in (a, b) if slug in known.space]
    if len(entries) < 2:
        return False
    sides = {entry.side for entry in entries if entry.side}
    return len(sides) == 2 or bool(set(entries[0].parents) & set(entries[1].parents))
