"""Captions and reports as the data set published them: a scene's description in the source's own words, checked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from schemas import Claim, LabelSpace, Record, Scene, Sentence, SourceText
from schemas.dialogue import SOURCE, TextMaker
from schemas.level import WHOLE, Level
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.source import GROUPS, Finding, of_sentence, sentences_of
from transforms.facts.document import split
from transforms.groups.apart import of_study, pooled
from transforms.text.comparing import needs_prior
from transforms.text.linked import linked, of_chest

VERSION = "4"

_KINDS = {
    "findings": "findings", "study_findings": "findings", "finding": "findings", "impression": "impression",
    "impressions": "impression", "conclusion": "impression", "conclusions": "impression", "opinion": "impression",
    "comparison": "comparison", "comparisons": "comparison", "technique": "technique", "indication": "indication",
    "indications": "indication", "reason for exam": "indication", "reason for examination": "indication",
    "clinical indication": "indication",
    "history": "indication", "clinical history": "indication", "clinical information": "indication",
}  # fmt: skip
PART = "of the {}, not borne out by this view of a part of it"
UNSEEN = "compares with an earlier study, and the sample shows none"


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


def tell_all(records: Sequence[Record], scene: Scene, space: LabelSpace, revision: str) -> Told:
    """What the source says of a group. `records`: of its study, and of the earlier study where it shows one, that which
    has the report; each is told of its own images."""
    own = tell(records[0], of_study(scene, prior=False), space, revision, alone=not records[1:])
    if not records[1:]:
        return own
    before = tell(records[1], of_study(scene, prior=True), space, revision)
    return Told(own.texts + before.texts, own.refuted + before.refuted, own.passed_over + before.passed_over)


def tell(record: Record, scene: Scene, space: LabelSpace, revision: str, *, alone: bool = True) -> Told:
    """What the source says of a record, for one view of it or for a group of which it is the first: that is told what
    is of the whole study. What shows a part is told only what it bears out. `alone`: no earlier study is shown beside
    it, so that nothing is told that compares with one."""
    found = [one for one in passages(record) if scene.group is None or one.level in GROUPS.get(scene.group.kind, ())]
    if not found:
        return Told()
    maker = TextMaker(backend=SOURCE, revision=revision, dataset=record.dataset)
    known = Evidence(pooled(scene), space)
    whole = scene.view.frame in WHOLE.values() if scene.group is None else scene.group.whole
    texts, refuted = [], []
    passed, total = Counter[str](), Counter[str]()
    for passage in found:
        every = sentences_of(passage.text)
        said = [one for one in every if not (alone and needs_prior(passage.kind, one[1], scene))]
        judged = [(span, drawn_for(text, of_sentence(text, passage.level, known), known)) for span, text in said]
        kept = [one for one in judged if not one[1].refuted and (whole or one[1].checked == "supported")]
        refuted += [(passage.text[slice(*span)], finding.refuted) for span, finding in judged if finding.refuted]
        left = len(judged) - len(kept) - sum(finding.refuted is not None for _, finding in judged)
        for number, why in ((left, PART.format(passage.level)), (len(every) - len(said), UNSEEN)):
            what = f"the {passage.heading or passage.kind}: {why}"
            passed[what] += number
            total[what] += len(every)
        if kept or (whole and passage.kind != "caption"):  # of a section that says nothing here, that there is one
            texts.append(_text(passage, kept, len(every) - len(kept), maker, known))
    lines = (f"{n} of {total[what]} sentences of {what}" for what, n in passed.items() if n)
    return Told(tuple(texts), tuple(refuted), tuple(lines))


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
    for name, body in split(text):
        yield Passage(_KINDS.get((name or "").casefold(), "report"), name, level, body)


def _text(
    passage: Passage, kept: list[tuple[tuple[int, int], Finding]], left_out: int, maker: TextMaker, known: Evidence
) -> SourceText:  # fmt: skip
    """The passage as it stands; where sentences are left out, those that are left, parted by a space: none, if all."""
    parts: list[str] = []
    claims: list[Claim] = []
    told: list[Sentence] = []
    at = 0
    for (start, end), finding in kept:
        by = at if left_out else start
        spans = ((claim.span, claim.fact) for claim in finding.claims)
        claims += [Claim(span=(by + a, by + b), fact=fact) for (a, b), fact in spans]
        told.append(Sentence(span=(by, by + end - start), regions=_regions(finding, known)))
        parts.append(passage.text[start:end])
        at += end - start + 1
    text = " ".join(parts) if left_out else passage.text
    space = known.space
    borne = bool(kept) and all(finding.checked == "supported" for _, finding in kept)
    return SourceText.model_validate(
        {
            "text": text, "claims": claims, "kind": passage.kind,
            "concepts": linked(text, passage.kind, space, of_chest(known.scene, space)),
            "heading": passage.heading, "level": passage.level, "left_out": left_out, "made_by": maker,
            "media": media_of(known.scene), "sentences": told,
            "checked": "supported" if borne else "uncheckable",
        }
    )  # fmt: skip


def drawn_for(sentence: str, found: Finding, known: Evidence) -> Finding:
    """A finding with a claim for each region that its source drew for these words."""
    words = " ".join(sentence.split()).rstrip(".").casefold()
    own = [fact for fact in known.facts["phrase"] if str(fact.value).rstrip(". ").casefold() == words]
    more = tuple(Claim(span=(0, len(sentence)), fact=fact.id) for fact in own)
    return replace(found, claims=(*found.claims, *more))


def media_of(scene: Scene) -> tuple[str, ...]:
    """The media of a group that a text of it is of."""
    return () if scene.group is None else scene.group.media


def _regions(finding: Finding, known: Evidence) -> tuple[str, ...]:
    """The regions of the facts that bear a sentence out: those that it speaks of."""
    facts = (known.by_id[claim.fact] for claim in finding.claims if claim.fact in known.by_id)
    return tuple(dict.fromkeys(rid for fact in facts for rid in fact.regions))
