"""One server for all tests of the session: it takes half a minute to start."""

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vllm.server import Server

# It runs in the environment that has vLLM, where the server's tests do not: make test-vllm.
collect_ignore = [] if importlib.util.find_spec("vllm") else ["test_inside.py"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a tiny Qwen2-VL; skips only where `make test-vllm`, which makes its environment, did not start it."""
    python = os.environ.get("TRIPTYCH_VLLM_PYTHON")
    if not python:
        pytest.skip("TRIPTYCH_VLLM_PYTHON is not set: run make test-vllm")
    folder = tmp_path_factory.mktemp("vllm")
    script = Path(__file__).with_name("tiny_model.py")
    subprocess.run([python, script, folder / "model"], check=True, timeout=300)
    made = Server(Path(python), folder / "model", folder / "server.log")
    try:
        made.start()
        yield made
    finally:
        made.kill()
