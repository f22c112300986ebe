"""Which samples of a person are shown together, and in which order."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas import Group, Grouping, GroupKind, Member, Record, content_key
from schemas.level import WHOLE
from transforms.groups.ordering import natural, number, when
from transforms.regions.views import spread
from transforms.shards.nifti import ENDING

VERSION = "3"
WHOLES = ("full", "volume")
CLIP = WHOLE["clip"]
SLICES = ("axial", "coronal", "sagittal")
ROLES = (
    "modality", "sequence", "channel_name", "view", "view_position", "projection", "laterality", "side", "eye",
    "cardiac_phase", "phase", "kind",
)  # fmt: skip
"""Names in `meta` that tell the images of a study apart, where the card does not say which do."""
REPORT = "report"
"""What `layout.groups.study.has` calls the text of a study, which is no image of it."""


@dataclass(frozen=True)
class Shown:
    """A sample of one view. `made`: under which key; `drawn`: how many regions people drew on it; `pixels`: what tells
    its picture from others; `pictures`: how many it has, of a clip."""

    key: str
    made: str
    frame: str
    pixels: str
    drawn: int
    record: Record
    pictures: int = 1

    @property
    def medium(self) -> str:
        """Of which kind its media are."""
        return ENDING if self.frame == WHOLE["volume"] else "png"

    @property
    def place(self) -> tuple[Any, ...]:
        """Its record's place among those of a study or series: by the numbers in their paths."""
        source = self.record.sources[0]
        return natural(f"{source.uri} {source.member or ''} {source.select or ''}"), self.record.key


@dataclass(frozen=True)
class Chosen:
    """Samples of one group, in the order of its parts, and what is said of them. `refused`: why it is not made."""

    group: Group
    samples: tuple[Shown, ...]
    refused: str | None = None

    @property
    def key(self) -> str:
        record = self.samples[0].record
        said = self.group.model_dump(mode="json")
        return f"{record.dataset.replace('_', '-')}-{content_key('group', said)}"

    @property
    def reported(self) -> tuple[Record, ...]:
        """Of its study, and of an earlier one that it shows, the record whose words are told: the first with a text."""
        shown = list(zip(self.group.parts, self.samples, strict=True))
        studies = [[one.record for part, one in shown if part[0].prior is prior] for prior in (False, True)]
        return tuple(next((one for one in own if one.text), own[0]) for own in studies if own)


Key = Callable[[Shown], Hashable]


def choose(
    kind: GroupKind, samples: Iterable[Shown], records: Sequence[Record], how: Grouping, most: int
) -> list[Chosen]:
    """The groups of one kind among the samples of a data set, in the order of their keys. `records`: all that the set
    has of these people. No two media of a group show the same pixels."""
    makers: dict[GroupKind, Callable[..., Iterator[Chosen | None]]] = {
        "study": _studies, "series": _series, "visits": _visits,
    }  # fmt: skip
    wanted = usable(samples) if kind == "study" else [one for one in usable(samples) if one.frame != CLIP]
    return in_order(makers[kind](wanted, records, how, most))


def usable(samples: Iterable[Shown]) -> list[Shown]:
    """Those that show all of a picture, a volume or a clip, or a slice, in the order of their records."""
    found = [one for one in samples if one.frame in (*WHOLES, CLIP) or one.frame.partition(":")[0] in SLICES]
    return sorted(found, key=lambda one: (one.place, one.frame))


def in_order(found: Iterable[Chosen | None]) -> list[Chosen]:
    return sorted((one for one in found if one is not None), key=lambda one: one.key)


def role(record: Record, how: Grouping) -> str | None:
    """Which of the images of its study a record is, in the source's words."""
    names = how.study.by if how.study else ROLES
    words = [str(record.meta[name]) for name in names if record.meta.get(name) not in (None, "")]
    return " ".join(words) or None


@dataclass(frozen=True)
class Study:
    """What is shown of one study, in order: a sample of each record, of a series one for all of it. `lacks`: what its
    card says that it should have. `size`: how many records it has."""

    samples: tuple[Shown, ...]
    members: tuple[Member, ...]
    lacks: tuple[Member, ...]
    size: int
    timed: bool

    def chosen(self, most: int) -> Chosen | None:
        """It by itself."""
        return group_of("study", self.samples, self.members, most, self.size, self.lacks, timed=self.timed)


def studies(
    samples: list[Shown], records: Sequence[Record], how: Grouping, by: Callable[[Record], Hashable]
) -> dict[tuple[str, Hashable], Study]:
    """(person, study) -> what is shown of it. `by`: which study a record is of, None of none."""
    sizes = _sizes(records, by)
    reported = {(record.subject, by(record)) for record in records if record.text}
    found = _grouped(samples, lambda one: by(one.record))
    return {name: _study(own, how, sizes[name], reported=name in reported) for name, own in found.items()}


def _study(own: list[Shown], how: Grouping, size: int, *, reported: bool) -> Study:
    things = defaultdict(list)
    for one in own:
        things[one.record.series or one.record.key].append(one)
    picked = [best(several) for several in things.values()]
    has = how.study.has if how.study else ()
    timed = how.study is not None and how.study.timed
    picked = [one for one in picked if not timed or role(one.record, how) in has]
    picked.sort(key=lambda one: (has.index(name) if (name := role(one.record, how)) in has else len(has), one.place))
    members = tuple(Member(media=None, role=role(one.record, how)) for one in picked)
    shown = {member.role for member in members}
    told = {*shown, REPORT} if reported else shown  # a report is told of the group, in the source's own words
    lacks = tuple(Member(media=None, role=name) for name in has if name not in told)
    return Study(tuple(picked), members, lacks, size, timed and len(shown) == len(picked))  # two of one phase: no order


def _studies(samples: list[Shown], records: Sequence[Record], how: Grouping, most: int) -> Iterator[Chosen | None]:
    for study in studies(samples, records, how, lambda record: record.study).values():
        yield study.chosen(most)


def _series(samples: list[Shown], records: Sequence[Record], how: Grouping, most: int) -> Iterator[Chosen | None]:
    """The slices of a volume that were cut along one axis; the pictures of a series, in their order."""
    slices = [one for one in samples if one.frame.partition(":")[0] in SLICES]
    for own in _grouped(slices, lambda one: (one.record.key, one.frame.partition(":")[0])).values():
        own.sort(key=lambda one: int(one.frame.partition(":")[2]))
        yield group_of("series", own, [Member(media=None) for _ in own], most)
    sizes = _sizes(records, lambda record: record.series)
    pictures = [one for one in samples if one.frame == WHOLE["image"]]
    for (subject, series), own in _grouped(pictures, lambda one: one.record.series).items():
        if how.series is not None:
            own = [one for one in own if number(one.record.meta.get(str(how.series))) is not None]
            own.sort(key=lambda one: (number(one.record.meta[str(how.series)]), one.place))
        yield group_of("series", own, [Member(media=None) for _ in own], most, sizes[subject, series])


def _visits(samples: list[Shown], records: Sequence[Record], how: Grouping, most: int) -> Iterator[Chosen | None]:
    """What has one role and one kind of view, once at each visit that has it."""
    if how.visits is None:
        return
    sizes = _sizes(records, lambda record: record.series)
    dated = [one for one in of_records(samples) if when(one.record, how) is not None]
    for own in _grouped(dated, lambda one: likeness(one, how)).values():
        at: dict[float, list[Shown]] = defaultdict(list)
        for one in own:
            at[when(one.record, how) or 0.0].append(one)
        times = sorted(at)
        times = [times[n] for n in spread(0, len(times), most)]
        picked = [best(at[time]) for time in times]
        apart = how.visits.unit is not None
        members = [
            Member(
                media=None,
                role=role(one.record, how),
                visit=n,
                days=round(time - times[0]) if apart else None,
                part=one.record.series is not None and sizes[one.record.subject, one.record.series] > 1,
            )
            for n, (time, one) in enumerate(zip(times, picked, strict=True), 1)
        ]
        yield group_of("visits", picked, members, most, timed=True)


def of_records(samples: Sequence[Shown]) -> list[Shown]:
    """Those that stand for their records: slices do for what does not leave whole."""
    entire = {one.record.key for one in samples if one.frame in WHOLES}
    return [one for one in samples if one.frame in WHOLES or one.record.key not in entire]


def likeness(one: Shown, how: Grouping) -> Hashable:
    """What two samples have in common that show the same at two visits, or of two people."""
    return one.record.modality.code, role(one.record, how), one.frame.partition(":")[0], one.medium


def _grouped(samples: Iterable[Shown], by: Key) -> dict[tuple[str, Hashable], list[Shown]]:
    """(person, what) -> samples; those of which nothing is told are left out."""
    found: dict[tuple[str, Hashable], list[Shown]] = defaultdict(list)
    for one in samples:
        if (what := by(one)) is not None:
            found[one.record.subject, what].append(one)
    return found


def _sizes(records: Iterable[Record], by: Callable[[Record], Hashable]) -> Mapping[tuple[str, Hashable], int]:
    found: dict[tuple[str, Hashable], int] = defaultdict(int)
    for record in records:
        found[record.subject, by(record)] += 1
    return found


def best(samples: Sequence[Shown]) -> Shown:
    """The one that stands for all of them: all of a record before a slice, where most is drawn, then the middle."""
    middle = (len(samples) - 1) / 2
    ranked = sorted(
        range(len(samples)),
        key=lambda n: (samples[n].frame not in (*WHOLES, CLIP), -samples[n].drawn, abs(n - middle), n),
    )
    return samples[ranked[0]]


def group_of(
    kind: GroupKind, samples: Sequence[Shown], members: Sequence[Member], most: int, size: int | None = None,
    lacks: Sequence[Member] = (), *, timed: bool = False,
) -> Chosen | None:  # fmt: skip
    """None where fewer than two different pictures are left. `size`: how many records it would be of, if whole."""
    first: dict[str, int] = {}
    for n, one in enumerate(samples):
        first.setdefault(one.pixels, n)
    kept = sorted(first.values())
    kept = [kept[n] for n in spread(0, len(kept), most)]
    if len(kept) < 2:
        return None
    shown = tuple(samples[n] for n in kept)
    start = members[kept[0]].days
    named = [_visit(members[n], at, start) for at, n in enumerate(kept)]
    whole = size is not None and len({one.record.key for one in shown}) == size
    return Chosen(Group(kind=kind, whole=whole, timed=timed, members=(*laid(named, shown), *lacks)), shown)


def _visit(member: Member, at: int, start: int | None) -> Member:
    """Visits are counted anew, and their days from the first that is shown."""
    return member.model_copy(update={
        "visit": None if member.visit is None else at + 1,
        "days": None if member.days is None or start is None else member.days - start,
    })  # fmt: skip


def laid(members: Iterable[Member], samples: Iterable[Shown]) -> tuple[Member, ...]:
    """Members with the media that show them: 0.png, 1.png, ..., of a clip one for each of its pictures."""
    found: list[Member] = []
    for member, sample in zip(members, samples, strict=True):
        own = {"key": sample.key, "record": sample.record.key, "frame": sample.frame}
        names = (f"{n}.{sample.medium}" for n in range(len(found), len(found) + sample.pictures))
        found += [member.model_copy(update={**own, "media": name}) for name in names]
    return tuple(found)
