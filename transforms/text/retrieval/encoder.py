"""Texts as vectors: all-MiniLM-L6-v2 with int8 weights, by ONNX Runtime."""

import hashlib
import os
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

LONGEST = 64  # tokens: what is encoded are names and the queries for them
FETCH = "run: triptych get knowledge"


class Encoder(Protocol):
    """`revision` names the model: vectors of two revisions cannot be compared."""

    @property
    def revision(self) -> str: ...

    def encode(self, text: str) -> NDArray[np.float32]:
        """A vector of length 1, of the text alone. Called from several threads at once."""
        ...


def weights() -> Path:
    """The folder of model.onnx and tokenizer.json, in that of models: TRIPTYCH_MODELS, or data/models."""
    return Path(os.environ.get("TRIPTYCH_MODELS", "data/models")) / "minilm"


class MiniLm:
    """Mean of the last layer over the tokens, as sentence-transformers pools this model.

    One text at a time: activations are quantised by their range, so a vector would depend on what else is in its batch.
    The integer kernels differ between kinds of processors, and the last digits of a vector with them.
    Raises FileNotFoundError without the weights.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or weights()
        for name in ("model.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"missing weights: {folder / name}; {FETCH}")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        content = (folder / "model.onnx").read_bytes()
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self.revision = f"all-MiniLM-L6-v2-int8@{hashlib.sha256(content).hexdigest()[:12]}"

    def encode(self, text: str) -> NDArray[np.float32]:
        """float32, 384 numbers."""
        return self._vector(self._tokenizer.encode(text).ids)

    def whole(self, text: str) -> NDArray[np.float32]:
        """The same of a text of any length: the mean of the vectors of its pieces of LONGEST tokens."""
        first = self._tokenizer.encode(text)
        mean = np.mean([len(one.ids) * self._vector(one.ids) for one in (first, *first.overflowing)], axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def _vector(self, tokens: list[int]) -> NDArray[np.float32]:
        ids = np.array([tokens], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = self._session.run(["last_hidden_state"], feed)[0][0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)
