"""A frozen TensorFlow 1 graph as an ONNX model, without TensorFlow: only the operations of a 3-D U-Net.

Formats: the protobuf wire encoding (https://protobuf.dev/programming-guides/encoding) and the messages GraphDef,
NodeDef, AttrValue and TensorProto of tensorflow/core/framework/*.proto.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

FLOAT = 1  # DataType.DT_FLOAT


@dataclass(frozen=True)
class Node:
    """One NodeDef. `value`: the float constant of a Const; `strides`: of a convolution or pooling, NDHWC."""

    op: str
    inputs: tuple[str, ...]
    strides: tuple[int, ...] = ()
    value: NDArray[np.float32] | None = None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return result, at


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(field number, value) pairs of one message; a length-delimited or fixed-width value comes as bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if wire == 2:
            size, at = _varint(data, at)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise ValueError(f"wire type {wire} is no part of a GraphDef")
        if at + size > len(data):
            raise ValueError("the message ends before its last field does")
        yield key >> 3, data[at : at + size]
        at += size


def _bytes(data: bytes, number: int) -> list[bytes]:
    return [value for key, value in _fields(data) if key == number and isinstance(value, bytes)]


def _ints(data: bytes, number: int) -> list[int]:
    return [value for key, value in _fields(data) if key == number and isinstance(value, int)]


def _tensor(data: bytes) -> NDArray[np.float32] | None:
    """A float TensorProto: dtype = 1, tensor_shape = 2, tensor_content = 4, float_val = 5. None for another type."""
    if _ints(data, 1) != [FLOAT]:
        return None
    shape = [(_ints(dim, 1) or [0])[0] for dims in _bytes(data, 2) for dim in _bytes(dims, 2)]
    values = np.frombuffer(b"".join(_bytes(data, 4) or _bytes(data, 5)), "<f4")
    count = int(np.prod(shape, dtype=int))
    return (np.full(count, values[0], np.float32) if values.size == 1 else values).reshape(shape)


def _packed(data: bytes) -> tuple[int, ...]:
    at, result = 0, []
    while at < len(data):
        value, at = _varint(data, at)
        result.append(value)
    return tuple(result)


def _node(data: bytes) -> tuple[str, Node]:
    """NodeDef: name = 1, op = 2, input = 3, attr = 5 (a map); AttrValue: list = 1 (its i = 3), tensor = 8."""
    attributes = {_bytes(entry, 1)[0]: _bytes(entry, 2)[0] for entry in _bytes(data, 5)}
    strides = [_packed(run) for run in _bytes(attributes.get(b"strides", b""), 1) for run in _bytes(run, 3)]
    tensors = _bytes(attributes.get(b"value", b""), 8)
    return _bytes(data, 1)[0].decode(), Node(
        op=_bytes(data, 2)[0].decode(),
        inputs=tuple(name.decode() for name in _bytes(data, 3)),
        strides=strides[0] if strides else (),
        value=_tensor(tensors[0]) if tensors else None,
    )


def read_graph(path: Path) -> dict[str, Node]:
    """The nodes of a GraphDef (node = 1), by name. Raises ValueError that names the file where it is none."""
    try:
        nodes = dict(_node(data) for data in _bytes(path.read_bytes(), 1))
    except (IndexError, ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not a frozen TensorFlow graph ({error}); fetch it again") from error
    if not nodes:
        raise ValueError(f"{path}: holds no graph nodes; fetch it again")
    return nodes


@dataclass
class _Builder:
    graph: dict[str, Node]
    source: str
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def constant(self, name: str) -> NDArray[np.float32]:
        node = self.graph[name]
        while node.op == "Identity":
            node = self.graph[node.inputs[0]]
        if node.value is None:
            raise ValueError(f"{name}: expected float weights, found {node.op}")
        return node.value

    def weight(self, name: str, values: NDArray[np.float32]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, name: str) -> str:
        """Adds the node `name` after those it reads; the name of its output, which for a pass-through is another's."""
        node = self.graph[name]
        if name == self.source:
            return name
        if node.op in ("Identity", "Switch", "Merge"):
            # Dropout at inference: Merge(Identity(Switch(x)), the dropped-out x); the first branch leads to x itself.
            return self.add(node.inputs[0])
        if node.op not in _EMIT:
            raise ValueError(f"{name}: the TensorFlow operation {node.op} has no ONNX counterpart here")
        if name not in self.done:
            self.done.add(name)
            _EMIT[node.op](self, name, node)
        return name


def _conv(builder: _Builder, name: str, node: Node) -> None:
    kernel = builder.constant(node.inputs[1]).transpose(4, 3, 0, 1, 2)  # DHWIO -> OIDHW
    inputs = [builder.add(node.inputs[0]), builder.weight(f"{name}/W", kernel)]
    # SAME padding of an odd kernel at stride 1 is the same on both sides.
    pads = [size // 2 for size in kernel.shape[2:]]
    builder.nodes.append(helper.make_node("Conv", inputs, [name], name, pads=pads + pads))


def _conv_transpose(builder: _Builder, name: str, node: Node) -> None:
    kernel = builder.constant(node.inputs[1]).transpose(4, 3, 0, 1, 2)  # DHWOI -> IODHW
    strides = list(node.strides[1:4])
    inputs = [builder.add(node.inputs[2]), builder.weight(f"{name}/W", kernel)]
    # SAME: the output is `stride` times the input, so kernel - stride are cut, the smaller half in front.
    cut = [size - stride for size, stride in zip(kernel.shape[2:], strides, strict=True)]
    pads = [c // 2 for c in cut] + [c - c // 2 for c in cut]
    builder.nodes.append(helper.make_node("ConvTranspose", inputs, [name], name, strides=strides, pads=pads))


def _bias(builder: _Builder, name: str, node: Node) -> None:
    bias = builder.constant(node.inputs[1]).reshape(1, -1, 1, 1, 1)
    inputs = [builder.add(node.inputs[0]), builder.weight(f"{name}/B", bias)]
    builder.nodes.append(helper.make_node("Add", inputs, [name], name))


def _pool(builder: _Builder, name: str, node: Node) -> None:
    # The pools of a U-Net are as large as their strides.
    strides = list(node.strides[1:4])
    inputs = [builder.add(node.inputs[0])]
    builder.nodes.append(helper.make_node("MaxPool", inputs, [name], name, kernel_shape=strides, strides=strides))


def _concat(builder: _Builder, name: str, node: Node) -> None:
    inputs = [builder.add(value) for value in node.inputs[:-1]]
    builder.nodes.append(helper.make_node("Concat", inputs, [name], name, axis=1))  # channels come second in ONNX


def _unary(builder: _Builder, name: str, node: Node) -> None:
    builder.nodes.append(helper.make_node(node.op, [builder.add(node.inputs[0])], [name], name))


_EMIT: dict[str, Callable[[_Builder, str, Node], None]] = {
    "Conv3D": _conv,
    "Conv3DBackpropInputV2": _conv_transpose,
    "BiasAdd": _bias,
    "MaxPool3D": _pool,
    "ConcatV2": _concat,
    "Relu": _unary,
    "Sigmoid": _unary,
}


def to_onnx(graph: dict[str, Node], source: str, target: str, size: int) -> onnx.ModelProto:
    """What computes `target` from `source`, on inputs of (1, 1, size, size, size). Raises ValueError on an operation
    that is no part of a U-Net. Axes D, H, W keep their order."""
    builder = _Builder(graph, source)
    builder.add(target)
    shape = [1, 1, size, size, size]
    made = helper.make_graph(
        builder.nodes,
        "frozen",
        [helper.make_tensor_value_info(source, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(target, TensorProto.FLOAT, shape)],
        builder.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
