"""Grounded text of other kinds of scene: ribs in groups, nuclei in numbers, a report, an ECG."""

from typing import Any

from schemas import Concept, Fact, LabelSpace, Scene, View
from tests.handfacts import told_abdomen
from tests.spaces import (
    CARDIOMEGALY,
    DOC,
    ECG,
    EFFUSION,
    HEART_RATE,
    NUCLEUS,
    PNEUMOTHORAX,
    QT_INTERVAL,
    SM,
    entry,
    small_space,
)
from transforms.checks.claims.samples import verdicts
from transforms.text import describe

RIB = Concept(system="SCT", code="113197003", label="rib")
RIBS = {
    f"left_rib_{n}": Concept(system="SCT", code=f"rib{n}", label=f"left rib {n}", laterality="left")
    for n in (4, 5, 6, 7)
}
SPACE = LabelSpace(
    entries=(
        *small_space().entries,
        entry("rib", "anatomy", RIB, parents=("chest",), plural="ribs"),
        *(entry(slug, "anatomy", concept, parents=("rib",), side="left") for slug, concept in RIBS.items()),
    )
)


def scene(concepts: dict[str, Concept], facts: list[dict[str, Any]], **update: Any) -> Scene:
    base = told_abdomen()
    region = base.regions[0].model_copy(update={"box": None, "mask": None} if "span" in update else {})
    regions = tuple(
        region.model_copy(update={"id": rid, "concept": c, **update.get("span", {})}) for rid, c in concepts.items()
    )
    made = tuple(Fact.model_validate({"id": f"f{n}", "value": True, **fact}) for n, fact in enumerate(facts, 1))
    rest = {key: value for key, value in update.items() if key != "span"}
    return base.model_copy(update={"regions": regions, "facts": made, **rest})


def written(what: Scene) -> str:
    """All the text of a scene, once each assertion in it has been found supported and annotated."""
    for seed in range(6):
        description = describe(what, SPACE, "grounded", {}, seed)
        wrong = [(where, v) for where, v in verdicts(what, description, (), SPACE) if v.verdict != "supported"]
        assert wrong == []
    return " ".join([description.overall.text, *(one.text for one in description.regions)])


def test_four_ribs_are_grouped() -> None:
    concepts = {f"r{n}": concept for n, concept in enumerate(RIBS.values(), 1)}
    facts = [{"predicate": "present", "regions": (rid,), "concept": c} for rid, c in concepts.items()]
    text = written(scene(concepts, facts))
    assert "four left ribs" in (text.split(".")[0] + text.split(".")[1]).lower()


def test_absent_organs_are_not_shown_and_absent_findings_are_denied() -> None:
    facts = [{"predicate": "absent", "concept": c} for c in (EFFUSION, *RIBS.values())]
    text = written(scene({}, facts))
    assert "no pleural effusion" in text.lower() or "of pleural effusion" in text
    assert text.count("left rib") == 3
    assert any(f"are not {said}." in text for said in ("shown", "visible", "depicted", "seen"))


def test_nuclei_are_counted_and_pixels_stay_pixels() -> None:
    concepts = {f"r{n}": NUCLEUS for n in range(1, 15)}
    facts: list[dict[str, Any]] = [
        {"predicate": "modality", "value": SM.label, "concept": SM},
        {"predicate": "present", "regions": tuple(concepts), "concept": NUCLEUS},
        {"predicate": "count", "regions": tuple(concepts), "concept": NUCLEUS, "value": 14},
        {"predicate": "area", "regions": ("r1",), "value": 380.0, "unit": "px2", "tolerance": 2.0},
        {"predicate": "zone", "regions": ("r1",), "value": "upper left"},
        {"predicate": "long_axis", "regions": ("r1",), "value": 25.0, "unit": "px", "tolerance": 1.5},
        {"predicate": "short_axis", "regions": ("r1",), "value": 19.0, "unit": "px", "tolerance": 1.5},
        {"predicate": "zone", "regions": ("r2",), "value": "center"},
    ]
    text = written(scene(concepts, facts, view=View(frame="full")))
    assert "14 nuclei" in text
    assert "380 px²" in text
    assert "mm" not in text


def test_a_report_says_what_is_present_absent_and_uncertain() -> None:
    concepts = {"r1": EFFUSION, "r2": PNEUMOTHORAX, "r3": CARDIOMEGALY}
    states = ("present", "absent", "uncertain")
    facts = [
        {"predicate": "finding", "regions": (rid,), "value": state, "concept": c}
        for (rid, c), state in zip(concepts.items(), states, strict=True)
    ]
    facts.append({"predicate": "modality", "value": DOC.label, "concept": DOC})
    what = scene(concepts, facts, view=View(frame="text"), document="...", span={"span": (0, 3), "span_unit": "char"})
    text = written(what).lower()
    assert "pleural effusion is present" in text
    assert "there is no pneumothorax" in text
    assert "cardiomegaly is uncertain" in text


def test_a_signal_says_its_rate_and_intervals() -> None:
    facts = [
        {"predicate": "modality", "value": ECG.label, "concept": ECG},
        {"predicate": "interval", "value": 72.0, "unit": "bpm", "tolerance": 1.0, "concept": HEART_RATE},
        {"predicate": "interval", "value": 402.0, "unit": "ms", "tolerance": 1.0, "concept": QT_INTERVAL},
    ]
    text = written(scene({}, facts, view=View(frame="signal")))
    assert "heart rate is 72 bpm" in text
    assert "QT interval is 402 ms" in text
