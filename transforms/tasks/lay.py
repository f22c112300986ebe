"""Is it there, and how large is it: asked as the person shown would, of what has a plain name (grammar/lay.yaml)."""

import random
from collections.abc import Iterator
from itertools import zip_longest

from schemas import Entry, Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.tasks import presence
from transforms.tasks.base import Book, DialogueDraft, capital, draft, in_unit, mixed
from transforms.tasks.measuring import measured
from transforms.text import lay
from transforms.text.grammar import definite, mention, verbs
from transforms.text.line import Line

NAME = "lay"
VERSION = "1"
SKILL = "recognise"

ASK_THERE = (
    "Do you see {thing} in my picture?",
    "Can you tell me whether this picture of me shows {thing}?",
    "I was told to ask: does this image show {thing}?",
)
ASK_LONG = (
    "How long {is} {thing} in my picture, from end to end?",
    "This image is of me: how long {is} {thing} in it, at the longest?",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns what is there, what is not, and how long the one of its name is."""
    book = Book(scene, space)
    if not book.one_picture or book.thing != "image":
        return
    there, gone = (mixed([fact for fact in book.of(name) if _plain(book, fact)], rng) for name in ("present", "absent"))
    long = [fact for fact, _ in book.named("long_axis") if _whole(book, fact)]
    for yes, no, size in zip_longest(there, gone, mixed(long, rng)):
        if yes is not None:
            yield _there(book, yes, rng, "yes")
        if no is not None:
            yield _there(book, no, rng, "no")
        if size is not None:
            yield _long(book, size, rng)


def _plain(book: Book, fact: Fact) -> bool:
    """Whether it may be asked about, and has a plain name."""
    return presence.askable(book, fact) and book.space.of(fact.concept).slug in lay.names()  # type: ignore[arg-type]


def _whole(book: Book, fact: Fact) -> bool:
    rid = fact.regions[0]
    alone = len(book.same(rid)) == 1 and fact.bound is None and book.seen(rid)
    return alone and book.entry(rid).slug in lay.names()


def _there(book: Book, fact: Fact, rng: random.Random, answer: str) -> DialogueDraft:
    entry = lay.entry(book.space, book.space.of(fact.concept))  # type: ignore[arg-type]
    line = Line().say(f"{capital(answer)}, ").claim(_said(entry, answer), fact).say(" in this image.")
    question = rng.choice(ASK_THERE).format(thing=mention(entry))
    return draft(NAME, question, line, answer, regions=fact.regions)


def _said(entry: Entry, answer: str) -> str:
    is_ = verbs(entry.many)["is"]
    if answer == "yes":
        return f"{mention(entry)} {is_} visible"
    one = entry.side is not None or (entry.facet == "anatomy" and entry.plural is None)
    return f"{mention(entry)} {is_} not visible" if one else f"no {entry.concept.label} {is_} visible"


def _long(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    (rid,) = fact.regions
    entry = lay.entry(book.space, book.entry(rid))
    thing = definite(entry)
    question = in_unit(rng.choice(ASK_LONG).format(thing=thing, **verbs(entry.many)), fact.unit)
    line = Line().claim(f"The longest diameter of {thing} is {stated(fact)}", fact).say(".")
    return draft(NAME, question, line, stated(fact), regions=fact.regions,
                 program=measured(book, "long_axis", rid, thing))  # fmt: skip
