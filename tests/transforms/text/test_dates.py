"""Dates of one person move by the same days, in the form in which they were written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.scrubbing import days_of
from transforms.text.dates import day_first, moved
from transforms.text.scrub import scrub

MOVES = (
    ("2014-06-03", -400, "2013-04-29"), ("20140603", -400, "20130429"), ("06/03/2014", -400, "04/29/2013"),
    ("June 3, 2014", -400, "April 29, 2013"), ("3 March 2012", -365, "4 March 2011"),
    ("12.04.2019 14:35", -365, "12.04.2018 14:35"),
    ("3 de mayo de 2016", -365, "4 de mayo de 2015"), ("14-OCT-2014", -365, "14-OCT-2013"),
)  # fmt: skip


@pytest.mark.parametrize(("written", "days", "wanted"), MOVES)
def test_the_form_stays(written: str, days: int, wanted: str) -> None:
    first = day_first(written)
    assert moved(written, days, first) == wanted


@given(st.dates(date(1930, 1, 1), date(2029, 12, 31)), st.integers(1, 3000), st.integers(-3650, -1))
def test_intervals_stay(start: date, apart: int, days: int) -> None:
    texts = [(start + timedelta(days=n)).isoformat() for n in (0, apart)]
    first, second = (date.fromisoformat(str(moved(text, days, False))) for text in texts)
    assert (second - first).days == apart
    assert (first - start).days == days


def test_what_is_no_whole_date_is_taken_out() -> None:
    done = scrub("Seen 2014-06-03 and in March 2012, not on 2014-02-31.", -365)
    assert done.text == "Seen 2013-06-03 and in [DATE], not on [DATE]."
    start = "Seen 2014-06-03 and in March 2012, not".index("not")
    a, b = done.moved(start, start + 3)
    assert done.text[a:b] == "not"


def test_days_are_keyed_and_a_subject_has_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIPTYCH_PSEUDONYM_KEY", raising=False)
    assert days_of("toy/a") is None
    monkeypatch.setenv("TRIPTYCH_PSEUDONYM_KEY", "a secret")
    one, other = days_of("toy/a"), days_of("toy/b")
    assert one == days_of("toy/a") != other
    assert one is not None
    assert -3652 <= one <= -365
    monkeypatch.setenv("TRIPTYCH_PSEUDONYM_KEY", "another")
    assert days_of("toy/a") != one
