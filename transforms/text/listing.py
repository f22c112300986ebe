"""How lists name what is there: one thing, many of a kind, groups of kinds, body parts; what one picture is called."""

from collections import defaultdict

from schemas import Fact
from transforms.facts.base import CONTAINERS, SEVERAL
from transforms.text.grammar import definite, mention, number, plural
from transforms.text.line import Line
from transforms.text.names import SceneText

PARTS = ("artery", "vein", "tooth", "rib", "cell")
"""Body parts that a picture shows many of: a radiograph "of the teeth"."""


def picture(told: SceneText, modality: Fact | None) -> str:
    """What one picture of the modality is called: "CT image", "mammogram"."""
    if modality is None or modality.concept is None:
        return ""
    return told.entry(modality.concept).picture or f"{modality.value} image"


def part(told: SceneText, fact: Fact) -> Line:
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    kinds = {entry.slug, *told.space.ancestors(entry.slug)}
    if entry.plural is None or entry.mass or kinds.isdisjoint(PARTS):
        return Line().claim(definite(entry), fact)
    return Line().claim(entry.plural if "cell" in kinds else f"the {entry.plural}", fact)


def imaged(told: SceneText, name: str) -> list[Line]:
    """The body parts of a picture that is called `name`: those that the name does not say ("blood smear")."""
    facts = [fact for fact in told.facts["body_part"] if fact.concept]
    return [part(told, fact) for fact in facts if fact.concept and fact.concept.label not in name.split()]


def present(told: SceneText, fact: Fact) -> tuple[Line, bool]:
    """How a list names what is there, and whether that is a plural: "two nuclei", "the liver", "a rib"."""
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    count = next((f for f in told.facts["count"] if f.concept == fact.concept), None)
    if count is not None and int(count.value) > 1:
        return Line().claim(f"{number(int(count.value))} {plural(entry)}", count, fact), True
    classes = [rid for rid in fact.regions if told.regions[rid].segmentation != "instance"]
    several = len(fact.regions) > 1 or any(told.get(name, rid) for rid in classes for name in SEVERAL)
    if several and entry.plural and not entry.mass and entry.side is None:
        return Line().claim(entry.plural, fact), True
    return Line().claim(mention(entry), fact), entry.many


def grouped(told: SceneText, facts: list[Fact], *, counted: bool = True) -> tuple[list[Line], list[Fact]]:
    """ "four left ribs" for three or more of one kind and side, a region each, or "left ribs" where
    nobody counted them; and the facts left over."""
    kinds: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        assert fact.concept is not None
        entry = told.entry(fact.concept)
        if entry.plural is not None and entry.side is None:
            continue  # a class of things, however many
        for slug in sorted(told.space.ancestors(entry.slug)):
            above = told.space.get(slug)
            # A rib is a kind of rib, and of the chest a part; nor is a lobe a lung, whatever plain words call it.
            named = above.concept.label in fact.concept.label
            if above.plural and named and not above.side and slug not in CONTAINERS | _shown_slugs(told):
                kinds[slug, entry.side or ""].append(fact)
    lines, taken = [], set()
    for (slug, side), members in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])):
        free = [fact for fact in members if fact.id not in taken]
        one_each = all(len(fact.regions) == 1 for fact in free)
        if len(free) < 3 or len(free) < len(members) or not one_each or not _complete(told, slug, side, free):
            continue
        taken |= {fact.id for fact in free}
        many = number(len(free)) if counted else ""
        words = " ".join(filter(None, (many, side, told.space.get(slug).plural)))
        lines.append(Line().claim(words, *free))
    return lines, [fact for fact in facts if fact.id not in taken]


def _shown_slugs(told: SceneText) -> set[str]:
    return {told.entry(region.concept).slug for region in told.scene.regions}


def _complete(told: SceneText, slug: str, side: str, facts: list[Fact]) -> bool:
    """Whether these are all the regions of the kind (of that side): only then is their number true.

    Where one of the kind has a side in its name and another has not, the unnamed one may lie on that side too.
    """
    sides = {}
    for region in told.scene.regions:
        entry = told.entry(region.concept)
        if slug in told.space.ancestors(entry.slug):
            sides[region.id] = entry.side or ""
    if "" in sides.values() and set(sides.values()) != {""}:
        return False
    return sorted(rid for rid in sides if sides[rid] == side) == sorted(rid for fact in facts for rid in fact.regions)
