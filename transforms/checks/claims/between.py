"""Lengths and shares that lie between two things: a distance, how much one exceeds the other."""

from collections.abc import Iterator

from transforms.checks.claims.lengths import MEASURES, SAID
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.percents import less
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import span_of, tag_of
from transforms.checks.claims.words import word_set

PLACED = frozenset(("lies", "lie", "lying", "located", "situated", "sits", "sit", "found", "placed", "positioned"))


BY = {
    "ms": "long_axis",
    "mm": "long_axis",
    "px": "long_axis",
    "mm2": "area",
    "px2": "area",
    "mL": "volume",
    "HU": "mean_intensity",
}
"""What a difference in a unit is of, where the text does not say."""


MORE = frozenset(("larger", "smaller", "longer", "shorter", "denser", "lighter"))


def difference(reading: Reading, i: int, quantity: Quantity) -> Iterator[Parsed]:
    """ "5 mm longer than", "larger by 20 %": how much one exceeds the other."""
    compared = [relation for relation in reading.frame.relations if relation.kind in MORE]
    before = reading.clause.items[i - 1].tag if i > reading.clause.first else ""
    relation = next((one for one in compared if one.at == i + 1), compared[-1] if compared and before == "by" else None)
    if relation is None or relation.subject is None:
        return
    groups = reading.clause.groups
    first, second = groups[relation.subject][0], groups[relation.object][0]
    if relation.kind in ("smaller", "shorter", "lighter"):
        first, second = second, first
    said = reading.clause.phrases("m")
    measure = next((MEASURES.get(tag, tag) for _, tag in said if tag in SAID), BY.get(quantity.unit))
    value = "share" if quantity.unit == "%" else "differs"
    if value == "share":
        quantity = less(quantity) if relation.kind in ("smaller", "shorter", "lighter") else quantity
    span, negated = span_of(reading.clause.items[i]), reading.negated(i)
    yield Parsed(span, "comparison", first, second, quantity, value, measure, negated)


def in_comparison(reading: Reading, i: int) -> bool:
    """ "39.9 % larger than": whether the comparison that follows carries the share."""
    quantity = reading.clause.items[i].quantity
    shares = [one.at for one in reading.frame.relations if one.ratio is not None and one.ratio.unit == "%"]
    return quantity is not None and quantity.unit == "%" and i + 1 in shares


def relative(reading: Reading, i: int) -> bool:
    """ "lies 22 mm inside the liver", "is 44 mm larger than": a difference or a depth, which no fact measures."""
    items = reading.clause.items
    after = items[i + 1].tag if i + 1 < reading.clause.last else ""
    before = tag_of(reading, i - 1)
    quantity = items[i].quantity
    length = quantity is not None and quantity.unit in ("mm", "px")
    tags = [item.tag for item in items[reading.clause.first : reading.clause.last]]
    if before == "by" and any(tag.startswith(("cmp:", "rank:", "den:")) for tag in tags):
        return True  # "the longer, by about three millimetres"
    return after.startswith(("cmp:", "dir:")) or (
        length and before in PLACED and after not in ("rel:from", "m:distance")
    )


def distance_of(reading: Reading, i: int) -> tuple[Mention | None, Mention | None] | None:
    """The two things that a length lies between, where the clause speaks of a distance."""
    clause = reading.clause
    tags = {item.tag for item in clause.items[clause.first : clause.last]}
    tags |= {"rel:from"} if _lies_between(reading, i) else set()
    if not tags & {"m:distance", "rel:from", "m:gap"}:
        return None
    groups = [group for group in clause.groups if group[0].facet in ("anatomy", "finding")]
    both = next((group for group in groups if len(group) == 2 and len(groups) == 1), None)
    if both is not None:
        return both[0], both[1]
    if len(groups) == 2 and len(groups[0]) == len(groups[1]) == 1:
        return groups[0][0], groups[1][0]
    if len(groups) == 1 and len(groups[0]) == 1 and _two(groups[0][0]):
        return groups[0][0], groups[0][0]
    if len(groups) == 1 and len(groups[0]) == 1 and len(reading.it) == 1:
        return reading.it[0], groups[0][0]
    if not groups and len(reading.it) == 2:
        return reading.it[0], reading.it[1]
    return None, None


def _lies_between(reading: Reading, i: int) -> bool:
    """ "Almost 3 cm lie between the two lesions", "only 2 mm are left between A and B"."""
    after = reading.clause.between(i, min(i + 5, reading.clause.last))
    at = next((k for k, item in after if item.tag == "rel:between"), None)
    beside = reading.clause.items[i + 1 : i + 2]
    if beside and beside[0].tag == "m:sum" and beside[0].names == ("between", "them"):
        return True  # "with only a millimetre between them"
    return at is not None and all(item.kind == "word" for k, item in after if k < at)


def _two(one: Mention) -> bool:
    return one.every or one.plural or (one.count is not None and one.count.values[0] == 2)


BEHIND = word_set("younger older behind below above ahead advanced delayed")


def ages_apart(reading: Reading, i: int) -> bool:
    """Whether a span of time is how far two ages are apart."""
    items = reading.clause.items
    after = items[i + 1] if i + 1 < reading.clause.last else None
    compares = any(item.tag.startswith("cmp:") for item in items[reading.clause.first : reading.clause.last])
    near = after is not None and (after.tag in BEHIND or after.tag.startswith(("dir:", "cmp:")))
    return near or (compares and tag_of(reading, i - 1) == "by")
