"""Questions about what another image shows and this one does not: the right answer is that it is not there. The words
are those of questions that do have an answer, so that they do not tell."""

import random
from collections.abc import Iterator

from schemas import ItemCheck, LabelSpace, Scene
from transforms.facts.base import RESIDUAL
from transforms.tasks import grounding, size
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.grammar import definite, verbs
from transforms.text.line import Line

NAME = "premise"
VERSION = "1"
SKILL = "recognise"

ASK = (*size.ASK["long_axis"], *size.ASK["area"][:1], *grounding.ASK_BOX)
ANSWER = "not visible"
ACCEPTED = (ANSWER, "cannot be determined", "there is none", "no")
MOST = 2


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Of findings that are lawfully absent from the whole of the picture shown."""
    book = Book(scene, space)
    if book.noun != "image" or not book.pictured:
        return
    for fact in mixed(book.of("absent"), rng)[: MOST * 2]:
        entry = space.of(fact.concept) if fact.concept is not None else None
        if entry is None or entry.facet != "finding" or entry.slug in RESIDUAL or entry.mass or fact.level is not None:
            continue
        v = verbs(entry.many)
        question = rng.choice(ASK).format(name=definite(entry), **v)
        line = Line().claim(f"{capital(definite(entry))} {v['is']} not visible", fact).say(" in this image.")
        check = ItemCheck(kind="exact", accepted=ACCEPTED)
        yield draft(NAME, question, line, ANSWER, check=check)
