"""Who somebody is and where they were looked at, and which labels their records have: counted by person, in tallies
that add up over the parts of a corpus."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from schemas import Fact, Record

Trait = Literal["site", "sex", "age", "device", "dataset"]
TRAITS: tuple[Trait, ...] = get_args(Trait)
SITES = ("site", "institute", "center", "centre", "data_provider", "hospital")
"""What sets call the place where an image was made, in `meta`: no text speaks of it."""
STATED: Mapping[str, Trait] = {
    "device": "device", "camera": "device", "scanner model": "device", "scanner manufacturer": "device", "sex": "sex",
    "age": "age",
}  # fmt: skip
"""What a source states, by the name that texts give it; of a device that which says most, first."""
Tally = Counter[tuple[str, Trait, str | float, bool]]
"""(label, trait, value, whether they have the label) -> people. Tallies of other people add up."""


@dataclass
class Person:
    """`traits`: all values that records of one person have; `states`: concept label -> all states."""

    traits: dict[Trait, set[str | float]] = field(default_factory=dict)
    states: dict[str, set[str]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        for trait, value in traits_of(record).items():
            self.traits.setdefault(trait, set()).add(value)
        for one in record.presence:
            self.states.setdefault(one.concept.label, set()).add(one.state)

    def has(self, label: str) -> bool | None:
        """Whether any record shows it; None where none was looked at for it, or one is uncertain."""
        states = self.states.get(label, set())
        return True if "present" in states else False if states == {"absent"} else None


def traits_of(record: Record) -> dict[Trait, str | float]:
    """What a record says of its person, place and device."""
    found: dict[Trait, str | float] = {"dataset": record.dataset}
    site = next((str(record.meta[name]) for name in SITES if record.meta.get(name) not in (None, "")), None)
    if site is not None:
        found["site"] = site
    said = {fact.name: fact.value for fact in record.facts if fact.name in STATED and _is_of_person(fact)}
    for name, trait in STATED.items():
        if name in said and trait not in found:
            found[trait] = float(said[name]) if trait == "age" else str(said[name])
    return found


def _is_of_person(fact: Fact) -> bool:
    """An age in years is a number; an attribute is a word."""
    number = isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
    return not fact.regions and (fact.name != "age" or (number and fact.unit in (None, "years")))


def tally(people: Iterable[Person]) -> Tally:
    """People of whom it is known whether they have a label, and of a trait one value alone."""
    found: Tally = Counter()
    for one in people:
        known = [(trait, next(iter(values))) for trait, values in one.traits.items() if len(values) == 1]
        for label in one.states:
            if (has := one.has(label)) is not None:
                found.update((label, trait, value, has) for trait, value in known)
    return found
