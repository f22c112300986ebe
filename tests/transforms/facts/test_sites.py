"""How many lie in which structure. Oracle: the centres that the test drew, and the rectangles that they lie in."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Scene
from tests.scenes import LEFT_KIDNEY, LIVER
from tests.spaces import NODULE, small_space
from tests.views import disc, picture, rectangle
from transforms.checks.claims import check_text
from transforms.facts import measure_all
from transforms.shards.remeasure import fact_problem
from transforms.text import describe

SPACE = small_space()
SHAPE = (160, 200)
BOXES = {"left kidney": (10, 10, 80, 150), "liver": (110, 10, 190, 150)}
COLUMNS = (24, 40, 56, 95, 124, 140, 156, 172)  # 95: between the two
ROWS = (30, 60, 90, 120)
PLACES = [(x, y) for x in COLUMNS for y in ROWS]


def scene(centres: list[tuple[int, int]]) -> Scene:
    organs = [(LEFT_KIDNEY, rectangle(SHAPE, *BOXES["left kidney"])), (LIVER, rectangle(SHAPE, *BOXES["liver"]))]
    return measure_all(picture([*organs, *((NODULE, disc(SHAPE, x, y, 6)) for x, y in centres)]), SPACE)


def holder(x: int) -> str | None:
    return next((name for name, (x0, _, x1, _) in BOXES.items() if x0 < x < x1), None)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(PLACES), min_size=1, max_size=7, unique=True))
def test_as_many_are_told_as_were_drawn_there_and_nothing_where_one_lies_in_none(
    centres: list[tuple[int, int]],
) -> None:
    found = scene(centres)
    labels = {region.id: region.concept.label for region in found.regions}
    told = {labels[fact.regions[-1]]: fact for fact in found.facts if fact.predicate == "count_inside"}
    where = [holder(x) for x, _ in centres]
    known = len(centres) > 1 and None not in where
    assert {name: fact.value for name, fact in told.items()} == (
        {name: where.count(name) for name in set(where)} if known else {}
    )
    for fact in told.values():
        assert fact_problem(fact, found, {}) == (1, None)
        more = fact.model_copy(update={"value": fact.value + 1})
        fewer = fact.model_copy(update={"value": fact.value - 1, "regions": fact.regions[1:]})
        assert fact_problem(more, found, {})[1]
        assert fact_problem(fewer, found, {})[1]


def test_it_is_told_a_sentence_for_each_structure_and_the_check_bears_it_out() -> None:
    found = scene([(30, 30), (56, 60), (140, 90)])
    params = {"registers": ["report"]}
    said = [one for one in describe(found, SPACE, "grounded", params, 3).relations if one.text.startswith("There ")]
    assert [text.text for text in said] == [
        "There are 2 pulmonary nodules inside the left kidney.",
        "There is 1 pulmonary nodule inside the liver.",
    ]
    for text in said:
        assert {one.verdict for one in check_text(text, found, SPACE)} == {"supported"}
    wrong = said[0].model_copy(update={"text": said[0].text.replace("2", "3")})
    assert "contradicted" in {one.verdict for one in check_text(wrong, found, SPACE)}
