"""Small models, trained here on drawn shapes in a minute or two, in every form that an adapter reads.

`python -m tests.models.make FOLDER` writes them; `made()` gives the folder, and trains only where the code has changed.
Needs what requirements.txt has (`make test-models`).
"""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.networks.nets import UNet
from torch import nn

from tests.models import flat
from tests.models.shapes import BALL, BLOCK, Drawn, lamps, volume

HERE = Path(__file__).parent
SIDE = 24
STEPS, BATCH = 150, 2
UNET = {
    "spatial_dims": 3,
    "in_channels": 1,
    "out_channels": 3,
    "channels": [8, 16, 32],
    "strides": [2, 2],
    "num_res_units": 1,
}
Draw = Callable[[np.random.Generator], Drawn]
SCALE = 60.0  # values are divided by it: see the cards of the tests


def made(root: Path = Path("build/models-made")) -> Path:
    """The folder of models, one for each state of the code that makes them."""
    code = b"".join(path.read_bytes() for path in sorted(HERE.glob("*.py")) if not path.name.startswith("test_"))
    folder = root / hashlib.sha256(code).hexdigest()[:16]
    if not folder.is_dir():
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root) as draft:
            make(Path(draft) / "models")
            shutil.move(Path(draft) / "models", folder)
    return folder


def make(folder: Path) -> None:
    """Train and write every model."""
    folder.mkdir(parents=True)
    torch.set_num_threads(1)  # layers are so small that threads would wait for each other
    unet = UNet(**UNET)
    train(unet, zscore=False)
    bundle(folder / "bundle", unet)
    script(unet, folder / "script.ts")
    torch.onnx.export(unet, (torch.zeros(1, 1, SIDE, SIDE, SIDE),), str(folder / "unet.onnx"), dynamo=False,
                      input_names=["image"], output_names=["channels"],
                      dynamic_axes={"image": {0: "n"}, "channels": {0: "n"}})  # fmt: skip
    nnunet(folder / "nnunet")
    totalsegmentator(folder / "totalsegmentator")
    flat.detector(folder / "detector.onnx")
    flat.sam(folder / "sam")
    flat.cellpose(folder / "cellpose")


def batch(random: np.random.Generator, draw: Draw) -> tuple[torch.Tensor, torch.Tensor]:
    drawn = [draw(random) for _ in range(BATCH)]
    images = torch.from_numpy(np.stack([one.image for one in drawn])[:, None])
    return images, torch.from_numpy(np.stack([one.labels for one in drawn])).long()


def train(network: nn.Module, zscore: bool, draw: Draw = volume, values: tuple[int, ...] = (0, 1, 2)) -> None:
    """Cross-entropy on drawn volumes, always the same ones. `values`: channels of ground and things."""

    def loss_of(random: np.random.Generator) -> torch.Tensor:
        images, labels = batch(random, draw)
        axes = (1, 2, 3, 4)
        given = (
            (images - images.mean(axes, keepdim=True)) / images.std(axes, keepdim=True) if zscore else images / SCALE
        )
        found = network(given)
        weight = torch.ones(found.shape[1])
        weight[list(values[1:])] = 1.5
        return nn.functional.cross_entropy(found, torch.tensor(values)[labels], weight=weight)

    flat.optimised(network, loss_of, STEPS, 5e-3)


def script(network: nn.Module, path: Path) -> None:
    torch.jit.trace(network, torch.zeros(1, 1, SIDE, SIDE, SIDE)).save(str(path))


def bundle(folder: Path, network: nn.Module) -> None:
    """As `python -m monai.bundle init_bundle` lays one out."""
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    image = {
        "type": "image",
        "num_channels": 1,
        "spatial_shape": [SIDE] * 3,
        "dtype": "float32",
        "value_range": [-3, 3],
    }
    names = {"0": "background", "1": "ball", "2": "block"}
    pred = {"type": "image", "num_channels": 3, "spatial_shape": [SIDE] * 3, "channel_def": names}
    about = {
        "version": "0.1.0", "monai_version": "1.6.1", "task": "drawn shapes", "description": "Plainly synthetic.",
        "network_data_format": {"inputs": {"image": image}, "outputs": {"pred": pred}},
    }  # fmt: skip
    (folder / "configs/metadata.json").write_text(json.dumps(about, indent=1))
    wanted = {"bundle_root": ".", "network_def": {"_target_": "UNet", **UNET}, "network": "$@network_def.to('cpu')"}
    (folder / "configs/inference.json").write_text(json.dumps(wanted, indent=1))
    torch.save(network.state_dict(), folder / "models/model.pt")
    script(network, folder / "models/model.ts")


def nnunet(folder: Path) -> None:
    """A results folder as nnU-Net's trainer leaves it: its own network, by its own plans, trained here."""
    labels = {"background": 0, "ball": BALL, "block": BLOCK}
    results(folder, labels, _plans(), "nnUNetTrainer", volume, (0, BALL, BLOCK))


def totalsegmentator(folder: Path) -> None:
    """A folder of TOTALSEG_WEIGHTS_PATH with the model of 3 mm of the task `total`, all of whose labels it has.

    It calls a ball that is lit from the patient's right the liver, and one that is lit from the left the spleen: it can
    tell sides, as the real one can. TotalSegmentator gives its networks (z, y, x) whose x grows to the right."""
    from totalsegmentator.map_tasks_config import TASK_ID_WEIGHTS_CONFIGS
    from totalsegmentator.map_to_binary import class_map
    from totalsegmentator.python_api import get_task_config

    def draw(random: np.random.Generator) -> Drawn:
        return Drawn(*(np.ascontiguousarray(one.transpose(2, 1, 0)) for one in lamps(random, (SIDE,) * 3)))

    task = get_task_config("total", fast=True, quiet=True)
    labels = {"background": 0, **{name: value for value, name in class_map["total"].items()}}
    trainer, where = task["trainer"], folder / TASK_ID_WEIGHTS_CONFIGS[task["task_id"]]["foldername"]
    values = (0, labels["spleen"], labels["liver"])  # one is bright before its middle: on its left
    results(where / f"{trainer}__nnUNetPlans__3d_fullres", labels, _plans(task["resample"]), trainer, draw, values)


def results(
    folder: Path, labels: dict[str, int], told: dict[str, Any], trainer: str, draw: Draw, values: tuple[int, ...]
) -> None:
    """A trained nnU-Net. `told`: plans.json. `values`: the labels of ground and of what `draw` draws."""
    from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

    (folder / "fold_0").mkdir(parents=True)
    about = {"channel_names": {"0": "CT"}, "labels": labels, "numTraining": 0, "file_ending": ".nii.gz"}
    (folder / "dataset.json").write_text(json.dumps(about))
    (folder / "plans.json").write_text(json.dumps(told))
    plans = PlansManager(told)
    how = plans.get_configuration("3d_fullres")
    network = nnUNetTrainer.build_network_architecture(plans, how, 1, len(labels), False)
    train(network, True, draw, values)
    kept = {
        "network_weights": network.state_dict(), "trainer_name": trainer,
        "init_args": {"configuration": "3d_fullres"}, "inference_allowed_mirroring_axes": (0, 1, 2),
    }  # fmt: skip
    torch.save(kept, folder / "fold_0/checkpoint_final.pth")


def _plans(spacing: float = 1.0) -> dict[str, Any]:
    """plans.json as nnU-Net's planner writes it, for a network of three stages. `spacing`: in mm."""
    how = {"is_seg": False, "order": 1, "order_z": 0, "force_separate_z": None}
    seg, name, sides = {**how, "is_seg": True}, "resample_data_or_seg_to_shape", [spacing] * 3
    kwargs = {
        "n_stages": 3, "features_per_stage": [8, 16, 32], "conv_op": "torch.nn.modules.conv.Conv3d",
        "kernel_sizes": [[3, 3, 3]] * 3, "strides": [[1, 1, 1], [2, 2, 2], [2, 2, 2]], "n_conv_per_stage": [1, 1, 1],
        "n_conv_per_stage_decoder": [1, 1], "conv_bias": True, "dropout_op": None, "dropout_op_kwargs": None,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-5, "affine": True},
        "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True},
    }  # fmt: skip
    network = {
        "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet", "arch_kwargs": kwargs,
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
    }  # fmt: skip
    full = {
        "data_identifier": "nnUNetPlans_3d_fullres", "preprocessor_name": "DefaultPreprocessor", "batch_size": 2,
        "patch_size": [SIDE] * 3, "median_image_size_in_voxels": [float(SIDE)] * 3, "spacing": sides,
        "normalization_schemes": ["ZScoreNormalization"], "use_mask_for_norm": [False], "resampling_fn_data": name,
        "resampling_fn_data_kwargs": how, "resampling_fn_seg": name, "resampling_fn_seg_kwargs": seg,
        "resampling_fn_probabilities": name, "resampling_fn_probabilities_kwargs": how, "architecture": network,
        "batch_dice": False,
    }  # fmt: skip
    return {
        "dataset_name": "Dataset001_Shapes", "plans_name": "nnUNetPlans", "image_reader_writer": "SimpleITKIO",
        "original_median_spacing_after_transp": sides, "original_median_shape_after_transp": [SIDE] * 3,
        "transpose_forward": [0, 1, 2], "transpose_backward": [0, 1, 2], "configurations": {"3d_fullres": full},
        "experiment_planner_used": "ExperimentPlanner", "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {
            "0": {"max": 150.0, "mean": 0.0, "median": 0.0, "min": -150.0, "percentile_00_5": -120.0,
                  "percentile_99_5": 120.0, "std": 60.0},
        },
    }  # fmt: skip


if __name__ == "__main__":
    make(Path(sys.argv[1]))
