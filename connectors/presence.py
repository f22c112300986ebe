"""What the labels of an image say of concepts: present, absent, or uncertain."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set

from connectors.drafts import LabelDraft
from schemas import DatasetCard, LabelSpace
from schemas.fact import PresenceState
from schemas.level import Level


def settled(
    card: DatasetCard,
    space: LabelSpace,
    labels: Sequence[LabelDraft],
    drawn: Collection[str],
    doubtful: Set[str],
    own: Collection[str] = (),
) -> dict[str, PresenceState]:
    """Slug -> state, sorted by slug, of all that is said of the image as a whole.

    Several labels may name one concept: it is present if any says so, absent if all do, else uncertain. What a label
    denies (`layout.implies`) is absent, unless another label or a region says that it, or one of its kinds, is there or
    may be: then both are uncertain, and so is the label that denied it. A concept of which a kind is there is not
    absent. `drawn`: slugs of what is outlined, `own`: those that not only a further reader outlined (`aside`), none of
    which is absent; `doubtful`: those of which something was not understood.
    """
    said = _said(card, labels)
    states: dict[str, PresenceState] = {slug: _one(given) for slug, given in said.items()}
    denied = _denied(card, labels)
    for slug in sorted(denied):
        kinds = [other for other in {*states, *drawn} if _is_a(space, other, slug) and states.get(other) != "absent"]
        if kinds:
            states.update(dict.fromkeys([slug, *kinds, *denied[slug]], "uncertain"))
        elif slug not in doubtful:
            states[slug] = "absent"
    for slug in sorted({*_looked_for(card), *(slug for slug, state in states.items() if state == "absent")}):
        if states.get(slug) == "present":
            continue
        below = {state for other, state in states.items() if other != slug and _is_a(space, other, slug)}
        if states.get(slug) == "absent" and any(_is_a(space, other, slug) for other in own):
            states[slug] = "uncertain"
        elif "present" in below:
            states[slug] = "present" if slug not in said else "uncertain"
        elif "uncertain" in below:
            states[slug] = "uncertain"
    return dict(sorted(states.items()))


def levels(card: DatasetCard, labels: Sequence[LabelDraft]) -> dict[str, Level]:
    """Slug -> what is said of it is said of, where every label that speaks of it speaks of the same, and of more than
    the image."""
    found: dict[str, set[Level | None]] = defaultdict(set)
    for seen in labels:
        slug = card.layout.labels[seen.label]
        implied = card.layout.implies.get(seen.label) if seen.state == "present" else None
        more = (*implied.present, *implied.uncertain, *implied.absent) if implied is not None else ()
        for other in (slug, *more):
            if other is not None:
                found[other].add(seen.level)
    return {slug: level for slug, own in found.items() if len(own) == 1 and (level := next(iter(own))) is not None}


def _said(card: DatasetCard, labels: Sequence[LabelDraft]) -> Mapping[str, set[PresenceState]]:
    """Slug -> what labels say of it, save what they deny."""
    said: dict[str, set[PresenceState]] = defaultdict(set)
    for seen in labels:
        slug = card.layout.labels[seen.label]
        if slug is not None:
            said[slug].add(seen.state)
        implied = card.layout.implies.get(seen.label) if seen.state == "present" else None
        if implied is not None:
            for more in implied.present:
                said[more].add("present")
            for more in implied.uncertain:
                said[more].add("uncertain")
    return said


def _one(states: set[PresenceState]) -> PresenceState:
    if "present" in states:
        return "present"
    return "absent" if states == {"absent"} else "uncertain"


def _denied(card: DatasetCard, labels: Sequence[LabelDraft]) -> dict[str, list[str]]:
    """Slug that some label says is absent -> the concepts of those labels."""
    denied: dict[str, list[str]] = defaultdict(list)
    for seen in labels:
        implied = card.layout.implies.get(seen.label) if seen.state == "present" else None
        if implied is not None:
            own = card.layout.labels[seen.label]
            for slug in implied.absent:
                denied[slug] += [own] if own is not None else []
    return denied


def _looked_for(card: DatasetCard) -> frozenset[str]:
    """Slugs that some label of the card denies: present where one of their kinds is."""
    found: frozenset[str] | None = card.memo.get("looked for")
    if found is None:
        found = frozenset(slug for implied in card.layout.implies.values() for slug in implied.absent)
        card.memo["looked for"] = found
    return found


def _is_a(space: LabelSpace, slug: str, above: str) -> bool:
    return slug == above or above in space.ancestors(slug)
