"""Words for the form that a finding takes, which name nothing of their own: "a pocket of fluid"."""

from transforms.checks.claims.model import Item
from transforms.checks.claims.tokens import DETERMINERS
from transforms.checks.claims.words import word_set

FORMS = word_set(
    "pocket pockets patch patches collection collections deposit deposits group groups cluster clusters plaque plaques"
    " compartment compartments sheet sheets nest nests band bands strand strands zone zones"
)
MANY = frozenset(word for word in FORMS if word.endswith("s"))


def unformed(items: list[Item]) -> list[Item]:
    """The items without such words, where the finding stands right before them or after their "of"."""
    found = list(items)
    for i, item in enumerate(items):
        if item.kind != "word" or item.tag not in FORMS:
            continue
        k = i + 2
        while k < len(items) and items[k].tag in DETERMINERS:
            k += 1
        if i + 1 < len(items) and items[i + 1].tag == "rel:of" and k < len(items) and _finding(items[k]):
            gone, of = range(i, k), k
        elif i and _finding(items[i - 1]) and items[i - 1].names:
            gone, of = range(i, i + 1), i - 1
        else:
            continue
        for n in gone:
            found[n] = Item("punct", "", items[n].start, items[n].start)
        found[of] = items[of]._replace(plural=item.tag in MANY)
    return found


def _finding(item: Item) -> bool:
    return item.kind == "mention" and item.tag == "finding"
