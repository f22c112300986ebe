"""What a picture is said to be of: "the image shows a thyroid", "this is a wrist"."""

from transforms.checks.claims.model import Item, Mention
from transforms.checks.claims.tokens import DETERMINERS, Clause
from transforms.checks.claims.words import IMAGES, word_set

POINTS = word_set("this it that here")
SAYS = word_set(
    "is are was were shows show shown depicts displays taken recorded made acquired clearly of from"
    " rel:of rel:with rel:from"
)


def pictured(clause: Clause, one: Mention) -> bool:
    """Whether an organ is named for being what the picture shows: only the picture, and a verb, stands before."""
    if one.facet != "anatomy" or one.every or one.plural:
        return False
    before = [item for _, item in clause.between(clause.first - 1, one.first) if item.tag not in DETERMINERS - POINTS]
    if not before or any(not (_image(item) or item.tag in SAYS or item.kind == "plane") for item in before):
        return False
    ends = all(item.kind == "punct" for _, item in clause.between(one.last, clause.last))
    shown = any(_image(item) and item.tag not in POINTS for item in before)
    return before[-1].tag in SAYS and (shown or ends) and any(_image(item) for item in before)


def _image(item: Item) -> bool:
    named = item.kind == "mention" and item.tag == "modality"
    return named or item.tag in IMAGES | POINTS or bool(IMAGES & set(item.names))
