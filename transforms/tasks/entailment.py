"""Premise and hypothesis: entailed, contradicted or neutral. Both are made from facts: the premise states one, the
hypothesis says the same in other words, or what cannot be so beside it, or something of which the premise says nothing.

A die decides which, and each hypothesis has an equally worded opposite: neither its words nor its length tell. What
follows from the premise is read, not seen: an item of language, bound to the image by its premise.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from schemas import Fact, ItemCheck, LabelSpace, Scene
from transforms.facts import ops
from transforms.facts.format import quantity, stated
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.line import Line
from transforms.text.names import place

NAME = "entailment"
VERSION = "2"
SKILL = "read"

ENTAILED, CONTRADICTED, NEUTRAL = LABELS = ("entailed", "contradicted", "neutral")
WORDS = {ENTAILED: "entailment", CONTRADICTED: "contradiction", NEUTRAL: "neither"}
ASK = (
    "Premise: {premise}\nHypothesis: {hypothesis}\nIs the hypothesis entailed, contradicted or neutral?",
    "Given that: {premise}\nWhat of this: {hypothesis}\nAnswer entailed, contradicted or neutral.",
)
NEARER, FARTHER = 0.6, 1.6
"""A limit is so many times what was measured: far beyond any tolerance."""


class Pair(NamedTuple):
    """A fact's own sentence, and two sentences worded alike of which it makes one true and the other false."""

    premise: str
    true: str
    false: str


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """One a predicate, then a second of each: a premise, and a hypothesis of its own or of another fact."""
    book = Book(scene, space)
    if not book.one_picture:
        return
    usable = {name: mixed([fact for fact in book.of(name) if _usable(book, fact)], rng) for name in PAIRS}
    usable = {name: facts for name, facts in usable.items() if facts}
    for number in range(max(map(len, usable.values()), default=0)):
        for name in rng.sample(sorted(usable), len(usable)):
            if number < len(usable[name]):
                yield _asked(book, usable[name][number], usable, rng)


def _usable(book: Book, fact: Fact) -> bool:
    named = all(book.name(rid) is not None for rid in fact.regions[: 1 if fact.predicate == "zone" else None])
    return bool(fact.regions) and named and fact.bound is None and book.shows(fact) and book.seen(*fact.regions[:1])


def _asked(book: Book, fact: Fact, usable: Mapping[str, list[Fact]], rng: random.Random) -> DialogueDraft:
    answer = rng.choice(LABELS)
    own = PAIRS[fact.predicate](book, fact, rng)
    other = _unrelated(fact, usable, rng) if answer == NEUTRAL else None
    if other is not None:
        said = PAIRS[other.predicate](book, other, rng)
        hypothesis = rng.choice((said.true, said.false))
    else:
        answer = rng.choice(LABELS[:2]) if answer == NEUTRAL else answer
        hypothesis = own.true if answer == ENTAILED else own.false
    question = rng.choice(ASK).format(premise=f"{own.premise}.", hypothesis=f"{hypothesis}.")
    line = Line().say(f"{capital(answer)}. ").claim(own.premise, fact).say(".")
    used = () if other is None else (other,)
    wrong = tuple(word for label in LABELS if label != answer for word in (label, WORDS[label]))
    check = ItemCheck(kind="exact", accepted=(answer, WORDS[answer]), alternatives=wrong)
    return draft(NAME, question, line, answer, regions=fact.regions[:1], facts=used, check=check)


def _unrelated(fact: Fact, usable: Mapping[str, list[Fact]], rng: random.Random) -> Fact | None:
    """A fact that this one says nothing of: of another kind, and of other regions where the two bear on each other."""
    found = [one for facts in usable.values() for one in facts if not _related(fact, one)]
    return rng.choice(found) if found else None


def _related(fact: Fact, other: Fact) -> bool:
    """What lies inside another thing is smaller, and "the lesion" is one, "the largest lesion" one of several."""
    names = {fact.predicate, other.predicate}
    bearing = names <= {"long_axis", "larger", "inside"} or "count" in names
    return len(names) == 1 or (bearing and not set(fact.regions).isdisjoint(other.regions))


def _size(book: Book, fact: Fact, rng: random.Random) -> Pair:
    name, factor = book.called(fact.regions[0]), rng.choice((NEARER, FARTHER))
    limit = quantity(float(fact.value) * factor, fact.unit, fact.tolerance)
    what = f"he longest diameter of {name} in this image is"
    ways = ("more than", "less than") if factor == NEARER else ("less than", "more than")
    return Pair(f"T{what} {stated(fact)}", *(f"T{what} {way} {limit}" for way in ways))


def _zone(book: Book, fact: Fact, rng: random.Random) -> Pair:
    name, plane = book.called(fact.regions[0]), book.scene.view.plane
    other = rng.choice(sorted(set(ops.zones(plane)) - {str(fact.value)}))
    wrong = fact.model_copy(update={"value": other})
    premise = f"{capital(name)} {book.verbs(fact.regions[0])['lies']} {place(fact, plane)}"
    true, false = (f"The center of {name} is to be found {place(one, plane)}" for one in (fact, wrong))
    return Pair(premise, true, false)


def _larger(book: Book, fact: Fact, rng: random.Random) -> Pair:
    """The two change places."""
    pair = [(book.called(rid), book.verbs(rid)) for rid in fact.regions]
    premise = f"{capital(pair[0][0])} {pair[0][1]['is']} larger than {pair[1][0]} by area in this image"
    more = rng.random() < 0.5
    ways = [f"{capital(one)} {v['covers']} {'more' if more else 'less'} area than {other} in this image"
            for (one, v), (other, _) in (pair, pair[::-1])]  # fmt: skip
    return Pair(premise, *(ways if more else ways[::-1]))


def _inside(book: Book, fact: Fact, rng: random.Random) -> Pair:
    """The two change places."""
    a, b = (book.called(rid) for rid in fact.regions)
    premise = f"{capital(a)} {book.verbs(fact.regions[0])['lies']} inside {b}"
    return Pair(premise, *(f"{capital(outer)} encloses {inner}" for outer, inner in ((b, a), (a, b))))


def _count(book: Book, fact: Fact, rng: random.Random) -> Pair:
    entry, count = book.entry(fact.regions[0]), int(fact.value)
    plural, below = entry.plural or entry.concept.label, rng.random() < 0.5
    limit = max(count - 1, 0) if below else count + 1
    ways = ("more", "fewer") if below else ("fewer", "more")
    said = "There is 1 {}" if count == 1 else f"There are {count} {{}}"
    premise = said.format(entry.concept.label if count == 1 else plural) + " outlined in this image"
    return Pair(premise, *(f"There are {way} than {limit} {plural} outlined in this image" for way in ways))


PAIRS: Mapping[str, Callable[[Book, Fact, random.Random], Pair]] = {
    "long_axis": _size, "zone": _zone, "larger": _larger, "inside": _inside, "count": _count,
}  # fmt: skip
