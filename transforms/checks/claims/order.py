"""What comes before what ("the snare appears 19 seconds after the polyp"), and of which moment a time is."""

from collections.abc import Iterator

from transforms.checks.claims.model import Item, Parsed
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import tag_of
from transforms.checks.claims.tokens import Clause
from transforms.checks.claims.words import word_set

WORDS = {
    "before": "before",
    "after": "after",
    "until": "before",
    "once": "after",
    "following": "after",
    "followed": "after",
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


BEGINNINGS = word_set("beginning start onset begins starts appears begin start")


def ordered(reading: Reading) -> Iterator[Parsed]:
    """A claim on the order of the two things that stand on either side of "before" or "after"."""
    clause = reading.clause
    things = [group for group in clause.groups if group[0].facet in ("anatomy", "finding")]
    at = next((i for i in range(clause.first, clause.last) if _joins(clause, i)), None)
    if at is None or len(things) != 2 or not things[0][0].last < at < things[1][0].first:
        return
    a, b = things[0][0], things[1][0]
    first = "e" if _ended(clause.items[a.last : at]) else "s"
    own = [item for item in clause.items[b.last + 1 : clause.last] if item.kind != "punct"]
    led = [item for item in clause.items[at + 1 : b.first] if item.tag not in ("the", "rel:of")]
    second = ("e" if _ended(own or led) else "s") if own or led else first  # "the hook disappears before the grasper"
    ends = first + second
    times = [i for i in range(a.last, at) if clause.items[i].kind == "quantity"]
    quantity = clause.items[times[0]].quantity if times else None
    word = WORDS[clause.items[at].tag]
    if any(item.tag == "by" for item in clause.items[at + 1 : at + 2]):
        word = "after" if word == "before" else "before"  # "preceded by"
    clause.used.update(
        (at, *times, *(i for i in range(a.last + 1, clause.last) if clause.items[i].tag in ENDS | BEGINNINGS))
    )
    span = (a.start, max(b.end, clause.items[clause.last - 1].end))
    yield Parsed(span, "order", a, b, quantity, f"{word}|{ends}")


def _joins(clause: Clause, i: int) -> bool:
    item = clause.items[i]
    by = any(after.tag == "by" for after in clause.items[i + 1 : i + 2])
    return item.kind == "word" and item.tag in WORDS and (by or item.tag != "followed")


def _ended(items: list[Item]) -> bool:
    return any(ENDS & {item.tag, *item.names} for item in items) and not any("in" in it.names[:1] for it in items)


STARTS = word_set(
    "begins begin began starts start started appears appear appeared comes come enters enter first onset from"
)
"""Words that speak of when something begins."""
BEGIN, END = word_set("after from since"), word_set("until till")


def moment_of(reading: Reading, i: int) -> str | None:
    """ "After 40 s", "until 52 s": where a span begins or ends; "" of a time of which no fact tells; None where it may
    be how long it lasts."""
    before = tag_of(reading, i - 1) if reading.clause.items[i].tag != "range" else ""
    after = reading.clause.items[i + 1].tag if i + 1 < reading.clause.last else ""
    own = [item for item in reading.clause.items[reading.clause.first : i] if item.kind != "mention"]  # "left kidney"
    ended = any(ENDS & {item.tag, *item.names} for item in own)
    if ended and before in ("at", "after", "by", "rel:from"):
        return "end"
    if after in ("into", "later", "earlier", "before", "after", "rel:inside") or before in ("by", "before"):
        return ""
    word = before.removeprefix("rel:")
    return "start" if word in BEGIN else "end" if word in END else None
