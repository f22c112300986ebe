"""A text and the claims in it."""

from typing import Literal

from schemas.base import Model
from schemas.concept import Concept

Register = Literal["report", "caption", "instruction", "patient"]
"""Whom a text speaks to: a colleague, a reader of figures, somebody who learns to look, the person shown."""
Checked = Literal["supported", "uncheckable"]
"""What became of a source's words: facts bear out all that could be read in them, or not all of it can be checked."""

Language = Literal["es"]
"""Languages beside English, by their BCP 47 tags."""
State = Literal["present", "absent", "uncertain"]
Side = Literal["left", "right", "both"]


class ConceptSpan(Model):
    """The characters [start, end) of a text name a concept. `score`: 1 where they are a name of it as they stand, less
    where they are only like one (cosine of their runs of three characters). `state`: of a finding, how the text means
    it, which no picture was asked about; None where it says nothing of what is shown. `denied`: where it has no state
    because but a size or an onset of it is denied, that ("acute" of "no acute fracture": an old one may be there).
    `side`: the patient's, as far as the sentence says."""

    span: tuple[int, int]
    concept: Concept
    score: float
    state: State | None = None
    denied: str | None = None
    side: Side | None = None


class Claim(Model):
    """The characters [start, end) of a text assert the fact of that id."""

    span: tuple[int, int]
    fact: str


class Text(Model):
    text: str
    claims: tuple[Claim, ...] = ()


class RegionText(Model):
    region: str
    text: str
    claims: tuple[Claim, ...] = ()


class TextMaker(Model):
    """Who wrote a text: enough to write it again. `backend` "source": it was published so, with the data set named in
    `dataset`, and `revision` is that of the data set."""

    backend: str
    revision: str
    model: str | None = None
    prompt_sha256: str | None = None
    seed: int | None = None
    dataset: str | None = None


class MediaText(Model):
    """The description of one medium of a group, as of the sample that shows it alone; `made_by`: the language model
    that wrote it, where one did."""

    media: str
    text: str
    claims: tuple[Claim, ...] = ()
    made_by: TextMaker | None = None
