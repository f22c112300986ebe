"""Wrong choices that are right elsewhere in the corpus: drawn when it is published, so that no choice looks wrong.

A question whose wrong choices were made up from the right one (other sizes, other counts), or are words of a fixed list
(other modalities, other zones), is guessed by what is usual. Its choices are drawn anew from the right answers to the
same question of other samples: then each choice is as usual as the right one is. Where the corpus has too few, it
is asked without choices.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import polars as pl

from schemas import Candidate, Dialogue, Fact, LabelSpace, content_key
from transforms.tasks import modality
from transforms.tasks.judged import MEASURED_SHARE, check_of, difficulty_of

FAMILIES = ("modality", "plane", "location", "size", "counting", "ecg")
EVEN = 1.1
"""By how much the commonest answer may be right more often than one in so many choices."""
TRIES = 20
"""Draws of wrong numbers that must differ from one another."""
APART = 2.0
"""A wrong number lies further from the right one than what is judged right, by this factor."""
MOST = 512
"""Answers that a right one is held against: of a pool with more different ones, those of so many of its questions."""
Edits = Mapping[str, Sequence[str] | None]  # dialogue -> its new choices, or none


class Choice(NamedTuple):
    """A question with choices: where it is asked, what its answers share, and its own. `room`: the greatest number
    that its picture has room for. `within`: by how much another must differ from a measured one to be wrong."""

    key: str
    id: str
    pool: str
    answer: str
    choices: int
    draw: int
    room: float | None = None
    within: float | None = None


def pool_of(dialogue: Dialogue, sample: Candidate, labels: Mapping[str, str], facts: Mapping[str, Fact]) -> str | None:
    """What questions must share so that the answer to one is a fair wrong choice of another: the family, what is
    measured, of what, and the words that places have. None of a question whose choices stay as they are."""
    if dialogue.choices is None or dialogue.task not in FAMILIES:
        return None
    used = facts[dialogue.facts[0]] if dialogue.facts else None
    about = [labels[region] for region in dialogue.regions[:1] if region in labels]
    plane = sample.view.plane or "" if dialogue.task == "location" else ""
    return " | ".join([dialogue.task, used.predicate if used else "", used.unit or "" if used else "", plane, *about])


def redrawn(asked: pl.DataFrame, seed: int, space: LabelSpace) -> Iterator[tuple[int, list[str] | None]]:
    """The number of a row in `asked` and its choices; None where the corpus has too few others. In any order of `asked`
    each gets the same. Columns: those of Choice, and `settled`: of those whose answers count and whose choices stand.
    Held are the answers of one pool, and never its questions."""
    for pool in asked.with_row_index("at").partition_by("pool"):
        ordered = pool.sort("draw", "key", "id")
        kinds = _kinds(str(ordered["pool"][0]), ordered["answer"].unique().sort().to_list(), space)
        stays = _even(ordered, kinds)
        answers = ordered["answer"].filter(stays)
        weights = _weights(answers)
        fresh = ordered.select("at", "settled", *Choice._fields).insert_column(0, stays)
        for there, at, settled, *row in fresh.iter_rows():
            if settled:
                continue
            one = Choice(*row)
            others = weights if len(weights) <= MOST or not there else _some(answers, one, seed)
            yield at, _drawn(one, others, seed, kinds) if there else None


def _weights(answers: pl.Series) -> dict[str, int]:
    return dict(answers.value_counts().sort(answers.name).iter_rows())


def _kinds(pool: str, answers: Sequence[str], space: LabelSpace) -> dict[str, str]:
    """Answer -> what stands for all that are never offered beside it: of modalities the first that one picture may
    rightly bear as well, of other answers each for itself. `answers`: those of a pool, sorted."""
    if not pool.startswith(modality.NAME):
        return {answer: answer for answer in answers}
    found: dict[str, str] = {}
    for answer in answers:
        kin = (kind for other, kind in found.items() if not modality.unlike(space, answer, other))
        found[answer] = next(kin, answer)
    return found


def _some(answers: pl.Series, asked: Choice, seed: int) -> dict[str, int]:
    """The answers to some of a pool's questions, other ones for each that is asked, as usual among them as in the whole
    pool: each against every other would take the square of their number."""
    rng = random.Random(content_key("pool", seed, asked.key, asked.id))
    return _weights(answers.gather(rng.sample(range(len(answers)), MOST)))


def _even(pool: pl.DataFrame, kinds: Mapping[str, str]) -> pl.Series:
    """Which of a pool's questions stay: the first, so many that no kind of answer is right more often than one in so
    many choices, by EVEN: more often than that, and who always takes it is right too often whatever stands beside
    it."""
    kind = pool["answer"].replace_strict(kinds, return_dtype=pl.String)
    counts = sorted(kind.value_counts()["count"])
    choices = pool["choices"][0]

    def uneven(cap: int) -> bool:
        return bool(cap * choices > EVEN * sum(min(n, cap) for n in counts))

    # What a cap leaves grows ever slower with it, and so it is uneven from some cap on, and at none below that.
    most = bisect_left(range(1, counts[-1] + 1), True, key=uneven)
    return kind.to_frame("kind").select(stays=pl.int_range(pl.len()).over("kind") < most)["stays"]


def _drawn(asked: Choice, weights: Mapping[str, int], seed: int, kinds: Mapping[str, str]) -> list[str] | None:
    rng = random.Random(content_key("choices", seed, asked.key, asked.id))
    others: dict[str, dict[str, int]] = {}
    for other, weight in weights.items():
        fits = kinds[other] != kinds[asked.answer] and _differ(asked.answer, other, asked.within)
        if fits and _possible(other, asked.room):
            others.setdefault(kinds[other], {})[other] = weight
    for _ in range(TRIES):
        names = systematic({kind: sum(own.values()) for kind, own in others.items()}, asked.choices - 1, rng)
        if names is None:
            return None
        chosen = [_one(others[name], rng) for name in names]
        if all(_differ(one, other) for one, other in combinations(chosen, 2)):
            chosen.append(asked.answer)
            rng.shuffle(chosen)
            return chosen
    return None


def _one(weights: Mapping[str, int], rng: random.Random) -> str:
    """One of the names, with a chance in proportion to its weight."""
    return rng.choices(list(weights), list(weights.values()))[0] if len(weights) > 1 else next(iter(weights))


def systematic(weights: Mapping[str, int], count: int, rng: random.Random) -> list[str] | None:
    """`count` different names, each with a chance in proportion to its weight, at most 1: systematic sampling with
    unequal probabilities (Madow, 1949). None where there are fewer names."""
    if len(weights) < count:
        return None
    names = sorted(weights)
    rng.shuffle(names)
    chance = _chances([weights[name] for name in names], count)
    found: list[str] = []
    passed, mark = 0.0, rng.random()
    for name, own in zip(names, chance, strict=True):
        passed += own
        if passed > mark and len(found) < count:
            found.append(name)
            mark += 1
    return (
        found if len(found) == count else [*found, *[name for name in names if name not in found][: count - len(found)]]
    )


def _chances(weights: Sequence[float], count: int) -> list[float]:
    """In proportion to weights, summing to `count`, none above 1."""
    sure: set[int] = set()
    while True:
        left = count - len(sure)
        total = sum(weight for n, weight in enumerate(weights) if n not in sure)
        found = [1.0 if n in sure else left * weight / total for n, weight in enumerate(weights)]
        above = {n for n, one in enumerate(found) if one > 1 and n not in sure}
        if not above:
            return found
        sure |= above


def _differ(one: str, other: str, least: float | None = None) -> bool:
    """Whether two answers are two: words that are not the same, numbers that nobody takes for one another, by `least`
    at least."""
    value, number = number_of(one), number_of(other)
    if value is None or number is None:
        return one != other
    within = APART * MEASURED_SHARE * abs(value) if " " in one else 0.0
    return abs(number - value) > max(within, least or 0.0) * (1 + 1e-9)


def _possible(answer: str, most: float | None) -> bool:
    """Whether a picture has room for a number; words have."""
    number = None if most is None else number_of(answer)
    return most is None or number is None or number <= most


@lru_cache(maxsize=1 << 16)  # each answer of a pool is held against every other
def number_of(answer: str) -> float | None:
    """The number that an answer begins with: "12.4 mm", "3"; None of words."""
    try:
        return float(answer.partition(" ")[0])
    except ValueError:
        return None


def with_choices(sample: Candidate, dialogue: Dialogue, choices: Sequence[str] | None, space: LabelSpace) -> Dialogue:
    """The dialogue with other choices, or without any; its check follows."""
    first = dialogue.turns[0]
    stem = first.text.removesuffix("".join(f"\n- {choice}" for choice in dialogue.choices or ()))
    text = stem + "".join(f"\n- {choice}" for choice in choices or ())
    facts = {fact.id: fact for fact in sample.facts}
    used = [facts[name] for name in dialogue.facts]
    return dialogue.model_copy(
        update={
            "turns": (first.model_copy(update={"text": text}), *dialogue.turns[1:]),
            "choices": None if choices is None else tuple(choices),
            "check": check_of(dialogue.answer, choices, used, sample, space),
            "difficulty": difficulty_of(len(dialogue.reasoning), choices, dialogue.regions, sample),
        }
    )
