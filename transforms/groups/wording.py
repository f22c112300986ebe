"""One sentence for each fact across media: who writes and who checks ask the same rule, and no other wording counts."""

import re
from typing import NamedTuple

from schemas import Fact, LabelSpace, Scene
from transforms.facts import statement
from transforms.facts.format import quantity
from transforms.groups.across import MEASURES, NONE, PREDICATES
from transforms.text.grammar import definite, mention, verbs

KINDS = {
    "study": "of one study", "series": "of one series, in their order",
    "visits": "of one person, each from a different visit, in order of time",
}  # fmt: skip
WHOM = {"study": "this study", "visit": "this study", "series": "this series", "patient": "this patient"}
SENTENCE = re.compile(
    r"these are \d+ images of one .+|image \d+ was taken .+ after image \d+"
    r"|the (?:volume|area) of .+ in image \d+ is .+ that in image \d+|image \d+ shows .+ and image \d+ does not"
    r"|(?:none|each) of these images shows .+|of these images, .+"
    r"|as the source says of this (?:study|series|patient), .+ (?:is|are) present"
    r"|the .+ was reported as .+ for image \d+ and as .+ for image \d+",
    re.IGNORECASE,
)
ENDS = re.compile(r"[.!?][\"”’)]*\s|\n")


class Wording(NamedTuple):
    """What stands before the value, the value, and what stands after it."""

    before: str
    value: str
    after: str

    @property
    def text(self) -> str:
        return "".join(self)

    def otherwise(self, text: str) -> bool:
        """Whether a text says the same with another value."""
        start, end = self.before.casefold(), self.after.casefold()
        return text != self.text.casefold() and text.startswith(start) and text.endswith(end) and bool(start or end)


def written(fact: Fact, scene: Scene, space: LabelSpace) -> Wording | None:
    """The sentence of a fact, without its full stop; None where it has none that could be read back."""
    if scene.group is None or fact.predicate not in PREDICATES:
        return None
    found = _written(fact, scene, space)
    if found is None or ENDS.search(found.text) or not SENTENCE.fullmatch(found.text):
        return None
    return found


def _written(fact: Fact, scene: Scene, space: LabelSpace) -> Wording | None:
    assert scene.group is not None
    numbers = [scene.group.number(name) for name in fact.media]
    if fact.predicate == "images":
        return Wording("these are ", f"{fact.value} images", f" {KINDS[scene.group.kind]}")
    if fact.predicate == "reported_change":
        return _reported(fact, scene, numbers)
    if fact.predicate == "days_after":
        days = "1 day" if fact.value == 1 else f"{fact.value} days"
        return Wording(f"image {numbers[1]} was taken ", days, f" after image {numbers[0]}")
    assert fact.concept is not None
    entry = space.of(fact.concept)
    if fact.predicate in MEASURES:
        what = MEASURES[fact.predicate][0]
        start = f"the {what} of {definite(entry)} in image {numbers[1]} is "
        times = "about equal to" if same(fact) else f"{quantity(fact.value, None, fact.tolerance)} times"
        return Wording(start, times, f" that in image {numbers[0]}")
    if fact.predicate == "said_of":
        what = f"no {entry.concept.label}" if fact.value == "absent" else mention(entry)
        is_ = verbs(entry.many)["is"]
        return Wording(f"as the source says of {WHOM[str(fact.level)]}, ", what, f" {is_} present")
    if fact.predicate == "only_in":
        return Wording("", "", f"image {numbers[0]} shows {mention(entry)} and image {numbers[1]} does not")
    return Wording("", _which(str(fact.value), len(numbers)), f" {mention(entry)}")


def same(ratio: Fact) -> bool:
    """Whether the two may be equal."""
    return abs(float(ratio.value) - 1) <= (ratio.tolerance or 0.0)


def _which(value: str, number: int) -> str:
    """ "of these images, image 1 and image 3 show"."""
    if value == NONE:
        return "none of these images shows"
    named = [f"image {one}" for one in value.split(", ")]
    if len(named) == number:
        return "each of these images shows"
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"of these images, {listed} {'show' if len(named) > 1 else 'alone shows'}"


def _reported(fact: Fact, scene: Scene, numbers: list[int]) -> Wording | None:
    """Both values as they are stated of their own images."""
    values = []
    for name in fact.media:
        own = (one for one in scene.facts if one.media == (name,) and one.name == fact.name and one.unit == fact.unit)
        stated = next((one for one in own if one.predicate in statement.STATED), None)
        if stated is None:
            return None
        values.append((statement.name(stated), statement.value(stated)))
    (name, old), (_, new) = values
    return Wording(
        f"the {name} was reported as ", f"{old} for image {numbers[0]} and as {new}", f" for image {numbers[1]}"
    )
