"""A vLLM server on loopback, in a process group of its own, that can be killed and started again on the same port."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import requests

START_LIMIT_S = 600.0  # 25 s alone on two cores, 210 s beside eight other programs
POLL_S = 0.5
STOP_LIMIT_S = 60.0
MODEL = "tiny"
OPTIONS = (
    "--served-model-name", MODEL, "--host", "127.0.0.1", "--max-model-len", "8192", "--max-num-seqs", "4",
    "--dtype", "bfloat16", "--enforce-eager", "--limit-mm-per-prompt", json.dumps({"image": 2, "video": 0}),
    # Random weights like blanks: without this they fill the answer with them, which a schema allows.
    "--structured-outputs-config", json.dumps({"backend": "xgrammar", "disable_any_whitespace": True}),
)  # fmt: skip
SETTINGS = {
    "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",
}  # fmt: skip


class ServerError(RuntimeError):
    """The server did not start, or ended; the text holds the end of its log."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """`python`: of the environment that has vLLM. `model`: the folder of a model. `url` ends in /v1."""

    def __init__(self, python: Path, model: Path, log: Path) -> None:
        self.python, self.model, self.log = python, model, log
        self.port = free_port()
        self.root = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.root}/v1"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the server answers. Raises ServerError where it ends, or says nothing within START_LIMIT_S."""
        command = [self.python, "-m", "vllm.entrypoints.openai.api_server", "--model", self.model,
                   "--port", str(self.port), *OPTIONS]  # fmt: skip
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=os.environ | SETTINGS, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + START_LIMIT_S
        while not self.answers():
            if self._process.poll() is not None:
                raise ServerError(f"ended with {self._process.returncode}: {self._end_of_log()}")
            if time.monotonic() > until:
                self.kill()
                raise ServerError(f"no answer within {START_LIMIT_S:.0f} s: {self._end_of_log()}")
            time.sleep(POLL_S)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.root}/health", timeout=5).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """SIGKILL to the server and all that it started; returns when the port is free. Does nothing without one."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOP_LIMIT_S)
            self._process = None

    def _end_of_log(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def post(self, path: str, body: dict[str, Any], timeout: float = 120) -> requests.Response:
        return requests.post(f"{self.url}/{path}", json=body, timeout=timeout)
