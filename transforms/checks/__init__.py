"""Checks on a scene and its texts: one a file, registered by existing. Each has NAME, VERSION and
`run(scene, description, dialogues, space) -> Check`."""

from collections.abc import Sequence

from schemas import Description, Dialogue, LabelSpace, Scene
from schemas.sample import Check
from transforms import plugins


def run_all(
    scene: Scene, description: Description, dialogues: Sequence[Dialogue], space: LabelSpace
) -> tuple[Check, ...]:
    """The outcome of every check, sorted by name."""
    return tuple(module.run(scene, description, dialogues, space) for module in plugins.modules(__name__).values())
