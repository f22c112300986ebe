"""The models that are trained here, and a folder of cards over them."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# They need torch, which lies in an environment of its own: make test-models.
collect_ignore_glob = [] if importlib.util.find_spec("torch") else ["test_*.py"]


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
