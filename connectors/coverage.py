"""What of a data set lies in a folder: which of its card's files are there, what is missing, what does not belong.

Lists (tables, COCO and other JSON, dataset.json, split lists, CVAT) are held against the images, both ways.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from connectors import Connector, archives, base, layout, patterns
from connectors.base import Unreadable
from connectors.listed import Listed, lists
from raw import confine
from schemas import Model, Notice

SHOWN = 20  # of each kind of trouble: names enough to see what it is
NOT_HERE = (
    "files whose content was not fetched: links to nothing, or pointers (datalad get, git annex get, git lfs pull)"
)
BRIEF = 3  # in a short report
SPEAK_OF_ALL = ("table", "split_lists", "questions", "coco", "image_json", "dataset_json")  # an entry an image


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
    """`missing` keeps the set from being read whole; `extra` are files that nothing in the card asks for; `noted` is
    worth knowing and costs nothing: another packing, images that a list does not name, entries that are there twice."""

    dataset: str
    items: int
    found: tuple[Found, ...]
    missing: tuple[Trouble, ...]
    extra: Trouble
    noted: tuple[Trouble, ...] = ()

    @property
    def complete(self) -> bool:
        return self.items > 0 and not self.missing


def coverage(connector: Connector, root: Path, said: Iterable[Notice] = ()) -> Coverage:
    """Looks through a folder: names, sizes and lists only, no image is opened. `said`: the folder's notices, where they
    are to be noted here and not told elsewhere. Raises NotADirectoryError, and PackingError where the folder may be
    packed in several ways."""
    items = list(connector.listing(root))
    there = list(archives.files(root))
    claimed = {name for item in items for name in (item.uri, *item.group)}
    lost = sorted({name for item in items for name in item.group if not archives.there(root, name)})
    found: list[Found] = []
    missing: list[Trouble] = []
    noted = [one for one in (trouble("notices of the folder", [notice.text() for notice in said]),) if one.count]
    options = base.options(connector.card, connector.reader.Options)
    if isinstance(options, layout.Common):
        folder = connector.folder(root)
        images = list(layout.paths(folder, options))
        claimed |= {archives.split(folder, path)[0] for path, _ in images}
        found, missing = _parts(connector, folder, options, images)
        gone, other = _lists(connector, folder, options, images)
        missing, noted = [*missing, *gone], [*noted, *other]
        claimed |= {name for name in there if _ignored(name, options)}
        lost = []  # said annotation by annotation, where it is known which may be missing
    missing += [
        one for one in (trouble(NOT_HERE, [name for name in there if not confine.fetched(root, name)]),) if one.count
    ]
    if not items:
        missing.insert(0, Trouble(what=str(connector.nothing(root)), count=1, examples=()))
    if lost:
        missing.append(trouble("files that an image needs", lost))
    # An annotation with very many files asks for their folder ("." being all of the set's).
    folders = tuple("" if name == "." else f"{name}/" for name in claimed if (root / name).is_dir())
    extra = [name for name in there if name not in claimed and not name.startswith(folders)]
    return Coverage(
        dataset=connector.card.id, items=len(items), found=tuple(found), missing=tuple(missing),
        extra=trouble("files that no pattern of the card asks for", extra), noted=tuple(noted),
    )  # fmt: skip


Images = list[tuple[str, dict[str, str]]]


def _parts(
    connector: Connector, folder: Path, options: layout.Common, images: Images
) -> tuple[list[Found], list[Trouble]]:
    counts: Counter[str] = Counter()
    for path, _ in images:  # what cannot be entered fits none
        counts.update([text for text in options.files if patterns.pattern(text).of_path(path) is not None][:1])
    found = [Found(part="image", pattern=text, files=counts[text]) for text in options.files]
    none = [one.pattern for one in found if not one.files and not _other_packing(options, counts, one.pattern)]
    missing = [trouble("patterns of images that no file fits", none)]
    for part in layout.bound(connector.card, options):
        if getattr(part.options, "file", None) is None:
            continue
        there, lost = _companions(folder, part, images)
        found.append(Found(part=part.name, pattern=part.options.file, files=len(there)))
        if not there and not lost:
            lost = [part.options.file]
        if lost and _needed(part.options):
            missing.append(trouble(f"files of the annotations {part.name} ({part.options.file})", lost))
    return found, [one for one in missing if one.count]


def _other_packing(options: layout.Common, counts: Counter[str], pattern: str) -> bool:
    """Whether files fit another pattern of the same images."""
    return any(counts[other] for group in options.one_of if pattern in group for other in group)


def _companions(folder: Path, part: layout.Bound, images: Images) -> tuple[list[str], list[str]]:
    """The annotation files that the images ask for: those that are there, and those that are not."""
    asked = dict.fromkeys(
        name for path, fields in images
        for name in part.module.companions(folder, part.options, layout.named(path, fields))
    )  # fmt: skip
    there = [name for name in asked if _lies_there(folder, name)]
    known = set(there)
    return there, [name for name in asked if name not in known]


def _lies_there(folder: Path, name: str) -> bool:
    return archives.there(folder, name) or (folder / archives.lies(folder, name)).exists()


def _needed(options: Any) -> bool:
    """Whether an image without this annotation is refused or counts as missing it, as far as its options say."""
    if hasattr(options, "missing"):
        return options.missing in ("refuse", "notice")
    return True


def _lists(
    connector: Connector, folder: Path, options: layout.Common, images: Images
) -> tuple[list[Trouble], list[Trouble]]:
    """What lists name and is not there; and what of them is worth knowing."""
    gone: list[Trouble] = []
    noted: list[Trouble] = []
    asked: dict[str, dict[str, bool]] = {}  # format -> image -> whether one of its lists names it
    told = [(path, layout.named(path, fields)) for path, fields in images]
    for part in layout.bound(connector.card, options):
        try:
            found = list(lists(folder, part))
        except Unreadable as error:
            if _needed(part.options) and "not there" not in error.reason:
                gone.append(trouble(f"lists that cannot be read: {error.reason}", [error.uri]))
            continue
        for one in found:
            here = _here(one, told)
            known = {name for names in here.values() for name in names}
            if here or not told:
                gone.append(trouble(f"rows of {one.file} whose image is not there", sorted(one.names - known)))
            files = sorted(name for name in set(one.files) if not archives.there(folder, name))
            gone.append(trouble(f"files that {one.file} names", files))
            noted.append(trouble(f"images that {one.file} names twice, in the same words", sorted(one.twice)))
            noted.append(trouble(f"images of which {one.file} has several rows, which differ", sorted(one.differ)))
            if part.name in SPEAK_OF_ALL:
                own = asked.setdefault(part.name, {})
                own |= {p: own.get(p, False) or not one.names.isdisjoint(names) for p, names in here.items()}
    for name, looked in asked.items():
        unnamed = [path for path, there in looked.items() if not there]
        noted.append(trouble(f"images that no list of the annotations {name} names", unnamed))
    return _once(gone), _once(noted)


def _here(one: Listed, images: Iterable[tuple[str, dict[str, str]]]) -> dict[str, tuple[str, ...]]:
    """Image -> the names under which it may be in a list; without those whose names only the files themselves tell."""
    here = {}
    for path, fields in images:
        try:
            if one.speaks_of(fields):
                here[path] = one.of(fields)
        except KeyError:
            continue
    return here


def _once(found: Iterable[Trouble]) -> list[Trouble]:
    """Each trouble once, where several annotations read one table; none that never came."""
    return list(dict.fromkeys(one for one in found if one.count))


def of_notices(notices: Iterable[Notice]) -> tuple[Trouble, ...]:
    """What reading said of single images, by kind."""
    kinds: dict[str, list[str]] = {}
    for notice in notices:
        kinds.setdefault(notice.kind, []).append(notice.text())
    return tuple(trouble(f"notices of reading ({kind})", texts) for kind, texts in sorted(kinds.items()))


def trouble(what: str, names: list[str]) -> Trouble:
    return Trouble(what=what, count=len(names), examples=tuple(names[:SHOWN]))


def _ignored(path: str, options: layout.Common) -> bool:
    return any(patterns.pattern(text).of_path(path) is not None for text in options.ignore)


def lines(found: Coverage) -> Iterator[str]:
    """The report as lines to print."""
    yield f"{found.dataset}: {found.items:,} items to read"
    for one in found.found:
        yield f"  {one.files:>8,}  {one.part:<12} {one.pattern}"
    yield from troubles(found, SHOWN)


def troubles(found: Coverage, shown: int = BRIEF) -> Iterator[str]:
    """What is missing, extra and worth knowing, as lines with the first `shown` examples of each."""
    marked = [*(("MISSING", one) for one in found.missing), *(("note", one) for one in found.noted)]
    for mark, one in [*marked, *([("extra", found.extra)] if found.extra.count else [])]:
        yield f"  {mark}: {one.count:,} {one.what}"
        yield from (f"            {name}" for name in one.examples[:shown])
        if one.count > min(len(one.examples), shown) > 0:
            yield f"            ... and {one.count - min(len(one.examples), shown):,} more"
