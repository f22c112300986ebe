"""What changed from one visit, or phase, to the next? Not how far apart they are: no picture shows that."""

import random
from collections.abc import Callable, Iterator

from schemas import Fact, LabelSpace, Scene
from transforms.facts.format import quantity
from transforms.groups.across import MEASURES
from transforms.groups.response import PARTIAL, PROGRESSIVE, RULE, STABLE
from transforms.groups.wording import same, written
from transforms.tasks import steps
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.grammar import definite, mention
from transforms.text.line import Line

NAME = "visits"
VERSION = "4"
ACROSS = True
SKILL = "compare"

ASK_LARGER = (
    "In which of the two, {a} or {b}, is the {measure} of {name} larger?",
    "By {measure}, is {name} larger in {a} or in {b}?",
)
ASK_RATIO = ("How many times as large as in {a} is the {measure} of {name} in {b}?",)
ASK_WHICH = ("Which of the two shows {name}, {a} or {b}?", "Is {name} seen in {a} or in {b}?")
ASK_RECIST = ("By {rule}, what is the change of {name} from {a} to {b}? Answer with one of: {kinds}.",)
ASK_REPORTED = ("For which of the two, {a} or {b}, was the higher {name} reported?",)


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """Sizes first, which can be measured again; then what only one shows and what was reported."""
    book = Book(scene, space)
    if scene.group is None:
        return
    ratios = mixed([fact for predicate in MEASURES for fact in book.of(predicate)], rng)
    for number, fact in enumerate(ratios):
        found = (_ratio if number % 2 else _larger)(book, fact, rng) or _ratio(book, fact, rng)
        if found is not None:
            yield found
    makers: tuple[tuple[str, Callable[[Book, Fact, random.Random], DialogueDraft | None]], ...] = (
        ("recist_change", _recist),
        ("only_in", _which),
        ("reported_change", _reported),
    )
    for predicate, make in makers:
        for fact in mixed(book.of(predicate), rng):
            found = make(book, fact, rng)
            if found is not None:
                yield found


def _line(book: Book, fact: Fact) -> Line | None:
    """The sentence of a fact."""
    said = written(fact, book.scene, book.space)
    return None if said is None else Line().claim(capital(said.text), fact).say(".")


def _pair(book: Book, fact: Fact) -> dict[str, str]:
    return dict(zip("ab", map(book.image, fact.media), strict=True))


def _measured(book: Book, fact: Fact) -> tuple[str, str, list[Fact]]:
    """What was measured, of what, and how large that is in the earlier and in the later."""
    measure, unit = MEASURES[fact.predicate]
    facts = [book.fact(measure, rid) for rid in fact.regions]
    assert fact.concept is not None
    return (
        measure,
        definite(book.space.of(fact.concept)),
        [one for one in facts if one is not None and one.unit == unit],
    )


def _larger(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    """None where the two may be equal."""
    line, (measure, name, facts) = _line(book, fact), _measured(book, fact)
    if line is None or len(facts) != 2 or same(fact):
        return None
    pair = _pair(book, fact)
    larger = int(float(fact.value) > 1)
    answer = pair["ab"[larger]]
    reasoning = [steps.measure(book, one, f"{name} in {pair[at]}") for at, one in zip("ab", facts, strict=True)]
    both, rid = {"a": "#1", "b": "#2"}, fact.regions[larger]
    reasoning.append(
        steps.step(book, "greater", both, rid, f"Compare the two: that in {answer} is the greater.", at=rid)
    )
    reasoning.append(steps.step(book, "image_of", {"region": "#3"}, answer, f"It lies in {answer}."))
    question = rng.choice(ASK_LARGER).format(measure=measure, name=name, **pair)
    return draft(NAME, question, line, answer, choices=(pair["a"], pair["b"]), regions=fact.regions, facts=facts,
                 reasoning=reasoning)  # fmt: skip


def _ratio(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    line, (measure, name, facts) = _line(book, fact), _measured(book, fact)
    if line is None or len(facts) != 2 or same(fact):
        return None
    pair, value = _pair(book, fact), quantity(fact.value, None, fact.tolerance)
    reasoning = [steps.measure(book, one, f"{name} in {pair[at]}") for at, one in zip("ab", facts, strict=True)]
    args = {"a": "#2", "b": "#1"}
    reasoning.append(steps.step(book, "ratio", args, fact.value, f"Divide the second by the first: {value}."))
    question = rng.choice(ASK_RATIO).format(measure=measure, name=name, **pair)
    return draft(NAME, question, line, value, regions=fact.regions, facts=facts, reasoning=reasoning)


def _recist(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    """The kinds stand in the question, and are no choices to be balanced: which of them is right, the rule says."""
    line = _line(book, fact)
    if line is None or fact.concept is None:
        return None
    kinds = ", ".join(sorted((PARTIAL, PROGRESSIVE, STABLE)))
    name, inputs = definite(book.space.of(fact.concept)), [one for one in book.scene.facts if one.id in fact.inputs]
    question = rng.choice(ASK_RECIST).format(rule=RULE, name=name, kinds=kinds, **_pair(book, fact))
    return draft(NAME, question, line, str(fact.value), regions=fact.regions, facts=inputs)


def _which(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    line = _line(book, fact)
    if line is None or fact.concept is None:
        return None
    pair = dict(zip("ab", sorted(map(book.image, fact.media)), strict=True))
    question = rng.choice(ASK_WHICH).format(name=mention(book.space.of(fact.concept)), **pair)
    return draft(NAME, question, line, book.image(fact.media[0]), choices=tuple(pair.values()))


def _reported(book: Book, fact: Fact, rng: random.Random) -> DialogueDraft | None:
    line, pair = _line(book, fact), _pair(book, fact)
    if line is None or not fact.value:
        return None
    question = rng.choice(ASK_REPORTED).format(name=fact.name, **pair)
    return draft(NAME, question, line, pair["ab"[float(fact.value) > 0]], choices=tuple(pair.values()))
