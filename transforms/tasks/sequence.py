"""What comes first in a clip, what comes next after something, and on which of its pictures does something come up? Of
what the source marks in time, as far as the pictures that are shown lie in it."""

import random
from collections.abc import Iterator, Sequence

from schemas import Concept, Fact, LabelSpace, ReasoningStep, Scene
from transforms.facts.format import stated
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, shuffled
from transforms.tasks.sequence_ops import first_picture
from transforms.text.grammar import indefinite, verbs
from transforms.text.line import Line

NAME = "sequence"
VERSION = "1"
SKILL = "relate"

ASK_FIRST = ("Which of these comes first in this clip?", "Which of these is the first to come up in this clip?")
ASK_NEXT = (
    "After {name} has come up in this clip, which of these comes up next?",
    "Of these, which is the next to come up in this clip after {name}?",
)
ASK_WHEN = (
    "On which image of this clip does {name} first come up?",
    "Which is the first image of this clip on which {name} has come up?",
)
CHOICES = 4
FEWEST = 3
"""Pictures of which one is asked for: the first of all is never right, for what is there from the start comes up
before the clip."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns, each of other things where there are enough of them."""
    book = Book(scene, space)
    starts = dict.fromkeys(fact.concept for fact in book.of("span_start") if fact.concept is not None)
    found = [(concept, number) for concept in starts if scene.view.frame == "clip"
             and space.of(concept).facet != "attribute"
             and (number := first_picture(scene, concept.label)) is not None]  # fmt: skip
    rng.shuffle(found)
    later = [one for one in found if one[1] > 1]
    if first := _apart(found, rng):
        yield _which(book, first, rng)
    for anchor in found:
        if after := _apart([one for one in found if one[1] > anchor[1]], rng):
            yield _which(book, after, rng, anchor)
            break
    if later and sum(one.kind == "image" for one in scene.media) >= FEWEST:
        yield _when(book, later[0], rng)


Found = tuple[Concept, int]
"""A concept, and the number of the first picture that it is marked on."""


def _apart(found: Sequence[Found], rng: random.Random) -> list[Found]:
    """Two to `CHOICES` of these, one before all the others, it first; none where there are none such."""
    for first in found:
        others = [one for one in found if one[1] > first[1]]
        if others:
            return [first, *others[: rng.randint(1, CHOICES - 1)]]
    return []


def _which(book: Book, found: Sequence[Found], rng: random.Random, anchor: Found | None = None) -> DialogueDraft:
    """The first of `found`, or the next after `anchor`."""
    every = [*([anchor] if anchor else []), *found]
    reasoning = [_onset(book, one) for one in every]
    names = [f"#{number}" for number in range(1, len(every) + 1)]
    args = {"steps": names[1:], "after": "#1"} if anchor else {"steps": names}
    answer = found[0][0].label
    last = f"The one that comes before all others{' of these' if anchor else ''} is {answer}."
    reasoning.append(steps.step(book, "earliest", args, answer, last))
    question = rng.choice(ASK_NEXT).format(name=_name(book, anchor[0])) if anchor else rng.choice(ASK_FIRST)
    choices = shuffled((concept.label for concept, _ in found), rng)
    return draft(NAME, question, _told(book, *every), answer, choices=choices, reasoning=reasoning,
                 regions=_regions(book, *(concept for concept, _ in found)))  # fmt: skip


def _when(book: Book, found: Found, rng: random.Random) -> DialogueDraft:
    concept, number = found
    pictures = [one for one in book.scene.media if one.kind == "image"]
    answer = f"image {number}"
    last = steps.step(book, "picture", {"number": "#1"}, answer, f"So it comes up on {answer}.")
    return draft(NAME, rng.choice(ASK_WHEN).format(name=_name(book, concept)), _told(book, found), answer,
                 choices=[f"image {n}" for n in range(2, len(pictures) + 1)], reasoning=[_onset(book, found), last],
                 regions=_regions(book, concept))  # fmt: skip


def _onset(book: Book, found: Found) -> ReasoningStep:
    concept, number = found
    text = f"The first image on which {_name(book, concept)} is marked: {number}."
    return steps.step(book, "onset", {"concept": concept.label}, number, text)


def _told(book: Book, *found: Found) -> Line:
    """When each is marked first."""
    line = Line()
    for at, (concept, _) in enumerate(found):
        start, end = _first_span(book, concept)
        is_ = verbs(book.space.of(concept).many)["is"]
        said = f"{_name(book, concept)} {is_} marked from {stated(start)} to {stated(end)}"
        line.claim(said if at else capital(said), start, end).say(" of the video")
        line.say("; " if at < len(found) - 1 else ".")
    return line


def _first_span(book: Book, concept: Concept) -> tuple[Fact, Fact]:
    """The earliest start that is told of it, and the end of that span."""
    start = min((one for one in book.of("span_start") if one.concept == concept), key=lambda one: float(one.value))
    end = book.fact("span_end", *start.regions)
    assert end is not None  # both are told of each span
    return start, end


def _regions(book: Book, *concepts: Concept) -> list[str]:
    return [_first_span(book, concept)[0].regions[0] for concept in concepts]


def _name(book: Book, concept: Concept) -> str:
    return indefinite(book.space.of(concept))
