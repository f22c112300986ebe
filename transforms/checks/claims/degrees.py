"""What a denial leaves open: "no large effusion" says that none is large, not that there is none."""

from collections.abc import Sequence

from transforms.checks.claims.model import Item
from transforms.checks.claims.words import word_set
from transforms.degrees import SIZES

DEGREES = word_set(" ".join(SIZES))
_BETWEEN = word_set("or and to - / , sized size in left right bilateral pleural more")


def denied_degree(items: Sequence[Item], first: int, last: int, more: frozenset[str] = frozenset()) -> int | None:
    """The first item among [first, last) that names a thing of which but a size or a degree, or what `more` says, is
    spoken of; None where there is none: "no significant change of the effusion" has none."""
    degrees = DEGREES | more
    at = None
    for i in range(first, last):
        words = {word for name in items[i].names or (items[i].tag,) for word in name.split()}
        if items[i].kind == "mention":
            if at is not None:
                return i
        elif words <= degrees or (items[i].tag.startswith(("m:size", "neg:")) and words & degrees):
            at = i
        elif not words <= _BETWEEN and items[i].kind != "side":
            at = None
    return None
