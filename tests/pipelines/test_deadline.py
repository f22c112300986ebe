"""One unit that does not end costs itself, in the main thread and in those that Beam reads in."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from pipelines.deadline import deadline
from raw import budget


def endless() -> None:
    while True:
        with suppress(Exception):  # as a library does
            sum(range(1000))


def outcome(seconds: float | None) -> str:
    try:
        with deadline(seconds):
            endless()
    except TimeoutError as error:
        return str(error)
    return "it ended"


def in_thread(call: Callable[[], str]) -> str:
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.append(call()))
    thread.start()
    thread.join()
    return said[0]


@pytest.mark.parametrize("runs", [lambda call: call(), in_thread], ids=["main thread", "another thread"])
def test_what_does_not_end_is_ended(runs: Callable[[Callable[[], str]], str]) -> None:
    assert runs(lambda: outcome(0.1)) == "took longer than 0.1 s"
    assert runs(lambda: outcome(0.1)) == "took longer than 0.1 s"  # and again: the thread is as it was


def test_the_limit_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(budget.MAX_SECONDS, "1")
    assert (
        in_thread(lambda: outcome(None))
        == "took longer than 1 s; where that is right, set TRIPTYCH_MAX_SECONDS higher and run again"
    )


def test_many_short_units_in_a_thread_are_left_alone() -> None:
    def short() -> str:
        for _ in range(2000):
            with deadline(60):
                pass
        return "done"

    assert in_thread(short) == "done"


def test_a_limit_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(budget.MAX_BYTES, "4 GB")
    with pytest.raises(ValueError, match="TRIPTYCH_MAX_BYTES=4 GB: not a whole number above zero"):
        budget.check()
