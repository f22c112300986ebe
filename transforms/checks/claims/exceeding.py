"""By how much one of two exceeds the other, of what is stated, timed or counted: "the QTc is 83 ms longer"."""

from transforms.checks.claims.model import Quantity
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.relations import Relation

EXCEEDS = frozenset(("larger", "smaller", "longer", "shorter", "more", "fewer"))


def exceeding(reading: Reading, relation: Relation, value: str) -> tuple[Quantity | None, str]:
    """The difference that a comparison names, with "differs"; None with `value` where it names none. Of regions that
    are measured, `between.difference` reads it."""
    clause, items = reading.clause, reading.clause.items
    group = clause.groups[relation.subject] if relation.subject is not None else reading.it
    counted = relation.kind in ("more", "fewer")
    if relation.kind not in EXCEEDS or not group or not (counted or group[0].facet == "attribute"):
        return None, value
    kind = "number" if counted else "quantity"
    before = group[0].first - 1 if counted and relation.subject is not None else relation.at - 1
    while counted and before > clause.first and items[before].kind == "punct":
        before -= 1  # where "more" stood
    last = clause.groups[relation.object][-1].last
    after = next((k for k, item in clause.between(last, clause.last) if item.tag == "by"), clause.last)
    for k in (before, after + 1):
        said = items[k].quantity if clause.first <= k < clause.last and items[k].kind in (kind, "number") else None
        if said is not None and k not in clause.used and said.unit != "%":
            clause.used.add(k)
            reading.taken.add(k)
            return said, "differs"
    return None, value
