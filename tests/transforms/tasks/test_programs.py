"""Programs on drawings whose answers are worked out by hand: each comes to its answer step by step, no step can go, and
the claim check supports what is told."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

import catalog
from schemas import Dialogue, Fact, Media, MediaGeometry
from tests.views import disc, lps, picture, rectangle
from transforms.checks.claims import samples as claims
from transforms.facts import judgements, measure_all
from transforms.facts.format import quantity
from transforms.regions.patch import Patch
from transforms.regions.solid import Solid
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all
from transforms.tasks.needed import unneeded, without
from transforms.tasks.replay import replay
from transforms.tasks.rules import LADDERS, limits_of, outcome_of
from transforms.tasks.working import Masks

SPACE = catalog.labelspace()
SHAPE = (150, 200)


def concept(slug: str):
    return SPACE.concept(slug)


def ct(shapes: list[tuple[str, np.ndarray, float]], **more: object) -> ViewData:
    """An axial CT of these shapes, with their HU; pixels of 0.5 mm."""
    view = picture(
        [(concept(slug), mask) for slug, mask, _ in shapes], geometry=lps("axial", 0.5), plane="axial", **more
    )
    values = np.full(SHAPE, -50, np.float32)
    for _, mask, hu in shapes:
        values[mask] = hu
    media = view.scene.media[0].model_copy(update={"unit": "HU", "window": (-160.0, 240.0)})
    return replace(view, scene=view.scene.model_copy(update={"media": (media,)}), values=values)


def abdomen() -> ViewData:
    """Liver 60 HU but for a lesion of 20, spleen 48, two kidneys of 30 x 20 and 20 x 20 px."""
    lesion = disc(SHAPE, 60, 60, 8)
    return ct([
        ("liver", rectangle(SHAPE, 20, 20, 100, 100), 60), ("liver_lesion", lesion, 20),
        ("spleen", rectangle(SHAPE, 140, 20, 180, 60), 48), ("left_kidney", rectangle(SHAPE, 140, 100, 170, 120), 30),
        ("right_kidney", rectangle(SHAPE, 60, 110, 80, 130), 30),
    ])  # fmt: skip


def nuclei() -> ViewData:
    """Five of 10 x 10 px and one of 20 x 20."""
    small = [rectangle(SHAPE, 20 + 25 * n, 20, 30 + 25 * n, 30) for n in range(5)]
    return picture([(concept("nucleus"), mask) for mask in (*small, rectangle(SHAPE, 60, 80, 80, 100))])


def chest() -> ViewData:
    """A heart of 60 px in a chest of 100, from behind."""
    said = Fact(id="f1", predicate="attribute", name="view", value="posteroanterior", level="image", source="toy")
    return picture(
        [(concept("heart"), rectangle(SHAPE, 70, 70, 130, 120)),
         (concept("right_lung"), rectangle(SHAPE, 50, 20, 90, 60)),
         (concept("left_lung"), rectangle(SHAPE, 110, 20, 150, 60))],
        modality=concept("xray"), facts=(said,),
    )  # fmt: skip


GRID = (40, 30, 20)
STEP = (2.0, 2.0, 5.0)


def scan() -> ViewData:
    """Voxels of 0.02 mL: a spleen of 3,840 voxels (76.8 mL), kidneys of 1,000 (20 mL) and 600 (12 mL)."""
    return volume(
        {
            "left_kidney": (25, 2, 4, 35, 12, 14),
            "right_kidney": (2, 2, 4, 8, 12, 14),
            "spleen": (10, 14, 2, 34, 24, 18),
        }
    )


def judged() -> ViewData:
    """A spleen of 19,152 voxels (383 mL)."""
    return volume({"spleen": (1, 1, 1, 39, 29, 19)})


def tumour() -> ViewData:
    """A kidney tumor of 10 x 8 pixels of 2 mm on each slice: 22.8 mm between centers, 24.8 mm with the pixels."""
    view = volume({"kidney_tumor": (5, 5, 5, 15, 13, 9)})
    long = Fact(id="f0", predicate="diameter", regions=("r1",), value=24.8035, unit="mm", tolerance=1.0, scope="record")
    return replace(view, volume_facts={"r1": (*view.volume_facts["r1"], long)})


def lesions() -> ViewData:
    """A liver of 60 HU with neoplasms of 125 voxels and 20 HU and of 12 and 30; a stomach 15 columns of 2 mm beside the
    larger one, a spleen 21 columns and 9 rows."""
    view = volume({
        "liver": (2, 2, 2, 18, 28, 18), "neoplasm": (5, 5, 5, 10, 10, 10), "neoplasm#2": (12, 20, 5, 14, 22, 8),
        "stomach": (24, 4, 4, 32, 12, 12), "spleen": (30, 18, 3, 38, 26, 9),
    })  # fmt: skip
    values = np.full(GRID, 0, np.float32)
    for rid, hu in zip(view.solids, (60, 20, 30, 10, 50), strict=True):
        values[view.solids[rid].crop] = hu
    media = view.scene.media[0].model_copy(update={"unit": "HU"})
    return replace(view, scene=view.scene.model_copy(update={"media": (media,)}), volume=values)


def segments() -> ViewData:
    """A tumor of 10 columns, of which 6 lie in one segment of the liver, 3 in another and 1 in a third."""
    return volume({
        "liver_segment_6": (2, 2, 2, 12, 28, 18), "liver_segment_5": (12, 2, 2, 15, 28, 18),
        "liver_segment_4": (15, 2, 2, 28, 28, 18), "liver_tumor": (6, 5, 5, 16, 10, 10),
    })  # fmt: skip


def unenhanced() -> ViewData:
    """A liver of 31 HU, a pancreas of 27 and a spleen of 50, without contrast medium."""
    boxes = {"liver": (2, 2, 2, 20, 20, 12), "pancreas": (22, 2, 2, 28, 12, 12), "spleen": (22, 14, 2, 28, 24, 12)}
    view = volume(boxes)
    values = np.full(GRID, 31, np.float32)
    for box, value in zip([*boxes.values()][1:], (27, 50), strict=True):
        values[box[0] : box[3], box[1] : box[4], box[2] : box[5]] = value
    said = Fact(id="f1", predicate="attribute", name="contrast phase", value="no contrast", level="volume",
                source="toy")  # fmt: skip
    media = view.scene.media[0].model_copy(update={"unit": "HU"})
    scene = view.scene.model_copy(update={"media": (media,), "facts": (said,)})
    return replace(view, scene=scene, volume=values)


def volume(boxes: dict[str, tuple[int, ...]]) -> ViewData:
    """A scan with these boxes filled; "#2" after a name is a second one of its kind."""
    solids = {f"r{n}": solid(box) for n, box in enumerate(boxes.values(), 1)}
    affine = ((2.0, 0.0, 0.0, 0.0), (0.0, 2.0, 0.0, 0.0), (0.0, 0.0, 5.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    geometry = MediaGeometry(affine=affine, voxel_mm=STEP, orientation="LPS", source_shape=GRID)
    view = picture([(concept(slug.partition("#")[0]), np.ones((4, 4), bool)) for slug in boxes])
    regions = tuple(
        region.model_copy(update={"box": None, "box3d": solids[region.id].box}) for region in view.scene.regions
    )
    volume = Media(name="nii.gz", kind="volume", shape=GRID, geometry=geometry)
    shown = view.scene.model_copy(update={
        "media": (volume,), "regions": regions, "view": view.scene.view.model_copy(update={"frame": "volume"}),
    })  # fmt: skip
    facts = {
        rid: (Fact(id="f0", predicate="volume", regions=(rid,), value=found.size * 0.02, unit="mL", tolerance=0.1,
                   scope="record"),)
        for rid, found in solids.items()
    }  # fmt: skip
    return ViewData(shown, {}, solids=solids, volume_facts=facts)


def solid(box: tuple[int, ...]) -> Solid:
    mask = np.zeros(GRID, bool)
    mask[box[0] : box[3], box[1] : box[4], box[2] : box[5]] = True
    found = Solid.at(mask, (0, 0, 0), GRID)
    assert found is not None
    return found


def masks_of(view: ViewData) -> Masks:
    return dict(view.solids) if view.solids else {rid: Patch.of(mask) for rid, mask in view.masks.items()}


def asked(view: ViewData, *tasks: str) -> Iterator[tuple[Dialogue, ViewData]]:
    scene = measure_all(view, SPACE)
    for seed in range(12):
        for task in tasks:
            for dialogue in ask_all(scene, SPACE, [task], seed, masks=masks_of(view)):
                yield dialogue, replace(view, scene=scene)


def outcomes(dialogue: Dialogue, view: ViewData) -> list[str]:
    scene = view.scene
    labels = {region.id: region.concept.label for region in scene.regions}
    flat = {} if view.solids else view.masks
    values = view.values if view.volume is None else view.volume
    found = replay(dialogue, flat, scene.media[0], values, labels, scene=scene, solids=view.solids)
    return [verdict.outcome for verdict in found]


VIEWS: dict[str, tuple[Callable[[], ViewData], tuple[str, ...], dict[str, tuple[str, int]]]] = {
    "abdomen": (abdomen, ("ranking", "density", "quantity"), {
        "Order these": ("the left kidney, the right kidney", 0),
        "the liver or the liver lesion": ("the liver", 3),
        "share of the section of the liver that the liver lesion": ("3.1 %", 3),
        "the area of the left kidney and the right kidney together": ("250 mm²", 7),
    }),
    "nuclei": (nuclei, ("outlier",), {"": ("[60, 80, 80, 100]", 9)}),
    "chest": (chest, ("quantity",), {"cardiothoracic ratio of": ("0.60", 3), "count as": ("enlarged", 5)}),
    "scan": (scan, ("volumes", "size", "slices", "quantity"), {
        "What is the volume of the spleen": ("76.8 mL", 3),
        "ratio of the volume of the spleen to that of the left kidney": ("3.84", 3),
        "the volume of the left kidney and the right kidney together": ("32 mL", 3),
        "larger volume over the whole scan, the left kidney or the right kidney": ("the left kidney", 3),
    }),
    "spleen": (judged, ("quantity",), {"the spleen count as": ("enlarged", 5)}),
    "lesions": (lesions, ("size", "slices", "counting", "relation", "quantity", "nearest"), {
        "volume of the largest neoplasm": ("2.5 mL", 6),
        "How many neoplasms does": ("2", 3),
        "neoplasms lie inside the liver": ("2", 3),
        "In which of these structures does the largest neoplasm lie?": ("the liver", 4),
        "the largest neoplasm contained in the liver": ("yes", 4),
        "attenuation of the largest neoplasm over the whole scan less that of the rest": ("-40 HU", 6),
        "far is it from the stomach to the largest neoplasm": ("30 mm", 3),
        "nearer to the largest neoplasm over the whole scan, the stomach or the spleen": ("the stomach", 3),
    }),
    "segments": (segments, ("quantity", "portions"), {
        "share of the liver tumor within liver segment VI ": ("60 %", 3),
        "share of the liver tumor within liver segment IV ": ("10 %", 3),
        "more of the liver tumor": ("", 0),
    }),
    "unenhanced": (unenhanced, ("quantity",), {
        "By the limit of 40 HU for the liver": ("moderately to severely steatotic", 3),
        "By the limit of 0.7 of the attenuation of the pancreas": ("steatotic", 5),
    }),
    "tumour": (tumour, ("quantity",), {
        "T categories": ("of the size of T1a", 3), "size criterion of RECIST 1.1": ("measurable", 4),
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", VIEWS)
def test_programs_come_to_the_answers_of_the_drawing(name: str) -> None:
    make, tasks, answers = VIEWS[name]
    found = [dialogue for dialogue, _ in asked(make(), *tasks)]
    for words, (answer, steps) in answers.items():
        mine = [one for one in found if words in one.turns[0].text]
        assert mine, (words, sorted({(one.turns[0].text, one.answer) for one in found}))
        if steps:
            assert {(one.answer, len(one.reasoning)) for one in mine} == {(answer, steps)}


@pytest.mark.parametrize("name", VIEWS)
def test_every_step_replays_is_needed_and_is_told_truly(name: str) -> None:
    make, tasks, _ = VIEWS[name]
    for dialogue, view in asked(make(), *tasks):
        if not dialogue.reasoning:
            continue
        assert set(outcomes(dialogue, view)) == {"pass"}, dialogue
        assert not unneeded(dialogue.reasoning)
        for number in range(1, len(dialogue.reasoning) + 1):
            left = without(dialogue, number)
            assert not left.reasoning or "fail" in outcomes(left, view)
        wrong = [one for _, one in claims.verdicts(view.scene, None, [dialogue], SPACE) if one.verdict != "supported"]
        assert not wrong, dialogue


def test_the_order_of_three_is_that_of_their_areas() -> None:
    areas = ["the liver", "the spleen", "the left kidney", "the right kidney", "the liver lesion"]
    orders = {one.answer for one, _ in asked(abdomen(), "ranking")}
    assert len(orders) > 2
    assert all(names == sorted(names, key=areas.index) for names in (order.split(", ") for order in orders))
    assert all(one.check is not None and one.check.kind == "order" for one, _ in asked(abdomen(), "ranking"))
    for one, _ in asked(abdomen(), "ranking"):  # the answer tells what the steps measured
        measured = [step for step in one.reasoning if step.op == "area"]
        assert len(measured) == 3
        assert all(f"{quantity(step.result, step.unit)}" in one.turns[-1].text for step in measured)


def test_a_rule_with_one_limit_changed_is_found() -> None:
    (rule, view) = next((d, v) for d, v in asked(chest(), "quantity") if "count as" in d.turns[0].text)
    steps = [step.model_copy(update={"args": {**step.args, "threshold": 0.7}, "result": True}) if step.op == "at_most"
             else step for step in rule.reasoning]  # fmt: skip
    assert "fail" in outcomes(rule.model_copy(update={"reasoning": tuple(steps)}), view)


FINE = ("cardiothoracic", "cup_to_disc", "fleischner", "pancreatic_fat")
"""Rules with limits below one."""


@pytest.mark.parametrize("key", sorted(LADDERS))
def test_a_ladder_says_what_its_rule_says(key: str) -> None:
    """Each rule of `judgements` on numbers far and near, with nothing left open."""
    rule = judgements.RULES[key]
    roles = tuple(rule.inputs)
    shifts = {
        "recist": [{"spacing": 3.0}, {"spacing": 8.0}],
        "qtc": [{"sex": "male"}, {"sex": "female"}, {}],
    }.get(key, [{}])
    for shift in shifts:
        limits = limits_of(key, shift)
        for number in np.arange(-20, 620, 1 if key not in FINE else 0.013):
            if abs(number) > 3 and key in FINE:
                continue
            given = values(rule, roles, round(float(number), 4), shift)
            said = rule.outcome(given)
            passed = sum(number >= one if LADDERS[key].reached else number > one for one in limits)
            if said is not None:
                assert outcome_of(key, int(passed), len(limits)) == said, (key, number, shift)


def values(rule: judgements.Rule, roles: tuple[str, ...], number: float, shift: dict) -> dict[str, Fact]:
    given = {}
    for role in roles:
        predicate, unit = rule.inputs[role]
        value: object = shift.get(role, number)
        if role == "sex" and role not in shift:
            continue
        if rule is judgements.RULES["fatty_liver"] and role == "spleen":
            value = 0.0
        if rule is judgements.RULES["pancreatic_fat"] and role == "spleen":
            value = 1.0
        if rule is judgements.RULES["fleischner"] and role == "diameter":
            value = 5.0
        given[role] = Fact(id=role, predicate=predicate, value=value, unit=unit)
    return given
