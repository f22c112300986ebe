"""How far a corpus' questions are answered without the image, and how far its words are borne out by facts: computed
of the JSON of its samples when a shard is first looked at."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from transforms.tasks.blindly import YES_NO, Item, chance, majority, rate

LEAST = 50  # closed questions of a family; of fewer nothing is told
TOLD = {"supported": "source texts that facts bear out", "uncheckable": "source texts not all of which can be checked"}


@dataclass(frozen=True)
class Blind:
    """Of the closed questions of a family, the shares that are right by chance, and for who takes the choice that was
    right most often of other people."""

    family: str
    questions: int
    chance: float
    commonest: float


def closed(row: dict[str, Any]) -> list[Item]:
    """The closed questions of a sample that Triptych asks; those of a source are its own."""
    found = []
    for asked in row.get("dialogues", ()):
        choices = asked.get("choices") or (YES_NO if asked.get("answer") in YES_NO else ())
        if asked["made_by"]["backend"] != "source" and asked.get("answer") in choices:
            right = list(choices).index(asked["answer"])
            found.append(Item(asked["task"], row["subject"], "", tuple(choices), right))
    return found


def measured(items: Iterable[Item]) -> list[Blind]:
    """A row for each family of which enough is asked, of two people or more."""
    families: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        families[item.family].append(item)
    return [
        Blind(name, len(own), chance(own), rate(own, majority))
        for name, own in sorted(families.items())
        if len(own) >= LEAST and len({item.subject for item in own}) > 1
    ]


def support(row: dict[str, Any]) -> Counter[str]:
    """How many texts of a sample carry claims on its facts, and what the claim check made of its source's own."""
    said = row["description"]
    own = [said["global"], *said.get("regions", ()), *said.get("relations", ()), *said.get("media", ())]
    found = Counter(f"texts with{'' if text.get('claims') else 'out'} a claim on a fact" for text in own)
    for asked in row.get("dialogues", ()):
        if asked["made_by"]["backend"] != "source":
            answers = [turn for turn in asked["turns"] if turn["role"] == "assistant"]
            found.update(f"answers with{'' if turn.get('claims') else 'out'} a claim on a fact" for turn in answers)
    found.update(TOLD[text["checked"]] for text in said.get("source", ()) if text.get("checked") in TOLD)
    return found
