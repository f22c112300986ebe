"""Made-up scans, sections, recordings, pairs of visits, reports, and pictures of which parts are cut out, for
benchmarks/blind.py: what pictures of organs alone are not asked about.

Each has the habits of its kind, for whoever guesses to find: an organ its own density, size and place, a heart most
often an axis of 40 degrees and a rate of 75, an effusion rather new than gone. Nothing depends on what is asked.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import (
    Candidate,
    Description,
    Fact,
    Group,
    LabelSpace,
    Media,
    MediaGeometry,
    Member,
    Presence,
    Provenance,
    Record,
    SampleRegion,
    Scene,
    Text,
    View,
)
from schemas.dialogue import TextMaker
from schemas.record import Geometry
from schemas.sample import RegionMask
from tests.views import HUMAN, lps, picture
from transforms.facts import ecg, measure_all
from transforms.groups import compose
from transforms.groups.choose import Chosen, Shown
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all

Organs = dict[str, tuple[tuple[float, float, float], tuple[float, float, float], float]]
ORGANS: Organs = {
    "liver": ((11, 14, 16), (8, 7, 7), 58), "spleen": ((37, 13, 17), (4, 5, 5), 50),
    "left_kidney": ((32, 24, 12), (3, 3, 5), 34), "right_kidney": ((16, 25, 12), (3, 3, 5), 34),
    "pancreas": ((25, 17, 14), (6, 2, 2), 40), "gallbladder": ((16, 9, 12), (2, 3, 3), 12),
    "stomach": ((32, 9, 18), (5, 4, 4), 28), "urinary_bladder": ((24, 14, 4), (5, 4, 3), 6),
}  # fmt: skip
"""Slug -> centre and half axes in voxels of a scan, and HU, as usual."""
GRID, STEP_MM = (48, 36, 26), 6.0
MAKER = TextMaker(backend="none", revision="1", seed=0)
SEEN = (("pleural_effusion", 0.3, 0.5), ("pneumothorax", 0.1, 0.3), ("cyst", 0.4, 0.2), ("neoplasm", 0.3, 0.4),
        ("lymph_node", 0.5, 0.3), ("calcification", 0.5, 0.1))  # fmt: skip
"""Slug, how often the first of two visits shows it, and how often the other one then does not, or does."""
SAID = (("pleural_effusion", 0.6), ("pneumothorax", 0.1), ("cardiomegaly", 0.5), ("consolidation", 0.4),
        ("pulmonary_edema", 0.3), ("fracture", 0.2), ("atelectasis", 0.7))  # fmt: skip
HISTORY = (("diabetes", 0.3), ("hypertension", 0.6), ("asthma", 0.1))
"""What reports find, and what patients have, and how often."""
KEPT = ("liver", "spleen", "left_kidney", "right_kidney", "stomach")
"""What both visits show."""
SIDE = (160, 200)  # height, width of a visit's picture
Maker = Callable[[int, LabelSpace, np.random.Generator], Scene]


def kinds() -> dict[str, tuple[Maker, tuple[str, ...]]]:
    """What is made up, and the families that are asked of it."""
    return {
        "scan": (scan, ("attenuation", "volumes")),
        "recording": (recording, ("ecg",)),
        "visits": (visits, ("changed", "visits")),
        "parts": (parts, ("patch",)),
        "section": (section, ("density", "comparison")),
        "report": (report, ("report",)),
        "patient": (patient, ("attribute",)),
        "lesion": (lesion, ("nearest", "relation")),
        "segments": (segments, ("portions",)),
    }


def asked_about(scene: Scene, space: LabelSpace, tasks: tuple[str, ...], seed: int) -> Candidate:
    """A sample with its questions, and no words."""
    said = Description(overall=Text(text=""), made_by=MAKER)
    return Candidate(**dict(scene), dialogues=ask_all(scene, space, tasks, seed), description=said,
                     provenance=Provenance(sources=(), steps=()))  # fmt: skip


def scan(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """A CT of organs as ellipsoids, each about its usual place, size and density."""
    return _measured(_named("scan", number), space, *_organs(space, rng))


def lesion(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """Such a CT with a neoplasm in or beside one of its organs, more often in the liver than elsewhere."""
    values, solids, regions = _organs(space, rng)
    cells = np.indices(GRID)
    places = [ORGANS[slug][0] for slug in ORGANS] + 4 * [ORGANS["liver"][0]]
    centre = np.array(places[rng.integers(len(places))]) + rng.normal(0, 3, 3)
    inside = sum((cells[n] - centre[n]) ** 2 for n in range(3)) <= rng.uniform(1.2, 2.5) ** 2
    solid = Solid.at(inside, (0, 0, 0), GRID)
    if solid is not None:
        rid = f"r{len(regions) + 1}"
        values[inside] = rng.normal(30, 14)
        solids[rid] = solid
        regions.append(_region(rid, "neoplasm", space))
    return _measured(_named("lesion", number), space, values, solids, regions)


def segments(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """Segments of a liver side by side, the borders between them anywhere, and a tumor across some of these."""
    cells = np.indices(GRID)
    values = np.zeros(GRID, np.float32)
    edges = [4, *np.sort(rng.choice(np.arange(10, 38), 3, replace=False)), 44]
    masks = [(f"liver_segment_{n}", (cells[0] >= a) & (cells[0] < b))
             for n, (a, b) in zip((6, 5, 8, 4), pairwise(edges), strict=True)]  # fmt: skip
    centre, radius = rng.uniform((12, 12, 10), (36, 24, 16)), rng.uniform(3, 7)
    masks.append(("liver_tumor", sum((cells[n] - centre[n]) ** 2 for n in range(3)) <= radius**2))
    solids, regions = {}, []
    for place, (slug, mask) in enumerate(masks, 1):
        solid = Solid.at(mask, (0, 0, 0), GRID)
        if solid is not None:
            solids[f"r{place}"] = solid
            regions.append(_region(f"r{place}", slug, space))
    return _measured(_named("segments", number), space, values, solids, regions)


def _region(rid: str, slug: str, space: LabelSpace) -> SampleRegion:
    mask = RegionMask(media="mask.nii.gz", value=int(rid[1:]))
    return SampleRegion(id=rid, concept=space.concept(slug), source_label=slug, made_by=HUMAN, mask=mask)


def _organs(
    space: LabelSpace, rng: np.random.Generator
) -> tuple[NDArray[np.float32], dict[str, Solid], list[SampleRegion]]:
    """Values and masks of a scan, and its regions."""
    cells = np.indices(GRID)
    values = rng.normal(-80, 15, GRID).astype(np.float32)
    solids: dict[str, Solid] = {}
    regions: list[SampleRegion] = []
    for slug, (centre, axes, density) in ORGANS.items():
        near = np.array(centre) + rng.normal(0, 1, 3)
        half = np.array(axes) * rng.uniform(0.7, 1.3)
        inside = sum(((cells[n] - near[n]) / half[n]) ** 2 for n in range(3)) <= 1
        solid = Solid.at(inside, (0, 0, 0), GRID)
        if rng.random() < 0.7 and solid is not None:
            rid = f"r{len(regions) + 1}"
            values[inside] = rng.normal(density, 14) + rng.normal(0, 10, int(inside.sum()))
            solids[rid] = solid
            regions.append(_region(rid, slug, space))
    return values, solids, regions


def _measured(
    names: dict[str, str], space: LabelSpace, values: NDArray[np.float32], solids: dict[str, Solid],
    regions: list[SampleRegion],
) -> Scene:  # fmt: skip
    place = MediaGeometry(affine=_affine(STEP_MM), voxel_mm=(STEP_MM,) * 3, orientation="LPS", source_shape=GRID)
    media = Media(name="nii.gz", kind="volume", shape=GRID, geometry=place, unit="HU")
    scene = Scene(**names, modality=space.concept("ct"), view=View(frame="volume"), media=(media,),
                  regions=tuple(regions))  # fmt: skip
    known = {region.id: _volume(region.id, solids[region.id]) for region in regions}
    return measure_all(ViewData(scene, {}, solids=solids, volume=values, volume_facts=known), space)


def _affine(step: float) -> tuple[tuple[float, float, float, float], ...]:
    return ((step, 0, 0, 0), (0, step, 0, 0), (0, 0, step, 0), (0, 0, 0, 1))


def _volume(rid: str, solid: Solid) -> tuple[Fact, ...]:
    """As regions of a record are measured before a view is cut."""
    value = solid.size * STEP_MM**3 / 1000
    fact = Fact(id="f0", predicate="volume", regions=(rid,), value=value, unit="mL", tolerance=0.05 * value,
                scope="record", bound="at_least" if solid.cut else None)  # fmt: skip
    return (fact,)


def _named(kind: str, number: int) -> dict[str, str]:
    key = f"made-up-{kind}-{number:06d}"
    return {"key": key, "dataset": "made_up", "record": key, "subject": f"{kind}/{number}"}


def recording(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """Ten seconds of an electrocardiogram: not its curves, but what would be measured on them, by the same formulas."""
    rate, turn, size = rng.normal(75, 15), math.radians(rng.normal(40, 45)), rng.uniform(10, 60)
    beats = max(4, int(rate / 6 + rng.random()))
    areas = {"net_area_i": size * math.cos(turn), "net_area_avf": size * math.sin(turn) * math.sqrt(3) / 2}
    said = [
        ("beats", beats, None, 1.0), ("beat_rate", round(rate, 1), "bpm", ecg.RATE_BPM),
        *((name, area, "mV ms", max(ecg.LEAST_MV_MS, ecg.AREA_SHARE * abs(area))) for name, area in areas.items()),
        ("frontal_axis", ecg.axis(*areas.values()), "degrees", ecg.AXIS_DEGREES),
    ]  # fmt: skip
    facts = tuple(
        Fact(id=f"f{n}", predicate=name, value=value, unit=unit, tolerance=within,
             concept=space.concept("qrs_axis") if name == "frontal_axis" else None)
        for n, (name, value, unit, within) in enumerate(said, 1)
    )  # fmt: skip
    media = Media(name="png", kind="image", width=1000, height=800, channels=3)
    return Scene(**_named("recording", number), modality=space.concept("ecg"), view=View(frame="signal"),
                 media=(media,), facts=facts)  # fmt: skip


def visits(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """Two pictures of one person: organs that hardly change, findings that grow, come and go; or labels alone."""
    outlined = number % 2 == 0
    there = {slug: rng.random() < often for slug, often, _ in SEEN}
    later = {slug: there[slug] ^ (rng.random() < turns) for slug, _, turns in SEEN}
    sizes = {slug: rng.uniform(8, 14, 2) for slug in (*KEPT, *there)}
    kept = [slug for slug in KEPT if outlined and rng.random() < 0.8]
    shown: list[Shown] = []
    samples: dict[str, Candidate] = {}
    for at, states in enumerate((there, later)):
        names = _named("visits", number) | {"key": f"made-up-visit-{number:06d}-{at}"}
        slugs = [*kept, *(slug for slug, yes in states.items() if yes)]
        grown = {slug: 1.0 if at == 0 else rng.normal(1, 0.05) if slug in KEPT else rng.uniform(0.8, 1.6)
                 for slug in slugs}  # fmt: skip
        slugs = slugs if outlined else []
        masks = [(space.concept(slug), _oval(slug, sizes[slug] * grown[slug], rng)) for slug in slugs]
        known = [Presence(concept=space.concept(slug), state="present" if yes else "absent")
                 for slug, yes in states.items()]  # fmt: skip
        view = picture(masks, geometry=MediaGeometry(spacing_mm=(1.5, 1.5)), modality=space.concept("mr"),
                       presence=tuple(known), **names)  # fmt: skip
        sample = asked_about(measure_all(view, space), space, (), 0)
        samples[sample.key] = sample
        shown.append(Shown(sample.key, sample.key, "full", str(at), len(masks), _record(names, space)))
    members = tuple(Member(media=f"{at}.png", visit=at + 1, frame="full", record=one.record.key, key=one.key)
                    for at, one in enumerate(shown))  # fmt: skip
    group = Group(kind="visits", whole=False, timed=True, members=members)
    return compose.scene_of(Chosen(group, tuple(shown)), samples, space)[0]


def section(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """An axial slice of a CT: organs as ellipses, each about its usual place, size and density."""
    values = rng.normal(-80, 15, SIDE).astype(np.float32)
    taken, shapes = np.zeros(SIDE, bool), []
    rows, columns = np.mgrid[: SIDE[0], : SIDE[1]]
    for slug, ((i, j, _), (wide, high, _), density) in ORGANS.items():
        x, y = np.array((i, j)) * 4 + rng.normal(0, 4, 2)
        half = np.array((wide, high)) * 4 * rng.uniform(0.7, 1.3)
        mask = (((columns - x) / half[0]) ** 2 + ((rows - y) / half[1]) ** 2 <= 1) & ~taken
        if rng.random() < 0.6 and mask.sum() > 60:
            taken |= mask
            values[mask] = rng.normal(density, 14) + rng.normal(0, 10, int(mask.sum()))
            shapes.append((space.concept(slug), mask))
    view = picture(shapes, geometry=lps("axial", 1.5), plane="axial", **_named("section", number))
    media = view.scene.media[0].model_copy(update={"unit": "HU", "window": (-160.0, 240.0)})
    scene = view.scene.model_copy(update={"media": (media,)})
    return measure_all(replace(view, scene=scene, values=values), space)


def report(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """What a report says is there and is not: of each finding as often as reports do."""
    said = [(slug, "present" if rng.random() < often else "absent") for slug, often in SAID if rng.random() < 0.6]
    facts = tuple(Fact(id=f"f{n}", predicate="finding", value=state, concept=space.concept(slug))
                  for n, (slug, state) in enumerate(said, 1))  # fmt: skip
    return Scene(**_named("report", number), modality=space.concept("doc"), view=View(frame="text"),
                 document="Made up.", facts=facts)  # fmt: skip


def patient(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """A picture of which only its person's history is known."""
    media = Media(name="png", kind="image", width=200, height=200, channels=1)
    facts = tuple(
        Fact(id=f"f{n}", predicate="condition", name=name, level="patient", source="made up",
             value="present" if rng.random() < often else "absent")
        for n, (name, often) in enumerate(HISTORY, 1)
    )  # fmt: skip
    return Scene(**_named("patient", number), modality=space.concept("dx"), view=View(frame="full"), media=(media,),
                 facts=facts)  # fmt: skip


def _record(names: dict[str, str], space: LabelSpace) -> Record:
    own = {name: names[name] for name in ("key", "dataset", "subject")}
    return Record(**own, kind="image", decoder="none", sources=(), geometry=Geometry(shape=SIDE),
                  modality=space.concept("mr"))  # fmt: skip


def _oval(slug: str, half: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Each kind in a cell of its own, so that none hides another."""
    place = (*KEPT, *(one for one, _, _ in SEEN)).index(slug)
    x, y = 25 + 50 * (place % 4) + rng.normal(0, 2), 26 + 52 * (place // 4) + rng.normal(0, 2)
    rows, columns = np.mgrid[: SIDE[0], : SIDE[1]]
    found: NDArray[np.bool_] = ((columns - x) / half[0]) ** 2 + ((rows - y) / half[1]) ** 2 <= 1
    return found


def parts(number: int, space: LabelSpace, rng: np.random.Generator) -> Scene:
    """A picture of structure that never repeats, in a body that lies about the middle, on black."""
    height, width = 240, 300
    coarse = rng.uniform(0, 255, (24, 30)).astype(np.float32)
    fine = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[:height, :width]
    body = ((columns - 150) / rng.uniform(90, 140)) ** 2 + ((rows - 120) / rng.uniform(80, 115)) ** 2 <= 1
    image = np.clip(fine * body, 0, 255).astype(np.uint8)
    media = Media(name="png", kind="image", width=width, height=height, channels=1)
    scene = Scene(**_named("parts", number), modality=space.concept("dx"), view=View(frame="full"), media=(media,))
    return measure_all(ViewData(scene, {}, image), space)
