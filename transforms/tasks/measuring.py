"""Programs of the measurements that questions ask for: what is looked at, what is read off, what follows."""

from collections.abc import Callable, Mapping

from schemas import Fact
from transforms.facts import ops
from transforms.facts.levels import ENDS
from transforms.facts.relation import NEAR_PX, WITHIN
from transforms.facts.ring import beside
from transforms.tasks.base import Book, capital
from transforms.tasks.program import Program, Sketch, joined
from transforms.tasks.steps import limit_text

MOST_FOUND = 8
"""So many things are found one by one; of more, the count is taken at once."""


def spacing_of(book: Book) -> ops.Spacing:
    geometry = book.scene.media[0].geometry if book.scene.media else None
    return geometry.spacing_mm if geometry else None


def measured(book: Book, predicate: str, rid: str, name: str) -> Program:
    """The program of a measurement of one region; none where there is but one step to it, or nothing to look at."""
    if book.noun == "scan":
        return _of_volume(book, predicate, rid, name)
    makers = {"area": area, "long_axis": long_axis, "short_axis": short_axis}
    sides = {"box_width": (0, "wide"), "box_height": (1, "high")}
    if predicate in sides:
        return box_side(book, rid, name, *sides[predicate])
    if predicate not in makers:
        return ()
    of = chosen(book, rid)
    return joined(of, makers[predicate](book, "#0" if of else rid, name))


def chosen(book: Book, rid: str) -> Program:
    """Which region is meant, where its name says "the largest": every one of its concept is measured."""
    same = book.same(rid)
    if not 1 < len(same) <= MOST_FOUND or not book.largest(rid):
        return ()
    label, cells = book.entry(rid).concept.label, book.cells
    looks = [Sketch(cells, {"region": one}, f"Count the {cells} of {label} {n}: {{value}}.", one)
             for n, one in enumerate(same, 1)]  # fmt: skip
    steps = [f"#{n}" for n in range(1, len(looks) + 1)]
    text = f"Take the largest of these: {label} {same.index(rid) + 1}."
    return (*looks, Sketch("largest", {"steps": steps}, text, rid))


def _pixel(book: Book) -> Program:
    if spacing_of(book) is None:
        return ()
    return (Sketch("pixel_size", {}, "Read off the width and the height of a pixel in mm: {value}."),)


def area(book: Book, rid: str, name: str) -> Program:
    if spacing_of(book) is None:
        return ()
    return (
        Sketch("pixels", {"region": rid}, f"Count the pixels of {name}: {{value}}.", rid),
        Sketch("pixel_area", {}, "A pixel covers {value}."),
        Sketch("covers", {"pixels": "#1", "pixel": "#2"}, "Multiply the two: {value}."),
    )


def long_axis(book: Book, rid: str, name: str) -> Program:
    text = f"Find the two points of {name} that lie farthest apart: {{value}}."
    ends, pixel = Sketch("long_ends", {"region": rid}, text, rid), _pixel(book)
    args = {"ends": "#1", **({"pixel": "#2"} if pixel else {})}
    return (ends, *pixel, Sketch("span", args, "Measure from the one to the other, both pixels included: {value}."))


def short_axis(book: Book, rid: str, name: str) -> Program:
    *found, _ = long_axis(book, rid, name)
    args = {"ends": "#1", **({"pixel": "#2"} if len(found) > 1 else {})}
    text = f"Measure {name} at right angles to the line between them: {{value}}."
    return (*found, Sketch("across", args, text, "#1"))


def box_side(book: Book, rid: str, name: str, axis: int, how: str) -> Program:
    found = Sketch("box", {"region": rid}, f"Read off the box of {name}: {{value}}.", rid)
    pixel = _pixel(book)
    args = {"box": "#1", **({"pixel": "#2"} if pixel else {}), "axis": axis}
    return (found, *pixel, Sketch("box_side", args, f"It is {{value}} {how}."))


def zone(book: Book, rid: str, name: str, body: str | None) -> Program:
    of = chosen(book, rid)
    frame = Sketch("frame", {}, "The image reaches over {value}.")
    if body is not None:
        frame = Sketch("box", {"region": body}, "Read off the box of the body in view: {value}.", body)
    text = "Part the box into thirds both ways and see which ninth holds the center: {value}."
    return joined(of, (
        Sketch("centroid", {"region": "#0" if of else rid}, f"Find the center of {name}: {{value}}.", rid),
        frame,
        Sketch("ninth", {"point": "#1", "box": "#2"}, text),
    ))  # fmt: skip


def side(rid: str, name: str, body: str) -> Program:
    return (
        Sketch("body_middle", {"region": body}, "Find the column of the body's middle: {value}.", body),
        Sketch("left_share", {"region": rid, "middle": "#1"},
               f"{{value}} of the pixels of {name} lie on the patient's left of it.", rid),
        Sketch("one_side", {"share": "#2"}, "Nine tenths and more lie on one side: {value}."),
    )  # fmt: skip


def inside(book: Book, rid: str, holder: str, a: str, b: str, within: bool = True) -> Program:
    """`within`: whether the question is if a lies in b, and not if it lies outside."""
    cells, shared = book.cells, "shared_voxels" if book.noun == "scan" else "shared"
    op, threshold = ("at_least", WITHIN) if within else ("at_most", 1 - WITHIN)
    why = f"{limit_text(WITHIN, None)} or more counts as inside"
    if not within:
        why = f"of what lies outside, no more than {1 - WITHIN:.0%} would be within, and it is more"
    return (
        Sketch(cells, {"region": rid}, f"Count the {cells} of {a}: {{value}}.", rid),
        Sketch(shared, {"a": rid, "b": holder}, f"Of these, count those within {b}: {{value}}.", holder),
        Sketch("ratio", {"a": "#2", "b": "#1"}, "Divide the second by the first: {value}."),
        Sketch(op, {"a": "#3", "threshold": threshold}, f"Judge the share: {why}."),
    )


def gap(book: Book, rid: str, other: str, a: str, b: str) -> Program:
    """How far two are apart that do not touch."""
    pixel = _pixel(book)
    args = {"ends": "#1", **({"pixel": "#2"} if pixel else {})}
    return (
        Sketch("nearest", {"a": rid, "b": other}, f"Find where {a} and {b} come nearest to each other: {{value}}.",
               rid),
        *pixel,
        Sketch("free", args, "Measure the gap between the two pixels: {value}."),
    )  # fmt: skip


def near(book: Book) -> float:
    """The widest gap across which two count as next to each other."""
    return NEAR_PX * min(spacing_of(book) or (1.0, 1.0))


def distance(book: Book, rid: str, other: str, a: str, b: str) -> Program:
    pixel = _pixel(book)
    args = {"a": "#1", "b": "#2", **({"pixel": "#3"} if pixel else {})}
    return (
        Sketch("centroid", {"region": rid}, f"Find the center of {a}: {{value}}.", rid),
        Sketch("centroid", {"region": other}, f"Find the center of {b}: {{value}}.", other),
        *pixel,
        Sketch("between", args, "Measure from the one to the other: {value}."),
    )


def counted(book: Book, rids: tuple[str, ...], label: str, where: str = "") -> Program:
    """Each thing by its box, its point or its voxels, and their number; none of one, or of very many. `where`: " inside
    it"."""
    if not 1 < len(rids) <= MOST_FOUND:
        return ()
    looks = []
    for n, rid in enumerate(rids, 1):
        op = "voxels" if book.noun == "scan" else "box" if book.box(rid) else "point"
        looks.append(Sketch(op, {"region": rid}, f"Find {label} {n}: {{value}}.", rid))
    steps = [f"#{n}" for n in range(1, len(looks) + 1)]
    return (*looks, Sketch("counted", {"steps": steps}, f"There are no more of them{where}; count these: {{value}}."))


def _of_volume(book: Book, predicate: str, rid: str, name: str) -> Program:
    of = chosen(book, rid)
    if predicate == "volume":
        return joined(of, (
            Sketch("voxels", {"region": "#0" if of else rid}, f"Count the voxels of {name}: {{value}}.", rid),
            Sketch("voxel_volume", {}, "A voxel fills {value}."),
            Sketch("fills", {"voxels": "#1", "voxel": "#2"}, "Multiply the two: {value}."),
        ))  # fmt: skip
    return ()


def ring(book: Book, fact: Fact) -> Program:
    """The mean of a ring; of the difference, that of the finding first."""
    (rid,), name = fact.regions, book.called(fact.regions[0])
    own, others = book.fact("mean_intensity", rid), beside(book.scene, book.space, rid)
    args = {"region": rid, "findings": others.findings, "structures": others.structures}
    args |= {"body": others.body} if others.body else {}
    text = f"Average the values of the ring of 5 mm around {name}, neighboring outlines left out: {{value}}."
    if fact.predicate == "ring_mean":
        return (Sketch("mean_of_ring", args, text, rid, fact.value),)
    if own is None:
        return ()
    look = Sketch("mean_of_ring", args, text, rid, float(own.value) - float(fact.value))
    within = Sketch("mean_intensity", {"region": rid}, f"Average the values within {name}: {{value}}.", rid, own.value)
    return (within, look, Sketch("difference", {"a": "#1", "b": "#2"}, "Take the second from the first: {value}."))


def circumference(book: Book, fact: Fact) -> Program:
    (rid,), name = fact.regions, book.called(fact.regions[0])
    return (
        Sketch("fitted_long", {"region": rid}, f"Fit an ellipse to {name} and measure its long axis: {{value}}.", rid),
        Sketch("fitted_short", {"region": rid}, "Measure its short axis: {value}.", rid),
        Sketch("ellipse_perimeter", {"long": "#1", "short": "#2"},
               "By Ramanujan's formula for the perimeter of an ellipse with these axes: {value}."),
    )  # fmt: skip


def quadrant(book: Book, fact: Fact) -> Program:
    (rid, fovea, disc), names = fact.regions, [book.called(one) for one in fact.regions]
    text = f"{capital(names[2])} lies on the nasal side of {names[1]}, in this image to the {{value}}."
    args = {"region": rid, "fovea": fovea, "disc": disc, "nasal": "#1"}
    return (
        Sketch("nasal_side", {"fovea": fovea, "disc": disc}, text, disc),
        Sketch("quadrant", args, f"See which of the quadrants about {names[1]} holds {names[0]}: {{value}}.", rid),
    )


def level(book: Book, fact: Fact) -> Program:
    """The slice first, then its vertebra."""
    (rid,), name = fact.regions, book.called(fact.regions[0])
    where = {"level_center": "center", "level_upper": "upper end", "level_lower": "lower end"}[fact.predicate]
    text = f"Find the slice across the patient that holds the {where} of {name}: {{value}}."
    return (
        Sketch("level_slice", {"region": rid, "end": fact.predicate}, text, rid),
        Sketch("level_at", {"slice": "#1"}, "See which vertebra has its body on that slice: {value}."),
    )


OF_FACT: Mapping[str, Callable[[Book, Fact], Program]] = {
    "ring_mean": ring, "ring_contrast": ring, "circumference": circumference, "quadrant": quadrant,
    **dict.fromkeys(ENDS, level),
}  # fmt: skip
"""Predicate -> the program of its fact."""
