"""What all annotations of one image say together, and what of it the card does not know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from connectors.contradictions import contradictions
from connectors.drafts import (
    AttributeDraft,
    Draft,
    ExaminedDraft,
    LabelDraft,
    MapDraft,
    ProblemDraft,
    RegionDraft,
    TextDraft,
)
from schemas import DatasetCard, LabelMap, LabelShape, LabelSpace, Notice

Known = Mapping[str, tuple[Any, ...] | bool | None]  # a field of LabelMap -> what is added to it; None: any value
PLACE = {"source": {"uri", "member"}}


@dataclass(slots=True)
class ImageDrafts:
    """The drafts of one image by kind, in their order. `covered`: slugs that were looked for everywhere; `doubtful`:
    those of them that cannot be absent all the same, because something that may be one of them was not understood."""

    card: DatasetCard
    space: LabelSpace
    regions: list[tuple[RegionDraft, tuple[str, ...]]] = field(default_factory=list)
    maps: list[tuple[MapDraft, tuple[str, ...]]] = field(default_factory=list)
    voids: list[tuple[LabelShape, tuple[str, ...]]] = field(default_factory=list)
    labels: list[LabelDraft] = field(default_factory=list)
    attributes: list[AttributeDraft] = field(default_factory=list)
    texts: list[TextDraft] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    notices: list[Notice] = field(default_factory=list)
    unsaid: set[str] = field(default_factory=set)  # slugs of which something was said that could not be read
    blank: set[str] = field(default_factory=set)  # slugs of which an annotation says nothing here
    drawn: set[Any] = field(default_factory=set)
    file: str = ""  # the one that was looked at last
    said_in: list[str] = field(default_factory=list)  # the file of each of `labels`
    drawn_in: dict[str, str] = field(default_factory=dict)  # label of what is outlined -> the file that does it first

    def add(self, draft: Draft, exhaustive: Sequence[str], path: str) -> None:
        """Keeps a draft of an annotation that looks for these concepts everywhere. `path`: of the image."""
        kind = type(draft)
        if kind is AttributeDraft:
            self.attributes.append(cast(AttributeDraft, draft))
            return
        if kind is TextDraft:
            self.texts.append(cast(TextDraft, draft))
            return
        if kind is ProblemDraft:  # that something was to be read does not say that anybody looked
            self._doubt(cast(ProblemDraft, draft), exhaustive)
            return
        self.covered.update(exhaustive)
        if kind is LabelDraft:
            said = cast(LabelDraft, draft)
            if self._known(said.label, exhaustive, path):
                self.labels.append(said)
                self.said_in.append(self.file or path)
                if said.state == "uncertain":
                    self._open(said.label, exhaustive)
        elif kind is RegionDraft:
            self._region(cast(RegionDraft, draft), exhaustive, path)
        elif kind is MapDraft:
            self.maps.append((cast(MapDraft, draft), tuple(exhaustive)))
        else:
            self.file = cast(ExaminedDraft, draft).file
            self.files.add(self.file)
            self.blank.update(self.card.layout.labels.get(label) or "" for label in cast(ExaminedDraft, draft).unsaid)

    def _draw(self, draft: RegionDraft, exhaustive: Sequence[str], path: str) -> None:
        """Keeps a region once: what is drawn twice in the same way is told."""
        said = (draft.label, draft.shape, draft.frame, draft.made_by, repr(sorted(draft.meta.items())))
        if isinstance(draft.shape, LabelShape) or said not in self.drawn:
            self.drawn.add(said)
            self.regions.append((draft, tuple(exhaustive)))
            if not isinstance(draft.shape, LabelShape) and not draft.meta.get("aside"):
                self.drawn_in.setdefault(draft.label, self.file or path)
            return
        reason = f"the same {draft.shape.kind} is there more than once: counted once"
        notice = Notice(kind="file", uri=self.file or path, item=draft.label, reason=reason)
        if notice not in self.notices:
            self.notices.append(notice)

    def exhaustive(self) -> set[str]:
        """Slugs of the concepts that are absent where nothing shows them."""
        return self.covered - self.doubtful - self.blank

    def contradictions(self, path: str) -> Iterator[Notice]:
        """What of it cannot all hold. `path`: of the image."""
        labels = list(zip(self.labels, self.said_in, strict=True))
        return contradictions(self.card, self.space, labels, self.drawn_in, path)

    def outlined(self) -> set[str]:
        """Slugs of what is outlined. Whether a map of values holds a value is not known before it is decoded."""
        outlined = (draft.label for draft, _ in self.regions if not isinstance(draft.shape, LabelShape))
        return {slug for label in outlined if (slug := self.card.layout.labels[label]) is not None}

    def label_maps(self) -> tuple[LabelMap, ...]:
        """The maps of values and of colours that regions are read from, with all that the card knows in each."""
        maps: dict[tuple[Any, ...], LabelMap] = {}
        for draft, exhaustive in self.regions:
            if isinstance(draft.shape, LabelShape):
                known: Known = {**_known_by(draft.shape), "anatomy": self._is_anatomy(draft.label)}
                self._met(maps, draft.shape, exhaustive, known)
        for shape, exhaustive in self.voids:
            known = {} if shape.colour is None else {"colours": (shape.colour,)}
            self._met(maps, shape, exhaustive, {**known, "void": (_void_of(shape),)})
        for looked, exhaustive in self.maps:
            self._met(maps, looked.shape, exhaustive, {"values": looked.known}, looked.part)
        return tuple(maps.values())

    def _met(
        self, maps: dict[tuple[Any, ...], LabelMap], shape: LabelShape, exhaustive: Sequence[str],
        known: Known, part: str | None = None,
    ) -> None:  # fmt: skip
        """Adds what one more shape tells of its map. `part`: of one that no shape speaks of."""
        key = (shape.source, shape.decoder, shape.channel, shape.colour is None)
        before = maps.get(key) or LabelMap(
            source=shape.source, decoder=shape.decoder, channel=shape.channel, part=part
        )  # fmt: skip
        labels = (self.space.concept(slug).label for slug in exhaustive)
        update: dict[str, Any] = {"concepts": tuple(dict.fromkeys((*before.concepts, *labels)))}
        for name, values in known.items():
            own = getattr(before, name)
            if isinstance(values, bool):
                update[name] = own or values
                continue
            update[name] = None if values is None or own is None else tuple(dict.fromkeys((*own, *values)))
        maps[key] = before.model_copy(update=update)

    def _is_anatomy(self, label: str) -> bool:
        """Whether a label is of a part of the body."""
        slug = self.card.layout.labels[label]
        return slug is not None and self.space.get(slug).facet == "anatomy"

    def content(self) -> list[Any]:
        """All that it says, as JSON values, for the record's key: not where a mask lies, which is a matter of packing,
        but what is in it."""
        drawn = [[d.label, d.shape.model_dump(mode="json", exclude=PLACE), d.frame] for d, _ in self.regions]
        drawn += [["", shape.model_dump(mode="json", exclude=PLACE), ""] for shape, _ in self.voids]
        labels = [[d.label, d.state, *([d.level] if d.level else [])] for d in self.labels]
        said = [drawn, labels, [[d.name, d.value] for d in self.attributes], [d.text for d in self.texts]]
        return [*said, [notice.text() for notice in self.notices]] if self.notices else said

    def _region(self, draft: RegionDraft, exhaustive: Sequence[str], path: str) -> None:
        """A region; of pixels that nobody labelled only where they may lie is kept."""
        if not draft.void and draft.label not in self.card.layout.void:
            if self._known(draft.label, exhaustive, path):
                self._draw(draft, exhaustive, path)
        elif isinstance(draft.shape, LabelShape) and not draft.shape.binary:
            self.voids.append((draft.shape, tuple(exhaustive)))
        else:
            self.doubtful.update(exhaustive)

    def _known(self, label: str, exhaustive: Sequence[str], path: str) -> bool:
        """Whether the card knows a label; one that it does not may be any of what the annotation looks for."""
        if label in self.card.layout.labels:
            return True
        reason = f"the card does not know the label {label!r}: map it under layout.labels, or null it and say why"
        notice = Notice(kind="value", uri=path, item=label, reason=reason)
        if notice not in self.notices:
            self.notices.append(notice)
        self.doubtful.update(exhaustive)
        return False

    def _doubt(self, draft: ProblemDraft, exhaustive: Collection[str]) -> None:
        self.notices.append(draft.notice)
        if draft.labels is None:
            self.doubtful.update(exhaustive)
            return
        for label in draft.labels:
            self._open(label, exhaustive)
            self.unsaid.update([self.card.layout.labels.get(label) or ""])

    def _open(self, label: str, exhaustive: Collection[str]) -> None:
        """What a label may mean, its kinds and what it is a kind of are not absent."""
        slug = self.card.layout.labels.get(label)
        if slug is None and label not in self.card.layout.labels:
            self.doubtful.update(exhaustive)
        elif slug is not None:
            below = (other for other in self.card.exhaustive if slug in self.space.ancestors(other))
            self.doubtful.update({slug, *self.space.ancestors(slug)}, below)


def _known_by(shape: LabelShape) -> Known:
    """What of its map a shape makes known."""
    if shape.instances:
        return {"values": None}
    if shape.colour is not None:
        return {"colours": (shape.colour,)}
    if shape.by_intensity:
        return {"ranges": ((shape.at_least, shape.at_most),)}
    return {"values": (shape.value,)}


def _void_of(shape: LabelShape) -> tuple[float | None, float | None]:
    """The range of values, or of colours as 0xRRGGBB, that a shape of pixels without a label stands for."""
    if shape.colour is not None:
        red, green, blue = shape.colour
        return (red << 16 | green << 8 | blue,) * 2
    return (shape.at_least, shape.at_most) if shape.by_intensity else (shape.value, shape.value)
