"""Ratings: on a scale whose ends are named, with who rated, and only where the readers were near each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Geometry, Scene
from schemas.record import SourceFile
from schemas.region import LabelShape, MadeBy, Region
from tests.spaces import MALIGNANCY, NODULE, small_space
from tests.views import disc, picture
from transforms.checks.claims import check
from transforms.facts import measure_all
from transforms.facts.format import scale_ends
from transforms.regions.consensus import APART, consensus
from transforms.regions.resolve import Resolved
from transforms.regions.volume import volume_facts
from transforms.tasks import ask_all
from transforms.text import describe

SPACE = small_space()
ENDS = {"malignancy": ["highly unlikely", "highly suspicious"]}


def read(values: list[float]) -> Resolved:
    """One nodule, drawn alike and rated by so many readers."""
    shape = LabelShape(source=SourceFile(uri="a", sha256="0" * 64, bytes=1), decoder="nifti", value=1)
    items = [
        Resolved(
            Region(
                key=f"k{n}", dataset="toy", record="r", frame="voxel", concept=NODULE, source_label="nodule",
                shape=shape, made_by=MadeBy(kind="human", name=f"reader {n}"),
                meta={"nodule": 1, "ratings": {"malignancy": value}, "scales": {"malignancy": "1-5"}, "ends": ENDS},
            ),
            (2, 2), np.ones((3, 3), bool),
        )
        for n, value in enumerate(values)
    ]  # fmt: skip
    (item,) = consensus(items, (9, 9))
    return item


@given(values=st.lists(st.integers(1, 5).map(float), min_size=1, max_size=4))
def test_a_mean_is_told_only_where_the_readers_were_near_each_other(values: list[float]) -> None:
    facts = [one for one in volume_facts(read(values), Geometry(shape=(9, 9)), SPACE) if one.predicate == "rating"]
    near = max(values) - min(values) <= APART
    assert [round(float(fact.value), 3) for fact in facts] == ([round(sum(values) / len(values), 3)] if near else [])


def rated(values: list[float]) -> Scene:
    found = volume_facts(read(values), Geometry(shape=(9, 9)), SPACE)
    (fact,) = [one for one in found if one.predicate == "rating"]
    view = picture([(NODULE, disc((60, 60), 30, 30, 9))])
    scene = measure_all(view, SPACE)
    return scene.model_copy(update={"facts": (*scene.facts, fact.model_copy(update={"id": "f90", "regions": ("r1",)}))})


def test_the_ends_of_the_scale_and_the_readers_are_said_and_asked() -> None:
    scene = rated([5.0, 5.0, 4.0, 5.0])
    fact = scene.facts[-1]
    assert fact.concept == MALIGNANCY
    assert scale_ends(fact) == "(from 1, highly unlikely, to 5, highly suspicious; the mean of 4 readers)"
    texts = [one.text for seed in range(40) for one in describe(scene, SPACE, "grounded", {}, seed).regions]
    told = [text for text in texts if "out of 5" in text]
    assert told
    assert all(f"4.8 out of 5 {scale_ends(fact)}" in text for text in told)
    (asked,) = ask_all(scene, SPACE, ["attribute"], 1)
    assert asked.turns[0].text.endswith("Answer from 1 (highly unlikely) to 5 (highly suspicious).")
    assert scale_ends(fact) in asked.turns[1].text
    assert "; by 1 reader)" in scale_ends(rated([4.0]).facts[-1])


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("(from 1, highly unlikely, to 5, highly suspicious; the mean of 4 readers)", "supported"),
        ("(from 1, highly suspicious, to 5, highly unlikely; the mean of 4 readers)", "contradicted"),
        ("(from 1, highly unlikely, to 5, highly suspicious; the mean of 3 readers)", "contradicted"),
    ],
)
def test_the_claim_check_reads_the_ends(words: str, verdict: str) -> None:
    found = check(f"Its malignancy is rated 4.8 out of 5 {words}.", rated([5.0, 5.0, 4.0, 5.0]), SPACE, "r1")
    assert [one.verdict for one in found] == [verdict]
