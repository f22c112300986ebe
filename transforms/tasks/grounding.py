"""From words to a box, a point, a line's ends or a circle's centre, and from a box to words."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, shuffled
from transforms.text.grammar import article
from transforms.text.line import Line

NAME = "grounding"
VERSION = "6"
SKILL = "localise"

ASK_BOX = (
    "Give the box of {name} as [x0, y0, x1, y1] in pixels of the image.",
    "Where {is} {name}? Answer with its box [x0, y0, x1, y1] in pixels.",
    "Locate {name} and return its box [x0, y0, x1, y1] in pixels.",
)
ASK_WHAT = (
    "What lies within the box {box}, and fills it?",
    "Around which structure is the box {box} the tightest one?",
)
ASK_MARKED = ("What is marked with the box {box}?", "For what was the box {box} drawn?")
ASK_POINT = (
    "Where {is} {name}? Answer with one point [x, y] in pixels of the image.",
    "Give the point [x, y] of {name}, in pixels of the image.",
)
ASK_CENTRE = ("At which point is the center of the {form} around {name}? Answer with [x, y] in pixels of the image.",)
ASK_ENDS = (
    "From which point to which does the line along {name} run? Answer with [x, y] to [x, y] in pixels of the image.",
)
CHOICES = 4


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """By turns a box or another place for a name, and a name for a box."""
    book = Book(scene, space)
    if not book.one_picture:
        return
    present = {rid: fact for fact in book.of("present") for rid in fact.regions}
    present |= {fact.regions[0]: fact for fact in book.of("line_length")}
    named = [rid for rid in shuffled(present, rng) if _placed(book, rid) and book.name(rid) and book.seen(rid)]
    for number, rid in enumerate(named):
        if book.box(rid) is None:
            other = _point if book.point(rid) else _ends if book.region(rid).line else _centre
            yield other(book, present[rid], rid, rng)
            continue
        found = _what(book, present[rid], rid, rng) if number % 2 else None
        yield found or _box(book, present[rid], rid, rng)


def _placed(book: Book, rid: str) -> bool:
    region = book.region(rid)
    return bool(book.box(rid) or book.point(rid) or region.line or region.ellipse)


def _box(book: Book, fact: Fact, rid: str, rng: random.Random) -> DialogueDraft:
    name = book.called(rid)
    answer = steps.box_text(book, rid)
    line = Line().claim(f"{capital(name)} {book.verbs(rid)['lies']} within {answer}", fact).say(".")
    reasoning = [steps.box(book, rid, name)]
    return draft(
        NAME,
        rng.choice(ASK_BOX).format(name=name, **book.verbs(rid)),
        line,
        answer,
        regions=(rid,),
        reasoning=reasoning,
    )


def _point(book: Book, fact: Fact, rid: str, rng: random.Random) -> DialogueDraft:
    name = book.called(rid)
    answer = steps.point_text(book, rid)
    line = Line().claim(f"{capital(name)} {book.verbs(rid)['is']} marked at {answer}", fact).say(".")
    question = rng.choice(ASK_POINT).format(name=name, **book.verbs(rid))
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=[steps.point(book, rid, name)])


def _centre(book: Book, fact: Fact, rid: str, rng: random.Random) -> DialogueDraft:
    name, form, v = book.called(rid), book.form(rid), book.verbs(rid)
    answer = steps.centre_text(book, rid)
    marked = f"{v['is']} marked with {article(form)} centered at {answer}"
    line = Line().claim(f"{capital(name)} {marked}", fact).say(".")
    question = rng.choice(ASK_CENTRE).format(name=name, form=form)
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=[steps.centre(book, rid, name)])


def _ends(book: Book, fact: Fact, rid: str, rng: random.Random) -> DialogueDraft:
    name = book.called(rid)
    answer = steps.ends_text(book, rid)
    line = Line().claim(f"{capital(name)} {book.verbs(rid)['is']} marked with a line from {answer}", fact).say(".")
    question = rng.choice(ASK_ENDS).format(name=name)
    return draft(NAME, question, line, answer, regions=(rid,), reasoning=[steps.ends(book, rid, name)])


def _what(book: Book, fact: Fact, rid: str, rng: random.Random) -> DialogueDraft | None:
    """None where another region has the same box. The wrong choices are outlined elsewhere in this image."""
    boxes = {region.id: book.box(region.id) for region in book.scene.regions}
    if sum(box == boxes[rid] for box in boxes.values()) > 1:
        return None
    entry = book.entry(rid)
    answer = entry.concept.label
    labels = {region.concept.label for region in book.scene.regions if book.name(region.id)} - {answer}
    choices = None
    if len(labels) >= CHOICES - 1 and rng.random() < 0.5:
        choices = shuffled([answer, *shuffled(labels, rng)[: CHOICES - 1]], rng)
    line = Line().say(f"{book.verbs(rid)['this']} ").claim(book.called(rid), fact).say(".")
    asked = ASK_WHAT if book.form(rid) == "mask" else ASK_MARKED
    question = rng.choice(asked).format(box=steps.box_text(book, rid))
    return draft(NAME, question, line, answer, choices=choices, regions=(rid,))
