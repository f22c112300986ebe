"""A study with the one before it: its own images first, then those of the earlier study, whose members are `prior`.

Which study is the earlier one follows from what the card says puts visits in order (`layout.groups.visits`): of several
the latest, of several of one time the one with most of its roles. Where there is none, a sample is of one study like
any other, and says so where that is known: all studies that the set has of the person are in order, this is the first,
and its report names none that it was compared with. A record of no named study is one by itself, at its visit. Of
studies of one time nobody tells which is the earlier one: they are not shown together, and that is told.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from schemas import Group, Grouping, Member, Record
from transforms.groups.choose import Chosen, Shown, Study, in_order, laid, studies, usable
from transforms.groups.ordering import natural, when
from transforms.regions.views import spread
from transforms.text.source_texts import passages

NONE = Member(media=None, prior=True)
"""There is no earlier study."""
TIED = "{} studies of one person at one time: which of them is the earlier one, the source does not tell"
_NOTHING = re.compile(r"\W*(?:(?:none|no|not|nil|n/?a)\b.*)?", re.IGNORECASE | re.DOTALL)
"""What stands under COMPARISON where there was nothing to compare with."""
Name = tuple[str, Hashable]


def choose(samples: Iterable[Shown], records: Sequence[Record], how: Grouping, most: int) -> list[Chosen]:
    """The studies among the samples of a data set, each with the one before it, of at most `most` images, in the order
    of their keys. `records`: all that the set has of these people."""
    found = studies(usable(samples), records, how, lambda record: _study_of(record, how))
    times = {name: time for name, study in found.items() if (time := _time(study, how)) is not None}
    return in_order([*_chosen(found, times, records, how, most), *_tied(found, times)])


def _tied(found: Mapping[Name, Study], times: Mapping[Name, float]) -> Iterator[Chosen]:
    """The studies of a person that no order tells apart, as a group that is not made: an image of each."""
    at: dict[Hashable, list[Study]] = defaultdict(list)
    for name, time in sorted(times.items(), key=lambda one: (one[0][0], natural(str(one[0][1])))):
        at[name[0], time].append(found[name])
    for several in (own for own in at.values() if len(own) > 1):
        samples = [study.samples[0] for study in several]
        members = laid([study.members[0] for study in several], samples)
        yield Chosen(Group(kind="visits", whole=False, members=members), tuple(samples), TIED.format(len(samples)))


def _study_of(record: Record, how: Grouping) -> Hashable:
    if record.study is not None or how.visits is None or (time := when(record, how)) is None:
        return record.study
    return "visit", time


def _chosen(
    found: Mapping[Name, Study], times: Mapping[Name, float], records: Sequence[Record], how: Grouping, most: int
) -> Iterator[Chosen | None]:  # fmt: skip
    stacks = Counter((record.subject, record.series) for record in records)
    parts = {one.key for one in records if one.series is not None and stacks[one.subject, one.series] > 1}
    firsts = _firsts(records, how)
    apart = how.visits is not None and how.visits.unit is not None
    for name, study in found.items():
        before = _before(name, found, times)
        if before is None:
            lone = name in firsts and not any(_compared(one.record) for one in study.samples)
            yield (replace(study, lacks=(*study.lacks, NONE)) if lone else study).chosen(most)
            continue
        days = round(times[name] - times[before]) if apart else None
        yield _pair(study, found[before], days, parts, most)


def _firsts(records: Sequence[Record], how: Grouping) -> set[Name]:
    """The studies that surely are the first of their person: each record of the person has a time, all other studies
    a later one."""
    visits: dict[str, dict[Hashable, set[float | None]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        visits[record.subject][_study_of(record, how)].add(when(record, how) if how.visits is not None else None)
    firsts = set()
    for person, own in visits.items():
        times = sorted((time, str(study), study) for study, some in own.items() for time in some if time is not None)
        if None in own or None in set().union(*own.values()) or any(len(some) > 1 for some in own.values()):
            continue
        if len(times) < 2 or times[0][0] < times[1][0]:
            firsts.add((person, times[0][2]))
    return firsts


def _compared(record: Record) -> bool:
    """Whether the report of a record names what it was compared with."""
    return any(one.kind == "comparison" and not _NOTHING.fullmatch(one.text) for one in passages(record))


def _time(study: Study, how: Grouping) -> float | None:
    """When a study was; None where its records do not tell, or do not agree."""
    times = {when(one.record, how) for one in study.samples} if how.visits is not None else set()
    return times.pop() if len(times) == 1 else None


def _before(name: Name, found: Mapping[Name, Study], times: Mapping[Name, float]) -> Name | None:
    if name not in times:
        return None
    earlier = {one: time for one, time in times.items() if one[0] == name[0] and time < times[name]}
    if not earlier:
        return None
    roles, last = {member.role for member in found[name].members}, max(earlier.values())
    latest = [one for one, time in earlier.items() if time == last]
    return min(latest, key=lambda one: (-len(roles & {member.role for member in found[one].members}),
                                        natural(str(one[1]))))  # fmt: skip


def _pair(study: Study, before: Study, days: int | None, parts: set[str], most: int) -> Chosen | None:
    """Both in one group. An image that is the same in both is of the current one."""
    own, seen = _fresh(study, set())
    old, _ = _fresh(before, seen)
    own = [own[n] for n in spread(0, len(own), most - 1 if old else most)]
    old = [old[n] for n in spread(0, len(old), most - len(own))]
    if not old:
        return study.chosen(most)
    zero = None if days is None else 0
    told = [(sample, member.model_copy(update={"visit": 2, "days": days})) for sample, member in own]
    told += [(sample, member.model_copy(update={"visit": 1, "days": zero, "prior": True})) for sample, member in old]
    named = [member.model_copy(update={"part": sample.record.key in parts}) for sample, member in told]
    members = laid(named, [sample for sample, _ in told])
    whole, whole_prior = (len({one.record.key for one, _ in some}) == all_of.size
                          for some, all_of in ((own, study), (old, before)))  # fmt: skip
    missing = [member.model_copy(update={"prior": True}) for member in before.lacks]
    group = Group(kind="study", whole=whole, whole_prior=whole_prior, members=(*members, *study.lacks, *missing))
    return Chosen(group, tuple(sample for sample, _ in told))


def _fresh(study: Study, seen: set[str]) -> tuple[list[tuple[Shown, Member]], set[str]]:
    """What shows other pixels than those seen, and than what comes before it."""
    left = []
    for sample, member in zip(study.samples, study.members, strict=True):
        if sample.pixels not in seen:
            seen = {*seen, sample.pixels}
            left.append((sample, member))
    return left, seen
