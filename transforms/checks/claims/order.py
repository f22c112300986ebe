"""What comes before what: "the snare appears 19 seconds after the polyp"."""

from collections.abc import Iterator

from transforms.checks.claims.model import Item, Parsed
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.words import word_set

WORDS = {
    "before": "before",
    "after": "after",
    "until": "before",
    "once": "after",
    "following": "after",
    "precedes": "before",
    "precede": "before",
    "preceded": "before",
    "follows": "after",
    "follow": "after",
}
ENDS = word_set(
    "ends end ended stops stop stopped disappears disappear disappeared over withdrawn gone removed leaves left ceases"
    " ceased vanishes vanished finished finishes sight"
)
"""Words that speak of the end of what goes on; without one, of its beginning."""


def ordered(reading: Reading) -> Iterator[Parsed]:
    """A claim on the order of the two things that stand on either side of "before" or "after"."""
    clause = reading.clause
    things = [group for group in clause.groups if group[0].facet in ("anatomy", "finding")]
    at = next((i for i in range(clause.first, clause.last) if _joins(clause.items[i])), None)
    if at is None or len(things) != 2 or not things[0][0].last < at < things[1][0].first:
        return
    a, b = things[0][0], things[1][0]
    first = "e" if _ended(clause.items[a.last : at]) else "s"
    own = [item for item in clause.items[b.last + 1 : clause.last] if item.kind != "punct"]
    second = ("e" if _ended(own) else "s") if own else first  # "the hook disappears before the grasper"
    ends = first + second
    times = [i for i in range(a.last, at) if clause.items[i].kind == "quantity"]
    quantity = clause.items[times[0]].quantity if times else None
    clause.used.update((at, *times, *(i for i in range(a.last + 1, clause.last) if clause.items[i].tag in ENDS)))
    span = (a.start, max(b.end, clause.items[clause.last - 1].end))
    yield Parsed(span, "order", a, b, quantity, f"{WORDS[clause.items[at].tag]}|{ends}")


def _joins(item: Item) -> bool:
    return item.kind == "word" and item.tag in WORDS


def _ended(items: list[Item]) -> bool:
    return any(ENDS & {item.tag, *item.names} for item in items) and not any("in" in it.names[:1] for it in items)
