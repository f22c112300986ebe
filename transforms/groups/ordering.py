"""What puts records in order: the numbers in their names, and when their visits were."""

import re
from datetime import date
from typing import Any

from schemas import Grouping, Record

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)|(\d\d)-(\d\d)-(\d{4})(?!\d)")


def natural(text: str) -> tuple[tuple[int, float, str], ...]:
    """A key by which 2 comes before 10."""
    parts = re.split(r"(\d+)", text)
    return tuple((0, float(part), "") if part.isdigit() else (1, 0.0, part) for part in parts if part)


def when(record: Record, how: Grouping) -> float | None:
    """What puts a record's visit in order: a number, or the day of a date; None where the source does not tell."""
    assert how.visits is not None
    order, steps = how.visits.order, how.visits.steps
    said = record.study if order == "study" else record.meta.get(order)
    if steps:
        return float(steps.index(str(said))) if str(said) in steps else None
    return _day(str(said)) if how.visits.unit == "date" else number(said)


def _day(said: str) -> float | None:
    """The number of a day, written 2020-07-04, 20200704 or, as archives do, 07-04-2020."""
    match = DATE.match(said)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[4], match[5])
    try:
        return float(date(int(year), int(month), int(day)).toordinal())
    except ValueError:
        return None


def number(said: Any) -> float | None:
    """The first number that a value has; None where it has none."""
    match = NUMBER.search(str(said)) if said is not None else None
    return float(match.group()) if match else None
