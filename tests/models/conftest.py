"""The models that are trained here, and a folder of cards over them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is not installed here: run make test-models")


@pytest.fixture(scope="session")
def trained() -> Path:
    from tests.models.make import made

    return made().absolute()


@pytest.fixture
def declare(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Writes a card over one of the trained models, and gives the expert that it declares."""
    from tests import models_by_hand
    from transforms.regions.experts import expert

    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path))

    def write(adapter: str, weights: str, **fields: Any) -> Any:
        models_by_hand.card(tmp_path / "made.yaml", adapter=adapter, weights=str(trained / weights), **fields)
        return expert("made")

    return write
