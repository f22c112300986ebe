"""Reasoning steps, written from facts: each names an operation that `replay` runs again on the masks."""

from typing import Any

from schemas import Fact, ReasoningStep
from transforms.facts.format import ends as written_ends
from transforms.facts.format import point as written_point
from transforms.facts.format import quantity, stated
from transforms.tasks.base import Book, capital

Result = bool | int | float | str


def step(
    book: Book, op: str, args: dict[str, Any], result: Result, text: str, unit: str | None = None, at: str | None = None
) -> ReasoningStep:
    """A step that looks at region `at`."""
    box = book.box(at) if at else None
    masked = book.region(at) if at and book.noun == "scan" else None
    box3d = masked.box3d if masked is not None and masked.mask is not None else None
    return ReasoningStep(op=op, args=args, result=result, unit=unit, text=text, box=box, box3d=box3d)


MEASURES = {
    "area": "Measure the area of {name}: {value}.",
    "volume": "Measure the volume of {name}: {value}.",
    "long_axis": "Measure the longest diameter of {name}: {value}.",
    "short_axis": "Measure {name} at right angles to its longest diameter: {value}.",
    "mean_intensity": "Average the values within {name}: {value}.",
    "box_width": "Read off the width of the box of {name}: {value}.",
    "box_height": "Read off the height of the box of {name}: {value}.",
    "line_length": "Measure along the line that marks {name}: {value}.",
    "circle_diameter": "Read off the diameter of the circle of {name}: {value}.",
    "ellipse_long": "Read off the longer axis of the ellipse of {name}: {value}.",
    "ellipse_short": "Read off the shorter axis of the ellipse of {name}: {value}.",
    "ellipse_angle": "Read off how far the longer axis of the ellipse of {name} is turned from x to y: {value}.",
    "turned_long": "Measure the longer side of the box of {name}: {value}.",
    "turned_short": "Measure the shorter side of the box of {name}: {value}.",
    "zone": "Locate the center of {name}: {value}.",
}


def measure(book: Book, fact: Fact, name: str) -> ReasoningStep:
    """One region's measurement, one of `MEASURES`."""
    rid = fact.regions[0]
    text = MEASURES[fact.predicate].format(name=name, value=stated(fact))
    args = dict(zip(("region", "body"), fact.regions, strict=False))  # a zone may be one of the body
    return step(book, fact.predicate, args, fact.value, text, fact.unit, rid)


def box(book: Book, rid: str, name: str, source: str | None = None) -> ReasoningStep:
    """The region's box; `source` is an earlier step that chose the region."""
    value = box_text(book, rid)
    return step(book, "box", {"region": source or rid}, value, f"Read off the box of {name}: {value}.", "px", rid)


def box_text(book: Book, rid: str) -> str:
    """ "[x0, y0, x1, y1]": half-open pixels of the image."""
    found = book.box(rid)
    if found is None:
        raise ValueError(f"region {rid} of {book.scene.key} has no box: ask about its place only where it has one")
    return str(list(found))


def box_area(book: Book, rid: str, name: str) -> ReasoningStep:
    """How many pixels a region's box covers."""
    x0, y0, x1, y1 = book.box(rid) or (0, 0, 0, 0)
    value = (x1 - x0) * (y1 - y0)
    text = f"Multiply the sides of the box of {name}: {quantity(value, 'px2')}."
    return step(book, "box_area", {"region": rid}, value, text, "px2", rid)


def point(book: Book, rid: str, name: str) -> ReasoningStep:
    """The one point that marks a region."""
    value = point_text(book, rid)
    return step(book, "point", {"region": rid}, value, f"Read off the point that marks {name}: {value}.", "px")


def point_text(book: Book, rid: str) -> str:
    """ "[x, y]": pixels of the image."""
    found = book.point(rid)
    if found is None:
        raise ValueError(f"region {rid} of {book.scene.key} is not marked by one point: do not ask for it")
    return written_point(found)


def centre(book: Book, rid: str, name: str) -> ReasoningStep:
    """The centre of the circle or the ellipse that marks a region."""
    value = centre_text(book, rid)
    return step(book, "centre", {"region": rid}, value, f"Read off the center of what marks {name}: {value}.", "px")


def centre_text(book: Book, rid: str) -> str:
    ellipse = book.region(rid).ellipse
    if ellipse is None:
        raise ValueError(f"region {rid} of {book.scene.key} is marked with no ellipse: do not ask for its centre")
    return written_point(ellipse.centre)


def ends(book: Book, rid: str, name: str) -> ReasoningStep:
    """Where the line that marks a region begins and ends."""
    value = ends_text(book, rid)
    return step(
        book, "ends", {"region": rid}, value, f"Read off the ends of the line that marks {name}: {value}.", "px"
    )


def ends_text(book: Book, rid: str) -> str:
    """ "[x, y] to [x, y]": pixels of the image."""
    line = book.region(rid).line
    return written_ends(line.xy if line is not None else ())


def greater(book: Book, rid: str, name: str, first: int, second: int) -> ReasoningStep:
    """Which region's measurement is the greater, of two earlier steps."""
    args = {"a": f"#{first}", "b": f"#{second}"}
    return step(
        book, "greater", args, rid, f"Compare the two: {name} {book.verbs(rid)['has']} the greater value.", at=rid
    )


def ratio(book: Book, fact: Fact, first: int, second: int) -> ReasoningStep:
    value = quantity(fact.value, None, fact.tolerance)
    args = {"a": f"#{first}", "b": f"#{second}"}
    return step(book, "ratio", args, fact.value, f"Divide the first by the second: {value}.")


def at_least(book: Book, earlier: int, threshold: float, unit: str | None, why: str) -> ReasoningStep:
    args = {"a": f"#{earlier}", "threshold": threshold}
    limit = share(threshold) if unit is None else quantity(threshold, unit)
    return step(book, "at_least", args, True, f"That is at least {limit}: {why}.")


def less(book: Book, earlier: int, threshold: float, unit: str | None, why: str) -> ReasoningStep:
    """That an earlier step's number does not reach a threshold."""
    args = {"a": f"#{earlier}", "threshold": threshold}
    limit = share(threshold) if unit is None else quantity(threshold, unit)
    return step(book, "at_least", args, False, f"That is less than {limit}: {why}.")


def more(book: Book, earlier: int, threshold: float, unit: str | None, why: str) -> ReasoningStep:
    """That an earlier step's number is above a threshold."""
    args = {"a": f"#{earlier}", "threshold": threshold}
    limit = share(threshold) if unit is None else quantity(threshold, unit)
    return step(book, "at_most", args, False, f"That is more than {limit}: {why}.")


def at_most(book: Book, earlier: int, threshold: float, unit: str | None, why: str) -> ReasoningStep:
    args = {"a": f"#{earlier}", "threshold": threshold}
    return step(book, "at_most", args, True, f"That is at most {quantity(threshold, unit)}: {why}.")


def limit_text(threshold: float, unit: str | None) -> str:
    """A threshold as texts print it."""
    return share(threshold) if unit is None else quantity(threshold, unit)


def share(value: Result) -> str:
    """A fraction as a percentage, rounded down so that it never claims more than was measured."""
    return f"{int(float(value) * 100)}%"


def inside(book: Book, fact: Fact, inner: str, outer: str) -> ReasoningStep:
    a, b = fact.regions
    whole = {"box": "All of the box that marks", "point": "The point that marks"}.get(book.form(a))
    text = f"{capital(inner)} {book.verbs(a)['has']} {share(fact.value)} of its {book.cells} within {outer}."
    if whole is not None:
        text = f"{whole} {inner} lies within {outer}."
    return step(book, "inside", {"a": a, "b": b}, fact.value, text, at=a)
