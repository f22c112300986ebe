"""What is it like: attenuation, how readers rated it, and what the source states of the whole picture."""

import random
from collections import Counter
from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene
from schemas.spelling import spelled
from transforms.facts import statement
from transforms.facts.format import SCALE, of_all, scale_ends, sliced, stated
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, in_unit, mixed
from transforms.text.line import Line

NAME = "attribute"
VERSION = "8"
SKILL = "measure"

ASK_HU = (
    "What is the mean attenuation of {name} in this image, in HU?",
    "What is the average density of {name} in this image, in Hounsfield units?",
)
ASK_RATING = ("How was the {attribute} of {name} rated?", "What rating did {name} get for {attribute}?")
ASK_STATED = (
    "What {name} was reported for {owner}?",
    "According to the source, what is the {name} of {owner}?",
)
ASK_CONDITION = ("Was {name} reported for the patient?", "Does the source state {name} for the patient?")
MOST = 3
LENGTHS = frozenset({"mm", "cm", "mm2", "cm2", "mm3", "mL"})


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Ratings first: few scenes have them."""
    book = Book(scene, space)
    for fact in mixed([fact for fact, _ in book.named("rating")], rng)[:MOST]:
        yield _rating(book, fact, rng)
    for fact in mixed(statement.of_regions(scene.facts), rng)[:MOST]:
        yield from _of_region(book, fact, rng)
    for fact in _statements(scene):
        yield _stated(scene, fact, rng)
    for fact in mixed([fact for fact, _ in book.named("mean_intensity") if book.seen(*fact.regions)], rng)[:MOST]:
        yield _attenuation(book, fact, rng)


def _statements(scene: Scene) -> list[Fact]:
    """What may be asked of this view: the first few, of a name that has one value."""
    facts = [fact for fact in statement.of(scene.facts) if statement.asked(fact, scene.view.frame)]
    values = Counter(statement.name(fact) for fact in facts)
    single = [fact for fact in facts if values[statement.name(fact)] == 1 and _to_scale(fact, scene)]
    return [fact for fact in single if statement.sentence(fact, scene.view.frame)][:MOST]


def _to_scale(fact: Fact, scene: Scene) -> bool:
    """Whether a length could be measured in what is shown: in a picture of which nobody knows how large its pixels are,
    none can."""
    if fact.unit not in LENGTHS:
        return True
    places = [media.geometry for media in scene.media]
    return any(one is not None and (one.spacing_mm is not None or one.affine is not None) for one in places)


def _stated(scene: Scene, fact: Fact, rng: random.Random) -> DialogueDraft:
    said = statement.sentence(fact, scene.view.frame) or ""
    owner, answer, line = statement.owner(fact, scene.view.frame), statement.value(fact), Line()
    if fact.predicate == "condition":
        answer = "yes" if fact.value == "present" else "no"
        question = rng.choice(ASK_CONDITION).format(name=spelled(str(fact.name)))
        return draft(NAME, question, line.say(f"{capital(answer)}, ").claim(said, fact).say("."), answer)
    question = rng.choice(ASK_STATED).format(name=statement.name(fact), owner=owner)
    question = in_unit(question, fact.unit) + _scaled(fact)
    return draft(NAME, question, line.claim(capital(said), fact).say("."), answer)


def _of_region(book: Book, fact: Fact, rng: random.Random) -> Iterator[DialogueDraft]:
    """What the source states of one thing that is drawn, where words can tell it from others."""
    name, frame = book.name(fact.regions[0]) if _to_scale(fact, book.scene) else None, book.scene.view.frame
    said = statement.sentence(fact, frame, name) if name is not None and len(book.same(fact.regions[0])) == 1 else None
    if said is not None:
        question = rng.choice(ASK_STATED).format(name=statement.name(fact), owner=name)
        question = in_unit(question, fact.unit) + _scaled(fact)
        line = Line().claim(capital(said), fact).say(".")
        yield draft(NAME, question, line, statement.value(fact), regions=fact.regions)


def _scaled(fact: Fact) -> str:
    """On which scale to answer."""
    scale = fact.scale
    if scale is None:
        return ""
    ends = f"from {scale.lowest} to {scale.highest}; higher means {scale.high}"
    if scale.low is not None:
        ends = f"from {scale.lowest} ({scale.low}) to {scale.highest} ({scale.high})"
    return f" Answer on the {spelled(scale.name)} scale {ends}."


def _rating(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    name = book.called(fact.regions[0])
    attribute = fact.concept.label if fact.concept else "rating"
    line = (
        Line()
        .claim(f"The {attribute} of {name} was rated {stated(fact)}", fact)
        .say(f" {scale_ends(fact)}".rstrip() + of_all(fact, book.scene.view) + ".")
    )
    whole = f"{name} as a whole" if sliced(fact, book.scene.view) else name
    question = rng.choice(ASK_RATING).format(attribute=attribute, name=whole)
    if fact.scale is not None and fact.scale.low is not None:
        question += f" Answer from {fact.scale.lowest} ({fact.scale.low}) to {fact.scale.highest} ({fact.scale.high})."
    elif SCALE.match(fact.unit or ""):
        question += f" Answer from {str(fact.unit).replace('-', ' to ')}."
    return draft(NAME, question, line, stated(fact), regions=fact.regions)


def _attenuation(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    name = book.called(fact.regions[0])
    line = (
        Line()
        .claim(f"{capital(name)} {book.verbs(fact.regions[0])['has']} a mean attenuation of {stated(fact)}", fact)
        .say(" in this image.")
    )
    question = rng.choice(ASK_HU).format(name=name)
    reasoning = [steps.measure(book, fact, name)]
    return draft(NAME, question, line, stated(fact), regions=fact.regions, reasoning=reasoning)
