"""An assertion against the facts: supported, contradicted, or uncheckable."""

from collections.abc import Callable
from dataclasses import replace

from schemas import Fact
from transforms.checks.claims import compare, errors, marks, sizes
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Answer, ClaimVerdict, Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.stated import graded, judge_stated
from transforms.checks.claims.values import fits, zone_agrees
from transforms.checks.claims.words import word_set
from transforms.facts.statement import STATED

Judge = Callable[[Parsed, Evidence], Ruling]
ABNORMAL = "abnormality"
DOCUMENT = "doc"
BOUND = word_set(
    "absence interval intensity volume size area distance inclusion location side comparison count adjacency direction"
)
"""What can be said of another thing than the one found: a word that is not understood may be its name."""
OF_EACH = word_set("inclusion side location adjacency mark")
"""What is said of a plural and holds of each."""
REGIONS = word_set("head brain neck thorax chest abdomen pelvis upper_limb lower_limb breast eye retina")
"""Slugs of what a whole picture is of: one of them is not seen in a picture of another that it is no part of."""


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
    if claim.hedged:
        return unknown("not asserted of what is shown: a doubt, another time, a condition or a part")
    ruling = _each(claim, known)
    if claim.negated:
        ruling = _inverse(ruling)
    vague = claim.kind == "presence" and claim.subject is not None and (claim.subject.modified or claim.subject.short)
    if claim.clouded and (ruling.answer == "supported" or vague or claim.kind in BOUND):
        return unknown("the clause says more than the facts cover")
    return ruling


def _each(claim: Parsed, known: Evidence) -> Ruling:
    """What is said of several must be true of each: "both nodules lie in the left lung"."""
    one = claim.subject
    if claim.kind not in OF_EACH or one is None or one.rank or not (one.every or one.plural):
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


def _presence(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    slugs = _general(claim.subject.slugs, known, ABNORMAL)
    facts = [known.present(slug) for slug in slugs]
    missing = [fact for slug in slugs if (fact := known.absent(slug))]
    shown = [fact for fact in facts if fact is not None]
    if claim.value == "seen":
        shown = [fact for fact in shown if fact.predicate not in STATED]
    if missing and (claim.subject.every or len(missing) == len(facts)) and not shown:
        return no(missing[0], "declared absent")
    doubted = _doubted(slugs, known)
    if doubted and not shown:
        return no(doubted, "stated as uncertain")
    if claim.subject.rank and not known.of(claim.subject):
        return unknown("which one that is cannot be told")
    if shown and (not claim.subject.every or len(shown) == len(facts)):
        return yes(shown[0], "shown")
    step = graded(slugs, known) if claim.value != "seen" else None
    return _elsewhere(slugs, known) or step or unknown("neither shown nor declared absent")


def _doubted(slugs: tuple[str, ...], known: Evidence) -> Fact | None:
    """The fact by which a document leaves open whether something is there."""
    uncertain = [f for f in known.facts["finding"] if f.value == "uncertain"]
    return next((f for f in uncertain if known.slug(f.concept) in slugs), None)


def _general(slugs: tuple[str, ...], known: Evidence, general: str) -> tuple[str, ...]:
    """ "An abnormality" is any finding that is shown, where the source does not speak of abnormalities as such."""
    if slugs != (general,) or known.present(general) or known.absent(general):
        return slugs
    found = [slug for slug in known.shown if slug in known.space and known.space.get(slug).facet == "finding"]
    return tuple(found[:1]) or slugs


def _elsewhere(slugs: tuple[str, ...], known: Evidence) -> Ruling | None:
    """A body region that the picture is surely not of: a slice of the brain shows no abdomen."""
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    other = {known.space.get(slug).pair for slug in slugs if slug in known.space}
    turned = next((fact for fact in parts if known.slug(fact.concept) in other), None)
    if turned is not None:
        return no(turned, f"it is the {turned.value}", "side")
    regions = REGIONS & set(slugs)
    if not parts or len(regions) < len(slugs):
        return None
    if any(known.kin(known.slug(fact.concept), slug) for fact in parts for slug in regions):
        return None
    return no(parts[0], f"the body part is {parts[0].value}", "site")


def _absence(claim: Parsed, known: Evidence) -> Ruling:
    if claim.subject is None:
        return unknown("what is said to be absent cannot be told")
    slugs = _general(claim.subject.slugs, known, ABNORMAL)
    missing = [known.absent(slug) for slug in slugs]
    if all(missing):
        return yes(missing[0], "declared absent")
    if any(missing) and not claim.subject.every:
        return unknown("one is shown and another is not")
    present = next((fact for slug in slugs if (fact := known.present(slug))), None)
    doubted = _doubted(slugs, known)
    if doubted and not present:
        return no(doubted, "stated as uncertain", "negation")
    if claim.located and claim.object is not None:
        held = known.pair("inside", known.of(claim.subject), known.of(claim.object))
        if held:
            return no(held[0], "one is there")
        scope = any(_everywhere(slug, known) for slug in claim.object.slugs)
        return no(present, "it is shown") if present and scope else unknown("not declared absent there")
    if claim.subject.side and present:
        return _absent_side(claim, known, present)
    return no(present, "it is shown") if present else unknown("not declared absent")


def _absent_side(claim: Parsed, known: Evidence, present: Fact) -> Ruling:
    """ "No lesion on the left", where one is shown: by the side that it lies on."""
    assert claim.subject is not None
    facts = known.about_regions("side", known.of(replace(claim.subject, side=None)))
    there = [fact for fact in facts if fact.value == claim.subject.side]
    return no(there[0], "it is shown there") if there else unknown("not declared absent there")


def _only(claim: Parsed, known: Evidence) -> Ruling:
    """ "Only the left kidney": contradicted where its other side, or another of its kind, is shown too."""
    assert claim.subject is not None
    ids = known.of(claim.subject)
    pairs = {known.space.get(slug).pair for slug in claim.subject.slugs if slug in known.space}
    for slug in sorted(one for one in pairs if one):
        if slug in known.shown and known.of(claim.subject):
            return no(known.shown[slug], f"the {slug.replace('_', ' ')} is shown, too")
    return unknown("whether nothing else is there cannot be told") if ids else unknown("not shown")


def _count(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    if claim.quantity is None:
        return unknown("no number")
    said, subject = claim.quantity, claim.subject
    if claim.located and claim.object is not None:
        return _count_inside(claim, known)
    if claim.value is not None and len(known.of(replace(subject, plural=True, rank=None))) > 1:
        return _count_such(claim, known)
    facts = [f for f in known.facts["count"] if known.slug(f.concept) in subject.slugs and not subject.side]
    if facts and len(subject.slugs) == 1:
        wanted = [f for f in facts if fits(float(f.value), said, 0.0)]
        return yes(wanted[0], "the count") if wanted else no(facts[0], f"the count is {facts[0].value}")
    ids = known.of(replace(subject, plural=True, rank=None))
    if not ids or not _counted(ids, known):
        return _not_counted(ids, said, known)
    fact = known.present(subject.slugs[0]) or known.present(known.slugs[ids[0]])
    if fits(len(ids), said, 0.0):
        return yes(fact, "as many are shown") if fact else unknown("not counted")
    return no(fact, f"{len(ids)} are shown")


def _count_such(claim: Parsed, known: Evidence) -> Ruling:
    """How many of a kind lie somewhere, or are rated so."""
    assert claim.subject is not None
    assert claim.quantity is not None
    kind, _, value = (claim.value or "").partition("|")
    ids = known.of(replace(claim.subject, plural=True, rank=None, side=None))
    each = [claim._replace(kind=kind, value=value, quantity=None, subject=replace(claim.subject, ids=(rid,), count=None))
            for rid in ids]  # fmt: skip
    rulings = [JUDGES[kind](one, known) for one in each]
    if not ids or not _counted(ids, known) or any(ruling.answer == "uncheckable" for ruling in rulings):
        return unknown("which of them are meant is not known for all")
    fact = known.present(claim.subject.slugs[0]) or known.present(known.slugs[ids[0]])
    such = sum(ruling.answer == "supported" for ruling in rulings)
    return (yes if fits(such, claim.quantity, 0.0) else no)(fact, f"{such} are such")


def _not_counted(ids: list[str], said: Quantity, known: Evidence) -> Ruling:
    """Organs that have two sides are at most two, whatever a mask of them says."""
    sided = bool(ids) and all(known.space.get(known.slugs[rid]).side for rid in ids if known.slugs[rid])
    if sided and said.bound == "eq" and said.values[0] > 2 and len(ids) <= 2:
        return no(known.present(known.slugs[ids[0]]), "there are two of it at most")
    return unknown("not counted")


def _everywhere(slug: str, known: Evidence) -> bool:
    return any(known.is_a(known.slug(fact.concept), slug) for fact in known.facts["body_part"])


def _counted(ids: list[str], known: Evidence) -> bool:
    """Whether regions stand for so many things: not the mask of a class, unless it is of what there is one of (the
    first lumbar vertebra)."""
    slugs = [known.slugs[rid] for rid in ids]
    entries = [known.space.get(slug) for slug in slugs]
    if len(set(slugs)) == len(slugs) and all(entry.plural is None or entry.side for entry in entries):
        return True
    return all(known.regions[rid].segmentation != "semantic" for rid in ids)


def _count_inside(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    assert claim.object is not None
    assert claim.quantity is not None
    ids = known.of(replace(claim.subject, plural=True))
    if ids and all(compare.by_name(rid, claim.object, known) for rid in ids):
        return _count(claim._replace(located=False), known)
    held = known.pair("inside", ids, known.of(claim.object))
    inner = {fact.regions[0] for fact in held}
    if inner and fits(len(inner), claim.quantity, 0.0):
        return yes(held[0], "as many lie inside it")
    if claim.quantity.values[0] > len(ids) > 0 and claim.quantity.bound != "lt":
        fact = known.present(claim.subject.slugs[0])
        return no(fact, f"only {len(ids)} are shown at all")
    if len(inner) > claim.quantity.values[-1] and claim.quantity.bound in ("eq", "lt", "range"):
        return no(held[0], f"{len(inner)} lie inside it")
    return unknown("which of them lie there is not known for all")


def _location(claim: Parsed, known: Evidence) -> Ruling:
    facts = known.about_regions("zone", known.of(claim.subject))
    rulings = [(fact, zone_agrees(claim.value or "", str(fact.value), known.scene.view.plane)) for fact in facts]
    for fact, answer in rulings:
        if answer:
            return yes(fact, "lies there")
    if rulings and all(answer is False for _, answer in rulings):
        return no(facts[0], f"lies in the {facts[0].value}")
    return unknown("where it lies is not known in these words")


def _side(claim: Parsed, known: Evidence) -> Ruling:
    ids = known.of(replace(claim.subject, side=None) if claim.subject else None)
    facts = known.about_regions("side", ids) or _zoned(ids, known)
    for fact in facts:
        if claim.value in str(fact.value).split():
            return yes(fact, "lies on that side")
    if facts:
        return no(facts[0], f"lies {facts[0].value}")
    sided = {known.space.get(known.slugs[f.regions[1]]).side: f for f in known.about_regions("inside", ids)
             if known.slugs[f.regions[1]] in known.space}  # fmt: skip
    sided.pop(None, None)
    if sided:
        held = sided.get(claim.value)  # type: ignore[arg-type]
        return yes(held, "it lies in what is on that side") if held else no(next(iter(sided.values())), "it lies on the other")
    imaged = [f for f in known.facts["body_part"] if known.slug(f.concept) in known.space]
    whose = {known.space.get(known.slug(f.concept)).side: f for f in imaged}
    whose.pop(None, None)
    if whose and not ids and claim.subject is not None and claim.subject.facet == "anatomy":
        fact = next(iter(whose.values()))
        kin = any(known.kin(known.slug(fact.concept), slug) for slug in claim.subject.slugs)
        if kin:
            return yes(fact, "the side imaged") if claim.value in whose else no(fact, "the other side is imaged")
    named = {known.space.get(known.slugs[rid]).side: known.slugs[rid] for rid in ids}
    if claim.value in named:
        return yes(known.present(named[claim.value]), "its name says so")
    if named and None not in named:
        return no(known.present(known.slugs[ids[0]]), "its name says the other side")
    return unknown("its side is not known")


def _zoned(ids: list[str], known: Evidence) -> list[Fact]:
    """In planes that show left and right, the zones that lie in an outer third."""
    if known.scene.view.plane not in ("axial", "coronal"):
        return []
    return [f for f in known.about_regions("zone", ids) if {"left", "right"} & set(str(f.value).split())]


def _modality(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    for fact in known.facts["modality"]:
        if known.slug(fact.concept) == DOCUMENT and DOCUMENT not in claim.subject.slugs and not claim.negated:
            return _of_document(claim, fact)
        if any(_same_kind(slug, fact, known) for slug in claim.subject.slugs) or any(known.is_a(known.slug(fact.concept), slug) for slug in claim.subject.slugs):
            return yes(fact, "the modality")
        return no(fact, f"the modality is {fact.value}")
    return unknown("the modality is not known")


def _same_kind(slug: str, fact: Fact, known: Evidence) -> bool:
    """Whether a modality is named by its kind alone: "microscopy" of a blood smear microscopy."""
    label = known.space.get(slug).concept.label if slug in known.space else slug
    return fact.concept is not None and f" {fact.concept.label.lower()} ".endswith(f" {label.lower()} ")


def _of_document(claim: Parsed, fact: Fact) -> Ruling:
    """A report names studies that it is not: only "this is a CT" says what is before the reader."""
    return unknown("a document names other studies") if claim.span[0] > 12 else no(fact, f"the modality is {fact.value}")


def _plane(claim: Parsed, known: Evidence) -> Ruling:
    return _exact(claim, known.facts["plane"], "plane")


def _slice(claim: Parsed, known: Evidence) -> Ruling:
    return _exact(claim, known.facts["slice"], "slice")


def _stack(claim: Parsed, known: Evidence) -> Ruling:
    """How many slices or frames there are, how far apart, and where a region is largest."""
    if claim.measure == "largest_slice":
        return sizes.quantity(claim, known.about_regions("largest_slice", known.of(claim.subject)))
    return sizes.quantity(claim, known.facts[claim.measure or ""])


def _exact(claim: Parsed, facts: list[Fact], what: str) -> Ruling:
    for fact in facts:
        same = str(fact.value) == claim.value
        return yes(fact, f"the {what}") if same else no(fact, f"the {what} is {fact.value}")
    return unknown(f"the {what} is not known")


def _body_part(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    ruling = _presence(claim, known)
    if ruling.answer != "uncheckable":
        return ruling
    parts = known.facts["body_part"]
    if parts and not any(known.kin(slug, known.slug(f.concept)) for f in parts for slug in claim.subject.slugs):
        return no(parts[0], f"the body part is {parts[0].value}")
    return ruling


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


def _finding(claim: Parsed, known: Evidence) -> Ruling:
    """What a text is not certain of: of what is absent nothing is likely, of what is there nothing unlikely."""
    assert claim.subject is not None
    slugs = claim.subject.slugs
    facts = [f for f in known.facts["finding"] if known.slug(f.concept) in slugs]
    for fact in facts:
        if fact.value == claim.value and claim.strength != "unlikely":
            return yes(fact, f"stated as {fact.value}")
    missing = next((fact for slug in slugs if (fact := known.absent(slug))), None)
    present = next((fact for slug in slugs if (fact := known.present(slug))), None)
    if claim.strength == "unlikely":
        if present or facts:
            return no(present or facts[0], "it is shown, or not said to be unlikely", "missing finding")
        return yes(missing, "declared absent") if missing else unknown("not stated")
    if missing and not present:
        return no(missing, "declared absent", "false finding")
    return no(facts[0], f"stated as {facts[0].value}") if facts else unknown("not stated")


def _property(claim: Parsed, known: Evidence) -> Ruling:
    """ "The heart is enlarged": by the finding of that kind which is one of that organ."""
    assert claim.object is not None
    own = [slug for slug in claim.object.slugs if claim.subject is None or _finding_of(slug, claim.subject, known)]
    if not own or (claim.subject is None and len(claim.object.slugs) > 1):
        return unknown("of what that is said cannot be told")
    present = next((fact for slug in own if (fact := known.present(slug))), None)
    missing = next((fact for slug in own if (fact := known.absent(slug))), None)
    fact = present or missing
    if fact is None:
        return unknown("neither shown nor declared absent")
    if (present is not None) == (claim.value == "+"):
        return yes(fact, "as it is shown")
    return no(fact, "it is declared absent" if missing else "it is shown", "false finding" if missing else
              "missing finding")  # fmt: skip


def _finding_of(slug: str, subject: Mention, known: Evidence) -> bool:
    """Whether a finding is one of that organ, by what the label space puts it under or by the words of its name."""
    places = [one for one in known.space.get(slug).parents if known.words.facets.get(one) == "anatomy"]
    if any(known.kin(place, one) for place in places for one in subject.slugs):
        return True
    words = {word for name in (known.space.get(slug).concept.label,) for word in name.lower().split()}
    return any(words & set(one.split("_")) - {"left", "right"} for one in subject.slugs) or slug in subject.slugs


JUDGES: dict[str, Judge] = {
    "property": _property, "presence": _presence, "absence": _absence, "only": _only, "count": _count, "size": sizes.measured,
    "area": sizes.measured, "volume": sizes.measured, "pieces": sizes.measured, "intensity": sizes.measured,
    "interval": sizes.interval, "rating": sizes.rating, "location": _location, "side": _side,
    "direction": compare.direction,
    "modality": _modality, "plane": _plane, "slice": _slice, "body_part": _body_part, "finding": _finding,
    "inclusion": compare.inclusion, "adjacency": compare.adjacency, "comparison": compare.comparison,
    "distance": compare.distance, "box": _box, "point": marks.point, "mark": marks.mark, "span": marks.span,
    "stated": judge_stated, "stack": _stack,
}  # fmt: skip
