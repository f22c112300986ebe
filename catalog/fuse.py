"""Which data sets can be merged into one corpus: what they annotate in common, what their terms allow, whom they share.

Two labels are merged through the label space: they name the same concept, or one lies below the other (a left kidney is
a kidney). A set whose terms do not say that the use is allowed is left out, with the reason: unknown is not a yes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

import catalog
from catalog.commands import below
from catalog.errors import CatalogError
from catalog.subjects import sharing, space_of
from catalog.support import levels
from schemas import DatasetCard, LabelSpace, Model, Recipe, spdx
from schemas.faults import like
from schemas.recipe import SourceSpec, Use, ViewSpec
from transforms.shards.licence import gate

USES = {
    "internal": Use(redistribute=False), "redistribute": Use(), "commercial": Use(commercial=True),
    "commercial-internal": Use(commercial=True, redistribute=False),
}  # fmt: skip
VOLUMES = frozenset({"ct", "mr", "pt"})
AT_REGIONS = 8  # slices through every region of more concepts than this would be most of the volume
TASKS = ("modality", "anatomy", "presence", "location", "size", "counting", "comparison", "relation", "grounding")


class Member(Model):
    """A set of the proposal. `concepts`: what it annotates that another one does too. `share_alike`: what is made from
    it must carry its licence; None where nobody knows."""

    id: str
    name: str
    concepts: tuple[str, ...]
    modalities: tuple[str, ...]
    licence: str
    share_alike: bool | None
    support: str
    subject_space: str


class LeftOut(Model):
    id: str
    reason: str


class Common(Model):
    """A concept, and the labels of each set that are it or lie below it. `exhaustive`: the sets in which it is
    annotated wherever it occurs, so that it can be absent there."""

    slug: str
    label: str
    datasets: dict[str, tuple[str, ...]]
    exhaustive: tuple[str, ...]

    @property
    def sets(self) -> int:
        return len(self.datasets)


class People(Model):
    """Two sets that hold some of the same people, and what keeps such a person on one side of the splits."""

    datasets: tuple[str, str]
    handled: str


class Proposal(Model):
    use: str
    asked: dict[str, str]
    looked_at: int
    members: tuple[Member, ...]
    left_out: tuple[LeftOut, ...]
    concepts: tuple[Common, ...]
    people: tuple[People, ...]


def use_of(name: str, option: str) -> Use:
    """A use by its name. Raises CatalogError with the option's name."""
    if name not in USES:
        raise CatalogError(option, name, f"nothing is called that{like(name, USES)}; there are {', '.join(USES)}")
    return USES[name]


def propose(modality: str | None, anatomy: str | None, task: str | None, use: str) -> Proposal:
    """The sets that fit the filters and can be merged for a use (a key of USES). Raises CatalogError on bad input."""
    asked_for = use_of(use, "--use")
    cards, space = catalog.cards(), catalog.labelspace()
    region = None if anatomy is None else below("anatomy", anatomy)
    fits = [card for card in cards.values() if _fits(card, space, modality, region, task)]
    left: dict[str, str] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for card in fits:
        reason = _refused(card, asked_for)
        if reason:
            left[card.id] = reason
        else:
            labels[card.id] = _labels(card, space, region)
    concepts = _common(labels, space, cards)
    kept = _keep(labels, concepts, cards, left)
    concepts = _common({one: labels[one] for one in kept}, space, cards)
    alone = [one for one in kept if not any(one in common.datasets for common in concepts)]
    left |= dict.fromkeys(alone, "annotates nothing that another of these sets does")
    members = [one for one in sorted(kept) if one not in alone]
    level = levels(catalog.ROOT)
    asked = {"modality": modality, "anatomy": anatomy, "task": task}
    return Proposal(
        use=use, asked={key: value for key, value in asked.items() if value}, looked_at=len(fits),
        members=tuple(_member(cards[one], concepts, level(cards[one])) for one in members),
        left_out=tuple(LeftOut(id=one, reason=left[one]) for one in sorted(left)), concepts=concepts,
        people=tuple(
            People(datasets=pair, handled=f"one subject space, {space_of(cards[pair[0]])}: a person is in one split")
            for pair in sharing(cards, members)
        ),
    )  # fmt: skip


def _fits(
    card: DatasetCard, space: LabelSpace, modality: str | None, region: set[str] | None, task: str | None
) -> bool:
    if modality is not None and not below("modality", modality).intersection(card.modalities):
        return False
    if task is not None and task not in card.tasks:
        return False
    return region is None or bool(region.intersection(card.anatomy) or _labels(card, space, region))


def _refused(card: DatasetCard, use: Use) -> str | None:
    """Why a set cannot be merged for this use, whatever the others are."""
    reason = gate(card.terms, use)
    if reason is None and not any(card.layout.labels.values()):
        reason = "its layout is not written, so nobody knows its labels"
    return reason


def _labels(card: DatasetCard, space: LabelSpace, region: set[str] | None) -> tuple[str, ...]:
    """The concepts that a card's labels name, those of the region alone where one is asked for."""
    slugs = sorted({slug for slug in card.layout.labels.values() if slug and slug in space})
    if region is None:
        return tuple(slugs)
    return tuple(slug for slug in slugs if slug in region or region & space.ancestors(slug))


def _common(
    labels: Mapping[str, tuple[str, ...]], space: LabelSpace, cards: Mapping[str, DatasetCard]
) -> tuple[Common, ...]:
    """Each concept that a set names and that two sets or more annotate, as it is or in parts; most sets first."""
    found = []
    for slug in sorted({slug for slugs in labels.values() for slug in slugs}):
        holds = {one: tuple(space.within(slugs, slug)) for one, slugs in labels.items()}
        holds = {one: slugs for one, slugs in holds.items() if slugs}
        if len(holds) > 1:
            sure = tuple(one for one in holds if slug in cards[one].exhaustive)
            found.append(Common(slug=slug, label=space.concept(slug).label, datasets=holds, exhaustive=sure))
    return tuple(sorted(found, key=lambda common: (-common.sets, common.slug)))


def _keep(
    labels: Mapping[str, tuple[str, ...]], concepts: Iterable[Common], cards: Mapping[str, DatasetCard],
    left: dict[str, str],
) -> list[str]:  # fmt: skip
    """The sets to keep, those with most in common first: of two that share people under different names only one."""
    shares = {one: sum(one in common.datasets for common in concepts) for one in labels}
    kept: list[str] = []
    for one in sorted(labels, key=lambda name: (-shares[name], name)):
        rivals = [a for a, b in sharing(cards, [*kept, one]) if b == one and space_of(cards[a]) != space_of(cards[one])]
        if rivals:
            left[one] = f"holds some of the same people as {rivals[0]}, under other names: no split could part them"
        else:
            kept.append(one)
    return kept


def _member(card: DatasetCard, concepts: Iterable[Common], level: str) -> Member:
    return Member(
        id=card.id, name=card.name, concepts=tuple(common.slug for common in concepts if card.id in common.datasets),
        modalities=card.modalities, licence=card.terms.licence, support=level, subject_space=space_of(card),
        share_alike=spdx.share_alike(card.terms.licence),
    )  # fmt: skip


def recipe(found: Proposal) -> Recipe:
    """A recipe over the proposed sets that `triptych plan` accepts. Raises CatalogError when there are none."""
    if not found.members:
        raise CatalogError("fuse", "members", "no set is left to merge; ask for less, or for another --use")
    about = "_".join(text.casefold().replace(" ", "_").replace("-", "_") for text in found.asked.values()) or "all"
    regions = tuple(common.slug for common in found.concepts)
    tasks = (*TASKS, "plane") if any(VOLUMES.intersection(one.modalities) for one in found.members) else TASKS
    return Recipe(
        name=f"fused_{about}", version="0.1.0", title=f"Fused corpus: {', '.join(found.asked.values()) or 'all'}",
        summary=(
            f"{len(found.members)} data sets that annotate {len(regions)} concepts in common, under terms that allow "
            f"the use {found.use!r}. Proposed by `triptych catalog fuse`: look it over before you build it."
        ),
        seed=17, use=USES[found.use], sources=tuple(_source(one, regions) for one in found.members), tasks=tasks,
    )  # fmt: skip


def _source(member: Member, regions: tuple[str, ...]) -> SourceSpec:
    own = tuple(slug for slug in regions if slug in member.concepts)
    own = own if len(own) <= AT_REGIONS else ()
    if not VOLUMES.intersection(member.modalities):
        return SourceSpec(dataset=member.id)
    return SourceSpec(dataset=member.id, views=ViewSpec(planes={"axial": 8}, at_regions=own))


def write_recipe(found: Proposal, path: Path) -> None:
    """Writes `recipe(found)` as YAML. Raises CatalogError when there is nothing to merge, or the file is there."""
    made = recipe(found).model_dump(mode="json", exclude_defaults=True)
    if path.exists():
        raise CatalogError(str(path), "the file", "is there already; name another one with --out")
    path.parent.mkdir(parents=True, exist_ok=True)
    alike = [f"#   {one.id}: {one.licence}\n" for one in found.members if one.share_alike]
    people = [f"#   {' and '.join(pair.datasets)}: {pair.handled}\n" for pair in found.people]
    head = "# Proposed by `triptych catalog fuse`. The terms of each source allow the use below.\n"
    head += "# Some people are in two of these sets:\n" + "".join(people) if people else ""
    head += "# What is made from these must carry their licence (share-alike):\n" + "".join(alike) if alike else ""
    body = yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=118, default_flow_style=None)
    path.write_text(head + body, encoding="utf-8")
