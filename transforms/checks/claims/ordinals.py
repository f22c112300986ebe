"""Which place something takes in time: "the second phase is the division", "the hook is the last to appear"."""

from collections.abc import Iterator

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Item, Mention, Parsed
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.tokens import Clause
from transforms.checks.claims.values import number_of
from transforms.checks.claims.words import word_set

PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "final": -1}
OF = word_set(
    "phase phases finding findings thing things event events step steps action actions instrument instruments tool"
)
"""What is counted in the order of time."""
TOLD = OF | word_set(
    """of the a an marked outlined labelled annotated shown is was comes came to be seen appear appears come into view
    sight in clip video film recording operation excerpt one that which rel:of rel:inside rel:to pos:post ,"""
)  # fmt: skip
"""What else such a clause may say."""
MARK = "place|"


def placed(reading: Reading) -> Iterator[Parsed]:
    """A claim on the place of the one thing that a clause names."""
    clause = reading.clause
    at = next((i for i in range(clause.first, clause.last) if clause.items[i].tag in PLACES), None)
    things = [group for group in clause.groups if not _general(group[0], clause)]
    if at is None or not things or len(things[0]) != 1 or not _timed(clause.items[at : clause.last]):
        return
    one, last = things[0][0], things[-1][-1].last
    parts = [item.tag for _, item in clause.between(one.last, things[-1][-1].last)]
    if len(things) > 1 and (parts[:1] != ["rel:of"] or any(tag in ("and", ",") for tag in parts)):
        return  # "the division of the uterine vessels" is one
    rest = [i for i in range(clause.first, clause.last) if i != at and not one.first <= i <= last]
    if any(not _plain(clause.items[i]) for i in rest):
        return
    clause.used.update((at, *rest))
    reading.taken.add(at)
    span = (min(one.start, clause.items[at].start), max(one.end, clause.items[at].end))
    yield Parsed(span, "order", one, value=f"{MARK}{PLACES[clause.items[at].tag]}")


def _timed(after: list[Item]) -> bool:
    """Whether an ordinal is one in time: it counts phases or the like, or what appears."""
    near = {word for item in after[1:4] for word in _words(item)}
    return bool(near & OF) or "rel:to" in near or len([item for item in after if item.kind != "punct"]) == 1


def _general(one: Mention, clause: Clause) -> bool:
    """ "Phases", "finding", which are named by what they are."""
    words = {word for i in range(one.first, one.last + 1) for word in _words(clause.items[i])}
    return one.slugs[0].startswith("*") or words <= TOLD


def _words(item: Item) -> set[str]:
    return set(item.names) if item.kind == "mention" else {item.tag, *item.names}


def _plain(item: Item) -> bool:
    return item.kind == "punct" or bool(_words(item) & TOLD) or item.slugs[:1] == ("*finding",)


def place(claim: Parsed, known: Evidence) -> Ruling:
    """By when each of what is marked in time begins."""
    own = set(known.of(claim.subject))
    starts = sorted((number_of(fact), fact.id, fact) for fact in known.facts["span_start"])
    if sum(fact.regions[0] in own for _, _, fact in starts) != 1:
        return unknown("when that is is not known")
    n = int((claim.value or "").removeprefix(MARK))
    if n > len(starts) or len({at for at, _, _ in starts}) < len(starts):
        return unknown("in which order they come is not known")
    fact = starts[n - 1 if n > 0 else -1][2]
    return (yes if fact.regions[0] in own else no)(fact, "in the order in which they begin")
