"""What comes first in a clip, what comes next after something, and on which of its pictures does something come up? Of
what the source marks in time, as far as the pictures that are shown lie in it."""

import random
from collections.abc import Iterator, Sequence

from schemas import Fact, LabelSpace, ReasoningStep, Scene
from transforms.facts import wording
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.text.grammar import definite
from transforms.text.line import Line

NAME = "sequence"
VERSION = "1"
SKILL = "relate"

ASK_FIRST = ("Which of these comes first in this clip?", "Which of these is the first to come up in this clip?")
ASK_NEXT = (
    "In this clip, which of these comes up next after {name}?",
    "Of these, which is the next to come up in this clip after {name}?",
)
ASK_WHEN = (
    "Which is the first image of this clip to show {name}? Answer with its number, counted from 1.",
    "What is the number, counted from 1, of the first image of this clip to show {name}?",
)
CHOICES = 4
KINDS = ("surgical_phase", "surgical_action")
"""Concepts that are no things."""
FEWEST = 3
"""Pictures of which one is asked for: the first of all is never right, for what is there from the start comes up
before the clip."""


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns, each of other things where there are enough of them."""
    book = Book(scene, space)
    found = mixed(book.of("first_picture"), rng)
    later = [one for one in found if int(one.value) > 1]
    if first := _apart(book, found, rng):
        yield _which(book, first, rng)
    for anchor in found:
        if after := _apart(book, [one for one in found if int(one.value) > int(anchor.value)], rng):
            yield _which(book, after, rng, anchor)
            break
    if later and sum(one.kind == "image" for one in scene.media) >= FEWEST:
        yield _when(book, later[0], rng)


def _apart(book: Book, found: Sequence[Fact], rng: random.Random) -> list[Fact]:
    """Two to `CHOICES` of these, one before all the others, it first; none where there are none such. Of one kind: a
    phase of an operation is no alternative to an instrument."""
    for first in found:
        kind = _kind(book, first)
        others = [one for one in found if int(one.value) > int(first.value) and _kind(book, one) == kind]
        if others:
            return [first, *others[: rng.randint(1, CHOICES - 1)]]
    return []


def _kind(book: Book, fact: Fact) -> str:
    assert fact.concept is not None
    above = book.space.ancestors(book.space.of(fact.concept).slug)
    return next((kind for kind in KINDS if kind in above), "")


def _which(book: Book, found: Sequence[Fact], rng: random.Random, anchor: Fact | None = None) -> DialogueDraft:
    """The first of `found`, or the next after `anchor`."""
    every = [*([anchor] if anchor else []), *found]
    reasoning = [_onset(book, one) for one in every]
    names = [f"#{number}" for number in range(1, len(every) + 1)]
    args = {"steps": names[1:], "after": "#1"} if anchor else {"steps": names}
    answer = _label(found[0])
    last = f"The one that comes before all others{' of these' if anchor else ''} is {answer}."
    reasoning.append(steps.step(book, "earliest", args, answer, last))
    question = rng.choice(ASK_NEXT).format(name=_name(book, anchor)) if anchor else rng.choice(ASK_FIRST)
    choices = shuffled(map(_label, found), rng)
    return draft(NAME, question, _told(book, found[0]), answer, choices=choices, reasoning=reasoning, facts=every,
                 regions=_regions(book, *found))  # fmt: skip


def _when(book: Book, found: Fact, rng: random.Random) -> DialogueDraft:
    pictures = [one for one in book.scene.media if one.kind == "image"]
    answer = str(found.value)
    return draft(NAME, rng.choice(ASK_WHEN).format(name=_name(book, found)), _told(book, found), answer,
                 choices=[str(n) for n in range(2, len(pictures) + 1)], reasoning=[_onset(book, found)],
                 regions=_regions(book, found))  # fmt: skip


def _onset(book: Book, found: Fact) -> ReasoningStep:
    text = f"The first image to show {_name(book, found)}: {found.value}."
    return steps.step(book, "onset", {"concept": _label(found)}, found.value, text)


def _told(book: Book, fact: Fact) -> Line:
    said = wording.sentence(fact, book.name, lambda concept: definite(book.space.of(concept)))
    assert said is not None
    return Line().claim(capital(said), fact).say(".")


def _regions(book: Book, *found: Fact) -> list[str]:
    """The first span of each."""
    spans = [[one for one in book.scene.regions if one.span is not None and one.concept == fact.concept]
             for fact in found]  # fmt: skip
    return [min(own, key=lambda one: one.span or (0.0, 0.0)).id for own in spans]


def _label(fact: Fact) -> str:
    assert fact.concept is not None
    return fact.concept.label


def _name(book: Book, fact: Fact) -> str:
    assert fact.concept is not None
    return definite(book.space.of(fact.concept))
