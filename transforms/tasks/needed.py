"""Whether every step of a trace is needed: the last leans on each of the others, at once or through steps between."""

from collections.abc import Sequence

from schemas import Dialogue, ReasoningStep
from transforms.tasks.program import references


def unneeded(steps: Sequence[ReasoningStep]) -> list[int]:
    """The numbers (from 1) of the steps that the last one does not lean on."""
    if not steps:
        return []
    leaned, open_steps = {len(steps)}, [len(steps)]
    while open_steps:
        for number in references(list(steps[open_steps.pop() - 1].args.values())):
            if 0 < number <= len(steps) and number not in leaned:
                leaned.add(number)
                open_steps.append(number)
    return [number for number in range(1, len(steps) + 1) if number not in leaned]


def without(dialogue: Dialogue, number: int) -> Dialogue:
    """The dialogue without one step: the others stay as they are and name one another as before; what named the one
    that is gone names nothing ("#0")."""
    kept = [step for n, step in enumerate(dialogue.reasoning, 1) if n != number]
    steps = (step.model_copy(update={"args": {k: _renamed(v, number) for k, v in step.args.items()}}) for step in kept)
    return dialogue.model_copy(update={"reasoning": tuple(steps)})


def _renamed(value: object, gone: int) -> object:
    if isinstance(value, list):
        return [_renamed(one, gone) for one in value]
    if not references(value):
        return value
    (number,) = references(value)
    return "#0" if number == gone else f"#{number - (number > gone)}"
