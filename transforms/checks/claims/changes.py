"""What is said to have changed between images of a group: gone, new, still there, larger, smaller; and when."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Mention, Parsed, Quantity
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import fits, number_of
from transforms.facts import statement

_BE = r"(?:is |are |was |were |has |have |had )?"
WORDS: dict[str, str] = {
    "gone": rf"{_BE}(?:been )?(?:completely |fully )?(?:resolved|gone(?: away)?|disappeared|vanished|cleared|removed"
    r"|taken out|subsided|no longer (?:visible|seen|present|there|shown|detectable|in place)"
    r"|out(?=\s*(?:on|[.,;]|$))|not (?:visible|seen|present) any ?more)|resolution of|disappearance of|removal of",
    "new": rf"{_BE}(?:newly |meanwhile )?(?:appeared|developed|emerged|arisen|formed|come up)"
    rf"|{_BE}(?:new\b|newly|de novo)|appearance of|development of|first (?:seen|visible)",
    "kept": rf"{_BE}(?:still|persists?|persisted|persistent|persisting"
    r"|remains? (?:visible|present|in place|in situ|there)|unchanged|unaltered|as before)",
    "same": rf"{_BE}(?:remained |remains |stayed |been )?(?:stable|unchanged|constant|the same|equally large"
    r"|not changed)(?: in (?:size|volume|area|diameter|extent))?|no (?:change|growth|increase|decrease)",
    "grown": rf"{_BE}(?:grown|grew|increased|increase|enlarging|expanded|larger|bigger|greater|growth|growing"
    r"|gained|gain|rose|risen|rise|progressed|progression|progress|doubled|tripled|become more"
    r"|(?:become|became) (?:larger|bigger|more))",
    "moved": r"(?:went|goes|going|moved|changed)(?= from )",
    "shrunk": rf"{_BE}(?:shrunk|shrank|decreased|decrease|smaller|reduced|reduction|regressed|regression"
    r"|fell|fallen|fall|dropped|drop|declined|decline|lost|halved|become less"
    r"|(?:become|became) (?:smaller|less|fewer))",
}
"""Kind of change -> what it is called."""
BETTER = {"improved": 1, "better": 1, "worsened": -1, "worse": -1, "deteriorated": -1}
_CHANGE = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in WORDS.items()}
_BETTER = re.compile(rf"\b(?:has |have )?(?:{'|'.join(BETTER)})\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:has|have|did|does|is|was)?\s*(?:not|n['’]t)\s+", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?<=er)\s+(?:in \w+\s+)?than (?:the|its|his|her|that of the) (?!(?:first|last|second|third|one|previous|prior"
    r"|earlier|size|volume|area|other|baseline|initial|follow)\b)", re.IGNORECASE,
)  # fmt: skip
_AMOUNT = re.compile(
    r"(?<=er)\s+than (?:about |roughly )?"
    r"(?:\d|(?:an?|one|two|three|four|five|six|eight|ten|half an?) ?(?:centi|milli|cm|mm|ml))",
    re.IGNORECASE,
)
"""After "larger" or "smaller": a bound, and no change."""
DOUBT = re.compile(
    r"\b(?:may|might|could|possibl[ey]|probabl[ey]|likely|suspected|perhaps|unclear|if)\b", re.IGNORECASE
)
TIMES = {"gone": (True, False), "new": (False, True), "kept": (True, True)}
ALIKE = 0.1
"""By which share two sizes may differ and be called the same."""
SIZES = {"mL": ("volume",), "mm": ("diameter", "long_axis"), "mm2": ("area",), "": ("volume", "diameter", "area",
         "long_axis")}  # fmt: skip
DAYS = {"days": 1.0, "weeks": 7.0, "months": 30.44, "years": 365.25}


class Change(NamedTuple):
    """A word for a change at characters [start, end): its kind, and whether it is denied."""

    start: int
    end: int
    kind: str
    denied: bool = False


def change_in(sentence: str) -> Change | None:
    """The first word for a change in a sentence; of two that begin together the longer one."""
    found = [Change(*match.span(), kind) for kind, pattern in _CHANGE.items() if (match := pattern.search(sentence))]
    found = [
        one for one in found if not (_BESIDE.match(sentence, one.end) or _AMOUNT.match(sentence, one.end))
    ]  # than another thing, at one time
    better = _BETTER.search(sentence)
    if better is not None:
        word = better.group().split()[-1].lower()
        found.append(Change(*better.span(), "better" if BETTER[word] > 0 else "worse"))
    if not found:
        return None
    one = min(found, key=lambda change: (change.start, -change.end))
    denial = next((match for match in _NOT.finditer(sentence) if match.end() == one.start), None)
    if denial is not None:
        return Change(denial.start(), one.end, one.kind, True)
    return one


def newly(change: Change, claims: Iterable[Parsed]) -> Mention | None:
    """ "Shows edema, ..., the second a new pneumothorax": the finding that is named after "new"."""
    after = (c.subject for c in claims if c.kind == "presence" and c.span[0] >= change.end and change.kind == "new")
    return next((it for it in after if it is not None and it.facet == "finding"), None)


def presence(
    kind: str, slugs: Sequence[str], pairs: Sequence[tuple[int, int]], parts: Sequence[Evidence], each: bool = False
) -> Ruling:
    """Whether what was there went, came or stayed, between some of these pairs of images, or between each of them."""
    wanted = TIMES[kind]
    known = []
    for pair in pairs:
        states = tuple(_there(slugs, parts[n - 1]) for n in pair)
        if None not in states:
            known.append(states == wanted)
    fact = next((f for part in parts for slug in slugs if (f := part.present(slug) or part.absent(slug))), None)
    if any(known) and not (each and False in known):
        return yes(fact, "as the images show it")
    if known and (len(known) == len(pairs) or each):
        return no(fact, "the images show it otherwise", "comparison")
    return unknown("whether it is there is not known of both images")


def _there(slugs: Sequence[str], part: Evidence) -> bool | None:
    if any(part.present(slug) for slug in slugs):
        return True
    return False if all(part.absent(slug) for slug in slugs) else None


def sizes(
    kind: str, slugs: Sequence[str], pairs: Sequence[tuple[int, int]], parts: Sequence[Evidence], said: Quantity | None,
    by: str, each: bool = False,
) -> Ruling:  # fmt: skip
    """Whether it is larger, smaller or the same, and by how much: `by` "ratio", "share", "difference" or "values"; in
    some of the pairs, or in `each`."""
    unit = said.unit if said is not None and by in ("difference", "values") else ""
    rulings = [_sized(kind, slugs, pair, parts, said, by, unit) for pair in pairs]
    return settled(rulings, each) or unknown("no two images")


def settled(rulings: Sequence[Ruling], each: bool) -> Ruling | None:
    """What several rulings come to where one of them must hold, or `each`."""
    order = ("contradicted", "uncheckable", "supported") if each else ("supported", "contradicted", "uncheckable")
    return min(rulings, key=lambda ruling: order.index(ruling.answer), default=None)


def _sized(
    kind: str, slugs: Sequence[str], pair: tuple[int, int], parts: Sequence[Evidence], said: Quantity | None, by: str,
    unit: str,
) -> Ruling:  # fmt: skip
    for slug in slugs:
        first, second = (_size(slug, parts[n - 1], unit) for n in pair)
        if first is not None and second is not None and first[0].predicate == second[0].predicate and first[1] > 0:
            return changed(kind, first[0], first[1], second[1], said, by)
        counts = [_count(slug, parts[n - 1]) for n in pair]
        if counts[0] is not None and counts[1] is not None and not unit:
            return changed(kind, counts[0], number_of(counts[0]), number_of(counts[1]), said, by)
    lacking = _there(slugs, parts[pair[1] - 1]) is False and any(_there(slugs, parts[n - 1]) is not None for n in pair)
    if lacking and kind in ("grown", "same"):
        return no(parts[pair[1] - 1].absent(slugs[0]), "it is there no longer", "comparison")
    return unknown("it is not measured on both")


def changed(kind: str, fact: Fact, a: float, b: float, said: Quantity | None, by: str) -> Ruling:
    """A value that was `a` and is `b`, against the kind of change and by how much."""
    ratio = b / a if a else 0.0
    up = {"grown": b > a, "shrunk": b < a, "same": abs(b - a) <= ALIKE * abs(a) if by != "values" else True}
    right = up.get(kind, True)
    if right and said is not None:
        measure = {"ratio": ratio, "share": 100 * abs(b - a) / abs(a or 1.0), "difference": abs(b - a)}
        tolerance = {"ratio": 0.05 * ratio, "share": 2.0, "difference": 0.0}
        if by == "values":
            ends = [said._replace(values=(value,), bound="eq") for value in (said.values[0], said.values[-1])]
            right = fits(a, ends[0], 0.0) and fits(b, ends[-1], 0.0)
        else:
            right = fits(measure[by], said, tolerance[by])
    text = f"{a:g}, then {b:g}"
    return yes(fact, text) if right else no(fact, text, "comparison")


def _count(slug: str, part: Evidence) -> Fact | None:
    """How many there are of a thing that has no measured size on one image."""
    sized = any(part.about_regions(predicate, [rid]) for rid, one in part.slugs.items() if one == slug
                for predicate in SIZES[""])  # fmt: skip
    return None if sized else next((fact for fact in part.facts["count"] if part.slug(fact.concept) == slug), None)


def _size(slug: str, part: Evidence, unit: str) -> tuple[Fact, float] | None:
    ids = [rid for rid, one in part.slugs.items() if one and part.is_a(one, slug)]
    for predicate in SIZES.get(unit, ()):
        facts = part.about_regions(predicate, ids)
        if facts and len(facts) == len(ids):
            return facts[0], sum(number_of(fact) for fact in facts)
    return None


def size_in(slug: str, part: Evidence, unit: str) -> float | None:
    """How large a thing is on one image, in a unit."""
    found = _size(slug, part, unit) if unit in SIZES else None
    return found[1] if found is not None else None


def score(name: str, part: Evidence) -> Fact | None:
    """What a source states in numbers of an image, by its name."""
    return next((fact for fact in _numbers(part) if str(fact.name).lower() == name), None)


def measured_in(unit: str, part: Evidence) -> str | None:
    """The name of the one thing that a source states in a unit."""
    names = {
        str(fact.name).lower() for fact in _numbers(part) if unit and (fact.unit or "").casefold() == unit.casefold()
    }
    return names.pop() if len(names) == 1 else None


def _numbers(part: Evidence) -> list[Fact]:
    stated = statement.of(fact for predicate in statement.STATED for fact in part.facts[predicate])
    return [fact for fact in stated if not isinstance(fact.value, str | bool)]


def apart(said: Quantity, pairs: Sequence[tuple[int, int]], days: Sequence[int | None]) -> Ruling:
    """How long the visits lie apart, in days, weeks, months or years."""
    gaps = [days[b - 1] - days[a - 1] for a, b in pairs if days[a - 1] is not None and days[b - 1] is not None]  # type: ignore[operator]
    if not gaps or said.unit not in DAYS:
        return unknown("how far apart they are is not known")
    factor = DAYS[said.unit]
    step = said.step if said.unit == "days" else max(said.step, min(0.5, 0.25 * said.values[0]))
    right = any(fits(gap / factor, said._replace(step=step), 0.0) for gap in gaps)
    ruling = Ruling("supported", None, "the days between them")
    return ruling if right else Ruling("contradicted", None, f"{gaps[0]} days", "size")
