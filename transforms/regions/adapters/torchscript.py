"""A segmentation network as TorchScript: (n, channels, *patch) to (n, classes, *patch), or the first of several."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import ModelCard
from transforms.regions.adapters._network import segmenter
from transforms.regions.adapters._tiles import Predict
from transforms.regions.adapters.base import ModelError, Segmenter, device, one_file

NEEDS = {"torch": "torch: uv pip install torch"}
PROMPTED = False


def check(card: ModelCard, weights: Path) -> None:
    one_file(weights)


def load(card: ModelCard, weights: Path) -> Segmenter:
    """Raises ModelError for a file that torch cannot load."""
    import torch

    try:
        network = torch.jit.load(str(weights), map_location=device())
    except RuntimeError as error:
        raise ModelError(f"weights: {weights.name}: no TorchScript: {str(error).splitlines()[0][:200]}") from error
    return segmenter(card, predicting(network.eval()))


def predicting(network: Any) -> Predict:
    """A network of torch as patches go through it; what it cannot take is told in one line. On a GPU those of its
    layers run in half precision that torch.autocast lists as safe; what comes back is single."""
    import torch

    where = device()

    def predict(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            with torch.inference_mode(), torch.autocast("cuda", enabled=where == "cuda"):
                found = network(torch.from_numpy(np.ascontiguousarray(batch)).to(where))
        except RuntimeError as error:
            last = str(error).strip().splitlines()[-1][:200]
            raise ModelError(f"input: the network does not take {batch.shape}: {last}") from error
        first = found[0] if isinstance(found, list | tuple) else found
        return np.asarray(first.float().cpu().numpy(), np.float32)

    return predict
