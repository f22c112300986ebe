"""What the labels of an image say of concepts, beyond the one that each is mapped to."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from connectors import LayoutError, open_dataset, presence
from connectors.drafts import LabelDraft
from tests.connectors import small
from tests.connectors.annotations.published import options, pictures, states

MILD, SEVERE = "mild_nonproliferative_diabetic_retinopathy", "severe_nonproliferative_diabetic_retinopathy"
GRADES: dict[str, str | None] = {"0": None, "1": MILD, "3": SEVERE, "lesion": "microaneurysm"}
CHEST: dict[str, str | None] = {
    "none": "no_abnormality", "heart": "cardiomegaly", "edema": "pulmonary_edema", "opacity": "air_space_opacity",
    "consolidation": "consolidation",
}  # fmt: skip
NOTHING = {"none": {"absent": ["cardiomegaly", "air_space_opacity"]}}


def said(
    labels: dict[str, str | None], implies: dict[str, Any], *drafts: tuple[str, str], drawn: tuple[str, ...] = (),
    doubtful: tuple[str, ...] = (),
) -> dict[str, str]:  # fmt: skip
    card = small.card("pictures", {"files": ["{a}.png"]}, labels, implies=implies)
    given = [LabelDraft(label, state) for label, state in drafts]  # type: ignore[arg-type]
    return dict(presence.settled(card, catalog.labelspace(), given, set(drawn), set(doubtful)))


def test_grade_0_says_that_the_disease_is_absent_and_every_other_grade_that_it_is_there() -> None:
    implies = {"0": {"absent": ["diabetic_retinopathy"]}}
    assert said(GRADES, implies, ("0", "present")) == {"diabetic_retinopathy": "absent"}
    assert said(GRADES, implies, ("3", "present")) == {SEVERE: "present", "diabetic_retinopathy": "present"}
    assert said(GRADES, implies, ("3", "uncertain")) == {SEVERE: "uncertain", "diabetic_retinopathy": "uncertain"}
    assert said(GRADES, implies, ("lesion", "present")) == {"microaneurysm": "present"}, "what else there is, is unsaid"
    assert said(GRADES, implies, ("0", "absent")) == {}, "not grade 0: which one is not said"


def test_without_implies_a_null_label_says_nothing() -> None:
    assert said(GRADES, {}, ("0", "present")) == {}


def test_what_is_denied_and_said_in_one_breath_is_uncertain() -> None:
    found = said(CHEST, NOTHING, ("none", "present"), ("heart", "present"))
    assert found == {"no_abnormality": "uncertain", "cardiomegaly": "uncertain", "air_space_opacity": "absent"}
    kind = said(CHEST, NOTHING, ("none", "present"), ("consolidation", "present"))
    assert kind["consolidation"] == kind["air_space_opacity"] == kind["no_abnormality"] == "uncertain"
    assert kind["cardiomegaly"] == "absent"


def test_a_region_speaks_against_a_denial() -> None:
    found = said(CHEST, NOTHING, ("none", "present"), drawn=("cardiomegaly",))
    assert found == {"no_abnormality": "uncertain", "cardiomegaly": "uncertain", "air_space_opacity": "absent"}


def test_what_was_not_understood_is_not_denied() -> None:
    found = said(CHEST, NOTHING, ("none", "present"), doubtful=("cardiomegaly",))
    assert found == {"no_abnormality": "present", "air_space_opacity": "absent"}


def test_a_hedge_and_a_second_meaning() -> None:
    implies = {"none": {"uncertain": ["cardiomegaly"], "present": ["poor_image_quality"]}}
    assert said(CHEST, implies, ("none", "present")) == {
        "no_abnormality": "present", "cardiomegaly": "uncertain", "poor_image_quality": "present",
    }  # fmt: skip


def test_a_concept_of_which_a_kind_is_there_is_not_absent() -> None:
    assert said(CHEST, {}, ("opacity", "absent"), ("consolidation", "present")) == {
        "air_space_opacity": "uncertain", "consolidation": "present",
    }  # fmt: skip
    assert said(CHEST, {}, ("opacity", "absent"), ("consolidation", "absent")) == {
        "air_space_opacity": "absent", "consolidation": "absent",
    }  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(sorted(CHEST)), st.sampled_from(["present", "absent", "uncertain"]))))
def test_uncertain_becomes_neither_present_nor_absent(drafts: list[tuple[str, str]]) -> None:
    found = said(CHEST, NOTHING, *drafts)
    space = catalog.labelspace()
    for label, slug in CHEST.items():
        own = {state for name, state in drafts if name == label}
        if own == {"uncertain"}:
            kinds = [other for other in found if slug in space.ancestors(other) and found[other] == "present"]
            denied = slug in NOTHING["none"]["absent"]
            assert found[str(slug)] == "uncertain", (kinds, denied)
    for slug, state in found.items():
        if state == "absent":
            below = [other for other in found if slug in space.ancestors(other)]
            assert all(found[other] == "absent" for other in below)


def test_the_record_carries_it_and_what_is_uncertain_is_not_exhaustively_absent(tmp_path: Path) -> None:
    root = pictures(tmp_path, "img/a.png", "img/b.png")
    (root / "t.csv").write_text("id,g,edema\na,0,-1\nb,3,0\n")
    layout = options(
        {"format": "table", "file": "t.csv", "key": "id", "label": "g", "exhaustive": []},
        {"format": "table", "file": "t.csv", "key": "id", "columns": ["edema"]},
    )
    card = small.card(
        "pictures", layout, {**GRADES, **CHEST}, {"0": {"absent": ["diabetic_retinopathy"]}},
        exhaustive=["pulmonary_edema"],
    )  # fmt: skip
    a, b = small.read(card, root)[0]
    assert states(a) == {"diabetic retinopathy": "absent", "pulmonary edema": "uncertain"}
    assert states(b)["diabetic retinopathy"] == "present"
    assert a.meta["uncertain"] == ["edema"]


def test_a_card_that_implies_what_is_not_there_is_refused() -> None:
    space = catalog.labelspace()
    with pytest.raises(LayoutError, match=r"layout\.implies\.9: is not among layout\.labels"):
        open_dataset(small.card("pictures", {"files": ["{a}.png"]}, GRADES, {"9": {"absent": [MILD]}}), space)
    with pytest.raises(LayoutError, match=r"layout\.implies: no concept 'nonsense'"):
        open_dataset(small.card("pictures", {"files": ["{a}.png"]}, GRADES, {"0": {"absent": ["nonsense"]}}), space)
