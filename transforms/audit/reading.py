"""What reading itself could not use: boxes off the image, unknown values, rows without an image."""

from collections.abc import Iterator

from schemas import LabelSpace
from transforms.audit.base import Case, Finding, Severity

NAME = "reading"
DOES = "rows and values that could not be read: boxes off the image, values and labels that the card does not know"
SEVERITIES: dict[str, Severity] = {"row": "error", "value": "error", "file": "warning", "library": "note"}


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        for notice in case.notices:
            yield Finding(
                check=NAME, severity=SEVERITIES[notice.kind], paths=(case.path, notice.uri), text=notice.text()
            )
        for notice in case.resolution.notices if case.resolution is not None else ():
            severity = SEVERITIES[notice.kind]
            yield Finding(check=NAME, severity=severity, paths=(case.path, notice.uri), text=notice.text())

    def end(self) -> Iterator[Finding]:
        yield from ()
