"""Free text to assertions, without a look at who wrote it. Rules, not a model: what is not understood is said so."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from schemas import LabelSpace
from transforms.checks.claims.across import between
from transforms.checks.claims.again import again, likewise, so_is
from transforms.checks.claims.boxed import of_them
from transforms.checks.claims.clauses import clauses
from transforms.checks.claims.degrees import denied_degree
from transforms.checks.claims.doubt import scope_of, sliced
from transforms.checks.claims.headings import heading_of, under
from transforms.checks.claims.lexicon import Lexicon, lexicon
from transforms.checks.claims.loosened import loosened, opened
from transforms.checks.claims.meant import Meant
from transforms.checks.claims.measures import measured
from transforms.checks.claims.model import Item, Mention, Parsed
from transforms.checks.claims.named import named, presupposed, seen_nothing
from transforms.checks.claims.negation import Denial, denial
from transforms.checks.claims.order import ordered
from transforms.checks.claims.ordinals import placed
from transforms.checks.claims.partition import partitioned
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.relations import Frame, frame
from transforms.checks.claims.rest import rest_of
from transforms.checks.claims.said import ranked, related
from transforms.checks.claims.scan import items
from transforms.checks.claims.sentences import begins, sentences
from transforms.checks.claims.settle import settled
from transforms.checks.claims.stance import rated, stances, weighed
from transforms.checks.claims.stated import reported
from transforms.checks.claims.telling import COURSE
from transforms.checks.claims.tokens import Clause, finite
from transforms.checks.claims.unread import bare_denial, unread, unrelated
from transforms.checks.claims.used import unused
from transforms.checks.claims.words import (
    DENYING,
    DESCRIBING,
    word_set,
)

KEPT = 1 << 13
"""Sentences whose reading is kept: some 3 KB each."""


def parse(text: str, space: LabelSpace, words: Lexicon | None = None) -> list[Parsed]:
    """Every assertion of a text, in its order. Spans are character offsets; never raises on any text. `words`: the
    lexicon, where it is more than that of the space."""
    return [claim for claims in by_sentence(text, space, words) for claim in claims]


def by_sentence(text: str, space: LabelSpace, words: Lexicon | None = None) -> Iterator[list[Parsed]]:
    """The assertions of each sentence of a text, as `parse` gives them."""
    words = words or lexicon(space)
    it: tuple[Mention, ...] = ()
    for start, end in sentences(text):
        first = begins(text, start, end)
        claims, it = _sentence(text[first:end], it, words)
        yield sorted((claim.moved(first) for claim in claims), key=lambda claim: claim.span)


@lru_cache(maxsize=KEPT)
def _sentence(text: str, it: tuple[Mention, ...], words: Lexicon) -> tuple[tuple[Parsed, ...], tuple[Mention, ...]]:
    """The assertions of a sentence, spans within it, and what "it" means after it. The same sentences come again and
    again: in the texts of a scene, in its dialogues, in thousands of scenes."""
    whole = between(text) or reported(text)
    if whole:
        return whole, it
    line = items(text, words)
    if text.rstrip().endswith("?"):
        return (), _asked(line, words)
    parts = [one for one in clauses(line, words) if one.first < one.last]
    found: list[Parsed] = []
    meant = Meant(list(it), list(it))
    heading: Mention | None = None
    rates, scope = rated(line), scope_of(line)
    for n, (clause, stance) in enumerate(zip(parts, stances(line, parts), strict=True)):
        span = clause.items[clause.first : clause.last]
        ahead = parts[1].groups if n == 0 and len(parts) > 1 else []
        claims, now = _read(clause, meant.by(clause, ahead))
        if likewise(clause) and found:
            claims = [*claims, *again(found, clause.groups[0])]
        elif so_is(clause) and found:
            claims = again(found, clause.groups[0]) or claims
        heading = heading_of(clause) or heading
        claims = [under(heading, claim) for claim in claims]
        own = scope_of(span) or scope
        claims = [claim._replace(scope=own or sliced(claim, span)) for claim in claims]
        found += weighed(claims, stance, span, rates)
        meant.after(clause, now, stance.unsure)
    # What "it" means goes on without its place, which nothing asks for: the sentence before may lie anywhere.
    left = [one for one in meant.it if one.facet != "attribute"]
    said = opened(settled(found), text)
    return (*said, *unused(said, text)), tuple(replace(one, start=-1, end=-1, first=-1, last=-1) for one in left)


def _asked(line: list[Item], words: Lexicon) -> tuple[Mention, ...]:
    """What a question is about: it asserts nothing, and what follows may answer it."""
    groups = [group for clause in clauses(line, words) for group in clause.groups]
    return tuple(replace(one, start=-1, end=-1, first=-1, last=-1) for one in groups[0]) if groups else ()


def _read(clause: Clause, it: list[Mention]) -> tuple[list[Parsed], list[Mention]]:
    """The assertions of a clause, and what "it" means after it."""
    _point_back(clause, it)
    found = frame(clause)
    _place(found)
    no = denial(found)
    reading = Reading(clause, found, no, it)
    claims = [*placed(reading), *ordered(reading), *of_them(reading)]
    some = list(partitioned(reading))
    timed = {id(one.quantity) for one in claims if one.quantity is not None}
    claims += [*related(reading), *ranked(reading), *measured(reading)]
    claims = [one for one in claims if one.kind in ("order", "count") or id(one.quantity) not in timed]
    claims += some
    claims = [*presupposed(reading, named(reading), claims), *claims]
    rest = rest_of(clause)
    if any(claim.measure == "visit|" for claim in claims):
        rest = [item for item in rest if item.tag not in COURSE]  # "it grew from 4.2 to 6.4 mL"
    bad = no.confused or (no.after is not None and not any(claim.negated for claim in claims))
    bad = bad or any(item.tag in DENYING for item in rest)
    dim = all(item.kind == "word" and DESCRIBING.search(item.tag) for item in rest)
    claims = [claim._replace(hedged=True) if _of_part(claim) else claim for claim in claims]
    claims = [claim._replace(clouded=True) if _of_all(claim) else claim for claim in claims]
    if rest or bad:
        claims = [claim._replace(clouded=claim.clouded or bool(rest), hedged=claim.hedged or bad,
                                 dimmed=_free(claim, rest, clause) if claim.kind == "absence" else dim)
                  for claim in claims]  # fmt: skip
    claims = loosened(_ungraded(claims, clause), clause)
    rest += seen_nothing(reading) + unread(clause, claims) + unrelated(clause, claims)
    rest += bare_denial(clause) if bad and not claims else []
    claims += [Parsed((item.start, item.end), "uncheckable") for item in rest]
    return claims, _it(found, no, it, bool(rest) or bad)


HELD = (("free",), ("clear",), ("devoid",), ("spared",), ("untouched",), ("unaffected",))
"""First words of what denies a thing of what stands before."""


def _free(claim: Parsed, rest: list[Item], clause: Clause) -> bool:
    """Whether all that is not understood stands well before what is denied: "the macula is dry, without any fluid"."""
    one = claim.subject
    if any(item.names[:1] in HELD for item in clause.items[clause.first : clause.last] if item.tag == "neg:pre"):
        return False  # "the margins are free of tumor": of what is not known
    return one is not None and all(item.end < one.start for item in rest) and not one.modified


WHOLE = word_set("complete total full entire")
"""What else may be all that is denied: "no complete AV block"."""


def _ungraded(claims: list[Parsed], clause: Clause) -> list[Parsed]:
    """Without that a thing is there, or not, of which but a size or a degree is denied: that cannot be checked."""
    denied = [i for i, role in clause.phrases("neg") if role in ("pre", "not")]
    for i, after in pairwise([*denied, clause.last]):
        at = denied_degree(clause.items, i, after, WHOLE)
        start, end = (clause.items[at].start, clause.items[after - 1].end) if at is not None else (0, 0)
        said = [one.kind in ("presence", "absence") and start < one.span[1] <= end for one in claims]
        claims = [Parsed(one.span, "uncheckable") if on else one for one, on in zip(claims, said, strict=True)]
    return claims


def _place(found: Frame) -> None:
    """ "The nodule in the left lung": which one is meant, where there are several."""
    clause = found.clause
    for g in range(1, len(clause.groups)):
        whole, one = clause.groups[g - 1][-1], clause.groups[g][0]
        if whole.facet == one.facet == "anatomy" and one.plural and not clause.between(whole.last, one.first):
            clause.groups[g][0] = replace(one, within=whole.slugs)  # "the left lung's two lobes"
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
    return universal and claim.kind not in MEASURED and claim.kind != "absence"


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
    if not things and not it and len(groups) == 1 and groups[0][0].facet == "attribute":
        return groups[0]
    if not things:
        return it
    g = found.root(things[0])
    if it and any(one.object == g and one.subject is None and one.kind == "inside" for one in found.relations):
        return it  # "it is in the left sinus, and has ..."
    if g in no.groups:
        return []
    return groups[g]
