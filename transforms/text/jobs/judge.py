"""What a model holds of the description of the whole, sentence by sentence, beside the claim check and in place of
nothing: its verdicts are kept as numbers and places, never its words."""

from collections import Counter
from typing import Any

from schemas import Judged, TextMaker
from transforms.checks.claims.sentences import sentences
from transforms.text.jobs.base import Material, Reading, facts_of

NAME = "judge"
VERSION = "1"
SHOWS = True


def given(material: Material) -> dict[str, Any] | None:
    """The facts, and the sentences by their numbers."""
    facts, text = facts_of(material), material.description.overall.text
    rows = [{"number": n, "says": text[start:end]} for n, (start, end) in enumerate(sentences(text), 1)]
    return {"facts": facts, "sentences": rows} if facts and rows else None


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Each sentence has one verdict."""
    spans = list(sentences(material.description.overall.text))
    given_ = Counter(one["sentence"] for one in data["verdicts"])
    wrong = [f"there is no sentence {n}" for n in given_ if n > len(spans)]
    wrong += [f"sentence {n} has two verdicts" for n, times in given_.items() if times > 1]
    wrong += [f"sentence {n} has no verdict" for n in range(1, len(spans) + 1) if n not in given_]
    if wrong:
        return Reading(None, wrong[0], tuple(wrong))
    held = {one["sentence"]: one["verdict"] for one in data["verdicts"]}
    doubted = tuple(span for n, span in enumerate(spans, 1) if held[n] != "supported")
    score = round(1 - len(doubted) / len(spans), 6)
    made = Judged(sentences=len(spans), doubted=doubted, score=score, made_by=maker)
    changed = material.description.model_copy(update={"judged": made})
    return Reading(material.with_words(description=changed), score=score)
