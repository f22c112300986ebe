"""Assertions on two regions: adjacent, larger, beside, at a distance."""

from collections.abc import Sequence

from schemas import Fact
from transforms.checks.claims import counts, meant_by, percents
from transforms.checks.claims.dimensions import SIZES, sizes_of
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.superlatives import most
from transforms.checks.claims.values import agrees, fits, number_of, open_to
from transforms.facts import ops

NEAR_PX = 4
"""Boxes further apart than this are not adjacent: the facts call 2 pixels near."""
ALIKE = 1.1
"""Two sizes within this ratio are alike: below it the facts call neither larger."""
PICTURED = {"superior": "upper", "inferior": "lower"}
"""Words for what lies above in a picture that is no plane of the patient."""


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
    claim, counted = _by_count(claim, known)
    if counted is not None:
        return counted
    a = known.of(claim.subject)
    if (claim.value or "").startswith("denser"):
        return _dense(claim, a, known)
    if claim.value in ("most", "least", "2", "3", "4", "5"):
        return most(claim, a, known)
    if (ratio := meant_by.across_chest(claim, known)) is not None:
        return ratio
    b = meant_by.other(claim, a, known.of(claim.object), known)
    if claim.value in ("equal", "apart") and a == b and len(a) == 2:
        a, b = a[:1], b[1:]
    if claim.value == "equal" and a == b and len(a) > 2:
        return _all_alike(claim, a, known)
    if a == b and len(a) == 2 and not _many(claim.subject):
        turned = [_pair(claim, [x], [y], known) for x, y in (a, a[::-1])]  # "one is larger than the other"
        return _first(turned, "supported", "uncheckable")
    several = _several(claim, a, b, known)
    if several is not None:
        return several
    if len(a) != 1 or len(b) != 1 or a == b:
        return unknown("which ones are compared cannot be told")
    return _pair(claim, a, b, known)


def _by_count(claim: Parsed, known: Evidence) -> tuple[Parsed, Ruling | None]:
    """The claim, a percentage in it as a ratio, with the ruling on it where numbers of things or attributes are
    compared; what is counted and was not may be meant by its size."""
    attribute = claim.subject is not None and claim.subject.facet == "attribute"
    if percents.in_percent(claim) and (attribute or claim.measure in ("count", "long_axis")):
        claim = percents.as_ratio(claim)
    if claim.measure == "count" or attribute:
        ruling = counts.comparison(claim, known)
        if ruling.answer != "uncheckable" or attribute:
            return claim, ruling
        claim = claim._replace(measure=None)  # "more gray matter than white matter"
    share = claim.value == "ratio" and claim.measure is None and claim.quantity
    if share and (_many(claim.subject) or meant_by.share(claim, known)) and _many(claim.object):
        ruling = counts.comparison(claim, known)
        if ruling.answer != "uncheckable":
            return claim, ruling  # "two thirds of the parasites are rings"
    return claim, None


def _several(claim: Parsed, a: list[str], b: list[str], known: Evidence) -> Ruling | None:
    """The ruling where one side is several regions and it is clear what that means: each of them, all together, or
    whichever."""
    one, other, apart = claim.subject, claim.object, not set(a) & set(b)
    if len(a) == 1 and len(b) > 1 and _all(other) and apart:
        return _of_each(claim, a, b, known)
    if len(a) > 1 and len(b) == 1 and apart:
        if claim.value == "ratio" and claim.quantity is not None and _many(one):
            return _together(claim, a, b[0], known)
        if one is not None and _all(one) and (one.count is None or one.count.values[0] == len(a)):
            return _of_each(claim, a, b, known)
    if len(a) > 1 and len(b) > 1 and _all(other) and one is not None and one.every and apart:
        return _of_each(claim, a, b, known)  # "both putamina are hotter than both thalami"
    if a and b and len(a) + len(b) > 2 and apart and claim.quantity is None and _of_one_kind(a, b, known):
        rulings = [_pair(claim, [x], [y], known) for x in a for y in b]
        if len({ruling.answer for ruling in rulings}) == 1:
            return rulings[0]  # "the blasts are larger than the lymphocytes": so it is whichever are meant
    return None


def _of_each(claim: Parsed, a: list[str], b: list[str], known: Evidence) -> Ruling:
    """Said of each of a and each of b: the worst ruling."""
    return _first([_pair(claim, [x], [y], known) for x in a for y in b], "contradicted", "uncheckable")


def _first(rulings: list[Ruling], *answers: str) -> Ruling:
    """The first ruling with the first of the answers that any has, else the first."""
    return next((one for answer in answers for one in rulings if one.answer == answer), rulings[0])


def _all(one: Mention | None) -> bool:
    return one is not None and (one.every or one.plural)


def _of_one_kind(a: list[str], b: list[str], known: Evidence) -> bool:
    """Whether the regions of each side are all of one concept: nuclei, and not the left and the right lung."""
    return all(len({known.slugs[rid] for rid in ids}) == 1 for ids in (a, b))


def _together(claim: Parsed, a: list[str], b: str, known: Evidence) -> Ruling:
    """ "The metastases account for 2.6 % of the liver": all of them together."""
    assert claim.quantity is not None
    found = sizes_of((*a, b), claim.measure, claim.scope, known)
    if not found or number_of(found[b]) <= 0:
        return unknown("the two are not compared")
    share = sum(number_of(found[rid]) for rid in a) / number_of(found[b])
    right = fits(share, claim.quantity, 0.05 * share)
    return (yes if right else no)(found[b], f"{share:.3f} of it together")


def _many(one: Mention | None) -> bool:
    return one is not None and one.plural


def _all_alike(claim: Parsed, ids: Sequence[str], known: Evidence) -> Ruling:
    """ "All three are of the same size"."""
    found = sizes_of(ids, claim.measure, claim.scope, known)
    values = [number_of(fact) for fact in found.values()]
    if not values or min(values) <= 0 or claim.measure == "mean_intensity":
        return unknown("whether they are alike cannot be told")
    alike = max(values) / min(values) < ALIKE
    return (yes if alike else no)(next(iter(found.values())), f"from {min(values):g} to {max(values):g}")


def _pair(claim: Parsed, a: list[str], b: list[str], known: Evidence) -> Ruling:
    if percents.in_percent(claim) and claim.value != "apart":
        measures = (claim.measure,) if claim.measure else SIZES
        found = [sizes_of((a[0], b[0]), one, claim.scope, known) for one in measures]
        return percents.larger_by(claim, found, a[0], b[0])
    if claim.measure == "area" or (claim.measure is None and claim.scope != "record"):
        larger, smaller = known.pair("larger", a, b), known.pair("larger", b, a)
        if smaller and claim.value == "larger":
            return no(smaller[0], "it is the other way round")
        if larger and claim.value == "larger":
            return _ratio(claim, larger[0])
    if claim.measure == "long_axis" and (lasting := _lasting(claim, a, b, known)) is not None:
        return lasting
    return _values(claim, a[0], b[0], known)


def _lasting(claim: Parsed, a: list[str], b: list[str], known: Evidence) -> Ruling | None:
    """ "Seen for longer than", of what goes on from when to when."""
    times = [known.about_regions(predicate, ids) for ids in (a, b) for predicate in ("span_start", "span_end")]
    if any(len(facts) != 1 for facts in times):
        return None
    start, end, since, until = (number_of(facts[0]) for facts in times)
    first, second = end - start, until - since
    if claim.value == "larger" and claim.quantity is None:
        return (yes if first > second else no)(times[0][0], f"{first:g} against {second:g}")
    if claim.value in ("ratio", "larger") and claim.quantity is not None and second > 0:
        right = fits(first / second, claim.quantity, 0.05 * first / second)
        return (yes if right else no)(times[0][0], f"{first / second:.2f} of it")
    return unknown("how long each lasts is not compared so")


def _ratio(claim: Parsed, fact: Fact) -> Ruling:
    if claim.quantity is None:
        return yes(fact, "larger")
    if agrees(fact, claim.quantity):
        return yes(fact, "as many times as large")
    if open_to(fact, claim.quantity):
        return unknown("the edge cuts one of them")
    return no(fact, f"{number_of(fact):.2f} times as large")


def _values(claim: Parsed, a: str, b: str, known: Evidence) -> Ruling:
    found = sizes_of((a, b), claim.measure, claim.scope, known)
    if not found:
        return unknown("the two are not compared")
    first, second = number_of(found[a]), number_of(found[b])
    signed = claim.measure == "mean_intensity" and found[a].unit == "HU"  # from a zero of its own
    if claim.value == "equal":
        if signed or min(first, second) <= 0:
            return unknown("whether they are alike cannot be told")
        alike = max(first, second) / min(first, second) < ALIKE
        return yes(found[a], "alike") if alike else no(found[a], f"{first:g} against {second:g}")
    if claim.value == "apart" and claim.quantity is not None:
        return _apart(claim.quantity, found[a], first, second, signed)
    if claim.value == "differs" and claim.quantity is not None:
        away, allowed = first - second, (found[a].tolerance or 0.0) + (found[b].tolerance or 0.0)
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


def _apart(said: Quantity, fact: Fact, first: float, second: float, signed: bool) -> Ruling:
    """How far two values are apart; a share may be one of either, or of their mean."""
    away = abs(first - second)
    if said.unit != "%":
        return (yes if fits(away, said, fact.tolerance or 0.0) else no)(fact, f"{away:g} apart")
    if signed or min(first, second) <= 0:
        return unknown("a share of it has no meaning")
    shares = [100 * away / of for of in (first, second, (first + second) / 2)]
    right = any(fits(share, said, 1.0) for share in shares)
    return (yes if right else no)(fact, f"{shares[-1]:.1f} % of their mean apart")


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
