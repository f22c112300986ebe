"""How the noun phrases of a clause stand to each other, read from the words between them."""

from dataclasses import dataclass, field, replace
from typing import Literal

from transforms.checks.claims.heads import headed
from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.percents import less
from transforms.checks.claims.shares import COPULA, share_of, shared_by
from transforms.checks.claims.tokens import Clause, finite
from transforms.checks.claims.words import FINITE, IMAGES, PRONOUNS

RelationKind = Literal["inside", "contains", "adjacent", "larger", "smaller", "equal", "longer", "shorter", "denser",
                       "lighter", "more", "fewer", "many", "ratio", "left", "right", "anterior",
                       "posterior", "superior", "inferior", "body_part", "rank", "box", "identity",
                       "outside"]  # fmt: skip
KINDS: dict[str, RelationKind] = {
    "rel:inside": "inside", "rel:only": "inside", "rel:contains": "contains", "rel:adjacent": "adjacent",
    "rel:near": "adjacent", "rel:outside": "outside", "cmp:larger": "larger",
    "cmp:smaller": "smaller", "cmp:twice": "larger", "cmp:more": "more",
    "cmp:fewer": "fewer", "cmp:ratio": "ratio", "cmp:times": "larger", "cmp:rtimes": "smaller", "cmp:many": "many",
    "cmp:equal": "equal",
    "cmp:longer": "longer", "cmp:shorter": "shorter", "cmp:denser": "denser", "cmp:lighter": "lighter",
    "dir:left": "left", "dir:right": "right", "dir:anterior": "anterior", "dir:posterior": "posterior",
    "dir:superior": "superior", "dir:inferior": "inferior",
}  # fmt: skip
DIRECTIONS = frozenset(("left", "right", "anterior", "posterior", "superior", "inferior"))
TURNED = frozenset(("contains", "smaller", "shorter", "lighter", "fewer"))
"""Relations that are told from the other end."""
COMPARES = frozenset(("larger", "smaller", "longer", "shorter", "more", "fewer", "equal", "ratio"))
"""What intervals of a recording can be, too."""
RATIOS = {"cmp:twice": 2.0}
_SLIGHT, _MUCH = Quantity((1.5,), "", 0.0, "lt"), Quantity((1.2,), "", 0.0, "gt")
DEGREES = dict.fromkeys(("slightly", "marginally", "minimally", "barely"), _SLIGHT) | dict.fromkeys(
    ("much", "far", "considerably", "markedly", "substantially", "clearly", "significantly"), _MUCH
)
"""How many times as large "slightly" and "much" larger may be."""
PLACED = frozenset(("zone", "side", "quantity", "punct"))
"""What may tell one thing from another before it is said to be the largest."""


@dataclass(frozen=True, slots=True)
class Relation:
    """`at` is the item that says it; `ratio` how many times, where said. None as subject: "it"."""

    kind: RelationKind
    at: int
    subject: int | None
    object: int
    ratio: Quantity | None = None


@dataclass
class Frame:
    """The groups of a clause with their relations. `head[g]` is the group that g is attached to. `fronted`: what comes
    before its subject ("in the liver lies a lesion"). `compared`: groups that another is compared with."""

    clause: Clause
    relations: list[Relation] = field(default_factory=list)
    head: dict[int, int] = field(default_factory=dict)
    soft: dict[int, int] = field(default_factory=dict)
    fronted: Relation | None = None
    compared: set[int] = field(default_factory=set)

    def root(self, g: int) -> int:
        """The group that a finite verb after group g speaks of."""
        while g in self.head:
            g = self.head[g]
        return g

    def near(self, g: int) -> int:
        """The group that a participle or an "of" after group g speaks of: "a lesion in the liver, measuring ..."."""
        while g in self.soft:
            g = self.soft[g]
        return g


def frame(clause: Clause) -> Frame:
    """Reads the relations between each group and the one before it (or "it")."""
    found = Frame(clause)
    share = shared_by(clause)
    for g, group in enumerate(clause.groups):
        if g == 0 and share is not None:
            continue  # it is of what comes next
        if g and share is not None and clause.groups[g - 1][0].first > share:
            clause.used.add(share)
            found.relations.append(Relation("ratio", share, g, g - 1, clause.items[share].quantity))
            share = None
            continue
        start = clause.groups[g - 1][-1].last if g else clause.first - 1
        between = clause.between(start, group[0].first)
        if g and not between and _compound(clause, g):
            headed(clause, g)
            found.relations.append(Relation("inside", group[0].first, g, g - 1))
            found.head[g - 1] = found.soft[g - 1] = g
            continue
        if g and not between and _lodged(clause, g):
            found.relations.append(Relation("inside", group[0].first, g - 1, g))  # "nodule LUL, 9.6 mm"
            found.head[g] = found.soft[g] = g - 1
            continue
        if g and not between and (imaged := _imaged(clause, g)) is not None:
            found.relations.append(Relation("body_part", group[0].first, None, imaged))
            continue
        _between(found, g, [i for i, _ in between])
        if g and _same(clause, g, between):
            found.relations.append(Relation("identity", group[0].first, g - 1, g))
        if g and _ranks(clause, g, between):
            found.relations.append(Relation("rank", group[0].first, g - 1, g))
            found.head[g] = g - 1
    return found


def _imaged(clause: Clause, g: int) -> int | None:
    """ "Chest CT", "CT chest": the group that names the body part."""
    facets = clause.groups[g - 1][-1].facet, clause.groups[g][0].facet
    return {("anatomy", "modality"): g - 1, ("modality", "anatomy"): g}.get(facets)


def _same(clause: Clause, g: int, between: list[tuple[int, Item]]) -> bool:
    """ "The vertebra shown is the fifth thoracic vertebra"."""
    words = [item.tag for _, item in between]
    facets = {clause.groups[k][0].facet for k in (g - 1, g)}
    verb = any(word in ("is", "are", "was", "were") for word in words)
    return facets == {"anatomy"} and verb and all(word in COPULA for word in words)


def _ranks(clause: Clause, g: int, between: list[tuple[int, Item]]) -> bool:
    """ "The liver is the largest structure": one side of the copula carries a rank."""
    one = bool(clause.groups[g - 1][-1].rank) != bool(clause.groups[g][0].rank)
    words = [item.tag for _, item in between if item.tag != "neg:not" and item.kind not in PLACED]
    if words[:1] == ["rel:of"] and words[1:2] in (["all"], ["them"], ["these"], ["those"]):
        words = words[2:]  # "the largest lobe of all is"
    return one and "is" in words + ["is" if word in FINITE else "" for word in words] and all(
        word in COPULA for word in words
    )  # fmt: skip


def _compound(clause: Clause, g: int) -> bool:
    """ "liver lesion": an organ's name right before a finding's."""
    return clause.groups[g - 1][-1].facet == "anatomy" and clause.groups[g][0].facet == "finding"


def _lodged(clause: Clause, g: int) -> bool:
    """ "Consolidation LLL": a place right after a finding."""
    return clause.groups[g - 1][-1].facet == "finding" and clause.groups[g][0].facet == "anatomy"


def _between(found: Frame, g: int, span: list[int]) -> None:
    clause = found.clause
    items = clause.items
    left: int | None = g - 1 if g else None
    verbs = False
    for i in span:
        item = items[i]
        if finite(item) or item.tag == "rel:contains":
            verbs = True
        if item.tag == "rel:contains" and i + 1 < clause.last and items[i + 1].kind in ("quantity", "number"):
            clause.used.add(i)
            if items[i + 1].kind == "quantity":
                continue  # "the transition zone holds 29.9 mL"
        subject = left if left is None or not verbs else found.root(left)
        if item.tag == "rel:compared":
            clause.used.add(i)
            found.compared.add(g)
            return
        if item.tag == "rel:contains" and left is None and clause.items[i - 1].tag == "box":
            clause.used.update((i - 1, i))
            found.relations.append(Relation("box", i, None, g))
        elif item.tag in ("rel:of", "rel:to") and items[i - 1].tag == "neg:not" and _holds(found, left):
            _relate(found, Relation("inside", i, found.root(g - 1), g))
        elif item.tag in KINDS:
            if items[i - 1].tag == "neg:not" and left is not None:
                subject = found.root(left)  # "in the lung and not in the heart"
            inside = KINDS[item.tag] == "inside"
            if inside and (_measure_follows(clause, i) or _value_follows(clause, i) or _of_image(clause, i, g)):
                continue
            if any(it.tag in RATIOS or it.tag in ("cmp:ratio", "cmp:times") for it in items[i + 1 : i + 3]):
                continue  # "more than twice as large as", "covers less than a third of"
            _relate(found, Relation(KINDS[item.tag], i, subject, g, _ratio(clause, i)))
        elif item.tag == "rel:of" and items[i + 1].tag in ("which", "whom", "them", "these", "those"):
            clause.used.add(i)  # "two nodules, one of which ..."
        elif item.tag in ("rel:of", "rel:with"):
            _weak(found, i, subject, g)


def _holds(found: Frame, left: int | None) -> bool:
    """Whether the group before is a place: "belongs to the kidney, not to the liver"."""
    return left is not None and any(one.kind == "inside" and one.object == left for one in found.relations)


def _measure_follows(clause: Clause, i: int) -> bool:
    """ "in area", "in its short axis", "in the sagittal plane", "in the unenhanced scan" place nothing."""
    after = clause.items[i + 1 : i + 3]
    return any(item.tag.startswith("m:") or item.kind in ("plane", "value") for item in after)


def _of_image(clause: Clause, i: int, g: int) -> bool:
    """ "In the frame, the ulcer", "within the whole scan five lesions": what is named next is not the place."""
    between = [item for _, item in clause.between(i, clause.groups[g][0].first)]
    return bool(between) and (between[-1].tag == "," or any(item.tag in IMAGES for item in between))


def _value_follows(clause: Clause, i: int) -> bool:
    """ "In the right main bronchus": a place that a source states, and no thing that is named."""
    after = next(
        (item for _, item in clause.between(i, clause.last) if item.tag not in ("the", "a", "an", "his", "her")), None
    )
    return after is not None and after.kind in ("value", "fact", "stated")


def _relate(found: Frame, relation: Relation) -> None:
    clause = found.clause
    clause.used.add(relation.at)
    subject = relation.subject
    if relation.kind == "inside" and clause.groups[relation.object][0].facet == "attribute":
        return  # "in texture the nodule is solid"
    if subject is None and relation.kind == "inside" and clause.groups[relation.object][0].facet == "attribute":
        return
    if subject is None and relation.kind in ("inside", "adjacent", *DIRECTIONS) and _fronted(clause, relation):
        found.fronted = relation
        return  # "In the liver there is a lesion": the next group is the subject
    if relation.kind == "inside" and clause.groups[relation.object][0].facet == "modality":
        return  # "diverticulosis in the report"
    facet = clause.groups[subject][0].facet if subject is not None else ""
    if clause.groups[relation.object][0].facet == "modality" and relation.kind in DIRECTIONS:
        return  # "under the microscope"
    if facet == "modality" and relation.kind in (*COMPARES, "denser", "lighter") and subject:
        subject = subject - 1  # "the lesion of the PET has more volume than ..."
        facet, relation = clause.groups[subject][0].facet, replace(relation, subject=subject)
    if facet == "modality" or (facet == "attribute" and relation.kind not in COMPARES):
        if relation.kind in COMPARES:
            clause.used.discard(relation.at)  # what is compared is not understood
        return
    if subject is None and relation.kind == "contains" and _imaging(clause, relation.at):
        return  # "the field contains 42 cells"
    found.relations.append(relation)
    if subject is not None and subject != relation.object:
        found.head[relation.object] = subject
        if relation.kind != "contains" and relation.kind not in (*COMPARES, "denser", "lighter"):
            found.soft[relation.object] = subject


def _imaging(clause: Clause, at: int) -> bool:
    return any(item.tag in IMAGES or IMAGES & set(item.names) for _, item in clause.between(clause.first - 1, at))


def _fronted(clause: Clause, relation: Relation) -> bool:
    before = [item for _, item in clause.between(clause.first - 1, relation.at)]
    g = relation.object
    return not any(item.tag in PRONOUNS or finite(item) for item in before) and g + 1 < len(clause.groups)


def _weak(found: Frame, i: int, subject: int | None, g: int) -> None:
    """ "of" and "with" relate only some kinds of things: a CT of the abdomen, a lesion of the liver."""
    clause = found.clause
    tag = clause.items[i].tag
    facet = clause.groups[g][0].facet
    before = clause.groups[subject][0].facet if subject is not None else ""
    if tag == "rel:of" and facet == "anatomy":
        previous = clause.items[i - 1]
        image = previous.tag in IMAGES or previous.kind == "plane" or before == "modality"
        if image and i > clause.first:
            found.relations.append(Relation("body_part", i, None, g))
        elif before == "finding":
            _relate(found, Relation("inside", i, subject, g))
    elif tag == "rel:with" and facet == "finding" and before == "anatomy" and subject not in found.head:
        _relate(found, Relation("contains", i, subject, g))
    clause.used.add(i)


def _ratio(clause: Clause, i: int) -> Quantity | None:
    tag = clause.items[i].tag
    before = clause.items[i - 1] if i > clause.first else None
    if tag == "cmp:many" and clause.items[i].quantity is not None:
        return clause.items[i].quantity
    if tag == "cmp:ratio":
        return share_of(clause, i, before)
    if tag in RATIOS:
        times = RATIOS[tag]
        if before is not None and before.tag in ("almost", "nearly", "about", "roughly", "approximately", "some"):
            clause.used.add(i - 1)
        more = before is not None and before.tag in ("cmp:larger", "cmp:smaller", "more", "over")
        if before is None or not more:
            return Quantity((times,), "", 0.12 * times)
        clause.used.add(i - 1)
        return Quantity((times,), "", 0.0, "gt" if before.tag != "cmp:smaller" else "lt")
    if tag in ("cmp:larger", "cmp:smaller", "cmp:longer", "cmp:shorter") and before is not None:
        if before.quantity is not None and before.quantity.unit == "%":
            return before.quantity if tag in ("cmp:larger", "cmp:longer") else less(before.quantity)
        return DEGREES.get(before.tag)
    if tag in ("cmp:times", "cmp:rtimes", "cmp:many") and before is not None and before.quantity is not None:
        clause.used.add(i - 1)
        return before.quantity
    return None
