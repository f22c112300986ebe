"""The brain on a T1 MR of a whole head: the network of deepbrain, run by ONNX Runtime."""

from functools import cache
from pathlib import Path

import cc3d
import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy import ndimage

from schemas import Obtain, Weights
from transforms.media.pixels import Pixels
from transforms.media.regrid import resized
from transforms.regions.experts import _tf_graph, _weights
from transforms.regions.experts.base import Segment

NAME = "brain_deepbrain"
VERSION = "1"
KIND = "model"
MODALITIES = ("MR",)
PRODUCES = ("brain",)
NOTE = (
    "A trained 3-D U-Net (deepbrain 0.1, MIT) for T1 MR of a whole head; it says nothing where it is unsure, as on "
    "brains already stripped of the skull and on some contrast-enhanced or thick-sliced scans; cerebellum and "
    "brain stem belong to it."
)
SIZE = 128  # voxels a side of the network's input
BRIGHT = 99.5  # percentile that becomes 1: deepbrain takes the maximum, which one bright vessel can set
UNSURE = 0.13  # share of voxels between 0.1 and 0.9: 0.07 to 0.09 where it works, above 0.15 where it fails
SMALLEST_AXIS = 16


WEIGHTS = Weights(
    id="deepbrain",
    homepage="https://github.com/iitzco/deepbrain",
    obtain=(
        Obtain(
            package="deepbrain",
            version="0.1",
            file="deepbrain-0.1-py3-none-any.whl",
            sha256="87c10e8cf906977dfc828320fb0c319e6ff4de460235cfe33a1c04906a8890de",
            include=("deepbrain/models/graph.pb",),
            strip=2,
        ),
    ),
)


def weights() -> Path:
    """deepbrain's frozen TensorFlow graph, in the folder of models."""
    return _weights.folder() / "deepbrain" / "graph.pb"


def unavailable() -> str | None:
    path = weights()
    if path.is_file():
        return None
    return f"missing weights: {path}; run: triptych get {NAME} (TRIPTYCH_MODELS names the folder)"


def segment(pixels: Pixels) -> list[Segment]:
    """The brain, its score the mean probability inside; empty where the network is unsure of the whole.

    Raises ValueError unless `pixels` is a volume, FileNotFoundError without the weights.
    """
    array = pixels.bright
    if array.ndim != 3 or min(array.shape) < SMALLEST_AXIS:
        raise ValueError(f"{NAME} needs a volume of {SMALLEST_AXIS} voxels or more a side, this has {array.shape}")
    if (reason := unavailable()) is not None:
        raise FileNotFoundError(reason)
    image = _normalised(array)
    if image is None:
        return []
    session = _session(str(weights()))
    probability = session.run(None, {"img": image[None, None]})[0][0, 0]
    inside = cc3d.largest_k(probability > 0.5, k=1, connectivity=6) > 0
    doubt = np.count_nonzero((probability > 0.1) & (probability < 0.9))
    if not inside.any() or doubt > UNSURE * np.count_nonzero(inside):
        return []
    kept = np.where(ndimage.binary_dilation(inside), probability, 0).astype(np.float32)
    whole = resized(kept, array.shape) > 0.5
    return [Segment("brain", whole, score=float(probability[inside].mean()))]


def _normalised(array: NDArray[np.generic]) -> NDArray[np.float32] | None:
    """128 voxels a side, 0..1; None for an image without any signal. The network was trained on stretched heads."""
    values = np.maximum(np.nan_to_num(array.astype(np.float32), nan=0, posinf=0, neginf=0), 0)
    top = float(np.percentile(values, BRIGHT))
    if top <= 0:
        return None
    small = resized(np.minimum(values / np.float32(top), np.float32(1)), (SIZE,) * 3)
    return np.asarray(small / max(float(small.max()), 1e-6), np.float32)


@cache
def _session(path: str) -> onnxruntime.InferenceSession:
    model = _tf_graph.to_onnx(_tf_graph.read_graph(Path(path)), "img", "prob", SIZE)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
