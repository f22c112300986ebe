"""Assertions that a thing is there, is not there, is one of so many, or has a finding."""

from collections.abc import Sequence
from dataclasses import replace

from schemas import Fact
from transforms.checks.claims import places, sizes
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.grades import graded
from transforms.checks.claims.imaged import counted_as, one_imaged
from transforms.checks.claims.inclusion import by_name, exclusive
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.standing import said_of_patient, side_of_record, spoken
from transforms.checks.claims.values import fits
from transforms.checks.claims.words import REGIONS
from transforms.facts.base import CONTAINERS
from transforms.facts.statement import STATED

ABNORMAL = "abnormality"


def presence(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    slugs = _general(claim.subject.slugs, known, ABNORMAL)
    facts = [known.present(slug) for slug in slugs]
    missing = [fact for slug in slugs if (fact := known.absent(slug))]
    shown = [fact for fact in facts if fact is not None]
    if claim.value == "seen":
        shown = [fact for fact in shown if fact.predicate not in STATED]
    if missing and (claim.subject.every or len(missing) == len(facts)) and not shown:
        return no(missing[0], "declared absent")
    unsure = doubted(slugs, known)
    if unsure and not shown:
        return unknown("stated as uncertain")
    if claim.subject.rank and not known.of(claim.subject):
        return unknown("which one that is cannot be told")
    if shown and claim.subject.every and claim.subject.plural and all(f.predicate == "body_part" for f in shown):
        return one_imaged(shown[0], slugs, known)
    if shown and (not claim.subject.every or len(shown) == len(facts)):
        return yes(shown[0], "shown")
    if (counted := counted_as(slugs, known)) is not None:
        return counted
    step = graded(slugs, known) if claim.value != "seen" else None
    if step is None and claim.value != "seen" and (own := said_of_patient(slugs, known)) is not None:
        return yes(own, "the source says so")
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    if parts and claim.value == "seen" and (far := _far_off(slugs, parts, known)) is not None:
        return far
    return _elsewhere(slugs, known) or step or unknown("neither shown nor declared absent")


def doubted(slugs: tuple[str, ...], known: Evidence) -> Fact | None:
    """The fact by which a document, or the labels of the sample, leave open whether something is there."""
    uncertain = [f for f in known.facts["finding"] if f.value == "uncertain"]
    return next((f for f in (*uncertain, *known.left_open) if known.slug(f.concept) in slugs), None)


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
    if (sided := _sided_part(slugs, parts, known)) is not None:
        return sided
    regions = REGIONS & set(slugs)
    placed = all(known.regions_of(known.slug(fact.concept)) for fact in parts)
    if not parts or not placed or len(regions) < len(slugs) or regions & spoken(known):
        return None
    if any(known.kin(known.slug(fact.concept), slug) for fact in parts for slug in regions):
        return None
    return no(parts[0], f"the body part is {parts[0].value}", "site")


NEIGHBORS = (
    {"thorax", "abdomen"}, {"abdomen", "pelvis"}, {"head", "neck"}, {"neck", "thorax"}, {"thorax", "upper_limb"},
    {"pelvis", "lower_limb"}, {"thorax", "breast"}, {"chest", "abdomen"}, {"chest", "neck"}, {"chest", "breast"},
    {"chest", "upper_limb"}, {"abdomen", "breast"},
)  # fmt: skip
"""Regions of the body that one picture may show parts of."""


def _far_off(slugs: tuple[str, ...], parts: Sequence[Fact], known: Evidence) -> Ruling | None:
    """An organ of another region of the body than the one imaged, and of none beside it."""
    imaged = [known.regions_of(known.slug(fact.concept)) for fact in parts]
    said = [known.regions_of(slug) for slug in slugs if known.words.facets.get(slug) == "anatomy"]
    if not said or len(said) < len(slugs) or not all(imaged) or not all(said):
        return None
    meets = any(a == b or {a, b} in NEIGHBORS for one in said for other in imaged for a in one for b in other)
    if meets or any(set(slug.split("_")) & spoken(known) for slug in slugs):
        return None
    return no(parts[0], f"the body part is {parts[0].value}", "site")


def _sided_part(slugs: tuple[str, ...], parts: Sequence[Fact], known: Evidence) -> Ruling | None:
    """ "The right shoulder", of a picture of a shoulder whose side the source states."""
    stated = side_of_record(known)
    entry = known.space.get(slugs[0]) if len(slugs) == 1 and slugs[0] in known.space else None
    if stated is None or entry is None or entry.side is None:
        return None
    if not any(known.slug(fact.concept) in entry.parents for fact in parts):
        return None
    right = str(stated.value).casefold() == entry.side
    return yes(stated, "the side imaged") if right else no(stated, "the other side is imaged", "side")


def absence(claim: Parsed, known: Evidence) -> Ruling:
    if claim.subject is None:
        return unknown("what is said to be absent cannot be told")
    slugs = _general(claim.subject.slugs, known, ABNORMAL)
    slugs = _of_place(slugs, claim.object, known) if claim.object is not None else slugs
    missing = [known.absent(slug) for slug in slugs]
    if all(missing):
        return yes(missing[0], "declared absent")
    if any(missing) and not claim.subject.every:
        return unknown("one is shown and another is not")
    present = next((fact for slug in slugs if (fact := known.present(slug))), None)
    if present is None and (counted := counted_as(slugs, known)) is not None:
        return no(known.by_id.get(counted.fact or ""), counted.reason) if counted.answer == "supported" else counted
    parts = [fact for fact in known.facts["body_part"] if known.slug(fact.concept)]
    if present is None and (sided := _sided_part(slugs, parts, known)) is not None:
        return no(known.by_id.get(sided.fact or ""), sided.reason, "side") if sided.answer == "supported" else unknown(
            sided.reason
        )
    unsure = doubted(slugs, known)
    if unsure and not present:
        return no(unsure, "stated as uncertain", "negation") if unsure.id else unknown("labelled as uncertain")
    if claim.located and claim.object is not None:
        held = known.pair("inside", known.of(claim.subject), known.of(claim.object))
        if held:
            return no(held[0], "one is there")
        if _lies_elsewhere(known.of(replace(claim.subject, side=None)), claim.object, known):
            return unknown("it is shown, and lies elsewhere")
        plural = claim.object.plural and not claim.object.side
        scope = any(_everywhere(slug, known, plural) for slug in claim.object.slugs)
        scope = scope or any(
            finding_of(slug, claim.object, known) for slug in claim.subject.slugs if slug in known.shown
        )
        return no(present, "it is shown") if present and scope else unknown("not declared absent there")
    if claim.subject.side and present:
        return _absent_side(claim, known, present)
    return no(present, "it is shown") if present else unknown("not declared absent")


def _lies_elsewhere(ids: Sequence[str], place: Mention, known: Evidence) -> bool:
    """Whether each of these regions lies in something that excludes the place: the other maxillary sinus."""
    inner = {fact.regions[0]: known.slugs[fact.regions[1]] for fact in known.about_regions("inside", ids)}
    return 0 < len(ids) == len(inner) and all(
        exclusive(holder, slug, known) for holder in inner.values() for slug in place.slugs
    )


def _of_place(slugs: tuple[str, ...], place: Mention, known: Evidence) -> tuple[str, ...]:
    """ "Kidneys: no stones", of a sample that speaks of stones in the kidney and in the gallbladder."""
    if any(finding_of(slug, place, known) for slug in slugs if slug in known.space):
        return slugs
    spoken = [slug for slug in (*known.missing, *known.shown) if slug in known.space and finding_of(slug, place, known)]
    ends = {slug[-4:] for slug in slugs}
    alike = tuple(slug for slug in spoken if slug[-4:] in ends and known.words.facets.get(slug) == "finding")
    return alike[:1] or slugs


def _absent_side(claim: Parsed, known: Evidence, present: Fact) -> Ruling:
    """ "No lesion on the left", where one is shown: by the side that it lies on."""
    assert claim.subject is not None
    facts = known.about_regions("side", known.of(replace(claim.subject, side=None)))
    there = [fact for fact in facts if fact.value == claim.subject.side]
    return no(there[0], "it is shown there") if there else unknown("not declared absent there")


def only(claim: Parsed, known: Evidence) -> Ruling:
    """ "Only the left kidney": contradicted where its other side, or another of its kind, is shown too."""
    assert claim.subject is not None
    ids = known.of(claim.subject)
    pairs = {known.space.get(slug).pair for slug in claim.subject.slugs if slug in known.space}
    for slug in sorted(one for one in pairs if one):
        if slug in known.shown and known.of(claim.subject):
            return no(known.shown[slug], f"the {slug.replace('_', ' ')} is shown, too")
    return unknown("whether nothing else is there cannot be told") if ids else unknown("not shown")


def count(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    if claim.quantity is None:
        return unknown("no number")
    said, subject = claim.quantity, claim.subject
    if claim.located and claim.object is not None:
        return _count_inside(claim, known)
    if claim.value == "such":
        return _some(claim, known)
    if claim.value is not None and len(known.of(replace(subject, plural=True, rank=None, ids=()))) > 1:
        return _count_such(claim, known)
    facts = [f for f in known.facts["count"] if known.slug(f.concept) in subject.slugs and not subject.side]
    if facts and len(subject.slugs) == 1:
        wanted = [f for f in facts if fits(float(f.value), said, 0.0)]
        if not wanted and subject.general and _in_all(said, known):
            return yes(facts[0], "of all kinds together")
        return yes(wanted[0], "the count") if wanted else no(facts[0], f"the count is {facts[0].value}")
    ids = known.of(replace(subject, plural=True, rank=None, ids=()))
    if known.scene.view.frame == "text":
        return unknown("passages of a document are no count")
    if _of_kinds(ids, subject, known) and not fits(len(ids), said, 0.0):
        return unknown("there are others of kinds of it")
    if not ids or not _counted(ids, known):
        return _not_counted(ids, said, known)
    fact = known.present(subject.slugs[0]) or known.present(known.slugs[ids[0]])
    if fits(len(ids), said, 0.0):
        return yes(fact, "as many are shown") if fact else unknown("not counted")
    return no(fact, f"{len(ids)} are shown")


def _of_kinds(ids: Sequence[str], subject: Mention, known: Evidence) -> bool:
    """Whether regions of kinds of a thing are shown beside those that are called by its own name."""
    return any(rid not in ids and slug and slug not in subject.slugs and any(known.is_a(slug, one) for one in subject.slugs)
               and known.words.facets.get(slug) == subject.facet for rid, slug in known.slugs.items())  # fmt: skip


def _some(claim: Parsed, known: Evidence) -> Ruling:
    """ "Six screws hold the plate", of eight: fewer may be so, and more cannot."""
    assert claim.quantity is not None
    ruling = count(claim._replace(value=None), known)
    least = claim.quantity._replace(bound="gt", strict=False)
    if ruling.answer != "contradicted" or count(claim._replace(value=None, quantity=least), known).answer == ruling.answer:
        return ruling
    return unknown("how many of them are so is not known")


def _in_all(said: Quantity, known: Evidence) -> bool:
    """ "Nineteen lesions", of three kinds."""
    counts = [
        float(f.value) for f in known.facts["count"] if known.words.facets.get(known.slug(f.concept)) == "finding"
    ]
    return len(counts) > 1 and fits(sum(counts), said, 0.0)


SUCH = {"location": places.location, "side": places.side, "rating": sizes.rating}
"""What things can be counted by."""


def _count_such(claim: Parsed, known: Evidence) -> Ruling:
    """How many of a kind lie somewhere, or are rated so."""
    assert claim.subject is not None
    assert claim.quantity is not None
    kind, _, value = (claim.value or "").partition("|")
    ids = known.of(replace(claim.subject, plural=True, rank=None, side=None, ids=()))
    each = [claim._replace(value=value, quantity=None, subject=replace(claim.subject, ids=(rid,), count=None))
            for rid in ids]  # fmt: skip
    rulings = [SUCH[kind](one, known) for one in each]
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


def _everywhere(slug: str, known: Evidence, plural: bool = False) -> bool:
    """Whether a place is all that is imaged, or all there is of its kind in that."""
    parts = [known.slug(fact.concept) for fact in known.facts["body_part"]]
    return any(known.is_a(part, slug) or (plural and known.is_a(slug, part)) for part in parts if part)


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
    if ids and all(by_name(rid, claim.object, known) for rid in ids):
        return count(claim._replace(located=False), known)
    held = [
        fact for fact in known.about_regions("inside", ids)
        if fact.regions[1] in known.of(claim.object)
        or any(known.is_a(known.slugs[fact.regions[1]], slug) for slug in claim.object.slugs)
    ]  # fmt: skip
    inner = {fact.regions[0] for fact in held}
    if inner and fits(len(inner), claim.quantity, 0.0):
        return yes(held[0], "as many lie inside it")
    if claim.quantity.values[0] > len(ids) > 0 and claim.quantity.bound != "lt":
        fact = known.present(claim.subject.slugs[0])
        return no(fact, f"only {len(ids)} are shown at all")
    if len(inner) > claim.quantity.values[-1] and claim.quantity.bound in ("eq", "lt", "range"):
        return no(held[0], f"{len(inner)} lie inside it")
    held_all = {fact.regions[0] for fact in known.facts["inside"] if known.slugs[fact.regions[1]] not in CONTAINERS}
    if ids and held_all >= set(ids) and known.of(claim.object):
        return no(known.present(known.slugs[ids[0]]), f"{len(inner)} lie inside it")
    return unknown("which of them lie there is not known for all")


def body_part(claim: Parsed, known: Evidence) -> Ruling:
    assert claim.subject is not None
    parts = known.facts["body_part"]
    if (
        set(claim.subject.slugs) & {"thorax", "chest"}
        and parts
        and all(known.is_a(known.slug(f.concept), "breast") for f in parts)
    ):
        return no(parts[0], f"the body part is {parts[0].value}")  # it is on the chest, and no picture of it
    ruling = presence(claim, known)
    if ruling.answer != "uncheckable":
        return ruling
    placed = all(known.regions_of(slug) for slug in claim.subject.slugs)
    if parts and placed and not any(known.kin(slug, known.slug(f.concept)) for f in parts for slug in claim.subject.slugs):
        return no(parts[0], f"the body part is {parts[0].value}")
    return ruling


def finding(claim: Parsed, known: Evidence) -> Ruling:
    """What a text is not certain of: of what is absent nothing is likely, of what is there nothing unlikely."""
    assert claim.subject is not None
    slugs = claim.subject.slugs
    facts = [f for f in (*known.facts["finding"], *known.left_open) if known.slug(f.concept) in slugs]
    for fact in facts:
        if fact.value == claim.value and claim.strength != "unlikely":
            return yes(fact, f"stated as {fact.value}")
    missing = next((one for slug in slugs if (one := known.absent(slug))), None)
    present = next((one for slug in slugs if (one := known.present(slug))), None)
    if claim.strength == "unlikely":
        if present or facts:
            return no(present or facts[0], "it is shown, or not said to be unlikely", "missing finding")
        return yes(missing, "declared absent") if missing else unknown("not stated")
    if missing and not present:
        return no(missing, "declared absent", "false finding")
    return no(facts[0], f"stated as {facts[0].value}") if facts else unknown("not stated")


def finding_of(slug: str, subject: Mention, known: Evidence) -> bool:
    """Whether a finding is one of that organ, by what the label space puts it under or by the words of its name."""
    sides = {subject.side} if subject.side else {known.space.get(s).side for s in subject.slugs if s in known.space}
    if len(sides) == 1 and known.space.get(slug).side not in (None, *sides) and None not in sides:
        return False  # a cyst of the right kidney is none of the left one
    named = {word for one in subject.slugs for word in one.split("_")} & {"left", "right"}
    if len(named) == 1 and {"left", "right"} - named <= set(slug.split("_")):
        return False  # an enlarged left atrium says nothing of the right one
    places = [one for one in known.space.get(slug).parents if known.words.facets.get(one) == "anatomy"]
    if any(known.kin(place, one) for place in places for one in subject.slugs):
        return True
    words = {word for name in (known.space.get(slug).concept.label,) for word in name.lower().split()}
    return any(words & set(one.split("_")) - {"left", "right"} for one in subject.slugs) or slug in subject.slugs
