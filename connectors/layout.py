"""What a card's layout says of files: the options that readers of images share, its annotations, and the listing."""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from pydantic import ValidationError, field_validator, model_validator

from connectors import archives, base, patterns, walking
from connectors.base import Item, LayoutError
from connectors.choices import Choice
from connectors.packed import Packed
from schemas import DatasetCard, MadeBy
from schemas.level import LARGER, Level


class Common(base.Options):
    """Options of every reader that lists files by patterns.

    `files`: patterns of the images; a list among them holds patterns of the same images in other packings, of which one
    suffices (`one_of`): what lies in two of them is read once. `ignore`: patterns of what is among them
    and is no image. `subject`, `study`, `series`: templates over the fields of the pattern, `stem`, `name`, `folder`,
    `path`, and what annotations tell (a table's columns). Of several `subject` templates the first counts whose fields
    are told.
    Without `subject` each file is a subject of its own: right only where the set says nothing of patients.
    `split`, `modality`, `anatomy`, `unit`: a value, or a Choice. `keep`: fields that go into the record's `meta`.
    `annotations`: what is said of them: `format` (connectors/annotations/), the options of that format, and
    `exhaustive`: which part of the card's it covers; all of it where that is not said; `repeats`: its boxes show the
    same objects as the masks of another; `said_of`: what its labels are said of where that is more than the image
    (series, eye, breast, visit, study, patient). `spacing_mm`: where the file
    does not say it and the source does: numbers, or templates, along the grid's axes. `replace`: {name: {value: what it
    means}} of what is told or kept (age: {"300": ">89"}); "" where it means that nothing is known.
    """

    files: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    ignore: tuple[str, ...] = ()
    subject: str | tuple[str, ...] = "{stem}"
    study: str | None = None
    series: str | None = None
    split: str | Choice | None = None
    modality: str | Choice | None = None
    anatomy: str | tuple[str, ...] | Choice | None = None
    unit: str | Choice | None = None
    keep: tuple[str, ...] = ()
    replace: dict[str, dict[str, str]] = {}
    spacing_mm: tuple[float | str, ...] | None = None
    made_by: MadeBy = MadeBy(kind="human", name="source annotators")
    annotations: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not isinstance(given.get("files"), list | tuple):
            return given
        groups = [tuple(one) for one in given["files"] if isinstance(one, list | tuple)]
        flat = [text for one in given["files"] for text in (one if isinstance(one, list | tuple) else (one,))]
        return {**given, "files": flat, "one_of": (*given.get("one_of", ()), *groups)}

    @field_validator("files", "ignore")
    @classmethod
    def _are_patterns(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            patterns.pattern(text)
        return texts


@dataclass(frozen=True)
class Bound:
    """One annotation of a card: the module of its format, its options, the slugs annotated wherever they occur,
    whether it shows once more what another one does, and what its labels are said of where that is more than the
    image."""

    module: ModuleType
    options: Any
    exhaustive: tuple[str, ...]
    repeats: bool = False
    said_of: Level | None = None

    @property
    def name(self) -> str:
        """The format's."""
        return self.module.__name__.rpartition(".")[2]


def bound(card: DatasetCard, options: Common) -> tuple[Bound, ...]:
    """The card's annotations. Raises LayoutError on an unknown format or a wrong option."""
    found = card.memo.get("annotations")
    if found is None:
        found = card.memo["annotations"] = tuple(_bind(card, n, given) for n, given in enumerate(options.annotations))
    return cast(tuple[Bound, ...], found)


def _bind(card: DatasetCard, n: int, given: Mapping[str, Any]) -> Bound:
    key = f"layout.options.annotations.{n}"
    name = str(given.get("format", ""))
    if name not in _formats():
        raise LayoutError(card.id, f"{key}.format", f"no format {name!r}; there are {', '.join(_formats())}")
    module = importlib.import_module(f"connectors.annotations.{name}")
    part = tuple(given.get("exhaustive", card.exhaustive))
    if not set(part) <= set(card.exhaustive):
        raise LayoutError(
            card.id, f"{key}.exhaustive", "names concepts that the card's exhaustive lacks; add them there"
        )
    level = given.get("said_of")
    if level is not None and level not in LARGER:
        raise LayoutError(card.id, f"{key}.said_of", f"{level!r} is none of {', '.join(sorted(LARGER))}")
    try:
        own = {k: v for k, v in given.items() if k not in ("format", "exhaustive", "repeats", "said_of")}
        return Bound(module, module.Options.model_validate(own), part, given.get("repeats") is True, level)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join([key, *map(str, fault["loc"])])
        raise LayoutError(card.id, where, f"{fault['msg']}; known: {', '.join(module.Options.model_fields)}") from error


@cache
def _formats() -> tuple[str, ...]:
    home = Path(__file__).parent / "annotations"
    return tuple(sorted(path.stem for path in home.glob("*.py") if not path.stem.startswith("_")))


def paths(root: Path, options: Common) -> Iterator[tuple[str, dict[str, str]]]:
    """Every image's path and fields, pattern by pattern, in the order of names."""
    yield from ((path, fields) for path, fields, again in _every(root, options) if not again)


def again(root: Path, options: Common) -> Iterator[str]:
    """The paths of images that lie there once more, in another of the packings that the card knows: not read."""
    if any(len(fitting(root, group)) > 1 for group in options.one_of):
        yield from (path for path, _, again in _every(root, options) if again)


def _every(root: Path, options: Common) -> Iterator[tuple[str, dict[str, str], bool]]:
    """Path, fields and whether an earlier pattern of the same images gave that image already."""
    ignored = [patterns.pattern(text) for text in options.ignore]
    earlier: list[patterns.Pattern] = []
    seen: set[str] = set()  # in another packing two patterns may lead to one file
    known: dict[tuple[str, ...], set[int]] = {one: set() for one in options.one_of if len(fitting(root, one)) > 1}
    for text in options.files:
        current = patterns.pattern(text)
        group = next((one for one in known if text in one), ())
        marks = set[int]()
        for path, fields in walking.walk(root, current):
            if any(other.of_path(path) is not None for other in (*ignored, *earlier)):
                continue
            if isinstance(root, Packed):
                place = root.true(path)
                if place in seen:
                    continue
                seen.add(place)
            mark = _mark(group, path, fields) if group and fields else 0
            marks.add(mark)
            yield path, fields, bool(group and fields) and mark in known[group]
        if group:
            known[group] |= marks
        earlier.append(current)


def fitting(root: Path, group: tuple[str, ...]) -> list[str]:
    """The patterns of a group that a file fits."""
    return [text for text in group if next(walking.walk(root, patterns.pattern(text)), None) is not None]


def _mark(group: tuple[str, ...], path: str, fields: Mapping[str, str]) -> int:
    """What an image has in common in all packings of a group: its file's name, and the fields that all of them have."""
    common = set.intersection(*({*patterns.names(text)} for text in group))
    return hash((path.rpartition("/")[2], *sorted((name, fields[name]) for name in common)))


def items(root: Path, card: DatasetCard, options: Common) -> Iterator[Item]:
    """An item for each image, with the files of its annotations."""
    shared: dict[str, tuple[str, int | None, int | None]] = {}
    same: dict[int, list[str]] = {}
    for path, fields in paths(root, options):
        uri, member = archives.split(root, path)
        further = companions(root, card, options, path, fields, same) if is_open(options, path, fields) else []
        yield base.item(root, card.id, uri, further, member, shared, published=(path,))


def is_open(options: Common, path: str, fields: Mapping[str, str]) -> bool:
    """Whether a path that was found is a file; else it is an archive or a folder that cannot be entered."""
    return bool(fields) or any(patterns.pattern(text).of_path(path) is not None for text in options.files)


def companions(
    root: Path, card: DatasetCard, options: Common, path: str, fields: Mapping[str, str],
    same: dict[int, list[str]] | None = None,
) -> list[str]:  # fmt: skip
    """The files that an image's annotations lie in: paths under the data set's folder, archives as a whole. `same`:
    what one listing knows already of tables that speak of all images."""
    known = named(path, fields)
    found: list[str] = []
    for number, part in enumerate(bound(card, options)):
        if same is not None and number in same:
            found += same[number]
            continue
        own = [archives.split(root, name)[0] for name in part.module.companions(root, part.options, known)]
        alike = part.options.tabular and not getattr(part.options, "only", None)
        if same is not None and alike and not {*patterns.names(part.options.file)} & {*known}:
            same[number] = own
        found += own
    return list(dict.fromkeys(found))


def named(path: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a path with those that every path has: `stem`, `name`, `folder`, and `path`, the whole of it."""
    above, _, name = patterns.composed(path).rpartition("/")
    own = {"stem": patterns.stem(name), "name": name, "folder": above.rpartition("/")[2], "path": path}
    own.update(fields)
    return {name: value for name, value in own.items() if value is not None} if None in own.values() else own


def where(item: Item) -> str:
    """The path of an item as patterns know it."""
    if item.published:
        return item.published[0]
    return f"{item.uri}/{item.member}" if item.member else item.uri


def fields_of(card: DatasetCard, options: Common, path: str) -> dict[str, str]:
    """What an image's path tells. Raises LayoutError when no pattern fits."""
    for text in options.files:
        fields = patterns.pattern(text).of_path(path)
        if fields is not None:
            return named(path, fields)
    raise LayoutError(card.id, "layout.options.files", f"no pattern fits {path}")
