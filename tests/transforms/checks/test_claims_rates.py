"""Concentrations in the unit of the source and in others."""

import pytest

from benchmarks.claims_suite.declared import expanded
from tests.claimed import verdict
from transforms.checks.claims.rates import per

STATED = [("haemoglobin", 8.1, "g/dL"), ("serum creatinine", 118, "µmol/L"), ("calcium", 2.4, "mmol/L"),
          ("prostate specific antigen", 6.2, "ng/mL")]  # fmt: skip
BLOOD = expanded(
    "blood",
    {"modality": "computed tomography", "frame": "full", "anatomy": ["abdomen"],
     "stated": [{"as": "measurement", "name": name, "value": value, "unit": unit, "level": "patient"}
                for name, value, unit in STATED]},
)  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "other", "factor"),
    [("g/dL", "g/L", 10.0), ("g/L", "g/dL", 0.1), ("mg/dL", "g/L", 0.01), ("µmol/L", "mmol/L", 1e-3),
     ("μmol/L", "µmol/L", 1.0), ("mcg/mL", "mg/L", 1.0), ("ng/mL", "µg/L", 1.0), ("U/mL", "U/L", 1e3)],
)  # fmt: skip
def test_how_many_of_one_unit_are_one_of_the_other(unit: str, other: str, factor: float) -> None:
    assert per(unit, other) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("unit", "other"),
    [("mmol/L", "mg/dL"), ("U/L", "g/L"), ("g", "g/L"), ("g/kg", "g/L"), ("mm", "mL"), ("IU/mL", "U/mL"), ("", "g/L")],
)
def test_amounts_of_another_kind_are_not_converted(unit: str, other: str) -> None:
    assert per(unit, other) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The haemoglobin is 8.1 g/dL.", "supported"),
        ("The haemoglobin is 81 g/L.", "supported"),
        ("The haemoglobin is below 100 g/L.", "supported"),
        ("The haemoglobin is not 8.1 g/L.", "supported"),
        ("The serum creatinine is 0.118 mmol/L.", "supported"),
        ("The calcium is 2400 µmol/L.", "supported"),
        ("The prostate specific antigen is 6.2 µg/L.", "supported"),
        ("The haemoglobin is 8.1 g/L.", "contradicted"),
        ("The haemoglobin is 81 g/dL.", "contradicted"),
        ("The haemoglobin is above 100 g/L.", "contradicted"),
        ("The serum creatinine is 1.18 mmol/L.", "contradicted"),
        ("The calcium is 240 µmol/L.", "contradicted"),
        ("The prostate specific antigen is 6.2 mg/L.", "contradicted"),
        # Moles are no grams: how many they are depends on what is weighed.
        ("The calcium is 9.6 mg/dL.", "uncheckable"),
        ("The haemoglobin is 5.0 mmol/L.", "uncheckable"),
    ],
)
def test_a_concentration_is_held_against_that_stated(text: str, expected: str) -> None:
    assert verdict(text, BLOOD) == expected
