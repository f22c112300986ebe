"""Judgements by published rules: cited, worked out from facts that are there, silent without one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from schemas import Fact, Scene
from tests.views import disc, picture
from transforms.checks.claims import check
from transforms.checks.claims import samples as claims
from transforms.facts import judgements
from transforms.text import describe

SPACE = catalog.labelspace()
SHAPE = (120, 150)


def scene(slugs: list[str], facts: list[Fact], modality: str = "ct") -> Scene:
    shapes = [(SPACE.concept(slug), disc(SHAPE, 30 + 40 * n, 60, 9)) for n, slug in enumerate(slugs)]
    made = picture(shapes, modality=SPACE.concept(modality), view={"frame": "volume"}).scene
    shown = (
        fact(f"f{n}", "present", True, None, region.id, tolerance=None, concept=region.concept)
        for n, region in enumerate(made.regions, 800)
    )
    return made.model_copy(update={"facts": (*shown, *facts)})


def fact(
    key: str, predicate: str, value: float | str | bool, unit: str | None, region: str = "r1", **rest: object
) -> Fact:
    fields = {"id": key, "predicate": predicate, "value": value, "unit": unit, "regions": (region,) if region else ()}
    return Fact.model_validate({"tolerance": 0.0, **fields, **rest})


def judged(made: Scene) -> list[Fact]:
    drafts = judgements.conclude(made, SPACE)
    return [draft.fact(n) for n, draft in enumerate(drafts, 900)]


def stated(key: str, label: str, value: str | float, predicate: str = "attribute", unit: str | None = None) -> Fact:
    return fact(key, predicate, value, unit, "", tolerance=None, name=label, level="patient", scope="record")


INTERVAL = {"concept": SPACE.concept("qtc_interval"), "scope": "record"}
FRACTION = {"concept": SPACE.concept("ejection_fraction"), "name": "ejection fraction", "level": "volume"}
CASES = {
    "fleischner": (["pulmonary_nodule"], [fact("f1", "volume", 0.18, "mL"), fact("f2", "diameter", 8.0, "mm")],
                   "100 to 250 mm³"),
    "mass": (["pulmonary_nodule"], [fact("f1", "volume", 6.7, "mL"), fact("f2", "diameter", 31.8, "mm")], None),
    "cut nodule": (["pulmonary_nodule"], [fact("f1", "volume", 0.18, "mL", bound="at_least"),
                                          fact("f2", "diameter", 8.0, "mm")], None),
    "recist": (["liver_tumor"], [fact("f1", "diameter", 14.0, "mm"), fact("f2", "slice_spacing", 2.5, "mm", "")],
               "measurable"),
    "thick slices": (["liver_tumor"], [fact("f1", "diameter", 14.0, "mm"), fact("f2", "slice_spacing", 8.0, "mm", "")],
                     "not measurable"),
    "no tumour": (["liver_lesion"], [fact("f1", "diameter", 14.0, "mm"), fact("f2", "slice_spacing", 2.5, "mm", "")],
                  None),
    "spleen": (["spleen"], [fact("f1", "volume", 400.0, "mL", bound="at_least")], "enlarged"),
    "small spleen": (["spleen"], [fact("f1", "volume", 200.0, "mL")], None),
    "prostate": (["prostate"], [fact("f1", "volume", 46.0, "mL")], "enlarged"),
    "prostate at the limit": (["prostate"], [fact("f1", "volume", 30.1, "mL", tolerance=0.2)], None),
    "fatty liver": (["liver", "spleen"], [
        fact("f1", "mean_intensity", 30.0, "HU"), fact("f2", "mean_intensity", 50.0, "HU", "r2"),
        fact("f3", "area", 900.0, "mm2"), fact("f4", "area", 900.0, "mm2", "r2"),
        stated("f5", "contrast phase", "before contrast")], "steatotic"),
    "fat in the liver": (["liver"], [fact("f1", "whole_attenuation", 31.0, "HU", tolerance=2.0),
                                     stated("f2", "contrast phase", "no contrast")],
                         "moderately to severely steatotic"),
    "hardly fat in the liver": (["liver"], [fact("f1", "whole_attenuation", 39.0, "HU", tolerance=2.0),
                                            stated("f2", "contrast phase", "no contrast")], None),
    "a liver with contrast medium": (["liver"], [fact("f1", "whole_attenuation", 31.0, "HU", tolerance=2.0),
                                                 stated("f2", "contrast phase", "portal venous")], None),
    "a liver with a cyst": (["liver", "cyst"], [fact("f1", "whole_attenuation", 31.0, "HU", tolerance=2.0),
                                                stated("f2", "contrast phase", "no contrast"),
                                                fact("f3", "inside", 1.0, None, regions=("r2", "r1"))], None),
    "a liver with a tumor": (["liver", "liver_tumor"], [fact("f1", "whole_attenuation", 31.0, "HU", tolerance=2.0),
                                                       stated("f2", "contrast phase", "no contrast")], None),
    "fat in the pancreas": (["pancreas", "spleen"], [
        fact("f1", "whole_attenuation", 25.0, "HU", tolerance=2.0),
        fact("f2", "whole_attenuation", 50.0, "HU", "r2", tolerance=2.0),
        stated("f3", "contrast phase", "no contrast")], "steatotic"),
    "a pancreas near the limit": (["pancreas", "spleen"], [
        fact("f1", "whole_attenuation", 33.5, "HU", tolerance=2.0),
        fact("f2", "whole_attenuation", 50.0, "HU", "r2", tolerance=2.0),
        stated("f3", "contrast phase", "no contrast")], None),
    "a spleen like water": (["pancreas", "spleen"], [
        fact("f1", "whole_attenuation", 25.0, "HU", tolerance=2.0),
        fact("f2", "whole_attenuation", 1.0, "HU", "r2", tolerance=2.0),
        stated("f3", "contrast phase", "no contrast")], None),
    "cup": (["optic_cup", "optic_disc"], [fact("f1", "cup_to_disc", 0.8, None, regions=("r1", "r2"))], "large"),
    "heart": (["heart", "left_lung"], [fact("f1", "cardiothoracic", 0.61, None, regions=("r1", "r2")),
                                       stated("f2", "view", "posteroanterior")], "enlarged"),
    "qtc": ([], [fact("f1", "interval", 470.0, "ms", "", **INTERVAL)], "prolonged"),
    "qtc of a man": ([], [fact("f1", "interval", 455.0, "ms", "", **INTERVAL), stated("f2", "sex", "male")],
                     "prolonged"),
    "qtc of nobody": ([], [fact("f1", "interval", 455.0, "ms", "", **INTERVAL)], None),
    "fraction": ([], [fact("f1", "measurement", 35.0, "%", "", **FRACTION)], "reduced"),
}  # fmt: skip


@pytest.mark.parametrize(("length", "outcome"), [(14.0, "T1"), (35.0, "T2"), (64.0, "T3"), (50.2, None)])
def test_a_breast_cancer_is_sized_on_mr_alone(length: float, outcome: str | None) -> None:
    made = scene(["breast_cancer"], [fact("f1", "diameter", length, "mm", tolerance=0.7)])
    assert not [one for one in judged(made) if "T categories" in str(one.name)]
    found = judged(made.model_copy(update={"modality": SPACE.concept("mr")}))
    assert [one.value for one in found] == ([f"of the size of {outcome}"] if outcome else [])


@pytest.mark.parametrize("name", CASES)
def test_a_rule_gives_its_outcome_and_is_silent_without_an_input(name: str) -> None:
    slugs, facts, outcome = CASES[name]
    made = scene(slugs, facts)
    found = judged(made)
    assert [one.value for one in found] == ([outcome] if outcome else [])
    for one in found:
        assert set(one.inputs) <= {one.id for one in facts}
        assert one.source
        for taken in facts:
            if taken.id in one.inputs and taken.name != "sex":
                rest = [other for other in facts if other is not taken]
                assert not judged(scene(slugs, rest)), f"{name} without its {taken.predicate}"


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2]])
def test_it_is_said_with_its_source_read_back_and_worked_out_again(name: str) -> None:
    slugs, facts, outcome = CASES[name]
    made = scene(slugs, facts)
    (one,) = judged(made)
    whole = made.model_copy(update={"facts": (*made.facts, one)})
    assert judgements.problem(one, whole.facts) is None
    assert judgements.problem(one.model_copy(update={"value": "something else"}), whole.facts)
    assert judgements.problem(one.model_copy(update={"inputs": ()}), whole.facts)
    description = describe(whole, SPACE, "grounded", {}, 17)
    texts = " ".join([description.overall.text, *(text.text for text in description.regions)])
    assert f"({one.source})" in texts
    assert f"counts as {outcome}" in texts
    assert not [fault for fault in claims.faults(whole, description, (), SPACE) if "counts as" in fault.reason]
    sentence = next(part for part in texts.split(". ") if "counts as" in part)
    said = sentence[sentence.lower().index("by the") :].removesuffix(".")
    assert [v.verdict for v in check(said + ".", whole, SPACE)] == ["supported"]
    changed = said.replace(f"counts as {outcome}", "counts as normal")
    assert [v.verdict for v in check(changed + ".", whole, SPACE)] == ["contradicted"]


def test_no_rule_of_adults_is_used_of_a_child() -> None:
    slugs, facts, _ = CASES["qtc"]
    age = fact("f9", "age", 9, "years", "", tolerance=None, name="age", level="patient", scope="record")
    assert not judged(scene(slugs, [*facts, age]))


@given(value=st.floats(0.001, 2.0), tolerance=st.floats(0, 0.2), bounded=st.booleans())
def test_no_class_is_told_that_the_tolerance_leaves_open(value: float, tolerance: float, bounded: bool) -> None:
    bound = "at_least" if bounded else None
    volume = fact("f1", "volume", value, "mL", tolerance=tolerance, bound=bound)
    found = judged(scene(["pulmonary_nodule"], [volume, fact("f2", "diameter", 9.0, "mm")]))
    spans = {"less than 100 mm³": (0, 0.1), "100 to 250 mm³": (0.1, 0.25), "more than 250 mm³": (0.25, 1e9)}
    for one in found:
        low, high = spans[str(one.value)]
        assert low <= value - tolerance or low == 0
        assert value + tolerance <= high
        assert not bounded or high == 1e9


def test_every_rule_is_cited_and_says_its_limits() -> None:
    for rule in judgements.RULES.values():
        assert any(char.isdigit() for char in rule.source)
        assert rule.limits
        assert rule.inputs
