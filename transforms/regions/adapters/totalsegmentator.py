"""TotalSegmentator 2 by its Python API: 117 structures of CT, and its other tasks.

The card's `weights` is the folder that TOTALSEG_WEIGHTS_PATH names, with a folder Dataset... for each model of a task.
TotalSegmentator would by itself fetch what it lacks, delete the folders of its earlier versions, and tell its makers of
each run: here it does none of it. On the CPU it takes every core. Labels are its own names (liver, kidney_left ...).
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from schemas import Model, ModelCard
from transforms.media.pixels import Pixels
from transforms.regions.adapters._network import finite, in_unit, segment_of
from transforms.regions.adapters.base import ModelError, Segmenter, concepts, device, options
from transforms.regions.segments import Found, Prompt

NEEDS = {"totalsegmentator": "TotalSegmentator: uv pip install TotalSegmentator"}
PROMPTED = False


class Options(Model):
    """`task`: one of TotalSegmentator's. `fast`: its model of 3 mm, or of 6 mm for the body."""

    task: str = "total"
    fast: bool = False


def check(card: ModelCard, weights: Path) -> None:
    """Also a task or a label that TotalSegmentator does not have, and a task whose licence is not set."""
    own = options(card, Options)
    concepts(card, _labels(own))
    for model in _models(own):
        _there(weights, own, model)


def load(card: ModelCard, weights: Path) -> Segmenter:
    own, settings = options(card, Options), _settings()
    values = concepts(card, _labels(own))

    def segment(pixels: Pixels, prompts: Sequence[Prompt]) -> list[Found]:
        os.environ |= {"TOTALSEG_WEIGHTS_PATH": str(weights.absolute()), "TOTALSEG_HOME_DIR": settings.name}
        labels = _predicted(weights, own, card, pixels)
        return [found for value, slug in values.items() for found in segment_of(card, slug, labels == value)]

    return segment


def _settings() -> TemporaryDirectory[str]:
    """The user's settings, copied for this process: each prediction writes to them, and workers would cut each other's
    file; and no use of it is told to anybody."""
    from totalsegmentator.config import get_totalseg_dir

    file, own = get_totalseg_dir() / "config.json", TemporaryDirectory(prefix="totalsegmentator-")
    theirs = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    told = {"prediction_counter": 0, **theirs, "send_usage_stats": False, "statistics_disclaimer_shown": True}
    (Path(own.name) / "config.json").write_text(json.dumps(told), encoding="utf-8")
    os.environ["TOTALSEG_HOME_DIR"] = own.name
    return own


def _labels(own: Options) -> dict[int, str]:
    from totalsegmentator.map_tasks_config import TASK_CONFIGS
    from totalsegmentator.map_to_binary import class_map

    there = [task for task in TASK_CONFIGS if task in class_map]
    if own.task not in there:
        raise ModelError(f"options.task: no {own.task!r}; there are {', '.join(there)}")
    return dict(class_map[own.task])


def _models(own: Options) -> list[Any]:
    """Numbers of the models that a task runs, without those by which it crops first."""
    from totalsegmentator.config import has_valid_license_offline
    from totalsegmentator.map_tasks_config import TASK_CONFIGS
    from totalsegmentator.python_api import get_task_config

    if TASK_CONFIGS[own.task].get("commercial") and (told := has_valid_license_offline())[0] != "yes":
        raise ModelError(f"options.task: {own.task} needs a licence: {told[1]} Run: totalseg_set_license -l NUMBER")
    try:
        found = get_task_config(own.task, fast=own.fast, quiet=True)["task_id"]
    except ValueError as error:
        raise ModelError(f"options.fast: {error}") from error
    return found if isinstance(found, list) else [found]


def _there(weights: Path, own: Options, model: Any) -> None:
    """Raises ModelError where the folder of a model is not there."""
    from totalsegmentator.bin.totalseg_download_weights import TASK_TO_ID
    from totalsegmentator.map_tasks_config import TASK_ID_WEIGHTS_CONFIGS

    about = TASK_ID_WEIGHTS_CONFIGS[model]
    folder = weights / about.get("rel_path", "") / about["foldername"]
    if not folder.is_dir():
        name = next((name for name, models in TASK_TO_ID.items() if model in models), own.task)
        how = f"TOTALSEG_WEIGHTS_PATH={weights} totalseg_download_weights -t {name}"
        raise ModelError(f"weights: {weights.name} has no {folder.relative_to(weights)}; run: {how}")


def _predicted(weights: Path, own: Options, card: ModelCard, pixels: Pixels) -> NDArray[Any]:
    """The label map on the record's grid, which TotalSegmentator keeps. NIfTI is RAS, a Geometry LPS."""
    import nibabel
    from totalsegmentator import python_api

    in_unit(card.input, pixels)
    if pixels.geometry.affine is None or pixels.array.ndim != 3:
        raise ValueError(f"TotalSegmentator wants a volume with a patient frame, this has {pixels.array.shape}")
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.asarray(pixels.geometry.affine)
    image = nibabel.Nifti1Image(finite(pixels.array.astype(np.float32)), affine)
    where = "gpu" if device() == "cuda" else "cpu"
    with patch.object(python_api, "download_pretrained_weights", lambda model: _there(weights, own, model)):
        found = python_api.totalsegmentator(
            image, None, ml=True, task=own.task, fast=own.fast, device=where, quiet=True
        )
    return np.asarray(found.dataobj).astype(np.int32)
