"""Facts of hand-drawn scenes, against answers computed by hand."""

from dataclasses import replace

import numpy as np
import pytest

import catalog
from schemas import Concept, Fact, MadeBy, Presence, Scene
from schemas.sample import SampleRegion
from tests.scenes import ABDOMEN, LEFT_KIDNEY, LESION, LIVER, RIGHT_KIDNEY, axial_abdomen
from tests.spaces import (
    BODY,
    CARDIOMEGALY,
    ECG,
    LEFT_LUNG,
    LEFT_UPPER_LOBE,
    LUNG,
    NODULE,
    NUCLEUS,
    PNEUMOTHORAX,
    QT_INTERVAL,
    small_space,
)
from tests.views import HUMAN, disc, lps, picture, rectangle
from transforms.facts import families, measure_all
from transforms.regions.viewdata import ViewData

SPACE = small_space()
SHAPE = (160, 200)


def facts(view: ViewData, predicate: str) -> dict[tuple[str, ...], Fact]:
    return {fact.regions: fact for fact in measure_all(view, SPACE).facts if fact.predicate == predicate}


@pytest.fixture(scope="module")
def abdomen() -> Scene:
    return measure_all(axial_abdomen(), SPACE)


def value(scene: Scene, predicate: str, *regions: str) -> object:
    (fact,) = [fact for fact in scene.facts if fact.predicate == predicate and fact.regions == regions]
    return fact.value


def test_every_family_says_what_it_measures():
    for name, family in families().items():
        assert (family.NAME, bool(family.VERSION)) == (name, True)
    predicates = [predicate for family in families().values() for predicate in family.PREDICATES]
    assert len(predicates) == len(set(predicates))
    measured = {fact.predicate for fact in measure_all(axial_abdomen(), SPACE).facts}
    assert measured <= set(predicates)


def test_sizes_are_those_of_the_drawing(abdomen):
    assert value(abdomen, "area", "r1") == 40 * 50 * 4
    assert value(abdomen, "area", "r3") == 800
    assert value(abdomen, "area", "r4") == 640
    assert value(abdomen, "long_axis", "r2") == 22
    assert value(abdomen, "long_axis", "r3") == pytest.approx(2 * (np.hypot(9, 19) + 1), rel=1e-5)


def test_places_are_the_patients(abdomen):
    assert value(abdomen, "zone", "r1") == "middle right"  # on the image's left
    assert value(abdomen, "zone", "r3") == "middle left"
    assert value(abdomen, "zone", "r4") == "central"


def test_relations_are_those_of_the_drawing(abdomen):
    assert value(abdomen, "inside", "r2", "r1") == 1.0
    assert value(abdomen, "larger", "r3", "r4") == 1.25
    assert value(abdomen, "larger", "r1", "r3") == 10
    assert value(abdomen, "distance", "r3", "r4") == 35 * 2
    assert not [fact for fact in abdomen.facts if fact.predicate == "adjacent"]  # the nearest are 6 pixels apart


def test_values_header_and_presence(abdomen):
    lesion, liver = 81 * 20.0, (2000 - 81) * 60.0  # the disc of radius 5 has 81 pixels
    assert value(abdomen, "mean_intensity", "r1") == pytest.approx((lesion + liver) / 2000)
    assert value(abdomen, "modality") == "computed tomography"
    assert value(abdomen, "plane") == "axial"
    assert value(abdomen, "slice") == 7
    assert value(abdomen, "body_part") == ABDOMEN.label
    assert value(abdomen, "count", "r2") == 1
    assert {fact.concept.label for fact in abdomen.facts if fact.predicate == "present"} == {
        "liver", "lesion", "left kidney", "right kidney"
    }  # fmt: skip
    assert not [fact for fact in abdomen.facts if fact.predicate in ("absent", "side")]  # nothing says so


def test_ids_run_in_a_fixed_order(abdomen):
    assert [fact.id for fact in abdomen.facts] == [f"f{number}" for number in range(1, len(abdomen.facts) + 1)]
    assert measure_all(axial_abdomen(), SPACE).to_json() == abdomen.to_json()


def test_without_spacing_nothing_is_in_millimetres():
    scene = measure_all(picture([(LIVER, rectangle(SHAPE, 10, 10, 50, 60)), (LESION, disc(SHAPE, 90, 90, 9))]), SPACE)
    assert {fact.unit for fact in scene.facts} == {None, "px", "px2"}
    assert value(scene, "zone", "r1") == "upper left"


def test_hounsfield_units_need_the_header_to_say_so():
    view = axial_abdomen()
    media = (view.scene.media[0].model_copy(update={"unit": None}), *view.scene.media[1:])
    assert not facts(replace(view, scene=view.scene.model_copy(update={"media": media})), "mean_intensity")
    assert not facts(replace(view, values=None), "mean_intensity")


def test_a_plane_that_the_affine_denies_gives_no_zone():
    view = picture([(LIVER, rectangle(SHAPE, 10, 10, 50, 60))], geometry=lps("coronal"), plane="axial")
    assert not facts(view, "zone")


BODY_MASK = rectangle(SHAPE, 20, 10, 180, 150)


def test_sides_need_a_body_and_follow_the_geometry():
    shapes = [(BODY, BODY_MASK), (NODULE, disc(SHAPE, 50, 60, 6)), (LEFT_KIDNEY, rectangle(SHAPE, 130, 80, 150, 110))]
    sides = facts(picture(shapes, geometry=lps("axial"), plane="axial"), "side")
    assert {regions: fact.value for regions, fact in sides.items()} == {("r2", "r1"): "right", ("r3", "r1"): "left"}
    assert not facts(picture(shapes[1:], geometry=lps("axial"), plane="axial"), "side")


def test_a_label_on_the_wrong_side_gets_no_side():
    shapes = [(BODY, BODY_MASK), (LEFT_KIDNEY, rectangle(SHAPE, 40, 80, 60, 110))]  # on the patient's right
    assert not facts(picture(shapes, geometry=lps("axial"), plane="axial"), "side")


def test_only_what_the_record_calls_absent_is_absent():
    presence = (
        Presence(concept=PNEUMOTHORAX, state="absent"),
        Presence(concept=CARDIOMEGALY, state="present"),
        Presence(concept=LESION, state="absent"),  # the view shows one: nothing to assert
    )
    view = picture([(LESION, disc(SHAPE, 90, 90, 9))], presence=presence)
    found = measure_all(view, SPACE).facts
    assert [(fact.concept, fact.scope) for fact in found if fact.predicate == "absent"] == [(PNEUMOTHORAX, "view")]
    assert [(fact.concept, fact.regions) for fact in found if fact.predicate == "present"] == [
        (LESION, ("r1",)), (CARDIOMEGALY, ()),
    ]  # fmt: skip


def test_of_what_is_uncertain_nothing_is_said():
    presence = (Presence(concept=CARDIOMEGALY, state="uncertain"), Presence(concept=PNEUMOTHORAX, state="absent"))
    found = measure_all(picture([(LESION, disc(SHAPE, 90, 90, 9))], presence=presence), SPACE).facts
    assert [fact.concept for fact in found if fact.predicate in ("present", "absent")] == [LESION, PNEUMOTHORAX]


def test_that_nothing_is_there_has_no_absence_in_words():
    space = catalog.labelspace()
    slugs = ("no_abnormality", "other_abnormality", "pneumothorax")
    absent = tuple(Presence(concept=space.concept(slug), state="absent") for slug in slugs)
    found = measure_all(picture([], presence=absent), space).facts
    assert [fact.concept for fact in found if fact.predicate == "absent"] == [space.concept("pneumothorax")]


def test_a_record_that_is_called_normal_shows_no_abnormality_unless_something_is_there():
    space = catalog.labelspace()
    normal = Presence(concept=space.concept("no_abnormality"), state="present")
    found = measure_all(picture([], presence=(normal,)), space).facts
    said = [(fact.predicate, fact.concept) for fact in found if fact.predicate in ("present", "absent")]
    assert said == [("absent", space.concept("abnormality"))]
    drusen = Presence(concept=space.concept("drusen"), state="present")
    found = measure_all(picture([], presence=(normal, drusen)), space).facts
    said = [(fact.predicate, fact.concept) for fact in found if fact.predicate in ("present", "absent")]
    assert said == [("present", space.concept("drusen"))]


def test_a_slice_need_not_show_what_the_volume_shows():
    presence = (Presence(concept=CARDIOMEGALY, state="present"), Presence(concept=PNEUMOTHORAX, state="absent"))
    view = picture(
        [(LIVER, disc(SHAPE, 90, 90, 9))], geometry=lps("axial"), plane="axial", presence=presence
    )  # fmt: skip
    found = measure_all(view, SPACE).facts
    assert CARDIOMEGALY not in [fact.concept for fact in found]
    assert [fact.concept for fact in found if fact.predicate == "absent"] == [PNEUMOTHORAX]


def nuclei(number: int) -> list[tuple[Concept, np.ndarray]]:
    return [
        (NUCLEUS, rectangle(SHAPE, 10 * (n % 19), 20 * (n // 19), 10 * (n % 19) + 4, 20 * (n // 19) + 2 + n % 15))
        for n in range(number)
    ]


def test_of_many_nuclei_the_largest_are_measured_and_all_are_counted():
    view = picture(nuclei(60))
    areas = facts(view, "area")
    assert len(areas) == 12
    sizes = sorted((int(mask.sum()) for mask in view.masks.values()), reverse=True)
    assert sorted((fact.value for fact in areas.values()), reverse=True) == sizes[:12]
    ((regions, count),) = facts(view, "count").items()
    assert (len(regions), count.value) == (60, 60)
    assert len(measure_all(view, SPACE).facts) < 120


def test_two_makers_of_one_concept_are_not_counted_together():
    shapes = nuclei(4)
    model = MadeBy(kind="model", name="watershed")
    assert [fact.regions for fact in facts(picture(shapes, makers=[HUMAN, HUMAN, model, model]), "count").values()] == [
        ("r1", "r2")
    ]
    other = MadeBy(kind="model", name="other")
    assert not facts(picture(shapes, makers=[model, model, other, other]), "count")


def test_a_part_lies_inside_its_whole_and_is_not_compared_with_it():
    lobe, lung = rectangle(SHAPE, 20, 20, 60, 60), rectangle(SHAPE, 10, 10, 70, 120)
    view = picture([(LEFT_LUNG, lung), (LEFT_UPPER_LOBE, lobe), (BODY, rectangle(SHAPE, 0, 0, 200, 160))])
    assert list(facts(view, "inside")) == [("r2", "r1")]
    assert not facts(view, "larger")
    assert not facts(view, "adjacent")


def test_neighbours_are_within_two_pixels():
    a, near, far = (rectangle(SHAPE, x0, 10, x1, 40) for x0, x1 in ((10, 30), (32, 50), (53, 70)))
    view = picture([(LIVER, a), (LEFT_KIDNEY, near), (RIGHT_KIDNEY, far)])
    assert {regions: fact.value for regions, fact in facts(view, "adjacent").items()} == {("r1", "r2"): 2.0}


def test_nearly_equal_areas_are_not_called_larger():
    a, b = rectangle(SHAPE, 10, 10, 30, 30), rectangle(SHAPE, 50, 10, 70, 31)
    assert not facts(picture([(LEFT_KIDNEY, a), (RIGHT_KIDNEY, b)]), "larger")


def test_facts_of_the_whole_record_come_first():
    view = axial_abdomen()
    volume = Fact(id="", predicate="volume", regions=("r2",), value=5.57, unit="mL", tolerance=0.1, scope="record")
    stated = Fact(
        id="x", predicate="rating", regions=("r2",), value=3.5, unit="1-5", scope="record", source="4 readers"
    )
    scene = measure_all(
        replace(view, scene=view.scene.model_copy(update={"facts": (stated,)}), volume_facts={"r2": (volume,)}), SPACE
    )
    assert scene.facts[0] == stated.model_copy(update={"id": "f1"})
    assert scene.facts[1] == volume.model_copy(update={"id": "f2"})


def test_a_marked_span_lasts_its_milliseconds():
    region = SampleRegion(
        id="r1", concept=QT_INTERVAL, source_label="QT", span=(1.2, 1.6), span_unit="s", made_by=HUMAN
    )  # fmt: skip
    scene = picture([], modality=ECG, regions=(region,)).scene
    (fact,) = facts(ViewData(scene=scene, masks={}), "interval").values()
    assert (fact.value, fact.unit, fact.concept) == (400, "ms", QT_INTERVAL)


def test_an_empty_mask_is_refused_by_name():
    view = axial_abdomen()
    with pytest.raises(ValueError, match="r3 of toy-0001 has an empty mask"):
        measure_all(replace(view, masks=view.masks | {"r3": np.zeros_like(view.masks["r3"])}), SPACE)


def test_an_unknown_concept_is_refused_by_name():
    with pytest.raises(KeyError, match="no concept labelled 'gizmo'"):
        measure_all(picture([(Concept(system="X", code="1", label="gizmo"), disc(SHAPE, 9, 9, 3))]), SPACE)


def test_a_whole_lung_and_its_left_lung_are_kin():
    view = picture([(LUNG, rectangle(SHAPE, 0, 0, 90, 90)), (LEFT_LUNG, rectangle(SHAPE, 100, 0, 140, 90))])
    assert not facts(view, "larger")


@pytest.mark.parametrize(("overhang", "held"), [(0, True), (1, True), (2, False)])
def test_inside_takes_nine_tenths(overhang, held):
    liver, lesion = rectangle(SHAPE, 10, 10, 60, 60), rectangle(SHAPE, 50 + overhang, 20, 60 + overhang, 30)
    found = facts(picture([(LIVER, liver), (LESION, lesion)]), "inside")
    assert [fact.value for fact in found.values()] == ([1 - overhang / 10] if held else [])
