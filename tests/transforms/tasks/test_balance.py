"""Which questions leave: counted by hand on made-up corpora, whatever order they come in."""

import json
import random
from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.recipe import QuestionSpec
from transforms.tasks.balance import Edits, families, frame_of, standing, staying

Question = tuple[str, str | None, str]  # task, about, answer
SPEC = QuestionSpec()


def corpus(*kinds: tuple[int, str, str | None, str]) -> list[Question]:
    return [(task, about, answer) for count, task, about, answer in kinds for _ in range(count)]


def rows_of(questions: list[Question]) -> list[tuple[str, str]]:
    """A sample for each question, without choices."""
    rest = (None, 0, [], None, None, None)
    return [(f"k{n:04d}", json.dumps([["d1", *question, *rest]])) for n, question in enumerate(questions)]


def left_out(frame: pl.DataFrame, spec: QuestionSpec) -> set[str]:
    """The keys of the samples whose question is not asked."""
    stay = staying(families(frame), spec)
    return {key for task, own in stay.items() for key in frame.filter(task=task).filter(~own)["key"]}


def kept(questions: list[Question], spec: QuestionSpec = SPEC, seed: int = 3) -> Counter[Question]:
    """What is left, one question a sample."""
    rows = rows_of(questions)
    frame = frame_of(rows, seed)
    gone = left_out(frame, spec)
    return Counter(q for n, q in enumerate(questions) if f"k{n:04d}" not in gone)


def test_yes_and_no_of_a_concept_are_about_as_many() -> None:
    found = kept(corpus((80, "presence", "cyst", "yes"), (40, "presence", "cyst", "no")))
    assert found == {("presence", "cyst", "yes"): 41, ("presence", "cyst", "no"): 40}  # 41 is 40 * 51/49, cut


def test_a_small_family_says_yes_as_often_as_no_over_all_that_it_asks_about() -> None:
    few = corpus((20, "report", "cyst", "yes"), (6, "report", "rib", "no"), (60, "size", None, "12 mm"))
    found = kept(few)
    assert (found["report", "cyst", "yes"], found["report", "rib", "no"]) == (6, 6)  # 6 * 52/48, cut
    alone = kept(corpus((20, "report", "cyst", "yes"), (60, "size", None, "12 mm")))
    assert alone["report", "cyst", "yes"] == 20  # there is no "no" to balance it with


def test_of_what_the_corpus_knows_one_answer_few_are_asked() -> None:
    found = kept(
        corpus((50, "presence", "cyst", "yes"), (50, "presence", "cyst", "no"), (70, "presence", "rib", "yes"))
    )
    assert found["presence", "rib", "yes"] == 2  # 2% of 100
    assert found["presence", "cyst", "yes"] == found["presence", "cyst", "no"] == 50


def test_what_cannot_be_guessed_stays() -> None:
    open_ones = corpus((90, "size", None, "12 mm"), (60, "grounding", None, "[1, 2, 3, 4]"))
    assert kept(open_ones).total() == 150


def test_the_usual_answer_is_right_of_no_more_than_all_others_together() -> None:
    about = "open | count | nodule"
    found = kept(corpus((24, "counting", about, "1"), (5, "counting", about, "2"), (3, "counting", about, "4"),
                        (60, "size", None, "12 mm")))  # fmt: skip
    assert (found["counting", about, "1"], found["counting", about, "2"], found["counting", about, "4"]) == (8, 5, 3)
    always = kept(corpus((24, "counting", about, "1"), (60, "size", None, "12 mm")))
    assert always["counting", about, "1"] == 1
    few = kept(corpus((9, "counting", about, "1"), (60, "size", None, "12 mm")))
    assert few["counting", about, "1"] == 9


def test_what_nobody_needs_to_look_for_is_a_tenth_and_the_rare_goes_first() -> None:
    found = kept(corpus((90, "size", None, "12 mm"), (60, "modality", None, "CT"), (4, "modality", None, "MR")))
    assert found["modality", None, "MR"] == 4
    assert found["modality", None, "CT"] == 6  # 10 of 100
    everything = QuestionSpec(trivial_share=1)
    assert kept(corpus((90, "size", None, "1"), (60, "modality", None, "CT")), everything).total() == 150


def test_few_questions_and_a_recipe_that_says_so_are_left_alone() -> None:
    few = corpus((49, "presence", "cyst", "yes"))
    assert kept(few).total() == 49
    small_family = corpus((100, "size", None, "1 mm"), (40, "presence", "cyst", "yes"))
    assert kept(small_family).total() == 140
    many = corpus((500, "presence", "cyst", "yes"))
    assert kept(many, QuestionSpec(balance=False)).total() == 500
    assert kept(many).total() == 0


def test_a_choice_is_right_as_often_as_its_places_warrant() -> None:
    def row(answer: str, *wrong: str) -> str:
        return json.dumps([["d1", "presence", None, answer, None, len(wrong) + 1, list(wrong), None, None, None]])

    names = ("cyst", "rib", "node", "mass")
    counts = {"cyst": 60, "rib": 30, "node": 30, "mass": 30}
    rows = [row(one, *(other for other in names if other != one)) for one in names for _ in range(counts[one])]
    frame = frame_of([(f"k{n:04d}", asked) for n, asked in enumerate(rows)], 3)
    out = left_out(frame, SPEC)
    left = [json.loads(asked)[0] for n, asked in enumerate(rows) if f"k{n:04d}" not in out]
    right = Counter(one[3] for one in left)
    wrong = Counter(name for one in left for name in one[6])
    assert right == {"cyst": 33, "rib": 30, "node": 30, "mass": 30}
    assert all(count <= 1.1 * wrong[name] / 3 for name, count in right.items())


QUESTIONS = st.lists(
    st.tuples(st.sampled_from(["presence", "comparison"]), st.sampled_from(["a", "b"]), st.sampled_from(["yes", "no"])),
    min_size=50, max_size=300,
)  # fmt: skip


@given(QUESTIONS, st.integers(0, 5))
def test_whatever_the_order_the_same_are_chosen_and_no_answer_rules(questions: list[Question], seed: int) -> None:
    rows = rows_of(questions)
    gone = left_out(frame_of(rows, seed), SPEC)
    random.Random(1).shuffle(rows)
    assert left_out(frame_of(rows, seed), SPEC) == gone
    left = Counter(question for n, question in enumerate(questions) if f"k{n:04d}" not in gone)
    for task in {question[0] for question in questions}:
        both = [(left[task, about, "yes"], left[task, about, "no"]) for about in "ab"]
        if sum(question[0] == task for question in questions) >= 50:
            even = [pair for pair in both if min(pair)]
            assert all(max(pair) <= min(pair) * 51 / 49 for pair in even)


@pytest.mark.parametrize("asked", ["", "[]"])
def test_a_sample_without_questions(asked: str) -> None:
    assert frame_of([("k", asked)], 1).height == 0
    assert staying(families(frame_of([("k", asked)], 1)), SPEC) == {}
    assert isinstance(frame_of([], 1), pl.DataFrame)


def decided(questions: list[Question], before: dict[str, Edits], seed: int = 3) -> dict[str, Edits]:
    """What becomes of the question of each sample, by its key."""
    rows = rows_of(questions)
    frame = frame_of(rows, seed, before)
    stay = staying(standing(families(frame), SPEC), SPEC)
    gone = {key for task, own in stay.items() for key in frame.filter(task=task).filter(~own)["key"]}
    return {key: {"d1": False} if key in gone else {} for key, _ in rows}


def answers(questions: list[Question], found: dict[str, Edits]) -> Counter[Question]:
    return Counter(question for question, edits in zip(questions, found.values(), strict=True) if not edits)


def test_what_is_asked_stays_and_what_is_new_finds_the_balance_that_stands() -> None:
    first = corpus((200, "presence", "cyst", "yes"), (100, "presence", "cyst", "no"), (300, "size", None, "1 mm"))
    before = decided(first, {})
    grown = [*first, *corpus((10, "presence", "cyst", "yes"), (4, "presence", "cyst", "no"))]
    after = decided(grown, before)
    assert {key: after[key] for key in before} == before
    assert answers(first, before)["presence", "cyst", "yes"] == 104  # 100 * 51/49, cut
    found = answers(grown, after)
    assert found["presence", "cyst", "no"] == 104
    assert found["presence", "cyst", "yes"] == 108  # 104 * 51/49, cut: four of the ten new ones


def test_what_the_rules_leave_no_room_any_more_goes() -> None:
    first = corpus((60, "presence", "cyst", "yes"), (60, "presence", "cyst", "no"), (600, "size", None, "1 mm"))
    before = decided(first, {})
    left = [*first[:60], *first[100:]]  # two thirds of the negative ones are gone
    kept = {f"k{n:04d}": before[f"k{m:04d}"] for n, m in enumerate([*range(60), *range(100, len(first))])}
    found = answers(left, decided(left, kept))
    assert (found["presence", "cyst", "yes"], found["presence", "cyst", "no"]) == (20, 20)


def test_all_is_decided_anew_once_too_many_questions_are_lost() -> None:
    """One-sided when it was first decided: few were asked."""
    first = corpus((200, "presence", "cyst", "yes"), (100, "size", None, "1 mm"))
    before = decided(first, {})
    assert answers(first, before)["presence", "cyst", "yes"] == 0
    grown = [*first, *corpus((200, "presence", "cyst", "no"))]
    found = answers(grown, decided(grown, before))
    assert found["presence", "cyst", "yes"] == found["presence", "cyst", "no"] == 200


@given(QUESTIONS, st.integers(1, 40))
def test_whatever_arrives_no_answer_rules_and_what_was_left_out_stays_out(questions: list[Question], few: int) -> None:
    first = questions[:-few]
    before = decided(first, {})
    rows = rows_of(questions)
    frame = frame_of(rows, 3, before)
    gone = left_out(frame, SPEC)
    if len(questions) >= 50:
        assert gone >= {key for key, edits in before.items() if edits}
    left = Counter(question for n, question in enumerate(questions) if f"k{n:04d}" not in gone)
    for task in {question[0] for question in questions}:
        both = [(left[task, about, "yes"], left[task, about, "no"]) for about in "ab"]
        if sum(question[0] == task for question in questions) >= 50:
            assert all(max(pair) <= min(pair) * 51 / 49 for pair in both if min(pair))


def test_no_family_has_more_than_its_share_and_what_is_balanced_stays_so() -> None:
    questions = corpus((200, "presence", "cyst", "yes"), (200, "presence", "cyst", "no"), (60, "size", None, "12 mm"),
                       (40, "grounding", None, "[1, 2, 3, 4]"))  # fmt: skip
    found = kept(questions, QuestionSpec(most_of_task=0.5))
    assert (found["presence", "cyst", "yes"], found["presence", "cyst", "no"]) == (50, 50)
    assert (found["size", None, "12 mm"], found["grounding", None, "[1, 2, 3, 4]"]) == (60, 40)
