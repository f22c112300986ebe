"""What reading itself could not use: boxes off the image, unknown values, rows without an image."""

from collections.abc import Iterator

from schemas import LabelSpace, Notice
from transforms.audit.base import Case, Finding, Severity

NAME = "reading"
DOES = (
    "rows and values that could not be read: boxes off the image, values and labels that the card does not know,"
    " and what libraries complained of"
)
SEVERITIES: dict[str, Severity] = {"row": "error", "value": "error", "file": "warning", "library": "note"}


def of_notice(notice: Notice, *paths: str) -> Finding:
    """`paths`: of the record that it concerns, beside the notice's own file."""
    return Finding(check=NAME, severity=SEVERITIES[notice.kind], paths=(*paths, notice.uri), text=notice.text())


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        decoded = case.resolution.notices if case.resolution is not None else ()
        yield from (of_notice(notice, case.path) for notice in (*case.notices, *decoded))

    def end(self) -> Iterator[Finding]:
        yield from ()
