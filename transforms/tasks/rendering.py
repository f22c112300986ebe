"""A published dialogue as messages for training: its reasoning as prose, as numbered steps, or as calls of tools, each
answered with its result. Roles and content as chat templates have them; nothing of one model's tokens.

What is rendered is what is published: texts, arguments and results stand as they are in the sample.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from schemas import Dialogue, ReasoningStep, Turn

Style = Literal["answer", "prose", "steps", "tools"]
Message = dict[str, Any]

USER, ASSISTANT, TOOL = "user", "assistant", "tool"
NUMBERS = re.compile(r"\[-?\d[-\d., ]*\]")


def messages(
    dialogue: Dialogue, style: Style = "answer", image: str | None = None, document: str | None = None
) -> list[Message]:
    """The turns in order; before the last one, what leads to it. `image`: the member that a turn with a `crop` shows a
    part of; `document`: the text that is asked about, which stands before the first question. Raises ValueError for a
    style that there is none of."""
    if style not in ("answer", "prose", "steps", "tools"):
        raise ValueError(f"no style {style!r}: use one of answer, prose, steps, tools")
    *before, last = dialogue.turns
    found = _shown([_turn(turn, image) for turn in before], document)
    if style == "tools" and dialogue.reasoning:
        return [*found, *_calls(dialogue.reasoning), _turn(last, image)]
    why = {"prose": prose, "steps": numbered}.get(style)
    said = why(dialogue.reasoning) if why is not None else ""
    if style == "prose" and dialogue.prose is not None:
        said = dialogue.prose.text
    gap = " " if style == "prose" else "\n"
    return [*found, {"role": ASSISTANT, "content": f"{said}{gap}{last.text}" if said else last.text}]


def prose(steps: Sequence[ReasoningStep]) -> str:
    """The steps' sentences, one after the other; a step that is wrong is followed by what is wrong with it."""
    return " ".join(_said(step) for step in steps)


def numbered(steps: Sequence[ReasoningStep]) -> str:
    """A line a step: its number, its sentence, and where it looks."""
    return "\n".join(f"{n}. {_said(step)}{_looks(step)}" for n, step in enumerate(steps, 1))


def preference(dialogue: Dialogue, document: str | None = None) -> Message | None:
    """prompt, chosen, rejected, with the fact that they differ by, what kind of error it is and what it weighs; None of
    a dialogue that has no rejected answer. `document`: as of `messages`."""
    worse = dialogue.rejected
    if worse is None:
        return None
    *before, last = dialogue.turns
    return {
        "prompt": _shown([_turn(turn, None) for turn in before], document),
        "chosen": [{"role": ASSISTANT, "content": last.text}], "rejected": [{"role": ASSISTANT, "content": worse.text}],
        "differs_by": worse.fact, "error": worse.error, "weight": worse.weight,
    }  # fmt: skip


def tools(dialogues: Sequence[Dialogue]) -> list[Message]:
    """The functions that the steps of these dialogues call, by name, each with its parameters as JSON Schema."""
    found: dict[str, dict[str, str]] = {}
    for step in (step for dialogue in dialogues for step in dialogue.reasoning):
        found.setdefault(step.op, {}).update({name: _kind(value) for name, value in step.args.items()})
    return [_function(name, found[name]) for name in sorted(found)]


def _function(name: str, args: Mapping[str, str]) -> Message:
    properties = {arg: {"type": kind} for arg, kind in sorted(args.items())}
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": properties}}}


def _kind(value: object) -> str:
    if isinstance(value, list | tuple):
        return "array"
    return {bool: "boolean", int: "integer", float: "number"}.get(type(value), "string")


def _said(step: ReasoningStep) -> str:
    return step.text if step.wrong is None else f"{step.text} That {step.wrong}."


def _looks(step: ReasoningStep) -> str:
    if step.box3d is not None:
        at = f", slice {step.slice}" if step.slice is not None else ""
        return f" (looks at {list(step.box3d)}{at})"
    return f" (looks at {list(step.box)})" if step.box is not None else ""


def _calls(steps: Sequence[ReasoningStep]) -> Iterator[Message]:
    """A call and its result by turns; a wrong step is a call whose result was misread, and is left out: the tool would
    give the right one."""
    numbers: dict[int, int] = {}
    for n, step in enumerate(steps, 1):
        if step.wrong is not None:
            continue
        numbers[n] = len(numbers) + 1
        name = f"call_{numbers[n]}"
        args = {key: _named(value, numbers) for key, value in step.args.items() if key != "instead"}
        call = {"id": name, "type": "function", "function": {"name": step.op, "arguments": json.dumps(args)}}
        result = {key: value for key, value in (("result", _value(step.result)), ("unit", step.unit), ("box", step.box),
                  ("box3d", step.box3d), ("slice", step.slice)) if value is not None}  # fmt: skip
        yield {"role": ASSISTANT, "content": "", "tool_calls": [call]}
        yield {"role": TOOL, "tool_call_id": name, "content": json.dumps(result)}


def _value(result: object) -> object:
    """A step writes points and boxes as text; a tool gives them as lists."""
    return json.loads(result) if isinstance(result, str) and NUMBERS.fullmatch(result) else result


def _named(value: object, numbers: Mapping[int, int]) -> object:
    """References to earlier steps as the calls that they became."""
    if isinstance(value, list):
        return [_named(one, numbers) for one in value]
    if isinstance(value, str) and value.startswith("#"):
        return f"call_{numbers[int(value[1:])]}"
    return value


def _shown(turns: list[Message], document: str | None) -> list[Message]:
    if document is None or not turns:
        return turns
    return [{**turns[0], "content": f"{document.strip()}\n\n{turns[0]['content']}"}, *turns[1:]]


def _turn(turn: Turn, image: str | None) -> Message:
    found: Message = {"role": turn.role, "content": turn.text}
    if turn.crop is not None:
        found["image"] = {"member": image, "crop": list(turn.crop)}
    return found
