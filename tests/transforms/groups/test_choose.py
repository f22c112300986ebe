"""Which samples go together: by the records' studies, series and visits, and by rule where there are many."""

from typing import Any

import pytest

from schemas import Grouping, Record, SourceFile
from tests.records import record
from transforms.groups.choose import Chosen, Shown, choose
from transforms.groups.ordering import natural, when


def of(name: str, **fields: Any) -> Record:
    source = SourceFile(uri=f"{name}.png", sha256="0" * 64, bytes=1)
    return record(**{"key": f"record-{name}", "sources": (source,), **fields})


def shown(*records: Record, frame: str = "full", drawn: int = 0) -> list[Shown]:
    return [Shown(f"{one.key}-{frame}", "made", frame, f"pixels of {one.key} {frame}", drawn, one) for one in records]


def media(chosen: Chosen) -> list[str]:
    """What stands for each medium: the file's name and the view."""
    return [f"{one.record.sources[0].uri.removesuffix('.png')}:{one.frame}" for one in chosen.samples]


def test_a_study_shows_one_of_each_series_and_what_has_none_by_itself() -> None:
    records = [of(f"s{n}", study="a", series="stack") for n in range(5)] + [of("x", study="a"), of("y", study="b")]
    (found,) = choose("study", shown(*records), records, Grouping(), 8)
    assert media(found) == ["s2:full", "x:full"]  # the middle of five; a study of one is no group
    assert not found.group.whole
    alone = [of("p", study="a"), of("q", study="a")]
    (found,) = choose("study", shown(*alone), alone, Grouping(), 8)
    assert found.group.whole
    (found,) = choose("study", shown(*alone), [*alone, of("lost", study="a")], Grouping(), 8)
    assert not found.group.whole


def test_nobody_is_shown_with_somebody_else() -> None:
    records = [of("a", study="1", subject="ann"), of("b", study="1", subject="bob")]
    assert choose("study", shown(*records), records, Grouping(), 8) == []


def test_a_volume_before_its_slices_and_the_slice_with_most_on_it() -> None:
    one, other = of("a", study="1", kind="volume"), of("b", study="1", kind="volume")
    samples = [
        *shown(one, frame="volume"),
        *shown(one, other, frame="axial:3"),
        *shown(other, frame="axial:9", drawn=2),
    ]
    (found,) = choose("study", samples, [one, other], Grouping(), 8)
    assert media(found) == ["a:volume", "b:axial:9"]
    assert [member.media for member in found.group.members] == ["0.nii.gz", "1.png"]


def test_a_study_is_in_the_order_that_its_card_gives_and_says_what_it_lacks() -> None:
    how = Grouping.model_validate({"study": {"by": ["view"], "has": ["L CC", "L MLO", "R CC", "R MLO"]}})
    records = [of(n, study="1", meta={"view": view}) for n, view in (("a", "R MLO"), ("b", "L CC"), ("c", "L XCCL"))]
    (found,) = choose("study", shown(*records), records, how, 8)
    assert [(member.role, member.media) for member in found.group.members] == [
        ("L CC", "0.png"), ("R MLO", "1.png"), ("L XCCL", "2.png"), ("L MLO", None), ("R CC", None),
    ]  # fmt: skip


def test_a_series_is_in_the_order_of_its_numbers_and_of_at_most_so_many() -> None:
    records = [of(f"slice_{n}", series="1", meta={"at": str(12 - n)}) for n in range(12)]
    (found,) = choose("series", shown(*records), records, Grouping(), 20)
    assert media(found) == [f"slice_{n}:full" for n in range(12)]
    (found,) = choose("series", shown(*records), records, Grouping(series="at"), 4)
    assert media(found) == ["slice_10:full", "slice_7:full", "slice_4:full", "slice_1:full"]
    slices = [one for n in (9, 10, 2) for one in shown(records[0], frame=f"axial:{n}")]
    (found,) = choose("series", slices, records[:1], Grouping(), 8)
    assert media(found) == ["slice_0:axial:2", "slice_0:axial:9", "slice_0:axial:10"]


def test_visits_are_of_one_role_each_and_only_where_their_order_is_known() -> None:
    records = [of(f"{visit}{eye}", meta={"visit": visit, "eye": eye}) for visit in ("W24", "V0", "W4") for eye in "LR"]
    assert choose("visits", shown(*records), records, Grouping(), 8) == []
    how = Grouping.model_validate({"visits": {"order": "visit"}})
    found = choose("visits", shown(*records, of("other", meta={"eye": "L"})), records, how, 8)
    assert sorted(media(one) for one in found) == [
        [f"{visit}{eye}:full" for visit in ("V0", "W4", "W24")] for eye in "LR"
    ]
    for one in found:
        assert [(member.visit, member.days) for member in one.group.members] == [(1, None), (2, None), (3, None)]


@pytest.mark.parametrize(
    ("unit", "said", "days"),
    [
        ("date", ["2020-02-28", "20200301"], 2),
        ("date", ["12-31-2020-CT", "01-30-2021-CT"], 30),
        ("days", ["-3", "14"], 17),
    ],
)
def test_days_are_those_between_two_visits(unit: str, said: list[str], days: int) -> None:
    how = Grouping.model_validate({"visits": {"order": "at", "unit": unit}})
    records = [of(name, meta={"at": at}) for name, at in zip("ab", said, strict=True)]
    (found,) = choose("visits", shown(*records), records, how, 8)
    assert [member.days for member in found.group.members] == [0, days]
    assert (
        when(of("c", meta={"at": "20201301"}), Grouping.model_validate({"visits": {"order": "at", "unit": "date"}}))
        is None
    )


def test_the_same_picture_is_not_shown_twice() -> None:
    records = [of("a", study="1"), of("b", study="1")]
    twins = [Shown(one.key, "made", "full", "the same", 0, one) for one in records]
    assert choose("study", twins, records, Grouping(), 8) == []


def test_two_comes_before_ten() -> None:
    assert sorted(["a10", "a2", "a", "b1"], key=natural) == ["a", "a2", "a10", "b1"]


def test_visits_may_be_put_in_order_by_name_or_by_the_name_of_the_study() -> None:
    records = [of(name, meta={"at": name}, study=f"2020-01-0{n}") for n, name in enumerate(("mid", "pre", "other"), 1)]
    how = Grouping.model_validate({"visits": {"order": "at", "steps": ["pre", "mid"]}})
    (found,) = choose("visits", shown(*records), records, how, 8)
    assert media(found) == ["pre:full", "mid:full"]
    how = Grouping.model_validate({"visits": {"order": "study", "unit": "date"}})
    (found,) = choose("visits", shown(*(one.model_copy(update={"meta": {}}) for one in records)), records, how, 8)
    assert [member.days for member in found.group.members] == [0, 1, 2]


def test_one_picture_of_a_stack_is_a_part() -> None:
    how = Grouping.model_validate({"visits": {"order": "at"}})
    records = [of(f"{at}{n}", meta={"at": at}, series=at) for at in ("1", "2") for n in range(3)]
    (found,) = choose("visits", shown(*records), records, how, 8)
    assert media(found) == ["11:full", "21:full"]
    assert all(member.part for member in found.group.members)
    (found,) = choose("visits", shown(*records[::3]), records[::3], how, 8)
    assert not any(member.part for member in found.group.members)


def test_phases_are_of_several_moments_only_where_each_is_there_once() -> None:
    how = Grouping.model_validate({"study": {"by": ["phase"], "has": ["ED", "ES"], "timed": True}})
    records = [of(name, study="1", meta={"phase": phase}) for name, phase in (("a", "ES"), ("b", "ED"), ("c", "other"))]
    (found,) = choose("study", shown(*records), records, how, 8)
    assert (media(found), found.group.timed) == (["b:full", "a:full"], True)
    twice = [*records, of("d", study="1", meta={"phase": "ED"})]
    (found,) = choose("study", shown(*twice), twice, how, 8)
    assert not found.group.timed


def test_a_study_without_its_report_lacks_it() -> None:
    how = Grouping.model_validate({"study": {"by": ["view"], "has": ["report"]}})
    records = [of(name, study=name[0], meta={"view": name}) for name in ("1PA", "1L", "2PA", "2L")]
    records[2] = records[2].model_copy(update={"text": "Clear."})
    found = {one.samples[0].record.study: one for one in choose("study", shown(*records), records, how, 8)}
    assert [(one.media, one.role) for one in found["1"].group.members if one.media is None] == [(None, "report")]
    assert len(found["2"].group.members) == 2
