"""What does the report say? Each answer rests on the report's own words: the spans that its source marks, or a sentence
that a label of the same record bears out."""

import random
from collections.abc import Iterator, Sequence

from schemas import Fact, LabelSpace, Scene, SourceText
from transforms.facts.base import NEGATIONS, RESIDUAL
from transforms.tasks.base import Book, DialogueDraft, capital, draft, mixed
from transforms.text.grammar import verbs
from transforms.text.line import Line

NAME = "report"
VERSION = "3"
SKILL = "read"

ASK = (
    "Does the report describe {thing} as present?",
    "According to the report, {is} there {thing}?",
    "Does this report state that the patient has {thing}?",
)
SAY = {
    "present": ("yes", "Yes, ", "{thing} {is} present"),
    "absent": ("no", "No, ", "there {is} no {label}"),
    "uncertain": ("uncertain", "", "{Label} {is} possible"),
}


def ask(scene: Scene, space: LabelSpace, rng: random.Random) -> Iterator[DialogueDraft]:
    """One question a finding whose annotated spans agree; a report that says both is not asked about."""
    if scene.document is None:
        return
    book = Book(scene, space)
    said = {fact.id: fact for fact in book.of("finding") if fact.concept is not None and str(fact.value) in SAY}
    for fact in mixed(agreed(said, "value"), rng):
        yield _finding(book, fact, str(fact.value), rng)


def ask_texts(
    scene: Scene, texts: Sequence[SourceText], space: LabelSpace, rng: random.Random
) -> Iterator[DialogueDraft]:
    """One question a finding that a label and a sentence of the report agree on. The report stands in the question
    where the sample is not the report itself: nobody can read it off the image."""
    book = Book(scene, space)
    if book.of("finding"):
        return  # its spans are asked about
    reports = [text for text in texts if text.kind != "caption"]
    facts = {fact.id: fact for fact in (*book.of("present"), *book.of("absent")) if _is_finding(book, fact)}
    told = {claim.fact: text for text in reports for claim in text.claims if claim.fact in facts}
    for fact in mixed(agreed({name: facts[name] for name in told}, "predicate"), rng):
        words = "" if scene.document is not None else f"{told[fact.id].text}\n\n"
        yield _finding(book, fact, fact.predicate, rng, words)


def _is_finding(book: Book, fact: Fact) -> bool:
    entry = book.space.of(fact.concept) if fact.concept is not None else None
    return entry is not None and entry.facet == "finding" and entry.slug not in {*NEGATIONS, *RESIDUAL}


def agreed(facts: dict[str, Fact], state: str) -> list[Fact]:
    """The first fact of each concept whose facts all say the same."""
    said: dict[str, list[Fact]] = {}
    for fact in facts.values():
        said.setdefault(fact.concept.label if fact.concept else "", []).append(fact)
    return [found[0] for found in said.values() if len({getattr(fact, state) for fact in found}) == 1]


def _finding(book: Book, fact: Fact, state: str, rng: random.Random, report: str = "") -> DialogueDraft:
    if fact.concept is None:
        raise ValueError(f"finding {fact.id} of {book.scene.key} has no concept: its connector must set one")
    thing = book.mention(fact.concept)
    answer, opening, words = SAY[state]
    v = verbs(book.space.of(fact.concept).many)
    said = words.format(**v, thing=thing, label=fact.concept.label, Label=capital(fact.concept.label))
    line = Line().say(opening).claim(said, fact).say(".")
    return draft(NAME, report + rng.choice(ASK).format(thing=thing, **v), line, answer, regions=fact.regions)
