"""Parts of the body by what lies in the view, and negatives from the neighbourhood that a reader would check."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catalog
from schemas import Presence, Scene
from tests.views import disc, picture
from transforms.facts import measure_all, territory

SPACE = catalog.labelspace()
SHAPE = (120, 150)
PLACED = sorted(entry.slug for entry in SPACE if entry.facet == "anatomy" and territory.of(entry.slug, SPACE))


def scene_of(shown: list[str], said: list[str], absent: list[str] = [], frame: str = "axial:3") -> Scene:  # noqa: B006
    shapes = [(SPACE.concept(slug), disc(SHAPE, 30 + 20 * n, 60, 8)) for n, slug in enumerate(shown)]
    view = picture(
        shapes, anatomy=tuple(SPACE.concept(slug) for slug in said),
        presence=tuple(Presence(concept=SPACE.concept(slug), state="absent") for slug in absent),
        view={"frame": frame},
    )  # fmt: skip
    return measure_all(view, SPACE)


def values(scene: Scene, predicate: str) -> set[str]:
    return {SPACE.of(fact.concept).slug for fact in scene.facts if fact.predicate == predicate and fact.concept}


@pytest.mark.parametrize(
    ("shown", "said", "told"),
    [
        (["lumbar_vertebra_3", "left_kidney", "colon"], ["thorax"], {"abdomen"}),
        (["left_lung", "heart"], ["thorax"], {"thorax"}),
        (["left_lung", "liver"], ["thorax"], {"thorax", "abdomen"}),
        (["brain_lesion"], ["brain"], {"brain"}),
        (["left_kidney"], ["body"], {"body"}),
        ([], ["heart"], {"heart"}),  # nothing is drawn: the source's own word
        (["aorta"], ["thorax"], {"thorax"}),  # runs through both: tells nothing
        (["left_kidney"], [], set()),
    ],
)
def test_the_body_part_is_what_lies_in_the_view(shown: list[str], said: list[str], told: set[str]) -> None:
    assert values(scene_of(shown, said), "body_part") == told


@pytest.mark.parametrize(
    ("shown", "absent", "told"),
    [
        (["left_kidney"], ["cervical_vertebra_2", "right_kidney", "urinary_bladder"], {"right_kidney"}),
        (["left_lung"], ["right_kidney", "heart", "brain"], {"heart"}),
        (["left_kidney"], ["pulmonary_nodule", "liver_lesion"], {"liver_lesion"}),
        (["left_lung"], ["aorta"], set()),  # where along the body its absence would be told, nobody knows
    ],
)
def test_only_what_a_reader_would_look_for_there_is_absent(shown: list[str], absent: list[str], told: set[str]) -> None:
    assert values(scene_of(shown, [], absent), "absent") == told


def test_a_source_may_deny_any_finding_of_the_whole_record() -> None:
    assert values(scene_of(["left_kidney"], [], ["pulmonary_nodule"], "full"), "absent") == {"pulmonary_nodule"}


def test_cells_have_no_territory() -> None:
    assert values(scene_of(["neutrophil"], [], ["lymphocyte"]), "absent") == {"lymphocyte"}


@settings(max_examples=30)
@given(shown=st.sampled_from(PLACED), absent=st.sampled_from(PLACED))
def test_what_is_told_absent_shares_a_territory_with_what_is_shown(shown: str, absent: str) -> None:
    if absent in ("body", shown) or absent in SPACE.ancestors(shown) or shown in SPACE.ancestors(absent):
        return
    told = values(scene_of([shown], [], [absent]), "absent")
    assert bool(told) == bool(territory.of(shown, SPACE) & territory.of(absent, SPACE))
