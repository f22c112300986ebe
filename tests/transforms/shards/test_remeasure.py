"""What the fact and task families state of a view, `verify` measures again from the published masks, and agrees."""

import random
from pathlib import Path

import pytest

from schemas import Dialogue, Fact
from tests.corpora import MAKER, Corpus, packed, picture
from tests.scenes import SHAPES, axial_abdomen
from tests.spaces import small_space
from transforms import plugins
from transforms.facts import measure_all
from transforms.shards.remeasure import fact_problem
from transforms.shards.verify import verify

MASKS = {region: mask for region, (_, mask) in SHAPES.items()}


def test_facts_and_reasoning_of_every_family_replay(tmp_path: Path) -> None:
    space, scene = small_space(), measure_all(axial_abdomen(), small_space())
    asked = [
        draft
        for family in plugins.modules("transforms.tasks").values()
        if hasattr(family, "ask")
        for draft in family.ask(scene, space, random.Random(1))
    ]
    dialogues = [Dialogue(id=f"d{n}", made_by=MAKER, **draft.fields) for n, draft in enumerate(asked, 1)]
    sample = picture(0)
    bare = sample.description.model_copy(
        update={"overall": sample.description.overall.model_copy(update={"claims": ()}), "regions": (), "relations": ()}
    )
    sample = sample.model_copy(update={"facts": scene.facts, "dialogues": tuple(dialogues), "description": bare})
    Corpus([packed(sample, 0, "train")]).write(tmp_path)
    report = verify(tmp_path, space)
    assert report.ok, report.problems
    assert report.looked["fact"] >= 20
    assert report.looked["reasoning"] >= 20


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        # The liver's rectangle is 80 x 100 mm: centres hypot(78, 98) = 125.25 mm apart, plus a pixel.
        (
            Fact(id="f", predicate="long_axis", regions=("r1",), value=127.25, unit="mm", tolerance=2.9),
            None,
        ),
        (Fact(id="f", predicate="long_axis", regions=("r1",), value=140.0, unit="mm", tolerance=2.9), "says 140.0"),
        (Fact(id="f", predicate="long_axis", regions=("r1",), value=127.3, unit="cm", tolerance=2.9), "measured in mm"),
        # The kidneys' centres are 95 - 60 = 35 columns of 2 mm apart.
        (Fact(id="f", predicate="distance", regions=("r3", "r4"), value=70.0, unit="mm", tolerance=2.0), None),
        (Fact(id="f", predicate="distance", regions=("r3", "r4"), value=75.0, unit="mm", tolerance=2.0), "give 70"),
        # Liver to right kidney: columns 50 to 55 are free, 12 mm.
        (Fact(id="f", predicate="adjacent", regions=("r1", "r4"), value=12.0, unit="mm", tolerance=2.0), None),
        (Fact(id="f", predicate="count", regions=("r3", "r4"), value=3), "says 3, but names 2"),
        (Fact(id="f", predicate="present", regions=("r2",), value=True, concept=SHAPES["r1"][0]), "is 'lesion'"),
    ],
)
def test_facts_with_known_answers(fact: Fact, says: str | None) -> None:
    looked, message = fact_problem(fact, picture(0), MASKS)
    assert looked == 1
    assert message is None if says is None else says in (message or "")


@pytest.mark.parametrize("predicate", ["modality", "mean_intensity", "absent"])
def test_what_masks_cannot_tell_is_not_counted_as_checked(predicate: str) -> None:
    assert fact_problem(Fact(id="f", predicate=predicate, regions=(), value=1.0), picture(0), MASKS) == (0, None)
