"""From files and annotations to records and regions: what every reader of images shares.

A card's `layout.options` name the files (patterns with fields), say by templates over those fields whose they are, and
list the annotations, each in a format of connectors/annotations/.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import Any

from connectors import archives, base, choices, meanings, patterns, presence, spacings, upright
from connectors.base import Found, Unannotated, Unreadable
from connectors.drafts import AttributeDraft, Draft, LabelDraft, ProblemDraft, RegionDraft
from connectors.headers import grids
from connectors.image_drafts import ImageDrafts
from connectors.layout import Bound, Common, bound, companions, fields_of, items, named, paths, where
from connectors.media import Media
from schemas import (
    Concept,
    DatasetCard,
    Geometry,
    LabelShape,
    LabelSpace,
    Notice,
    Presence,
    Record,
    SourceFile,
)
from schemas.record import Kind

__all__ = ["Common", "Image", "Media", "bound", "companions", "fields_of", "items", "named", "paths", "rows", "where"]


@dataclass(frozen=True)
class Image:
    """An image as annotations see it: where it lies, what its path tells, its grid as stored. `slices`: the names of
    the files of a volume's slices, without their extension, along its third axis."""

    root: Path
    card: DatasetCard
    path: str
    fields: Mapping[str, str]
    geometry: Geometry
    slices: tuple[str, ...] = ()

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


def rows(root: Path, card: DatasetCard, space: LabelSpace, options: Common, path: str, media: Media) -> Iterator[Found]:
    """The record of one image, then its regions and what of it was not understood. Raises Unreadable."""
    build = partial(_rows, root, card, space, options, path)
    yield from build(media) if media.turns is None else upright.chosen(path, media, build)


def _rows(
    root: Path, card: DatasetCard, space: LabelSpace, options: Common, path: str, media: Media
) -> Iterator[Found]:
    fields = meanings.fields({**fields_of(card, options, path), **media.fields}, options.replace)
    image = Image(root, card, path, fields, media.geometry, _slices(media))
    said = ImageDrafts(card, space)
    for part in bound(card, options):
        said.file = ""
        for draft in _annotated(image, part):
            if type(draft) is AttributeDraft:
                draft = meanings.of(draft, options.replace)
                if not draft.many:
                    fields[draft.name] = str(draft.value)
            elif type(draft) is RegionDraft and part.repeats:
                draft = draft._replace(meta={**draft.meta, "repeats": True})
            elif type(draft) is LabelDraft and part.said_of is not None:
                draft = draft._replace(level=part.said_of)
            said.add(draft, part.exhaustive, path)
    said.notices += meanings.doubts(path, _kept(options, fields), said.attributes)
    said.notices += said.contradictions(path)
    split, unsplit = choices.told("a split", lambda: choices.one(card, "split", options.split, image), image)
    anatomy, unplaced = choices.told("an anatomy", lambda: choices.anatomy(card, space, options.anatomy, image), image)
    said.notices.extend(notice for notice in (unsplit, unplaced) if notice is not None)
    record = _record(card, space, options, image, media, said, split, anatomy or ())
    yield record
    for drawn, _ in said.regions:
        slug = card.layout.labels[drawn.label]
        if slug is not None:
            yield base.region(
                record, space, slug, drawn.label, drawn.shape, drawn.made_by or options.made_by,
                frame=drawn.frame, meta=dict(drawn.meta),
            )  # fmt: skip
    for notice in (*said.notices, *grids.sheared(record.geometry, path)):
        yield notice.model_copy(update={"record": record.key})


def _slices(media: Media) -> tuple[str, ...]:
    """None where a file holds more than one of them."""
    if media.kind != "volume" or len(media.sources) != media.geometry.shape[2]:
        return ()
    return tuple(PurePosixPath(source.member or source.uri).stem for source in media.sources)


def several(uri: str, records: Iterable[tuple[str, Callable[[], Iterator[Found]]]]) -> Iterator[Found]:
    """The records of one file, each with what names it there: one that is refused costs itself, and is told. Raises
    Unreadable where all are refused."""
    refused: list[Found] = []
    first: Unreadable | None = None
    read = 0
    for name, record in records:
        try:
            found = list(record())
        except Unreadable as error:
            first = first or error
            refused.append(Notice(kind="row", uri=uri, item=name, reason=str(error)))
            continue
        read += 1
        yield from found
    if first is not None and not read:
        raise first
    yield from refused


def _annotated(image: Image, part: Bound) -> Iterator[Draft]:
    """What one annotation says of an image; that it is not there, where it need not be. Raises Unreadable."""
    try:
        yield from part.module.annotate(image, part.options)
    except Unannotated as error:
        told = {*getattr(part.options, "tell", ()), *getattr(part.options, "hide", ())}
        if told & needed_by(image.card, "subject"):
            raise  # whose the image is stays unknown
        yield ProblemDraft(Notice(kind="file", uri=error.uri, reason=error.reason), ())


def needed_by(card: DatasetCard, *options: str) -> set[str]:
    """The fields that the templates of these options of a card's reader are made of."""
    given = [card.layout.options.get(name) or () for name in options]
    texts = [one.get("by", "") if isinstance(one, Mapping) else one for one in given]
    templates = [text for one in texts for text in ((one,) if isinstance(one, str) else one)]
    return {name for template in templates for name in patterns.names(template)}


def _record(
    card: DatasetCard,
    space: LabelSpace,
    options: Common,
    image: Image,
    media: Media,
    said: ImageDrafts,
    split: str | None,
    anatomy: tuple[Concept, ...],
) -> Record:
    maps = [drawn.shape.source for drawn, _ in said.regions if isinstance(drawn.shape, LabelShape)]
    sources = tuple(dict.fromkeys((*media.sources, *maps))) if maps else media.sources
    subject = image.first((options.subject,) if isinstance(options.subject, str) else options.subject)
    geometry, misfit = spacings.spaced(options, image)
    said.notices += [misfit] if misfit is not None else []
    own = (subject, media.select, options.spacing_mm and geometry.spacing_mm, said.content())
    return Record(
        key=base.record_key(card, space, media.version, sources, image.path, *own),
        dataset=card.id, kind=media.kind, decoder=media.decoder, sources=sources, geometry=geometry,
        modality=choices.modality(card, space, options.modality, image),
        anatomy=anatomy,
        subject=base.subject(card, subject), study=image.fill(options.study) if options.study else None,
        series=image.fill(options.series) if options.series else None,
        split=split,
        window=media.window, unit=media.unit or choices.one(card, "unit", options.unit, image),
        exhaustive=_labels(space, card, said.exhaustive()), presence=_presence(card, space, said, media.kind),
        text="\n\n".join(draft.text for draft in said.texts) or None, meta=_meta(options, image, said),
        text_kind=max((draft.kind for draft in said.texts), default=None),
        text_level=next((draft.level for draft in said.texts if draft.level), None), label_maps=said.label_maps(),
    )  # fmt: skip


def _labels(space: LabelSpace, card: DatasetCard, slugs: Collection[str]) -> tuple[str, ...]:
    """The labels of those concepts, in the card's order."""
    if not slugs or len(slugs) == len(card.exhaustive):
        return base.exhaustive(card, space) if slugs else ()
    return tuple(space.concept(slug).label for slug in card.exhaustive if slug in slugs)


def _meta(options: Common, image: Image, said: ImageDrafts) -> dict[str, Any]:
    meta: dict[str, Any] = meanings.sound(_kept(options, image.fields))
    for told in said.attributes:
        if told.many and not told.hidden:
            meta.setdefault(told.name, []).append(told.value)
        elif not told.hidden and isinstance(told.value, dict):
            meta[told.name] = {**meta.get(told.name, {}), **told.value}
        elif not told.hidden and meanings.is_sound(told.name, told.value):
            meta[told.name] = told.value
    unsure = {seen.label for seen in said.labels if seen.state == "uncertain"}
    if unsure:
        meta["uncertain"] = sorted(unsure)
    if said.files:
        meta["annotations"] = sorted(archives.lies(image.root, file) for file in said.files)
    return meta


def _kept(options: Common, fields: Mapping[str, str]) -> dict[str, str]:
    return {name: fields[name] for name in options.keep if name in fields}


def _presence(card: DatasetCard, space: LabelSpace, said: ImageDrafts, kind: Kind) -> tuple[Presence, ...]:
    """What is said of the image, or of what it is a part of; the rows are the same for thousands of images."""
    rows = []
    levels = presence.levels(card, said.labels)
    doubtful = said.doubtful | said.unsaid
    own = {slug for label in said.drawn_in if (slug := card.layout.labels.get(label)) is not None}
    states = presence.settled(card, space, said.labels, said.outlined(), doubtful, own) if said.labels else {}
    for slug, state in states.items():
        if state == "absent" and slug in said.unsaid:
            continue  # something else that was said of it could not be read
        key = slug, state, levels.get(slug) or kind
        if ("presence", id(space), key) not in card.memo:
            card.memo["presence", id(space), key] = Presence(concept=space.concept(slug), state=state, level=key[2])
        rows.append(card.memo["presence", id(space), key])
    return tuple(rows)
