"""From files and annotations to records and regions: what every reader of images shares.

A card's `layout.options` name the files (patterns with fields), say by templates over those fields whose they are, and
list the annotations, each in a format of connectors/annotations/.
"""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from pydantic import ValidationError

from connectors import archives, base, choices, patterns
from connectors.base import Item, LayoutError, Unreadable
from connectors.choices import Choice
from connectors.drafts import Draft, Drawn, Looked, Seen, Told, Written
from schemas import (
    DatasetCard,
    Geometry,
    LabelShape,
    LabelSpace,
    MadeBy,
    Presence,
    Record,
    Region,
    SourceFile,
)
from schemas.record import Kind


class Common(base.Options):
    """Options of every reader that lists files by patterns.

    `files`: patterns of the images; `ignore`: patterns of what is among them and is no image. `subject`, `study`,
    `series`: templates over the pattern's fields, `stem`, `name`, `folder`, and what annotations tell (a table's
    columns). Without `subject` each file is a subject of its own: right only where the set says nothing of patients.
    `split`, `modality`, `anatomy`, `unit`: a value, or a Choice. `keep`: fields that go into the record's `meta`.
    `spacing_mm`: where the file does not say it and the source does: numbers, or templates, along the grid's axes.
    """

    files: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    subject: str = "{stem}"
    study: str | None = None
    series: str | None = None
    split: str | Choice | None = None
    modality: str | Choice | None = None
    anatomy: str | tuple[str, ...] | Choice | None = None
    unit: str | Choice | None = None
    keep: tuple[str, ...] = ()
    spacing_mm: tuple[float | str, ...] | None = None
    made_by: MadeBy = MadeBy(kind="human", name="source annotators")
    annotations: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Image:
    """An image as annotations see it: where it lies, what its path tells, its grid as stored."""

    root: Path
    card: DatasetCard
    path: str
    fields: Mapping[str, str]
    geometry: Geometry

    def fill(self, template: str) -> str:
        """A template over the fields. Raises Unreadable that names the field this image lacks."""
        try:
            return patterns.fill(template, self.fields)
        except KeyError as error:
            raise Unreadable(self.path, f"nothing tells its {error.args[0]!r}, which {template!r} needs") from error

    def source(self, path: str, select: str | None = None) -> SourceFile:
        """The file of an annotation. Raises Unreadable when it is not there."""
        uri, member = archives.split(self.root, path)
        return base.source_file(self.root, uri, member, select)

    @cached_property
    def size(self) -> tuple[int, int]:
        """(rows, columns) of a picture or of a clip's frames. Raises Unreadable for anything else."""
        shape = self.geometry.shape
        if len(shape) not in (2, 3) or (len(shape) == 3 and self.geometry.affine is not None):
            raise Unreadable(self.path, f"a grid of {shape} has no rows and columns to draw on")
        return int(shape[-2]), int(shape[-1])


@dataclass(frozen=True)
class Media:
    """What a reader found of one image: its kind, decoder, grid and bytes, and the reader's version. `select` tells the
    records of one file apart. `fields`: more than the path tells (a DICOM header's)."""

    kind: Kind
    decoder: str
    version: str
    geometry: Geometry
    sources: tuple[SourceFile, ...]
    select: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    window: tuple[float, float] | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Bound:
    """One annotation of a card: its format's module and its options."""

    module: ModuleType
    options: Any


def bound(card: DatasetCard, options: Common) -> tuple[Bound, ...]:
    """The card's annotations. Raises LayoutError on an unknown format or a wrong option."""
    if "annotations" not in card.memo:
        card.memo["annotations"] = tuple(_bind(card, n, given) for n, given in enumerate(options.annotations))
    return cast(tuple[Bound, ...], card.memo["annotations"])


def _bind(card: DatasetCard, n: int, given: Mapping[str, Any]) -> Bound:
    key = f"layout.options.annotations.{n}"
    name = str(given.get("format", ""))
    home = Path(__file__).parent / "annotations"
    known = sorted(path.stem for path in home.glob("*.py") if not path.stem.startswith("_"))
    if name not in known:
        raise LayoutError(card.id, f"{key}.format", f"no format {name!r}; there are {', '.join(known)}")
    module = importlib.import_module(f"connectors.annotations.{name}")
    try:
        return Bound(module, module.Options.model_validate({k: v for k, v in given.items() if k != "format"}))
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join([key, *map(str, fault["loc"])])
        raise LayoutError(card.id, where, f"{fault['msg']}; known: {', '.join(module.Options.model_fields)}") from error


def paths(root: Path, options: Common) -> Iterator[tuple[str, dict[str, str]]]:
    """Every image's path and fields, pattern by pattern, in the order of names."""
    ignored = [patterns.pattern(text) for text in options.ignore]
    earlier: list[patterns.Pattern] = []
    for text in options.files:
        current = patterns.pattern(text)
        for path, fields in current.walk(root):
            if not any(other.match(path) is not None for other in (*ignored, *earlier)):
                yield path, fields
        earlier.append(current)


def items(root: Path, card: DatasetCard, options: Common) -> Iterator[Item]:
    """An item for each image, with the files of its annotations."""
    for path, fields in paths(root, options):
        uri, member = archives.split(root, path)
        yield base.item(root, card.id, uri, companions(root, card, options, path, fields), member)


def companions(root: Path, card: DatasetCard, options: Common, path: str, fields: Mapping[str, str]) -> list[str]:
    """The files that an image's annotations lie in: paths under the data set's folder, archives as a whole."""
    known = named(path, fields)
    found = [name for part in bound(card, options) for name in part.module.companions(root, part.options, known)]
    return list(dict.fromkeys(archives.split(root, name)[0] for name in found))


def named(path: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a path with those that every path has: `stem`, `name`, `folder`."""
    parts = path.split("/")
    own = {"stem": patterns.stem(path), "name": parts[-1], "folder": parts[-2] if len(parts) > 1 else ""}
    return {**own, **{name: value for name, value in fields.items() if value is not None}}


def where(item: Item) -> str:
    """The path of an item as patterns know it."""
    return f"{item.uri}/{item.member}" if item.member else item.uri


def fields_of(card: DatasetCard, options: Common, path: str) -> dict[str, str]:
    """What an image's path tells. Raises LayoutError when no pattern fits."""
    for text in options.files:
        fields = patterns.pattern(text).match(path)
        if fields is not None:
            return named(path, fields)
    raise LayoutError(card.id, "layout.options.files", f"no pattern fits {path}")


def rows(
    root: Path, card: DatasetCard, space: LabelSpace, options: Common, path: str, media: Media
) -> Iterator[Record | Region]:
    """The record of one image, then its regions. Raises Unreadable."""
    fields = {**fields_of(card, options, path), **media.fields}
    image = Image(root, card, path, fields, media.geometry)
    drafts: list[Draft] = []
    for part in bound(card, options):
        for draft in part.module.annotate(image, part.options):
            drafts.append(draft)
            if isinstance(draft, Told) and not draft.many:
                fields[draft.name] = str(draft.value)
    record = _record(card, space, options, image, media, drafts)
    yield record
    for draft in drafts:
        slug = _slug(card, draft.label) if isinstance(draft, Drawn) else None
        if isinstance(draft, Drawn) and slug is not None:
            yield base.region(
                record, space, slug, draft.label, draft.shape, draft.made_by or options.made_by,
                frame=draft.frame, meta=dict(draft.meta),
            )  # fmt: skip


def _record(
    card: DatasetCard, space: LabelSpace, options: Common, image: Image, media: Media, drafts: list[Draft]
) -> Record:
    maps = [draft.shape.source for draft in drafts if isinstance(draft, Drawn) and isinstance(draft.shape, LabelShape)]
    sources = tuple(dict.fromkeys((*media.sources, *maps)))
    said = [_said(draft) for draft in drafts]
    subject = image.fill(options.subject)
    geometry = _spaced(options, image)
    own = (subject, media.select, options.spacing_mm and geometry.spacing_mm, said)
    annotated = any(isinstance(draft, Looked | Drawn | Seen) for draft in drafts)
    return Record(
        key=base.record_key(card, space, media.version, sources, image.path, *own),
        dataset=card.id, kind=media.kind, decoder=media.decoder, sources=sources, geometry=geometry,
        modality=choices.modality(card, space, options.modality, image),
        anatomy=choices.anatomy(card, space, options.anatomy, image),
        subject=base.subject(card, subject), study=image.fill(options.study) if options.study else None,
        series=image.fill(options.series) if options.series else None,
        split=choices.one(card, "split", options.split, image),
        window=media.window, unit=media.unit or choices.one(card, "unit", options.unit, image),
        exhaustive=base.exhaustive(card, space) if annotated else (), presence=_presence(card, space, drafts),
        text="\n\n".join(draft.text for draft in drafts if isinstance(draft, Written)) or None,
        meta=_meta(options, image, drafts),
    )  # fmt: skip


def _spaced(options: Common, image: Image) -> Geometry:
    """The grid, with the spacing that the card or a table gives where the file itself has none."""
    if options.spacing_mm is None or image.geometry.spacing_mm is not None:
        return image.geometry
    try:
        spacing = tuple(float(image.fill(x) if isinstance(x, str) else x) for x in options.spacing_mm)
    except ValueError as error:
        raise Unreadable(image.path, f"its spacing is no number: {error}") from error
    return image.geometry.model_copy(update={"spacing_mm": spacing})


def _said(draft: Draft) -> Any:
    if isinstance(draft, Drawn):
        return [draft.label, draft.shape.model_dump(mode="json"), draft.frame]
    if isinstance(draft, Seen):
        return [draft.label, draft.state]
    if isinstance(draft, Told):
        return [draft.name, draft.value]
    return draft.text if isinstance(draft, Written) else "looked"


def _meta(options: Common, image: Image, drafts: list[Draft]) -> dict[str, Any]:
    meta: dict[str, Any] = {name: image.fields[name] for name in options.keep if name in image.fields}
    for draft in drafts:
        if isinstance(draft, Told) and not draft.hidden:
            if draft.many:
                meta.setdefault(draft.name, []).append(draft.value)
            else:
                meta[draft.name] = draft.value
    unsure = sorted({draft.label for draft in drafts if isinstance(draft, Seen) and draft.state == "uncertain"})
    files = sorted({draft.file for draft in drafts if isinstance(draft, Looked)})
    return meta | ({"uncertain": unsure} if unsure else {}) | ({"annotations": files} if files else {})


def _presence(card: DatasetCard, space: LabelSpace, drafts: list[Draft]) -> tuple[Presence, ...]:
    """What is said of the image as a whole. Several labels may name one concept: it is present if any says so, and
    absent only if none is uncertain."""
    states: dict[str, set[str]] = {}
    for draft in drafts:
        slug = _slug(card, draft.label) if isinstance(draft, Seen) else None
        if isinstance(draft, Seen) and slug is not None:
            states.setdefault(slug, set()).add(draft.state)
    found = []
    for slug, said in sorted(states.items()):
        if "present" in said:
            found.append(Presence(concept=space.concept(slug), state="present"))
        elif said == {"absent"}:
            found.append(Presence(concept=space.concept(slug), state="absent"))
    return tuple(found)


def _slug(card: DatasetCard, label: str) -> str | None:
    """The concept of a label; None where the card leaves it unmapped. Raises LayoutError when the card lacks it."""
    if label not in card.layout.labels:
        raise LayoutError(
            card.id, f"layout.labels.{label}", "is not there; map it, or null it and say why under layout.unmapped"
        )
    return card.layout.labels[label]
