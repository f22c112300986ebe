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
        "Degenerative change of the toy spine.", "Progressive toy disease.", "Persistent left toy vein.",
        "No significant change of the toy spine.",
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
