"""What a clause denies: noun phrases ("no lesion", "the liver is absent") or what follows a "not"."""

from dataclasses import dataclass, field

from transforms.checks.claims.relations import Frame
from transforms.checks.claims.tokens import Clause, finite
from transforms.checks.claims.words import FINITE, word_set

SHOWING = word_set(
    "show demonstrate depict reveal include display contain have see identify visualise harbour hold detect find"
)


@dataclass
class Denial:
    """`groups` are denied; claims from item `after` on are negated; `confused`: more than can be told apart."""

    groups: set[int] = field(default_factory=set)
    it: bool = False
    after: int | None = None
    confused: bool = False

    def deny(self, group: int) -> None:
        self.confused = self.confused or group in self.groups
        self.groups.add(group)


def denial(found: Frame) -> Denial:
    """Reads the negations of a clause and marks their items as understood."""
    clause, said = found.clause, Denial()
    for i, role in clause.phrases("neg"):
        if i + 1 < clause.last and clause.items[i + 1].tag in ("all", "every", "everything", "each") and role == "not":
            said.confused = True  # "not all of the lesions"
            clause.used.add(i)
        elif i == clause.first and i + 1 < clause.last and clause.items[i + 1].kind == "punct" and role == "pre":
            clause.used.add(i)  # "No, ..." answers a question
        elif role == "pre" and _neither(clause, i):
            said.after = i
            clause.used.add(i)
        elif role == "post" and (_none_at(clause, i) or _class(clause, i)):
            said.confused = True
            clause.used.add(i)
        elif role == "post" and clause.items[i].names == ("none",) and _subject(clause, i):
            said.confused = True  # "and none has slipped", unless what it has is named
            said.confused = not _of_none(found, i, said)
            clause.used.add(i)
        elif role == "post" and "show" in clause.items[i].names and _followed(clause, i):
            _pre(found, i, said)  # "the film does not show a pneumonia"
        elif (
            role == "post" and clause.items[i].names[:1] == ("not",) and not any(g[-1].last < i for g in clause.groups)
        ):
            said.after = i  # "narrow-band imaging was not used"
            clause.used.add(i)
        elif role == "post" and clause.items[i].names[-1:] == ("gone",) and _timed(clause):
            clause.used.add(i)  # "the hook is gone after 30 s"
        elif role == "post":
            _post(found, i, said)
        elif role == "not" and _ends(clause, i) and clause.groups:
            _post(found, i, said)  # "whereas a fracture is not"
        elif role == "not" and not _shows(clause, i) and not _shown(clause, i):
            said.confused = said.confused or said.after is not None
            said.after = i
            clause.used.add(i)
        else:
            _pre(found, i, said)
    said.confused = said.confused or (said.after is not None and bool(said.groups))
    return said


def _none_at(clause: Clause, i: int) -> bool:
    """ "But none in the kidneys"."""
    return clause.items[i].names == ("none",) and _placed(clause, i)


def _class(clause: Clause, i: int) -> bool:
    """Whether "negative" names those of a kind that are so: what is counted, or one class of a list."""
    before = [group[-1] for group in clause.groups if group[-1].last < i]
    if clause.items[i].names[-1:] != ("negative",) or not before:
        return False
    between = [item.tag for _, item in clause.between(before[-1].last, i)]
    return before[-1].count is not None or "," in between


def _timed(clause: Clause) -> bool:
    items = clause.items[clause.first : clause.last]
    return any(item.quantity is not None and item.quantity.unit == "ms" for item in items)


def _ends(clause: Clause, i: int) -> bool:
    """Whether a clause ends in "is not"."""
    before = clause.items[i - 1].tag if i > clause.first else ""
    rest = clause.items[i + 1 : clause.last]
    return before in ("is", "are", "was", "were", "does", "do") and all(item.kind == "punct" for item in rest)


def _next(clause: Clause, i: int) -> int | None:
    return next((g for g, group in enumerate(clause.groups) if group[0].first > i), None)


def _shows(clause: Clause, i: int) -> bool:
    """ "does not show a lesion" denies the lesion."""
    after = clause.items[i + 1] if i + 1 < clause.last else None
    if after is None or not (after.tag in SHOWING or after.tag in ("rel:with", "rel:contains")):
        return False
    g = _next(clause, i)
    return g is not None and len(clause.between(i + 1, clause.groups[g][0].first)) <= 1


def _followed(clause: Clause, i: int) -> bool:
    """Whether a thing is named right after item i."""
    g = _next(clause, i)
    return g is not None and all(
        it.tag in ("a", "an", "any", "the") for _, it in clause.between(i, clause.groups[g][0].first)
    )


def _subject(clause: Clause, i: int) -> bool:
    """Whether "none" is what is spoken of: "none is undergoing apoptosis", "none has slipped"."""
    return i + 2 < clause.last and (finite(clause.items[i + 1]) or clause.items[i + 1].tag == "rel:with")


def _of_none(found: Frame, i: int, said: Denial) -> bool:
    """ "None shows a cyst": what none has is not there."""
    g = _next(found.clause, i)
    if g is None or found.clause.groups[g][0].facet != "finding":
        return False
    said.deny(g)
    return not said.confused


def _placed(clause: Clause, i: int) -> bool:
    return i + 1 < clause.last and clause.items[i + 1].tag in ("rel:inside", "rel:of")


def _neither(clause: Clause, i: int) -> bool:
    """ "Neither nodule exceeds 10 mm": what is denied is what follows, not the nodules."""
    items = clause.items[i : clause.last]
    alone = items[0].names == ("neither",) and not any(item.names == ("nor",) for item in items)
    return alone and any(item.kind == "quantity" or item.tag.startswith(("rel:inside", "rate:")) for item in items)


def _shown(clause: Clause, i: int) -> bool:
    """ "Not a lesion" at the start of what is said, or "is not a melanoma", denies the finding, as "no lesion" does."""
    after = clause.items[i + 1] if i + 1 < clause.last else None
    g = _next(clause, i)
    said = [item.tag for _, item in clause.between(clause.first - 1, i)]
    begins = not any(tag in FINITE for tag in said) or said[-1] in ("is", "are", "was", "were")
    between = [item for _, item in clause.between(i, clause.groups[g][0].first)] if g is not None else []
    near = g is not None and len(between) <= 1 and all(item.tag in ("a", "an", "the", "any") for item in between)
    if after is None or not begins or not near:
        return False
    one = clause.groups[g or 0][0]
    last = all(item.kind == "punct" for _, item in clause.between(one.last, clause.last))
    sided = one.side is not None or one.slugs[0].startswith(("left_", "right_"))
    return one.facet == "finding" or (one.facet == "anatomy" and sided and last)


def _pre(found: Frame, i: int, said: Denial) -> None:
    clause = found.clause
    clause.used.add(i)
    g = _next(clause, i)
    if _value(clause, i):
        said.after = i  # "no staurosporine was given"
        return
    if g is None:
        said.confused = True
        return
    between = clause.between(i, clause.groups[g][0].first)
    if any(item.tag.startswith(("rel:inside", "rel:of", "rel:adjacent", "cmp:", "neg:")) for _, item in between):
        said.confused = True
        return
    group = clause.groups[g][0]
    told = any(item.kind in ("quantity", "number", "value") for _, item in clause.between(group.last, clause.last))
    if group.facet == "attribute" and told:
        said.confused = said.confused or said.after is not None
        said.after = i  # "does not have a sphericity of 0.88"
        return
    held = clause.groups[g + 1][0] if clause.items[i].names[:1] == ("none",) and g + 1 < len(clause.groups) else None
    said_of = clause.between(group.last, held.first) if held is not None else []
    if (
        held is not None
        and held.facet == "finding"
        and any(item.tag == "rel:with" or finite(item) for _, item in said_of)
    ):
        g, group = g + 1, held  # "none of the teeth has a filling"
    if group.facet == "anatomy" and any(item.kind == "prop" for _, item in clause.between(group.last, clause.last)):
        said.confused = said.confused or said.after is not None
        said.after = i  # "no vertebra has collapsed"
        return
    if found.soft.get(g) == g + 1:  # "no liver lesion" denies the lesion
        g += 1
    said.deny(g)
    while g + 1 < len(clause.groups) and (_goes_on(clause, g) or _again(clause, g)):
        g += 1
        said.deny(g)


def _value(clause: Clause, i: int) -> bool:
    """Whether what is denied is a value that a source could state, and no thing that has it."""
    rest = [item for _, item in clause.between(i, clause.last) if item.tag not in ("a", "an", "any", "the")]
    after = rest[1] if len(rest) > 1 else None
    alone = not any("neither" in item.names or "nor" in item.names for item in clause.items[clause.first : clause.last])
    return (
        alone
        and bool(rest)
        and rest[0].kind in ("value", "stated")
        and (after is None or after.kind in ("word", "punct", "phrase"))
    )


def _listed(clause: Clause, g: int) -> bool:
    """Whether group g goes on a list of the one before it: "and" and words that only describe lie between."""
    gap = [item for _, item in clause.between(clause.groups[g - 1][-1].last, clause.groups[g][0].first)]
    joined = bool(gap) and gap[0].tag in (",", "and", "or")
    return joined and all(item.kind in ("word", "punct") and not finite(item) and item.tag not in STOPS for item in gap)


STOPS = word_set("but while whereas which that who")


def _again(clause: Clause, g: int) -> bool:
    """ "No blood clot in the arteries (pulmonary embolism)": the same by another name, in brackets."""
    after = clause.groups[g + 1]
    opened = clause.items[after[0].first - 1].tag == "(" if after[0].first else False
    return opened and after[0].facet == "finding" and after[-1].last + 1 < clause.last and (
        clause.items[after[-1].last + 1].tag == ")")  # fmt: skip


def _goes_on(clause: Clause, g: int) -> bool:
    """Whether a list of what is not there goes on: "no tumor, haemorrhage or (an unknown word), cyst"."""
    gap = [item for _, item in clause.between(clause.groups[g][-1].last, clause.groups[g + 1][0].first)]
    if clause.groups[g + 1][0].facet not in ("anatomy", "finding"):
        return False  # "no edema, says the report"
    listed = any(item.tag in (",", "or", "nor") for item in gap)
    listed = listed or [item.tag for item in gap] in (["and", "for"], ["and", "of"], ["and", "any"])
    after = clause.groups[g + 1][-1].last + 1
    if after < clause.last and clause.items[after].kind in ("quantity", "number", "value", "prop"):
        return False  # "no right kidney, left kidney 236 mL"
    return listed and all(item.kind in ("word", "punct", "mention") and not finite(item) for item in gap)


OPENS = word_set(": is are was were")
"""What may stand between "absent" and what is so: "absent are ascites and a cirrhosis"."""


def _post(found: Frame, i: int, said: Denial) -> None:
    clause = found.clause
    clause.used.add(i)
    before = [g for g, group in enumerate(clause.groups) if group[-1].last < i]
    if before:
        g = before[-1]
        said.deny(found.root(g))
        while g and _listed(clause, g):
            g -= 1
            said.deny(g)  # "osteomyelitis and lytic lesions are absent", the second not joined for a word not read
    elif _next(clause, i) == 0 and all(it.tag in OPENS for _, it in clause.between(i, clause.groups[0][0].first)):
        said.deny(0)  # "absent liver", "denied: pneumothorax, consolidation"
        for g in range(len(clause.groups) - 1):
            if not _goes_on(clause, g):
                break
            said.deny(g + 1)
    elif clause.items[i].names[:1] == ("there",) and (after := _next(clause, i)) is not None:
        said.deny(after)  # "there is no evidence that the liver is present"
    else:
        said.it = True
