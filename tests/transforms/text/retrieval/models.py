"""A model of the encoder's form, small enough to work out by hand: each token is one of the rows of VECTORS."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

VOCABULARY = ("[UNK]", "liver", "lung", "nodule")
VECTORS = np.array([[0, 0, 0, 1], [1, 0, 0, 0], [0, 3, 0, 0], [0, 0, 4, 0]], np.float32)


def write_model(folder: Path) -> None:
    """model.onnx, with the inputs and the output of MiniLM, and tokenizer.json, which splits at blanks."""
    folder.mkdir(parents=True)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", 4])
    node = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([node], "toy", inputs, [output], [numpy_helper.from_array(VECTORS, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    words = Tokenizer(models.WordLevel({word: n for n, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.save(str(folder / "tokenizer.json"))


def write_picture_model(folder: Path) -> None:
    """model.onnx, which gives the mean brightness of each of 16 squares of a picture, and input.yaml."""
    folder.mkdir(parents=True)
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *rest])
        for name, rest in (("picture", [1, 32, 32]), ("squares", [16]))
    ]
    nodes = [
        helper.make_node("AveragePool", ["picture"], ["pooled"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Flatten", ["pooled"], ["squares"]),
    ]
    graph = helper.make_graph(nodes, "toy", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "model.onnx")
    (folder / "input.yaml").write_text("{size: [32, 32], normalise: zscore}\n", encoding="utf-8")
