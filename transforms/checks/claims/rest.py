"""What of a clause is not understood: the items that no claim took and that are not harmless."""

from functools import lru_cache

from transforms.checks.claims.lexicon import normal
from transforms.checks.claims.model import Item
from transforms.checks.claims.pointing import READERS
from transforms.checks.claims.tokens import Clause
from transforms.checks.claims.words import ADVERB, CONDITION, GRADED, NEUTRAL, NEWLY, SHIFT, TELLING_FORMS, word_set

UNDERSTOOD = word_set(
    """
    m:box_width m:box_height m:circle_diameter m:ellipse_long m:ellipse_short m:angle m:turned_long m:turned_short
    m:by m:turned m:long_axis m:short_axis m:diameter m:area m:volume m:intensity m:distance m:rating m:count
    m:scale m:gap m:thick m:size m:sum m:across m:wide m:high since topic rel:inside rel:of rel:with
    rel:contains rel:to rel:between rel:from pos:post scope:view
    scope:record hedge:certain only visit:then visit:now m:every
    """
)
"""Phrases that assert nothing by themselves."""
JOINING = word_set("but while whereas although though however yet whilst")


def rest_of(clause: Clause) -> list[Item]:
    """The items of a clause that are not understood."""
    items = clause.items
    ends = clause.last < len(items) and items[clause.last].tag == ":" and clause.last - clause.first <= 4
    heading = clause.last if ends else -1
    told = {word for item in items[clause.first : clause.last] if item.kind == "fact" for word in normal(item.tag)}
    return [
        item
        for i, item in enumerate(items[clause.first : clause.last], clause.first)
        if i not in clause.used
        and not _neutral(item)
        and not (item.kind == "word" and item.tag in told)  # the rest of a name: "the septum in diastole"
        and not _slashed(items, i)
        and not (item.tag == "last" and i + 1 < clause.last and items[i + 1].kind == "quantity")  # "last 0.4 s"
        and not _initial(items, i)
        and not _given(items, i)
        and not (items[i].tag == "biopsy" and i and items[i - 1].tag == "anatomy")  # "prostate biopsy": what is shown
        and not (i < heading and item.kind == "word")
    ]


def _slashed(items: list[Item], i: int) -> bool:
    """ "QT/QTc 388/431": a stroke that joins two of a kind."""
    joins = items[i].tag == "/" and 0 < i < len(items) - 1
    return joins and items[i - 1].kind == items[i + 1].kind != "word"


GIVEN = word_set("treated incubated exposed fixed covered operated lasted weighed rated graded")


def _given(items: list[Item], i: int) -> bool:
    """ "Treated with nocodazole", "weighed 52 grams": a word right before what is stated, which says it all."""
    after = [item for item in items[i + 1 : i + 5] if item.tag not in ("a", "an", "the", "rel:with", "at", "by", "as")]
    said = bool(after) and after[0].kind in ("value", "quantity", "fact")
    return said and items[i].kind == "word" and items[i].tag in GIVEN


def _initial(items: list[Item], i: int) -> bool:
    """ "P. vivax": the letter that a name is shortened to."""
    after = items[i + 1 : i + 3]
    named = len(after) == 2 and after[0].tag == "." and after[1].kind in ("mention", "value")
    return named and items[i].kind == "word" and len(items[i].tag) == 1


def _neutral(item: Item) -> bool:
    if item.kind == "word":
        known = (
            harmless(item.tag)
            or item.tag in READERS
            or item.tag in SHIFT
            or item.tag in NEWLY
            or item.tag in CONDITION
            or item.tag in JOINING
        )
        return known or (ADVERB.match(item.tag) is not None and item.tag not in GRADED)
    if item.kind == "phrase":
        return item.tag in UNDERSTOOD or item.tag.startswith("hedge:")
    if item.kind == "punct":
        return item.tag not in "?≈≠%+*/=" or item.tag == ""
    if item.kind == "fact":
        return True  # it is told of as an attribute, or in vain
    if item.kind == "mention":
        return item.slugs[0].startswith("*")
    return item.kind == "scale"


@lru_cache(maxsize=1 << 13)
def harmless(word: str) -> bool:
    """Whether a word, or the verb or noun that it is a form of, says nothing of what is shown."""
    if word in NEUTRAL or word.endswith(("ologist", "ologists")):
        return True
    stems = [word[: -len(end)] + more for end in ("s", "es", "ed", "d", "ing") if word.endswith(end) and len(word) > 5
             for more in (("", "e") if end == "ing" else ("",))]  # fmt: skip
    return word not in TELLING_FORMS and any(stem in NEUTRAL and len(stem) > 3 for stem in stems)
