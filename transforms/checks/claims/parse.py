"""Free text to assertions, without a look at who wrote it. Rules, not a model: what is not understood is said so."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from schemas import LabelSpace
from transforms.checks.claims.clauses import Clause, clauses, finite
from transforms.checks.claims.lexicon import Lexicon, lexicon
from transforms.checks.claims.measures import measured
from transforms.checks.claims.model import Item, Mention, Parsed, Scope, Strength
from transforms.checks.claims.negation import Denial, denial
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.relations import DIRECTIONS, TURNED, Frame, frame, fronted, pairs
from transforms.checks.claims.scan import items, sentences
from transforms.checks.claims.stated import reported
from transforms.checks.claims.words import ADVERB, CONDITION, GRADED, NEAREST, NEUTRAL, SHIFT, word_set

STRENGTHS: dict[str, Strength] = {
    "probable": "probable", "possible": "possible", "uncertain": "possible", "unlikely": "unlikely",
}  # fmt: skip
UNDERSTOOD = word_set(
    """
    m:box_width m:box_height m:long_axis m:short_axis m:diameter m:area m:volume m:intensity m:distance m:rating m:count
    m:scale m:gap m:size m:sum m:across m:wide m:high since topic rel:inside rel:of rel:with rel:contains rel:to rel:between rel:from pos:post scope:view
    scope:record hedge:certain only
    """
)
"""Phrases that assert nothing by themselves."""
JOINING = word_set("but while whereas although though however yet whilst")
KEPT = 1 << 13
"""Sentences whose reading is kept: some 3 KB each."""


def parse(text: str, space: LabelSpace, words: Lexicon | None = None) -> list[Parsed]:
    """Every assertion of a text, in its order. Spans are character offsets; never raises on any text. `words`: the
    lexicon, where it is more than that of the space."""
    words = words or lexicon(space)
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
    stated = reported(text)
    if stated:
        return stated, it
    line = items(text, words)
    if text.rstrip().endswith("?"):
        return (), _asked(line, words)
    conditional = any(item.kind == "word" and item.tag in CONDITION for item in line)
    doubt = _doubt(line)
    rated = any(item.kind == "scale" or (item.kind == "mention" and item.tag == "attribute") for item in line)
    scope = _scope(line)
    found: list[Parsed] = []
    meant, nearest = list(it), list(it)
    for clause in clauses(line, words):
        span = clause.items[clause.first : clause.last]
        if not span:
            continue
        told = any(item.kind == "value" and item.tag.startswith("change") for item in span)
        shifted = any(item.kind == "word" and item.tag in SHIFT for item in span) and not told
        relative = span[0].tag in NEAREST or (len(span) > 1 and span[1].tag in NEAREST)
        claims, after = _read(clause, nearest if relative else meant)
        own = _scope(span) or scope
        claims = [claim._replace(scope=own or _sliced(claim, span)) for claim in claims]
        if doubt:
            claims = [claim._replace(hedged=True) if rated else _doubted(claim, doubt) for claim in claims]
        elif shifted or conditional:
            claims = [claim if _of_time(claim) and not conditional else claim._replace(hedged=True) for claim in claims]
        found += claims
        unsure = shifted or conditional or bool(doubt)
        if not relative:
            meant = [] if unsure else after
        nearest = clause.groups[-1] if clause.groups else meant
    # What "it" means goes on without its place, which nothing asks for: the sentence before may lie anywhere.
    return tuple(found), tuple(replace(one, start=-1, end=-1, first=-1, last=-1) for one in meant)


def _sliced(claim: Parsed, span: list[Item]) -> Scope | None:
    """ "The slice shown contains 168 mL": a volume that is said of a slice."""
    said = claim.kind == "volume" and any(item.tag in ("slice", "section", "cut") for item in span)
    return "view" if said else None


def _asked(line: list[Item], words: Lexicon) -> tuple[Mention, ...]:
    """What a question is about: it asserts nothing, and what follows may answer it."""
    groups = [group for clause in clauses(line, words) for group in clause.groups]
    return tuple(replace(one, start=-1, end=-1, first=-1, last=-1) for one in groups[0]) if groups else ()


def _of_time(claim: Parsed) -> bool:
    """How long ago another visit was is said of that time, and asserted all the same."""
    return claim.kind == "stated" and claim.value == "interval"


def _scope(span: list[Item]) -> Scope | None:
    """The one frame that the words name; None where they name none, or both."""
    said = {item.tag for item in span if item.tag.startswith("scope:")}
    return ("view" if "scope:view" in said else "record") if len(said) == 1 else None


def _doubt(line: list[Item]) -> Strength | None:
    """How sure the sentence is, where it says that it is not certain: its weakest word."""
    order = list(STRENGTHS)
    said = [item.tag.partition(":")[2] for item in line if item.tag.startswith("hedge:")]
    doubts = sorted((word for word in said if word in STRENGTHS), key=order.index)
    return STRENGTHS[doubts[-1]] if doubts else None


def _doubted(claim: Parsed, strength: Strength) -> Parsed:
    """In a sentence of doubt, a finding is said to be uncertain; the rest is not asserted."""
    finding = claim.subject is not None and claim.subject.facet == "finding"
    if claim.kind == "presence" and finding:
        return claim._replace(kind="finding", value="uncertain", strength=strength)
    return claim._replace(hedged=True, strength=strength)


def _read(clause: Clause, it: list[Mention]) -> tuple[list[Parsed], list[Mention]]:
    """The assertions of a clause, and what "it" means after it."""
    _point_back(clause, it)
    found = frame(clause)
    _place(found)
    no = denial(found)
    reading = Reading(clause, found, no, it)
    claims = [*_relations(reading), *_ranked(reading), *measured(reading)]
    claims = [*_presupposed(reading, _named(reading), claims), *claims]
    rest = _rest(clause)
    bad = no.confused or (no.after is not None and not any(claim.negated for claim in claims))
    claims = [claim._replace(hedged=True) if _of_part(claim) else claim for claim in claims]
    claims = [claim._replace(clouded=True) if _of_all(claim) else claim for claim in claims]
    if rest or bad:
        claims = [claim._replace(clouded=claim.clouded or bool(rest), hedged=claim.hedged or bad) for claim in claims]
    claims += [Parsed((item.start, item.end), "uncheckable") for item in [*rest, *_seen_nothing(reading)]]
    return claims, _it(found, no, it, bool(rest) or bad)


def _seen_nothing(reading: Reading) -> list[Item]:
    """A "is visible" that says it of nothing that can be seen."""
    clause = reading.clause
    if clause.groups or (reading.it and reading.it[0].facet != "attribute"):
        return []
    return [clause.items[i] for i in range(clause.first, clause.last) if clause.items[i].tag == "pos:post"][:1]


def _presupposed(reading: Reading, named: Iterator[Parsed], claims: list[Parsed]) -> Iterator[Parsed]:
    """Marks the organs that are named for what else the clause says of them, or as a heading ("HEART: not enlarged")."""
    items = reading.clause.items
    spoken = {id(one) for claim in claims for one in (claim.subject, claim.object)}
    holders = {id(reading.holder(g)) for g in reading.no.groups}
    topic = any(item.tag == "topic" for item in items[reading.clause.first : reading.clause.last])
    for claim in named:
        one = claim.subject
        if topic and claim.kind == "presence":
            continue  # "as for pleural fluid, there is none"
        if claim.kind == "presence" and one is not None and one.facet == "anatomy":
            heading = one.last + 1 < len(items) and items[one.last + 1].tag == ":"
            if heading or id(one) in spoken or id(one) in holders:
                claim = claim._replace(presupposed=True)
        yield claim


def _place(found: Frame) -> None:
    """ "The nodule in the left lung": which one is meant, where there are several."""
    clause = found.clause
    for relation in found.relations:
        if relation.kind != "inside" or relation.subject is None:
            continue
        group, place = clause.groups[relation.subject], clause.groups[relation.object][0]
        first, last = sorted((group[-1].last, place.first))
        attached = not any(finite(item) for _, item in clause.between(first, last))
        if attached and len(group) == 1 and not group[0].within:
            clause.groups[relation.subject] = [replace(group[0], within=place.slugs)]


def _point_back(clause: Clause, it: list[Mention]) -> None:
    """ "This structure", "the finding": what was spoken of before."""
    for g, group in enumerate(clause.groups):
        one = group[0]
        if one.slugs[0].startswith("*") and not one.rank and not one.plural and len(it) == len(group) == 1:
            clause.groups[g] = [replace(one, slugs=it[0].slugs, facet=it[0].facet, side=it[0].side, rank=it[0].rank)]


MEASURED = word_set("size area volume intensity count presence")


def _of_all(claim: Parsed) -> bool:
    """Said of all of a kind, some of which may not be known: it can be refuted, not borne out."""
    universal = claim.subject is not None and claim.subject.universal
    return universal and claim.kind not in MEASURED


def _of_part(claim: Parsed) -> bool:
    """Said of a part of a thing, of which the facts of the thing say nothing."""
    part = bool((claim.subject and claim.subject.part) or (claim.object and claim.object.part))
    return part and claim.kind not in ("presence", "absence")


def _it(found: Frame, no: Denial, it: list[Mention], unclear: bool) -> list[Mention]:
    """What the next clause's "it" may mean: the one thing that a clear clause speaks of."""
    groups = found.clause.groups
    things = [g for g, group in enumerate(groups) if group[0].facet in ("anatomy", "finding")]
    things = [g for g in things if g not in found.compared and not (found.fronted and g == found.fronted.object)]
    if unclear:
        return []
    if not things and len(groups) == 1 and groups[0][0].facet == "attribute":
        return groups[0]
    if not things:
        return it
    g = found.root(things[0])
    if g in no.groups:
        return []
    return groups[g]


def _rest(clause: Clause) -> list[Item]:
    """The items of a clause that are not understood."""
    items = clause.items
    ends = clause.last < len(items) and items[clause.last].tag == ":" and clause.last - clause.first <= 4
    heading = clause.last if ends else -1
    return [
        item
        for i, item in enumerate(items[clause.first : clause.last], clause.first)
        if i not in clause.used and not _neutral(item) and not (i < heading and item.kind == "word")
    ]


def _neutral(item: Item) -> bool:
    if item.kind == "word":
        known = item.tag in NEUTRAL or item.tag in SHIFT or item.tag in CONDITION or item.tag in JOINING
        return known or (ADVERB.match(item.tag) is not None and item.tag not in GRADED)
    if item.kind == "phrase":
        return item.tag in UNDERSTOOD or item.tag.startswith("hedge:")
    if item.kind == "punct":
        return item.tag not in "?≈≠%+*/=" or item.tag == ""
    if item.kind == "fact":
        return True  # it is told of as an attribute, or in vain
    if item.kind == "mention":
        return item.slugs[0].startswith("*")
    return item.kind == "scale"


def _named(reading: Reading) -> Iterator[Parsed]:
    """A claim for each noun phrase: what is named is said to be there, or not to be."""
    groups = reading.clause.groups
    parts = {relation.object for relation in reading.frame.relations if relation.kind == "body_part"}
    for g, group in enumerate(groups):
        for one in group:
            span = (one.start, one.end)
            denied = g in reading.no.groups
            if one.facet == "modality":
                yield Parsed(span, "modality", one, negated=denied or reading.negated(one.first))
            elif one.facet == "attribute":
                if one.first not in reading.attributes:
                    yield from _other_value(reading, g, one)
                    yield Parsed(span, "uncheckable", one, value="seen" if _seen(reading.clause) else None)
            elif one.slugs[0].startswith("*"):
                yield from _generic(reading, g, one, denied)
            elif reading.frame.root(g) in reading.no.groups and not denied:
                continue  # "cells in apoptosis are not seen": what is not there has nothing
            elif denied:
                place = reading.holder(g)
                yield Parsed(span, "absence", one, place, located=place is not None)
            else:
                seen = "seen" if _seen(reading.clause) else None
                yield Parsed(span, "body_part" if g in parts else "presence", one, value=seen,
                             negated=g in parts and reading.negated(one.first))  # fmt: skip
                yield from _counted(reading, g, one)
                if one.only:
                    yield Parsed(span, "only", one)
    if reading.no.it:
        at = next(i for i, role in reading.clause.phrases("neg") if role == "post")
        item = reading.clause.items[at]
        for one in reading.it or [None]:  # type: ignore[list-item]
            yield Parsed((item.start, item.end), "absence", one)


def _other_value(reading: Reading, g: int, one: Mention) -> Iterator[Parsed]:
    """ "Histology: adenocarcinoma": the finding named right after what the source states a word for."""
    after = reading.clause.groups[g + 1] if g + 1 < len(reading.clause.groups) else None
    if one.slugs[0].startswith("=") and after is not None and after[0].facet == "finding":
        said = reading.clause.items[after[0].last]
        yield Parsed((after[0].start, after[0].end), "stated", value=" ".join(said.names), measure=f"{one.slugs[0][1:]}|")


SEEING = word_set("visible seen shown depicted displayed imaged pictured")


def _seen(clause: Clause) -> bool:
    """Whether the clause says that something meets the eye: what a source states of a person does not."""
    verbs = [item for item in clause.items[clause.first : clause.last] if item.tag == "pos:post"]
    return any(SEEING & set(item.names) for item in verbs)


def _counted(reading: Reading, g: int, one: Mention) -> Iterator[Parsed]:
    if one.count is not None and (one.partitive or not one.rank) and not _one_of_several(reading, one):
        place = None if one.partitive else reading.holder(g)
        where = None if one.partitive or place is not None else _restricted(reading, one)
        count = one.count
        if count.bound == "eq" and not one.partitive and place is None and where is None and _predicated(reading, one):
            count = count._replace(bound="gt")
        yield Parsed((one.start, one.end), "count", one, place, count, where, located=place is not None)


SHOWING = word_set(
    "visible seen shown outlined annotated present marked detected depicted displayed identified segmented delineated"
    " counted drawn labelled found recognised in here there noted recorded observed imaged pictured altogether"
)


def _predicated(reading: Reading, one: Mention) -> bool:
    """ "Two nuclei measure 30 px" says that there are two such, not two at all: the clause says more of them than that
    they are there."""
    items = reading.clause.items
    said = {item.tag for _, item in reading.clause.between(reading.clause.first - 1, one.first)}
    if "there" in said or any(finite(item) for _, item in reading.clause.between(reading.clause.first - 1, one.first)):
        return False
    verb = next((k for k, item in reading.clause.between(one.last, reading.clause.last) if finite(item)), None)
    if verb is None or items[verb].tag in ("pos:post", "neg:post"):
        return False
    after = items[verb + 1] if verb + 1 < reading.clause.last else None
    return not (after is None or after.kind == "punct" or after.tag in SHOWING or after.tag.startswith("scope:"))


def _restricted(reading: Reading, one: Mention) -> str | None:
    """ "Two nuclei lie in the upper left", "three solid nodules": what those have that are counted."""
    for i in range(reading.clause.first, reading.clause.last):
        item = reading.clause.items[i]
        kind = {"zone": "location", "side": "side"}.get(item.kind) or ("rating" if item.tag.startswith("rate:") else None)
        if kind is not None and one in reading.subjects(i) and not (item.kind == "side" and item.start < one.start):
            return f"{kind}|{item.tag.removeprefix('rate:')}"
    return f"side|{one.side}" if one.side else None


def _one_of_several(reading: Reading, one: Mention) -> bool:
    """ "One tooth has a cavity" does not say how many teeth there are."""
    items = reading.clause.items
    if one.count is None or one.count.values != (1.0,) or items[one.first].kind != "number":
        return False
    said = [item.tag for _, item in reading.clause.between(reading.clause.first - 1, one.first)]
    after = items[one.last + 1] if one.last + 1 < reading.clause.last else None
    return "there" not in said and after is not None and after.tag in ("rel:with", "rel:contains")


def _generic(reading: Reading, g: int, one: Mention, denied: bool) -> Iterator[Parsed]:
    """ "The structure" says nothing of its own but how many there are, or that there are none."""
    if denied:
        yield Parsed((one.start, one.end), "uncheckable", one)
    else:
        yield from _counted(reading, g, one)


def _relations(reading: Reading) -> Iterator[Parsed]:
    found, no = reading.frame, reading.no
    for relation in [*found.relations, *fronted(found)]:
        if relation.kind == "body_part" or {relation.subject, relation.object} & no.groups:
            continue
        negated = reading.negated(relation.at)
        if relation.kind == "box":
            for one in found.clause.groups[relation.object]:
                yield Parsed((one.start, one.end), "box", one, value="it", negated=negated)
            continue
        for a, b in pairs(found, relation, reading.it):
            said = reading.clause.items[relation.at]
            start = said.start if a is None or relation.subject is None else a.start  # "it" was said elsewhere
            span = (min(start, b.start), max(b.end, said.end))
            first, second = (b, a) if relation.kind in TURNED else (a, b)
            if relation.kind == "rank":
                yield _most(reading, span, first, second, negated)
            elif relation.kind in DIRECTIONS:
                yield Parsed(span, "direction", first, second, value=relation.kind, negated=negated)
            elif relation.kind in ("inside", "contains"):
                yield Parsed(span, "inclusion", first, second, negated=negated)
            elif relation.kind == "adjacent":
                yield Parsed(span, "adjacency", first, second, negated=negated)
            else:
                _attributes(reading, first, second)
                measure = COMPARED.get(relation.kind) or _compared(found)
                value = relation.kind if relation.kind in ("equal", "ratio") else "larger"
                yield Parsed(span, "comparison", first, second, relation.ratio, value, measure, negated)
    yield from reading.each_other()


COMPARED = {"more": "count", "fewer": "count", "longer": "long_axis", "shorter": "long_axis", "denser": "mean_intensity", "lighter": "mean_intensity"}
COMPARABLE = {"area": "area", "volume": "volume", "intensity": "mean_intensity", "long_axis": "long_axis",
              "short_axis": "short_axis", "diameter": "diameter"}  # fmt: skip


def _attributes(reading: Reading, *names: Mention | None) -> None:
    """Intervals that are compared are understood."""
    reading.attributes.update(one.first for one in names if one is not None and one.facet == "attribute")


def _compared(found: Frame) -> str | None:
    """What is compared where it is not the size: the attenuation of one "exceeds that of" the other."""
    return next(
        (COMPARABLE.get(tag, tag) for _, tag in found.clause.phrases("m") if tag not in ("size", "count")), None
    )


RANKED: dict[str, tuple[str, str | None]] = {
    "largest": ("most", None), "smallest": ("least", None), "second": ("2", None), "third": ("3", None),
    "longest": ("most", "long_axis"), "shortest": ("least", "long_axis"), "densest": ("most", "mean_intensity"),
    "lightest": ("least", "mean_intensity"), "commonest": ("most", "count"), "rarest": ("least", "count"),
    "second_common": ("2", "count"), "largest_box": ("most", "box"),
}  # fmt: skip
"""Rank -> which place it is, and of what."""


ALONE = {
    "alone_larger": "largest", "alone_smaller": "smallest", "alone_longer": "longest", "alone_shorter": "shortest",
    "alone_denser": "densest", "alone_lighter": "lightest",
}  # fmt: skip
"""A comparison without its "than" -> the rank that it gives among two."""


def _most(reading: Reading, span: tuple[int, int], a: Mention | None, b: Mention | None, negated: bool) -> Parsed:
    """ "The liver is the largest structure": the one without a rank is the largest of what the other names."""
    subject, among = (a, b) if b is not None and b.rank else (b, a)
    value, measure = RANKED[among.rank or "largest"] if among is not None else ("most", None)
    among = replace(among, rank=None, plural=True) if among is not None else None
    return Parsed(span, "comparison", subject, among, None, value, measure or _compared(reading.frame), negated)


def _ranked(reading: Reading) -> Iterator[Parsed]:
    """ "Compared with the liver, the kidney is smaller"; "the left one is the larger of the two"."""
    clause = reading.clause
    for i, role in clause.phrases("cmp"):
        if not role.startswith("alone"):
            continue
        clause.used.add(i)
        other = [one for g in sorted(reading.frame.compared) for one in clause.groups[g]]
        span = (clause.items[i].start, clause.items[i].end)
        value, measure = RANKED[ALONE[role]]
        for one in reading.subjects(i)[:1] or [None]:  # type: ignore[list-item]
            among = other[0] if other else None
            measure = measure or _compared(reading.frame)
            yield Parsed(span, "comparison", one, among, None, value, measure, reading.negated(i))
    for i, role in clause.phrases("cmp"):
        if role == "equal" and i not in clause.used:
            yield from _alike(reading, i)
    yield from _bare_ranks(reading)


def _alike(reading: Reading, i: int) -> Iterator[Parsed]:
    """ "The two boxes are of equal area"."""
    for one in reading.subjects(i)[:1]:
        reading.clause.used.add(i)
        item = reading.clause.items[i]
        yield Parsed((item.start, item.end), "comparison", one, one, None, "equal", _compared(reading.frame),
                     reading.negated(i))  # fmt: skip


def _of_these(clause: Clause, i: int) -> bool:
    """ "The largest of the three (structures)": takes the rest of the phrase, which names nothing."""
    if i + 1 >= clause.last or clause.items[i + 1].tag != "rel:of":
        return False
    for k, item in clause.between(i + 1, min(i + 6, clause.last)):
        if item.kind not in ("number", "word") or finite(item):
            break
        clause.used.add(k)
    return True


def _bare_ranks(reading: Reading) -> Iterator[Parsed]:
    """ "Of the organs outlined here, the liver is the largest"; "hypodense", of what lies around it."""
    clause = reading.clause
    for i, role in clause.phrases("rank"):
        subjects = reading.subjects(i)
        if i in clause.used or role not in RANKED or len(subjects) != 1:
            continue
        clause.used.add(i)
        of_all = _of_these(clause, i)
        value, measure = RANKED[role]
        others = [one for group in clause.groups for one in group if one.plural and one is not subjects[0]]
        every = Mention(("*structure",), "finding", -1, -1, -1, -1, plural=True) if of_all else None
        yield Parsed((clause.items[i].start, clause.items[i].end), "comparison", subjects[0], others[0] if others else every,
                     None, value, measure or _compared(reading.frame), reading.negated(i))  # fmt: skip
    for i, role in clause.phrases("den"):
        clause.used.add(i)
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed((clause.items[i].start, clause.items[i].end), "comparison", one, None, None,
                         f"denser:{role}", "mean_intensity", reading.negated(i))  # fmt: skip
