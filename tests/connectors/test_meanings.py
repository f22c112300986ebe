"""Values beside an image that are not what they seem."""

from pathlib import Path
from typing import Any

import pytest

import catalog
from connectors import open_dataset
from schemas import Notice, Record
from tests.connectors import small
from tests.connectors.annotations.published import options, pictures


def met(root: Path, age: str, **more: Any) -> tuple[dict[str, Any], list[str]]:
    """A record's meta and what was complained of."""
    pictures(root, "img/a.png")
    (root / "t.csv").write_text(f"id,Age,sex,case\na,{age},1,7\n")
    table = {"format": "table", "file": "t.csv", "key": "id", "tell": {"age": "Age", "sex": "sex"}}
    connector = open_dataset(small.card("pictures", options(table, **more)), catalog.labelspace())
    rows = [row for item in connector.listing(root) for row in connector.read(root, item)]
    (record,) = [row for row in rows if isinstance(row, Record)]
    return record.meta, [row.text() for row in rows if isinstance(row, Notice) and row.record == record.key]


def test_a_code_is_told_as_what_it_means(tmp_path: Path) -> None:
    replace = {"age": {"300": ">89", "999": ""}, "sex": {"0": "male", "1": "female"}}
    assert met(tmp_path, "300", replace=replace) == ({"age": ">89", "sex": "female"}, [])
    assert met(tmp_path, "999", replace=replace) == ({"sex": "female"}, [])
    assert met(tmp_path, "61", replace=replace) == ({"age": "61", "sex": "female"}, [])


@pytest.mark.parametrize("age", ["300", "300.0", "414", "155", "-1", "999Y", "414Y"])
def test_an_age_that_cannot_be_is_named_and_not_told(tmp_path: Path, age: str) -> None:
    meta, (notice,) = met(tmp_path, age)
    assert meta == {"sex": "1"}
    assert notice == (
        f"img/a.png: {age}: age is {age!r}, which cannot be; say what it means under layout.options.replace"
    )


@pytest.mark.parametrize("age", ["0", "0.5", "61", "061Y", "18M", "122", "90+", ">=90", "60 to 65", "unknown"])
def test_an_age_that_can_be_stays_as_it_is_written(tmp_path: Path, age: str) -> None:
    assert met(tmp_path, age) == ({"age": age, "sex": "1"}, [])


@pytest.mark.parametrize("age", ["NaN", "nan", "null"])
def test_what_is_not_known_is_not_told(tmp_path: Path, age: str) -> None:
    assert met(tmp_path, age) == ({"sex": "1"}, [])


def test_fields_of_the_path_mean_something_too(tmp_path: Path) -> None:
    pictures(tmp_path, "img/a_300_0.png", "img/b_12_1.png")
    layout = {
        "files": ["img/{case}_{age}_{sex}.png"], "keep": ["age", "sex"], "subject": "{case}",
        "replace": {"sex": {"0": "male", "1": "female"}},
    }  # fmt: skip
    connector = open_dataset(small.card("pictures", layout), catalog.labelspace())
    rows = [row for item in connector.listing(tmp_path) for row in connector.read(tmp_path, item)]
    assert [row.meta for row in rows if isinstance(row, Record)] == [{"sex": "male"}, {"age": "12", "sex": "female"}]
    assert [row.item for row in rows if isinstance(row, Notice)] == ["300"]
