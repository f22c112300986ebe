"""What is written by hand of samples is compared with them: each wrong word of it is found."""

from typing import Any

import pytest

import catalog
from schemas import Candidate, SourceFile
from schemas.sample import Provenance
from tests.pipelines.byhand import differences
from tests.records import record
from tests.replicas.builder.declaration import Samples
from tests.scenes import axial_abdomen
from transforms.facts import measure_all
from transforms.tasks import ask_all
from transforms.text import describe

SPACE = catalog.labelspace()
SOURCE = SourceFile(uri="scan/a.nii.gz", sha256="0" * 64, bytes=1)
RIGHT: dict[str, Any] = {
    "of": "scan/a.nii.gz", "view": "axial", "present": ["left_kidney", "lesion", "liver", "right_kidney"],
    "regions": {"liver": [[10, 20, 50, 70]], "lesion": 1, "left_kidney": 1, "right_kidney": 1},
    "absent": [], "uncertain": [], "stated": {"age": None},
    "facts": {"area liver": "8000 mm2", "zone right_kidney": "central", "distance left_kidney right_kidney": "70 mm",
              "long_axis lesion": "about 21.8 mm", "area spleen": None, "count lesion": 1},
    "asked": [("presence", "lesion", "yes")], "says": ["liver"], "unsaid": ["spleen"],
    "unasked": {"presence": "spleen"},
}  # fmt: skip
WRONG = {
    "of": ["scan/b.nii.gz", "0 records fit scan/b.nii.gz"],
    "view": ["coronal", "no sample shows 'coronal'"],
    "present": [["liver"], "present: found ['left_kidney', 'lesion', 'liver', 'right_kidney'], expected ['liver']"],
    "absent": [["spleen"], "absent: found [], expected ['spleen']"],
    "uncertain": [["spleen"], "uncertain: found [], expected ['spleen']"],
    "regions": [{"liver": [[1, 20, 50, 70]], "lesion": 1, "left_kidney": 1, "right_kidney": 1}, "regions.liver: found"],
    "facts": [{"area liver": "8100 mm2"}, "facts: area liver: found ['8000.0 mm2'], expected ['8100 mm2']"],
    "stated": [{"age": "61 years"}, "stated: age: found None, expected '61 years'"],
    "asked": [[("presence", "lesion", "no")], "asked: presence: 'lesion' with the answer 'no' is not among"],
    "says": [["a spleen"], "says: 'a spleen' is in none of"],
    "unsaid": [["liver"], "unsaid: 'liver'"],
    "unasked": [{"presence": "lesion"}, "unasked: "],
    "members": [["PA"], "members: found [], expected ['PA']"],
    "reports": [[{"findings": "toy"}], "reports: found [], expected"],
    "links": [{"A toy.": ["liver"]}, "links: 'A toy.': found None, expected ['liver']"],
}


def found(count: dict[str, int], spot: dict[str, Any], never: tuple[str, ...] = ()) -> list[str]:
    scene = measure_all(axial_abdomen(), SPACE)
    sample = Candidate(
        **dict(scene), description=describe(scene, SPACE, "grounded", {}, 1),
        dialogues=ask_all(scene, SPACE, ["presence"], 1), provenance=Provenance(sources=(SOURCE,), steps=()),
    )  # fmt: skip
    wanted = Samples.model_validate({"count": count, "at": [spot], "never": never})
    return list(differences(wanted, [sample], {"toyrecord": record(sources=(SOURCE,))}, SPACE))


def test_what_is_right_is_not_complained_of() -> None:
    assert found({"axial": 1}, RIGHT, ("spleen",)) == []


@pytest.mark.parametrize("key", WRONG)
def test_what_is_wrong_is(key: str) -> None:
    wrong, reason = WRONG[key]
    (told, *_) = found({"axial": 1}, {**RIGHT, key: wrong})
    assert str(reason) in told


@pytest.mark.parametrize("value", ["8000 px2", "8000", ["8000 mm2", "8000 mm2"], None, "7900 mm2", "about 7800 mm2"])
def test_a_value_has_its_unit_and_its_number(value: Any) -> None:
    assert len(found({"axial": 1}, {**RIGHT, "facts": {"area liver": value}})) == 1


def test_samples_are_counted_by_kind_and_words_are_nowhere() -> None:
    assert found({"axial": 2}, RIGHT) == ["count.axial: found 1, expected 2"]
    assert found({"axial": 1, "volume": 1}, RIGHT) == ["count.volume: found 0, expected 1"]
    assert "never 'liver'" in found({"axial": 1}, RIGHT, ("liver",))[0]
