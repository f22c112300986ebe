"""Words that stand for a range of values: "the QRS is narrow", "a reduced ejection fraction"."""

from collections.abc import Iterator

from transforms.checks.claims.model import Item, Parsed, Quantity
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import span_of
from transforms.checks.claims.words import LEVELS


def level_said(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """ "The QRS is narrow", "a reduced ejection fraction": a word that stands for a range of values."""
    said = next((LEVELS[words] for words in _words_at(reading, i) if words in LEVELS), None)
    if said is None:
        return
    clause = reading.clause
    names = [(k, it.tag) for k, it in clause.between(clause.first - 1, clause.last) if it.kind == "fact"]
    named = [one for group in clause.groups for one in group if one.facet == "attribute"]
    named += [one for group in clause.groups for one in group if set(one.slugs) & SAME.keys()]
    ends = {slug: one for one in named for each in one.slugs for slug in (each, SAME.get(each, "")) if slug in said}
    quantity = Quantity((0.0, 0.0), "", 0.0, "range")
    for k, name in names:
        if name in said:
            clause.used.add(i)
            reading.attributes.add(k)
            quantity = quantity._replace(values=said[name])
            yield Parsed(span_of(item), "stated", measure=f"{name}|", quantity=quantity, negated=reading.negated(i))
            return
    for slug, one in ends.items():
        clause.used.add(i)
        reading.attributes.add(one.first)
        quantity = quantity._replace(values=said[slug])
        yield Parsed(span_of(item), "interval", one, quantity=quantity, measure="interval", negated=reading.negated(i))


def _words_at(reading: Reading, i: int) -> list[tuple[str, ...]]:
    """The word at item i with the one before it, and alone."""
    items = reading.clause.items
    own = items[i].names or (items[i].tag,)
    before = (items[i - 1].tag,) if i > reading.clause.first else ()
    return [(*before, *own), tuple(own)]


SAME = {"qrs_complex": "qrs_duration"}
"""What lasts -> the interval that says how long."""
