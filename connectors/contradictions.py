"""Statements of one source about one image that cannot both hold: told with both, and with the files that make them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from connectors.drafts import LabelDraft
from schemas import DatasetCard, LabelSpace, Notice

SHOWN = 3  # statements against one
WORDS = {"present": "is there", "uncertain": "may be there", "absent": "is absent"}


class Statement(NamedTuple):
    """What a file says of a concept, by one of its labels. `how`: in words; `sure`: it does not leave it open."""

    slug: str
    label: str
    file: str
    how: str
    sure: bool = True

    def text(self, than: str | None = None) -> str:
        """In words. `than`: the slug of what it is held against."""
        kind = "" if than in (None, self.slug) else ", a kind of it,"
        return f"{self.file} says that {self.label!r}{kind} {self.how}"


def contradictions(
    card: DatasetCard, space: LabelSpace, labels: Sequence[tuple[LabelDraft, str]], drawn: Mapping[str, str], path: str
) -> Iterator[Notice]:  # fmt: skip
    """A notice for each label that denies what another label, or something `drawn` (label -> file), says is there. What
    becomes of the states is presence.settled's to say."""
    denials = list(_denials(card, labels))
    if not denials:
        return
    there = list(_there(card, labels, drawn))
    asserted = {one.slug for one in there if one.how != "is drawn"}
    told: dict[tuple[str, str], list[str]] = {}
    for said, rules_out in denials:
        against = [one for one in there if _contradicts(space, said, rules_out, one, asserted)]
        if against:
            told.setdefault((said.label, said.text()), []).extend(one.text(said.slug) for one in against)
    for (label, text), words in told.items():
        others = list(dict.fromkeys(words))
        more = f" and {len(others) - SHOWN} further" if len(others) > SHOWN else ""
        reason = f"{text}, but {', '.join(others[:SHOWN])}{more}: not both can be, and neither is called absent"
        yield Notice(kind="value", uri=path, item=label, reason=reason, often=True)


def _there(
    card: DatasetCard, labels: Sequence[tuple[LabelDraft, str]], drawn: Mapping[str, str]
) -> Iterator[Statement]:
    for seen, file in labels:
        implied = card.layout.implies.get(seen.label) if seen.state == "present" else None
        own = card.layout.labels[seen.label]
        if seen.state != "absent":
            for slug in dict.fromkeys((own, *(implied.present if implied is not None else ()))):
                if slug is not None:
                    yield Statement(slug, seen.label, file, WORDS[seen.state], seen.state == "present")
    for label, file in drawn.items():
        if (slug := card.layout.labels.get(label)) is not None:
            yield Statement(slug, label, file, "is drawn")


def _denials(card: DatasetCard, labels: Sequence[tuple[LabelDraft, str]]) -> Iterator[tuple[Statement, bool]]:
    """What is denied: by a label that is absent itself, or (True) by one that is there and rules something out."""
    for seen, file in labels:
        own = card.layout.labels[seen.label]
        if seen.state == "absent" and own is not None:
            yield Statement(own, seen.label, file, WORDS["absent"]), False
        implied = card.layout.implies.get(seen.label) if seen.state == "present" else None
        for slug in implied.absent if implied is not None else ():
            yield Statement(slug, seen.label, file, WORDS["present"]), True


def _contradicts(space: LabelSpace, said: Statement, rules_out: bool, other: Statement, asserted: set[str]) -> bool:
    """Of several labels for one concept one may be absent and another there."""
    if rules_out:
        return other.label != said.label and _is_a(space, other.slug, said.slug)
    if other.slug == said.slug:
        return other.label == said.label or (other.how == "is drawn" and said.slug not in asserted)
    return other.sure and _is_a(space, other.slug, said.slug)


def _is_a(space: LabelSpace, slug: str, above: str) -> bool:
    return slug == above or above in space.ancestors(slug)
