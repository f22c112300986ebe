"""In which of several images, each of another case, is there most of a thing? And in what order do they come by it?"""

import random
from collections.abc import Iterator

from schemas import Fact, ItemCheck, LabelSpace, ReasoningStep, Scene
from transforms.groups.ranked import MEASURES
from transforms.groups.wording import written
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.grammar import definite
from transforms.text.line import Line

NAME = "which_most"
VERSION = "1"
ACROSS = True
SKILL = "compare"

ASK = (
    "In which of these images is {what} largest?",
    "Compare these images: {what} is largest in one of them. In which?",
)
ASK_ORDER = (
    "Put these images in order of {what}, the largest first. Answer with their numbers.",
    "In what order do these images come by {what}? Give their numbers, that of the largest first.",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Of what all can be put in order by, either is asked."""
    book = Book(scene, space)
    ranked = {(fact.name, fact.concept): fact for fact in book.of("ranked_in")}
    for fact in mixed(book.of("largest_in"), rng):
        found = _asked(book, ranked.get((fact.name, fact.concept), fact) if rng.random() < 0.5 else fact, rng)
        if found is not None:
            yield found


def _asked(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    said = written(fact, book.scene, book.space)
    if said is None or fact.concept is None:
        return None
    entry = book.space.of(fact.concept)
    what = f"the {fact.name} of {definite(entry)}"
    if fact.name == "number":
        what = f"the number of {entry.plural or entry.concept.label} drawn"
    used = [one for name in fact.media if (one := _measured(book, fact, name)) is not None]
    looked = [_look(book, one, definite(entry)) for one in used]
    args = {"steps": [f"#{number}" for number in range(1, len(looked) + 1)]}
    line = Line().claim(capital(said.text), fact).say(".")
    if fact.predicate == "ranked_in":
        last = steps.step(book, "ordered", args, fact.value, f"Put the images in order: {fact.value}.")
        check = ItemCheck(kind="order", accepted=tuple(str(fact.value).split(", ")))
        return draft(NAME, rng.choice(ASK_ORDER).format(what=what), line, str(fact.value), regions=fact.regions,
                     facts=used, reasoning=[*looked, last], check=check)  # fmt: skip
    answer = f"image {fact.value}"
    last = steps.step(book, "leading", args, answer, f"The largest of these is that of {answer}.")
    choices = [book.image(name) for name in fact.media]
    return draft(NAME, rng.choice(ASK).format(what=what), line, answer, choices=choices, regions=fact.regions,
                 facts=used, reasoning=[*looked, last])  # fmt: skip


def _measured(book: Book, fact: Fact, name: str) -> Fact | None:
    """What was measured or counted on one of the images; None where it shows none."""
    own = tuple(rid for rid in fact.regions if book.region(rid).medium == name)
    predicate, _ = MEASURES[str(fact.name)]
    return next((one for one in book.of(predicate) if own and {*one.regions} == {*own}), None)


def _look(book: Book, fact: Fact, name: str) -> ReasoningStep:
    where = book.image(str(book.region(fact.regions[0]).medium))
    if fact.predicate != "count":
        return steps.measure(book, fact, f"{name} in {where}")
    text = f"Count what is drawn of these in {where}: {fact.value}."
    return steps.step(book, "count", {"regions": list(fact.regions)}, fact.value, text)
