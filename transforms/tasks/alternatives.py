"""What else a question might have been answered with, where that is a short list: places, sides, planes, modalities;
and what a part of the body is called besides."""

from collections.abc import Iterable

from schemas import Fact, LabelSpace, Scene
from transforms.checks.claims.inclusion import WHOLES
from transforms.facts import levels, ops
from transforms.tasks import modality

QUADRANTS = ("superonasal", "superotemporal", "inferonasal", "inferotemporal")
SIDES = ("left", "right", "midline")
PLANES = {"axial": ("axial", "transverse", "transaxial"), "coronal": ("coronal",), "sagittal": ("sagittal",)}
SIZED = "of the size of "
LABELS = {level: label for label, level in levels.LEVELS.items()}
CODES = frozenset({"ct", "mr"})
"""Of names with two letters, those that people write; "us" and "op" are words."""


def others(answer: str, facts: Iterable[Fact], scene: Scene, space: LabelSpace) -> tuple[tuple[str, ...], ...]:
    """Other wordings of an answer, and the wrong answers of its kind with theirs: () of what has no short list."""
    kinds = {fact.predicate for fact in facts if str(fact.value) == answer}
    if "zone" in kinds:
        wrong = [zone for zone in ops.zones(scene.view.plane) if zone != answer]
        return turned(answer)[1:], tuple(way for zone in wrong for way in turned(zone))
    if "side" in kinds:
        return (), tuple(side for side in SIDES if side != answer)
    if "plane" in kinds and answer in PLANES:
        return PLANES[answer][1:], tuple(way for plane, ways in PLANES.items() if plane != answer for way in ways)
    if "quadrant" in kinds:
        return _spelled(answer), tuple(way for one in QUADRANTS if one != answer for way in (one, *_spelled(one)))
    if kinds & set(levels.PREDICATES):
        return _vertebra(answer), tuple(
            way for level in LABELS if level != answer for way in (level, *_vertebra(level))
        )
    if "body_part" in kinds and answer in space.slugs:
        return (*plurals(answer, space), *wholes(answer, space)), ()
    if "modality" in kinds and answer in space.slugs:
        heads = [space.get(space.slugs[label]) for label in modality.wrong(space, answer)]
        names = [name for head in heads for name in (head.concept.label, *head.synonyms)]
        return (), tuple(name for name in names if len(name) > 2 or name in CODES)
    return (answer.removeprefix(SIZED),) if answer.startswith(SIZED) else (), ()


def _spelled(quadrant: str) -> tuple[str, ...]:
    """ "superior nasal", "upper nasal", "nasal superior" ..."""
    height = "superior" if quadrant.startswith("supero") else "inferior"
    side = quadrant.removeprefix("supero").removeprefix("infero")
    return f"{height} {side}", f"{side} {height}", f"{'upper' if height == 'superior' else 'lower'} {side}"


def _vertebra(level: str) -> tuple[str, ...]:
    """ "L2 vertebra", "second lumbar vertebra"."""
    return f"{level} vertebra", LABELS[level]


def turned(zone: str) -> tuple[str, ...]:
    """ "upper left" and "left upper"."""
    words = zone.split(" ")
    return (zone, " ".join(reversed(words))) if len(words) == 2 else (zone,)


def plurals(label: str, space: LabelSpace) -> tuple[str, ...]:
    """ "lungs" """
    plural = space.labelled(label).plural
    return () if plural is None or plural == label else (plural,)


def wholes(label: str, space: LabelSpace) -> tuple[str, ...]:
    """What a part of the body lies in, up to less than half of it, by every name: a picture of the lung is one of the
    chest."""
    above = [space.get(slug) for slug in sorted(space.ancestors(space.slugs[label]) - WHOLES)]
    parts = [entry for entry in above if entry.facet == "anatomy" and space.ancestors(entry.slug) & WHOLES]
    return tuple(
        name for entry in parts for name in (entry.concept.label, *entry.synonyms, *plurals(entry.concept.label, space))
    )
