"""Operations on what comes first in a clip: its spans of time, and when its pictures were taken."""

from typing import Any

from transforms.facts.onset import first_picture
from transforms.tasks.state import Replay, Result


def onset(replay: Replay, args: dict[str, Any]) -> Result:
    """The number of the first picture that a concept is marked on."""
    found = None if replay.scene is None else first_picture(replay.scene, str(args["concept"]))
    if found is None:
        raise ValueError(f"no picture lies in a span of {args['concept']!r}")
    return found


def earliest(replay: Replay, args: dict[str, Any]) -> Result:
    """Of the concepts whose onset earlier steps looked for, that which one picture alone has first; with `after`, of
    those that come after another."""
    found = {name: replay.number(name) for name in args["steps"]}
    least = min(found.values())
    if "after" in args and least <= replay.number(args["after"]):
        raise ValueError("not all of these come after it")
    first = [name for name, number in found.items() if number == least]
    step, _ = replay.earlier(first[0])
    if len(first) > 1 or step.op != "onset":
        raise ValueError("none of these comes before all others")
    return str(step.args["concept"])
