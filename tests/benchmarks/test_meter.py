"""The meter counts what a command starts, and what it leaves behind."""

import sys

import pytest

from benchmarks.meter import measure

BUSY = "import time; end = time.process_time() + {}; block = bytearray(60 << 20)\nwhile time.process_time() < end: pass"
PARENT = "import subprocess, sys; subprocess.{call}([sys.executable, '-c', '''{code}'''])"


def test_a_command_alone() -> None:
    cost = measure([sys.executable, "-c", BUSY.format(1.0)])
    assert cost.cpu == pytest.approx(1.0, abs=0.5)
    assert cost.wall >= 1.0
    assert cost.driver > 60
    assert cost.worker == 0


@pytest.mark.parametrize("call", ["run", "Popen"])
def test_a_child_that_is_waited_for_and_one_that_is_left_behind(call: str) -> None:
    cost = measure([sys.executable, "-c", PARENT.format(call=call, code=BUSY.format(1.0))])
    assert cost.cpu == pytest.approx(1.1, abs=0.5)
    assert cost.worker > 60 > cost.driver
    assert cost.tree > 0.9 * cost.worker  # VmHWM is a peak, the sum is of a moment


def test_a_command_that_fails_is_an_error_that_says_why() -> None:
    with pytest.raises(RuntimeError, match="no such thing"):
        measure([sys.executable, "-c", "raise SystemExit('no such thing')"])
