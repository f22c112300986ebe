"""The graph conversion against sums written out, on a hand-encoded graph; the real weights are not needed."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from scipy import ndimage

from schemas import Geometry
from transforms.media.pixels import Pixels
from transforms.regions.experts import _tf_graph, brain_deepbrain

SIZE = 4


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def chunk(number: int, payload: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def node(name: str, op: str, inputs: tuple[str, ...] = (), value: np.ndarray | None = None, stride: int = 0) -> bytes:
    body = chunk(1, name.encode()) + chunk(2, op.encode()) + b"".join(chunk(3, i.encode()) for i in inputs)
    if value is not None:
        dims = b"".join(chunk(2, b"\x08" + varint(n)) for n in value.shape)
        tensor = b"\x08\x01" + chunk(2, dims) + chunk(4, value.astype("<f4").tobytes())
        body += chunk(5, chunk(1, b"value") + chunk(2, chunk(8, tensor)))
    if stride:
        strides = bytes([1, stride, stride, stride, 1])
        body += chunk(5, chunk(1, b"strides") + chunk(2, chunk(1, chunk(3, strides))))
    return chunk(1, body)


RNG = np.random.default_rng(11)
KERNEL = RNG.normal(size=(3, 3, 3, 1, 2))  # depth, height, width, in, out
UP = RNG.normal(size=(3, 3, 3, 1, 2))  # depth, height, width, out, in
BIAS = np.array([0.3, -0.2])


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    path = tmp_path / "graph.pb"
    path.write_bytes(
        node("img", "Placeholder")
        + node("k", "Const", value=KERNEL)
        + node("k/read", "Identity", ("k",))
        + node("b", "Const", value=BIAS)
        + node("u", "Const", value=UP)
        + node("conv", "Conv3D", ("img", "k/read"), stride=1)
        + node("bias", "BiasAdd", ("conv", "b"))
        + node("relu", "Relu", ("bias",))
        + node("pool", "MaxPool3D", ("relu",), stride=2)
        + node("switch", "Switch", ("pool", "img"))
        + node("merge", "Merge", ("switch", "relu"))
        + node("up", "Conv3DBackpropInputV2", ("img", "u", "merge"), stride=2)
        + node("prob", "Sigmoid", ("up",))
        + node("odd", "Softmax", ("up",))
    )
    return path


def by_hand(image: np.ndarray) -> np.ndarray:
    features = [ndimage.correlate(image, KERNEL[..., 0, c], mode="constant") + BIAS[c] for c in range(2)]
    pooled = [np.maximum(f, 0).reshape(2, 2, 2, 2, 2, 2).max((1, 3, 5)) for f in features]
    out = np.zeros((SIZE + 1,) * 3)
    for c in range(2):
        for at in np.ndindex(2, 2, 2):
            i, j, k = (2 * a for a in at)
            out[i : i + 3, j : j + 3, k : k + 3] += pooled[c][at] * UP[..., 0, c]
    return 1 / (1 + np.exp(-out[:SIZE, :SIZE, :SIZE]))


def test_the_converted_graph_computes_what_tensorflow_would(graph: Path) -> None:
    model = _tf_graph.to_onnx(_tf_graph.read_graph(graph), "img", "prob", SIZE)
    image = RNG.normal(size=(SIZE,) * 3)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    found = session.run(None, {"img": image[None, None].astype(np.float32)})[0][0, 0]
    np.testing.assert_allclose(found, by_hand(image), atol=1e-5)


def test_an_operation_that_is_not_known_is_named(graph: Path) -> None:
    with pytest.raises(ValueError, match=r"odd.*Softmax"):
        _tf_graph.to_onnx(_tf_graph.read_graph(graph), "img", "odd", SIZE)


@pytest.mark.parametrize("content", [b"", b"\xff\xff\xff", b"<html>not found</html>"])
def test_a_file_that_is_no_graph_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"graph\.pb.*fetch it again"):
        _tf_graph.read_graph(path)


def test_missing_weights_are_a_reason_and_not_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path))
    reason = brain_deepbrain.unavailable()
    assert reason is not None
    assert "deepbrain/graph.pb" in reason
    with pytest.raises(FileNotFoundError, match="TRIPTYCH_MODELS"):
        brain_deepbrain.segment(Pixels(np.ones((32, 32, 32), np.float32), Geometry(shape=(32, 32, 32))))


def test_a_background_without_values_is_no_signal() -> None:
    head = np.zeros((40, 40, 40), np.float32)
    head[10:30, 10:30, 10:30] = 100.0
    masked = np.where(head > 0, head, np.nan)
    found, wanted = (brain_deepbrain._normalised(array) for array in (masked, head))
    assert found is not None
    np.testing.assert_array_equal(found, wanted)
