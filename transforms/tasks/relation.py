"""How do regions stand to each other: inside, next to, how far apart, at which angle. What is next to another is not
inside it, and the other way about: so each can be denied, too."""

import random
from collections.abc import Iterator
from itertools import chain, zip_longest

from schemas import Fact, LabelSpace, ReasoningStep, Scene
from transforms.facts.format import stated
from transforms.facts.relation import NEAR_PX, WITHIN
from transforms.tasks import measuring, steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, in_unit, mixed, shuffled
from transforms.tasks.program import Sketch, joined
from transforms.text.line import Line

NAME = "relation"
VERSION = "9"
SKILL = "relate"

ASK_INSIDE = ("{Does} {a} lie inside {b}?", "{Is} {a} contained in {b} in this image?")
ASK_HOLDER = ("In which of these structures {does} {a} lie?",)
ASK_BESIDE = ("{Does} {a} lie next to {b}, outside it?", "{Is} {a} outside {b} and next to it in this image?")
ASK_ADJACENT = ("{Does} {a} lie next to {b} in this image?", "Are {a} and {b} adjacent in this image?")
ASK_DISTANCE = (
    "How far apart are the centers of {a} and {b} in this image?",
    "What is the distance between the centers of {a} and {b} in this image?",
)
ASK_POINTS = (
    "How far apart are {a} and {b} in this image, each taken as a point?",
    "What is the distance between the points of {a} and {b} in this image?",
)
ASK_ANGLE = (
    "What is the angle at {apex} between {a} and {b} in this image?",
    "How many degrees does the angle at {apex} between {a} and {b} measure in this image?",
)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    book = Book(scene, space)
    groups: list[list[DialogueDraft | None]] = [
        [rng.choice((_holder, _inside, _not_beside))(book, fact, rng) for fact in _named(book, "inside", rng)],
        [_beside_it(book, fact, rng) for fact in _named(book, "adjacent", rng)],
        [_distance(book, fact, rng) for fact in _named(book, "distance", rng)],
        [_angle(book, fact, rng) for fact in _named(book, "angle", rng)],
    ]
    yield from (found for found in chain.from_iterable(zip_longest(*groups)) if found is not None)


def _named(book: Book, predicate: str, rng: random.Random) -> list[Fact]:
    pairs = [fact for fact in book.of(predicate) if all(map(book.name, fact.regions)) and book.seen(*fact.regions)]
    return mixed(pairs, rng)


def _names(book: Book, fact: Fact) -> tuple[str, str]:
    a, b = fact.regions
    return book.called(a), book.called(b)


def _pair(fact: Fact) -> tuple[str, str]:
    a, b = fact.regions
    return a, b


def _inside(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b = _names(book, fact)
    v = book.verbs(fact.regions[0])
    line = Line().say("Yes, ").claim(f"{a} {v['lies']} inside {b}", fact).say(".")
    question = book.put(rng.choice(ASK_INSIDE)).format(a=a, b=b, **v)
    program = measuring.inside(book, *_pair(fact), a, b) if book.form(fact.regions[0]) == "mask" else ()
    return draft(NAME, question, line, "yes", regions=fact.regions, reasoning=_within(book, fact), program=program)


def _not_beside(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b = _names(book, fact)
    v = book.verbs(fact.regions[0])
    line = Line().say("No, ").claim(f"{a} {v['lies']} inside {b}", fact).say(".")
    question = book.put(rng.choice(ASK_BESIDE)).format(a=a, b=b, **v)
    why = f"{a} {v['is']} not outside {b}"
    reasoning = [steps.inside(book, fact, a, b), steps.more(book, 1, 1 - WITHIN, None, why)]
    program = measuring.inside(book, *_pair(fact), a, b, within=False) if book.form(fact.regions[0]) == "mask" else ()
    return draft(NAME, question, line, "no", regions=fact.regions, reasoning=reasoning, program=program)


def _within(book: Book, fact: Fact) -> list[ReasoningStep]:
    a, b = _names(book, fact)
    why = f"{a} {book.verbs(fact.regions[0])['counts']} as inside {b}"
    return [steps.inside(book, fact, a, b), steps.at_least(book, 1, WITHIN, None, why)]


def _holder(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    """Which structure holds it, where others lie elsewhere; else whether this one does."""
    a, b = _names(book, fact)
    v = book.verbs(fact.regions[0])
    others = _elsewhere(book, fact)
    if not others:
        return rng.choice((_inside, _not_beside))(book, fact, rng)
    line = Line().claim(f"{capital(a)} {v['lies']} inside {b}", fact).say(".")
    choices = shuffled([b, *shuffled(others, rng)[:3]], rng)
    question, regions = rng.choice(ASK_HOLDER).format(a=a, **v), (fact.regions[1], fact.regions[0])
    look = steps.inside(book, fact, a, b)
    of = measuring.chosen(book, fact.regions[0])
    own = Sketch("inside", {**look.args, "a": "#0"}, f"Of what it covers, {{value}} lies within {b}.", fact.regions[0])
    return draft(NAME, question, line, b, choices=choices, regions=regions, reasoning=[look],
                 program=joined(of, (own,)) if of else ())  # fmt: skip


def _elsewhere(book: Book, fact: Fact) -> list[str]:
    """Names of anatomy of the same part of the body whose box does not even meet the inner region's: certainly wrong
    answers, which a reader who has not looked might yet give."""
    inner = _box(book, fact.regions[0])
    found = []
    for region in book.scene.regions:
        outer, name = _box(book, region.id), book.name(region.id)
        if inner and outer and name and _could_hold(book, fact, region.id) and not _meet(inner, outer):
            found.append(name)
    return sorted(set(found))


def _could_hold(book: Book, fact: Fact, rid: str) -> bool:
    """Whether one region could be what holds another, for all that their names say: a pulmonary nodule lies in no
    stomach. What has its finding's part of the body above it; of a finding of no part, what has the holder's."""
    inner, holder = (book.entry(one) for one in fact.regions)
    own = (
        {slug for slug in inner.parents if book.space.get(slug).facet == "anatomy"} if inner.facet == "finding" else ()
    )
    outer = book.entry(rid)
    above = {outer.slug, *book.space.ancestors(outer.slug)} if own else set(outer.parents)
    return outer.facet == "anatomy" and not above.isdisjoint(own or holder.parents)


def _box(book: Book, rid: str) -> tuple[int, ...] | None:
    """On the picture, or in the volume."""
    return book.box(rid) or book.region(rid).box3d


def _meet(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    axes = len(a) // 2
    return all(a[n] < b[n + axes] and b[n] < a[n + axes] for n in range(axes))


def _beside_it(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    """A finding beside an organ is asked about in the words of one inside it, and named first as there: nothing but the
    picture tells which it is. None of what overlaps: it may be inside by some."""
    first, second = (book.entry(rid).facet for rid in fact.regions)
    if {first, second} != {"finding", "anatomy"}:
        return _adjacent(book, fact, rng, ASK_ADJACENT)
    if not float(fact.value) > 0:
        return None
    turned = fact.model_copy(update={"regions": fact.regions if first == "finding" else fact.regions[::-1]})
    return _not_inside(book, turned, rng) if rng.random() < 0.5 else _adjacent(book, turned, rng, ASK_BESIDE)


def _adjacent(book: Book, fact: Fact, rng: random.Random, asked: tuple[str, ...]) -> DialogueDraft:
    a, b = _names(book, fact)
    v = book.verbs(fact.regions[0])
    line = Line().say("Yes, ").claim(f"{a} {v['lies']} next to {b}", fact).say(".")
    question = rng.choice(asked).format(a=a, b=b, **v)
    limit = Sketch("at_most", {"a": "#0", "threshold": measuring.near(book)}, "That is next to each other.")
    program = joined(measuring.gap(book, *_pair(fact), a, b), (limit,))
    return draft(NAME, question, line, "yes", regions=fact.regions, reasoning=_beside(book, fact), program=program)


def _not_inside(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    """Of two that do not touch."""
    a, b = _names(book, fact)
    v = book.verbs(fact.regions[0])
    line = Line().say("No, ").claim(f"{a} {v['lies']} next to {b}", fact).say(".")
    question = rng.choice(ASK_INSIDE).format(a=a, b=b, **v)
    reasoning = [_gap(book, fact), steps.more(book, 1, 0.0, fact.unit, f"{a} {v['does']} not reach into {b}")]
    limit = Sketch("at_most", {"a": "#0", "threshold": 0.0}, f"There is room between: {a} {v['does']} not reach in.")
    program = joined(measuring.gap(book, *_pair(fact), a, b), (limit,))
    return draft(NAME, question, line, "no", regions=fact.regions, reasoning=reasoning, program=program)


def _beside(book: Book, fact: Fact) -> list[ReasoningStep]:
    spacing = book.scene.media[0].geometry.spacing_mm if book.scene.media[0].geometry else None
    limit = NEAR_PX * min(spacing or (1.0, 1.0))
    return [_gap(book, fact), steps.at_most(book, 1, limit, fact.unit, "they lie next to each other")]


def _gap(book: Book, fact: Fact) -> ReasoningStep:
    a, b = _names(book, fact)
    rid, other = fact.regions
    text = f"Measure the gap between {a} and {b}: {stated(fact)}."
    return steps.step(book, "gap", {"a": rid, "b": other}, fact.value, text, fact.unit, rid)


def _distance(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, b = _names(book, fact)
    rid, other = fact.regions
    points = book.form(rid, other) in ("point", "place")
    start = "the point" if points else "the center"
    reasoning = [
        steps.step(
            book, "apart" if book.noun == "scan" else "distance", {"a": rid, "b": other}, fact.value,
            f"Measure from {start} of {a} to that of {b}: {stated(fact)}.", fact.unit, rid,
        )
    ]  # fmt: skip
    said = f"{capital(a)} and {b} are marked" if points else f"The centers of {a} and {b} are"
    line = Line().claim(f"{said} {stated(fact)} apart", fact).say(f" in this {book.noun}.")
    question = book.put(rng.choice(ASK_POINTS if points else ASK_DISTANCE)).format(a=a, b=b)
    question = in_unit(question, fact.unit)
    program = measuring.distance(book, rid, other, a, b) if book.noun == "image" and not points else ()
    return draft(NAME, question, line, stated(fact), regions=fact.regions, reasoning=reasoning, program=program)


def _angle(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft:
    a, apex, b = (book.called(rid) for rid in fact.regions)
    args = dict(zip(("a", "apex", "b"), fact.regions, strict=True))
    text = f"Measure the angle at the point of {apex} between those of {a} and {b}: {stated(fact)}."
    op = "angle_in_space" if book.noun == "scan" else "angle"
    reasoning = [steps.step(book, op, args, fact.value, text, fact.unit)]
    line = (
        Line().claim(f"The angle at {apex} between {a} and {b} is {stated(fact)}", fact).say(f" in this {book.noun}.")
    )
    question = in_unit(book.put(rng.choice(ASK_ANGLE)).format(a=a, apex=apex, b=b), fact.unit)
    return draft(NAME, question, line, stated(fact), regions=fact.regions, reasoning=reasoning)
