"""What every reader builds on: items, the two ways in which a file can be refused, hashing, keys and options."""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Protocol, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from connectors import archives
from connectors.packed import Packed
from raw import confine
from raw.refusal import BAD_ARCHIVE as BAD_ARCHIVE  # connectors raise and catch these
from raw.refusal import Refusal, masked
from raw.refusal import Unreadable as Unreadable
from schemas import (
    DatasetCard,
    LabelSpace,
    MadeBy,
    Model,
    Notice,
    Record,
    Region,
    SourceFile,
    canonical_json,
    content_key,
)
from schemas.region import Shape

CHUNK = 1 << 20
SMALL = 1 << 24  # bytes
SHARED = 64  # files
PSEUDONYM_KEY = "TRIPTYCH_PSEUDONYM_KEY"  # the environment variable with the secret
Found = Record | Region | Notice  # what reading gives


def by_record(found: Iterable[Found]) -> dict[str, list[Region]]:
    """The regions among what reading gave, by the key of their record."""
    regions: dict[str, list[Region]] = {}
    for thing in found:
        if isinstance(thing, Region):
            regions.setdefault(thing.record, []).append(thing)
    return regions


PUBLIC_KEY = "triptych public pseudonym key"  # used without one: for data whose identifiers are public anyway


class Item(Model):
    """One unit of reading: the file `uri` (POSIX, relative to the data set's folder), or `member` of that archive, with
    the further files (`group`) that it needs, such as a mask or the other slices of a series.

    `fingerprint` is made of sizes and times of change, not of bytes: it says cheaply that nothing changed here.
    `published`: the paths of the image's own files under the published packing, where another one is read.
    """

    dataset: str
    uri: str
    group: tuple[str, ...] = ()
    member: str | None = None
    fingerprint: str
    published: tuple[str, ...] = ()


class NotPartOf(Refusal):
    """A sound file that is no record of this data set (a report, a dose grid, a thumbnail): it is filtered."""


class Unannotated(Unreadable):
    """A file of annotations that is not there and need not be: its images are not annotated by it."""


class RowFault(Unreadable):
    """An entry of an annotation that cannot be read: it costs itself. `line` counts from 1; `item` is the entry, or the
    key of the row."""

    def __init__(self, uri: str, reason: str, line: int | None = None, item: str | None = None) -> None:
        where = f"line {line}: " if line is not None else f"{item}: " if item else ""
        super().__init__(uri, where + reason)
        self.line, self.item, self.plain = line, item, reason

    def __reduce__(self) -> tuple[type["RowFault"], tuple[Any, ...]]:
        return (type(self), (self.uri, self.plain, self.line, self.item))

    def notice(self) -> Notice:
        reason = masked(self.plain) if self.__cause__ is not None else self.plain
        return Notice(kind="row", uri=self.uri, line=self.line, item=self.item, reason=reason)


class LayoutError(ValueError):
    """A fault in a card, in one line: the card's file, the key, the next action."""

    def __init__(self, card: str, key: str, action: str) -> None:
        super().__init__(f"catalog/datasets/{card}.yaml: {key}: {action}")
        self.card, self.key, self.action = card, key, action

    def __reduce__(self) -> tuple[type["LayoutError"], tuple[str, str, str]]:
        return (LayoutError, (self.card, self.key, self.action))


class Options(BaseModel):
    """The base of each reader's options; an unknown key is refused. `tabular`: they read their `file` and no other."""

    tabular: ClassVar[bool] = False

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reader(Protocol):
    """A module of connectors/readers/, or connectors/<dataset>.py."""

    VERSION: str
    Options: type[Options]

    def listing(self, root: Path, card: DatasetCard) -> Iterator[Item]: ...

    def read(self, root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]: ...


AnyOptions = TypeVar("AnyOptions", bound=Options)


def options(card: DatasetCard, model: type[AnyOptions]) -> AnyOptions:
    """The card's `layout.options`, checked. Raises LayoutError that names the card and the key."""
    found = card.memo.get(model)
    if found is None:
        found = card.memo[model] = _validated(card, model)
    return cast(AnyOptions, found)


def _validated(card: DatasetCard, model: type[AnyOptions]) -> AnyOptions:
    try:
        return model.model_validate(card.layout.options)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(["layout.options", *map(str, fault["loc"])])
        known = ", ".join(model.model_fields)
        raise LayoutError(card.id, key, f"{fault['msg']}; correct it (known options: {known})") from error


def files(root: Path, patterns: Iterable[str]) -> list[str]:
    """Every file under `root` that fits one of the glob patterns, and what else is no folder: POSIX paths relative to
    `root`, sorted."""
    found = {path for pattern in patterns for path in root.glob(pattern) if not path.is_dir()}
    return sorted(path.relative_to(root).as_posix() for path in found)


def item(
    root: Path, dataset: str, uri: str, group: Iterable[str] = (), member: str | None = None,
    shared: dict[str, tuple[str, int | None, int | None]] | None = None, published: Sequence[str] = (),
) -> Item:  # fmt: skip
    """An Item with its fingerprint. A file of the group that is not there counts as such. `shared`: what one listing
    knows already of files that many items need, such as a table. `published`: the paths of its own files, which are
    kept where this is another packing."""
    group = tuple(group)
    marks = [_mark(root, uri)]
    for name in group:
        mark = shared.get(name) if shared is not None else None
        if mark is None:
            mark = _mark(root, name)
            if shared is not None and len(shared) < SHARED:
                shared[name] = mark
        marks.append(mark)
    fingerprint = hashlib.sha256(repr((marks, member)).encode()).hexdigest()[:20]
    kept = tuple(published) if isinstance(root, Packed) else ()
    return Item(dataset=dataset, uri=uri, group=group, member=member, fingerprint=fingerprint, published=kept)


def _mark(root: Path, name: str) -> tuple[str, int | None, int | None]:
    try:
        stat = os.stat(f"{root}/{name}")  # noqa: PTH116 - called for every file
    except OSError:  # not there, a link to nothing or to itself: reading it says which
        return name, None, None
    return name, stat.st_size, stat.st_mtime_ns


@contextmanager
def open_file(root: Path, uri: str, member: str | None = None) -> Iterator[BinaryIO]:
    """The bytes of a file of the data set at `root`, or of a member of an archive, streamed and seekable. Raises
    Unreadable on what may not be opened (raw/confine.py), and BAD_ARCHIVE."""
    with confine.opened(root, uri) if member is None else archives.open_member(root, uri, member) as file:
        yield file


def source_file(root: Path, uri: str, member: str | None = None, select: str | None = None) -> SourceFile:
    """Where bytes lie and their SHA-256, streamed. Raises Unreadable when it is missing, empty or in a bad archive."""
    return loaded(root, uri, member, select, keep=0)[0]


def loaded(
    root: Path, uri: str, member: str | None = None, select: str | None = None, *, keep: int = SMALL
) -> tuple[SourceFile, bytes | None]:
    """A source file, and its bytes where it holds no more than `keep`: what is small is read once and not again.

    Raises Unreadable as `source_file` does.
    """
    try:
        data = _small(root, uri, keep) if member is None and keep else None
        if data is not None:
            sha256, count = hashlib.sha256(data).hexdigest(), len(data)
        else:
            stat = confine.stat(root, uri)
            sha256, count = _digest(root, uri, stat.st_size, stat.st_mtime_ns, member)
    except FileNotFoundError as error:
        raise Unreadable(uri, "the file is not there") from error
    except BAD_ARCHIVE as error:
        raise Unreadable(uri, f"cannot read member {member} of this archive: {error}") from error
    except OSError as error:
        raise Unreadable(uri, f"the file cannot be read: {error.strerror or error}") from error
    if count == 0:
        raise Unreadable(uri, "the file is empty (0 bytes)")
    return SourceFile(uri=uri, member=member, sha256=sha256, bytes=count, select=select), data


def _small(root: Path, uri: str, keep: int) -> bytes | None:
    """The bytes of a file that holds no more than `keep`; None of a larger one."""
    number, size = confine.descriptor(root, uri)
    with open(number, "rb", buffering=0) as file:  # noqa: PTH123 - called for every file
        if size > keep:
            return None
        data = file.read(size)
        while len(data) < size and (more := file.read(size - len(data))):
            data += more
        return data


@lru_cache(maxsize=4096)
def _digest(root: Path, uri: str, size: int, mtime_ns: int, member: str | None) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    with open_file(root, uri, member) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            count += len(chunk)
    return digest.hexdigest(), count


def record_key(
    card: DatasetCard, space: LabelSpace, version: str, sources: Sequence[SourceFile], uri: str, *said: Any
) -> str:
    """A record's key: data set, reader and version, layout and the concepts it names, the sources' bytes, `uri`, and
    what else the source says of it."""
    layout = card.memo.get(("layout", id(space)))
    if layout is None:
        named = {slug for slug in card.layout.labels.values() if slug} | {*card.modalities, *card.anatomy}
        for implied in card.layout.implies.values():
            named |= {*implied.present, *implied.absent, *implied.uncertain}
        concepts = [space.concept(slug).model_dump() for slug in sorted(named)]
        concepts += [found[1].model_dump() for slug in sorted(named) if (found := space.stated(slug)) is not None]
        layout = content_key(card.layout.model_dump(mode="json"), card.exhaustive, concepts)
        card.memo["layout", id(space)] = layout
    hashes = [source.sha256 for source in sources]
    return content_key("record", card.id, card.layout.reader, version, layout, hashes, uri, *said)


def subject(card: DatasetCard, name: str) -> str:
    """`name` in the card's subject space, so that sets which share patients share subjects."""
    return f"{card.subject_space or card.id}/{name}"


def pseudonym(*parts: str) -> str:
    """20 hex digits in place of an identifier: HMAC-SHA256 (RFC 2104) under the secret in TRIPTYCH_PSEUDONYM_KEY, so
    that nobody without it can try names until one fits. Without the variable the key is public (`PUBLIC_KEY`)."""
    key = os.environ.get(PSEUDONYM_KEY) or PUBLIC_KEY
    return hmac.new(key.encode(), canonical_json(list(parts)).encode(), hashlib.sha256).hexdigest()[:20]


def has_own_key() -> bool:
    """Whether pseudonyms are made under a secret of one's own."""
    return bool(os.environ.get(PSEUDONYM_KEY))


def pseudonym_mark() -> str:
    """Changes with the key and does not tell it: part of what was read under it, so a new key reads everything anew."""
    return pseudonym("mark")


def exhaustive(card: DatasetCard, space: LabelSpace) -> tuple[str, ...]:
    """Labels of the concepts that the card says are annotated wherever they occur."""
    found: tuple[str, ...] | None = card.memo.get("exhaustive")
    if found is None:
        found = card.memo["exhaustive"] = tuple(space.concept(slug).label for slug in card.exhaustive)
    return found


def region(
    record: Record, space: LabelSpace, slug: str, source_label: str, shape: Shape, made_by: MadeBy,
    *, frame: str = "voxel", meta: dict[str, Any] | None = None,
) -> Region:  # fmt: skip
    """A source region of a record, its key made of all that it says."""
    meta = meta or {}
    concept = space.concept(slug)
    said = [concept.model_dump(), source_label, shape.model_dump(mode="json"), made_by.model_dump(), frame, meta]
    return Region(
        key=content_key("region", record.key, said), dataset=record.dataset, record=record.key, frame=frame,
        concept=concept, source_label=source_label, shape=shape, made_by=made_by, meta=meta,
    )  # fmt: skip
