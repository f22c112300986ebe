"""Assertions of a number against what was measured or stated: sizes, areas, volumes, intensities, ratings."""

from collections.abc import Iterable, Sequence

from schemas import Fact
from transforms.checks.claims import scales
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.lexicon import normal
from transforms.checks.claims.model import Error, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import agrees, fits, nearest, number_of, open_to, same_unit
from transforms.checks.claims.words import UNITS
from transforms.facts.statement import STATED

LENGTHS = {"": ("long_axis", "diameter"), "box": ("box_width", "box_height"),
           "diameter": ("diameter", "long_axis"), "wide": ("box_width", "short_axis"),
           "thick": ("short_axis",),
           "high": ("box_height", "short_axis", "long_axis")}  # fmt: skip
OF_RECORD = frozenset({"volume", "diameter"})
"""Predicates that are of all slices, whoever states them."""
BEAT_MS = 60_000
"""Milliseconds in a minute: a heart rate is this over the RR interval."""
SAME = {"qrs_complex": "qrs_duration"}
"""What lasts -> the interval that says how long."""
CLEAR = 1.0
"""A rating further than this from what a word allows speaks against the word; one nearer decides nothing."""


def measured(claim: Parsed, known: Evidence) -> Ruling:
    """A size, an area, a volume, an intensity. Of "both kidneys" each must agree."""
    ids = known.of(claim.subject)
    if claim.quantity is None:
        return unknown("what was measured cannot be told")
    if (told := _told(claim, ids, known)) is not None:
        return told
    predicates = LENGTHS.get(claim.measure or "", (claim.measure or "",))
    if claim.value == "ranging" and len(ids) > 1:
        return _ranging(claim, predicates, ids, known)
    if not ids and claim.subject is None:
        ids = _lone(predicates, known)
    if not ids:
        return unknown("what was measured cannot be told")
    if claim.value == "unit":
        facts = [f for p in predicates for f in known.about_regions(p, ids)]
        return no(facts[0], f"measured in {facts[0].unit}", "unit") if facts else unknown("not measured")
    one = claim.subject
    several = one is not None and (one.plural or one.every) and not one.partitive
    if len(ids) > 1 and (claim.value == "sum" or several):
        whole = _sum(claim, predicates, ids, known)
        exact = claim.quantity.bound in ("eq", "about", "above", "below") and claim.quantity.unit in (
            "mL",
            "mm2",
            "px2",
        )
        if claim.value == "sum" or (whole.answer == "supported" and exact):
            return whole
    together = several and claim.subject is not None and not claim.subject.rank
    rulings = [
        _of_regions(claim, predicates, group, known) for group in ([[rid] for rid in ids] if together else [ids])
    ]
    return next((r for answer in ("contradicted", "uncheckable") for r in rulings if r.answer == answer), rulings[0])


def _lone(predicates: Sequence[str], known: Evidence) -> list[str]:
    """ "Diameter 26 mm": of the one finding that was measured, where the text names nothing."""
    measured = {fact.regions[0] for p in predicates for fact in known.facts[p] if len(fact.regions) == 1}
    found = sorted(rid for rid in measured if known.words.facets.get(known.slugs[rid]) == "finding")
    return found if len(found) == 1 else []


OVERALL = frozenset({None, "", "size", "diameter", "long_axis"})
"""Measures that "size" may stand for."""
PLAIN = frozenset({"clinical", "lesion", "largest", "maximum", "maximal", "measured"})
SIZED = frozenset({"size", "diameter", "volume", "length", "width", "thickness", "weight"})
"""Words of the names of measurements that a source states."""


def _told(claim: Parsed, ids: Sequence[str], known: Evidence) -> Ruling | None:
    """By what the source states of the size of what is spoken of ("polyp size"), where nothing was measured on it."""
    assert claim.quantity is not None
    if claim.quantity.unit not in ("mm", "mm2", "mL"):
        return None
    own = [f for p in ("long_axis", "area", "volume", "diameter") for f in known.about_regions(p, ids)]
    if any(claim.quantity.unit[:2] == (fact.unit or "")[:2] for fact in own):
        return None
    labels = {word for rid in ids for word in known.regions[rid].concept.label.lower().split()}
    slugs = claim.subject.slugs if claim.subject is not None and not ids else ()
    called = [set(known.space.get(slug).concept.label.lower().split()) for slug in slugs if slug in known.space]
    facts = []
    for fact in known.facts["measurement"]:
        name = set(str(fact.name).lower().split())
        if any(one <= name for one in called):  # "the bile duct measures 4.4 mm", of its diameter
            labels |= name
        read = UNITS.get((fact.unit or "").lower())
        if (
            (name & labels or name <= SIZED | PLAIN or _is_of(fact, claim, known))
            and (name & SIZED or name in called)
            and read is not None
            and not isinstance(fact.value, str | bool)
        ):
            value, factor = float(fact.value), read[1]
            facts.append(fact.model_copy(update={"value": value * factor, "unit": read[0]}))
    return quantity(claim, facts) if facts else None


def _ranging(claim: Parsed, predicates: Sequence[str], ids: Sequence[str], known: Evidence) -> Ruling:
    """ "The diameters range from 5 to 11 mm": the least and the most of them."""
    assert claim.quantity is not None
    for predicate in predicates:
        facts = [fact for fact in known.about_regions(predicate, ids) if same_unit(fact, claim.quantity)]
        if len(facts) == len(ids) and all(fact.bound is None for fact in facts):
            ends = min(facts, key=number_of), max(facts, key=number_of)
            said = [claim.quantity._replace(values=(one,), bound="eq") for one in sorted(claim.quantity.values)]
            right = all(agrees(fact, one) for fact, one in zip(ends, said, strict=True))
            told = f"from {number_of(ends[0]):g} to {number_of(ends[1]):g}"
            return yes(ends[0], told) if right else no(ends[0], told)
    return unknown("not all of them are measured")


def _is_of(fact: Fact, claim: Parsed, known: Evidence) -> bool:
    """Whether a stated size is of what is spoken of, by another name: the "tumor size" of a lobular carcinoma."""
    words = [word for word in str(fact.name).lower().split() if word not in SIZED | PLAIN]
    own = normal(" ".join(words))
    match = known.called.match(list(own), 0) if own and claim.measure in OVERALL else None
    slugs = claim.subject.slugs if claim.subject is not None else ()
    return match is not None and match[1] == len(own) and not set(slugs).isdisjoint(match[0].slugs)


def _sum(claim: Parsed, predicates: Sequence[str], ids: Sequence[str], known: Evidence) -> Ruling:
    """What several hold together, where each has been measured."""
    assert claim.quantity is not None
    for predicate in predicates:
        facts = [fact for fact in known.about_regions(predicate, ids) if same_unit(fact, claim.quantity)]
        if len(facts) == len(ids):
            part = known.scene.view.plane or (claim.scope == "slice" and known.scene.view.frame == "volume")
            if claim.scope in ("view", "slice") and all(map(_of_record, facts)) and part:
                return no(facts[0], "that is of the whole scan", "scope")
            total, allowed = sum(map(number_of, facts)), sum(fact.tolerance or 0.0 for fact in facts)
            right = fits(total, claim.quantity, allowed)
            return yes(facts[0], "so they are together") if right else no(facts[0], f"together {total:g}")
    return unknown("not all of them are measured")


def _of_regions(claim: Parsed, predicates: Sequence[str], ids: Iterable[str], known: Evidence) -> Ruling:
    facts = [fact for predicate in predicates for fact in known.about_regions(predicate, ids)]
    frame = known.scene.view.frame
    if claim.scope == "slice" and frame == "volume" and claim.kind == "volume" and facts:
        return no(facts[0], "that is of the whole scan", "scope")
    if claim.scope is None or frame in ("volume", "clip", "full", "signal"):
        return quantity(claim, facts)
    own = [fact for fact in facts if _of_record(fact) == (claim.scope == "record")]
    other = [fact for fact in facts if fact not in own]
    ruling = quantity(claim, own)
    if ruling.answer == "supported" or not other:
        return ruling
    elsewhere = quantity(claim, other)
    whole = "this slice" if claim.scope == "record" else "the whole scan"
    if elsewhere.answer == "supported" or (not own and claim.kind == "volume"):
        return no(other[0], f"that is of {whole}", "scope")
    return ruling


def _of_record(fact: Fact) -> bool:
    return fact.scope == "record" or fact.predicate in OF_RECORD


def quantity(claim: Parsed, facts: Iterable[Fact]) -> Ruling:
    """Supported by any fact that agrees; contradicted by the nearest where none does."""
    assert claim.quantity is not None
    found = list(facts)
    same = [fact for fact in found if same_unit(fact, claim.quantity)]
    if not same:
        return unknown("not measured")
    agreeing = next((fact for fact in same if agrees(fact, claim.quantity)), None)
    if agreeing:
        return yes(agreeing, "agrees with the measurement")
    if any(open_to(one, claim.quantity) for one in same):
        return unknown("the edge cuts it: how much there is beyond was not measured")
    fact = nearest(same, claim.quantity)
    error: Error | None = "unit" if any(_by_thousands(number_of(one), claim.quantity) for one in same) else None
    return no(fact, f"measured {number_of(fact):g} {fact.unit or ''}".rstrip(), error)


def _by_thousands(value: float, said: Quantity) -> bool:
    """Whether the digits are right and the unit is not: 31.8 cm of what measures 31.8 mm."""
    return said.bound == "eq" and any(
        fits(value * factor, said, 0.005 * abs(value * factor)) for factor in (10, 100, 1000, 0.1, 0.01, 0.001)
    )  # fmt: skip


def interval(claim: Parsed, known: Evidence) -> Ruling:
    """An interval of a recording; a heart rate also by the interval between beats."""
    slugs = claim.subject.slugs if claim.subject else ()
    slugs += tuple(SAME[slug] for slug in slugs if slug in SAME)
    lasting = [*known.facts["interval"], *known.facts["duration"]]
    facts = [fact for fact in lasting if known.slug(fact.concept) in slugs]
    facts = facts or known.about_regions("duration", known.of(claim.subject))
    if not facts and "heart_rate" in slugs and claim.quantity is not None and claim.quantity.unit == "bpm":
        return _rate(claim.quantity, [fact for fact in lasting if known.slug(fact.concept) == "rr_interval"])
    if facts and claim.quantity is not None and not any(same_unit(fact, claim.quantity) for fact in facts):
        number = claim.quantity.values[0] / (claim.quantity.factor or 1.0)
        if abs(number_of(facts[0]) - number) <= max(1.0, 0.02 * number):
            return no(facts[0], f"measured in {facts[0].unit}", "unit")
        return unknown("in that unit it is not measured")
    return quantity(claim, facts)


def _rate(said: Quantity, beats: Sequence[Fact]) -> Ruling:
    if not beats or number_of(beats[0]) <= 0:
        return unknown("not measured")
    rate = BEAT_MS / number_of(beats[0])
    right = fits(rate, said, 1.0)
    return yes(beats[0], "by the interval between beats") if right else no(beats[0], f"{rate:.0f} by its beats")


def rating(claim: Parsed, known: Evidence) -> Ruling:
    """A rating by its number and scale, or by a word for it; or the value that a source states of an attribute."""
    if claim.object is None:
        return _in_words(claim, known) if claim.value else unknown("what was rated cannot be told")
    facts = _ratings(claim, claim.object.slugs, known)
    facts = facts or [fact for fact in known.facts["interval"] if known.slug(fact.concept) in claim.object.slugs]
    other = next((reason for fact in facts if (reason := scales.wrong(claim.value or "", fact))), None)
    if other is not None:
        return no(facts[0], other)
    if not facts:
        facts = [f for p in STATED for f in known.facts[p] if known.slug(f.concept) in claim.object.slugs]
    return quantity(claim, facts)


def _ratings(claim: Parsed, slugs: Sequence[str], known: Evidence) -> list[Fact]:
    """The ratings of what is spoken of; of the only thing that was rated where the text does not say of what."""
    facts = [fact for fact in known.facts["rating"] if known.slug(fact.concept) in slugs]
    ids = set(known.of(claim.subject))
    if claim.subject is None and not ids and len({fact.regions for fact in facts}) == 1:
        return facts
    return [fact for fact in facts if ids & set(fact.regions)]


def _in_words(claim: Parsed, known: Evidence) -> Ruling:
    """ "Solid", "spiculated": what the readers' rating bears out, or speaks against."""
    slug, low, high = (claim.value or "").split(":")
    facts = _ratings(claim, (slug,), known)
    if len(facts) != 1:
        return unknown("not rated")
    value, reason = number_of(facts[0]), f"its {slug.replace('_', ' ')} is rated {number_of(facts[0]):g}"
    if float(low) <= value <= float(high):
        return yes(facts[0], reason)
    away = max(float(low) - value, value - float(high))
    middle = 3.0  # of scales from 1 to 5: what lies on the other side of it is the opposite
    opposite = (value - middle) * ((float(low) + float(high)) / 2 - middle) <= 0
    return no(facts[0], reason) if away >= CLEAR or (opposite and away > 0) else unknown(reason)
