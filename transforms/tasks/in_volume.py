"""Programs of what facts tell of two regions of a whole scan."""

from collections.abc import Callable, Mapping

from schemas import Fact
from transforms.tasks.base import Book
from transforms.tasks.measuring import chosen
from transforms.tasks.program import Program, Sketch, joined

BOTH = {"a": "#1", "b": "#2"}


def program(book: Book, fact: Fact) -> Program:
    """The first of its regions may be the largest of several. None of what is no whole scan."""
    if book.noun != "scan":
        return ()
    of, (first, second) = chosen(book, fact.regions[0]), fact.regions
    within = book.fact("whole_attenuation", first)
    known = () if fact.predicate != "whole_contrast" else (within and within.value, fact.value)
    names = (book.called(first), book.called(second))
    return joined(of, MAKERS[fact.predicate]("#0" if of else first, second, *names, *known))


def _burden(finding: str, organ: str, name: str, holder: str) -> Program:
    return _share(finding, organ, name, holder, organ)


def _portion(structure: str, finding: str, name: str, other: str) -> Program:
    return _share(finding, structure, other, name, finding)


def _share(finding: str, structure: str, name: str, holder: str, of: str) -> Program:
    """What a finding and a structure share, of all voxels `of` one of them."""
    whole = name if of == finding else holder
    return (
        Sketch("shared_voxels", {"a": finding, "b": structure},
               f"Of the voxels of {name}, count those within {holder}: {{value}}.", finding),
        Sketch("voxels", {"region": of}, f"Count the voxels of {whole}: {{value}}.", of),
        Sketch("percent", BOTH, "Take the first as a share of the second: {value}."),
    )  # fmt: skip


def contrast(
    finding: str, organ: str, name: str, holder: str, own: float | None, less: float, on: str = "whole_"
) -> Program:
    """The mean of a finding less that of the rest of an organ: in the volume, or `on` a picture (""). `own`: the mean
    of the finding, where a fact tells it."""
    rest, values = None if own is None else own - less, "values of all voxels of" if on else "values within"
    return (
        Sketch(f"{on}mean" if on else "mean_intensity", {"region": finding}, f"Average the {values} {name}: {{value}}.",
               finding, own),
        Sketch(f"{on}mean_of_rest", {"organ": organ, "finding": finding},
               f"Average those of the rest of {holder}: {{value}}.", organ, rest),
        Sketch("difference", BOTH, "Take the second from the first: {value}."),
    )  # fmt: skip


def _ratio_of_volumes(larger: str, smaller: str, *names: str) -> Program:
    looks = tuple(Sketch("volume", {"region": rid}, f"Measure the volume of {name}: {{value}}.", rid)
                  for rid, name in zip((larger, smaller), names, strict=True))  # fmt: skip
    return (*looks, Sketch("ratio", BOTH, "Divide the first by the second: {value}."))


def _clearance(structure: str, finding: str, name: str, other: str) -> Program:
    """At once, where several are compared; `clearance` has the steps."""
    text = f"Measure from {name} to {other}, between the centers of the nearest voxels: {{value}}."
    return (Sketch("clearance", {"region": structure, "to": finding}, text, structure),)


def within(book: Book, fact: Fact) -> Sketch:
    """What of a finding lies in a structure, at once: where several structures are compared."""
    structure, finding = fact.regions
    text = f"Take the share of the voxels of {book.called(finding)} within {book.called(structure)}: {{value}}."
    return Sketch("portion", {"region": structure, "of": finding}, text, structure)


def clearance(book: Book, fact: Fact) -> Program:
    """How far a structure is from a finding, taken apart."""
    structure, finding = fact.regions
    text = f"Find the voxels of {book.called(structure)} and of {book.called(finding)} that lie nearest to each other: "
    return (
        Sketch("nearest_voxels", {"a": structure, "b": finding}, text + "{value}.", structure),
        Sketch("voxel_size", {}, "Read off the sides of a voxel in mm: {value}."),
        Sketch("voxels_apart", {"voxels": "#1", "size": "#2"}, "Measure from center to center: {value}."),
    )


MAKERS: Mapping[str, Callable[..., Program]] = {
    "burden": _burden,
    "whole_contrast": contrast,
    "ratio_of_volumes": _ratio_of_volumes,
    "clearance": _clearance,
    "portion": _portion,
}
"""Predicate -> the program of its fact."""
