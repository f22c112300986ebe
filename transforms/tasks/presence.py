"""Is it there? "Yes" from what is outlined or stated, "no" only from what the source says is absent."""

import random
from collections.abc import Iterator
from itertools import zip_longest

from schemas import Entry, Fact, LabelSpace, Level, Scene
from transforms.facts.base import ACTS, CONTAINERS, NEGATIONS, RESIDUAL
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed, shuffled
from transforms.text.grammar import verbs
from transforms.text.line import Line

NAME = "presence"
VERSION = "6"
SKILL = "recognise"

ASK_ONE = (
    "{Is} {thing} visible in this image?",
    "Does this image show {thing}?",
    "Can {thing} be seen in this image?",
)
ASK_ACT = ("{Is} {thing} under way in this image?",)
ASK_OF: dict[Level, tuple[str, str]] = {
    "series": ("the examination that this image is part of", "present in the examination"),
    "study": ("the examination that this image is part of", "present in the examination"),
    "visit": ("the examination that this image is part of", "present in the examination"),
    "eye": ("the eye that this image is of", "present"),
    "breast": ("the breast that this image is of", "present"),
}  # fmt: skip
"""What a source said of more than the image is asked of that, and nobody asks whether it is to be seen; what it said
of the patient is left to groups."""
CHOICES = 4


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    if not book.pictured:
        return
    shown = mixed([fact for fact in book.of("present") if askable(book, fact)], rng)
    larger = mixed([fact for name in ("present", "absent") for fact in book.of(name) if fact.level in ASK_OF], rng)
    if book.noun != "image":  # what only the whole can be asked comes before what any of its slices shows too
        shown.sort(key=lambda fact: fact.scope != "record")
    absent = mixed([fact for fact in book.of("absent") if askable(book, fact)], rng)
    things = [fact for fact in absent if not _act(book, _entry(book, fact))]
    first = -1 if book.noun == "image" else 0
    if shown and len(things) >= 2 and not _act(book, _entry(book, shown[first])) and rng.random() < 0.5:
        yield _choice(book, shown.pop(first), things, rng)
    for yes, no in zip_longest(shown, absent):
        if yes:
            yield _yes(book, yes, rng)
        if no:
            yield _no(book, no, rng)
    yield from (_of_more(book, fact) for fact in larger if _nameable(book, fact))


def askable(book: Book, fact: Fact) -> bool:
    """Whether a reader of the picture could tell whether it is there."""
    if fact.level is not None:
        return False  # what is said of the patient need not be seen here
    if fact.regions and not any(book.seen(rid) for rid in fact.regions):
        return False  # it is drawn, and no reader of the picture could tell
    return _nameable(book, fact)


def _nameable(book: Book, fact: Fact) -> bool:
    if fact.concept is None or not book.space.seen(fact.concept):
        return False
    return book.space.of(fact.concept).slug not in CONTAINERS | RESIDUAL | NEGATIONS.keys()


def _of_more(book: Book, fact: Fact) -> DialogueDraft:
    """What is said of the study, the eye or the breast, asked of that."""
    assert fact.level is not None
    entry = _entry(book, fact)
    thing, is_ = book.mention(entry.concept), verbs(entry.many)["is"]
    whole, state = ASK_OF[fact.level]
    question = book.put(f"{capital(is_)} {thing} present in {whole}?")
    if fact.predicate == "present":
        return draft(NAME, question, Line().say("Yes, ").claim(f"{thing} {is_} {state}", fact).say("."), "yes")
    said = f"no {entry.concept.label} {is_} {state}"
    return draft(NAME, question, Line().say("No, ").claim(said, fact).say("."), "no")


def _entry(book: Book, fact: Fact) -> Entry:
    if fact.concept is None:
        raise ValueError(f"fact {fact.id} ({fact.predicate}) has no concept: its family must set it")
    return book.space.of(fact.concept)


def _act(book: Book, entry: Entry) -> bool:
    """Whether it goes on rather than is seen: a phase or an action of an operation."""
    return not ACTS.isdisjoint(book.space.ancestors(entry.slug))


def _yes(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    """In the words in which what is not there is asked about: of one, however many there are."""
    entry = _entry(book, fact)
    thing, v = book.mention(entry.concept), verbs(entry.many)
    question = book.put(rng.choice(ASK_ACT if _act(book, entry) else ASK_ONE)).format(thing=thing, **v)
    state = "under way" if _act(book, entry) else "visible"
    line = Line().say("Yes, ").claim(f"{thing} {v['is']} {state}", fact).say(".")
    return draft(NAME, question, line, "yes", regions=fact.regions)


def _no(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    entry = _entry(book, fact)
    v, act = verbs(entry.many), _act(book, entry)
    question = book.put(rng.choice(ASK_ACT if act else ASK_ONE)).format(thing=book.mention(entry.concept), **v)
    one = (entry.facet == "anatomy" and entry.plural is None) or entry.side is not None  # the liver, but a nodule
    state = "under way" if act else "visible"
    thing = f"no {entry.concept.label} {v['is']} {state}"
    if one:
        thing = f"{book.mention(entry.concept)} {v['is']} not visible"
    return draft(NAME, question, Line().say("No, ").claim(thing, fact).say("."), "no")


def _choice(book: Book, yes: Fact, absent: list[Fact], rng: random.Random) -> DialogueDraft:
    """The wrong choices are all lawfully absent."""
    wrong = absent[: CHOICES - 1]
    entry = _entry(book, yes)
    answer = entry.concept.label
    choices = shuffled([answer, *(_entry(book, fact).concept.label for fact in wrong)], rng)
    said = f"{capital(book.mention(entry.concept))} {verbs(entry.many)['is']} visible in this {book.thing}"
    line = Line().claim(said, yes).say(".")
    question = book.put("Which of these is visible in this image?")
    return draft(NAME, question, line, answer, choices=choices, regions=yes.regions, facts=wrong)
