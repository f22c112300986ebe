"""What the claim check speaks of: items of a sentence, mentions of concepts, parsed claims, verdicts."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal[
    "presence", "absence", "size", "area", "volume", "location", "side", "count", "comparison", "inclusion",
    "adjacency", "distance", "intensity", "modality", "plane", "body_part", "rating", "finding", "interval", "slice",
    "box", "point", "mark", "span", "angle", "pieces", "stated", "stack", "direction", "only", "property",
    "across", "normality", "readers", "identity", "order", "uncheckable",
]  # fmt: skip
Answer = Literal["supported", "contradicted", "uncheckable"]
Error = Literal[
    "false finding", "missing finding", "side", "site", "size", "count", "severity", "comparison", "modality", "unit",
    "negation", "scope",
]  # fmt: skip
Weight = Literal["none", "minor", "significant", "urgent"]
Strength = Literal["certain", "probable", "possible", "unlikely"]
"""How sure a text says that it is, from most to least: the ranking of words for diagnostic certainty that radiologists
and readers agree on (Khorasani et al., AJR 2003; Shinagare et al., JACR 2019): "consistent with" and "likely" before
"possible" and "may represent" before "unlikely"."""
Scope = Literal["view", "slice", "record"]
"""What a value is said of: the slice or image shown, one slice whichever it is, or all of the record."""
Bound = Literal["eq", "gt", "lt", "about", "above", "below", "range"]
"""How a number is meant; `above`, `below`: "just over", "nearly", so much and near it."""


class Quantity(NamedTuple):
    """`values` in `unit` (mm, mm2, mL, px, px2, HU, bpm, ms, pieces, degrees, %).

    `step` is half of the last digit written, in `unit`. Of a range `values` are its ends.
    `factor`: from the unit written to `unit`. `strict`: of a bound, the value itself is beyond it ("more than six").
    """

    values: tuple[float, ...]
    unit: str
    step: float
    bound: Bound = "eq"
    factor: float = 1.0
    strict: bool = False


class Item(NamedTuple):
    """A piece of a sentence: a concept's name, a number, a zone, a phrase that has a meaning, or a plain word.

    `tag` is what it means (a phrase's role, a word itself), `slugs` what a mention may name, `names` its words.
    """

    kind: Literal["word", "punct", "mention", "quantity", "number", "zone", "side", "phrase", "plane", "scale", "slice",
                  "box", "point", "stack", "stated", "fact", "value", "prop"]  # fmt: skip
    tag: str
    start: int
    end: int
    slugs: tuple[str, ...] = ()
    plural: bool = False
    quantity: Quantity | None = None
    names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The word that it is, where it is one."""
        return self.names[0] if len(self.names) == 1 else self.tag if self.kind == "word" else ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase that names one of `slugs` (all of them where `every`); items [first, last] of its sentence.

    `rank` is "largest" or "smallest" among those of its kind; `side` a side said beside it that its name does not
    carry.
    `partitive`: "one of the three nodules", whose number is of all and not of those that the sentence goes on about.
    `within`: slugs of the place by which it is told from others ("the nodule in the left lung").
    `modified`: a word right before it is not understood. `short`: one word of a longer name. `ids`: the regions that it
    means, where that has been settled. `universal`: "every lesion", of which there may be more than are known.
    `part`: "the wall of the lesion", of which the facts of the lesion say nothing. `only`: nothing else is meant.
    `general`: "lesion", of what has a name of its own. `vague`: "film", which other pictures are called, too.
    """

    slugs: tuple[str, ...]
    facet: str
    start: int
    end: int
    first: int
    last: int
    every: bool = False
    count: Quantity | None = None
    side: str | None = None
    rank: str | None = None
    plural: bool = False
    partitive: bool = False
    within: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    modified: bool = False
    short: bool = False
    universal: bool = False
    part: bool = False
    only: bool = False
    general: bool = False
    vague: bool = False


class Parsed(NamedTuple):
    """One assertion found in a text, characters [span) of it.

    `subject` is what it speaks of (None: "it", with nothing before that could be meant), `object` the other side of a
    relation, `third` that of an angle at `subject`. `measure` is the predicate of the fact that a quantity would be.
    `hedged`: the sentence does not assert it (possible, previous, a part of ...), `strength` how sure it says it is.
    `clouded`: its clause says something more that is not understood; `dimmed`: what that is can only describe (it is an
    adjective or the like), so that what the claim is about is sure. `scope`: what the text says the value is of,
    where it does. `presupposed`: an organ that is
    named for what else is said of it, not said to be seen. `loose`: its clause denies something else, and naming it
    refutes nothing.
    """

    span: tuple[int, int]
    kind: Kind
    subject: Mention | None = None
    object: Mention | None = None
    quantity: Quantity | None = None
    value: str | None = None
    measure: str | None = None
    negated: bool = False
    located: bool = False
    hedged: bool = False
    clouded: bool = False
    dimmed: bool = False
    strength: Strength = "certain"
    scope: Scope | None = None
    presupposed: bool = False
    loose: bool = False
    third: Mention | None = None

    def moved(self, by: int) -> "Parsed":
        """The same assertion, `by` characters further on."""
        return self._replace(span=(self.span[0] + by, self.span[1] + by)) if by else self

    @property
    def concepts(self) -> tuple[str, ...]:
        """Slugs of the subject, then of the object."""
        return (self.subject.slugs if self.subject else ()) + (self.object.slugs if self.object else ())

    @property
    def unit(self) -> str | None:
        return self.quantity.unit if self.quantity else None


class ClaimVerdict(NamedTuple):
    """What the facts say to one assertion; `fact` is the id of the fact that decides, where one does. Of what is
    contradicted, `error` is its class and `weight` what it would cost (transforms/checks/claims/errors.py); of any,
    `strength` how sure the text says it is."""

    span: tuple[int, int]
    text: str
    kind: Kind
    verdict: Answer
    fact: str | None
    reason: str
    error: Error | None = None
    weight: Weight = "none"
    strength: Strength = "certain"


def unsure(one: ClaimVerdict, reason: str) -> ClaimVerdict:
    """A contradiction of which it is not sure what it is said of."""
    if one.verdict != "contradicted":
        return one
    return one._replace(verdict="uncheckable", fact=None, reason=reason, error=None, weight="none")
