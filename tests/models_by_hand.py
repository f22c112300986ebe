"""Networks written down node by node, whose answers are known: what is bright is found, and nothing was trained."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import yaml
from onnx import TensorProto, helper, numpy_helper

OPSET = helper.make_opsetid("", 18)


def save(
    path: Path, nodes: list[Any], inputs: dict[str, list[Any]], outputs: dict[str, list[Any]], **constants: Any
) -> Path:
    """A graph of nodes as an ONNX file; `constants` are its initializers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ends = [
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in ends.items()] for ends in (inputs, outputs)
    ]
    kept = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    model = helper.make_model(helper.make_graph(nodes, "by_hand", *ends, kept), opset_imports=[OPSET], ir_version=9)
    onnx.save(model, path)
    return path


def brighter(path: Path, level: float, axes: int, channels: int = 1, sharp: float = 50.0) -> Path:
    """Two channels, ground and thing: a voxel is the thing where the mean of its channels is above `level`."""
    kernel = np.full((2, channels, *(1,) * axes), sharp / channels, np.float32)
    kernel[0] *= -1
    node = helper.make_node("Conv", ["image", "kernel", "bias"], ["channels"])
    sides = [f"side{k}" for k in range(axes)]
    bias = np.array([sharp * level, -sharp * level], np.float32)
    return save(
        path, [node], {"image": ["n", channels, *sides]}, {"channels": ["n", 2, *sides]}, kernel=kernel, bias=bias
    )


def card(path: Path, **fields: Any) -> Path:
    """A model card beside its weights; `fields` replace its keys."""
    whole = {
        "adapter": "onnx", "weights": f"{path.stem}.onnx", "licence": "CC0-1.0", "note": "A network written by hand.",
        "modality": ["CT"], "output": {"labels": {1: "liver"}}, **fields,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    return path


def boxes(path: Path, found: list[tuple[float, float, float, float]], scores: list[float], side: int) -> Path:
    """A detector that gives the same boxes of label 1 whatever it is shown."""
    names = {
        "boxes": np.asarray(found, np.float32),
        "labels": np.ones(len(found), np.float32),
        "scores": np.asarray(scores, np.float32),
    }
    nodes = [helper.make_node("Identity", [f"{name}_kept"], [name]) for name in names]
    outputs: dict[str, list[Any]] = {name: list(value.shape) for name, value in names.items()}
    kept = {f"{name}_kept": value for name, value in names.items()}
    return save(path, nodes, {"image": [1, 1, side, side]}, outputs, **kept)


def pointed(folder: Path, side: int) -> Path:
    """An encoder and a decoder of SAM's inputs and outputs, whose mask is the box that it is given."""
    image: list[Any] = [1, 3, side, side]
    save(
        folder / "encoder.onnx",
        [helper.make_node("Identity", ["image"], ["image_embeddings"])],
        {"image": image},
        {"image_embeddings": image},
    )
    at = np.arange(side, dtype=np.float32) + 0.5
    node = helper.make_node
    nodes = [
        node("Reshape", ["point_coords", "four"], ["flat"]),
        node("Split", ["flat"], ["x0", "y0", "x1", "y1"], num_outputs=4),
        node("Sub", ["x", "x0"], ["a"]), node("Sub", ["x1", "x"], ["b"]), node("Sub", ["y", "y0"], ["c"]),
        node("Sub", ["y1", "y"], ["d"]), node("Min", ["a", "b", "c", "d"], ["masks"]),
        node("Identity", ["sure"], ["iou_predictions"]),
    ]  # fmt: skip
    inputs: dict[str, list[Any]] = {
        "image_embeddings": image, "point_coords": [1, 2, 2], "point_labels": [1, 2], "mask_input": [1, 1, 8, 8],
        "has_mask_input": [1], "orig_im_size": [2],
    }  # fmt: skip
    outputs: dict[str, list[Any]] = {"masks": [1, 1, side, side], "iou_predictions": [1, 1]}
    rows, columns, sure = at.reshape(1, 1, -1, 1), at.reshape(1, 1, 1, -1), np.full((1, 1), 0.9, np.float32)
    save(folder / "decoder.onnx", nodes, inputs, outputs, four=np.array([4]), x=columns, y=rows, sure=sure)
    return folder
