"""From files and annotations to records and regions: what every reader of images shares.

A card's `layout.options` name the files (patterns with fields), say by templates over those fields whose they are, and
list the annotations, each in a format of connectors/annotations/.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from connectors import archives, base, choices, patterns
from connectors.base import Found, Unreadable
from connectors.drafts import AttributeDraft, LabelDraft
from connectors.image_drafts import ImageDrafts
from connectors.layout import Common, bound, companions, fields_of, items, named, paths, where
from schemas import (
    DatasetCard,
    Geometry,
    LabelShape,
    LabelSpace,
    Presence,
    Record,
    SourceFile,
)
from schemas.record import Kind

__all__ = ["Common", "Image", "Media", "bound", "companions", "fields_of", "items", "named", "paths", "rows", "where"]


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

    def first(self, templates: Sequence[str]) -> str:
        """The first template whose fields are told, and not all blank. Raises Unreadable, as of the last one."""
        for template in templates[:-1]:
            try:
                if found := patterns.fill(template, self.fields):
                    return found
            except KeyError:
                continue
        return self.fill(templates[-1])

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


def rows(root: Path, card: DatasetCard, space: LabelSpace, options: Common, path: str, media: Media) -> Iterator[Found]:
    """The record of one image, then its regions and what of it was not understood. Raises Unreadable."""
    fields = {**fields_of(card, options, path), **media.fields}
    image = Image(root, card, path, fields, media.geometry)
    said = ImageDrafts(card, space)
    for part in bound(card, options):
        for draft in part.module.annotate(image, part.options):
            said.add(draft, part.exhaustive, path)
            if type(draft) is AttributeDraft and not draft.many:
                fields[draft.name] = str(draft.value)
    record = _record(card, space, options, image, media, said)
    yield record
    for drawn, _ in said.regions:
        slug = card.layout.labels[drawn.label]
        if slug is not None:
            yield base.region(
                record, space, slug, drawn.label, drawn.shape, drawn.made_by or options.made_by,
                frame=drawn.frame, meta=dict(drawn.meta),
            )  # fmt: skip
    yield from (notice.model_copy(update={"record": record.key}) for notice in said.notices)


def _record(
    card: DatasetCard, space: LabelSpace, options: Common, image: Image, media: Media, said: ImageDrafts
) -> Record:
    maps = [drawn.shape.source for drawn, _ in said.regions if isinstance(drawn.shape, LabelShape)]
    sources = tuple(dict.fromkeys((*media.sources, *maps))) if maps else media.sources
    subject = image.first((options.subject,) if isinstance(options.subject, str) else options.subject)
    geometry = _spaced(options, image)
    own = (subject, media.select, options.spacing_mm and geometry.spacing_mm, said.content())
    return Record(
        key=base.record_key(card, space, media.version, sources, image.path, *own),
        dataset=card.id, kind=media.kind, decoder=media.decoder, sources=sources, geometry=geometry,
        modality=choices.modality(card, space, options.modality, image),
        anatomy=choices.anatomy(card, space, options.anatomy, image),
        subject=base.subject(card, subject), study=image.fill(options.study) if options.study else None,
        series=image.fill(options.series) if options.series else None,
        split=choices.one(card, "split", options.split, image),
        window=media.window, unit=media.unit or choices.one(card, "unit", options.unit, image),
        exhaustive=_labels(space, card, said.exhaustive()), presence=_presence(card, space, said.labels),
        text="\n\n".join(said.texts) or None, meta=_meta(options, image, said), label_maps=said.label_maps(),
    )  # fmt: skip


def _labels(space: LabelSpace, card: DatasetCard, slugs: Collection[str]) -> tuple[str, ...]:
    """The labels of those concepts, in the card's order."""
    if not slugs or len(slugs) == len(card.exhaustive):
        return base.exhaustive(card, space) if slugs else ()
    return tuple(space.concept(slug).label for slug in card.exhaustive if slug in slugs)


def _spaced(options: Common, image: Image) -> Geometry:
    """The grid, with the spacing that the card or a table gives where the file itself has none."""
    if options.spacing_mm is None or image.geometry.spacing_mm is not None:
        return image.geometry
    try:
        spacing = tuple(float(image.fill(x) if isinstance(x, str) else x) for x in options.spacing_mm)
    except ValueError as error:
        raise Unreadable(image.path, f"its spacing is no number: {error}") from error
    return image.geometry.model_copy(update={"spacing_mm": spacing})


def _meta(options: Common, image: Image, said: ImageDrafts) -> dict[str, Any]:
    meta: dict[str, Any] = {name: image.fields[name] for name in options.keep if name in image.fields}
    for told in said.attributes:
        if told.many and not told.hidden:
            meta.setdefault(told.name, []).append(told.value)
        elif not told.hidden:
            meta[told.name] = told.value
    unsure = {seen.label for seen in said.labels if seen.state == "uncertain"}
    if unsure:
        meta["uncertain"] = sorted(unsure)
    if said.files:
        meta["annotations"] = sorted(archives.lies(image.root, file) for file in said.files)
    return meta


def _presence(card: DatasetCard, space: LabelSpace, said: Sequence[LabelDraft]) -> tuple[Presence, ...]:
    """What is said of the image as a whole. Several labels may name one concept: it is present if any says so, and
    absent only if none is uncertain."""
    states: dict[str, set[str]] = {}
    for seen in said:
        slug = card.layout.labels[seen.label]
        if slug is not None:
            states.setdefault(slug, set()).add(seen.state)
    found = []
    for slug, all_said in sorted(states.items()):
        if "present" in all_said:
            found.append(_stated(card, space, slug, "present"))
        elif all_said == {"absent"}:
            found.append(_stated(card, space, slug, "absent"))
    return tuple(found)


def _stated(card: DatasetCard, space: LabelSpace, slug: str, state: Literal["present", "absent"]) -> Presence:
    """The presence row of a concept: the same for thousands of images."""
    key = (id(space), slug, state)
    found: Presence | None = card.memo.get(key)
    if found is None:
        found = card.memo[key] = Presence(concept=space.concept(slug), state=state)
    return found
