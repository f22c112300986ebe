"""What a sample says, in another language: of the same facts, in the same numbers."""

from pydantic import ConfigDict, Field

from schemas.base import Model
from schemas.dialogue import TextMaker, Turn
from schemas.text import Language, MediaText, RegionText, Text


class Untold(Model):
    """What English tells and this language does not: where it stands ("description.global", "dialogues.d3"), the fact
    (None of a whole dialogue), and why."""

    where: str
    fact: str | None = None
    reason: str


class TranslatedDialogue(Model):
    """The dialogue `id` in another language. Choices stand in the order of the English ones; numbers, boxes and points
    are those of the English answer, sign by sign, so that its check holds of them too."""

    id: str
    turns: tuple[Turn, ...]
    answer: str
    choices: tuple[str, ...] | None = None


class Translation(Model):
    """The description and the dialogues in one language. Each claim is of a fact that the English text of the same
    place claims; `untold` are the others. Numbers are written as in English: the same digits, a decimal point, the same
    unit."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    language: Language
    overall: Text | None = Field(None, alias="global")
    regions: tuple[RegionText, ...] = ()
    relations: tuple[Text, ...] = ()
    media: tuple[MediaText, ...] = ()
    dialogues: tuple[TranslatedDialogue, ...] = ()
    untold: tuple[Untold, ...] = ()
    made_by: TextMaker
