"""What published rules make of the facts of a scene. Each rule is cited, says what it takes, and is silent without all
of it; what it gives is the rule's outcome, and no diagnosis.

Rules hold of adults unless they say otherwise. A bound ("at least 300 mL") decides where the rest could not change it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemas import Fact, LabelSpace, Scene
from transforms.facts.base import Draft, by_concept
from transforms.facts.statement import ADULT

NAME = "judgements"
VERSION = "4"
PREDICATES = ("judgement",)

Values = dict[str, Fact]


@dataclass(frozen=True)
class Rule:
    """`inputs`: what it takes, by role: predicate and unit of each. `outcome` gives what the subject counts as, None
    where the rule does not say. `limits`: where it does not hold."""

    name: str
    source: str
    inputs: dict[str, tuple[str, str | None]]
    outcome: Callable[[Values], str | None]
    limits: str


def _over(fact: Fact, limit: float) -> bool:
    """Above the limit for certain, the fact's tolerance and its bound taken in."""
    return float(fact.value) - (fact.tolerance or 0.0) > limit


def _under(fact: Fact, limit: float) -> bool:
    return fact.bound is None and float(fact.value) + (fact.tolerance or 0.0) < limit


def _classed(fact: Fact, steps: Sequence[tuple[float, str]], last: str) -> str | None:
    """The class of a value by rising limits; None where its tolerance reaches over one or a bound leaves it open."""
    low = 0.0
    for limit, name in steps:
        if _under(fact, limit) and (low == 0 or _over(fact, low)):
            return name
        low = limit
    return last if _over(fact, low) else None


def _nodule(values: Values) -> str | None:
    """Above 30 mm it is a mass, of which the rule says nothing."""
    if not _under(values["diameter"], 30):
        return None
    return _classed(values["volume"], ((0.1, "less than 100 mm³"), (0.25, "100 to 250 mm³")), "more than 250 mm³")


def _measurable(values: Values) -> str | None:
    spacing = float(values["spacing"].value)
    least = 10.0 if spacing <= 5 else 2 * spacing
    if _over(values["diameter"], least):
        return "measurable"
    return "not measurable" if _under(values["diameter"], least) else None


def _qtc(values: Values) -> str | None:
    limits = {"male": 450.0, "female": 460.0}
    limit = limits.get(str(values["sex"].value)) if "sex" in values else None
    if _over(values["qtc"], (limit or max(limits.values())) - 1):
        return "prolonged"
    return "not prolonged" if _under(values["qtc"], limit or min(limits.values())) else None


def _ejection(values: Values) -> str | None:
    value = float(values["fraction"].value)
    if value <= 40:
        return "reduced"
    return "mildly reduced" if 41 <= value <= 49 else "preserved" if value >= 50 else None


def _axis(values: Values) -> str | None:
    axis = values["axis"]
    if not _over(axis, -90):
        return None
    if _under(axis, -30):
        return "deviated to the left"
    return "not deviated" if _over(axis, -30) and _under(axis, 90) else _right(axis)


def _right(axis: Fact) -> str | None:
    return "deviated to the right" if _over(axis, 90) and _under(axis, 180) else None


class Staging(NamedTuple):
    """What the T category of a tumour would be by its size alone: below which mm each ends, and the last. `modality`:
    on whose pictures it is measured."""

    organ: str
    steps: tuple[tuple[float, str], ...]
    last: str
    modality: str = "ct"


STAGES: dict[str, Staging] = {
    "kidney_tumor": Staging("kidney", ((40, "T1a"), (70, "T1b"), (100, "T2a")), "T2b"),
    "breast_cancer": Staging("breast", ((20, "T1"), (50, "T2")), "T3", "mr"),
    "pancreatic_tumor": Staging("pancreas", ((20, "T1"), (40, "T2")), "T3"),
    "lung_neoplasm": Staging(
        "lung", ((10, "T1a"), (20, "T1b"), (30, "T1c"), (40, "T2a"), (50, "T2b"), (70, "T3")), "T4",
    ),
}  # fmt: skip
"""By the slug of a tumour."""


def _staged(of: Staging) -> Rule:
    named = tuple((limit, f"of the size of {name}") for limit, name in of.steps)
    return Rule(
        f"size limits of the T categories of the {of.organ}",
        "Amin et al., AJCC Cancer Staging Manual, 8th edition 2017",
        {"diameter": ("diameter", "mm")}, lambda v: _classed(v["diameter"], named, f"of the size of {of.last}"),
        "for cancer confined to the organ: by size alone, and the size by the longest diameter in a slice",
    )  # fmt: skip


RULES: dict[str, Rule] = {
    "fleischner": Rule(
        "volume classes of the Fleischner Society", "MacMahon et al., Radiology 2017",
        {"volume": ("volume", "mL"), "diameter": ("diameter", "mm")}, _nodule,
        "for incidental solid nodules of adults of 35 or older without cancer or immune deficiency; no mass over 30 mm",
    ),
    "recist": Rule(
        "size criterion of RECIST 1.1", "Eisenhauer et al., Eur J Cancer 2009",
        {"diameter": ("diameter", "mm"), "spacing": ("slice_spacing", "mm")}, _measurable,
        "for tumours on CT that are no lymph nodes; the spacing of the slices stands for their thickness",
    ),
    **{key: _staged(row) for key, row in STAGES.items()},
    "spleen": Rule(
        "upper limit of 314.5 mL for the volume of the spleen on CT", "Prassopoulos et al., Eur Radiol 1997",
        {"volume": ("volume", "mL")}, lambda v: "enlarged" if _over(v["volume"], 314.5) else None,
        "of 140 adults without disease of the spleen; nothing is said of a smaller one, whose person may be a child",
    ),
    "prostate": Rule(
        "limit of 30 mL for the volume of the prostate", "Lerner et al., AUA guideline, J Urol 2021",
        {"volume": ("volume", "mL")}, lambda v: "enlarged" if _over(v["volume"], 30.0) else None,
        "for men treated for symptoms of benign hyperplasia; nothing is said of a smaller one",
    ),
    "fatty_liver": Rule(
        "liver-minus-spleen limit of -9 HU on unenhanced CT", "Park et al., Radiology 2006",
        {"liver": ("mean_intensity", "HU"), "spleen": ("mean_intensity", "HU"), "phase": ("attribute", None)},
        lambda v: _beyond(_difference(v), -9.0, "steatotic", "not steatotic"),
        "for steatosis of 30 % or more, without contrast medium; by the mean of one slice of each, vessels included",
    ),
    "liver_fat": Rule(
        "limit of 40 HU for the liver on unenhanced CT", "Boyce et al., AJR Am J Roentgenol 2010",
        {"liver": ("whole_attenuation", "HU"), "phase": ("attribute", None)},
        lambda v: "moderately to severely steatotic" if _under(v["liver"], 40.0) else None,
        "without contrast medium, of a liver in which nothing is outlined; above it there may be mild steatosis",
    ),
    "pancreatic_fat": Rule(
        "limit of 0.7 of the attenuation of the pancreas over that of the spleen on unenhanced CT",
        "Koç and Taydaş, Turk J Gastroenterol 2020",
        {"pancreas": ("whole_attenuation", "HU"), "spleen": ("whole_attenuation", "HU"), "phase": ("attribute", None)},
        lambda v: _beyond(_quotient(v), 0.7, "steatotic", "not steatotic"),
        "without contrast medium, of a pancreas and a spleen in which nothing is outlined; there by circles of 1 cm², "
        "here by all voxels",
    ),
    "cardiothoracic": Rule(
        "limit of 0.5 of the cardiothoracic ratio", "Danzer, Am J Med Sci 1919",
        {"ratio": ("cardiothoracic", None), "view": ("attribute", None)},
        lambda v: "enlarged" if _over(v["ratio"], 0.5) else "not enlarged" if _under(v["ratio"], 0.5) else None,
        "for adults upright, taken from behind: from the front the heart is shown larger",
    ),
    "cup_to_disc": Rule(
        "limit of 0.7 of the vertical cup-to-disc ratio, the 97.5th percentile of the ISGEO",
        "Foster et al., Br J Ophthalmol 2002", {"ratio": ("cup_to_disc", None)},
        lambda v: "large" if _over(v["ratio"], 0.7) else "not large" if _under(v["ratio"], 0.7) else None,
        "the percentile differs by population and by the size of the disc",
    ),
    "qtc": Rule(
        "limits of the AHA, ACCF and HRS for the QTc interval", "Rautaharju et al., Circulation 2009",
        {"qtc": ("interval", "ms"), "sex": ("attribute", None)}, _qtc,
        "450 ms and more in men, 460 in women; without the sex only what both say",
    ),
    "qrs_axis": Rule(
        "limits of the AHA, ACCF and HRS for the QRS axis", "Surawicz et al., J Am Coll Cardiol 2009",
        {"axis": ("frontal_axis", "degrees")}, _axis,
        "for adults: from -30 to 90 degrees; beyond -90 nothing is said; the axis by leads I and aVF alone",
    ),
    "ejection_fraction": Rule(
        "classes of the universal definition of heart failure", "Bozkurt et al., Eur J Heart Fail 2021",
        {"fraction": ("measurement", "%")}, _ejection, "a class of the fraction alone: heart failure needs more",
    ),
}  # fmt: skip
"""Key -> rule. Inputs that may be missing: `sex` of `qtc`."""


def _difference(values: Values) -> tuple[float, float]:
    """Liver less spleen in HU, and its tolerance."""
    liver, spleen = values["liver"], values["spleen"]
    return float(liver.value) - float(spleen.value), (liver.tolerance or 0.0) + (spleen.tolerance or 0.0)


def _quotient(values: Values) -> tuple[float, float]:
    """Pancreas over spleen, and the most that it is off by when each mean is off by its tolerance; where the spleen may
    be no denser than water, so far off that no limit is clear of it."""
    pancreas, spleen = float(values["pancreas"].value), float(values["spleen"].value)
    off, other = values["pancreas"].tolerance or 0.0, values["spleen"].tolerance or 0.0
    if spleen - other <= 0:
        return 0.0, float("inf")
    ratio = pancreas / spleen
    ends = [(pancreas + a) / (spleen + b) for a in (-off, off) for b in (-other, other)]
    return ratio, max(abs(end - ratio) for end in ends)


def _beyond(value: tuple[float, float], limit: float, below: str, above: str) -> str | None:
    number, tolerance = value
    return below if number + tolerance < limit else above if number - tolerance > limit else None


def conclude(scene: Scene, space: LabelSpace) -> Iterator[Draft]:
    """`judgement`: what a region, or a concept, counts as by a rule (`name`, `source`), worked out from `inputs`."""
    if _child(scene):
        return
    for key, values, regions in _taken(scene, space):
        rule = RULES[key]
        value = rule.outcome(values)
        if value is not None:
            inputs = tuple(fact.id for fact in values.values())
            first = next(iter(values.values()))
            concept = None if regions else first.concept
            record = any(fact.scope == "record" for fact in values.values())
            yield Draft("judgement", value, regions, concept=concept, scope="record" if record else "view",
                        source=rule.source, name=rule.name, inputs=inputs)  # fmt: skip


def _child(scene: Scene) -> bool:
    ages = [fact for fact in scene.facts if fact.predicate == "age" and isinstance(fact.value, int | float)]
    return any(fact.unit != "years" or float(fact.value) < ADULT for fact in ages)


def problem(fact: Fact, facts: Iterable[Fact]) -> str | None:
    """What is wrong with a judgement, worked out again from the facts that it names; None where it stands."""
    rule = next((one for one in RULES.values() if (one.name, one.source) == (fact.name, fact.source)), None)
    if rule is None:
        return f"there is no rule {fact.name!r}"
    known = {one.id: one for one in facts}
    left, values = dict(rule.inputs), {}
    for given in (known.get(name) for name in fact.inputs):
        role = next((r for r, kind in left.items() if given and (given.predicate, given.unit) == kind), None)
        if given is None or role is None:
            return f"its inputs are not those of the rule: {', '.join(rule.inputs)}"
        values[role] = given
        del left[role]
    if left.keys() - {"sex"}:
        return f"its rule also takes {', '.join(left)}"
    found = rule.outcome(values)
    return None if found == fact.value else f"says {fact.value!r}, its rule gives {found!r}"


def _taken(scene: Scene, space: LabelSpace) -> Iterator[tuple[str, Values, tuple[str, ...]]]:
    """Each rule for which all inputs are there, with them and the regions that it is of; the subject's fact first."""
    alone = {space.labelled(label).slug: rids[0] for label, rids in by_concept(scene).items() if len(rids) == 1}
    of = {(fact.predicate, fact.regions): fact for fact in reversed(scene.facts) if fact.regions}
    said = {fact.name: fact for fact in reversed(scene.facts) if fact.predicate in ("attribute", "measurement")}
    spacing = next((fact for fact in scene.facts if fact.predicate == "slice_spacing"), None)
    modality = space.of(scene.modality).slug
    for slug, rid in alone.items():
        found = {"volume": of.get(("volume", (rid,))), "diameter": of.get(("diameter", (rid,))), "spacing": spacing}
        given = {role: fact for role, fact in found.items() if fact is not None}
        kinds = {slug, *space.ancestors(slug)}
        if "pulmonary_nodule" in kinds and {"volume", "diameter"} <= given.keys():
            yield "fleischner", {role: given[role] for role in ("volume", "diameter")}, (rid,)
        tumour = "neoplasm" in kinds and "lymph_node" not in kinds and modality == "ct"
        if tumour and {"diameter", "spacing"} <= given.keys():
            yield "recist", {role: given[role] for role in ("diameter", "spacing")}, (rid,)
        stage = next((key for key in STAGES if key in kinds), None)
        if stage is not None and "diameter" in given and modality == STAGES[stage].modality:
            yield stage, {"diameter": given["diameter"]}, (rid,)
        if "volume" in given and ((slug == "spleen" and modality == "ct") or slug == "prostate"):
            yield slug, {"volume": given["volume"]}, (rid,)
    shown = {space.labelled(label).slug for label in by_concept(scene)}
    affected = frozenset(
        above for slug in shown if space.get(slug).facet == "finding" for above in space.ancestors(slug)
    )
    plain = {slug: rid for slug, rid in alone.items() if slug not in affected}
    yield from _of_whole(plain, of, said, modality)
    yield from _of_two(alone, of, said, modality)
    yield from _of_record(scene, space, said)


UNENHANCED = ("before contrast", "no contrast")


def _of_whole(
    alone: dict[str, str], of: dict[tuple[str, tuple[str, ...]], Fact], said: dict[str | None, Fact], modality: str
) -> Iterator[tuple[str, Values, tuple[str, ...]]]:
    """Of organs (`alone`) of which no finding is named; one that lies in an organ would be averaged with it."""
    phase = said.get("contrast phase")
    if phase is None or modality != "ct" or str(phase.value) not in UNENHANCED:
        return
    mixed = {regions[-1] for predicate, regions in of if predicate in ("inside", "burden", "whole_contrast")}
    pure = {slug: rid for slug, rid in alone.items() if rid not in mixed and ("whole_attenuation", (rid,)) in of}
    means = {slug: of["whole_attenuation", (rid,)] for slug, rid in pure.items()}
    if "liver" in means:
        yield "liver_fat", {"liver": means["liver"], "phase": phase}, means["liver"].regions
    if {"pancreas", "spleen"} <= means.keys():
        given = {"pancreas": means["pancreas"], "spleen": means["spleen"], "phase": phase}
        yield "pancreatic_fat", given, means["pancreas"].regions


def _of_two(
    alone: dict[str, str], of: dict[tuple[str, tuple[str, ...]], Fact], said: dict[str | None, Fact], modality: str
) -> Iterator[tuple[str, Values, tuple[str, ...]]]:
    liver, spleen = (of.get(("mean_intensity", (alone.get(slug, ""),))) for slug in ("liver", "spleen"))
    phase = said.get("contrast phase")
    areas = [of.get(("area", fact.regions)) for fact in (liver, spleen) if fact]
    whole = all(area is not None and area.bound is None for area in areas)
    if liver and spleen and whole and phase and modality == "ct" and str(phase.value) in UNENHANCED:
        yield "fatty_liver", {"liver": liver, "spleen": spleen, "phase": phase}, liver.regions
    view = said.get("view") or said.get("view position")
    for (predicate, regions), fact in of.items():
        if predicate == "cardiothoracic" and view and str(view.value) == "posteroanterior":
            yield "cardiothoracic", {"ratio": fact, "view": view}, regions[:1]
        if predicate == "cup_to_disc":
            yield "cup_to_disc", {"ratio": fact}, regions[:1]


def _of_record(
    scene: Scene, space: LabelSpace, said: dict[str | None, Fact]
) -> Iterator[tuple[str, Values, tuple[str, ...]]]:
    """What is stated of a recording or of a clip."""
    found = [fact for fact in scene.facts if fact.predicate == "interval" and fact.unit == "ms" and fact.concept]
    qtc = [fact for fact in found if fact.concept and space.of(fact.concept).slug == "qtc_interval"]
    if len(qtc) == 1:
        sex = {"sex": said["sex"]} if "sex" in said else {}
        yield "qtc", {"qtc": qtc[0], **sex}, ()
    axis = next((fact for fact in scene.facts if fact.predicate == "frontal_axis"), None)
    if axis is not None:
        yield "qrs_axis", {"axis": axis}, ()
    fraction = said.get("ejection fraction")
    if fraction is not None and fraction.unit == "%" and isinstance(fraction.value, int | float) and fraction.concept:
        yield "ejection_fraction", {"fraction": fraction}, ()
