"""A rule's and a model's outlines are called that, never counted, and a check holds every text to it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Scene
from schemas.region import MadeBy
from tests.scenes import LIVER
from tests.spaces import BODY, LEFT_LUNG, NODULE, NUCLEUS, small_space
from tests.views import HUMAN, disc, lps, picture, rectangle
from transforms.checks import makers
from transforms.checks.claims import samples as claims
from transforms.facts import measure_all
from transforms.tasks import ask_all
from transforms.text import describe

SPACE = small_space()
SHAPE = (160, 200)
RULE, MODEL = MadeBy(kind="rule", name="by hand"), MadeBy(kind="model", name="by net")


def nuclei(kinds: list[str], number: int) -> Scene:
    shapes = [(NUCLEUS, disc(SHAPE, 15 + 20 * n, 40, 6)) for n in range(number)]
    maker = {"rule": RULE, "model": MODEL, "human": HUMAN}
    return measure_all(picture(shapes, makers=[maker[kinds[n % len(kinds)]] for n in range(number)]), SPACE)


@given(kinds=st.lists(st.sampled_from(["rule", "model", "human"]), min_size=1, max_size=3), number=st.integers(2, 8))
def test_only_what_people_outlined_is_counted(kinds: list[str], number: int) -> None:
    scene = nuclei(kinds, number)
    people = sum(kinds[n % len(kinds)] == "human" for n in range(number))
    counts = [int(fact.value) for fact in scene.facts if fact.predicate == "count"]
    assert counts in ([], [people])
    assert (counts == []) or people > 0
    if people == 0:
        assert not [d for seed in range(4) for d in ask_all(scene, SPACE, ["counting"], seed)]


@pytest.mark.parametrize(("maker", "words"), [(RULE, "by a rule"), (MODEL, "by a model"), (HUMAN, "")])
def test_a_text_says_who_outlined_it_and_its_claims_stand(maker: MadeBy, words: str) -> None:
    scene = measure_all(picture([(LIVER, disc(SHAPE, 60, 60, 20))], makers=[maker]), SPACE)
    for seed in range(6):
        description = describe(scene, SPACE, "grounded", {}, seed)
        assert words in description.overall.text
        assert ("by a" in description.overall.text) == bool(words)
        assert not claims.faults(scene, description, (), SPACE)
        assert not makers.faults(scene, description, (), SPACE)


@pytest.mark.parametrize(("maker", "said"), list(product((RULE, MODEL, HUMAN), ("rule", "model"))))
def test_a_wrong_maker_is_refused(maker: MadeBy, said: str) -> None:
    true = measure_all(picture([(LIVER, disc(SHAPE, 60, 60, 20))], makers=[RULE if said == "rule" else MODEL]), SPACE)
    description = describe(true, SPACE, "grounded", {}, 3)
    region = true.regions[0].model_copy(update={"made_by": maker})
    other = true.model_copy(update={"regions": (region,)})
    assert bool(makers.faults(other, description, (), SPACE)) == (maker.kind != said)


def test_a_finding_is_no_neighbour_of_what_a_rule_left_it_out_of() -> None:
    """A lung found by its values ends where the tumour in it begins."""
    shapes = [(LEFT_LUNG, rectangle(SHAPE, 40, 40, 90, 90)), (NODULE, rectangle(SHAPE, 90, 50, 110, 70))]
    for maker, near in ((RULE, False), (HUMAN, True)):
        scene = measure_all(picture(shapes, makers=[maker, HUMAN]), SPACE)
        assert any(fact.predicate == "adjacent" for fact in scene.facts) == near


def test_that_something_lies_in_the_body_goes_without_saying() -> None:
    shapes = [(BODY, rectangle(SHAPE, 20, 20, 150, 150)), (NODULE, disc(SHAPE, 60, 60, 9))]
    scene = measure_all(picture(shapes, geometry=lps("axial"), plane="axial", makers=[RULE, HUMAN]), SPACE)
    assert not [fact for fact in scene.facts if fact.predicate == "inside"]


def test_what_is_many_times_as_large_is_not_compared_with_it() -> None:
    pairs = [(LIVER, rectangle(SHAPE, 20, 20, 120, 120)), (LEFT_LUNG, rectangle(SHAPE, 150, 20, 160, 30))]
    assert not [fact for fact in measure_all(picture(pairs), SPACE).facts if fact.predicate == "larger"]
