"""What a comparison leaves out or takes apart: "has a greater volume than", "twice as many as", "than all others"."""

from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.tokens import word_of
from transforms.checks.claims.words import word_set


def compared(items: list[Item]) -> list[Item]:
    """ "Has a greater volume than": the comparison and its "than" with the measure between them."""
    items = _after_all(_in_which(many(_highest(items))))
    found = list(items)
    for i, item in enumerate(items):
        if item.tag in ALONE and _all_others(items, i, found):
            continue
        if item.tag == "fewer" and i + 2 < len(items):
            item = item._replace(kind="phrase", tag="cmp:alone_smaller")
        if not item.tag.startswith("cmp:alone"):
            continue
        if _of_those(items, i):
            found[i] = item._replace(kind="phrase", tag=f"rank:{RANK_OF[item.tag.removeprefix('cmp:alone_')]}")
            continue
        if _counts(items, i, found):
            continue
        near = items[i + 1 : i + 6]
        k = next((n for n, one in enumerate(near, i + 1) if one.tag == "than"), None)
        if k is not None and all(_of_size(one) for one in items[i + 1 : k]):
            taken_up = TRACER & {word for one in items[i + 1 : k] for word in (one.tag, *one.names)}
            denser = "cmp:denser" if item.tag.endswith(("larger", "longer")) else "cmp:lighter"
            found[i] = item._replace(tag=denser if taken_up else item.tag.replace("alone_", ""))
            found[k] = Item("punct", "", items[k].end, items[k].end)
    return found


HIGHEST = {"highest": ("densest", "largest"), "lowest": ("lightest", "smallest"), "strongest": ("densest", "largest")}


def _highest(items: list[Item]) -> list[Item]:
    """ "The highest mean uptake", "the lowest volume": the hottest, the smallest."""
    found = list(items)
    for i, item in enumerate(items):
        if item.name not in HIGHEST:
            continue
        measure = next((one.tag for one in items[i + 1 : i + 4] if one.tag.startswith("m:")), "")
        if measure in ("m:intensity", "m:volume", "m:area", "m:size"):
            rank = HIGHEST[item.name][measure != "m:intensity"]
            found[i] = item._replace(kind="phrase", tag=f"rank:{rank}")
    return found


OFTEN = word_set("frequent common numerous abundant")


def many(items: list[Item]) -> list[Item]:
    """ "Twice as many koilocytes as parabasal cells", "half as many": how many times as many."""
    found = list(items)
    for i in range(1, len(items) - 2):
        if items[i].tag in OFTEN and items[i - 1].tag == items[i + 1].tag == "as":
            times, begins = _how_often(items, i - 1)
            found[i + 1] = Item("phrase", "cmp:many", items[i + 1].start, items[i + 1].end, quantity=times)
            for k in range(begins, i + 1):
                found[k] = Item("punct", "", items[k].end, items[k].end)
            continue
        if "many" not in (items[i].tag, *items[i].names) or "as" not in (items[i - 1].tag, *items[i].names):
            continue
        first = i - 1 if items[i - 1].tag == "as" else i
        named = next((k for k in range(i + 1, min(i + 4, len(items))) if items[k].kind == "mention"), None)
        at = (
            next((k for k in range(named + 1, min(named + 3, len(items))) if items[k].tag == "as"), None)
            if named
            else None
        )
        if at is None:
            continue
        times, begins = _how_often(items, first)
        found[at] = Item("phrase", "cmp:many", items[at].start, items[at].end, quantity=times)
        for k in range(begins, i + 1):
            found[k] = Item("punct", "", items[k].end, items[k].end)
    return found


def _how_often(items: list[Item], i: int) -> tuple[Quantity, int]:
    """How many times, and at which item before item i that begins; once, where nothing says so."""
    before = items[i - 1] if i else None
    word = (before.names[:1] or (before.tag,))[0] if before is not None else ""
    if word in ("twice", "half", "thrice"):
        value = {"twice": 2.0, "half": 0.5, "thrice": 3.0}[word]
        more = [one.names[0] if one.names else one.tag for one in items[max(i - 3, 0) : i - 1]]
        if more in (["more", "than"], ["less", "than"]):
            return Quantity((value,), "", 0.0, "gt" if more[0] == "more" else "lt"), i - 3
        return Quantity((value,), "", 0.1 * value), i - 1
    number = items[i - 2].quantity if i > 1 and word == "times" else None
    return (
        (number._replace(step=0.1 * number.values[0]), i - 2) if number is not None else (Quantity((1.0,), "", 0.0), i)
    )


def _after_all(items: list[Item]) -> list[Item]:
    """ "After the liver, the stomach is the second largest", "has the largest volume": the liver comes before it."""
    opens = len(items) > 4 and items[0].tag in ("after", "behind", "dir:posterior")
    named = next((k for k in range(1, 4) if opens and items[k].kind == "mention"), None)
    ranks = [k for k, item in enumerate(items) if item.tag in ("rank:largest", "rank:second", "rank:commonest")]
    if named is None or named + 1 >= len(items) or items[named + 1].tag != "," or not ranks:
        return items
    found = [Item("punct", "", items[0].start, items[0].end), *items[1:]]
    if items[ranks[0]].tag == "rank:largest":
        found[ranks[0]] = items[ranks[0]]._replace(tag="rank:second")
    return found


def _in_which(items: list[Item]) -> list[Item]:
    """ "The hemisphere, in which a hematoma lies": what stands before holds what comes after."""
    found = list(items)
    for i in range(1, len(items) - 1):
        if items[i].tag == "rel:inside" and items[i + 1].tag in ("which", "whose"):
            found[i] = items[i]._replace(tag="rel:contains")
            found[i + 1] = Item("punct", "", items[i + 1].end, items[i + 1].end)
            if found[i - 1].tag == ",":
                found[i - 1] = Item("punct", "", items[i - 1].end, items[i - 1].end)
    return found


OF_SIZE = word_set("in by the a an of part parts share portion space room extent amount cross section")
"""Words between a comparison and its "than" that leave it one of size: "less circular than" is none."""


def _of_size(item: Item) -> bool:
    return item.tag in OF_SIZE or (item.kind not in ("mention", "word", "prop") and item.tag[:5] != "rate:")


TRACER = frozenset({"tracer", "fdg", "activity", "uptake", "sugar", "glucose", "contrast"})
RANK_OF = {"larger": "largest", "smaller": "smallest", "longer": "longest", "shorter": "shortest", "denser": "densest",
           "lighter": "lightest"}  # fmt: skip


def _of_those(items: list[Item], i: int) -> bool:
    """ "The hotter of the two lesions"."""
    near = items[i + 1 : i + 5]
    named = next((n for n, one in enumerate(near) if one.kind == "mention"), None)
    return bool(named) and near[0].tag == "rel:of" and all(it.kind in ("word", "number") for it in near[1:named])


ALONE = {f"cmp:{kind}": f"cmp:alone_{kind}" for kind in ("larger", "smaller", "longer", "shorter", "denser", "lighter")}
OTHERS = word_set("other others rest else remaining")


def _all_others(items: list[Item], i: int, found: list[Item]) -> bool:
    """ "Larger than all the others", "larger than any other organ": the largest."""
    k = next((n for n in range(i + 1, min(i + 5, len(items))) if items[n].tag in OTHERS), None)
    before = [word_of(item) for item in items[i + 1 : k]] if k is not None else []
    after = items[k + 1].tag if k is not None and k + 1 < len(items) else ""
    if k is not None and items[k].tag == "other" and before == ["the"] and after in ("one", "side"):
        return False  # "longer than the other one", of two
    if k is not None and k + 1 < len(items) and items[k + 1].tag == "rel:of":
        for n in range(i + 1, k + 2):
            found[n] = Item("punct", "", items[n].end, items[n].end)
        return True  # "denser than the rest of the liver"
    if k is None or not set(before) <= {"all", "any", "every", "the", "of", "each"}:
        return False
    found[i] = items[i]._replace(tag=ALONE[items[i].tag])
    for n in range(i + 1, k + 1):
        found[n] = Item("punct", "", items[n].end, items[n].end)
    return True


def _counts(items: list[Item], i: int, found: list[Item]) -> bool:
    """ "More neutrophils than lymphocytes": which are more, not which is larger."""
    k = next((n for n in range(i + 2, min(i + 4, len(items) - 1)) if items[n].tag == "than"), None)
    named = i + 1 < len(items) and items[i + 1].kind == "mention" and items[i + 1].tag in ("anatomy", "finding")
    if k is None or not named or not any(item.kind == "mention" for item in items[k : k + 3]):
        return False
    kind = "cmp:more" if items[i].tag == "cmp:alone_larger" else "cmp:fewer"
    found[i] = Item("punct", "", items[i].end, items[i].end)
    found[k] = Item("phrase", kind, items[k].start, items[k].end)
    return True
