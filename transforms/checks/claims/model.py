"""What the claim check speaks of: items of a sentence, mentions of concepts, parsed claims, verdicts."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal[
    "presence", "absence", "size", "area", "volume", "location", "side", "count", "comparison", "inclusion",
    "adjacency", "distance", "intensity", "modality", "plane", "body_part", "rating", "finding", "interval", "slice",
    "box", "point", "mark", "span", "angle", "pieces", "stated", "stack", "across", "uncheckable",
]  # fmt: skip
Answer = Literal["supported", "contradicted", "uncheckable"]
Bound = Literal["eq", "gt", "lt"]


class Quantity(NamedTuple):
    """`values` in `unit` (mm, mm2, mL, px, px2, HU, bpm, ms, pieces, degrees, %); `step` is half of the last digit
    written, in `unit`."""

    values: tuple[float, ...]
    unit: str
    step: float
    bound: Bound = "eq"


class Item(NamedTuple):
    """A piece of a sentence: a concept's name, a number, a zone, a phrase that has a meaning, or a plain word.

    `tag` is what it means (a phrase's role, a word itself), `slugs` what a mention may name.
    """

    kind: Literal["word", "punct", "mention", "quantity", "number", "zone", "side", "phrase", "plane", "scale", "slice",
                  "box", "point", "stack"]  # fmt: skip
    tag: str
    start: int
    end: int
    slugs: tuple[str, ...] = ()
    plural: bool = False
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase that names one of `slugs` (all of them where `every`); items [first, last] of its sentence.

    `rank` is "largest" or "smallest" among those of its kind; `side` a side said beside it that its name does not
    carry.
    `partitive`: "one of the three nodules", whose number is of all and not of those that the sentence goes on about.
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


class Parsed(NamedTuple):
    """One assertion found in a text, characters [span) of it.

    `subject` is what it speaks of (None: "it", with nothing before that could be meant), `object` the other side of a
    relation, `third` that of an angle at `subject`. `measure` is the predicate of the fact that a quantity would be.
    `hedged`: the sentence does not assert it (possible, previous, a part of ...). `clouded`: its clause says something
    more that is not understood.
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
    """What the facts say to one assertion; `fact` is the id of the fact that decides, where one does."""

    span: tuple[int, int]
    text: str
    kind: Kind
    verdict: Answer
    fact: str | None
    reason: str
