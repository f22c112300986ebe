"""The encoder, on a model whose vectors are known."""

from pathlib import Path

import numpy as np
import pytest

from tests.transforms.text.retrieval.models import write_model
from transforms.text.retrieval import MiniLm


def test_a_text_is_the_mean_of_its_tokens_with_length_one(tmp_path: Path) -> None:
    write_model(tmp_path / "toy")
    encoder = MiniLm(tmp_path / "toy")
    np.testing.assert_allclose(encoder.encode("Lung nodule"), [0, 0.6, 0.8, 0], atol=1e-6)
    assert encoder.encode("liver").dtype == np.float32


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    write_model(tmp_path / "toy")
    encoder = MiniLm(tmp_path / "toy")
    np.testing.assert_allclose(encoder.encode("liver " * 64 + "lung " * 500), [1, 0, 0, 0], atol=1e-6)


def test_the_revision_is_of_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "models/minilm")
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path / "models"))
    before = MiniLm().revision
    with (tmp_path / "models/minilm/model.onnx").open("ab") as stream:
        stream.write(b"\x72\x00")  # an empty doc_string more: the same model of other bytes
    assert MiniLm().revision != before


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_missing_weights_are_named(tmp_path: Path, name: str) -> None:
    write_model(tmp_path / "toy")
    (tmp_path / "toy" / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name}; run: triptych get knowledge"):
        MiniLm(tmp_path / "toy")
