"""The quantities, places, planes and ratings of a clause, each with what it speaks of."""

from collections.abc import Iterator
from dataclasses import replace

from transforms.checks.claims.model import Item, Kind, Mention, Parsed, Quantity
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.words import ADVERB, NEUTRAL, word_set

BY_UNIT: dict[str, tuple[Kind, str]] = {
    "mm2": ("area", "area"), "px2": ("area", "area"), "mL": ("volume", "volume"), "HU": ("intensity", "intensity"),
    "pieces": ("pieces", "pieces"),
}  # fmt: skip
MEASURES: dict[str, str] = {"intensity": "mean_intensity", "across": "diameter"}
"""What facts call a measure, where they call it otherwise."""
PLACED = frozenset(("lies", "lie", "lying", "located", "situated", "sits", "sit", "found", "placed", "positioned"))
LENGTHS = frozenset(("long_axis", "short_axis", "diameter", "box_width", "box_height", "across", "wide", "high"))
AFTER = frozenset(("across", "wide", "high"))
"""Measures that are named after their number alone."""
SAID = LENGTHS | {"area", "volume", "intensity"}
BEATS = "heart_rate"
STATED_UNITS = word_set("days weeks months years kPa ng/mL MBq mmHg letters points % kg degrees kV SUVmax dB m/s")
"""Units in which nothing is measured on the picture."""


def measured(reading: Reading) -> Iterator[Parsed]:
    """Claims of a clause that carry a number, a place, a plane or a slice."""
    clause = reading.clause
    for i in range(clause.first, clause.last):
        item = clause.items[i]
        if item.kind == "quantity":
            clause.used.add(i)
            yield from _quantity(reading, i, item)
        elif item.kind in ("zone", "side") and i not in clause.used:
            yield from _about(reading, i, item, "location" if item.kind == "zone" else "side", item.tag)
        elif item.kind in ("box", "point"):
            yield from _about(reading, i, item, item.kind, item.tag)  # type: ignore[arg-type]
        elif item.tag.startswith("mark:"):
            clause.used.add(i)
            for one in reading.subjects(i):
                span = (min(one.start, item.start), item.end)
                yield Parsed(span, "mark", one, value=item.tag[5:], negated=reading.negated(i))
        elif item.tag.startswith("rate:"):
            yield from _about(reading, i, item, "rating", item.tag[5:])
        elif item.kind == "value":
            yield from _value(reading, i, item)
        elif item.kind == "prop":
            yield from _property(reading, i, item)
        elif item.kind == "stated":
            clause.used.add(i)
            name, _, value = item.tag.partition("|")
            yield Parsed(_span(item), "stated", value=value, measure=f"{name}|", negated=reading.negated(i))
        elif item.kind == "stack":
            clause.used.add(i)
            about = reading.subjects(i) if item.tag == "largest_slice" else []
            for one in about or [None]:  # type: ignore[list-item]
                yield Parsed(_span(item), "stack", one, quantity=item.quantity, measure=item.tag,
                             negated=reading.negated(i))  # fmt: skip
        elif item.kind in ("plane", "slice"):
            clause.used.add(i)
            yield Parsed(_span(item), "plane" if item.kind == "plane" else "slice", value=item.tag,
                         negated=reading.negated(i))  # fmt: skip
        elif item.kind == "number" and i not in clause.used:
            yield from _number(reading, i, item)
    for group in clause.groups:
        yield from (claim for one in group if one.side for claim in _side(one))


def _span(item: Item) -> tuple[int, int]:
    return item.start, item.end


def _about(reading: Reading, i: int, item: Item, kind: Kind, value: str) -> Iterator[Parsed]:
    """One claim of a kind for each thing that item i speaks of."""
    reading.clause.used.add(i)
    for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
        yield Parsed(_span(item), kind, one, value=value, negated=reading.negated(i))


def _side(one: Mention) -> Iterator[Parsed]:
    yield Parsed((one.start, one.end), "side", one, value=one.side)


def _quantity(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A number with a unit. Shares and three measures at once are beyond the facts."""
    quantity = item.quantity
    assert quantity is not None
    span, negated = _span(item), reading.negated(i)
    fact = _fact(reading, i)
    if fact is not None or quantity.unit in STATED_UNITS:
        hint = _hint(reading) if fact is None and quantity.unit in TIMES else None
        yield Parsed(span, "stated", value=hint, measure=f"{fact or ''}|", quantity=quantity, negated=negated)
        return
    named = _named(reading, i)
    if quantity.unit in ("ms", "bpm") and not named and (item.tag == "range" or _tag(reading, i - 1) == "at"):
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(span, "span", one, quantity=quantity, negated=negated)
    elif quantity.unit in ("bpm", "ms"):
        lasting = named or next(iter(reading.subjects(i)), None)
        yield Parsed(span, "interval", lasting, quantity=quantity, measure="interval", negated=negated)
    elif named is not None and quantity.unit not in BY_UNIT and quantity.unit not in ("mm", "px"):
        yield Parsed(span, "rating", None, named, quantity, None, "rating", negated)
    elif differing := list(_difference(reading, i, quantity)):
        yield from differing
    elif _relative(reading, i) or quantity.unit in ("%", "degrees", "kg") or len(quantity.values) > 2:
        yield Parsed(span, "uncheckable")
    elif (pair := _distance(reading, i)) is not None and quantity.unit in ("mm", "px"):
        measure = "adjacent" if any(tag == "gap" for _, tag in reading.clause.phrases("m")) else "distance"
        yield Parsed(span, "distance", pair[0], pair[1], quantity, measure=measure, negated=negated)
    else:
        yield from _measure_claims(reading, i, span, quantity)


def _property(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """ "The rib is broken", "an enlarged heart": a finding said by an adjective of the organ that has it."""
    reading.clause.used.add(i)
    what = Mention(item.slugs, "finding", item.start, item.end, i, i)
    for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
        yield Parsed(_span(item), "property", one, what, value=item.tag, negated=reading.negated(i))


TIMES = word_set("days weeks months years")
READERS = word_set("reader readers annotator annotators radiologist radiologists observer observers expert experts")
HINTS = {
    "interval": word_set("ago earlier previous prior since between apart interval last before visits examinations"),
    "survival": word_set("survival survived lived died outlived"), "age": word_set("old aged age"),
}  # fmt: skip
"""What a span of time is of, by a word of its clause."""


def _hint(reading: Reading) -> str | None:
    items = reading.clause.items
    said = {word for item in items for word in (item.tag, *item.names)}
    return next((name for name, words in HINTS.items() if words & said), None)


def _fact(reading: Reading, i: int) -> str | None:
    """The stated thing that a number is of: the nearest name before it in the clause, else the one right after it."""
    names = [(k, item.tag) for k, item in reading.clause.between(reading.clause.first - 1, reading.clause.last)
             if item.kind == "fact"]  # fmt: skip
    if not names:
        return None
    run = _run(reading, i)
    listed = [(k, name) for k, name in names if k < run[0]]
    if len(run) > 1 and len(listed) == len(run):
        at, name = listed[run.index(i)]
    else:
        free = [(k, name) for k, name in names if k not in reading.attributes] or names
        near = [(abs(k - i), k, name) for k, name in free if _touch(reading, min(k, i), max(k, i))]
        if not near:
            return None
        _, at, name = min(near)
    reading.clause.used.add(at)
    reading.attributes.add(at)
    return name


def _touch(reading: Reading, a: int, b: int) -> bool:
    """Whether no other number stands between two items."""
    between = [item for _, item in reading.clause.between(a, b)]
    return not any(item.kind in ("quantity", "number") for item in between) and all(
        item.kind != "word" or item.tag in NEUTRAL or ADVERB.match(item.tag) for item in between
    )  # fmt: skip


def _value(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A value that a source states, or one that excludes it; of a change with what has changed."""
    reading.clause.used.add(i)
    name, _, value = item.tag.partition("|")
    negated = reading.negated(i)
    names = reading.clause.between(reading.clause.first - 1, reading.clause.last)
    reading.attributes.update(k for k, other in names if other.kind == "fact" and other.tag == name)
    if name.startswith("change of"):
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(_span(item), "stated", one, value=value, measure="change|", negated=negated)
    else:
        yield Parsed(_span(item), "stated", value=value, measure=f"{name}|", negated=negated)


BY = {"mm": "long_axis", "px": "long_axis", "mm2": "area", "px2": "area", "mL": "volume", "HU": "mean_intensity"}
"""What a difference in a unit is of, where the text does not say."""
MORE = word_set("larger smaller longer shorter denser lighter")


def _difference(reading: Reading, i: int, quantity: Quantity) -> Iterator[Parsed]:
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
    span, negated = _span(reading.clause.items[i]), reading.negated(i)
    yield Parsed(span, "comparison", first, second, quantity, value, measure, negated)


def _measure_claims(reading: Reading, i: int, span: tuple[int, int], quantity: Quantity) -> Iterator[Parsed]:
    """A size, an area, a volume or an intensity of each thing meant. The measure named and the unit must go together:
    else the claim is of that measure in a unit that it cannot have."""
    said, negated = _measure(reading, i), reading.negated(i)
    total = any(tag == "sum" for _, tag in reading.clause.phrases("m"))
    kind, measure = BY_UNIT.get(quantity.unit, ("size", said))
    wrong = bool(said) and said in SAID and (said != measure if quantity.unit in BY_UNIT else said not in LENGTHS)
    if quantity.unit in ("px", "px2", "pieces"):
        wrong = False
        if said == "area":
            kind, measure = "area", "area"
    if wrong:
        kind, measure = {"area": "area", "volume": "volume", "intensity": "intensity"}.get(said, "size"), said  # type: ignore[assignment]
    values: dict[str, Quantity] = {measure: quantity}
    if len(quantity.values) == 2 and quantity.bound != "range":
        long, short = max(quantity.values), min(quantity.values)
        values = {"long_axis": quantity._replace(values=(long,)), "short_axis": quantity._replace(values=(short,))}
    for one in _among(reading, i, _sharing(reading, i)) or [None]:  # type: ignore[list-item]
        for name, value in values.items():
            yield Parsed(span, kind, one, quantity=value, value="unit" if wrong else "sum" if total else None,
                         measure=MEASURES.get(name, name), negated=negated)  # fmt: skip


def _among(reading: Reading, i: int, subjects: list[Mention]) -> list[Mention]:
    """Of "the tumors have volumes of 3 and 5 mL", "one of 3 mL and one of 5 mL", each number is of one of them."""
    items = reading.clause.items
    unit = items[i].quantity.unit if items[i].quantity else ""  # type: ignore[union-attr]
    alike = [it for it in items if it.kind == "quantity" and it.quantity is not None and it.quantity.unit == unit]
    if len(alike) < 2 or len(subjects) != 1 or not (subjects[0].plural or subjects[0].every):
        return subjects
    return [replace(subjects[0], plural=False, every=False)]


def _sharing(reading: Reading, i: int) -> list[Mention]:
    """What quantity i speaks of: of "A and B measure 3 and 5 mm" each has its own."""
    run = _run(reading, i)
    sided = _sided(reading, i, reading.subjects(i))
    if len(run) == 1 or sided:
        return sided or reading.subjects(i)
    subjects = reading.listed(run[0]) or reading.subjects(run[0])
    each = [part for one in subjects for part in _parts(reading, one)]
    return [each[run.index(i)]] if len(each) == len(run) else subjects


def _sided(reading: Reading, i: int, subjects: list[Mention]) -> list[Mention]:
    """ "The hippocampi measure 2.3 mL on the left and 2.7 mL on the right": each number is of one side."""
    items = reading.clause.items
    after = items[i + 1] if i + 1 < reading.clause.last else None
    if after is None or after.kind != "side" or len(subjects) != 1 or not (subjects[0].plural or subjects[0].every):
        return []
    reading.clause.used.add(i + 1)
    return [replace(subjects[0], side=after.tag, plural=False, every=False)]


def _run(reading: Reading, i: int) -> list[int]:
    """The quantities that only commas and "and" join to quantity i, of one unit."""
    items, found = reading.clause.items, [i]
    unit = items[i].quantity.unit if items[i].quantity else ""  # type: ignore[union-attr]
    for step, stop in ((-1, reading.clause.first - 1), (1, reading.clause.last)):
        k = i + step
        while k != stop:
            if items[k].kind == items[i].kind and items[k].quantity and items[k].quantity.unit == unit:  # type: ignore[union-attr]
                found.append(k)
            elif items[k].tag not in (",", "and"):
                break
            k += step
    return sorted(found)


def _parts(reading: Reading, one: Mention) -> list[Mention]:
    """ "The right and left kidneys" are two, in that order; "both kidneys" are one mention, in no order."""
    if not one.every or len(one.slugs) != 2:
        return [one]
    first = reading.clause.items[one.first] if 0 <= one.first < len(reading.clause.items) else None
    if first is None or first.tag not in ("left", "right"):
        return [one]
    slugs = one.slugs if first.tag in one.slugs[0] else one.slugs[::-1]
    return [Mention((slug,), one.facet, one.start, one.end, one.first, one.last) for slug in slugs]


def _tag(reading: Reading, i: int) -> str:
    return reading.clause.items[i].tag if i >= reading.clause.first else ""


def _relative(reading: Reading, i: int) -> bool:
    """ "lies 22 mm inside the liver", "is 44 mm larger than": a difference or a depth, which no fact measures."""
    items = reading.clause.items
    after = items[i + 1].tag if i + 1 < reading.clause.last else ""
    before = _tag(reading, i - 1)
    return after.startswith(("cmp:", "dir:")) or (before in PLACED and after not in ("rel:from", "m:distance"))


def _measure(reading: Reading, i: int) -> str:
    """Which measure it is: the words right after the number, else the nearest before; "" where not said."""
    clause = reading.clause
    for k, item in clause.between(i, clause.last):
        if (item.kind in ("punct", "quantity", "mention") and item.tag != "(") or item.tag == "and":
            break
        if item.tag.startswith("m:"):
            clause.used.add(k)
            if item.tag[2:] in SAID:
                return item.tag[2:]
            break
    for _, item in reversed(clause.between(clause.first - 1, _run(reading, i)[0])):
        if item.kind == "quantity":
            break
        if item.tag.startswith("m:") and item.tag[2:] in SAID - AFTER:
            return item.tag[2:]
    return ""


def _distance(reading: Reading, i: int) -> tuple[Mention | None, Mention | None] | None:
    """The two things that a length lies between, where the clause speaks of a distance."""
    clause = reading.clause
    tags = {item.tag for item in clause.items[clause.first : clause.last]}
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


def _two(one: Mention) -> bool:
    return one.every or one.plural or (one.count is not None and one.count.values[0] == 2)


def _named(reading: Reading, i: int) -> Mention | None:
    """The attribute that a number is of: the nearest name before item i, else the nearest after it ("heart rate of 72
    bpm", "72 bpm heart rate"); of "PR and QT are 161 and 368 ms" each its own."""
    names = [one for group in reading.clause.groups for one in group
             if one.facet == "attribute" and not one.slugs[0].startswith("=")]  # fmt: skip
    run = _run(reading, i)
    before = [one for one in names if one.last < run[0]]
    if len(run) > 1 and len(before) == len(run):
        one = before[run.index(i)]
    else:
        before = [one for one in names if one.last < i]
        one = before[-1] if before else next((one for one in names if one.first > i), None)  # type: ignore[assignment]
    if one is not None:
        reading.attributes.add(one.first)
    quantity = reading.clause.items[i].quantity
    if one is None and quantity is not None and quantity.unit == "bpm":
        at = reading.clause.items[i]
        return Mention((BEATS,), "attribute", at.start, at.end, -1, -1)
    return one


def _beside(reading: Reading, i: int) -> bool:
    """A number that only points back, before a word that names nothing of the picture."""
    items = reading.clause.items
    after = items[i + 1] if i + 1 < reading.clause.last else None
    plain = after is not None and after.kind == "word" and after.tag in NEUTRAL - READERS
    return plain and i > reading.clause.first and items[i - 1].tag in ("the", "both", "all", "these", "those")


def _number(reading: Reading, i: int, item: Item) -> Iterator[Parsed]:
    """A bare number: how many, or a rating; anything else is not understood."""
    clause = reading.clause
    clause.used.add(i)
    fact = _fact(reading, i)
    if fact is not None:
        yield Parsed(_span(item), "stated", measure=f"{fact}|", quantity=item.quantity, negated=reading.negated(i))
        return
    rated = [one for group in clause.groups for one in group
             if one.facet == "attribute" and not one.slugs[0].startswith("=")]  # fmt: skip
    if rated:
        before = [one for one in rated if one.last < i]
        what = before[-1] if before else rated[0]
        reading.attributes.add(what.first)
        scale = next((it.tag for _, it in clause.between(i, clause.last) if it.kind == "scale"), None)
        for one in reading.subjects(i) or [None]:  # type: ignore[list-item]
            yield Parsed(_span(item), "rating", one, what, item.quantity, scale, "rating", reading.negated(i))
        return
    last = i - 1 if _tag(reading, i - 1) != ":" else i - 2
    named = next((one for group in clause.groups for one in group if one.last == last), None)
    if named is not None and named.count is None and not named.rank and named.facet in ("anatomy", "finding"):
        yield Parsed((named.start, item.end), "count", named, None, item.quantity, negated=reading.negated(i))
        return  # "RBC 42"
    if _beside(reading, i):
        return  # "the two examinations"
    run = _run(reading, i)
    listed = reading.listed(run[0])
    if len(run) > 1 and len(run) == len(listed):
        one = listed[run.index(i)]
        yield Parsed(_span(item), "count", one, None, item.quantity, negated=reading.negated(i))
        return
    if item.tag == "one" and i + 2 < clause.last and clause.items[i + 1].tag == "rel:of":
        return  # "which has one of 96 mm"
    if any(tag == "intensity" for _, tag in clause.phrases("m")):
        for one in _sharing(reading, i) or [None]:  # type: ignore[list-item]
            yield Parsed(_span(item), "intensity", one, quantity=item.quantity, measure="mean_intensity",
                         negated=reading.negated(i))  # fmt: skip
        return
    counted = [one for group in clause.groups for one in group if one.count is None and one.facet != "modality"]
    if any(tag == "count" for _, tag in clause.phrases("m")) and len(counted) == 1:
        yield Parsed((counted[0].start, max(item.end, counted[0].end)), "count", counted[0], None, item.quantity,
                     negated=reading.negated(i))  # fmt: skip
    else:
        yield Parsed(_span(item), "uncheckable")
