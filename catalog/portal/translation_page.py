"""What the sample page shows of a sample in another language."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.portal.words import Segment, claim_segments
from schemas import Fact, Language, Sample, TranslatedDialogue, Translation

NAMES: Mapping[Language, str] = {"es": "Español"}
"""What speakers call their language."""


@dataclass(frozen=True)
class TalkView:
    id: str
    turns: list[tuple[str, list[Segment]]]
    choices: list[tuple[str, bool]]


@dataclass(frozen=True)
class TranslationView:
    """`untold`: (where, why) of what English tells and this does not."""

    language: Language
    name: str
    overall: list[Segment]
    regions: list[tuple[str, list[Segment]]]
    relations: list[list[Segment]]
    dialogues: list[TalkView]
    untold: list[tuple[str, str]]


def views(sample: Sample) -> list[TranslationView]:
    by_id = {fact.id: fact for fact in sample.facts}
    return [_view(one, by_id) for one in sample.translations]


def _view(told: Translation, by_id: Mapping[str, Fact]) -> TranslationView:
    overall = claim_segments(told.overall.text, told.overall.claims, by_id) if told.overall else []
    return TranslationView(
        language=told.language, name=NAMES[told.language], overall=overall,
        regions=[(one.region, claim_segments(one.text, one.claims, by_id)) for one in told.regions]
        + [("", claim_segments(each.text, each.claims, by_id)) for each in told.media],
        relations=[claim_segments(text.text, text.claims, by_id) for text in told.relations],
        dialogues=[_talk(talk, by_id) for talk in told.dialogues],
        untold=[(one.where, one.reason) for one in told.untold],
    )  # fmt: skip


def _talk(talk: TranslatedDialogue, by_id: Mapping[str, Fact]) -> TalkView:
    """Its list of choices is left out of the question, since the page shows them beside it."""
    listed = {f"- {choice}" for choice in talk.choices or ()}
    turns: list[tuple[str, list[Segment]]] = []
    for turn in talk.turns:
        plain = "\n".join(line for line in turn.text.split("\n") if line not in listed)
        parts = claim_segments(turn.text, turn.claims, by_id) if turn.claims else [Segment(plain)]
        turns.append((turn.role, parts))
    return TalkView(talk.id, turns, [(choice, choice == talk.answer) for choice in talk.choices or ()])
