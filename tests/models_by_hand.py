"""Networks written down node by node, whose answers are known: what is bright is found, and nothing was trained."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import yaml
from onnx import TensorProto, helper, numpy_helper

OPSET = helper.make_opsetid("", 17)


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
