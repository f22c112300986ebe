"""Which measure a number is of, by the words beside it."""

from transforms.checks.claims.lengths import AFTER, SAID
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import run_of

BOXED = {"across": "box", "wide": "box_width", "high": "box_height"}
"""What a box that is so wide or high measures."""


def measure_named(reading: Reading, i: int) -> str:
    """Which measure it is: the words right after the number, else the nearest before; "" where not said."""
    clause = reading.clause
    boxed = any(item.tag in ("box", "boxes", "boxed") for item in clause.items[clause.first : clause.last])
    for k, item in clause.between(i, clause.last):
        if (item.kind in ("punct", "quantity", "mention") and item.tag != "(") or item.tag == "and":
            break
        if item.tag.startswith("m:"):
            clause.used.add(k)
            if item.tag[2:] in ("across", "wide") and any(tag == "long_axis" for _, tag in clause.phrases("m")):
                return "short_axis"  # "92 mm long and 72 mm across"
            if boxed and item.tag[2:] in BOXED:
                return BOXED[item.tag[2:]]
            if item.tag[2:] in SAID:
                return item.tag[2:]
            break
    for _, item in reversed(clause.between(clause.first - 1, run_of(reading, i)[0])):
        if item.kind == "quantity":
            break
        if item.tag.startswith("m:") and item.tag[2:] in SAID - AFTER:
            return item.tag[2:]
    return "box" if boxed else ""
