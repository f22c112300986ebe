"""Checks on a scene and its texts: one a file, registered by existing. Each has NAME, VERSION and
`run(scene, description, dialogues, space) -> Check`, which fails where `faults(...)` of the same finds any."""

from collections.abc import Sequence

from schemas import Description, Dialogue, LabelSpace, Scene
from schemas.sample import Check
from transforms import plugins
from transforms.checks.base import Fault


def run_all(
    scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace
) -> tuple[Check, ...]:
    """The outcome of every check, sorted by name."""
    return tuple(module.run(scene, description, dialogues, space) for module in plugins.modules(__name__).values())


def all_faults(scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace) -> list[Fault]:
    """What every check finds, check by check."""
    found = plugins.modules(__name__).values()
    return [fault for module in found for fault in module.faults(scene, description, dialogues, space)]
