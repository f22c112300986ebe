"""A sample moved: what it says is measured, described and asked again on the picture as it is then."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas import Candidate, LabelSpace, Scene, Step, content_key
from transforms.facts import measure_all
from transforms.moves.apply import moved
from transforms.moves.move import Move
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all, families
from transforms.text import describe

VERSION = "1"
BACKEND = "grounded"
UPRIGHT = frozenset({"cup_to_disc", "cardiothoracic"})


@dataclass(frozen=True)
class Moved:
    """`image`: uint8 (height, width[, 3]); `masks`: region -> its mask on it."""

    sample: Candidate
    image: NDArray[np.uint8]
    masks: Mapping[str, Patch]


def moved_sample(
    sample: Candidate, image: NDArray[np.uint8], masks: Mapping[str, AnyMask], move: Move, space: LabelSpace
) -> Moved:
    """A published sample with its picture moved. The families that asked of it ask again, with the same seed; what the
    source itself said or asked is left out, for it is of the picture as it was.

    Raises ValueError for what is not one picture.
    """
    view = moved(ViewData(sample, masks, image), move)
    return retold(view, sample, move, space)


def retold(view: ViewData, sample: Candidate, move: Move, space: LabelSpace) -> Moved:
    """The words for a moved view of a sample."""
    scene = _upright(measure_all(view, space), move)
    seed = next((one.made_by.seed for one in sample.dialogues if one.made_by.seed is not None), 0)
    known = families()
    tasks = list(dict.fromkeys(one.task for one in sample.dialogues if not one.published and one.task in known))
    register = sample.description.register_ or "report"
    description = describe(scene, space, BACKEND, {"registers": [register]}, seed)
    matrix, size = move.parameters
    params = {"size": size, "matrix": matrix}
    step = Step(stage="moves", version=VERSION, params=params, key=content_key("moves", sample.key, params))
    fields = {name: getattr(scene, name) for name in type(sample).model_fields if name in type(scene).model_fields}
    made = Candidate.model_construct(**{
        **{name: getattr(sample, name) for name in Candidate.model_fields}, **fields, "description": description,
        "dialogues": ask_all(scene, space, tasks, seed, masks=view.patches), "checks": (),
        "provenance": sample.provenance.model_copy(update={"steps": (*sample.provenance.steps, step)}),
    })  # fmt: skip
    assert view.image is not None
    return Moved(made, view.image, view.patches)


def _upright(scene: Scene, move: Move) -> Scene:
    """Without what holds only of a picture whose columns run upright, and what a rule makes of that."""
    if not move.swap:
        return scene
    facts = [fact for fact in scene.facts if fact.predicate not in UPRIGHT]
    ids = {fact.id for fact in facts}
    return scene.model_copy(update={"facts": tuple(fact for fact in facts if set(fact.inputs) <= ids)})
