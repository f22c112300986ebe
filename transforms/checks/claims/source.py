"""What a data set itself says, against the masks and labels of the same record.

Free prose says more than a scene knows, so most of it is uncheckable, and that is no fault. Only what is said outright,
in a clause that is understood to its end, can be refuted; and, in a view of a part, only that a thing is absent which
the view shows. Sizes and counts refute nothing: others measured, and counted, otherwise.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas import Claim, Description, Dialogue, Scene
from schemas.level import WHOLE, Level
from schemas.text import Checked
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.judge import judge
from transforms.checks.claims.model import ClaimVerdict, Parsed
from transforms.checks.claims.parse import parse
from transforms.checks.claims.sentences import sentences
from transforms.checks.claims.words import FINITE

ALWAYS = frozenset({"absence"})
SAME = frozenset({"presence", "absence", "body_part", "finding", "side", "location"})
OF_THE_IMAGE = frozenset({"modality", "plane"})
"""Reports name other studies, so these are asked of answers alone."""
MODALITIES = {
    "ct": "ct", "ct_angiography": "ct", "cbct": "ct", "mr": "mr", "mr_angiography": "mr", "us": "us",
    "echocardiography": "us", "endoscopic_ultrasound": "us", "intravascular_ultrasound": "us", "xray": "xray",
    "cr": "xray", "dx": "xray", "mammography": "xray", "cephalogram": "xray", "dental_panoramic_xray": "xray",
    "intraoral_radiography": "xray",
}  # fmt: skip
"""Those of which one is surely not the other, by the name of their kind. A set's own word may be a vaguer one."""

_YES, _NO = frozenset({"yes", "y", "true"}), frozenset({"no", "n", "false"})
_ASKING = re.compile(r"^(?:is|are|was|were|do|does|did|can|could|has|have)\s+", re.IGNORECASE)
_IDLE = re.compile(r"\b(?:any|be seen|you see|evidence of|signs? of)\b", re.IGNORECASE)
_MODALITY = re.compile(r"\bmodality\b|\b(?:kind|type) of (?:image|scan|study)\b|\bimaging (?:method|technique)\b", re.I)
_SIDE = re.compile(r"\b(?:left|right|bilateral(?:ly)?|(?:uni|contra|ipsi)lateral)\b", re.IGNORECASE)
_WRAPPED = re.compile(r"(?<=[^.!?:;\n])\n(?=[ \t]*[a-z])|(?<=[^\n]{60})(?<=[^.!?:;\n])\n(?=[ \t]*\w)")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Finding:
    """What the check makes of some words of a source; `refuted` says why they are not kept, None where they are."""

    checked: Checked
    claims: tuple[Claim, ...] = ()
    refuted: str | None = None


def sentences_of(text: str) -> list[tuple[tuple[int, int], str]]:
    """The sentences of a text, with their spans. A line that is wrapped, not ended, goes on in the next."""
    whole = _WRAPPED.sub(" ", text)  # as long as the text: a line break for a space
    return [((start, end), whole[start:end]) for start, end in sentences(whole)]


GROUPS: dict[str, tuple[Level, ...]] = {"study": ("study", "visit"), "series": ("series",)}
"""Kind of group -> what one that is whole shows all of."""


def fits(level: Level, scene: Scene) -> bool:
    """Whether a scene shows all of what a text of that level speaks of, and nothing else."""
    if scene.group is not None:
        return scene.group.whole and level in GROUPS.get(scene.group.kind, ())
    return WHOLE.get(level) == scene.view.frame


def of_sentence(text: str, level: Level, known: Evidence) -> Finding:
    """A sentence of a caption or a report. Never raises on any text."""
    whole = known.scene.view.frame in WHOLE.values()
    kinds = SAME if whole and level != "patient" else ALWAYS  # a label of the image is one of its study, too
    return _found(text, parse(text, known.space), kinds, known)


def of_answer(question: str, answer: str, level: Level, known: Evidence) -> Finding:
    """A published answer, as it stands or, where it is yes or no, as what the question then asserts."""
    kinds = SAME | OF_THE_IMAGE if fits(level, known.scene) else ALWAYS
    word = answer.strip(" .!").casefold()
    if word in _YES | _NO:
        return _yes_no(question, answer, word in _YES, kinds, known)
    asserts = FINITE & {word.casefold() for word in _WORD.findall(answer)}
    if not asserts and not _MODALITY.search(question):
        return Finding("uncheckable")  # a bare noun: what it answers decides what it says
    parsed = [one for one in parse(answer, known.space) if asserts or one.kind == "modality"]
    return _found(answer, parsed, kinds, known)


def _yes_no(question: str, answer: str, yes: bool, kinds: frozenset[str], known: Evidence) -> Finding:
    said = _IDLE.sub("", _ASKING.sub("", question.strip().rstrip("? ")))
    parsed = parse(said, known.space)
    if not _ASKING.match(question.strip()) or (not yes and len(parsed) != 1):
        return Finding("uncheckable")  # which part of it a "no" denies cannot be told
    parsed = parsed if yes else [_denied(parsed[0])]
    found = _found(said, parsed, kinds, known)
    facts = dict.fromkeys(claim.fact for claim in found.claims)
    return Finding(
        found.checked, tuple(Claim(span=(0, len(answer)), fact=fact) for fact in facts), found.refuted
    )  # fmt: skip


def _denied(claim: Parsed) -> Parsed:
    if claim.kind in ("presence", "body_part"):
        return claim._replace(kind="absence")
    return claim._replace(kind="presence") if claim.kind == "absence" else claim._replace(negated=not claim.negated)


def _judged(one: Parsed, text: str, known: Evidence) -> ClaimVerdict:
    """As our own words are judged, but for modalities: those of a source are not ours (an "x-ray" is a CR image)."""
    verdict = judge(one, text, known)
    if one.kind != "modality" or verdict.verdict == "uncheckable" or one.subject is None:
        return verdict
    here = next((known.slug(fact.concept) for fact in known.facts["modality"]), "")
    kinds = {MODALITIES.get(slug) for slug in (here, *one.subject.slugs)}
    if here in one.subject.slugs or (None not in kinds and len(kinds) == 2):
        return verdict
    return verdict._replace(verdict="uncheckable", fact=None, reason="a modality by another name")


def _outright(one: Parsed, text: str, verdict: ClaimVerdict, known: Evidence) -> bool:
    """Whether it is said without a doubt, and refuted by a mask or a label: the body part is but that of the set. What
    is denied, or seen, on one side may be on the other."""
    fact = known.by_id.get(verdict.fact or "")
    if fact is not None and fact.value == "uncertain":
        return False  # what a document leaves open, its words may have settled
    sided = one.subject is not None and one.subject.facet == "finding" and _SIDE.search(text) is not None
    sided = sided and one.kind in ("presence", "absence")
    return not (
        one.clouded
        or one.hedged
        or one.strength != "certain"
        or sided
        or (fact is not None and fact.predicate == "body_part")
    )


def _found(text: str, parsed: list[Parsed], kinds: frozenset[str], known: Evidence) -> Finding:
    verdicts = [_judged(one, text, known) for one in parsed]
    for one, verdict in zip(parsed, verdicts, strict=True):
        if verdict.verdict == "contradicted" and one.kind in kinds and _outright(one, text, verdict, known):
            by = f" ({verdict.fact})" if verdict.fact else ""
            return Finding("uncheckable", refuted=f"{verdict.text!r} of {text!r}: {verdict.reason}{by}")
    good = [verdict for verdict in verdicts if verdict.verdict == "supported" and verdict.fact]
    claims = dict.fromkeys(Claim(span=verdict.span, fact=verdict.fact or "") for verdict in good)
    whole = bool(verdicts) and all(verdict.verdict == "supported" for verdict in verdicts)
    return Finding("supported" if whole else "uncheckable", tuple(claims))


def refuted(
    description: Description | None, dialogues: Iterable[Dialogue], known: Evidence, earlier: Evidence | None = None
) -> Iterator[tuple[str, ClaimVerdict]]:
    """(where, verdict) of what a sample holds of its source's words though facts refute it: nothing, in a sound one.
    `earlier`: what a group knows of the earlier study that it shows, which has words of its own."""
    own = {media.media for media in known.scene.group.shown} if known.scene.group else set()
    for n, text in enumerate(description.source if description else ()):
        by = known if earlier is None or own.issuperset(text.media) else earlier
        for span, sentence in sentences_of(text.text):
            if reason := of_sentence(sentence, text.level, by).refuted:
                yield f"description.source.{n}", _verdict(span, sentence, reason)
    for dialogue in dialogues:
        for n, (asked, told) in enumerate(zip(dialogue.turns[::2], dialogue.turns[1::2], strict=False)):
            if dialogue.published and dialogue.level is not None:
                reason = of_answer(asked.text, told.text, dialogue.level, known).refuted
                if reason:
                    yield f"dialogues.{dialogue.id}.{2 * n + 1}", _verdict((0, len(told.text)), told.text, reason)


def _verdict(span: tuple[int, int], text: str, reason: str) -> ClaimVerdict:
    return ClaimVerdict(span, text, "uncheckable", "contradicted", None, reason)
