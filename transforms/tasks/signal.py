"""What do the measurements on a recording say: rates, intervals, axes; and how long does what goes on last."""

import random
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import stated
from transforms.tasks.base import Book, DialogueDraft, draft, in_unit, mixed
from transforms.text.grammar import verbs
from transforms.text.line import Line

NAME = "signal"
VERSION = "4"
SKILL = "measure"

ASK = ("What is the {label} in this recording?", "By this recording, what is the {label}?")
ASK_SPAN = ("How long {does} the {label} last in this recording?",)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """One question a concept, where the recording has one measurement of it."""
    book = Book(scene, space)
    found: dict[str, list[Fact]] = {}
    for fact in (*book.of("interval"), *book.of("duration")):
        if fact.concept is not None:
            found.setdefault(fact.concept.label, []).append(fact)
    single = {label: facts[0] for label, facts in found.items() if len(facts) == 1}
    for fact in mixed(list(single.values()), rng):
        label = next(name for name, other in single.items() if other is fact)
        if fact.regions:
            v = verbs(book.entry(fact.regions[0]).many)
            question = rng.choice(ASK_SPAN).format(label=label, **v)
            said = f"The marked {label} {v['lasts']} {stated(fact)}"
        else:
            question, said = rng.choice(ASK).format(label=label), f"The {label} is {stated(fact)}"
        question = in_unit(question, fact.unit)
        yield draft(NAME, question, Line().claim(said, fact).say("."), stated(fact), regions=fact.regions)
