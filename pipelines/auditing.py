"""`triptych audit`: labels against pixels of one published folder, before any corpus is built of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from connectors import Connector
from connectors.base import Found, Item, NotPartOf, by_record
from pipelines.complaints import heard
from pipelines.faults import reason_of
from schemas import Model, Notice, Record, Region
from transforms.audit.base import Case, Finding
from transforms.audit.reading import of_notice
from transforms.media.decoders import decode
from transforms.plugins import modules
from transforms.regions.resolve import resolution

PACKAGE = "transforms.audit"
ORDER = {"error": 0, "warning": 1, "note": 2}
SHOWN = 6  # pictures of each check


class Picture(Model):
    """What is to be seen of a finding: a PNG as base64."""

    finding: int
    png: str


class Audit(Model):
    """`records`, `refused`: how many were looked at, and how many could not be read. `findings`: by severity."""

    dataset: str
    records: int
    refused: int
    findings: tuple[Finding, ...]
    pictures: tuple[Picture, ...] = ()

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


Draw = Callable[[Case, Finding], str | None]


def audit(connector: Connector, root: Path, limit: int | None = None, draw: Draw | None = None) -> Audit:
    """Reads and decodes a folder and asks every check. `draw` makes the picture of a finding. Raises
    NotADirectoryError."""
    checks = [module.Check(connector.space) for _, module in sorted(modules(PACKAGE).items())]
    found: list[tuple[Finding, str | None]] = [(of_notice(one), None) for one in connector.notices(root)]
    seen: Counter[str] = Counter()
    records = refused = 0
    for number, item in enumerate(connector.listing(root)):
        if limit is not None and number >= limit:
            break
        for one in _cases(connector, root, item):
            if isinstance(one, Finding):
                refused += 1
                found.append((one, None))
                continue
            if isinstance(one, Notice):
                found.append((of_notice(one), None))
                continue
            records += 1
            for finding in (finding for check in checks for finding in check.add(one)):
                wanted = draw is not None and seen[finding.check] < SHOWN
                picture = draw(one, finding) if wanted and draw is not None else None
                seen[finding.check] += picture is not None
                found.append((finding, picture))
    found += [(finding, None) for check in checks for finding in check.end()]
    found.sort(key=lambda one: (ORDER[one[0].severity], one[0].check, one[0].paths))
    pictures = tuple(Picture(finding=n, png=png) for n, (_, png) in enumerate(found) if png is not None)
    return Audit(
        dataset=connector.card.id, records=records, refused=refused, pictures=pictures,
        findings=tuple(finding for finding, _ in found),
    )  # fmt: skip


def _cases(connector: Connector, root: Path, item: Item) -> Iterator[Case | Notice | Finding]:
    """The records of an item, decoded; a finding where it cannot be read, after what was said of it before that."""
    found: list[Found] = []
    complaints: list[Notice] = []
    try:
        with heard(root, item.uri) as complaints:
            found = list(connector.read(root, item))
    except NotPartOf:
        yield from complaints
        return
    except Exception as error:  # noqa: BLE001 - one unit costs itself, as in a build
        yield from complaints
        yield _refused(item.uri, error)
        return
    regions = by_record(found)
    notices: dict[str | None, list[Notice]] = {None: complaints}
    for thing in found:
        if isinstance(thing, Notice):
            notices.setdefault(thing.record, []).append(thing)
    for number, record in enumerate(thing for thing in found if isinstance(thing, Record)):
        own = (*notices.get(record.key, ()), *(notices[None] if number == 0 else ()))
        yield from _decoded(root, record, regions.get(record.key, ()), own)


def _decoded(
    root: Path, record: Record, regions: Sequence[Region], notices: Sequence[Notice]
) -> Iterator[Case | Notice | Finding]:
    complaints: list[Notice] = []
    try:
        with heard(root, record.sources[0].uri, record.key) as complaints:
            pixels = decode(root, record) if record.kind != "document" else None
            shown = resolution(root, record, regions)
    except Exception as error:  # noqa: BLE001 - one unit costs itself, as in a build
        yield from (*notices, *complaints)
        yield _refused(record.sources[0].uri, error)
        return
    said = {notice.text(): notice for notice in (*notices, *complaints)}  # reading and decoding may say the same
    yield Case(record, tuple(regions), shown, pixels, tuple(said.values()))


def _refused(uri: str, error: Exception) -> Finding:
    return Finding(check="reading", severity="error", paths=(uri,), text=f"cannot be read: {reason_of(error)}")


def lines(found: Audit) -> Iterator[str]:
    """The audit as lines to print: findings by severity and check, then what was looked for."""
    for finding in found.findings:
        yield f"{finding.severity}: {finding.check}: {', '.join(dict.fromkeys(finding.paths))}: {finding.text}"
    counts: Counter[str] = Counter(finding.severity for finding in found.findings)
    said = ", ".join(f"{counts[name]} {name}s" for name in ORDER if counts[name]) or "nothing found"
    yield f"{found.dataset}: {found.records} records looked at, {found.refused} refused: {said}"


def looked_for() -> dict[str, str]:
    """What each check looks for, by name."""
    made: dict[str, Any] = modules(PACKAGE)
    return {module.NAME: module.DOES for _, module in sorted(made.items())}
