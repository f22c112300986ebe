"""What a sample says in sentences: written from facts, and as its source published it."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from schemas.base import Model
from schemas.concept import Concept
from schemas.dialogue import TextMaker
from schemas.knowledge import Citation
from schemas.level import Level
from schemas.text import Checked, ConceptSpan, Language, MediaText, RegionText, Register, Text


class Sentence(Model):
    """The characters [start, end) of a text, and the regions that they speak of: none, one or several."""

    span: tuple[int, int]
    regions: tuple[str, ...] = ()


class SourceText(Text):
    """A caption, or a section of a report, as it was published but for personal data and for sentences that a mask or
    a label contradicts, or that compare with a study that the sample does not show (`left_out` of them; where they are
    all of a section, its text is empty). `level`: what
    it is said of; `media`: of a group, on which that lies. Claims stand where facts bear out its words; what no claim
    covers could not be checked. `sentences`: all of them, in order. `concepts`: what its words name; None in a corpus
    from before they were linked.
    """

    kind: Literal["caption", "report", "indication", "technique", "comparison", "findings", "impression"]
    heading: str | None = None
    level: Level
    media: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    concepts: tuple[ConceptSpan, ...] | None = None
    checked: Checked
    left_out: int = 0
    made_by: TextMaker


class Report(Model):
    """A report by its sections: the texts of `source` that are of each kind; None where the source has none. `rest`:
    under no such heading. `left_out`: how many of its sentences are not told, for what `source` says of them; a report
    of which nothing is told has them alone. Where it is `prior`, it is of the earlier study of a group."""

    prior: bool = False
    left_out: int = 0
    indication: str | None = None
    technique: str | None = None
    comparison: str | None = None
    findings: str | None = None
    impression: str | None = None
    rest: str | None = None


class Written(Text):
    """A text that a language model wrote for a `job` of the recipe, held against the facts as any other; `language`:
    where that is not English; `concept`: the class that it describes, where it is of one; `passages`: where what it was
    given to read comes from."""

    job: str
    language: Language | None = None
    concept: Concept | None = None
    passages: tuple[Citation, ...] = ()
    made_by: TextMaker


class Judged(Model):
    """What a language model holds of the `sentences` of `global`: `doubted` are the characters of those that it does
    not find borne out by the facts, `score` is the share of the others. It stands beside the claim check and in place
    of nothing."""

    sentences: int
    doubted: tuple[tuple[int, int], ...] = ()
    score: float
    made_by: TextMaker


class Description(Model):
    """`source`: what the data set itself says, beside what was written from facts; `reports`: the reports among that,
    by section. `media`: of a group, medium by medium; `overall` then tells of all of them together. `register`: whom
    that speaks to. `global_made_by`: who wrote `global`, where that is not `made_by`, who wrote all
    else; `written`: further texts by a language model; `judged`: what one holds of `global`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    overall: Text = Field(alias="global")
    regions: tuple[RegionText, ...] = ()
    relations: tuple[Text, ...] = ()
    media: tuple[MediaText, ...] = ()
    source: tuple[SourceText, ...] = ()
    reports: tuple[Report, ...] = ()
    register_: Register | None = Field(None, alias="register")
    made_by: TextMaker
    global_made_by: TextMaker | None = None
    written: tuple[Written, ...] = ()
    judged: Judged | None = None

    def with_global(self, overall: Text, **changes: Any) -> "Description":
        """With another text of the whole, and without what models said of the one before: its translations, and what
        they doubt in it."""
        kept = tuple(one for one in changes.pop("written", self.written) if one.language is None)
        return self.model_copy(update={"overall": overall, "written": kept, "judged": None, **changes})
