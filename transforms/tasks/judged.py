"""How the answers of a dialogue are judged, and how hard it is: from its answer, its facts and its regions.

No family: what it says holds for a family that says nothing itself (`draft(..., check=...)`).
"""

import math
import re
from collections.abc import Iterable, Sequence

from schemas import Fact, ItemCheck, LabelSpace, Scene
from schemas.item import Difficulty
from transforms.facts.format import stated
from transforms.tasks.alternatives import others

IOU = 0.5
"""The least overlap of a right box: that of PASCAL VOC's detection challenge (Everingham et al., 2010)."""
POINT_SHARE = 0.02
"""A point is right within this share of the picture's diagonal, or `POINT_PX` where that is less."""
POINT_PX = 3.0
MEASURED_SHARE = 0.1
"""A measurement is right within its fact's tolerance, or this share of its value where that is more."""
DEGREES = 3.0
"""An angle is right within its fact's tolerance, or so many degrees where that is more, whatever it is."""
CLEAR = 1.5
"""A value is certainly wrong if it is off by so many times what a right one may be."""
_WHOLE = re.compile(r"-?\d+")
_RANGE = re.compile(r"(\d+) to (\d+)")
_ENDS = re.compile(r"\[(\S+), (\S+)\] to \[(\S+), (\S+)\]")
_LIST = re.compile(r"\[(-?\d+(?:\.\d+)?(?:, -?\d+(?:\.\d+)?)+)\]")


def check_of(
    answer: str, choices: Sequence[str] | None, facts: Iterable[Fact], scene: Scene, space: LabelSpace
) -> ItemCheck:
    """How another answer to a question is judged, whose right answer is `answer` and rests on `facts`."""
    facts = list(facts)
    labels = [fact.concept.label for fact in facts if fact.concept]
    if choices is not None:
        ways = (*_synonyms(answer, labels, space), *others(answer, facts, scene, space)[0])
        return ItemCheck(kind="exact", accepted=(answer, *(way for way in ways if way not in choices)))
    if place := _LIST.fullmatch(answer):
        return _place([float(number) for number in place[1].split(", ")], scene)
    if ends := _ENDS.fullmatch(answer):
        x0, y0, x1, y1 = (float(number) for number in ends.groups())
        return ItemCheck(kind="tolerance", ends=((x0, y0), (x1, y1)), unit="px", within=_near(scene))
    if between := _RANGE.fullmatch(answer):
        return ItemCheck(kind="order", accepted=between.groups())
    if _WHOLE.fullmatch(answer):
        return ItemCheck(kind="tolerance", value=float(answer), within=0.0)
    parts = answer.split(", ")
    if len(parts) > 1 and set(parts) <= set(labels):
        return ItemCheck(kind="set", accepted=tuple(parts))
    for fact in facts:
        if isinstance(fact.value, int | float) and not isinstance(fact.value, bool) and stated(fact) == answer:
            return _measured(fact)
    ways, wrong = others(answer, facts, scene, space)
    return ItemCheck(kind="exact", accepted=(answer, *_synonyms(answer, labels, space), *ways), alternatives=wrong)


def _place(numbers: list[float], scene: Scene) -> ItemCheck:
    if len(numbers) == 4:
        x0, y0, x1, y1 = map(int, numbers)
        return ItemCheck(kind="iou", box=(x0, y0, x1, y1), unit="px", at_least=IOU)
    return ItemCheck(kind="tolerance", point=(numbers[0], numbers[1]), unit="px", within=_near(scene))


def _near(scene: Scene) -> float:
    """How far a right point may be off, in pixels."""
    width, height = _size(scene) or (0, 0)
    return max(POINT_PX, round(POINT_SHARE * math.hypot(width, height), 1))


def _measured(fact: Fact) -> ItemCheck:
    value = float(fact.value)
    return ItemCheck(kind="tolerance", value=value, unit=fact.unit, within=allowed(fact))


def allowed(fact: Fact) -> float:
    """How far a right value may be off."""
    share = DEGREES if fact.unit == "degrees" else round(MEASURED_SHARE * abs(float(fact.value)), 6)
    return max(fact.tolerance or 0.0, share)


def beyond(fact: Fact, factor: float) -> bool:
    """Whether so many times a value is certainly wrong."""
    return abs(factor - 1) * abs(float(fact.value)) > CLEAR * allowed(fact)


def largest(fact: Fact, scene: Scene) -> float | None:
    """The greatest value that a picture has room for, in the fact's unit: its diagonal for a length, all of it for an
    area. None of other units, and where the picture's size is not known."""
    found = []
    for media in scene.media:
        if not media.width or not media.height or fact.unit not in ("px", "px2", "mm", "mm2"):
            return None
        spacing = media.geometry.spacing_mm if media.geometry else None
        if spacing is None and fact.unit.startswith("mm"):
            return None
        x, y = spacing[:2] if spacing and fact.unit.startswith("mm") else (1.0, 1.0)
        wide, high = media.width * x, media.height * y
        found.append(wide * high if fact.unit.endswith("2") else math.hypot(wide, high))
    return max(found, default=None)


def possible(fact: Fact, factor: float, scene: Scene) -> bool:
    """Whether so many times a value has room in the picture: what has none is not wrong, but absurd."""
    most = largest(fact, scene)
    return most is None or factor * float(fact.value) <= most


def _synonyms(answer: str, labels: Sequence[str], space: LabelSpace) -> tuple[str, ...]:
    """Other names of the concept that is the answer."""
    if answer not in labels or answer not in space.slugs:
        return ()
    return space.get(space.slugs[answer]).synonyms


def difficulty_of(steps: int, choices: Sequence[str] | None, regions: Sequence[str], scene: Scene) -> Difficulty:
    """What can be counted of a question."""
    sizes = {media.name: (media.width or 0) * (media.height or 0) for media in scene.media}
    boxes = [region.box for region in scene.regions if region.id in regions and region.box]
    areas = [((x1 - x0) * (y1 - y0), sizes.get(box.media, 0)) for box in boxes for x0, y0, x1, y1 in [box.xyxy]]
    share = round(min(area / size for area, size in areas), 6) if areas and all(size for _, size in areas) else None
    return Difficulty(steps=steps, alternatives=None if choices is None else len(choices), smallest_share=share)


def _size(scene: Scene) -> tuple[int, int] | None:
    first = scene.media[0] if scene.media else None
    return (first.width, first.height) if first and first.width and first.height else None
