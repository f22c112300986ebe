"""A clause being read: its noun phrases, its relations, its negations, and what a quantity in it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from transforms.checks.claims.model import Item, Mention, Parsed
from transforms.checks.claims.negation import Denial
from transforms.checks.claims.relations import COMPARES, Frame
from transforms.checks.claims.tokens import DETERMINERS, Clause, finite
from transforms.checks.claims.words import POST_NOUN, PRONOUNS

BESIDE = POST_NOUN | {",", "and"}
"""What may stand between an adjective and its noun."""


def _verbal(item: Item) -> bool:
    """ "Has", "contains": a verb; "a tumor with a volume of 3 mL" is said of what stands right before."""
    return item.tag in ("rel:contains", "m:sum") or (item.tag == "rel:with" and item.names[:1] not in WITH)


WITH = (("with",), ("having",))


@dataclass
class Reading:
    """`it` is what a pronoun means; `attributes` the attribute mentions (by first item) that a number was found for;
    `taken` the items that say something of some of what is named, and not of all."""

    clause: Clause
    frame: Frame
    no: Denial
    it: list[Mention]
    attributes: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)

    def negated(self, at: int) -> bool:
        return self.no.after is not None and at > self.no.after

    def holder(self, g: int) -> Mention | None:
        """What group g is said to be in."""
        for relation in self.frame.relations:
            if relation.at in self.taken:
                continue  # "two nodules, one of which is in the left lung"
            if relation.kind == "inside" and relation.subject == g:
                return self.clause.groups[relation.object][0]
            if relation.kind == "contains" and relation.object == g:
                if relation.subject is not None:
                    return self.clause.groups[relation.subject][0]
                return self.it[0] if self.it else None
        first = self.frame.fronted
        if first and first.kind == "inside" and g == first.object + 1:
            return self.clause.groups[first.object][0]
        g0 = self.clause.groups[g]
        weak = [i for i, item in enumerate(self.clause.items[: g0[0].first]) if item.tag == "neg:pre"]
        if (
            g
            and weak
            and weak[-1] > self.clause.groups[g - 1][-1].last
            and self.clause.groups[g - 1][0].facet == "anatomy"
        ):
            return self.clause.groups[g - 1][0]  # "the liver is free of lesions"
        return None

    def _thing(self, g: int) -> bool:
        return self.clause.groups[g][0].facet in ("anatomy", "finding") and g not in self.frame.compared

    def subjects(self, at: int) -> list[Mention]:
        """What the quantity, zone or side at item `at` speaks of; [] where that cannot be told."""
        groups = self.clause.groups
        beside = self._bracketed(at) or self._of(at)
        if beside is not None:
            return [beside]
        things = [g for g in range(len(groups)) if self._thing(g)]
        after = next((g for g in things if groups[g][0].first > at), None)
        if after is not None and self._leads(at, after):
            return groups[after][:1]  # "the scissors on the right, on the left the forceps"
        if after is not None and self._premodifies(at, after):
            head = self.frame.head.get(after)
            compound = head == after + 1 and not self.clause.between(groups[after][-1].last, groups[head][0].first)
            return groups[head][:1] if compound and head is not None else groups[after][:1]  # "a solid LLL nodule"
        before = [g for g in things if groups[g][-1].last < at]
        if before:
            return self._before(before[-1], at)
        said = [item for _, item in self.clause.between(self.clause.first - 1, at)]
        if after is None or any(item.tag in PRONOUNS or finite(item) for item in said):
            return self.it
        return groups[self.frame.root(after)]

    def _leads(self, at: int, g: int) -> bool:
        """Whether a side or a part of the picture stands, after a comma, right before what lies there."""
        items, clause = self.clause.items, self.clause
        if items[at].kind not in ("side", "zone") or at == clause.first or items[at - 1].tag != ",":
            return False
        return all(item.tag in DETERMINERS for _, item in clause.between(at, clause.groups[g][0].first))

    def listed(self, at: int) -> list[Mention]:
        """All of the last list of names before item `at`: "A, B and C hold 1, 2 and 3 mL"."""
        before = [g for g in range(len(self.clause.groups)) if self._thing(g) and self.clause.groups[g][-1].last < at]
        return self.clause.groups[before[-1]] if before else []

    def _bracketed(self, at: int) -> Mention | None:
        """ "The lesion (62 HU)": what stands right before the bracket that item `at` opens."""
        if at - 2 < self.clause.first or self.clause.items[at - 1].tag != "(":
            return None
        return next((one for group in self.clause.groups for one in group
                     if one.last == at - 2 and one.facet in ("anatomy", "finding")), None)  # fmt: skip

    def _of(self, at: int) -> Mention | None:
        """ "-840 HU of the lung": what a quantity is said to be of."""
        items = self.clause.items
        if items[at].kind != "quantity" or at + 1 >= self.clause.last or items[at + 1].tag not in ("rel:of", "for"):
            return None
        groups = [group for group in self.clause.groups if group[0].first > at and self._named_thing(group)]
        between = [item.kind for _, item in self.clause.between(at + 1, groups[0][0].first)] if groups else []
        if not groups or not {"word", "zone"}.issuperset(between):
            return None
        if items[at + 1].tag == "for" and "zone" not in between:
            return None  # "0.6 mL for the anterior one"
        return groups[0][0]

    def _named_thing(self, group: list[Mention]) -> bool:
        return group[0].facet in ("anatomy", "finding")

    def _premodifies(self, at: int, g: int) -> bool:
        between = [item.tag for _, item in self.clause.between(at, self.clause.groups[g][0].first)]
        before = self.clause.items[at - 1].tag if at > self.clause.first else ""
        item = self.clause.items[at]
        placed = item.kind == "zone" and not between and " " not in item.tag
        sized = placed or item.kind in ("quantity", "side", "prop", "value") or item.tag.startswith(("rate:", "state:"))
        fitting = ("m:size", "m:area", "m:diameter", "m:long_axis")
        if item.kind in ("quantity", "value", "prop") and any(tag in (",", "and") for tag in between):
            return False  # "GM 548 mL, WM 441 mL"
        if item.kind == "side" and {",", "and"} & set(between) and any(one[0].last < at for one in self.clause.groups):
            return False  # "an implant on the right, both canals"
        return sized and before != "(" and all(
            tag in fitting or tag.startswith("rate:") or tag in BESIDE or tag in "+-" for tag in between
        )  # fmt: skip

    def _before(self, g: int, at: int) -> list[Mention]:
        groups = self.clause.groups
        between = [item for _, item in self.clause.between(groups[g][-1].last, at)]
        if any(finite(item) or _verbal(item) for item in between):
            placed = any(
                one.object == g and one.subject is None and one.kind == "inside" for one in self.frame.relations
            )
            return self.it if placed and self.it and not self.frame.fronted else groups[self.frame.root(g)]
        beaten = any(one.object == g and one.subject is not None and one.kind in (*COMPARES, "denser", "lighter")
                     for one in self.frame.relations)  # fmt: skip
        if beaten and between and between[0].tag == ",":
            return groups[self.frame.root(g)]  # "hypodense to the gland, at 47 HU"
        if not between and g in self.frame.soft:
            return groups[self.frame.near(g)]  # "the one in the left lung 120"
        if not between or between[0].tag == "(":
            return groups[g][-1:]
        clipped = not any(finite(item) for _, item in self.clause.between(self.clause.first - 1, at))
        if clipped and between[-1].tag == "," and groups[g][0].facet == "anatomy":
            found = [one for one in groups[:g] if one[0].facet == "finding"]
            if len(found) == 1:
                return found[0]  # "nodule, left lower lobe, 27 mm"
        near = groups[self.frame.near(g)]
        return near if near is not groups[g] else groups[g][-1:]

    def each_other(self) -> Iterator[Parsed]:
        """ "The liver and the kidney touch each other"."""
        for i, tag in self.clause.phrases("rel"):
            if tag == "both_adjacent":
                pair = self.subjects(i)
                if len(pair) == 2:
                    self.clause.used.add(i)
                    span = (pair[0].start, self.clause.items[i].end)
                    yield Parsed(span, "adjacency", pair[0], pair[1], negated=self.negated(i))
