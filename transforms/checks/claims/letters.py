"""Letters and short words that say something by where they stand: "R MLO", "PE on L", "effusion: no"."""

from transforms.checks.claims.model import Item
from transforms.checks.claims.tokens import SIDED

LETTERS = frozenset(("l", "r"))
ENDS = frozenset((".", ",", ";", ")", "and", ":"))


def sided(items: list[Item], sentence: str) -> list[Item]:
    """The items with the side of a view as what it is stated to be, and a letter after "on" as a side."""
    found = list(items)
    for i, item in enumerate(items):
        side = SIDED.get(item.tag) if item.kind == "word" else None
        if side not in ("left", "right") or (item.tag in LETTERS and not sentence[item.start : item.end].isupper()):
            continue
        after = items[i + 1] if i + 1 < len(items) else None
        if after is not None and after.kind == "value" and after.tag.startswith("view|"):
            found[i] = Item("value", f"laterality|{side}", item.start, item.end)
        elif item.tag in LETTERS and i and _on(items, i) and (after is None or after.tag in ENDS):
            found[i] = Item("side", side, item.start, item.end)
    for i, item in enumerate(items):
        if item.kind == "fact" and item.plural and (k := _answer(items, i)) is not None:
            said = (items[k].names or (items[k].tag,))[-1]
            found[k] = Item("value", f"{item.tag}|{said}", items[k].start, items[k].end)
    return [_denied(found, i) for i in range(len(found))]


ANSWERS = frozenset(("positive", "negative"))
BETWEEN = frozenset(("test", "status", "result", "was", "is", "were", "are", "stain", "level", ":", "came", "back"))


def _answer(items: list[Item], i: int) -> int | None:
    """ "The HPV test was negative": where what came of what item i names is told."""
    k = i + 1
    while k < len(items) and k < i + 5 and items[k].tag in BETWEEN:
        k += 1
    said = items[k].names[-1:] or (items[k].tag,) if k < len(items) else ()
    return k if said and said[0] in ANSWERS and items[k].kind in ("word", "phrase", "fact") else None


def _denied(items: list[Item], i: int) -> Item:
    """ "Effusion: no": a "no" after a colon that ends what is said."""
    ends = i + 1 == len(items) or items[i + 1].tag in (".", ",", ";", ")")
    if not (i and items[i].names == ("no",) and items[i - 1].tag == ":" and ends):
        return items[i]
    return items[i]._replace(kind="phrase", tag="neg:post", names=("none",))


def _on(items: list[Item], i: int) -> bool:
    """Whether "on", or "on the", stands between a name and item i."""
    at = i - 1 - (items[i - 1].tag == "the")
    return at > 0 and items[at].tag == "on" and items[at - 1].kind == "mention"
