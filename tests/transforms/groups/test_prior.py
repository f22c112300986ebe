"""Which study is the one before: by the card's order of visits, whatever its name is."""

from schemas import Grouping, Member, Record
from tests.transforms.groups.test_choose import media, of, shown
from transforms.groups import prior
from transforms.groups.choose import Chosen, Shown
from transforms.groups.prior import NONE

HOW = Grouping.model_validate({"study": {"by": ["view"]}, "visits": {"order": "at", "unit": "days"}})


def choose(samples: list[Shown], records: list[Record], how: Grouping, most: int) -> list[Chosen]:
    """The groups that are made."""
    return [one for one in prior.choose(samples, records, how, most) if one.refused is None]


def by_first(found: list[Chosen]) -> dict[str, list[str]]:
    return {media(one)[0].partition(":")[0]: [name.partition(":")[0] for name in media(one)] for one in found}


def test_the_latest_of_those_before_it_and_nobody_else_s() -> None:
    records = [of(f"{who}{at}", subject=who, study=f"s{9 - at}", meta={"at": str(at), "view": "PA"})
               for who, at in (("a", 1), ("a", 5), ("a", 7), ("b", 6))]  # fmt: skip
    found = choose(shown(*records), records, HOW, 8)
    assert by_first(found) == {"a5": ["a5", "a1"], "a7": ["a7", "a5"]}
    (last,) = [one for one in found if media(one)[0].startswith("a7")]
    assert [(m.visit, m.days, m.prior) for m in last.group.members] == [(2, 2, False), (1, 0, True)]
    assert (last.group.whole, last.group.whole_prior) == (True, True)
    assert [record.key for record in last.reported] == ["record-a7", "record-a5"]


def test_of_two_of_one_time_that_which_shows_the_same() -> None:
    views = {"old1": "LATERAL", "old2": "PA", "now": "PA"}
    records = [of(name, study=name, meta={"at": "3" if name == "now" else "1", "view": view})
               for name, view in views.items()]  # fmt: skip
    assert by_first(choose(shown(*records), records, HOW, 8)) == {"now": ["now", "old2"]}


def test_studies_of_one_day_are_not_put_in_order_and_that_is_told() -> None:
    at = {"a-s1": "4", "a-s2": "4", "b-s3": "4", "b-s4": "5"}
    records = [of(name, subject=name[0], study=name[2:], meta={"at": at[name], "view": "PA"}) for name in at]
    (tied,) = [one for one in prior.choose(shown(*records), records, HOW, 8) if one.refused is not None]
    assert [one.record.key for one in tied.samples] == ["record-a-s1", "record-a-s2"]
    assert (
        tied.refused
        == "2 studies of one person at one time: which of them is the earlier one, the source does not tell"
    )
    assert not any(member.prior for member in tied.group.members)
    assert by_first(choose(shown(*records), records, HOW, 8)) == {"b-s4": ["b-s4", "b-s3"]}


def test_without_an_order_no_study_is_before_another_and_nothing_is_said_of_one() -> None:
    records = [of(f"{study}{n}", study=study, meta={"view": f"v{n}"}) for study in "ab" for n in (1, 2)]
    for how in (HOW, Grouping()):
        found = choose(shown(*records), records, how, 8)
        assert sorted(len(one.samples) for one in found) == [2, 2]
        assert all(NONE not in one.group.members for one in found)
    torn = [record.model_copy(update={"meta": {**record.meta, "at": str(n)}}) for n, record in enumerate(records)]
    assert all(not one.group.earlier for one in choose(shown(*torn), torn, HOW, 8))  # its images are of two times


def test_a_visit_is_a_study_where_none_is_named_and_images_are_bounded() -> None:
    records = [of(f"{at}{n}", meta={"at": str(at)}) for at in (1, 2) for n in range(4)]
    (first, pair) = sorted(choose(shown(*records), records, HOW, 5), key=lambda one: len(one.group.earlier))
    assert not first.group.earlier
    assert [name[0] for name in media(pair)] == ["2", "2", "2", "2", "1"]
    assert (pair.group.whole, pair.group.whole_prior) == (True, False)


def test_a_picture_that_both_show_is_of_the_later_one() -> None:
    records = [of(name, study=name, meta={"at": at}) for name, at in (("old", "1"), ("now", "2"))]
    twins = [Shown(one.key, "made", "full", "the same", 0, one) for one in records]
    assert choose(twins, records, HOW, 8) == []


def first(*records: Record) -> tuple[Member, ...]:
    """The members of the group of the study "a"."""
    found = choose(shown(*records), records, HOW, 8)
    (own,) = [one for one in found if one.samples[0].record.study == "a"]
    return own.group.members


def test_that_there_is_no_earlier_study_is_said_only_where_it_is_known() -> None:
    def study(name: str, at: str | None, **fields: object) -> list[Record]:
        return [of(f"{name}{n}", study=name, meta={"view": f"v{n}", **({"at": at} if at else {})}, **fields)
                for n in (1, 2)]  # fmt: skip

    assert first(*study("a", "1"))[-1] == NONE
    assert first(*study("a", "1"), *study("b", "2"))[-1] == NONE
    assert NONE not in first(*study("a", "1"), *study("b", None))  # it may be the earlier one
    assert NONE not in first(*study("a", "1"), *study("b", "1"))
    assert NONE not in first(*study("a", "1", text="COMPARISON: Toy film.\n\nFINDINGS: Toy."))
    assert first(*study("a", "1", text="COMPARISON: None.\n\nFINDINGS: Toy."))[-1] == NONE


def test_what_the_earlier_study_lacks_is_said_of_it() -> None:
    how = HOW.model_copy(update={"study": HOW.study and HOW.study.model_copy(update={"has": ("PA", "report")})})
    records = [of(name, study=name, text=text, meta={"at": at, "view": "PA"})
               for name, at, text in (("old", "1", None), ("now", "2", "FINDINGS: Toy."))]  # fmt: skip
    (found,) = choose(shown(*records), records, how, 8)
    assert found.group.members[2:] == (Member(media=None, role="report", prior=True),)
