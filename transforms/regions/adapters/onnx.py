"""A segmentation network as ONNX: one input (n, channels, *patch), its first output (n, classes, *patch)."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from schemas import ModelCard
from transforms.regions.adapters._network import segmenter
from transforms.regions.adapters.base import ModelError, Segmenter, one_file

NEEDS: dict[str, str] = {}
PROMPTED = False


def check(card: ModelCard, weights: Path) -> None:
    one_file(weights)


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for a file that is no ONNX, or whose input is not of the card's channels and patch."""
    network = session(weights)
    name = _fitting(card, network)

    def predict(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        if one:
            return np.concatenate([network.run(None, {name: batch[k : k + 1]})[0] for k in range(len(batch))])
        return np.asarray(network.run(None, {name: batch})[0], np.float32)

    one = network.get_inputs()[0].shape[0] == 1
    return segmenter(card, predict)


def session(weights: Path) -> onnxruntime.InferenceSession:
    """A network in memory, on a GPU where ONNX Runtime has one. One thread: workers are as many as cores, and sums do
    not depend on how many there are. Raises ModelError for a file that is no ONNX."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # a warning is of how the file was exported, of no record
    wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
    there = [name for name in wanted if name in onnxruntime.get_available_providers()]
    try:
        return onnxruntime.InferenceSession(str(weights), options, providers=there)
    except Exception as error:  # what its C++ half raises has no common base
        first = str(error).splitlines()[0][:200]
        raise ModelError(f"weights: {weights.name}: no network that ONNX Runtime can load: {first}") from error


def _fitting(card: ModelCard, network: onnxruntime.InferenceSession) -> str:
    """The name of the input, which must be of the card's rank, channels and patch where the file says them."""
    inputs = network.get_inputs()
    if len(inputs) != 1:
        raise ModelError(
            f"weights: the network has {len(inputs)} inputs, {', '.join(i.name for i in inputs)}; one is wanted"
        )
    wanted = (None, card.input.channels, *(card.input.patch or ()))
    shape = inputs[0].shape
    fixed = [(a, b) for a, b in zip(shape, wanted, strict=False) if isinstance(a, int) and b is not None]
    if len(shape) != len(wanted) or any(a != b for a, b in fixed):
        raise ModelError(
            f"input: the network takes {shape}, the card says {card.input.channels} channels and a patch of "
            f"{list(card.input.patch or ())}; correct input.channels or input.patch"
        )
    return str(inputs[0].name)
