"""What of a data set lies in a folder: which of its card's files are there, what is missing, what does not belong."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors import Connector, archives, base, layout, patterns
from connectors.base import Unreadable
from connectors.tables import lookup
from schemas import Model

SHOWN = 20  # of each kind of trouble: names enough to see what it is


class Found(Model):
    """A pattern of the card and how many files fit it. `part`: "image", or the annotation's format."""

    part: str
    pattern: str
    files: int


class Trouble(Model):
    """Something that is not as the card says: how often, and the first of them."""

    what: str
    count: int
    examples: tuple[str, ...]


class Coverage(Model):
    """`missing` keeps the set from being read whole; `extra` are files that nothing in the card asks for."""

    dataset: str
    items: int
    found: tuple[Found, ...]
    missing: tuple[Trouble, ...]
    extra: Trouble

    @property
    def complete(self) -> bool:
        return self.items > 0 and not self.missing


def coverage(connector: Connector, root: Path) -> Coverage:
    """Looks through a folder: names, sizes and label tables only, no image is opened. Raises NotADirectoryError."""
    items = list(connector.listing(root))
    claimed = {name for item in items for name in (item.uri, *item.group)}
    lost = sorted({name for item in items for name in item.group if not _is_there(root, name)})
    found: list[Found] = []
    missing: list[Trouble] = []
    options = base.options(connector.card, connector.reader.Options)
    if isinstance(options, layout.Common):
        images = list(layout.paths(root, options))
        claimed |= {archives.split(root, path)[0] for path, _ in images}
        found, missing = _parts(connector, root, options, images)
        claimed |= {name for name in _files(root) if _ignored(name, options)}
        lost = []  # said annotation by annotation, where it is known which may be missing
    if not items:
        missing.insert(0, Trouble(what="nothing here can be read: no file fits the card", count=1, examples=()))
    if lost:
        missing.append(_trouble("files that an image needs", lost))
    # An annotation with very many files asks for their folder ("." being all of the set's).
    folders = tuple("" if name == "." else f"{name}/" for name in claimed if (root / name).is_dir())
    extra = [name for name in _files(root) if name not in claimed and not name.startswith(folders)]
    return Coverage(
        dataset=connector.card.id, items=len(items), found=tuple(found), missing=tuple(missing),
        extra=_trouble("files that no pattern of the card asks for", extra),
    )  # fmt: skip


Images = list[tuple[str, dict[str, str]]]


def _parts(
    connector: Connector, root: Path, options: layout.Common, images: Images
) -> tuple[list[Found], list[Trouble]]:
    counts: Counter[str] = Counter()
    for path, _ in images:
        counts[next(text for text in options.files if patterns.pattern(text).match(path) is not None)] += 1
    found = [Found(part="image", pattern=text, files=counts[text]) for text in options.files]
    missing = [_trouble("patterns of images that no file fits", [one.pattern for one in found if not one.files])]
    for part in layout.bound(connector.card, options):
        name = part.module.__name__.rsplit(".", 1)[-1]
        if not hasattr(part.options, "file"):
            continue
        there, lost = _companions(root, part, images)
        found.append(Found(part=name, pattern=part.options.file, files=len(there)))
        if not there and not lost:
            lost = [part.options.file]
        if lost and _needed(part.options):
            missing.append(_trouble(f"files of the annotations {name} ({part.options.file})", lost))
        if isinstance(part.options, lookup.Table) and there:
            missing.append(_rows(root, part.options, images))
    return found, [one for one in missing if one.count]


def _companions(root: Path, part: layout.Bound, images: Images) -> tuple[list[str], list[str]]:
    """The annotation files that the images ask for: those that are there, and those that are not."""
    asked = dict.fromkeys(
        name for path, fields in images
        for name in part.module.companions(root, part.options, layout.named(path, fields))
    )  # fmt: skip
    there = [name for name in asked if _is_there(root, name)]
    known = set(there)
    return there, [name for name in asked if name not in known]


def _needed(options: Any) -> bool:
    """Whether an image without this annotation is refused, as far as its options say."""
    if hasattr(options, "missing"):
        return bool(options.missing == "refuse")
    return True


def _rows(root: Path, table: lookup.Table, images: Images) -> Trouble:
    """Rows of a table that speak of an image which is not there. A key that only the files themselves tell (a header's)
    is not compared."""
    what = f"rows of {table.file} whose image is not there"
    try:
        listed = lookup.keys(root, table)
        here = {
            lookup.normal(patterns.fill(table.match, layout.named(path, fields)), table.normalise, of_table=False)
            for path, fields in images
        }
    except KeyError:
        return _trouble(what, [])
    except Unreadable as error:
        return _trouble(f"tables that cannot be read: {error}", [table.file])
    return _trouble(what, sorted(listed - here))


def _trouble(what: str, names: list[str]) -> Trouble:
    return Trouble(what=what, count=len(names), examples=tuple(names[:SHOWN]))


def _is_there(root: Path, path: str) -> bool:
    uri, member = archives.split(root, path)
    return (root / uri).exists() and (member is None or member in archives.members(root, uri))


def _ignored(path: str, options: layout.Common) -> bool:
    return any(patterns.pattern(text).match(path) is not None for text in options.ignore)


def _files(root: Path) -> Iterator[str]:
    """Every file under `root`, in the order of names, without what macOS leaves behind."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not archives.is_junk(name))
        for name in sorted(files):
            path = (Path(folder) / name).relative_to(root).as_posix()
            if not archives.is_junk(path):
                yield path


def lines(found: Coverage) -> Iterator[str]:
    """The report as lines to print."""
    yield f"{found.dataset}: {found.items:,} items to read"
    for one in found.found:
        yield f"  {one.files:>8,}  {one.part:<12} {one.pattern}"
    for trouble in (*found.missing, *([found.extra] if found.extra.count else [])):
        mark = "extra" if trouble is found.extra else "MISSING"
        yield f"  {mark}: {trouble.count:,} {trouble.what}"
        yield from (f"            {name}" for name in trouble.examples)
        if trouble.count > len(trouble.examples) > 0:
            yield f"            ... and {trouble.count - len(trouble.examples):,} more"
