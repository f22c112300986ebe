"""A scene's texts without what a check refused: one bad sentence costs itself, not the scene."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from schemas import Claim, Description, Dialogue, Text
from transforms.checks.base import Fault
from transforms.checks.claims.sentences import sentences

Faults = Mapping[str, Sequence[Fault]]


class Refused(NamedTuple):
    """A text that was taken out, where it stood, and the first reason."""

    where: str
    text: str
    reason: str


class Pruned(NamedTuple):
    """What is left. Nothing is left of the description where not one sentence of it stands."""

    description: Description | None
    dialogues: tuple[Dialogue, ...]
    refused: tuple[Refused, ...]


def without(description: Description, dialogues: Sequence[Dialogue], faults: Sequence[Fault]) -> Pruned:
    """Takes out each dialogue and each region's or relation's text, or text of a model, that has a fault, and of
    the description of the whole those sentences that have one."""
    by_text: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_text[_owner(fault.where)].append(fault)
    refused: list[Refused] = []

    def stands(where: str, text: str) -> bool:
        if where not in by_text:
            return True
        refused.append(Refused(where, text, by_text[where][0].reason))
        return False

    overall, lost = _sentences(description.overall, by_text.get("description.global", ()))
    refused += lost
    regions = tuple(one for one in description.regions if stands(f"description.regions.{one.region}", one.text))
    relations = tuple(
        one for n, one in enumerate(description.relations) if stands(f"description.relations.{n}", one.text)
    )
    written = tuple(one for n, one in enumerate(description.written) if stands(f"description.written.{n}", one.text))
    kept = tuple(one for one in dialogues if stands(f"dialogues.{one.id}", one.turns[-1].text))
    words = {"regions": regions, "relations": relations, "written": written}
    same = overall is description.overall
    left = description.model_copy(update=words) if same else description.with_global(overall, **words)
    return Pruned(left if overall.text else None, kept, tuple(refused))


def _owner(where: str) -> str:
    """The text that is taken out whole: of a turn its dialogue."""
    parts = where.split(".")
    return ".".join(parts[:2]) if parts[0] == "dialogues" else where


def _sentences(text: Text, faults: Sequence[Fault]) -> tuple[Text, list[Refused]]:
    """The text without the sentences that hold a fault, the claims of the others moved to where they now stand."""
    out, claims, refused = "", [], []
    for start, end in sentences(text.text):
        bad = [fault for fault in faults if fault.span is None or (fault.span[0] < end and fault.span[1] > start)]
        if bad:
            refused.append(Refused("description.global", text.text[start:end], bad[0].reason))
            continue
        out += " " if out else ""
        by = len(out) - start
        claims += [Claim(span=(claim.span[0] + by, claim.span[1] + by), fact=claim.fact)
                   for claim in text.claims if start <= claim.span[0] and claim.span[1] <= end]  # fmt: skip
        out += text.text[start:end]
    return (Text(text=out, claims=tuple(claims)) if refused else text), refused
