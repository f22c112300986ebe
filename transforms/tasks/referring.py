"""Which one is meant? From an expression to a box: by anatomy, by position, by size; and a ladder of prompts for one
region, from its name alone to its site, shape, number and size.

An expression singles its region out: of several things of one kind it says what no other of them has. What it says of
the region is stated again in the answer, and there each statement is a claim.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from schemas import Fact, LabelSpace, Scene
from transforms.facts import wording
from transforms.facts.format import stated
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, shuffled
from transforms.text.grammar import definite
from transforms.text.line import Line
from transforms.text.names import place

NAME = "referring"
VERSION = "2"
SKILL = "localise"

ASK = (
    "Give the box [x0, y0, x1, y1] of {what}, in pixels of the image.",
    "Find {what}. Answer with its box [x0, y0, x1, y1] in pixels.",
)
ASK_LADDER = (
    "These prompts mean one and the same region of the image; each says more of it than the one before:\n{prompts}\n"
    "Give its box [x0, y0, x1, y1] in pixels."
)
LEAST_RUNGS = 3


class Said(NamedTuple):
    """What is said of a region: in an expression, and as a sentence that claims its fact."""

    words: str
    sentence: str
    fact: Fact


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """A ladder of one region, then one expression for each, of those that can be seen and have a mask."""
    book = Book(scene, space)
    if not book.one_picture:
        return
    present = {rid: fact for fact in book.of("present") for rid in fact.regions}
    drawn = [rid for rid in shuffled(present, rng) if book.box(rid) and book.form(rid) == "mask" and book.seen(rid)]
    rungs = {rid: _rungs(book, rid) for rid in drawn if book.name(rid) is not None}
    ladders = [rid for rid in rungs if len(rungs[rid]) + 1 >= LEAST_RUNGS]
    for rid in ladders[:1]:
        yield _ladder(book, rid, present[rid], rungs[rid])
    for rid in drawn:
        found = [one for kind in KINDS if (one := kind(book, rid)) is not None and _alone(book, rid, one)]
        if found:
            yield _asked(book, rid, present[rid], rng.choice(found), rng)


def _subject(book: Book, rid: str) -> str:
    """How the answer speaks of the region: what words cannot tell from others is "it", the one region asked for."""
    return capital(book.name(rid) or "it")


def _by_anatomy(book: Book, rid: str) -> Said | None:
    holders = [(fact, book.name(fact.regions[1])) for fact in book.of("inside") if fact.regions[0] == rid]
    found = next(((fact, name) for fact, name in holders if name), None)
    if found is None or not book.seen(found[0].regions[1]):
        return None
    fact, name = found
    return Said(f"inside {name}", f"{_subject(book, rid)} {book.verbs(rid)['lies']} inside {name}", fact)


def _by_position(book: Book, rid: str) -> Said | None:
    fact = next((fact for fact in book.of("zone") if fact.regions[0] == rid), None)
    if fact is None:
        return None
    where = place(fact, book.scene.view.plane)
    return Said(where, f"{_subject(book, rid)} {book.verbs(rid)['lies']} {where}", fact)


def _by_size(book: Book, rid: str) -> Said | None:
    """Of what is the only one or the largest of its kind: of no other can a reader tell by its size."""
    fact, name = book.fact("long_axis", rid), book.name(rid)
    if fact is None or name is None or fact.bound is not None:
        return None
    words = f"longest diameter of {stated(fact)}"
    return Said(f"with a {words}", f"The longest diameter of {name} is {stated(fact)}", fact)


def _by_shape(book: Book, rid: str) -> Said | None:
    fact = book.fact("circularity", rid)
    said = None if fact is None else wording.sentence(fact, book.name, lambda one: definite(book.space.of(one)))
    if fact is None or said is None or fact.bound is not None:
        return None
    return Said(f"with a circularity of {stated(fact)}", capital(said), fact)


def _by_number(book: Book, rid: str) -> Said | None:
    """Of one alone: "the only one" says how many there are."""
    fact = book.fact("count", rid)
    if fact is None or fact.value != 1:
        return None
    label = book.entry(rid).concept.label
    return Said("the only one", f"There is 1 {label} outlined in this image", fact)


KINDS: tuple[Callable[[Book, str], Said | None], ...] = (_by_anatomy, _by_position, _by_size)
LADDER = ((_by_anatomy, _by_position), (_by_shape,), (_by_number,), (_by_size,))


def _alone(book: Book, rid: str, said: Said) -> bool:
    """Whether nothing else of its kind fits: by its place, where the centre of each other lies in a known other part;
    by what holds it, where the box of no other meets that."""
    others = [other for other in book.same(rid) if other != rid]
    if book.name(rid) is not None:
        return True
    if said.fact.predicate == "zone":
        theirs = [_by_position(book, other) for other in others]
        return all(one is not None and one.words != said.words for one in theirs)
    holder = book.box(said.fact.regions[-1])
    boxes = [book.box(other) for other in others]
    return holder is not None and all(box is not None and not _meet(box, holder) for box in boxes)


def _meet(a: Sequence[int], b: Sequence[int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _rungs(book: Book, rid: str) -> list[Said]:
    """What each rung adds: site, shape, number, size, as far as it is known."""
    found = []
    for kinds in LADDER:
        found += [one for kind in kinds if (one := kind(book, rid)) is not None][:1]
    return found


def _thing(book: Book, rid: str) -> str:
    return book.name(rid) or definite(book.entry(rid))


def _asked(book: Book, rid: str, fact: Fact, said: Said, rng: random.Random) -> DialogueDraft:
    what = f"{_thing(book, rid)} {said.words}"
    return _draft(book, rid, fact, rng.choice(ASK).format(what=what), [said])


def _ladder(book: Book, rid: str, fact: Fact, rungs: list[Said]) -> DialogueDraft:
    prompts = [_thing(book, rid)]
    for said in rungs:
        prompts.append(f"{prompts[-1]}{', ' if len(prompts) > 1 else ' '}{said.words}")
    listed = "\n".join(f"{number}. {prompt}" for number, prompt in enumerate(prompts, 1))
    return _draft(book, rid, fact, ASK_LADDER.format(prompts=listed), rungs)


def _draft(book: Book, rid: str, fact: Fact, question: str, said: list[Said]) -> DialogueDraft:
    answer = steps.box_text(book, rid)
    line = Line().claim(f"{_subject(book, rid)} {book.verbs(rid)['lies']} within {answer}", fact).say(".")
    for one in said:
        line.say(" ").claim(one.sentence, one.fact).say(".")
    name = book.name(rid) or f"the one of the {book.entry(rid).plural} that is meant"
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=[steps.box(book, rid, name)])
