"""The command line in this process."""

import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from pipelines import cli


class Output(NamedTuple):
    """An exit code and what was printed."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Output]


def run(capsys: pytest.CaptureFixture[str], *args: object) -> Output:
    """`triptych ARGS` by its entry point."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["triptych", *map(str, args)])
        capsys.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Output(code, *capsys.readouterr())
