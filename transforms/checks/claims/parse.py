"""Free text to assertions, without a look at who wrote it. Rules, not a model: what is not understood is said so."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from schemas import LabelSpace
from transforms.checks.claims.across import between
from transforms.checks.claims.clauses import Clause, clauses
from transforms.checks.claims.lexicon import Lexicon, lexicon
from transforms.checks.claims.measures import measured
from transforms.checks.claims.model import Item, Mention, Parsed
from transforms.checks.claims.negation import Denial, denial
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.relations import Frame, frame, fronted, pairs
from transforms.checks.claims.scan import items, sentences
from transforms.checks.claims.stated import reported
from transforms.checks.claims.words import NEUTRAL, SHIFT, word_set

UNCERTAIN = word_set("possible possibly probable probably likely may might suspected questionable")
UNDERSTOOD = word_set(
    """
    m:box_width m:box_height m:circle_diameter m:ellipse_long m:ellipse_short m:angle m:turned_long m:turned_short
    m:long_axis m:short_axis m:diameter m:area m:volume m:intensity m:distance m:rating m:count
    m:scale m:gap m:whole m:by rel:inside rel:of rel:with rel:contains rel:to rel:between rel:from pos:post
    """
)
"""Phrases that assert nothing by themselves."""
KEPT = 1 << 13
"""Sentences whose reading is kept: some 3 KB each."""


def parse(text: str, space: LabelSpace) -> list[Parsed]:
    """Every assertion of a text, in its order. Spans are character offsets; never raises on any text."""
    words = lexicon(space)
    found: list[Parsed] = []
    it: tuple[Mention, ...] = ()
    for start, end in sentences(text):
        claims, it = _sentence(text[start:end], it, words)
        found += [claim.moved(start) for claim in claims]
    return sorted(found, key=lambda claim: claim.span)


@lru_cache(maxsize=KEPT)
def _sentence(text: str, it: tuple[Mention, ...], words: Lexicon) -> tuple[tuple[Parsed, ...], tuple[Mention, ...]]:
    """The assertions of a sentence, spans within it, and what "it" means after it. The same sentences come again and
    again: in the texts of a scene, in its dialogues, in thousands of scenes."""
    whole = between(text) or reported(text)
    if whole:
        return whole, it
    line = items(text, words)
    said = {item.tag for item in line if item.kind == "word" or item.tag.startswith("hedge:")}
    shifted = bool(said & SHIFT)
    uncertain = "hedge:uncertain" in said or bool(said & UNCERTAIN)
    found: list[Parsed] = []
    meant = list(it)
    for clause in clauses(line, words):
        claims, meant = _read(clause, meant)
        if uncertain:
            claims = [_doubted(claim) for claim in claims]
        elif shifted:
            claims = [claim._replace(hedged=True) for claim in claims]
        found += claims
        meant = [] if shifted or uncertain else meant
    # What "it" means goes on without its place, which nothing asks for: the sentence before may lie anywhere.
    return tuple(found), tuple(replace(one, start=-1, end=-1, first=-1, last=-1) for one in meant)


def _doubted(claim: Parsed) -> Parsed:
    """In a sentence of doubt, a finding is said to be uncertain; the rest is not asserted."""
    if claim.kind == "presence" and claim.subject is not None and claim.subject.facet == "finding":
        return claim._replace(kind="finding", value="uncertain")
    return claim._replace(hedged=True)


def _read(clause: Clause, it: list[Mention]) -> tuple[list[Parsed], list[Mention]]:
    """The assertions of a clause, and what "it" means after it."""
    found = frame(clause)
    no = denial(found)
    reading = Reading(clause, found, no, it)
    claims = [*_relations(reading), *measured(reading)]
    claims = [*_named(reading), *claims]
    rest = _rest(clause)
    bad = no.confused or (no.after is not None and not any(claim.negated for claim in claims))
    if rest or bad:
        claims = [claim._replace(clouded=bool(rest), hedged=claim.hedged or bad) for claim in claims]
    if rest:
        claims.append(Parsed((rest[0].start, rest[-1].end), "uncheckable"))
    return claims, _it(found, no, it, bool(rest) or bad)


def _it(found: Frame, no: Denial, it: list[Mention], unclear: bool) -> list[Mention]:
    """What the next clause's "it" may mean: the one thing that a clear clause speaks of."""
    groups = found.clause.groups
    things = [g for g, group in enumerate(groups) if group[0].facet in ("anatomy", "finding")]
    if unclear:
        return []
    if not things:
        return it
    g = found.root(things[0])
    if len(groups[g]) > 1 or g in no.groups:
        return []
    return groups[g]


def _rest(clause: Clause) -> list[Item]:
    """The items of a clause that are not understood."""
    return [
        item
        for i, item in enumerate(clause.items[clause.first : clause.last], clause.first)
        if i not in clause.used and not _neutral(item)
    ]


def _neutral(item: Item) -> bool:
    if item.kind == "word":
        return item.tag in NEUTRAL or item.tag in SHIFT or item.tag in ("but", "while", "whereas", "although", "though",
                                                                         "however", "yet")  # fmt: skip
    if item.kind == "phrase":
        return item.tag in UNDERSTOOD or item.tag.startswith("hedge:")
    if item.kind == "punct":
        return item.tag not in "?≈≠%+*/=" or item.tag == ""
    return item.kind == "scale"


def _named(reading: Reading) -> Iterator[Parsed]:
    """A claim for each noun phrase: what is named is said to be there, or not to be."""
    groups = reading.clause.groups
    parts = {relation.object for relation in reading.frame.relations if relation.kind == "body_part"}
    for g, group in enumerate(groups):
        for one in group:
            span = (one.start, one.end)
            if one.facet == "modality":
                yield Parsed(span, "modality", one, hedged=g in reading.no.groups)
            elif one.facet == "attribute":
                if one.first not in reading.attributes:
                    yield Parsed(span, "uncheckable", one)
            elif g in reading.no.groups:
                place = reading.holder(g)
                yield Parsed(span, "absence", one, place, located=place is not None)
            else:
                yield Parsed(span, "body_part" if g in parts else "presence", one)
                if one.count is not None:
                    place = None if one.partitive else reading.holder(g)
                    yield Parsed(span, "count", one, place, one.count, located=place is not None)
    if reading.no.it:
        at = next(i for i, role in reading.clause.phrases("neg") if role == "post")
        item = reading.clause.items[at]
        yield Parsed((item.start, item.end), "absence", reading.it[0] if reading.it else None)


def _relations(reading: Reading) -> Iterator[Parsed]:
    found, no = reading.frame, reading.no
    for relation in [*found.relations, *fronted(found)]:
        if relation.kind == "body_part" or {relation.subject, relation.object} & no.groups:
            continue
        if relation.kind == "box":
            for one in found.clause.groups[relation.object]:
                yield Parsed((one.start, one.end), "box", one, value="it", negated=reading.negated(relation.at))
            continue
        for a, b in pairs(found, relation, reading.it):
            said = reading.clause.items[relation.at]
            start = said.start if a is None or relation.subject is None else a.start  # "it" was said elsewhere
            span = (min(start, b.start), max(b.end, said.end))
            first, second = (b, a) if relation.kind in ("contains", "smaller") else (a, b)
            kind = {"inside": "inclusion", "contains": "inclusion", "adjacent": "adjacency"}.get(
                relation.kind, "comparison"
            )
            measure = _compared(found) if kind == "comparison" else None
            yield Parsed(span, kind, first, second, relation.ratio, None, measure, negated=reading.negated(relation.at))  # type: ignore[arg-type]
    yield from reading.each_other()


def _compared(found: Frame) -> str | None:
    """What is compared where it is not the area: the attenuation of one "exceeds that of" the other."""
    return next((tag for _, tag in found.clause.phrases("m") if tag not in ("area", "size", "count")), None)
