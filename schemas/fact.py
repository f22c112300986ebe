"""A fact: one measured statement; and presence, which is four-valued."""

from typing import Literal

from schemas.base import Model
from schemas.concept import Concept
from schemas.level import Level
from schemas.stated import Scale

PresenceState = Literal["present", "absent", "uncertain"]


class Presence(Model):
    """Whether a concept shows on a record. "uncertain": the source hedges, or its readers disagree; nothing may be made
    of it, neither that the concept is there nor that it is not. "not annotated" is the default of the world and is not
    stored. `level`: what it was said of; None of this view alone, in which nothing of it is drawn. `media`: of a group,
    the medium that it is said of."""

    concept: Concept
    state: PresenceState
    level: Level | None = None
    media: str | None = None


class Fact(Model):
    """One measured statement about regions of a sample.

    `id` is unique in its sample (f1, f2, ...). `value` is in `unit`; a claim agrees with a numeric fact when it is
    within `tolerance` of it. `concept` is what the fact speaks of where no region shows it (count, absence).
    `scope`: "view" facts replay on the emitted masks; "record" facts were measured on the whole volume, or stated by
    the source (`source` names who). Of a statement of the source about the record: `name` is what texts call it,
    `level` what it holds of, `scale` what a grade stands on, `horizon` the time that an outcome is of. `bound`: of what
    the edge of the picture or of the scan cuts, a size is the least that it may be: how large it is, nobody saw.
    `inputs`: ids of the facts that a judgement was worked out from. `media`: of a group, those that it is of: one, or
    of what is compared the earlier and the later.
    """

    id: str
    predicate: str
    regions: tuple[str, ...] = ()
    value: bool | int | float | str
    unit: str | None = None
    tolerance: float | None = None
    concept: Concept | None = None
    scope: Literal["view", "record"] = "view"
    source: str | None = None
    name: str | None = None
    level: Level | None = None
    scale: Scale | None = None
    horizon: str | None = None
    bound: Literal["at_least"] | None = None
    inputs: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
