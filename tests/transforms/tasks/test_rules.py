"""Which limits a published rule is held against: those that decide, no fewer and no more."""

import pytest

from schemas import Media, ReasoningStep
from transforms.tasks.rules import LADDERS, beside, by_rule, outcome_of
from transforms.tasks.state import Replay

CASES = [(key, number) for key, one in LADDERS.items() for number, said in enumerate(one.outcomes) if said]


def held(key: str, number: int, limits: list[float]) -> tuple[Replay, dict[str, object]]:
    """A number between two limits of a rule, held against some of them."""
    ladder, state = LADDERS[key], Replay({}, Media(name="png", kind="image", width=9, height=9))
    for limit in limits:
        passed = ladder.limits.index(limit) < number
        found = passed is ladder.reached
        op = "at_least" if ladder.reached else "at_most"
        step = ReasoningStep(op=op, args={"a": "#1", "threshold": limit}, result=found, text="Hold it against that.")
        state.done.append((step, found))
    return state, {"rule": key, "steps": [f"#{n}" for n in range(1, len(limits) + 1)]}


@pytest.mark.parametrize(("key", "number"), [one for one in CASES if one[0] != "recist"])
def test_no_limit_can_be_left_out_and_none_is_idle(key: str, number: int) -> None:
    ladder = LADDERS[key]
    said = str(ladder.outcomes[number])
    wanted = beside(key, said, ladder.limits)
    assert by_rule(*held(key, number, wanted)) == outcome_of(key, number, len(ladder.limits)) == said
    others = [limit for limit in ladder.limits if limit not in wanted]
    for limits in ([one for one in wanted if one != gone] for gone in wanted):
        with pytest.raises(ValueError, match="on both sides"):
            by_rule(*held(key, number, limits))
    for more in others:
        with pytest.raises(ValueError, match="and no others"):
            by_rule(*held(key, number, [*wanted, more]))
