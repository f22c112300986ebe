"""Facts that sources state of a record: every kind as a card declares it, and what never becomes one."""

from typing import Any

import pytest

import catalog
from connectors.stated import of_region, with_facts
from schemas import DatasetCard, Fact, Geometry, MadeBy, Notice, PointShape, Presence, Record, Region, SourceFile
from schemas.record import Kind
from tests.connectors import small
from transforms.facts import statement

SPACE = catalog.labelspace()
SOURCE = SourceFile(uri="a.png", sha256="0" * 64, bytes=1)
SCALE = {"name": "severity", "lowest": 0, "highest": 4, "high": "worse"}


def card(facts: dict[str, Any]) -> DatasetCard:
    options = {"files": ["{image}.png"], "annotations": [{"format": "table", "file": "t.csv", "tell": list(facts)}]}
    found = small.card("pictures", options)
    layout = {**found.layout.model_dump(by_alias=True), "facts": facts}
    return DatasetCard.model_validate({**found.model_dump(by_alias=True), "layout": layout})


def record(meta: dict[str, Any], kind: Kind = "image", **more: Any) -> Record:
    ct = SPACE.concept("ct")
    return Record(key="k", dataset="small", kind=kind, decoder="raster", sources=(SOURCE,), modality=ct,
                  geometry=Geometry(shape=(4, 4)), subject="s", meta=meta, **more)  # fmt: skip


def stated(declared: dict[str, Any], value: Any, kind: Kind = "image") -> tuple[tuple[Fact, ...], list[Notice]]:
    made, notices = with_facts(card({"x": declared}), SPACE, record({"x": value}, kind))
    return made.facts, notices


def test_a_measurement_carries_its_unit_source_and_level() -> None:
    (fact,), notices = stated({"as": "measurement", "label": "ejection fraction", "unit": "%"}, "78.49", "clip")
    assert (fact.predicate, fact.value, fact.unit, fact.scope) == ("measurement", 78.49, "%", "record")
    assert (fact.name, fact.level, fact.source, fact.regions) == ("ejection fraction", "volume", "small: t.csv", ())
    assert fact.concept is not None
    assert (fact.concept.system, fact.concept.code) == ("TRIPTYCH", "x")
    assert not notices


def test_what_is_said_of_one_region_is_a_fact_of_it() -> None:
    lesion = SPACE.concept("lesion")
    shape = PointShape(points=((1.0, 2.0),))
    own = Region(key="r", dataset="small", record="k", frame="voxel", concept=lesion, source_label="x", shape=shape,
                 made_by=MadeBy(kind="human", name="a reader"), meta={"x": "4.2", "other": "1"})  # fmt: skip
    declared = card({"x": {"as": "measurement", "label": "diameter", "unit": "mm", "within": [1, 9]}})
    made, notices = of_region(declared, SPACE, record({}), own)
    (found,) = (Fact.model_validate(row) for row in made.meta["stated"])
    assert (found.predicate, found.name, found.value, found.unit) == ("measurement", "diameter", 4.2, "mm")
    assert (found.level, found.scope, notices) == (None, "record", [])
    wrong = own.model_copy(update={"meta": {"x": "99"}})
    made, (notice,) = of_region(declared, SPACE, record({}), wrong)
    assert made == wrong
    assert "x is '99': a number that cannot be" in notice.reason


def test_a_grade_stands_on_its_scale() -> None:
    (fact,), _ = stated({"as": "grade", "label": "severity", "scale": SCALE}, "3.0")
    assert fact.value == 3
    assert fact.scale is not None
    assert (fact.scale.lowest, fact.scale.highest, fact.scale.high) == (0, 4, "worse")


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("055Y", 55, "years"), ("71.0", 71, "years"), ("006M", 6, "months"), ("0.5", 0.5, "years"),
        ("89", 89, "years"), ("90", "over 89", "years"), (">89", "over 89", "years"), ("300", "over 89", "years"),
        ("85 or more", "85 or over", "years"), ("30 to 39", "30 to 39", "years"), ("95 or more", "over 89", "years"),
        ("over 93", "over 89", "years"), ("103Y", "over 89", "years"), ("91 to 95", "over 89", "years"),
        ("80-95", "80 or over", "years"),
    ],
)  # fmt: skip
def test_ages_above_89_are_told_as_that(said: str, value: object, unit: str) -> None:
    (fact,), _ = stated({"as": "age", "label": "age", "unit": "years", "level": "patient"}, said)
    assert (fact.value, fact.unit) == (value, unit)


@pytest.mark.parametrize("said", ["unknown", "Not Available", "-1", "nan", "N/A", "", "12..", "inf", "999"])
def test_what_says_nothing_is_a_notice_and_no_fact(said: str) -> None:
    for declared in (
        {"as": "measurement", "label": "x", "within": [0, 100]},
        {"as": "grade", "label": "x", "scale": SCALE},
        {"as": "score", "label": "x", "scale": SCALE},
    ):
        facts, (notice,) = stated(declared, said)
        assert not facts
        assert (notice.kind, notice.item, notice.record) == ("value", "x", "k")


@pytest.mark.parametrize(
    "said",
    ["2014-03-02", "seen on 03.02.2014", "03/02/2014", "Pain. Since a week.", "a\nb" * 50, "dr@example.org",
     "https://example.org/a", "x" * 200],
)  # fmt: skip
def test_free_text_dates_and_addresses_never_become_facts(said: str) -> None:
    facts, notices = stated({"as": "attribute", "label": "remark"}, said)
    assert not facts
    assert len(notices) == 1


def test_a_closed_list_of_values_knows_no_others() -> None:
    sex = {"as": "attribute", "label": "sex", "level": "patient", "values": {"F": "female", "M": "male", "O": ""}}
    assert [fact.value for fact in stated(sex, "f")[0]] == ["female"]
    assert [fact.value for fact in stated(sex, "Female")[0]] == ["female"]
    assert stated(sex, "O") == ((), [])
    facts, (notice,) = stated(sex, "X")
    assert not facts
    assert "does not know" in notice.reason


def test_what_is_left_out_is_nothing() -> None:
    assert stated({"left_out": "a name"}, "Smith") == ((), [])


def test_an_outcome_has_its_horizon() -> None:
    declared = {
        "as": "outcome",
        "label": "relapse",
        "level": "patient",
        "horizon": "in 5 years",
        "values": {"1": "yes"},
    }
    (fact,), _ = stated(declared, "1")
    assert (fact.value, fact.horizon) == ("yes", "in 5 years")


def test_labels_that_are_grades_or_conditions_are_stated() -> None:
    said = [("bi_rads_4a", "present"), ("breast_density_c", "present"), ("bi_rads_2", "absent"),
            ("hypertension", "present"), ("asthma", "absent"), ("pneumonia", "present"),
            ("good_image_quality", "uncertain")]  # fmt: skip
    presence = tuple(Presence(concept=SPACE.concept(slug), state=state) for slug, state in said)  # type: ignore[arg-type]
    made, notices = with_facts(card({}), SPACE, record({}, presence=presence))
    assert [(fact.predicate, fact.name, fact.value) for fact in made.facts] == [
        ("grade", "bi-rads assessment category", "4a"), ("grade", "breast density", "c"),
        ("condition", "hypertension", "present"), ("condition", "asthma", "absent"),
    ]  # fmt: skip
    assert [fact.id for fact in made.facts] == ["f1", "f2", "f3", "f4"]
    assert made.presence == presence
    assert not notices


def test_the_same_statement_twice_is_one_fact() -> None:
    both = {name: {"as": "attribute", "label": "view"} for name in ("a", "b")}
    made, _ = with_facts(card(both), SPACE, record({"a": "lateral", "b": "lateral"}))
    assert len(made.facts) == 1
    made, _ = with_facts(card(both), SPACE, record({"a": "lateral", "b": "frontal"}))
    assert [fact.value for fact in made.facts] == ["lateral", "frontal"]


def test_an_attribute_that_nobody_declared_is_not_lost() -> None:
    presence = tuple(
        Presence(concept=SPACE.concept(slug), state="present") for slug in ("well_differentiated", "her2_status")
    )
    made, _ = with_facts(card({}), SPACE, record({}, presence=presence))
    assert [(fact.predicate, fact.name, fact.value) for fact in made.facts] == [
        ("attribute", "histologic grade", "well differentiated tumor"), ("attribute", "HER2 status", "present"),
    ]  # fmt: skip


def test_words_that_a_code_joins_are_told_as_words() -> None:
    for said, value in (("clear_cell_rcc", "clear cell rcc"), ("T1_GD", "T1_GD"), ("a b", "a b")):
        assert [fact.value for fact in stated({"as": "attribute", "label": "x"}, said)[0]] == [value]


@pytest.mark.parametrize(("said_of", "level"), [("breast", "breast"), ("study", "study"), ("image", "image")])
def test_a_grade_is_of_what_its_label_was_said_of(said_of: str, level: str) -> None:
    label = Presence.model_validate({"concept": SPACE.concept("bi_rads_4"), "state": "present", "level": said_of})
    made, _ = with_facts(card({}), SPACE, record({}, presence=(label,)))
    assert [(fact.predicate, fact.value, fact.level) for fact in made.facts] == [("grade", "4", level)]
    whose = {"breast": "this breast", "study": "this study", "image": "this image"}[said_of]
    assert f"of {whose} was reported as 4" in str(statement.sentence(made.facts[0], "full"))
