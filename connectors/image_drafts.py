"""What all annotations of one image say together, and what of it the card does not know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from connectors.drafts import AttributeDraft, Draft, ExaminedDraft, LabelDraft, ProblemDraft, RegionDraft, TextDraft
from schemas import DatasetCard, LabelMap, LabelShape, LabelSpace, Notice

PLACE = {"source": {"uri", "member"}}


@dataclass(slots=True)
class ImageDrafts:
    """The drafts of one image by kind, in their order. `covered`: slugs that were looked for everywhere; `doubtful`:
    those of them that cannot be absent all the same, because something that may be one of them was not understood."""

    card: DatasetCard
    space: LabelSpace
    regions: list[tuple[RegionDraft, tuple[str, ...]]] = field(default_factory=list)
    labels: list[LabelDraft] = field(default_factory=list)
    attributes: list[AttributeDraft] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    notices: list[Notice] = field(default_factory=list)

    def add(self, draft: Draft, exhaustive: Sequence[str], path: str) -> None:
        """Keeps a draft of an annotation that looks for these concepts everywhere. `path`: of the image."""
        kind = type(draft)
        if kind is AttributeDraft:
            self.attributes.append(cast(AttributeDraft, draft))
            return
        if kind is TextDraft:
            self.texts.append(cast(TextDraft, draft).text)
            return
        self.covered.update(exhaustive)
        if kind is LabelDraft:
            if self._known(cast(LabelDraft, draft).label, exhaustive, path):
                self.labels.append(cast(LabelDraft, draft))
        elif kind is RegionDraft:
            if self._known(cast(RegionDraft, draft).label, exhaustive, path):
                self.regions.append((cast(RegionDraft, draft), tuple(exhaustive)))
        elif kind is ProblemDraft:
            self._doubt(cast(ProblemDraft, draft), exhaustive)
        else:
            self.files.add(cast(ExaminedDraft, draft).file)

    def exhaustive(self) -> set[str]:
        """Slugs of the concepts that are absent where nothing shows them."""
        return self.covered - self.doubtful

    def label_maps(self) -> tuple[LabelMap, ...]:
        """The maps of values and of colours that regions are read from, with all values that the card knows in each."""
        maps: dict[tuple[Any, ...], LabelMap] = {}
        for draft, exhaustive in self.regions:
            shape = draft.shape
            if not isinstance(shape, LabelShape):
                continue
            key = (shape.source, shape.decoder, shape.channel, shape.colour is None)
            labels = tuple(self.space.concept(slug).label for slug in exhaustive)
            before = maps.get(key) or LabelMap(source=shape.source, decoder=shape.decoder, channel=shape.channel)
            concepts = tuple(dict.fromkeys((*before.concepts, *labels)))
            values = None if shape.instances or before.values is None else (*before.values, shape.value)
            known: dict[str, Any] = {"values": values}
            if shape.colour is not None:
                known = {"colours": (*before.colours, shape.colour)}
            elif shape.at_least is not None or shape.at_most is not None:
                known = {"ranges": (*before.ranges, (shape.at_least, shape.at_most))}
            maps[key] = before.model_copy(update={**known, "concepts": concepts})
        return tuple(maps.values())

    def content(self) -> list[Any]:
        """All that it says, as JSON values, for the record's key: not where a mask lies, which is a matter of packing,
        but what is in it."""
        drawn = [[d.label, d.shape.model_dump(mode="json", exclude=PLACE), d.frame] for d, _ in self.regions]
        labels = [[d.label, d.state] for d in self.labels]
        said = [drawn, labels, [[d.name, d.value] for d in self.attributes], self.texts]
        return [*said, [notice.text() for notice in self.notices]] if self.notices else said

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
            slug = self.card.layout.labels.get(label)
            if slug is None and label not in self.card.layout.labels:
                self.doubtful.update(exhaustive)
            elif slug is not None:
                kin = {slug, *self.space.ancestors(slug)}
                below = (other for other in exhaustive if slug in self.space.ancestors(other))
                self.doubtful.update(kin, below)
