"""Programs of published rules: what goes in is measured or read off, compared with the rule's limits, and judged."""

from collections.abc import Sequence

from schemas import Fact
from transforms.facts.format import quantity
from transforms.facts.judgements import RULES, STAGES
from transforms.tasks.base import Book
from transforms.tasks.program import Program, Sketch, joined
from transforms.tasks.rules import LADDERS, beside, limits_of


def judged(book: Book, fact: Fact, inputs: Sequence[Fact]) -> Program:
    """The program of a judgement on the scene's facts; none where its inputs are not all there."""
    key = next((key for key, rule in RULES.items() if (rule.name, rule.source) == (fact.name, fact.source)), None)
    given = _roles(key, inputs) if key is not None else None
    if key is None or given is None:
        return ()
    shifts, first = _shifts(given), MAKERS[key](book, given)
    measured = joined(_stated(given, shifts), first)
    limits = limits_of(key, {role: given[role].value for role in shifts})
    op = "at_least" if LADDERS[key].reached else "at_most"
    unit = _unit(key, given)
    held = tuple(
        Sketch(op, {"a": f"#{len(measured)}", "threshold": limit}, f"Hold it against {_limit(limit, unit)}: {{value}}.")
        for limit in beside(key, str(fact.value), limits)
    )
    at = {role: f"#{n}" for n, role in enumerate(shifts, 1)}
    steps = [f"#{len(measured) + n}" for n in range(1, len(held) + 1)]
    text = f"By the {RULES[key].name} ({RULES[key].source}): {{value}}."
    return (*measured, *held, Sketch("by_rule", {"rule": key, "steps": steps, **at}, text))


def _limit(limit: float, unit: str | None) -> str:
    return f"{limit:g}" if unit is None else quantity(limit, unit)


def _roles(key: str, inputs: Sequence[Fact]) -> dict[str, Fact] | None:
    left, given = list(inputs), {}
    for role, (predicate, unit) in RULES[key].inputs.items():
        found = next((fact for fact in left if (fact.predicate, fact.unit) == (predicate, unit)), None)
        if found is not None:
            given[role] = found
            left.remove(found)
    return given if RULES[key].inputs.keys() - {"sex"} <= given.keys() else None


def _shifts(given: dict[str, Fact]) -> list[str]:
    """The inputs that move a rule's limits."""
    return [role for role in ("spacing", "sex") if role in given]


def _stated(given: dict[str, Fact], roles: Sequence[str]) -> Program:
    what = {"spacing": "the distance of neighbouring slices in mm", "sex": "the sex"}
    return tuple(Sketch("stated", {"fact": given[role].id}, f"Read off {what[role]}: {{value}}.") for role in roles)


def _unit(key: str, given: dict[str, Fact]) -> str | None:
    return {"fatty_liver": "HU", "liver_fat": "HU", "spleen": "mL", "prostate": "mL", "fleischner": "mL",
            "recist": "mm", "qtc": "ms", "ejection_fraction": "%", "qrs_axis": "degrees",
            **dict.fromkeys(STAGES, "mm")}.get(key)  # fmt: skip


def _volume(book: Book, given: dict[str, Fact]) -> Program:
    rid = given["volume"].regions[0]
    return (
        Sketch("voxels", {"region": rid}, f"Count the voxels of {book.called(rid)}: {{value}}.", rid),
        Sketch("voxel_volume", {}, "A voxel fills {value}."),
        Sketch("fills", {"voxels": "#1", "voxel": "#2"}, "Multiply the two: {value}."),
    )


def _diameter(book: Book, given: dict[str, Fact]) -> Program:
    rid = given["diameter"].regions[0]
    text = f"Measure the longest diameter of {book.called(rid)} on any slice: {{value}}."
    return (Sketch("longest", {"region": rid}, text, rid),)


def _difference(book: Book, given: dict[str, Fact]) -> Program:
    looks = tuple(
        Sketch("mean_intensity", {"region": fact.regions[0]},
               f"Average the values within {book.called(fact.regions[0])}: {{value}}.", fact.regions[0], fact.value)
        for fact in (given["liver"], given["spleen"])
    )  # fmt: skip
    return (*looks, Sketch("difference", {"a": "#1", "b": "#2"}, "Take the second from the first: {value}."))


def _whole_mean(book: Book, fact: Fact) -> Sketch:
    rid = fact.regions[0]
    text = f"Average the values of all voxels of {book.called(rid)}: {{value}}."
    return Sketch("whole_mean", {"region": rid}, text, rid, fact.value)


def _quotient(book: Book, given: dict[str, Fact]) -> Program:
    looks = (_whole_mean(book, given["pancreas"]), _whole_mean(book, given["spleen"]))
    return (*looks, Sketch("ratio", {"a": "#1", "b": "#2"}, "Divide the first by the second: {value}."))


def heights(book: Book, cup: str, disc: str) -> Program:
    return (
        Sketch("height", {"region": cup}, f"Measure how high {book.called(cup)} is: {{value}}.", cup),
        Sketch("height", {"region": disc}, f"Measure how high {book.called(disc)} is: {{value}}.", disc),
        Sketch("ratio", {"a": "#1", "b": "#2"}, "Divide the first by the second: {value}."),
    )


def widths(book: Book, heart: str, *lungs: str) -> Program:
    return (
        Sketch("width", {"regions": [heart]}, f"Measure how wide {book.called(heart)} is: {{value}}.", heart),
        Sketch("width", {"regions": list(lungs)},
               "Measure the chest from the outer edge of one lung to that of the other: {value}."),
        Sketch("ratio", {"a": "#1", "b": "#2"}, "Divide the first by the second: {value}."),
    )  # fmt: skip


def _interval(book: Book, given: dict[str, Fact]) -> Program:
    return (Sketch("stated", {"fact": given["qtc"].id}, "Read off the QTc interval in ms: {value}."),)


def _axis(book: Book, given: dict[str, Fact]) -> Program:
    return (Sketch("stated", {"fact": given["axis"].id}, "Read off the QRS axis in degrees: {value}."),)


def _fraction(book: Book, given: dict[str, Fact]) -> Program:
    return (Sketch("stated", {"fact": given["fraction"].id}, "Read off the ejection fraction in %: {value}."),)


MAKERS = {
    "fleischner": _volume, "spleen": _volume, "prostate": _volume, "recist": _diameter, "fatty_liver": _difference,
    "liver_fat": lambda book, given: (_whole_mean(book, given["liver"]),), "pancreatic_fat": _quotient,
    "cup_to_disc": lambda book, given: heights(book, *given["ratio"].regions),
    "cardiothoracic": lambda book, given: widths(book, *given["ratio"].regions),
    **dict.fromkeys(STAGES, _diameter), "qtc": _interval, "qrs_axis": _axis,
    "ejection_fraction": _fraction,
}  # fmt: skip
"""Key of a rule -> what measures the number that it judges."""
