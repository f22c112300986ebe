"""A fault of a file in the words of the person who wrote it."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas import DatasetCard, Recipe
from schemas.faults import every, like, said

GOOD: dict[str, Any] = {
    "name": "a", "version": "1", "title": "A", "summary": "", "seed": 1, "tasks": [], "sources": [{"dataset": "one"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"taks": []}, "taks", "(did you mean 'tasks'?)"),
        ({"sources": [{"dataset": "one", "veiws": {}}]}, "sources.0.veiws", "(did you mean 'views'?)"),
        (
            {"sources": [{"dataset": "one", "views": {"plains": {}}}]},
            "sources.0.views.plains",
            "(did you mean 'planes'?)",
        ),
        ({"nothing_of_the_kind": 1}, "nothing_of_the_kind", "not permitted"),
        ({"seed": "much"}, "seed", "give a whole number, not 'much'"),
        (
            {"sources": [{"dataset": "one", "views": {"prior": "yes please"}}]},
            "sources.0.views.prior",
            "give true or false, not 'yes please'",
        ),
        ({"title": 4}, "title", "give text, not 4"),
        ({"splits": {"train": -1}}, "splits.train", "-1 should be greater than or equal to 0"),
        ({"splits": {"train": "much"}}, "splits.train", "give a number, not 'much'"),
        ({"name": "A B"}, "name", "'A B' should match pattern"),
        ({"privacy": {"colour": 1}}, "privacy.colour", "; there are "),
        ({"text": {"languages": ["de"]}}, "text.languages.0", "'de' is none of 'es'"),
        (
            {"shards": {"grow": "apend"}},
            "shards.grow",
            "'apend' is none of 'rebuild' or 'append' (did you mean 'append'?)",
        ),
        ({"sources": [{"dataset": "one", "views": {"prior": True}}]}, "sources.0.views", "prior is of studies: add"),
    ],
)
def test_a_misspelt_key_is_named_with_the_one_that_may_be_meant(change: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate(GOOD | change)
    where, what = said(Recipe, caught.value)
    assert where == key
    assert what.endswith(words) if "mean" in words else words in what and "mean" not in what


def test_a_misspelt_key_comes_before_the_key_that_is_missing_for_it() -> None:
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate({("sead" if key == "seed" else key): value for key, value in GOOD.items()})
    assert said(Recipe, caught.value)[0] == "sead"


def test_a_key_of_a_free_mapping_is_named_as_it_is() -> None:
    with pytest.raises(ValidationError) as caught:
        DatasetCard.model_validate({"layout": {"labels": {"lung": {"a": 1}}}})
    assert "mean" not in said(DatasetCard, caught.value)[1]


def test_nothing_is_suggested_where_nothing_is_like_it() -> None:
    assert like("axial", ["axis", "axials"]) == " (did you mean 'axials'?)"
    assert like("axial", ["liver"]) == ""


def test_every_fault_is_told_a_list_as_it_is_written_and_a_misspelt_key_once() -> None:
    written = GOOD | {"sources": [{"dataset": "one", "views": {"groups": "study"}}], "taks": []}
    del written["tasks"], written["summary"]
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate(written)
    found = dict(every(Recipe, caught.value))
    assert set(found) == {"taks", "summary", "sources.0.views.groups"}
    assert found["sources.0.views.groups"] == "give a list, such as [study]"
