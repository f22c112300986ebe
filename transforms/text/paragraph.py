"""Several sentences about one thing: each tells what those before it have not told, and calls it "it" where that is
clear."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from transforms.text.line import Line
from transforms.text.names import SceneText
from transforms.text.rules import Slots

NAMES = frozenset(("a", "the", "the_obj", "S", "it", "its", "plural", "n", "A", "B"))
"""Slots that name a thing, and may be said again."""
AGAIN = 0.3
"""How often a thing is called by its name where "it" would do."""


def told_by(line: Line) -> set[str]:
    """Ids of the facts that a line asserts."""
    return {fact for _, _, fact in line.marks}


def untold(slots: Slots, told: set[str]) -> Slots:
    """The slots less those of which a fact was told."""
    words = {name: line for name, line in slots.words.items() if name in NAMES or not told_by(line) & told}
    facts = {name: own for name, own in slots.facts.items() if not {fact.id for fact in own} & told}
    return replace(slots, words=words, facts=facts)


def follow(told: SceneText, intro: Line, slots: Slots, topics: Sequence[str], most: int) -> Iterator[Line]:
    """The first sentence, then at most `most` more by the rules `topics`, in turn."""
    yield intro
    before, done = intro, told_by(intro)
    other = {fact.id for own in slots.facts.values() for fact in own}
    for topic in topics:
        if most <= 0:
            return
        left = referring(told, untold(slots, done), before, other)
        sentence = told.teller.say(topic, left)
        new = told_by(sentence) - done
        if not sentence.text or not new:
            continue
        yield sentence
        before, most = sentence, most - 1
        done |= new


def referring(told: SceneText, slots: Slots, before: Line, other: set[str]) -> Slots:
    """How the next sentence speaks of the thing: as "it" where the one before began with it, and with "it" named none
    of those that the facts `other` bring in."""
    text = before.text.lower()
    named = text.startswith(
        tuple(slots.words[name].text.lower() for name in ("a", "the", "plural") if name in slots.words)
    )
    if not named and not (text.startswith(("it", "they", "their")) and not told_by(before) & other):
        return slots.over(S=slots.words["the"])
    again = told.rng.random() < AGAIN
    return slots.over(S=slots.words["the" if again else "it"], Its=slots.words["its"])
