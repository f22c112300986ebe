"""Assertions on marks and time spans against the regions that are so marked."""

from collections.abc import Sequence

from schemas import Fact, SampleRegion
from transforms.checks.claims import ordinals
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.extent import extent
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import agrees, fits, number_of
from transforms.regions.marks import form_of

TENTH = 0.05 + 1e-9  # pixels: points are written to a tenth


def mark(claim: Parsed, known: Evidence) -> Ruling:
    """ "is marked with a box", "is marked by a point": of all the regions that may be meant."""
    ids = known.of(claim.subject)
    forms = {form_of(known.regions[rid]) for rid in ids}
    fact = _shown(known, ids)
    if forms == {claim.value}:
        return yes(fact, "so it is drawn")
    if ids and claim.value not in forms:
        return no(fact, "it is drawn otherwise")
    return unknown("how it is drawn cannot be told")


def point(claim: Parsed, known: Evidence) -> Ruling:
    """ "is marked at [10.0, 20.5]"."""
    ids = known.of(claim.subject)
    x, y = (float(number) for number in (claim.value or "").split(","))
    points = {rid: found for rid in ids if (found := _points(known.regions[rid]))}
    fact = _shown(known, list(points))
    if not points:
        return unknown("no point marks it")
    near = any(abs(px - x) <= TENTH and abs(py - y) <= TENTH for found in points.values() for px, py in found)
    return yes(fact, "its point") if near else no(fact, "another point")


def _shown(known: Evidence, ids: list[str]) -> Fact | None:
    """The fact that they are there; of a line that measures a thickness, how long it is."""
    return next(
        (f for name in ("present", "line_length") for f in known.facts[name] if set(ids) & set(f.regions)), None
    )


def _points(region: SampleRegion) -> tuple[tuple[float, float], ...]:
    """The points, the ends of the line or the centre of the ellipse that mark it."""
    if region.line is not None:
        return region.line.xy[0], region.line.xy[-1]
    if region.ellipse is not None:
        return (region.ellipse.centre,)
    return region.points.xy if region.points is not None else ()


def slices(claim: Parsed, known: Evidence) -> Ruling:
    """ "marked on slice 4", "marked on slices 3 to 7" of a volume."""
    if claim.quantity is None:
        return unknown("on which slices that is cannot be told")
    return _ends(
        claim, claim.quantity, known, ("marked_slice",), ("first_slice", "last_slice"), "it is on other slices"
    )


def span(claim: Parsed, known: Evidence) -> Ruling:
    """ "from 12 s to 13 s": when a span begins and ends, or either where that alone is known; "at 0.8 s": a moment."""
    if claim.value == "all":
        return extent(claim, known)
    if claim.quantity is None or len(claim.quantity.values) not in (1, 2):
        return unknown("when that is cannot be told")
    known_moments = known.about_regions("moment", known.of(claim.subject))
    if claim.value in ("start", "end"):
        return _ends(claim, claim.quantity, known, (f"span_{claim.value}",), (), "it is marked at another time")
    if claim.value == "during" and not known_moments:
        return _during(claim, claim.quantity, known)
    one = ("moment",) if known_moments or len(claim.quantity.values) == 2 else ("span_start",)  # "it appears at 31 s"
    ruling = _ends(claim, claim.quantity, known, one, ("span_start", "span_end"), "it is marked at another time")
    loose = ruling.answer == "contradicted" and claim.quantity.bound == "range" and _meant(claim, claim.quantity, known)
    return unknown("it may be how long it lasts, or that it lies within") if loose else ruling


def _meant(claim: Parsed, said: Quantity, known: Evidence) -> bool:
    """ "For 20 to 25 s", "between 49 and 59 s": whether a range is right of how long it goes on, or holds all of it."""
    for rid in known.of(claim.subject):
        ends = [known.about_regions(predicate, [rid]) for predicate in ("span_start", "span_end")]
        start, end = (1000 * number_of(facts[0]) if facts else -1.0 for facts in ends)
        low, high = said.values[0] - said.step, said.values[-1] + said.step
        if start >= 0 and (low <= end - start <= high or (low <= start and end <= high)):
            return True
    return False


def _during(claim: Parsed, said: Quantity, known: Evidence) -> Ruling:
    """ "At 140 s the washing goes on"."""
    found = None
    for rid in known.of(claim.subject):
        ends = [known.about_regions(predicate, [rid]) for predicate in ("span_start", "span_end")]
        if not all(ends):
            return unknown("when that is is not known")
        low, high = (number_of(facts[0]) for facts in ends)
        found = ends[0][0]
        if low - said.step <= said.values[0] <= high + said.step:
            return yes(found, "it goes on then")
    return no(found, "it is at another time") if found is not None else unknown("when that is is not known")


def order(claim: Parsed, known: Evidence) -> Ruling:
    """ "The snare appears after the polyp", "19 s after", by when each begins or ends; `value`: which word, and which
    end of each."""
    if (claim.value or "").startswith(ordinals.MARK):
        return ordinals.place(claim, known)
    word, _, ends = (claim.value or "").partition("|")
    first, second = (_when(one, end, known) for one, end in zip((claim.subject, claim.object), ends, strict=True))
    if first is None or second is None:
        return unknown("when that is is not known")
    (fact, a), (_, b) = first, second
    later = a - b if word == "after" else b - a
    if claim.quantity is not None and later > 0:
        right = fits(1000 * later, claim.quantity, 500.0)
        return (yes if right else no)(fact, f"{later:g} s {word}")
    if later > 0:
        return yes(fact, f"{a:g} s against {b:g} s")
    if later == 0:
        return unknown("the one goes over into the other")
    ends_of = [_when(one, "e", known) for one in (claim.subject, claim.object)]
    if ends == "ss" and all(ends_of):
        last, until = (one[1] for one in ends_of if one is not None)
        if (last - until if word == "after" else until - last) > 0:
            return unknown("one begins first and the other ends first")
    return no(fact, f"{a:g} s against {b:g} s")


def _when(one: Mention | None, end: str, known: Evidence) -> tuple[Fact, float] | None:
    facts = known.about_regions("span_end" if end == "e" else "span_start", known.of(one))
    return (facts[0], float(facts[0].value)) if len(facts) == 1 else None


def _ends(
    claim: Parsed, quantity: Quantity, known: Evidence, one: Sequence[str], two: Sequence[str], other: str
) -> Ruling:
    """A claim on one place of a region, or on where it begins and ends, whichever of these is known."""
    bound = "about" if quantity.bound == "about" else "eq"
    said = [quantity._replace(values=(value,), bound=bound) for value in quantity.values]
    found: list[Fact] = []
    for rid in known.of(claim.subject):
        facts = [
            (fact, value)
            for predicate, value in zip(one if len(said) == 1 else two, said, strict=True)
            for fact in known.about_regions(predicate, [rid])
        ]
        if facts and all(agrees(fact, value) for fact, value in facts):
            return yes(facts[0][0], "so it is marked")
        found += [fact for fact, _ in facts]
    return no(found[0], other) if found else unknown("where it is marked is not known")
