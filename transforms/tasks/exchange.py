"""Which size or box a question of verification offers: decided when the corpus is published, so that none looks wrong.

A wrong value made up from the right one is told by its looks: of a hundred volumes of 0.08 mL, the one of 0.1 mL is
wrong. So two questions about the same kind of thing, clearly apart, go together, and both are asked of their own, or
each of the other's. Whatever is offered is then the right one of some question, as often where the answer is yes as
where it is no, and none is offered twice for being one question's. Of a question that finds no other nothing is asked.
"""

import json
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from schemas import Candidate, Dialogue, Fact, LabelSpace, content_key
from transforms.facts.format import quantity
from transforms.regions.metrics import box_iou
from transforms.tasks import verification
from transforms.tasks.base import Book
from transforms.tasks.choices import MOST, number_of
from transforms.tasks.judged import CLEAR, allowed, check_of, difficulty_of

LEAST = 50
"""Fewer questions of a corpus are asked as their pictures made them: they teach hardly a habit."""
NEAREST = 0.6
"""How often a question is given the nearest of the others instead of any."""
TWICE = 2.0
"""By how much values of two kinds may differ, to be exchanged: more, and the name tells which is wrong."""
Edits = dict[str, list[str] | Literal[False]]  # dialogue -> what is offered, in a list, or that it is not asked


class Offer(NamedTuple):
    """A question: where it is asked, whose values are like its own, its own, and by how much another must differ from
    that to be wrong. `room`: the greatest that its picture has room for."""

    key: str
    id: str
    pool: str
    own: str
    draw: int
    room: float | None
    within: float | None


def own_of(dialogue: Dialogue, sample: Candidate, facts: Mapping[str, Fact]) -> tuple[str | None, float | None]:
    """What a question is rightly asked with, and by how much another value must differ from that to be wrong: none of a
    box. None of a question that is no verification. How far a measurement must be off from a size that is a choice is
    told of those, too."""
    fact = facts[dialogue.facts[0]] if dialogue.facts else None
    measured = fact is not None and fact.unit is not None and isinstance(fact.value, int | float)
    within = CLEAR * allowed(fact) if fact is not None and measured else None
    if dialogue.task != verification.NAME or fact is None:
        return None, within
    if within is not None:
        return quantity(fact.value, fact.unit, fact.tolerance), within
    box = next(region.box for region in sample.regions if region.id == dialogue.regions[0])
    return None if box is None else str(list(box.xyxy)), None


def pool_of(dialogue: Dialogue, sample: Candidate, labels: Mapping[str, str], facts: Mapping[str, Fact]) -> str:
    """What questions share whose values may be exchanged: what is asked of it, and of what. Boxes are those of pictures
    of one size."""
    fact, about = facts[dialogue.facts[0]], labels[dialogue.regions[0]]
    if fact.unit is not None:
        return " | ".join((dialogue.task, fact.predicate, fact.unit, about))
    first = sample.media[0]
    return " | ".join((dialogue.task, f"box {first.width} x {first.height}", about))


def exchanged(asked: Sequence[Offer], seed: int, settled: Collection[tuple[str, str]] = ()) -> dict[str, Edits]:
    """key -> dialogue -> what it is asked with, or false. In any order of `asked` the same. `settled`: (key, dialogue)
    whose questions stand as they are."""
    if len(asked) < LEAST:
        return {}
    fresh = sorted((one for one in asked if (one.key, one.id) not in settled), key=lambda one: (one.draw, one.key))
    found: dict[str, Edits] = {}
    for one in fresh:
        found.setdefault(one.key, {})[one.id] = False
    for number, (one, other) in enumerate(_matched(fresh, seed), seed):
        own = number % 2 == 0
        found[one.key][one.id] = [one.own if own else other.own]
        found[other.key][other.id] = [other.own if own else one.own]
    return found


def _matched(fresh: Sequence[Offer], seed: int) -> Iterator[tuple[Offer, Offer]]:
    """Two of one kind, then of what is left two of any kind whose values might be one another's."""
    met: set[tuple[str, str]] = set()
    for kin in (True, False):
        pools: dict[str, list[Offer]] = {}
        for one in fresh:
            if (one.key, one.id) not in met:
                pools.setdefault(one.pool if kin else one.pool.rpartition(" | ")[0], []).append(one)
        for _, pool in sorted(pools.items()):
            for one, other in _pairs(pool, seed, _exclude if kin else _rival):
                met |= {(one.key, one.id), (other.key, other.id)}
                yield one, other


def _pairs(
    pool: Sequence[Offer], seed: int, fit: Callable[[Offer, Offer], bool]
) -> Iterator[tuple[Offer, Offer]]:  # fmt: skip
    """Two and two that fit, those with the commonest value first: so most find one. Of a large pool so many at once,
    for each is held against all others."""
    for start in range(0, len(pool), MOST):
        left: dict[str, list[Offer]] = {}
        for one in pool[start : start + MOST]:
            left.setdefault(one.own, []).append(one)
        while left:
            one = _taken(left, max(left, key=lambda own: (len(left[own]), own)))
            others = [some[-1] for some in left.values() if fit(one, some[-1])]
            if others:
                rng = random.Random(content_key("exchange", seed, one.key, one.id))
                near = rng.random() < NEAREST
                other = min(others, key=lambda other: _far(one, other)) if near else rng.choice(others)
                yield one, _taken(left, other.own)


def _taken(left: dict[str, list[Offer]], own: str) -> Offer:
    one = left[own].pop()
    if not left[own]:
        del left[own]
    return one


def _exclude(one: Offer, other: Offer) -> bool:
    """Whether the value of each is certainly wrong of the other, and its picture has room for it."""
    if one.within is None or other.within is None:
        return box_iou(_box(one.own), _box(other.own)) <= verification.NEAR[1]
    a, b = number_of(one.own) or 0.0, number_of(other.own) or 0.0
    fits = (one.room is None or b <= one.room) and (other.room is None or a <= other.room)
    return fits and abs(a - b) > max(one.within, other.within)


def _rival(one: Offer, other: Offer) -> bool:
    """Whether the value of each is wrong of the other, but near by: at most twice as large, or boxes that overlap."""
    if not _exclude(one, other):
        return False
    if one.within is None:
        return box_iou(_box(one.own), _box(other.own)) >= verification.NEAR[0]
    a, b = sorted((number_of(one.own) or 0.0, number_of(other.own) or 0.0))
    return b <= TWICE * a


def _far(one: Offer, other: Offer) -> tuple[float, str, str]:
    """How unlike the values of two are; names decide between equal ones."""
    if one.within is None:
        far = -box_iou(_box(one.own), _box(other.own))
    else:
        far = abs((number_of(one.own) or 0.0) - (number_of(other.own) or 0.0))
    return far, other.key, other.id


def _box(text: str) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = json.loads(text)
    return x0, y0, x1, y1


def with_value(sample: Candidate, dialogue: Dialogue, offered: str, space: LabelSpace) -> Dialogue:
    """The dialogue asked with another value or box: its answer, its reasoning and its check follow."""
    rng = random.Random(content_key("offered", sample.key, dialogue.id))
    made = verification.offering(Book(sample, space), dialogue, offered, rng)
    facts = {fact.id: fact for fact in sample.facts}
    used = [facts[name] for name in dialogue.facts]
    return dialogue.model_copy(
        update={
            "turns": made.turns, "answer": made.answer, "reasoning": made.reasoning,
            "check": check_of(made.answer, None, used, sample, space),
            "difficulty": difficulty_of(len(made.reasoning), None, made.regions, sample),
        }
    )  # fmt: skip
