"""Several records in one sample, of one person or of several: what each medium shows, and what the study lacks."""

from itertools import groupby
from typing import Literal

from schemas.base import Model

GroupKind = Literal["study", "series", "visits", "cases"]


class Member(Model):
    """One thing of a group. `media` is the member of the shard, None where the study lacks what its card says that such
    a study has. `role`: which of its kind it is, in the source's own words ("t1ce", "L CC"). `key`: the sample that
    shows it alone, a view `frame` of `record`; the frames of a clip, one after another, have the same. `visit`: 1, 2,
    ... in order of time; `days` after the first visit that is shown, None where the source does not tell: never a date.
    `subject`: of cases, whose it is.
    `prior`: it is of an earlier study than the one that the sample is of; where it has neither medium nor role, there
    is no earlier study. `part`: it is one picture of several of its series, so that another visit's may show another
    place.
    """

    media: str | None
    role: str | None = None
    key: str | None = None
    record: str | None = None
    frame: str | None = None
    visit: int | None = None
    days: int | None = None
    prior: bool = False
    part: bool = False
    subject: str | None = None


class Group(Model):
    """`study`: views, sequences, modalities of one study. `series`: slices of one record, or records of one series, in
    their order. `visits`: the same of one person at several visits, in order of time. `cases`: the same of several
    subjects, all of whom are in the split of the sample. `whole`: whether it shows every
    record that the data set has of that study or series. `timed`: whether its media follow one another in time, as
    visits do and phases of the heart: then what changes between two is measured. A study may have that before it in its
    `prior` members, after its own: `whole_prior` says of those what `whole` says of its own.
    """

    kind: GroupKind
    whole: bool
    whole_prior: bool = False
    timed: bool = False
    members: tuple[Member, ...]

    @property
    def shown(self) -> tuple[Member, ...]:
        """The members that are there, in the order of their media."""
        return tuple(member for member in self.members if member.media is not None)

    @property
    def media(self) -> tuple[str, ...]:
        """The names of the media of those that are there, which texts call image 1, image 2, ..."""
        return tuple(str(member.media) for member in self.shown)

    @property
    def parts(self) -> tuple[tuple[Member, ...], ...]:
        """The members that are there, those that one sample shows alone together: several only of a clip."""
        return tuple(tuple(own) for _, own in groupby(self.shown, key=lambda member: member.key))

    @property
    def earlier(self) -> tuple[str, ...]:
        """The media of the earlier study."""
        return tuple(str(member.media) for member in self.shown if member.prior)

    def number(self, media: str) -> int:
        """What texts call a medium: image 1, image 2, ... Raises ValueError for another one."""
        return [member.media for member in self.shown].index(media) + 1
