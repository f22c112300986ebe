"""What a quantity speaks of, where there are several things or several quantities."""

from dataclasses import replace

from transforms.checks.claims.model import Item, Mention
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.tokens import DETERMINERS, finite
from transforms.checks.claims.words import IMAGES, word_set

WHOLE = word_set("whole entire single one full")


def span_of(item: Item) -> tuple[int, int]:
    return item.start, item.end


def among(reading: Reading, i: int, subjects: list[Mention]) -> list[Mention]:
    """Of "the tumors have volumes of 3 and 5 mL", "one of 3 mL and one of 5 mL", each number is of one of them."""
    items = reading.clause.items
    unit = items[i].quantity.unit if items[i].quantity else ""  # type: ignore[union-attr]
    alike = [it for it in items if it.kind == items[i].kind and it.quantity is not None and it.quantity.unit == unit]
    if len(alike) < 2 or len(subjects) != 1 or not (subjects[0].plural or subjects[0].every):
        return subjects
    return [replace(subjects[0], plural=False, every=False, first=i)]  # one of them, and not one for all numbers


def sharing(reading: Reading, i: int) -> list[Mention]:
    """What quantity i speaks of: of "A and B measure 3 and 5 mm" each has its own."""
    run = run_of(reading, i)
    sided = _sided(reading, i, reading.subjects(i))
    if len(run) == 1 or sided:
        return sided or reading.subjects(i)
    if (pair := _compared(reading)) and len(run) == 2:
        return [pair[run.index(i)]]
    subjects = reading.listed(run[0]) or reading.subjects(run[0])
    each = [part for one in subjects for part in _parts(reading, one)]
    return [each[run.index(i)]] if len(each) == len(run) else subjects


RANGING = word_set("range ranges ranged ranging vary varies varying")


def ranges(reading: Reading) -> bool:
    """Whether a clause says from where to where values go, and not where one lies."""
    items = reading.clause.items[reading.clause.first : reading.clause.last]
    return any(item.kind == "word" and item.tag in RANGING for item in items)


def covering(reading: Reading, i: int) -> bool:
    """ "Covers 31,400 pixels": whether the verb before a number makes it an area."""
    before = reading.clause.items[i - 1].tag if i > reading.clause.first else ""
    return before in ("cover", "covers", "covered", "covering", "occupying", "occupies")


AXES = word_set("axes diameters dimensions")


def axis_of(reading: Reading, i: int) -> str | None:
    """ "The cyst's diameters are 37 and 30 mm": which axis each of two lengths is, said of one thing."""
    run, items = run_of(reading, i), reading.clause.items
    said = (word for item in items[reading.clause.first : run[0]] for word in (item.tag, *item.names))
    if len(run) != 2 or AXES.isdisjoint(said) or len(reading.subjects(run[0])) != 1:
        return None
    one = reading.subjects(run[0])[0]
    mine, other = (items[k].quantity for k in (i, run[run[0] == i]))
    if one.plural or one.every or mine is None or other is None or len(mine.values) != 1:
        return None
    return "diameter" if mine.values[0] >= other.values[0] else "short_axis"


def of_picture(reading: Reading, i: int) -> bool:
    """Whether quantity i is said of the picture itself: "the slice measures 28 mm", and not "on this slice"."""
    items, first = reading.clause.items, reading.clause.first
    at = next(
        (k for k in range(first, i) if items[k].kind != "phrase" and IMAGES & {items[k].tag, *items[k].names}), None
    )
    if at is None or any(group[0].facet != "modality" and group[0].first < i for group in reading.clause.groups):
        return False
    opens = all(it.kind in ("plane", "mention") or it.tag in DETERMINERS | WHOLE for it in items[first:at])
    return opens and any(finite(item) for item in items[at + 1 : i])


def right_before(reading: Reading, i: int, about: list[Mention]) -> tuple[list[Mention], bool]:
    """ "A and B, with a volume of 3 mL": said of B. And whether that is sure: after "A is larger than B, with a volume
    of" it may be of either."""
    items = reading.clause.items
    named = [k for k in range(i) if items[k].kind == "mention" and items[k].tag in ("anatomy", "finding")]
    between = items[named[-1] + 1 : i] if named else []
    begins = between[1:] if between and between[0].tag == "," else between
    if not about or not begins or begins[0].names[:1] != ("with",) or any(finite(item) for item in between):
        return about, True
    near = [one for one in about if one.last == named[-1]]
    if len(about) > 1 and near and not any(item.tag in ("a", "an") for item in between):
        return about, True  # "the kidneys and the spleen, with volumes of"
    other = (
        about[0].last >= 0 and about[0].facet == items[named[-1]].tag
    )  # of "a lesion in the liver" the lesion is meant
    return near or about, bool(near) or not other


def _compared(reading: Reading) -> list[Mention]:
    """The two sides of the one comparison of a clause: "A is denser than B (121 against 108 HU)"."""
    kinds = ("larger", "smaller", "denser", "lighter", "longer", "shorter", "equal")
    found = [one for one in reading.frame.relations if one.kind in kinds and one.subject is not None]
    if len(found) != 1 or found[0].subject is None:
        return []
    groups = reading.clause.groups
    return [groups[found[0].subject][0], groups[found[0].object][0]]


def _sided(reading: Reading, i: int, subjects: list[Mention]) -> list[Mention]:
    """ "The hippocampi measure 2.3 mL on the left and 2.7 mL on the right": each number is of one side."""
    items = reading.clause.items
    after = items[i + 1] if i + 1 < reading.clause.last else None
    if after is None or after.kind != "side" or len(subjects) != 1:
        return []
    each = [k for k in range(reading.clause.first, reading.clause.last - 1)
            if items[k].kind == "quantity" and items[k + 1].kind == "side"]  # fmt: skip
    if not (subjects[0].plural or subjects[0].every or (len(each) > 1 and subjects[0].side is None)):
        return []
    reading.clause.used.add(i + 1)
    return [replace(subjects[0], side=after.tag, plural=False, every=False)]


def run_of(reading: Reading, i: int) -> list[int]:
    """The quantities that only commas and "and" join to quantity i, of one unit."""
    items, found = reading.clause.items, [i]
    unit = items[i].quantity.unit if items[i].quantity else ""  # type: ignore[union-attr]
    for step, stop in ((-1, reading.clause.first - 1), (1, reading.clause.last)):
        k = i + step
        while k != stop:
            if items[k].kind == items[i].kind and items[k].quantity and items[k].quantity.unit == unit:  # type: ignore[union-attr]
                found.append(k)
            elif items[k].tag not in (",", "and", "/", "against", "versus", "vs", "."):
                break
            k += step
    return sorted(found)


def _parts(reading: Reading, one: Mention) -> list[Mention]:
    """ "The right and left kidneys" are two, in that order; "both kidneys" are one mention, in no order."""
    if not one.every:
        return [one]
    said = [word for it in reading.clause.items[max(one.first, 0) : one.last + 1] for word in (it.tag, *it.names)]
    tag = next((word for word in said if word in ("left", "right")), None)
    if tag is None:
        return [one]
    if len(one.slugs) != 2:
        sides = (tag, "right" if tag == "left" else "left")
        return [replace(one, side=side, every=False, plural=False) for side in sides]
    slugs = one.slugs if tag in one.slugs[0] else one.slugs[::-1]
    return [Mention((slug,), one.facet, one.start, one.end, one.first, one.last) for slug in slugs]


def tag_of(reading: Reading, i: int) -> str:
    return reading.clause.items[i].tag if reading.clause.first <= i < reading.clause.last else ""
