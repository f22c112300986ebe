"""What a context of the claims suite declares, expanded to a sample: its regions with what was measured on them, and
the facts that follow from them, which the fact families make themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from catalog.load import read_labelspace
from schemas import Concept, LabelSpace, MadeBy, Media, MediaGeometry, Presence, Sample, Scale, View
from schemas.sample import RegionBox, RegionMask, RegionPoints, SampleRegion, Scene
from transforms.facts import header, marks, place, presence, signal, whole
from transforms.facts.base import Draft
from transforms.facts.judgements import conclude
from transforms.regions.viewdata import ViewData

ROOT = Path(__file__).parents[2]
UNITS = {
    "area": "mm2", "long_axis": "mm", "short_axis": "mm", "volume": "mL", "diameter": "mm", "mean_intensity": "HU",
    "pieces": "pieces", "surface": "mm2", "spread": "HU", "contrast": "HU", "depth": "mm", "asymmetry": "%",
    "burden": "%", "angle": "degrees", "line_length": "mm", "circle_diameter": "mm",
}  # fmt: skip
OF_RECORD = ("volume", "diameter", "surface", "sphericity", "asymmetry", "burden")
TOLERANCES = {
    "surface": 0.02, "sphericity": 0.02, "circularity": 0.03, "solidity": 0.03, "elongation": 0.03, "spread": 0.02,
    "contrast": 0.02, "asymmetry": 0.02, "burden": 0.02, "cup_to_disc": 0.02, "cardiothoracic": 0.01, "angle": 0.02,
}  # fmt: skip
"""Shares of the value, where a family's own tolerance needs the pixels."""
SHARE = 0.005  # of an area or a volume: its tolerance, as transforms/facts/size.py and transforms/regions/volume.py say
RATED = 0.05
STATED_AS = {
    "age": "patient age", "sex": "patient sex", "ejection fraction": "left ventricular ejection fraction",
    "end-diastolic volume": "left ventricular end-diastolic volume",
    "end-systolic volume": "left ventricular end-systolic volume",
}  # fmt: skip
FLAT = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))
Matrix = tuple[tuple[float, float, float, float], ...]


@cache
def space() -> LabelSpace:
    return read_labelspace(ROOT / "catalog" / "concepts")


def expanded(name: str, told: Mapping[str, Any]) -> Sample:
    """The sample of one picture, volume, clip, recording or report that a context declares."""
    ids = {key: f"r{number}" for number, key in enumerate(_spread(told), 1)}
    scene = Scene(
        key=name, dataset="claims_suite", record=name, subject=f"claims_suite/{name}", study=told.get("study"),
        modality=_concept(told["modality"]), anatomy=tuple(map(_concept, told.get("anatomy", ()))),
        view=View(frame=told["frame"], plane=told.get("plane")), media=_media(told),
        regions=tuple(_region(ids[key], one, told) for key, one in _spread(told).items()),
        presence=tuple(
            Presence(concept=_concept(label), state=state)
            for state in ("present", "absent", "uncertain") for label in told.get(state, ())
        ),
        document=told.get("document"),
    )  # fmt: skip
    drafts = [*_stated(told), *_measured(told, ids), *(_as_told(draft, told) for draft in _followed(scene))]
    facts = tuple(draft.fact(number) for number, draft in enumerate(drafts, 1))
    if told.get("judged"):
        more = conclude(scene.model_copy(update={"facts": facts}), space())
        facts += tuple(draft.fact(number) for number, draft in enumerate(more, len(facts) + 1))
    made_by = {"backend": "suite", "revision": "1"}
    licence = {"id": "CC0-1.0", "redistribute": True, "derivatives": True, "commercial": True, "attribution": "made up"}
    return Sample.model_validate(
        scene.model_dump(by_alias=True)
        | {
            "facts": [fact.model_dump() for fact in facts],
            "description": {"global": {"text": "A made-up sample."}, "made_by": made_by},
            "provenance": {"sources": (), "steps": ()}, "split": "test", "licence": licence,
        }
    )  # fmt: skip


def _spread(told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The regions by name; one with `times` stands for as many of its kind: nucleus, nucleus#2, ..."""
    found = {}
    for key, one in told.get("regions", {}).items():
        for number in range(1, one.get("times", 1) + 1):
            found[key if number == 1 else f"{key}#{number}"] = one
    return found


def _concept(label: str) -> Concept:
    return space().labelled(label).concept


def _media(told: Mapping[str, Any]) -> tuple[Media, ...]:
    if told["frame"] == "text":
        return ()
    width, height = told.get("size", (512, 512))
    spacing: Any = told.get("spacing_mm")
    unit = told.get("unit")
    if told["frame"] == "volume":
        shape, steps = (width, height, told["slices"]), (*spacing, told["apart_mm"])
        affine = _affine("axial", steps)
        grid = MediaGeometry(affine=affine, voxel=FLAT, orientation="LPS", source_shape=shape, voxel_mm=steps)
        return (Media(name="nii.gz", kind="volume", shape=shape, unit=unit, geometry=grid),)
    plane, place_of = told.get("plane"), told["frame"].partition(":")[2]
    frames = told.get("frames")
    geometry = MediaGeometry(
        spacing_mm=spacing, affine=_affine(plane, (*spacing, 1.0)) if plane and spacing else None,
        orientation="LPS" if plane and spacing else None, slice_axis=2 if plane else None,
        slice_index=int(place_of) if plane else None,
        source_shape=(frames, height, width) if frames else None,
    )  # fmt: skip
    picture = Media(name="png", kind="image", width=width, height=height, channels=1, unit=unit, geometry=geometry)
    return (picture, Media(name="npy", kind="signal")) if told["frame"] == "signal" else (picture,)


def _affine(plane: str, steps: tuple[float, ...]) -> Matrix:
    """LPS: x to the left and y to the back, or y to the feet; on a sagittal picture x goes to the back."""
    x, y, z = steps
    rows = {
        "axial": ((x, 0, 0), (0, y, 0), (0, 0, z)),
        "coronal": ((x, 0, 0), (0, 0, z), (0, -y, 0)),
        "sagittal": ((0, 0, z), (x, 0, 0), (0, -y, 0)),
    }[plane]
    return (*((float(a), float(b), float(c), 0.0) for a, b, c in rows), (0.0, 0.0, 0.0, 1.0))


def _region(rid: str, one: Mapping[str, Any], told: Mapping[str, Any]) -> SampleRegion:
    """`box` alone: drawn as a box; `mask`, the default where anything was measured or nothing drawn, has one too."""
    kind, _, name = one.get("by", "human source annotators").partition(" ")
    marked = {"points", "span", "box"} & set(one) and not one.get("mask")
    box = one.get("box", (10, 10, 60, 60))
    return SampleRegion(
        id=rid, concept=_concept(one["concept"]), source_label=one["concept"],
        box=None if {"points", "span"} & set(one) or told["frame"] == "volume" else RegionBox(media="png", xyxy=box),
        mask=None if marked else RegionMask(media="mask.nii.gz" if told["frame"] == "volume" else "mask.png", value=1),
        points=RegionPoints(media="png", xy=one["points"]) if "points" in one else None,
        span=one.get("span"), span_unit=one.get("span_unit", "s") if "span" in one else None,
        segmentation=one.get("segmentation"), box3d=(0, 0, 0, 9, 9, 9) if told["frame"] == "volume" else None,
        made_by=MadeBy(kind=kind, name=name),
    )  # fmt: skip


def _measured(told: Mapping[str, Any], ids: Mapping[str, str]) -> Iterator[Draft]:
    """What regions have of their own (`facts`, `ratings`, `state`), and how they stand to each other (`relations`)."""
    body = [ids[key] for key, one in told.get("regions", {}).items() if one["concept"] == "body"]
    for key, one in told.get("regions", {}).items():
        for predicate, value in one.get("facts", {}).items():
            regions = (ids[key], *body) if predicate == "side" else (ids[key],)
            yield _drafted(told, predicate, regions, value, one.get("by"))
        for label, value in one.get("ratings", {}).items():
            yield Draft(
                "rating", float(value), (ids[key],), one.get("rated", "1-5"), RATED, _concept(label), "record",
                one.get("by", "human").partition(" ")[2] or None,
            )  # fmt: skip
        if "state" in one:
            yield Draft("finding", one["state"], (ids[key],), concept=_concept(one["concept"]))
    for predicate, *named, value in told.get("relations", ()):
        unit = _length(told) if predicate in ("distance", "adjacent") else None
        tolerance = {"larger": 0.05 * value, "box_larger": 0.05 * value, "inside": None}.get(predicate, _pixel(told))
        regions = tuple(ids[name] for name in named)
        if predicate in UNITS or predicate in TOLERANCES:
            yield _drafted(told, predicate, regions, value, None)
        else:
            yield Draft(predicate, value, regions, unit, tolerance)


def _length(told: Mapping[str, Any]) -> str:
    return "mm" if told.get("spacing_mm") else "px"


def _pixel(told: Mapping[str, Any]) -> float:
    return float(min(told.get("spacing_mm") or (1.0, 1.0)))


def _drafted(told: Mapping[str, Any], predicate: str, regions: tuple[str, ...], value: Any, by: str | None) -> Draft:
    """With the unit and the tolerance that the families give. `{at_least: 74.3}`: of what the edge cuts."""
    bound: Literal["at_least"] | None = "at_least" if isinstance(value, dict) else None
    value = value["at_least"] if isinstance(value, dict) else value
    x, y = told.get("spacing_mm") or (1.0, 1.0)
    unit = UNITS.get(predicate)
    if not told.get("spacing_mm") and unit in ("mm", "mm2"):
        unit = unit.replace("mm", "px")
    if predicate == "mean_intensity":
        unit = told.get("unit", unit)
    tolerance = {
        "area": max(SHARE * value, 0.5 * x * y) if predicate == "area" else None,
        "volume": SHARE * value if predicate == "volume" else None,
        "long_axis": (x * x + y * y) ** 0.5, "short_axis": (x * x + y * y) ** 0.5, "diameter": (x * x + y * y) ** 0.5,
        "mean_intensity": told.get("intensity_tolerance", 2.0), "pieces": 0.0, "depth": max(x, y),
        "line_length": min(x, y), "circle_diameter": max(x, y),
    }.get(predicate)  # fmt: skip
    if predicate in TOLERANCES:
        tolerance = TOLERANCES[predicate] * abs(value)
    of_record = predicate in OF_RECORD
    source = (by or "human source annotators").partition(" ")[2] if of_record else None
    scope = "record" if of_record else "view"
    return Draft(predicate, value, regions, unit, tolerance, scope=scope, source=source, bound=bound)


def _stated(told: Mapping[str, Any]) -> Iterator[Draft]:
    """What the source states of the record, and intervals of a recording."""
    for one in told.get("stated", ()):
        yield Draft(
            one["as"], one["value"], unit=one.get("unit"), scope="record", source="claims_suite", name=one["name"],
            concept=_stated_concept(one["name"]),
            level=one.get("level", "image"), horizon=one.get("horizon"),
            scale=Scale.model_validate(one["scale"]) if "scale" in one else None,
        )  # fmt: skip
    for label, (value, unit) in told.get("intervals", {}).items():
        yield Draft("interval", float(value), (), unit, 0.5, _concept(label), "record")


def _stated_concept(name: str) -> Concept:
    """The catalogue's own concept where it has one of this name, as connectors/stated.py takes it."""
    known = {label.casefold(): label for label in space().slugs}
    label = STATED_AS.get(name) or known.get(name.casefold())
    return _concept(label) if label else Concept(system="TRIPTYCH", code=name.replace(" ", "_"), label=name)


def _as_told(draft: Draft, told: Mapping[str, Any]) -> Draft:
    """How a volume is cut is declared: its voxels alone would tell otherwise where they are as high as wide."""
    declared = {"slices": told.get("slices"), "slice_spacing": told.get("apart_mm")}.get(draft.predicate)
    return draft if declared is None else replace(draft, value=declared)


def _followed(scene: Scene) -> Iterator[Draft]:
    """What the fact families find without pixels."""
    view = ViewData(scene=scene, masks={})
    for family in (header, whole, presence, place, marks, signal):
        yield from family.measure(view, space())
