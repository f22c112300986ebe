"""Signs, ranks and fractions as terse reports write them: "a > b", "the second one in size", "three quarters"."""

from typing import Any

import pytest

from benchmarks.claims_suite.declared import expanded
from tests.claimed import context, verdict


def slice_with(source: dict[str, Any], **regions: Any) -> Any:
    told = {"modality": "computed tomography", "frame": "axial:40", "plane": "axial", "anatomy": ["abdomen"],
            "unit": "HU", "spacing_mm": [0.8, 0.8], "regions": regions, **source}  # fmt: skip
    return expanded("slice", told)


ORGANS = slice_with({}, **{
    name: {"concept": name.replace("_", " "), "facts": {"area": area}}
    for name, area in {"liver": 12000.0, "spleen": 3400.0, "left_kidney": 2100.0, "right_kidney": 1900.0}.items()
})  # fmt: skip
LESIONS = slice_with({}, **{
    name: {"concept": "lesion", "facts": {"area": area, "long_axis": axis}}
    for name, (area, axis) in {"a": (900.0, 40.0), "b": (300.0, 22.0), "c": (80.0, 11.0)}.items()
})  # fmt: skip
NUMBERED = slice_with({}, **{
    name: {"concept": name.replace("_", " "), "facts": {"area": area}}
    for name, area in {"third_ventricle": 100.0, "fourth_ventricle": 80.0, "brainstem": 800.0}.items()
})  # fmt: skip
ONE = slice_with({}, a={"concept": "lesion", "facts": {"long_axis": 15.2, "area": 150.0}})


@pytest.mark.parametrize(
    ("sample", "text", "expected"),
    [
        (ORGANS, "Liver > spleen.", "supported"),
        (ORGANS, "Spleen > liver.", "contradicted"),
        (ORGANS, "Left kidney < spleen.", "supported"),
        (ORGANS, "Spleen < left kidney.", "contradicted"),
        (ORGANS, "Liver > spleen > left kidney.", "supported"),
        (ORGANS, "Liver + spleen.", "supported"),
        (ORGANS, "Liver + pancreas.", "uncheckable"),
        (LESIONS, "The second lesion in size has a long axis of 22 mm.", "supported"),
        (LESIONS, "The second lesion in size has a long axis of 40 mm.", "contradicted"),
        (LESIONS, "The third lesion by area has a long axis of 11 mm.", "supported"),
        (NUMBERED, "The brainstem is 8 times as large as the third ventricle by area in this image.", "supported"),
        (NUMBERED, "The brainstem is 8 times as large as the fourth ventricle by area in this image.", "contradicted"),
        (ONE, "The lesion measures a centimetre and a half.", "supported"),
        (ONE, "The lesion measures about a centimetre and a half.", "supported"),
        (context("blind10_fundus-cup"), "The vertical cup-to-disc ratio is about three quarters.", "supported"),
        (context("blind10_fundus-cup"), "The vertical cup-to-disc ratio is about one half.", "contradicted"),
        (context("blind3_petct-group"), "The study consists of two image volumes.", "supported"),
        (context("blind3_petct-group"), "The study consists of three image volumes.", "contradicted"),
        (context("blind8_sequences-stroke"), "Three sequences: DWI, FLAIR, T1.", "supported"),
        (ONE, "The lesion measures a metre and a half.", "contradicted"),
    ],
)
def test_they_are_read(sample: Any, text: str, expected: str) -> None:
    assert verdict(text, sample) == expected
