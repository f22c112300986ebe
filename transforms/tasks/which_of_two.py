"""Which of two things has more of something, and whether the one has more than the other: a question, its words and its
program, from a fact of each."""

import random
from typing import NamedTuple, Protocol

from schemas import Fact
from transforms.facts import wording
from transforms.tasks.base import Book, DialogueDraft, capital, draft, shuffled
from transforms.tasks.program import Program, Sketch
from transforms.text.grammar import verbs
from transforms.text.line import Line


class Measure(Protocol):
    """The steps that measure each thing of some facts."""

    def __call__(self, book: Book, *facts: Fact) -> Program: ...


class Wording(Protocol):
    """A line that goes on with what each of some facts states."""

    def __call__(self, book: Book, line: Line, *facts: Fact) -> Line: ...


def sentences(book: Book, line: Line, *facts: Fact) -> Line:
    """The line, and after it the sentence of each fact: of measures that have one."""
    for number, fact in enumerate(facts):
        said = wording.sentence(fact, book.name)
        assert said is not None
        line.claim(said if number else capital(said), fact).say("; " if number < len(facts) - 1 else ".")
    return line


class Compared(NamedTuple):
    """What two things are compared in. `name`: the family; `more`: "higher", "greater". `ask_which`: questions of which
    one is put, and `ask_whether` one, each with `first` and `second`. `least`: the one that is asked for has the
    smaller number, as what is nearer has."""

    name: str
    more: str
    ask_which: tuple[str, ...]
    ask_whether: str
    looks: Measure
    line: Wording
    least: bool = False

    def which(self, book: Book, more: Fact, less: Fact, rng: random.Random) -> DialogueDraft:
        """The one that has more."""
        regions = (more.regions[0], less.regions[0])
        answer = book.called(regions[0])
        first, second = shuffled([book.called(rid) for rid in regions], rng)
        put = rng.choice(self.ask_which) if len(self.ask_which) > 1 else self.ask_which[0]
        question = put.format(first=first, second=second, **verbs(all(book.entry(rid).many for rid in regions)))
        op = "lesser" if self.least else "greater"
        greater = Sketch(op, {"a": "#1", "b": "#2"}, f"Compare the two: {answer}.")
        program = (*self.looks(book, more, less), greater)
        line = self.line(book, Line(), more, less)
        return draft(self.name, question, line, answer, choices=(first, second), regions=regions, program=program)

    def whether(self, book: Book, more: Fact, less: Fact, rng: random.Random) -> DialogueDraft:
        """Yes or no, as a coin falls."""
        yes = rng.random() < 0.5
        first, second = (more, less) if yes else (less, more)
        names, answer = [book.called(fact.regions[0]) for fact in (first, second)], "yes" if yes else "no"
        question = self.ask_whether.format(first=names[0], second=names[1], **book.verbs(first.regions[0]))
        text = f"Whether the first is the {self.more} of the two: {{value}}."
        pair = {"a": "#2", "b": "#1"} if self.least else {"a": "#1", "b": "#2"}
        program = (*self.looks(book, first, second), Sketch("exceeds", pair, text))
        line = self.line(book, Line().say(f"{capital(answer)}. "), first, second)
        regions = (more.regions[0], less.regions[0])
        return draft(self.name, question, line, answer, regions=regions, program=program)
