"""What a source is said to have reported: sentences of one grammar (transforms/facts/statement.py), held against it."""

import re
from collections.abc import Iterator

from schemas import Fact
from transforms.checks.claims import recording, sexes, worded
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.lexicon import normal
from transforms.checks.claims.model import Error, Parsed, Quantity
from transforms.checks.claims.numerals import half_digit, number
from transforms.checks.claims.rates import per
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import fits
from transforms.checks.claims.words import UNITS
from transforms.facts import statement
from transforms.facts.format import SHOWN
from transforms.text import lay
from transforms.text.grammar import definite

NUMBER = re.compile(r"(?P<number>[-−]?\d+(?:\.\d+)?)(?:\s*(?P<unit>\D\S*(?: \S+)*))?")


HINTED = {"interval": re.compile(r"since|interval|between|previous"), "survival": re.compile("survival"),
          "age": re.compile(r"\bage\b")}  # fmt: skip
"""What a span of time is of -> the names of such facts."""
OLD = frozenset({"maternal age", "age of the mother", "mother's age", "patient age"})
"""Names of how old the patient is, beside "age"."""
LOOSE = frozenset(("%", "", "points", "years", "months", "weeks", "days", "ms", "cm", "mm", "degrees", "letters"))
"""Units in which much can be said that is no stated thing's."""
_BARE = re.compile(r"^(?:class|grade|type|stage|category)\s+(?=\S+$)")
"""What a step may be called by its name: "class II"."""
OVER = re.compile(r"over (\d+)|(\d+) or over")
CONVERTED = {("months", "years"): 1 / 12, ("years", "months"): 12.0, ("days", "months"): 1 / 30.4,
             ("months", "days"): 30.4, ("days", "weeks"): 1 / 7, ("weeks", "days"): 7.0, ("cm", "mm"): 10.0,
             ("ms", "days"): 1 / 86_400_000, ("days", "ms"): 86_400_000.0, ("days", "years"): 1 / 365.25,
             ("°c", "degrees"): 1.0, ("months", "weeks"): 4.35, ("weeks", "months"): 1 / 4.35}  # fmt: skip
"""(unit of a fact, unit of a text): the factor from one to the other."""


def reported(sentence: str) -> tuple[Parsed, ...]:
    """The assertions of a sentence that is wholly of the grammar; none of any other."""
    if of_measures := worded.parsed(sentence):
        return of_measures
    start = len(sentence) - len(sentence.lstrip())
    text = sentence.strip()
    if match := statement.SENTENCE.fullmatch(text):
        measure = f"{match['name'].casefold()}|{(match['owner'] or '').casefold()}"
        return (_parsed(start, (match.start("name"), match.end("value")), measure, match["value"]),)
    if match := statement.PERSON.fullmatch(text):
        return tuple(_of_person(start, match))
    return ()


def _of_person(start: int, match: re.Match[str]) -> Iterator[Parsed]:
    if match["age"]:
        yield _parsed(start, match.span("age"), "age|the patient", f"{match['age']} years")
    sex = statement.PERSONS[match["sex"].lower()]
    yield _parsed(start, match.span("sex"), "sex|the patient", sex)


def _parsed(start: int, span: tuple[int, int], measure: str, value: str) -> Parsed:
    return Parsed((span[0] + start, span[1] + start), "stated", value=value, measure=measure)


def judge_stated(claim: Parsed, known: Evidence) -> Ruling:
    """By the facts of that name. One that is of another thing (a scan's, said of a slice) or has another value is
    contradicted."""
    if (claim.measure or "").startswith(worded.MARK):
        return worded.judge(claim, known)
    name, _, owner = (claim.measure or "").partition("|")
    stated = list(statement.of(fact for predicate in statement.STATED for fact in known.facts[predicate]))
    if claim.measure == recording.MEASURE:
        return recording.judge(claim, known)
    if name == "judgement":
        return judged_as(claim, known)
    if name.startswith("#") and claim.quantity is not None:
        return _shaped(claim, known.facts[name[1:]], known)
    if claim.value == "none":
        return _none(name, known)
    if name == "change":
        return _changed(claim, [fact for fact in stated if statement.name(fact).casefold().startswith(name)], known)
    if name == "visit" and claim.quantity is not None:
        return _of_visit(claim, claim.quantity, stated)
    facts = [fact for fact in stated if not name or statement.name(fact).casefold() == name]
    if name == "age" and not facts:
        facts = [fact for fact in stated if statement.name(fact).casefold() in OLD]
    facts = facts or [fact for fact in _of_regions(known) if name in _called(fact, known)]
    if claim.quantity is not None:
        return _of_another(claim, claim.quantity, stated, facts) or _number(claim, facts)
    if not facts:
        return sexes.judge(claim, known) if name == "sex" else unknown("the source does not state it")
    frame = known.scene.view.frame
    own = [fact for fact in facts if not owner or statement.owner(fact, frame) == owner]
    if not own:
        return no(facts[0], f"stated of {statement.owner(facts[0], frame)}")
    answers = [_agrees(fact, claim.value or "") for fact in own]
    for fact, answer in zip(own, answers, strict=True):
        if answer:
            return yes(fact, "as the source states it")
    if None in answers:
        return unknown("it cannot be compared with what the source states")
    return no(own[0], f"stated as {statement.value(own[0])}")


def _none(name: str, known: Evidence) -> Ruling:
    """That there is none of what is graded from 0 on."""
    graded = [f for f in known.facts["grade"] if statement.name(f).casefold() == name and f.scale is not None]
    if not graded or graded[0].scale is None or float(graded[0].scale.lowest) != 0:
        return unknown("what that would be is not stated")
    lowest = str(graded[0].value).removesuffix(".0") == "0"
    return (yes if lowest else no)(
        graded[0], f"stated as {statement.value(graded[0])}", *(() if lowest else ("severity",))
    )


def judged_as(claim: Parsed, known: Evidence) -> Ruling:
    """ "Enlarged", "measurable": what a published rule makes of what is spoken of."""
    ids = set(known.of(claim.subject))
    facts = [fact for fact in known.facts["judgement"] if not ids or ids & set(fact.regions) or not fact.regions]
    alike = [fact for fact in facts if (claim.value or "").removeprefix("not ") in str(fact.value)] or [
        fact for fact in facts if str(fact.value) == "reduced" and claim.value == "preserved"
    ]
    if len(alike) != 1:
        return unknown("no published rule says so")
    right = str(alike[0].value) == claim.value
    return yes(alike[0], "by a published rule") if right else no(alike[0], f"it counts as {alike[0].value}", "severity")


def _shaped(claim: Parsed, facts: list[Fact], known: Evidence) -> Ruling:
    """A measure of shape of one region; of the only one that has it, where the text does not say of what."""
    assert claim.quantity is not None
    ids = known.of(claim.subject)
    own = [fact for fact in facts if not ids or fact.regions[0] in ids] or (facts if len(facts) == 1 else [])
    values = [(fact, value) for fact in own if (value := numeric(fact, claim.quantity)) is not None]
    if not values:
        return unknown("not measured")
    for fact, value in values:
        if fits(value, claim.quantity, fact.tolerance or 0.0):
            return yes(fact, "agrees with the measurement")
    if claim.clouded and claim.quantity.bound == "eq":
        return unknown("whether it is a bound cannot be told")  # "stays below 10 degrees"
    return no(values[0][0], f"measured {values[0][0].value}", "size")


def _of_regions(known: Evidence) -> list[Fact]:
    return statement.of_regions(fact for predicate in statement.STATED for fact in known.facts[predicate])


def _called(fact: Fact, known: Evidence) -> Iterator[str]:
    """What a text may call a statement of one region: by its concept, or as this one where the text is about it."""
    (rid,) = fact.regions
    entry = known.entry(known.regions[rid].concept)
    yield f"{statement.name(fact)} of {definite(entry)}".casefold()
    if plain := lay.names().get(entry.slug):
        yield f"{statement.name(fact)} of the {plain['name']}".casefold()
    if rid == known.focus:
        yield f"{statement.name(fact)} of {'these' if entry.many else 'this'} {entry.concept.label}".casefold()


def _changed(claim: Parsed, facts: list[Fact], known: Evidence) -> Ruling:
    """What has changed since another visit, by the fact whose name ends in what the clause speaks of."""
    if claim.subject is None:
        return unknown("what has changed cannot be told")
    own = [fact for fact in facts if any(known.kin(a, b) for a in _changing(fact, known) for b in claim.subject.slugs)]
    if not own:
        return unknown("the source does not state it")
    same = str(own[0].value).casefold() == claim.value
    return yes(own[0], "as the source states it") if same else no(own[0], f"stated as {own[0].value}", "comparison")


def _changing(fact: Fact, known: Evidence) -> tuple[str, ...]:
    """Slugs of what a "change of the pleural effusion" is of."""
    name = list(normal(statement.name(fact).casefold().partition(" of ")[2].removeprefix("the ")))
    found = known.called.match(name, 0) if name else None
    return found[0].slugs if found is not None else ()


def _of_visit(claim: Parsed, said: Quantity, facts: list[Fact]) -> Ruling:
    """A value of an earlier visit, how much it has changed by, or both values: by facts named so."""
    named = {statement.name(fact).casefold(): fact for fact in facts}
    pairs = [(named[name], named.get(name.replace("baseline", "follow-up"))) for name in named if "baseline" in name]
    values = [(first, numeric(first, said), numeric(second, said) if second else None) for first, second in pairs]
    known = [(fact, a, b) for fact, a, b in values if a is not None]
    if not known:
        return unknown("the source states no earlier value")
    for fact, a, b in known:
        if claim.value == "then" and fits(a, said, 0.0):
            return yes(fact, "the earlier value")
        if b is None or claim.value == "then":
            continue
        ends = [said._replace(values=(value,), bound="eq") for value in said.values]
        by = a - b if claim.value == "by-" else b - a
        right = (
            fits(by, said, 0.0)
            if (claim.value or "").startswith("by")
            else fits(a, ends[0], 0.0) and fits(b, ends[-1], 0.0)
        )
        if right:
            return yes(fact, "as both visits have it")
    return no(known[0][0], f"stated as {statement.value(known[0][0])}", "size")


def _number(claim: Parsed, facts: list[Fact]) -> Ruling:
    """A number of what is stated; where its name is not said, of all that is stated in that unit."""
    assert claim.quantity is not None
    if claim.value:
        facts = [fact for fact in facts if HINTED[claim.value].search(statement.name(fact).casefold())]
    numbers = [(fact, value) for fact in facts if (value := numeric(fact, claim.quantity)) is not None]
    named = (claim.measure or "|") != "|"
    other = next((fact for fact in facts if not isinstance(fact.value, str | bool) and fact.unit), None)
    if not numbers and named and other is not None and claim.quantity.unit and _digits(other, claim.quantity):
        return no(other, f"stated in {other.unit}", "unit")
    if not numbers:
        return unknown("the source does not state it in numbers")
    for fact, value in numbers:
        if fits(value, claim.quantity, fact.tolerance or 0.0):
            return yes(fact, "as the source states it")
    if not claim.quantity.unit and all(fact.unit == "%" for fact, _ in numbers):
        return unknown("whether it is a share cannot be told")  # "28 positive cells", of 20 % that are
    if named or (len(numbers) == 1 and not (claim.clouded and claim.quantity.unit in LOOSE)):
        return no(numbers[0][0], f"stated as {statement.value(numbers[0][0])}", _kind(numbers[0][0]))
    return unknown("which of the values it is cannot be told")


def _of_another(claim: Parsed, said: Quantity, stated: list[Fact], facts: list[Fact]) -> Ruling | None:
    """Where a clause is not read to its end, a number without a unit may be that of something else that is stated."""
    if not claim.clouded or said.unit or any(_fits(fact, said) for fact in facts):
        return None
    other = any(_fits(fact, said) for fact in stated if fact not in facts)
    return unknown("so much is stated of something else") if other else None


def _fits(fact: Fact, said: Quantity) -> bool:
    value = numeric(fact, said)
    return value is not None and fits(value, said, 0.0)


def _digits(fact: Fact, said: Quantity) -> bool:
    """Whether the number is the fact's, whatever its unit: then the unit is what is wrong."""
    value, by = float(fact.value), said.factor or 1.0
    return any(fits(value, said._replace(values=(one / by,), step=said.step / by), 0.0) for one in said.values)


def _kind(fact: Fact) -> Error:
    return "severity" if fact.predicate in ("grade", "score") else "size"


def numeric(fact: Fact, said: Quantity) -> float | None:
    """The fact's value in the unit of what is said; None where the two cannot be compared."""
    try:
        value = float(fact.value)
    except ValueError:
        ends = re.fullmatch(r"(\d+) to (\d+)", str(fact.value))
        if ends is not None:
            low, high = float(ends[1]), float(ends[2])
            return said.values[0] if all(low <= one <= high for one in said.values) else (low + high) / 2
        times = re.fullmatch(r"(\d+) ?x", str(fact.value))
        if times is not None:
            return float(times[1]) if not said.unit else None
        over = OVER.match(str(fact.value))
        if over is None or said.bound != "gt":
            return None
        value = float(over[1]) + 0.5 if said.values[0] <= float(over[1]) else float(over[1])
    unit = (fact.unit or "").casefold()
    read = UNITS.get(unit)
    if read is not None and read[0] == said.unit:
        return value * read[1]
    if said.unit == "%" and not unit:
        return 100 * value
    if said.unit.casefold() in (unit, unit.removesuffix("s")) or not said.unit:
        return value
    factor = CONVERTED.get((unit, said.unit)) or per(unit, said.unit)
    if factor is None and read is not None and (across := CONVERTED.get((read[0], said.unit))):
        factor = read[1] * across
    return value * factor if factor else None


def _agrees(fact: Fact, said: str) -> bool | None:
    """Whether a text says the fact's value; None where the two cannot be compared."""
    note = statement.aside(fact)
    if note and said.endswith(f" ({note})"):
        said = said.removesuffix(f" ({note})")
    elif note and said.endswith(")"):
        return False  # of another scale, or another time
    if _BARE.sub("", str(fact.value).casefold()) == _BARE.sub("", said.casefold()):
        return True
    if isinstance(fact.value, str | bool):
        return said.casefold() == statement.value(fact).casefold()
    match = NUMBER.fullmatch(said)
    if match is None:
        return None
    shown = SHOWN.get(fact.unit or "", fact.unit or "")
    if (match["unit"] or "") not in (shown, shown.removesuffix("s")):
        return None
    return (
        abs(number(match["number"]) - float(fact.value)) <= max(fact.tolerance or 0, half_digit(match["number"])) + 1e-9
    )
