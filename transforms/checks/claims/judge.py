"""An assertion against the facts: supported, contradicted, or uncheckable."""

from collections.abc import Callable
from dataclasses import replace

from schemas import Fact
from transforms.checks.claims import compare, distances, errors, marks, sizes
from transforms.checks.claims.across import judge_between
from transforms.checks.claims.counted import count
from transforms.checks.claims.denied import absence
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.existence import body_part, finding, only, presence
from transforms.checks.claims.grades import graded
from transforms.checks.claims.guards import guarded
from transforms.checks.claims.health import normality, readers
from transforms.checks.claims.inclusion import inclusion
from transforms.checks.claims.measures import OF_REGIONS
from transforms.checks.claims.model import Answer, ClaimVerdict, Parsed
from transforms.checks.claims.places import location, side
from transforms.checks.claims.properties import has_finding, identity, left_open
from transforms.checks.claims.recording import thickness
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.stated import judge_stated
from transforms.checks.claims.values import number_of
from transforms.checks.claims.words import word_set

Judge = Callable[[Parsed, Evidence], Ruling]
DOCUMENT = "doc"
BOUND = word_set(
    "absence normality interval intensity volume size area distance inclusion location side comparison count adjacency"
    " direction property"
)
"""What can be said of another thing than the one found: a word that is not understood may be its name."""
DESCRIBED = BOUND - {"count", "property"}
"""Of these an adjective that is not understood changes nothing; "three focal lesions" are not all of them."""
OF_EACH = word_set("inclusion side location adjacency mark")
"""What is said of a plural and holds of each."""


def judge(claim: Parsed, text: str, known: Evidence) -> ClaimVerdict:
    """The verdict on one parsed assertion of `text`."""
    ruling = rule(claim, known)
    error = errors.kind_of(claim, ruling) if ruling.answer == "contradicted" else None
    weight = errors.weight_of(error, claim, known) if error else "none"
    return ClaimVerdict(
        claim.span, text[slice(*claim.span)], claim.kind, ruling.answer, ruling.fact, ruling.reason, error, weight,
        claim.strength,
    )  # fmt: skip


def rule(claim: Parsed, known: Evidence) -> Ruling:
    """What the facts say, then what the wording allows: a hedge asserts nothing, a clause half understood supports
    nothing."""
    if claim.kind == "uncheckable":
        ruling = graded(claim.subject.slugs, known) if claim.subject is not None and claim.value != "seen" else None
        return ruling or unknown("no fact covers this")
    if claim.hedged and claim.strength == "certain":
        return unknown("not asserted of what is shown: a doubt, another time, a condition or a part")
    ruling = _each(claim, known)
    ruling = _inverse(ruling) if claim.negated else guarded(claim, ruling, known)
    if claim.loose and ruling.answer == "contradicted":
        return unknown("its clause denies something, and what that is is not sure")
    if ruling.answer == "supported" and _far(claim, ruling, known):
        return unknown("that is true of nearly anything")
    if (
        claim.hedged
        and claim.kind == "property"
        and claim.strength != "unlikely"
        and (open_ := left_open(claim, known))
    ):
        return open_
    if claim.hedged and (ruling.answer != "contradicted" or claim.strength != "probable"):
        return unknown("not asserted of what is shown: a doubt")
    if claim.clouded and claim.kind == "modality" and _aside(claim):
        return unknown("what is so called there is not sure")
    vague = claim.kind == "presence" and claim.subject is not None and claim.subject.short
    if claim.clouded and (
        ruling.answer == "supported"
        or vague
        or (claim.kind in BOUND and not (claim.dimmed and claim.kind in DESCRIBED))
    ):
        return unknown("the clause says more than the facts cover")
    return ruling


FAR = 4.0
"""A bound this many times away from the value says too little to be borne out: "between 1 and 100 mm"."""
MEASURED = word_set("size area volume interval intensity")


def _far(claim: Parsed, ruling: Ruling, known: Evidence) -> bool:
    """Whether a bound or a range is true of nearly anything."""
    said, fact = claim.quantity, known.by_id.get(ruling.fact or "")
    if said is None or said.bound not in ("gt", "lt", "range") or fact is None or isinstance(fact.value, str | bool):
        return False
    if claim.kind not in MEASURED and claim.kind != "stated":
        return False
    if said.bound == "gt" and any(one.bound is not None for one in known.every[fact.predicate]):
        return False  # "at least 74 px²" of what the edge cuts, which is all that is known of it
    value = number_of(fact)
    alike = claim.kind in MEASURED or said.unit == (fact.unit or "")
    return alike and value > 0 and any(one > 0 and not 1 / FAR <= one / value <= FAR for one in said.values)


def _aside(claim: Parsed) -> bool:
    """Whether a modality is named in a clause that is not understood by letters that mean other things, too, or not at
    its beginning: "Amyloid PET was positive" is of another examination, "MR" may be a leak of a valve."""
    one = claim.subject
    return one is not None and ((one.end - one.start <= 2 and "ct" not in one.slugs) or one.first > 2)


def _each(claim: Parsed, known: Evidence) -> Ruling:
    """What is said of several must be true of each: "both nodules lie in the left lung"."""
    one = claim.subject
    if claim.value == "both" or claim.kind not in OF_EACH or one is None or one.rank or not (one.every or one.plural):
        return JUDGES[claim.kind](claim, known)
    ids = known.of(one)
    some = one.count is not None and not one.every and (one.count.bound != "eq" or one.count.values[0] != len(ids))
    if len(ids) < 2 or some:
        return JUDGES[claim.kind](claim, known)
    alone = [replace(one, ids=(rid,), plural=False, every=False) for rid in ids]
    rulings = [JUDGES[claim.kind](claim._replace(subject=each), known) for each in alone]
    return next((r for answer in ("contradicted", "uncheckable") for r in rulings if r.answer == answer), rulings[0])


def _inverse(ruling: Ruling) -> Ruling:
    turned: dict[Answer, Answer] = {"supported": "contradicted", "contradicted": "supported"}
    return ruling._replace(answer=turned.get(ruling.answer, ruling.answer), reason=f"negated: {ruling.reason}")


def _modality(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    kinds = known.facts["modality"]
    if len({fact.value for fact in kinds}) > 1 and not claim.negated:
        right = next((fact for fact in kinds if _imaged_so(claim.subject.slugs, fact, known)), None)
        return yes(right, "one of the modalities") if right else no(kinds[0], "none of the modalities")
    if "he" in claim.subject.slugs and kinds:
        return _stained(kinds[0], known)
    for fact in kinds:
        if known.slug(fact.concept) == DOCUMENT and DOCUMENT not in claim.subject.slugs and not claim.negated:
            return _of_document(claim, fact)
        if any(_same_kind(slug, fact, known) for slug in claim.subject.slugs) or any(
            known.is_a(known.slug(fact.concept), slug) for slug in claim.subject.slugs
        ):
            return yes(fact, "the modality")
        if claim.subject.vague and DOCUMENT in claim.subject.slugs and str(fact.value).endswith("report"):
            return yes(fact, "a report")
        if claim.subject.vague:
            return unknown("it may be called so")
        if any(known.is_a(slug, known.slug(fact.concept)) for slug in claim.subject.slugs):
            return unknown("which kind of it that is is not stated")
        return no(fact, f"the modality is {fact.value}")
    return unknown("the modality is not known")


def _stained(fact: Fact, known: Evidence) -> Ruling:
    """ "H&E", of a picture whose kind says, or does not say, with what it was stained."""
    if known.slug(fact.concept) in OTHERWISE or not known.is_a(known.slug(fact.concept), "sm"):
        return no(fact, f"the modality is {fact.value}")
    return yes(fact, "the modality")


OTHERWISE = frozenset({"histopathology_ihc", "multiplexed_imaging", "cytology", "blood_smear_microscopy"})
"""Microscopy of other stains than H&E."""


def _imaged_so(slugs: tuple[str, ...], fact: Fact, known: Evidence) -> bool:
    return any(_same_kind(slug, fact, known) or known.is_a(known.slug(fact.concept), slug) for slug in slugs)


def _same_kind(slug: str, fact: Fact, known: Evidence) -> bool:
    """Whether a modality is named by its kind alone: "microscopy" of a blood smear microscopy."""
    label = known.space.get(slug).concept.label if slug in known.space else slug
    return fact.concept is not None and f" {fact.concept.label.lower()} ".endswith(f" {label.lower()} ")


def _of_document(claim: Parsed, fact: Fact) -> Ruling:
    """A report names studies that it is not: only "this is a CT" says what is before the reader."""
    return (
        unknown("a document names other studies") if claim.span[0] > 12 else no(fact, f"the modality is {fact.value}")
    )


def _plane(claim: Parsed, known: Evidence) -> Ruling:
    return _exact(claim, known.facts["plane"], "plane")


def _slice(claim: Parsed, known: Evidence) -> Ruling:
    return _exact(claim, known.facts["slice"], "slice")


def _stack(claim: Parsed, known: Evidence) -> Ruling:
    """How many slices or frames there are, how far apart, and where a region is largest."""
    if claim.measure == "marked_slices":
        return marks.slices(claim, known)
    if claim.measure == "slice_thickness":
        return sizes.quantity(claim, thickness(known))
    if claim.measure in OF_REGIONS:
        return sizes.quantity(claim, known.about_regions(claim.measure, known.of(claim.subject)))
    return sizes.quantity(claim, known.facts[claim.measure or ""])


def _exact(claim: Parsed, facts: list[Fact], what: str) -> Ruling:
    for fact in facts:
        same = str(fact.value) == claim.value
        return yes(fact, f"the {what}") if same else no(fact, f"the {what} is {fact.value}")
    return unknown(f"the {what} is not known")


def _box(claim: Parsed, known: Evidence) -> Ruling:
    """ "lies within [10, 20, 50, 70]", or "the box encloses the liver" of the one region that a dialogue is about."""
    ids = known.of(claim.subject)
    boxes = {rid: box.xyxy for rid in ids if (box := known.regions[rid].box) is not None}
    if claim.value == "it":
        fitting = [rid for rid in ids if rid == known.focus]
        if known.focus is None:
            return unknown("which box is meant cannot be told")
    else:
        fitting = [rid for rid, box in boxes.items() if ",".join(map(str, box)) == claim.value]
    fact = next((f for f in known.facts["present"] if set(fitting or ids) & set(f.regions)), None)
    if not ids or not boxes:
        return unknown("its box is not known")
    return yes(fact, "its box") if fitting else no(fact, "another box")


JUDGES: dict[str, Judge] = {
    "property": has_finding, "presence": presence, "absence": absence, "only": only, "count": count,
    "size": sizes.measured, "area": sizes.measured, "volume": sizes.measured, "pieces": sizes.measured,
    "intensity": sizes.measured, "interval": sizes.interval, "rating": sizes.rating, "location": location, "side": side,
    "direction": compare.direction, "identity": identity,
    "modality": _modality, "plane": _plane, "slice": _slice, "body_part": body_part, "finding": finding,
    "inclusion": inclusion, "adjacency": compare.adjacency, "comparison": compare.comparison,
    "distance": distances.distance, "box": _box, "point": marks.point, "mark": marks.mark, "span": marks.span,
    "order": marks.order, "normality": normality, "readers": readers,
    "angle": distances.angle, "stated": judge_stated, "stack": _stack, "across": judge_between,
}  # fmt: skip
