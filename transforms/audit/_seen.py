"""What is kept of a record to say that it is another one's copy."""

from collections.abc import Sequence
from typing import NamedTuple

from transforms.audit.base import Case


class Seen(NamedTuple):
    path: str
    subject: str
    present: frozenset[str]
    absent: frozenset[str]


def seen(case: Case) -> Seen:
    """What the source says of a record: absent is also what it looked for everywhere and did not find."""
    record = case.record
    said = {state: {p.concept.label for p in record.presence if p.state == state} for state in ("present", "absent")}
    present = said["present"] | {item.region.concept.label for item in case.shown}
    absent = (said["absent"] | set(record.exhaustive)) - present
    return Seen(case.path, record.subject, frozenset(present), frozenset(absent))


def compared(group: Sequence[Seen]) -> tuple[str, bool]:
    """How the records of one picture differ, to follow their number, and whether their labels contradict each other."""
    odd = sorted({label for a in group for b in group for label in a.present & b.absent})
    subjects = len({one.subject for one in group})
    text = f", under {subjects} subjects" if subjects > 1 else ""
    return text + (f", present in one and absent in another: {', '.join(odd)}" if odd else ""), bool(odd)
