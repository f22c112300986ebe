"""Networks of volumes, trained here, by every adapter that runs them: what they find on shapes that they never saw."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from schemas import Geometry
from tests.models.make import SCALE, SIDE
from tests.models.shapes import BALL, BLOCK, Drawn, volume
from transforms.media.pixels import Pixels
from transforms.regions.adapters.base import ModelError
from transforms.regions.metrics import dice
from transforms.regions.reliability import reliabilities, things

SPACING = (0.8, 1.0, 1.6)
LABELS = {"labels": {BALL: "liver", BLOCK: "spleen"}}
OWN = {
    "orientation": "LPS",
    "spacing_mm": [1, 1, 1],
    "normalise": "mean_std",
    "mean": [0],
    "std": [SCALE],
    "patch": [SIDE] * 3,
}
FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "onnx": ("onnx", "unet.onnx", {"input": OWN}),
    "torchscript": ("torchscript", "script.ts", {"input": OWN}),
    "monai bundle": ("monai_bundle", "bundle", {"input": OWN}),
    "monai bundle, scripted": ("monai_bundle", "bundle", {"input": OWN, "options": {"weights": "model.ts"}}),
    "nnunet": ("nnunet", "nnunet", {"input": {"orientation": "LPS"}}),
    "nnunet, labels by name": ("nnunet", "nnunet", {"output": {"labels": {"ball": "liver", "block": "spleen"}}}),
}
Declare = Callable[..., Any]


def scan(
    number: int = 0, turned: bool = True, draw: Callable[..., Drawn] = volume, scale: float = 1
) -> tuple[Pixels, Drawn]:
    """A scan of another spacing than the networks know; the array lies IPR where it is turned. `scale`: mm of a unit
    of what is drawn."""
    drawn = draw(np.random.default_rng(100 + number), (48, 40, 26), SPACING)
    affine = np.diag([*np.multiply(SPACING, scale), 1.0])
    if turned:  # the same scan, its first axis last and the other way round
        drawn = Drawn(*(np.moveaxis(one, 0, 2)[..., ::-1] for one in drawn))
        affine = affine[:, [1, 2, 0, 3]]
        affine[:3, 3] += affine[:3, 2] * (drawn.image.shape[2] - 1)
        affine[:3, 2] *= -1
    spacing = tuple(float(side) for side in np.linalg.norm(affine[:3, :3], axis=0))
    about = Geometry(shape=drawn.image.shape, spacing_mm=spacing, affine=affine.tolist())
    return Pixels(np.ascontiguousarray(drawn.image), about), drawn


@pytest.mark.parametrize(("adapter", "weights", "fields"), FORMS.values(), ids=FORMS.keys())
def test_a_trained_network_finds_what_was_drawn(
    declare: Declare, adapter: str, weights: str, fields: dict[str, Any]
) -> None:
    expert = declare(adapter, weights, **{"output": LABELS, **fields})
    assert expert.unavailable() is None
    pixels, drawn = scan()
    found = {one.concept: one.mask for one in expert.segment(pixels)}
    assert dice(found["liver"], drawn.labels == BALL) > 0.85
    assert dice(found["spleen"], drawn.labels == BLOCK) > 0.85


def test_all_forms_of_one_network_agree(declare: Declare) -> None:
    pixels, _ = scan(1)
    masks = []
    for adapter, weights, fields in list(FORMS.values())[:4]:
        masks.append(
            {one.concept: one.mask for one in declare(adapter, weights, **{"output": LABELS, **fields}).segment(pixels)}
        )
    for other in masks[1:]:
        assert all(dice(other[slug], masks[0][slug]) > 0.999 for slug in ("liver", "spleen"))


@pytest.mark.parametrize("form", ["onnx", "nnunet"])
def test_a_trained_network_agrees_with_itself(declare: Declare, form: str) -> None:
    adapter, weights, fields = FORMS[form]
    expert = declare(adapter, weights, **{"output": LABELS, **fields}, flips=[0, 2])
    pixels, _ = scan(2)
    found = list(things(expert.segment(pixels)))
    sure = reliabilities(expert.segment, pixels, found, expert.flips(pixels.geometry))
    assert len(sure) == 2
    assert all(0.8 < value <= 1 for value in sure), sure


@pytest.mark.parametrize("form", ["onnx", "nnunet"])
def test_voxels_without_a_value_change_nothing_elsewhere(declare: Declare, form: str) -> None:
    adapter, weights, fields = FORMS[form]
    pixels, drawn = scan()
    array = pixels.array.copy()
    array[0, 0], array[-1, -1, -1] = np.nan, np.inf
    expert = declare(adapter, weights, **{"output": LABELS, **fields})
    found = {one.concept: one.mask[6:] for one in expert.segment(replace(pixels, array=array))}
    assert dice(found["liver"], drawn.labels[6:] == BALL) > 0.85
    assert dice(found["spleen"], drawn.labels[6:] == BLOCK) > 0.85


def refused(declare: Declare, said: str, adapter: str, weights: Path | str, **fields: Any) -> None:
    with pytest.raises(ModelError, match=said) as told:
        declare(adapter, str(weights), **{"output": LABELS, "input": OWN, **fields}).segment(scan()[0])
    assert len(str(told.value).splitlines()) == 1


def test_another_architecture_is_refused_by_key(declare: Declare, trained: Path, tmp_path: Path) -> None:
    colours = {"channels": 3, "patch": [SIDE] * 3}
    refused(declare, "input.channels: the bundle takes 1", "monai_bundle", "bundle", input=colours)
    refused(
        declare,
        "input.patch: the bundle takes patches of 3",
        "monai_bundle",
        "bundle",
        input={**OWN, "patch": [24, 24]},
    )
    refused(declare, "the network does not take", "torchscript", "script.ts", input=colours)
    refused(declare, "no TorchScript", "torchscript", "unet.onnx")
    refused(declare, "is no trained nnU-Net: it has no plans.json", "nnunet", "bundle")
    refused(declare, "is no MONAI bundle", "monai_bundle", "nnunet")
    refused(declare, "the model has no such label; there are 0: background, 1: ball", "nnunet", "nnunet",
            output={"labels": {"liver": "liver"}})  # fmt: skip
    refused(declare, "options.fold: Extra inputs.*did you mean 'folds'", "nnunet", "nnunet", options={"fold": 0})
    shutil.copytree(trained / "bundle", tmp_path / "other")
    shutil.copy(trained / "nnunet/fold_0/checkpoint_final.pth", tmp_path / "other/models/model.pt")
    refused(declare, "models/model.pt is of another network", "monai_bundle", tmp_path / "other")
