"""Assertions on two regions: inside, adjacent, larger, beside, at a distance."""

from collections.abc import Sequence

from schemas import Fact
from transforms.checks.claims import counts
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import agrees, fits, nearest, number_of, open_to, same_unit
from transforms.checks.claims.words import REGIONS, word_set
from transforms.facts import ops
from transforms.facts.base import CONTAINERS

NEAR_PX = 4
"""Boxes further apart than this are not adjacent: the facts call 2 pixels near."""
ALIKE = 1.1
"""Two sizes within this ratio are alike: below it the facts call neither larger."""
PICTURED = {"superior": "upper", "inferior": "lower"}
"""Words for what lies above in a picture that is no plane of the patient."""
EVERYTHING = Mention(("*structure",), "finding", -1, -1, -1, -1, plural=True)
SIZES = ("area", "volume")
"""By what two things are compared where the text does not say."""


def inclusion(claim: Parsed, known: Evidence) -> Ruling:
    """ "a lies in b": by an `inside` fact, or by one that puts a where b is not."""
    a, b = known.of(claim.subject), known.of(claim.object)
    held = known.pair("inside", a, b)
    if held:
        return yes(held[0], "lies inside it")
    if not a and (named := _by_its_name(claim, known)) is not None:
        return yes(named, "its name says so")
    inner = [f for f in known.about_regions("inside", a) if known.slugs[f.regions[1]] not in CONTAINERS]
    if inner and claim.object is not None:
        return _elsewhere(inner, claim.object, known)
    if claim.object is not None and (ruling := _other_side(a, claim.object, known)) is not None:
        return ruling
    turned = known.pair("inside", b, a) or known.pair("larger", a, b)
    if turned:
        return no(turned[0], "it is the other way round")
    touching = known.pair("adjacent", a, b) + known.pair("adjacent", b, a)
    if touching and len(a) == len(b) == 1:
        return no(touching[0], "they lie side by side")
    if a and b and known.apart(a, b):
        return no(known.present(known.slugs[a[0]]), "their boxes do not meet")
    if claim.object is not None and claim.subject is not None and (own := of_its_own(claim, known)) is not None:
        return own
    if claim.object is not None and claim.subject is not None:
        return _by_region(claim.subject, a, claim.object, known)
    return unknown("whether it lies inside is not measured")


def _by_its_name(claim: Parsed, known: Evidence) -> Fact | None:
    """ "A tear of the cruciate ligament", of a finding that is stated and not drawn: what its name is of."""
    places = claim.object.slugs if claim.object is not None else ()
    slugs = [slug for slug in (claim.subject.slugs if claim.subject is not None else ()) if slug in known.space]
    held = [slug for slug in slugs if any(known.is_a(slug, place) for place in places)]
    return next((fact for slug in held if (fact := known.present(slug)) is not None), None)


def of_its_own(claim: Parsed, known: Evidence) -> Ruling | None:
    """ "A stone in the kidney" of what is a gallstone: a finding of one organ is in no other that it is no part of."""
    assert claim.subject is not None
    assert claim.object is not None
    organs = [slug for slug in claim.object.slugs if slug in known.space and slug not in REGIONS]
    for slug in claim.subject.slugs if organs else ():
        fact = known.present(slug)
        homes = [one for one in known.space.get(slug).parents if known.words.facets.get(one) == "anatomy"] \
            if fact is not None and slug in known.space else []  # fmt: skip
        at, said = ({organ for one in group for organ in _organs(one, known)} for group in (homes, organs))
        if at and said and not at & said and not any(known.kin(home, one) for home in homes for one in organs):
            return no(fact, f"it is one of the {homes[0].replace('_', ' ')}", "site")
    return None


SAME = {"colon": "large_bowel", "cerebrum": "brain", "lungs": "lung"}
ORGANS = word_set(
    """liver spleen kidney pancreas stomach gallbladder heart lung brain prostate urinary_bladder esophagus duodenum
    large_bowel colon uterus ovary thyroid_gland adrenal_gland trachea testis"""
)
"""Organs of which none is part of another, nor of the same tissue."""


def _organs(slug: str, known: Evidence) -> set[str]:
    """The organs that a thing is, or is a part of."""
    above = {slug} | (known.space.ancestors(slug) if slug in known.space else frozenset())
    return {SAME.get(one, one) for one in above & ORGANS}


def _elsewhere(inner: list[Fact], place: Mention, known: Evidence) -> Ruling:
    """a is inside something: does that settle whether it is inside `place`? Two places of which neither is part of the
    other exclude each other."""
    for fact in inner:
        holder = known.slugs[fact.regions[1]]
        if any(known.is_a(holder, slug) for slug in place.slugs):
            return yes(fact, f"lies inside the {holder.replace('_', ' ')}")
    apart = [f for f in inner if not any(known.kin(known.slugs[f.regions[1]], slug) for slug in place.slugs)]
    if apart:
        holder = known.slugs[apart[0].regions[1]]
        return no(apart[0], f"lies inside the {holder.replace('_', ' ')}")
    other = _other_side([fact.regions[0] for fact in inner], place, known)
    return other or unknown("it lies inside something around or within it")


def _other_side(a: Sequence[str], place: Mention, known: Evidence) -> Ruling | None:
    """What lies on one side of the patient is in no organ of the other."""
    sides = {known.space.get(slug).side for slug in place.slugs if slug in known.space}
    facts = [f for f in known.about_regions("side", a) if f.value in ("left", "right")]
    if len(sides) == 1 and None not in sides and len(facts) == len(a) > 0 and all(f.value not in sides for f in facts):
        return no(facts[0], f"lies on the patient's {facts[0].value}", "side")
    return None


def _by_region(subject: Mention, a: Sequence[str], place: Mention, known: Evidence) -> Ruling:
    """By what the body part imaged, or its own name, says of where a thing can be: a breast lesion is in the breast."""
    shown = next((fact for slug in subject.slugs if (fact := known.present(slug))), None)
    if shown is not None and set(place.slugs) <= {"tissue", "tissue_section"}:
        return yes(shown, "the tissue is what is shown")
    named = next((fact for rid in a if (fact := by_name(rid, place, known))), None)
    if named is not None:
        return yes(named, "its name, or the body part shown, says so")
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    near = any(_near(known.slug(f.concept), one, known) for f in parts for one in place.slugs)
    if a and parts and not near and subject.facet == "finding":
        return no(parts[0], f"the body part is {parts[0].value}", "site")
    return unknown("whether it lies inside is not measured")


WHOLES = frozenset({"body", "trunk", "head", "limb", "extremity"})


def _near(a: str, b: str, known: Evidence) -> bool:
    """Whether two places may lie in each other: they share something above them that is less than half the body."""
    above = [({slug} | known.space.ancestors(slug)) for slug in (a, b) if slug in known.space]
    if len(above) < 2 or not (above[0] & WHOLES and above[1] & WHOLES):
        return True  # a tissue, which may be anywhere
    return bool((above[0] & above[1]) - WHOLES)


def by_name(rid: str, place: Mention, known: Evidence) -> Fact | None:
    """The fact by which a region lies in a place whatever its outline: a breast lesion, a picture of the breast."""
    slug = known.slugs[rid]
    if any(known.is_a(slug, one) for one in place.slugs):
        return known.present(slug)
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    return next((f for f in parts if any(known.is_a(known.slug(f.concept), one) for one in place.slugs)), None)


def adjacency(claim: Parsed, known: Evidence) -> Ruling:
    a, b = known.of(claim.subject), known.of(claim.object)
    near = known.pair("adjacent", a, b) + known.pair("adjacent", b, a)
    if near:
        return yes(near[0], "the outlines meet")
    within = known.pair("inside", a, b) + known.pair("inside", b, a)
    if within:
        return no(within[0], "one lies inside the other")
    if claim.value == "near":
        return unknown("how near they are is not measured")
    if a and b and known.apart(a, b, NEAR_PX):
        return no(known.present(known.slugs[a[0]]), "their boxes lie apart")
    return unknown("whether they meet is not measured")


def comparison(claim: Parsed, known: Evidence) -> Ruling:
    """ "a is larger than b", by how many times where said; as large as b; the largest or smallest of all that b names.

    By the measure that the text names, else by area, else by volume.
    """
    attribute = claim.subject is not None and claim.subject.facet == "attribute"
    if claim.measure == "count" or attribute:
        ruling = counts.comparison(claim, known)
        if ruling.answer != "uncheckable" or attribute:
            return ruling
        claim = claim._replace(measure=None)  # "more gray matter than white matter"
    a = known.of(claim.subject)
    if (claim.value or "").startswith("denser"):
        return _dense(claim, a, known)
    if claim.value in ("most", "least", "2", "3"):
        return _most(claim, a, known)
    b = known.of(claim.object)
    if claim.value == "equal" and a == b and len(a) == 2:
        a, b = a[:1], b[1:]
    every = claim.object is not None and (claim.object.every or claim.object.plural)
    if len(a) == 1 and len(b) > 1 and every and a[0] not in b:
        rulings = [_pair(claim, a, [one], known) for one in b]
        return next((r for word in ("contradicted", "uncheckable") for r in rulings if r.answer == word), rulings[0])
    one = claim.subject
    if len(a) > 1 and len(b) == 1 and b[0] not in a and one is not None and (one.every or one.plural) and not one.count:
        rulings = [_pair(claim, [rid], b, known) for rid in a]
        return next((r for word in ("contradicted", "uncheckable") for r in rulings if r.answer == word), rulings[0])
    if len(a) != 1 or len(b) != 1 or a == b:
        return unknown("which ones are compared cannot be told")
    return _pair(claim, a, b, known)


def _pair(claim: Parsed, a: list[str], b: list[str], known: Evidence) -> Ruling:
    if claim.measure == "area" or (claim.measure is None and claim.scope != "record"):
        larger, smaller = known.pair("larger", a, b), known.pair("larger", b, a)
        if smaller and claim.value == "larger":
            return no(smaller[0], "it is the other way round")
        if larger and claim.value == "larger":
            return _ratio(claim, larger[0])
    return _values(claim, a[0], b[0], known)


def _ratio(claim: Parsed, fact: Fact) -> Ruling:
    if claim.quantity is None:
        return yes(fact, "larger")
    if agrees(fact, claim.quantity):
        return yes(fact, "as many times as large")
    if open_to(fact, claim.quantity):
        return unknown("the edge cuts one of them")
    return no(fact, f"{number_of(fact):.2f} times as large")


def _sizes(rids: Sequence[str], measure: str | None, scope: str | None, known: Evidence) -> dict[str, Fact]:
    """The fact of the first measure that is known of all the regions; empty where none is."""
    order = (measure,) if measure else (SIZES if scope != "record" else SIZES[::-1])
    for predicate in order:
        facts = {fact.regions[0]: fact for fact in known.every[predicate] if fact.regions and fact.regions[0] in rids}
        whole = all(fact.bound is None for fact in facts.values())  # what the edge cuts is not compared
        if whole and len(facts) == len(set(rids)) and len({fact.unit for fact in facts.values()}) == 1:
            return facts
    return {}


def _values(claim: Parsed, a: str, b: str, known: Evidence) -> Ruling:
    found = _sizes((a, b), claim.measure, claim.scope, known)
    if not found:
        return unknown("the two are not compared")
    first, second = number_of(found[a]), number_of(found[b])
    signed = claim.measure == "mean_intensity"
    if claim.value == "equal":
        if signed or min(first, second) <= 0:
            return unknown("whether they are alike cannot be told")
        alike = max(first, second) / min(first, second) < ALIKE
        return yes(found[a], "alike") if alike else no(found[a], f"{first:g} against {second:g}")
    if claim.value in ("differs", "share") and claim.quantity is not None:
        away = first - second if claim.value == "differs" else 100 * (first - second) / (second or 1.0)
        allowed = (found[a].tolerance or 0.0) + (found[b].tolerance or 0.0) if claim.value == "differs" else 2.0
        right = fits(away, claim.quantity, allowed)
        return (yes if right else no)(found[a], f"{away:g} more")
    if claim.value == "ratio":
        if signed or second <= 0 or claim.quantity is None:
            return unknown("a share of it has no meaning")
        right = fits(first / second, claim.quantity, 0.05 * first / second)
        return (yes if right else no)(found[a], f"{first / second:.2f} of it")
    if first <= second:
        return no(found[a], f"{first:g} against {second:g}")
    if claim.quantity is None:
        apart = first - second > (found[a].tolerance or 0) + (found[b].tolerance or 0)
        return yes(found[a], "it is the larger") if apart else unknown("they are alike")
    if signed or second <= 0:
        return unknown("a share of it has no meaning")
    ratio = first / second
    right = fits(ratio, claim.quantity, 0.05 * ratio)
    return yes(found[a], "as many times as large") if right else no(found[a], f"{ratio:.2f} times as large")


def _most(claim: Parsed, a: list[str], known: Evidence) -> Ruling:
    """The largest, or the smallest, of what is named; of the two sides of an organ where nothing is."""
    others = known.of(claim.object) if claim.object is not None else _counterparts(a, known)
    if claim.object is None and all(rid in a for rid in others):
        others = known.of(EVERYTHING)
    others = [rid for rid in others if rid not in a and known.slugs[rid] not in CONTAINERS]
    if len(a) != 1 or not others:
        return unknown("which ones are compared cannot be told")
    found = _sizes((a[0], *others), claim.measure, claim.scope, known)
    if not found:
        return unknown("not all of them are measured")
    own = number_of(found[a[0]])
    rest = [number_of(found[rid]) for rid in others]
    if claim.value in ("2", "3"):
        place = 1 + sum(value > own for value in rest)
        right = place == int(claim.value)
        return yes(found[a[0]], "it is the one") if right else no(found[a[0]], f"it is number {place}")
    if own > max(rest) if claim.value == "most" else own < min(rest):
        return yes(found[a[0]], "it is the one")
    return no(found[a[0]], f"{own:g} against {max(rest) if claim.value == 'most' else min(rest):g}")


def _dense(claim: Parsed, a: Sequence[str], known: Evidence) -> Ruling:
    """ "Hypodense": against what it lies in."""
    own = known.about_regions("mean_intensity", a)
    holders = [fact.regions[1] for fact in known.about_regions("inside", a)]
    around = next((f for rid in holders for f in known.about_regions("mean_intensity", [rid])), None)
    if len(own) != 1 or around is None:
        return unknown("what lies around it is not measured")
    low = (claim.value or "").endswith("low")
    right = number_of(own[0]) < number_of(around) if low else number_of(own[0]) > number_of(around)
    return (yes if right else no)(own[0], f"{number_of(own[0]):g} in {number_of(around):g}")


def _counterparts(a: Sequence[str], known: Evidence) -> list[str]:
    """The other side of an organ, or the others of its kind."""
    slugs = {known.slugs[rid] for rid in a}
    pairs = {known.space.get(slug).pair for slug in slugs if slug in known.space}
    return [rid for rid, slug in known.slugs.items() if slug in pairs or slug in slugs]


def direction(claim: Parsed, known: Evidence) -> Ruling:
    """ "a lies to the left of b", in the patient's words: by boxes that lie apart along that axis."""
    a, b = known.of(claim.subject), known.of(claim.object)
    plane = known.scene.view.plane
    axes = (ops.COLUMNS.get(plane, ()), ops.ROWS.get(plane, ()))
    word = (claim.value or "") if plane else PICTURED.get(claim.value or "", claim.value or "")
    axis = next((n for n, words in enumerate(axes) if word in words), None)
    if len(a) != 1 or len(b) != 1 or axis is None:
        return unknown("how they lie cannot be told")
    wanted = axes[axis].index(word)
    first, second = known.regions[a[0]].box, known.regions[b[0]].box
    fact = next((f for rid in (a[0], b[0]) for f in known.about_regions("zone", [rid])), None)
    if first is None or second is None or first.media != second.media:
        return unknown("where they lie is not known")
    low, high = (first.xyxy[axis], first.xyxy[axis + 2]), (second.xyxy[axis], second.xyxy[axis + 2])
    if min(low[1], high[1]) - max(low[0], high[0]) > 0.5 * min(low[1] - low[0], high[1] - high[0]):
        return unknown("they lie beside each other along that axis")
    before = sum(low) < sum(high)
    return yes(fact, "so they lie") if before == (wanted == 0) else no(fact, "they lie the other way round", "site")


def angle(claim: Parsed, known: Evidence) -> Ruling:
    """At the subject between the other two, in either order."""
    if claim.object is None or claim.third is None or claim.quantity is None:
        return unknown("between what cannot be told")
    apex, a, b = (set(known.of(one)) for one in (claim.subject, claim.object, claim.third))
    facts = [
        fact
        for fact in known.facts["angle"]
        if fact.regions[1] in apex
        and ((fact.regions[0] in a and fact.regions[2] in b) or (fact.regions[0] in b and fact.regions[2] in a))
    ]
    if not facts:
        return unknown("not measured")
    found = next((fact for fact in facts if agrees(fact, claim.quantity)), None)
    return (
        yes(found, "agrees with the measurement")
        if found
        else no(facts[0], f"measured {number_of(facts[0]):g} degrees")
    )


def distance(claim: Parsed, known: Evidence) -> Ruling:
    """Between two regions, in either order; the gap between outlines where `measure` is "adjacent"."""
    if claim.object is None or claim.quantity is None:
        return unknown("between what cannot be told")
    a, b = known.of(claim.subject), known.of(claim.object)
    if set(a) == set(b) and len(a) != 2:
        return unknown("between what cannot be told")
    measure = claim.measure or "distance"
    facts = [f for f in known.pair(measure, a, b) + known.pair(measure, b, a) if same_unit(f, claim.quantity)]
    if not facts:
        return unknown("not measured")
    found = next((fact for fact in facts if agrees(fact, claim.quantity)), None)
    if found:
        return yes(found, "agrees with the measurement")
    fact = nearest(facts, claim.quantity)
    return no(fact, f"measured {number_of(fact):g} {fact.unit or ''}".rstrip())
