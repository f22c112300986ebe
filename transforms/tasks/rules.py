"""Published rules as steps: a number against the limits of a rule, and what follows by how many of them it passes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from transforms.facts.judgements import RULES, STAGES
from transforms.tasks.state import Replay, Result


class Ladder(NamedTuple):
    """A rule that sorts one number: `limits` rise, `outcomes` are one more: what holds when none of them is passed, the
    first, both ... None where the rule then says nothing. `reached`: whether a limit counts as passed where it is just
    reached."""

    limits: tuple[float, ...]
    outcomes: tuple[str | None, ...]
    reached: bool = False


def _staged(steps: tuple[tuple[float, str], ...], last: str) -> Ladder:
    outcomes = tuple(f"of the size of {name}" for name in (*(name for _, name in steps), last))
    return Ladder(tuple(float(limit) for limit, _ in steps), outcomes)


LADDERS: Mapping[str, Ladder] = {
    **{key: _staged(row.steps, row.last) for key, row in STAGES.items()},
    "fleischner": Ladder((0.1, 0.25), ("less than 100 mm³", "100 to 250 mm³", "more than 250 mm³")),
    "spleen": Ladder((314.5,), (None, "enlarged")),
    "prostate": Ladder((30.0,), (None, "enlarged")),
    "fatty_liver": Ladder((-9.0,), ("steatotic", "not steatotic")),
    "liver_fat": Ladder((40.0,), ("moderately to severely steatotic", None)),
    "pancreatic_fat": Ladder((0.7,), ("steatotic", "not steatotic")),
    "cardiothoracic": Ladder((0.5,), ("not enlarged", "enlarged")),
    "cup_to_disc": Ladder((0.7,), ("not large", "large")),
    "recist": Ladder((10.0,), ("not measurable", "measurable")),
    "ejection_fraction": Ladder((41.0, 50.0), ("reduced", "mildly reduced", "preserved"), reached=True),
    "qrs_axis": Ladder((-90.0, -30.0, 90.0), (None, "deviated to the left", "not deviated", "deviated to the right")),
    "qtc": Ladder((450.0, 460.0), ("not prolonged", None, "prolonged"), reached=True),
}
"""Key of `judgements.RULES` -> its ladder. RECIST's limit is twice the distance of the slices where that is over 5 mm,
and QTc's are those of men and of women."""


def limits_of(key: str, facts: Mapping[str, Any]) -> tuple[float, ...]:
    """The limits of a rule for a scene. `facts`: values of the inputs that shift them (`spacing` in mm, `sex`)."""
    ladder = LADDERS[key]
    if key == "recist":
        spacing = float(facts["spacing"])
        return (10.0 if spacing <= 5 else 2 * spacing,)
    if key == "qtc" and facts.get("sex") in ("male", "female"):
        return (450.0,) if facts["sex"] == "male" else (460.0,)
    return ladder.limits


def outcome_of(key: str, passed: int, limits: int) -> str | None:
    """What follows when a number passes so many of so many limits."""
    outcomes = LADDERS[key].outcomes
    return outcomes[passed] if limits == len(outcomes) - 1 else outcomes[-1] if passed else outcomes[0]


def beside(key: str, outcome: str, limits: Sequence[float]) -> list[float]:
    """The limits that decide on an outcome: the last that is passed, and the first that is not."""
    outcomes = LADDERS[key].outcomes
    number = len(limits) if outcome == outcomes[-1] else outcomes.index(outcome)
    return [limits[n] for n in (number - 1, number) if 0 <= n < len(limits)]


def by_rule(replay: Replay, args: dict[str, Any]) -> Result:
    """What a rule says of a number, from the earlier steps that held it against each of the rule's limits."""
    key = str(args["rule"])
    ladder = LADDERS[key]
    shifts: dict[str, Any] = {name: replay.earlier(args[name])[1] for name in ("spacing", "sex") if name in args}
    limits = limits_of(key, shifts)
    passed: list[bool | None] = [None] * len(limits)
    for name in args["steps"]:
        step, found = replay.earlier(name)
        limit = float(step.args["threshold"])
        if step.op != ("at_least" if ladder.reached else "at_most") or limit not in limits:
            raise ValueError(f"{name} holds nothing against a limit of {RULES[key].name}")
        passed[limits.index(limit)] = found is ladder.reached
    number = next((n for n in range(len(limits) + 1) if decided(passed, n)), None)
    if number is None:
        raise ValueError(f"{RULES[key].name}: needs the limits on both sides of the number, and no others")
    outcome = outcome_of(key, number, len(limits))
    if outcome is None:
        raise ValueError(f"{RULES[key].name}: says nothing of this")
    return outcome


def decided(passed: Sequence[bool | None], number: int) -> bool:
    """Whether it was seen that exactly so many limits are passed, and no more was looked at than that takes: the last
    that is passed and the first that is not."""
    wanted = {n: n < number for n in (number - 1, number) if 0 <= n < len(passed)}
    return {n: found for n, found in enumerate(passed) if found is not None} == wanted
