"""Texts that carry their claims: do the spans lie in the text, the facts exist, and the words say what the facts
say?"""

from collections.abc import Iterator

from schemas import Fact, LabelSpace, Scene, Text
from transforms.checks.claims.binding import bound
from transforms.checks.claims.certain import certain
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.grouped import check_group
from transforms.checks.claims.judge import judge, rule
from transforms.checks.claims.model import ClaimVerdict, Parsed, unsure
from transforms.checks.claims.parse import by_sentence, parse
from transforms.facts.statement import STATED
from transforms.facts.wording import TEMPLATES
from transforms.groups.across import PREDICATES

SAYS: dict[str, frozenset[str]] = {
    "modality": frozenset({"modality"}), "plane": frozenset({"plane"}), "body_part": frozenset({"body_part",
    "presence"}),
    "present": frozenset({"presence", "count", "body_part", "box", "point", "mark"}), "absent": frozenset({"absence"}),
    "count": frozenset({"count", "absence", "presence"}), "area": frozenset({"area", "comparison"}),
    "long_axis": frozenset({"size"}), "short_axis": frozenset({"size"}), "zone": frozenset({"location"}),
    "side": frozenset({"side", "presence"}), "mean_intensity": frozenset({"intensity"}),
    "inside": frozenset({"inclusion"}),
    "adjacent": frozenset({"adjacency", "distance"}), "larger": frozenset({"comparison"}),
    "distance": frozenset({"distance"}), "slice": frozenset({"slice"}), "volume": frozenset({"volume"}),
    "pieces": frozenset({"pieces"}), "diameter": frozenset({"size"}), "rating": frozenset({"rating"}),
    "box_width": frozenset({"size"}), "box_height": frozenset({"size"}), "box_larger": frozenset({"presence", "box"}),
    "circle_diameter": frozenset({"size"}), "ellipse_long": frozenset({"size"}), "ellipse_short": frozenset({"size"}),
    "turned_long": frozenset({"size"}), "turned_short": frozenset({"size"}),
    "ellipse_angle": frozenset({"size"}), "line_length": frozenset({"size", "mark", "point"}),
    "angle": frozenset({"angle"}),
    "moment": frozenset({"span"}), "span_start": frozenset({"span"}), "span_end": frozenset({"span"}),
    "duration": frozenset({"interval"}),
    "finding": frozenset({"finding", "presence", "absence"}), "interval": frozenset({"interval"}),
    **dict.fromkeys(PREDICATES, frozenset({"across"})),
    **dict.fromkeys(STATED, frozenset({"stated"})),
    **dict.fromkeys((*TEMPLATES, "altered"), frozenset({"stated"})),
    **dict.fromkeys(("slices", "frames", "words", "headings", "slice_spacing", "largest_slice", "marked_slice",
                     "first_slice", "last_slice", "given_diameter", "extent_1", "extent_2", "extent_3"),
                    frozenset({"stack"})),
}  # fmt: skip
"""Which parsed assertions can say a fact of each predicate."""

UNCLAIMED = "true, but no claim covers it"


def check(
    text: str, scene: Scene, space: LabelSpace, region: str | None = None, known: Evidence | None = None
) -> list[ClaimVerdict]:
    """The verdicts on free text, in its order. `region`: the region that the text is about, what "it" means at first.

    `known` spares building the evidence of the scene again. Never raises on any text.
    """
    base = known or Evidence(scene, space, region)
    words = base.called  # worked out once, for all that is about one of its regions
    if scene.group is not None and region is None:
        return check_group(text, space, base)
    evidence = base.about(region)
    return [one for claims in by_sentence(text, space, words) for one in _judged(claims, text, evidence)]


def _judged(claims: list[Parsed], text: str, known: Evidence) -> list[ClaimVerdict]:
    """The verdicts on the assertions of a sentence, each held against the others."""
    found = certain([(claim, judge(claim, text, known)) for claim in bound(claims, known, rule)], text)
    unread = any(claim.kind == "uncheckable" and claim.subject is None for claim, _ in found)
    left = any(one.verdict == "uncheckable" and one.kind != "uncheckable" for _, one in found)
    loose = (LOOSE if unread else frozenset()) | (COUNTED if left else frozenset())
    loose |= BESIDE if left and unread else frozenset()
    found = [(claim, _displaced(_beside(claim, verdict, found), found)) for claim, verdict in found]
    return [
        _doubtful(one) if one.kind in loose else one
        for claim, one in found
        if not claim.presupposed or one.verdict != "uncheckable"
    ]


LOOSE = frozenset({"count", "volume", "order", "span", "inclusion", "interval"})
"""Kinds of which it is not sure what they are said of in a sentence that is not read to its end."""


COUNTED = frozenset({"count"})
"""Kinds of which that is not sure beside something that was read and could not be checked."""
BESIDE = frozenset({"stated", "comparison", "rating"})
"""Kinds of which it is not sure where both are so."""


def _doubtful(one: ClaimVerdict) -> ClaimVerdict:
    return one if one.error == "scope" else unsure(one, "the sentence says more than the facts cover")


def _beside(claim: Parsed, verdict: ClaimVerdict, found: list[tuple[Parsed, ClaimVerdict]]) -> ClaimVerdict:
    """ "Ki-67 IHC": of two words for one thing stated, one of which is right, the other may be meant otherwise."""
    if claim.kind == "presence" and verdict.verdict == "contradicted" and verdict.reason.startswith("the body part is"):
        return unsure(verdict, "what it is named with is imaged") if _with(claim, found) else verdict
    if claim.kind != "stated" or verdict.verdict != "contradicted" or claim.quantity is not None or claim.negated:
        return verdict
    if (claim.measure or "").startswith("change"):
        return verdict
    words = [(told, one) for told, one in found if told.kind == "stated" and told.quantity is None and not told.negated]
    other = (one for told, one in words if told.measure == claim.measure and told.value not in (claim.value, None))
    if any(one.verdict == "supported" for one in other):
        return unsure(verdict, "another word for it is right")
    return verdict


def _with(claim: Parsed, found: list[tuple[Parsed, ClaimVerdict]]) -> bool:
    """ "A tumor of the head and neck": named with a body part that is right, right after "and"."""
    one = claim.subject
    parts = (told.subject for told, other in found if other.verdict == "supported" and told.kind == claim.kind)
    beside = [it for it in parts if it is not None and one is not None and it.last + 2 == one.first]
    return bool(beside) and one is not None and one.facet == beside[0].facet == "anatomy"


def _displaced(verdict: ClaimVerdict, found: list[tuple[Parsed, ClaimVerdict]]) -> ClaimVerdict:
    """ "Lies in the posterior right part of the body": in the body, and not in that part of it."""
    if verdict.kind != "inclusion" or verdict.verdict != "supported":
        return verdict
    wrong = (one for claim, one in found if claim.kind in ("location", "side") and one.verdict == "contradicted")
    within = next((one for one in wrong if _meet(one.span, verdict.span)), None)
    if within is None:
        return verdict
    return verdict._replace(
        verdict="contradicted", fact=within.fact, reason=within.reason, error=within.error, weight=within.weight
    )


def check_text(
    text: Text, scene: Scene, space: LabelSpace, region: str | None = None, known: Evidence | None = None
) -> list[ClaimVerdict]:
    """The verdicts on an annotated text: those of its words, then one for each claim that its words do not bear out.

    An assertion that no claim covers is called uncheckable here: it may be true,
    but nothing says from where it is known.
    """
    evidence = known.about(region) if known else Evidence(scene, space, region)
    parsed = parse(text.text, space)
    spans = [claim.span for claim in text.claims]
    found = []
    for one in parsed:
        verdict = judge(one, text.text, evidence)
        # A box or a point stands in its region, not in a fact: there is none that a claim could name.
        drawn = one.kind in ("box", "point")
        if verdict.verdict == "supported" and not drawn and not any(_meet(one.span, span) for span in spans):
            verdict = _said(verdict.span, text.text, one, "uncheckable", None, UNCLAIMED)
        found.append(verdict)
    for claim in text.claims:
        found += _claim(claim.span, evidence.by_id.get(claim.fact), claim.fact, text.text, parsed, evidence)
    return found


def _claim(
    span: tuple[int, int], fact: Fact | None, name: str, text: str, parsed: list[Parsed], known: Evidence
) -> Iterator[ClaimVerdict]:
    """What is wrong with one claim; nothing where its words say its fact."""
    start, end = span
    if not 0 <= start < end <= len(text):
        yield ClaimVerdict(span, "", "uncheckable", "contradicted", None, "the span does not lie in the text")
        return
    words = text[start:end]
    if fact is None:
        yield ClaimVerdict(span, words, "uncheckable", "contradicted", None, f"there is no fact {name}")
        return
    kinds = SAYS.get(fact.predicate, frozenset())
    saying = [one for one in parsed if one.kind in kinds and _meet(one.span, span)]
    if not saying:
        reason = f"its words do not say its fact ({fact.predicate})"
        yield ClaimVerdict(span, words, "uncheckable", "uncheckable", fact.id, reason)
        return
    alone = known.with_only(fact)
    verdicts = [judge(one, text, alone) for one in saying]
    if not any(verdict.verdict == "supported" for verdict in verdicts):
        wrong = next((verdict for verdict in verdicts if verdict.verdict == "contradicted"), verdicts[0])
        yield ClaimVerdict(
            span, words, wrong.kind, wrong.verdict, fact.id, f"its words against its fact: {wrong.reason}"
        )


def _said(span: tuple[int, int], text: str, one: Parsed, verdict: str, fact: str | None, reason: str) -> ClaimVerdict:
    return ClaimVerdict(span, text[slice(*span)], one.kind, verdict, fact, reason)  # type: ignore[arg-type]


def _meet(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]
