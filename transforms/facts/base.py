"""What the fact families share: the draft of a fact, and which regions are worth measuring."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from schemas import Concept, Entry, Fact, LabelSpace, Level, SampleRegion, Scale, Scene
from transforms.regions.marks import form_of
from transforms.regions.viewdata import ViewData

MAX_INSTANCES = 12
"""Of a concept with more regions than this (nuclei), the largest ones alone are measured one by one."""

CONTAINERS = frozenset({"body", "bone", "soft_tissue", "adipose_tissue", "muscle", "skin", "skeleton", "background"})
"""Slugs that hold nearly everything: comparing them with what they hold says nothing."""
UNCOMPARED = frozenset({"bone", "muscle", "blood_vessel"})
"""Of the left and the right of these nobody compares volumes, nor tells how far apart their sections lie."""


NEGATIONS = {"no_abnormality": "abnormality"}
"""Slugs that say that something is not there -> what is not: that one is present is the absence of the other, and of
their absence nothing can be said in words."""
RESIDUAL = frozenset({"other_abnormality"})
"""Slugs of what is none of those that a source names: of another kind than what, a sample cannot say."""
SEVERAL = ("pieces", "both_sides")
"""Predicates of a class of which a picture shows more than one connected piece."""
LARGER = ("larger", "ratio_of_volumes")
"""Predicates of two regions of which the first is the larger: by area on a picture, by volume in a scan."""
ACTS = frozenset({"surgical_phase", "surgical_action"})
"""Slugs of what goes on in a film: what lies below is under way, and not visible."""


STATE = re.compile(r"megaly\b|\benlarge(?:d|ment)\b|\bdilated\b|hypertrophy\b")
"""Labels of findings that say how a structure is: what is drawn for them is the structure, and their own size, shape or
number is none that anybody could measure."""
OF_THINGS = frozenset((
    "area", "long_axis", "short_axis", "circularity", "solidity", "elongation", "volume", "diameter", "surface",
    "sphericity", "depth", "spread", "contrast", "burden", "asymmetry", "joint_volume", "ratio_of_volumes",
    "joint_area", "area_share", "portion", "whole_contrast", "clearance", "larger", "distance", "mean_intensity",
    "whole_attenuation", "pieces", "count",
))  # fmt: skip
"""What is measured of a thing, and of no state; how large a box is that marks one is told of the box."""


def is_state(entry: Entry) -> bool:
    """Whether a finding says how a structure is, and is no thing of its own."""
    return entry.facet == "finding" and STATE.search(entry.concept.label) is not None


@dataclass(frozen=True)
class Draft:
    """A fact before it has an id; the fields are those of `Fact`."""

    predicate: str
    value: bool | int | float | str
    regions: tuple[str, ...] = ()
    unit: str | None = None
    tolerance: float | None = None
    concept: Concept | None = None
    scope: str = "view"
    source: str | None = None
    name: str | None = None
    level: Level | None = None
    scale: Scale | None = None
    horizon: str | None = None
    bound: Literal["at_least"] | None = None
    inputs: tuple[str, ...] = ()
    media: tuple[str, ...] = ()

    def fact(self, number: int) -> Fact:
        """The fact f<number>. Floats keep six significant digits: more is noise, and JSON stays readable."""
        value = significant(self.value) if isinstance(self.value, float) else self.value
        tolerance = None if self.tolerance is None else significant(self.tolerance)
        return Fact.model_validate(self.__dict__ | {"id": f"f{number}", "value": value, "tolerance": tolerance})

    @classmethod
    def of(cls, fact: Fact) -> "Draft":
        """The draft of a fact that a source or a stage before this one stated."""
        return cls(**{name: getattr(fact, name) for name in cls.__dataclass_fields__})


MIDLINE = frozenset((
    "vertebral_column", "cervical_spine", "thoracic_spine", "lumbar_spine", "spinal_canal", "spinal_cord", "sacrum",
    "coccyx", "sternum", "manubrium", "pubic_symphysis", "trachea", "larynx", "pharynx", "nasopharynx",
    "oropharynx", "hypopharynx", "epiglottis", "tongue", "nose", "nasal_septum", "mandible", "hyoid_bone",
    "thyroid_cartilage", "cricoid_cartilage", "skull", "brain", "cerebrum", "cerebellum", "brainstem", "pons",
    "midbrain", "medulla_oblongata", "corpus_callosum", "pituitary_gland", "pineal_gland", "optic_chiasm",
    "hypothalamus", "third_ventricle", "fourth_ventricle", "cerebellar_vermis", "uterus", "cervix", "vagina",
    "prostate", "urinary_bladder", "urethra", "penis", "rectum", "anal_canal",
))  # fmt: skip
"""Slugs of what lies across the middle of everybody: its outline, cut askew or of one half, tells no side of it."""
ONE_A_LEVEL = frozenset({"vertebra", "intervertebral_disc"})
"""Slugs of which every kind does so."""
PAIRED = frozenset({"facet_joint"})
"""Slugs of parts of those that come in pairs."""


def paired(entry: Entry, space: LabelSpace) -> bool:
    """Whether there is a left and a right one, of which one label may hold both: a kidney, a lung."""
    return entry.facet == "anatomy" and f"left_{entry.slug}" in space and f"right_{entry.slug}" in space


def on_midline(entry: Entry, space: LabelSpace) -> bool:
    """Whether a structure, as such, lies on neither side of the patient."""
    kinds = {entry.slug, *space.ancestors(entry.slug)}
    own = entry.slug in MIDLINE or not (kinds.isdisjoint(ONE_A_LEVEL) or kinds & PAIRED)
    return own and entry.facet == "anatomy" and named_side(entry) is None


def significant(value: float) -> float:
    """`value` at six significant digits."""
    return float(f"{value:.6g}")


def named_side(entry: Entry) -> str | None:
    """The side that a concept's own name fixes: "left" for the left kidney."""
    return entry.side or entry.concept.laterality


def by_concept(scene: Scene) -> dict[str, list[str]]:
    """Concept label -> ids of the regions that show it, in the scene's order. Spans and ranges of slices are left to
    their own families."""
    found: dict[str, list[str]] = defaultdict(list)
    for region in scene.regions:
        if placed(region):
            found[region.concept.label].append(region.id)
    return dict(found)


def classes_of(fact: Fact, scene: Scene) -> tuple[Concept, ...]:
    """The classes that a fact tells of: the concepts of its regions, and its own where that is shown or counted. Sides
    of one class are one."""
    concepts = {region.id: region.concept for region in scene.regions}
    found = [concepts[name] for name in fact.regions if name in concepts]
    if fact.concept is not None and fact.predicate in ("present", "count"):
        found.append(fact.concept)
    return tuple(dict.fromkeys(one.model_copy(update={"laterality": None}) for one in found))


def placed(region: SampleRegion) -> bool:
    """Whether a region says where something is, and not only when or on which slices."""
    return region.span is None and region.slices is None


def drawn(view: ViewData) -> list[str]:
    """Ids of the regions with a mask, largest first, ties by the scene's order."""
    sizes = {region.id: pixels(view, region.id) for region in view.scene.regions if region.id in view.patches}
    return sorted(sizes, key=lambda rid: -sizes[rid])


def pixels(view: ViewData, rid: str) -> int:
    return view.patches[rid].size


def measured(view: ViewData) -> list[str]:
    """Ids of the regions to measure one by one: all, but at most `MAX_INSTANCES` of a concept; in the scene's order."""
    order = {region.id: number for number, region in enumerate(view.scene.regions)}
    labels = {region.id: region.concept.label for region in view.scene.regions}
    taken: dict[str, int] = defaultdict(int)
    kept = []
    for rid in drawn(view):
        taken[labels[rid]] += 1
        if taken[labels[rid]] <= MAX_INSTANCES:
            kept.append(rid)
    return sorted(kept, key=order.__getitem__)


def marked(view: ViewData) -> list[str]:
    """Ids of the boxes, ellipses and single points to measure one by one: at most `MAX_INSTANCES` of a concept, in the
    scene's order."""
    taken: dict[str, int] = defaultdict(int)
    kept = []
    for region in view.scene.regions:
        mark = view.marks.get(region.id)
        if mark is not None and mark.single:
            taken[region.concept.label] += 1
            if taken[region.concept.label] <= MAX_INSTANCES:
                kept.append(region.id)
    return kept


def instances(scene: Scene, label: str) -> list[str]:
    """The regions of a concept that may be counted: those of one maker, who is human.

    Two makers may have drawn the same thing twice, and so may one with a mask and a box; where no single maker or form
    can be preferred, nothing may be counted. Nor where a mask is of a class: it says how far that reaches, and not how
    many there are. Nor what the source only names, without a mask or a mark. Nor what a rule or a model outlined: how
    many it found is not how many there are.
    """
    regions = [region for region in scene.regions if placed(region) and region.concept.label == label]
    chosen = [region for region in regions if region.made_by.kind == "human"]
    makers = {(region.made_by.kind, region.made_by.name) for region in chosen}
    forms = {form_of(region) for region in chosen}
    things = all(region.segmentation != "semantic" for region in chosen)
    return [region.id for region in chosen] if len(makers) == len(forms) == 1 and forms != {""} and things else []
