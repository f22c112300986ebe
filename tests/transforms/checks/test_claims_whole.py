"""Claims on how a scan or a clip is made up: right ones are borne out, wrong ones contradicted."""

import pytest

import catalog
from schemas import Fact, SampleRegion, Scene
from tests.views import HUMAN
from transforms.checks.claims.annotated import check

SPACE = catalog.labelspace()
LIVER, CT = SPACE.concept("liver"), SPACE.concept("ct")
FACTS = (
    Fact(id="f1", predicate="modality", value=CT.label, concept=CT),
    Fact(id="f2", predicate="present", value=True, regions=("r1",), concept=LIVER),
    Fact(id="f3", predicate="slices", value=133),
    Fact(id="f4", predicate="slice_spacing", value=2.5, unit="mm", tolerance=0.005),
    Fact(id="f5", predicate="largest_slice", value=88, regions=("r1",)),
    Fact(id="f6", predicate="frames", value=50),
)


def scene() -> Scene:
    region = SampleRegion(id="r1", concept=LIVER, source_label="liver", made_by=HUMAN)
    return Scene.model_validate(
        {"key": "toy-1", "dataset": "toy", "record": "r", "subject": "s", "modality": CT, "view": {"frame": "volume"},
         "regions": (region,), "facts": FACTS}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("This is a computed tomography scan with 133 slices.", {"supported"}),
        ("This is a computed tomography scan with 120 slices.", {"supported", "contradicted"}),
        ("The scan has a slice spacing of 2.5 mm.", {"supported"}),
        ("The scan has a slice spacing of 5 mm.", {"contradicted"}),
        ("The cross section of the liver is largest on slice 88.", {"supported"}),
        ("The cross section of the liver is largest on slice 87.", {"supported", "contradicted"}),
        ("The clip has 50 frames.", {"supported"}),
        ("The clip has 51 frames.", {"contradicted"}),
    ],
)
def test_how_a_scan_is_made_up_is_checked(text: str, answer: set[str]) -> None:
    assert {verdict.verdict for verdict in check(text, scene(), SPACE)} == answer
