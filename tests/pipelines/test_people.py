"""People are looked up among those of their own part; companies, whose people may lie in several, by their name."""

import polars as pl

from pipelines.publish.people import SPLIT, People

DONE = pl.DataFrame(
    [("a", "train", 0), ("b", "test", 0), ("c", "validation", 2), ("pool", "test", None)],
    {**SPLIT, "part": pl.UInt32}, orient="row",
)  # fmt: skip


def company(frame: pl.DataFrame) -> pl.Series:
    """All of set `s` are of one pool."""
    return frame.select(pl.when(pl.col("dataset") == "s").then(pl.lit("pool")))["literal"]


def rows(*subjects: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"subject": [*subjects], "dataset": ["s" if name.startswith("s") else "d" for name in subjects]}
    )


def test_each_row_of_a_part_gets_the_split_of_its_person_or_of_its_company() -> None:
    people = People(DONE, company, 4)
    assert people.of(0, rows("b", "a", "s1", "b"))[:].to_list() == ["test", "train", "test", "test"]
    assert people.of(2, rows("c", "s2")).to_list() == ["validation", "test"]
    assert people.of(1, rows("s9")).to_list() == ["test"]


def test_nobody_is_found_in_another_part() -> None:
    assert People(DONE, company, 4).of(1, rows("a")).to_list() == [None]
