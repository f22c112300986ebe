"""Sentences that compare with an earlier study, and words like theirs that do not."""

import pytest

from schemas import Scene, View
from tests.scenes import CT
from transforms.text.comparing import compares, needs_prior


@pytest.mark.parametrize(
    "sentence",
    [
        "The toy heart is unchanged.", "Compared with the prior study, the toy nodule is larger.", "Stable toy nodule.",
        "There is a new toy opacity.", "No new toy lesion.", "The toy effusion has resolved.",
        "Interval increase in size.",
        "The toy opacity persists.", "Improved aeration.", "The heart remains enlarged.", "No change.",
        "Again seen is a toy nodule.", "The previously described toy cyst is smaller.", "Since the last exam it grew.",
        "The toy tube is no longer seen.", "The toy effusion\nhas  increased.",
    ],
)  # fmt: skip
def test_what_compares(sentence: str) -> None:
    assert compares(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Chronic changes.", "Increased toy markings.", "High resolution CT of the toy.", "Prolonged PR interval.",
        "Status post prior surgery.", "Hemodynamically stable.", "A newborn.", "The remainder is normal.",
        "Degenerative change of the toy spine.", "Persistent left toy vein.",
        "No significant change of the toy spine.", "The patient has improved clinically.", "Clinically improved.",
        "The right toy lung is larger than the left.", "The toy kidney is less than 9 cm.",
        "Smaller toy nodules are seen.",
        "Toy opacity is worse at the bases.", "The toy heart is increased in size.", "The larger of the two is 4 mm.",
        "The tip of the toy tube lies in the toy trachea.", "Toy tube in place.", "The toy tube should be advanced.",
        "Recommend interval follow-up.", "Toy nodule by the Fleischner 2017 rules.",
        "It holds 2000 mL.", "Toy grade 2/6.",
        "The greater toy trochanter.", "Prior toy fracture.",
        "Marker 2 of the toy.", "Toy segment 5 may be cut.", "Well-developed toy ribs.", "A toy lesion is less likely.",
        "As noted above, a toy rib.", "Toy sternotomy wires.",
        "Recovered toy signal.", "More than 3 toy lesions.",
        "The toy mass is more than 4 cm.", "Toy port in the right chest.",
    ],
)  # fmt: skip
def test_what_does_not(sentence: str) -> None:
    assert not compares(sentence)


def test_only_what_describes_images_needs_the_earlier_one() -> None:
    own = {"key": "t", "dataset": "toy", "record": "r", "subject": "toy/1", "modality": CT, "view": View(frame="full")}
    scene, document = Scene.model_validate(own), Scene.model_validate({**own, "document": "Unchanged."})
    assert needs_prior("findings", "Unchanged.", scene)
    assert not needs_prior("comparison", "Prior study of the toy.", scene)
    assert not needs_prior("caption", "A: before. B: unchanged.", scene)
    assert not needs_prior("findings", "Unchanged.", document)
