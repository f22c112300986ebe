"""Captions and reports as the data set published them: a scene's description in the source's own words, checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap

from schemas import Claim, LabelSpace, Record, Scene, SourceText
from schemas.dialogue import SOURCE, TextMaker
from schemas.level import WHOLE, Level
from schemas.text import ConceptSpan
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.source import GROUPS, Finding, of_sentence, sentences_of
from transforms.groups.apart import pooled
from transforms.mentions import mentions

VERSION = "1"

_KNOWN = (
    "findings|study_findings|impressions?|conclusions?|opinion|comparison|indication|technique|history|examination|exam|"
    "clinical[ _]information|clinical[ _]history|recommendations?|procedure|title|discussion|presentation|report|"
    "final report|region|finding|anatomy|sentence|addendum|reason for exam(?:ination)?"
)
_HEADING = re.compile(rf"(?:^[ \t]*|(?<=[.!?] ))(?P<name>(?i:{_KNOWN})|[A-Z][A-Z &/()-]{{3,40}}):[ \t]*", re.MULTILINE)
_KINDS = {
    "findings": "findings", "study_findings": "findings", "finding": "findings", "impression": "impression",
    "impressions": "impression", "conclusion": "impression", "conclusions": "impression", "opinion": "impression",
}  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """A caption, or a section of a report, before it is checked."""

    kind: str
    heading: str | None
    level: Level
    text: str


@dataclass(frozen=True)
class Told:
    """`texts` reach the scene; `refuted`: (sentence, why) of those that do not; `passed_over`: others."""

    texts: tuple[SourceText, ...] = ()
    refuted: tuple[tuple[str, str], ...] = ()
    passed_over: tuple[str, ...] = ()


def tell(record: Record, scene: Scene, space: LabelSpace, revision: str) -> Told:
    """What the source says of a record, for one view of it or for a group of which it is the first: that is told what
    is of the whole study. What shows a part is told only what it bears out."""
    found = [one for one in passages(record) if scene.group is None or one.level in GROUPS.get(scene.group.kind, ())]
    if not found:
        return Told()
    maker = TextMaker(backend=SOURCE, revision=revision, dataset=record.dataset)
    known = Evidence(pooled(scene), space)
    whole = scene.view.frame in WHOLE.values() if scene.group is None else scene.group.whole
    texts, refuted = [], []
    passed: dict[tuple[str, str], tuple[int, int]] = {}
    for passage in found:
        judged = [(span, of_sentence(text, passage.level, known)) for span, text in sentences_of(passage.text)]
        kept = [one for one in judged if not one[1].refuted and (whole or one[1].checked == "supported")]
        refuted += [(passage.text[slice(*span)], finding.refuted) for span, finding in judged if finding.refuted]
        other = len(judged) - len(kept) - sum(finding.refuted is not None for _, finding in judged)
        if other:
            name = (passage.heading or passage.kind, passage.level)
            before = passed.get(name, (0, 0))
            passed[name] = before[0] + other, before[1] + len(judged)
        if kept:
            texts.append(_text(passage, kept, len(judged) - len(kept), maker))
    return Told(tuple(texts), tuple(refuted), tuple(starmap(_passed, passed.items())))


def _passed(name: tuple[str, str], number: tuple[int, int]) -> str:
    (heading, level), (left, of) = name, number
    return f"{left} of {of} sentences of the {heading}: of the {level}, not borne out by this view of a part of it"


def passages(record: Record) -> Iterator[Passage]:
    """The captions and the sections of the report that came with a record."""
    if record.text and record.text_kind == "caption":
        yield Passage("caption", None, record.text_level or record.kind, record.text)
    elif record.text:
        level = record.text_level or (record.kind if record.kind in ("document", "signal") else "study")
        yield from sections(record.text, level)
    for caption in record.meta.get("captions") or ():
        yield Passage("caption", None, record.kind, str(caption))


def sections(text: str, level: Level) -> Iterator[Passage]:
    """A report at its headings. What stands before the first, or under one that is no usual one, is the report."""
    marks = list(_HEADING.finditer(text))
    starts = [(0, 0, None), *((mark.start(), mark.end(), mark["name"]) for mark in marks)]
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    for (_, start, name), end in zip(starts, ends, strict=True):
        body = text[start:end].strip()
        if body:
            kind = _KINDS.get((name or "").casefold(), "report")
            yield Passage(kind, name, level, body)


_EMPTY = re.compile(r"\n[ \t]*\n")
_UNASSERTED = re.compile(
    "(?:clinical )?indication|technique|history|examination|exam|clinical[ _]information|clinical[ _]history|comparison|procedure|"
    "reason for exam(?:ination)?|recommendations?",
    re.IGNORECASE,
)


def linked(text: str, heading: str | None, space: LabelSpace, chest: bool) -> tuple[ConceptSpan, ...]:
    """The concepts that a passage names. Under a heading that tells why or how the picture was taken, nothing is said
    of what is shown up to an empty line, after which reports begin without a heading."""
    if heading is None or not _UNASSERTED.fullmatch(heading):
        return mentions(text, space, chest)
    gap = _EMPTY.search(text)
    end = gap.end() if gap else len(text)
    after = (one.model_copy(update={"span": (end + one.span[0], end + one.span[1])})
             for one in mentions(text[end:], space, chest))  # fmt: skip
    return (*mentions(text[:end], space, chest, asserted=False), *after)


def of_chest(scene: Scene, space: LabelSpace) -> bool:
    """Whether what is told of a scene is told of the chest alone."""
    slugs = {space.of(one).slug for one in scene.anatomy}
    return bool(slugs) and all(space.within([slug], "thorax") for slug in slugs)


def _text(
    passage: Passage, kept: list[tuple[tuple[int, int], Finding]], left_out: int, maker: TextMaker
) -> SourceText:  # fmt: skip
    """The passage as it stands; where sentences are left out, those that are left, parted by a space."""
    parts: list[str] = []
    claims: list[Claim] = []
    at = 0
    for (start, end), finding in kept:
        by = at if left_out else start
        spans = ((claim.span, claim.fact) for claim in finding.claims)
        claims += [Claim(span=(by + a, by + b), fact=fact) for (a, b), fact in spans]
        parts.append(passage.text[start:end])
        at += end - start + 1
    return SourceText.model_validate(
        {
            "text": " ".join(parts) if left_out else passage.text, "claims": claims, "kind": passage.kind,
            "heading": passage.heading, "level": passage.level, "left_out": left_out, "made_by": maker,
            "checked": "supported" if all(finding.checked == "supported" for _, finding in kept) else "uncheckable",
        }
    )  # fmt: skip
