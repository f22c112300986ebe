"""Which of several regions is the largest, the second, the smallest."""

from typing import TYPE_CHECKING

from transforms.facts.base import LARGER

if TYPE_CHECKING:
    from transforms.checks.claims.evidence import Evidence

RANKS = {
    "largest": ("area", 0, True), "second": ("area", 1, True), "third": ("area", 2, True), "fourth": ("area", 3, True),
    "fifth": ("area", 4, True),
    "smallest": ("area", 0, False),
    "longest": ("long_axis", 0, True), "shortest": ("long_axis", 0, False), "densest": ("mean_intensity", 0, True),
    "lightest": ("mean_intensity", 0, False),
}  # fmt: skip
"""Rank -> by what, which place, from the highest."""


def ranked(ids: list[str], rank: str, known: "Evidence") -> list[str]:
    """The largest, the second, the smallest by area, or by what the rank speaks of; none where that is not known of
    all or two are alike."""
    if len(ids) <= 1:
        return ids if rank not in ("second", "third", "fourth", "fifth") else []
    if rank == "largest_box":
        larger = {f.regions for f in known.every["box_larger"]}
        return [a for a in ids if all((a, b) in larger for b in ids if b != a)]
    if rank not in RANKS:
        return []  # the most frequent: a kind of thing, not one of them
    predicate, place, downward = RANKS[rank]
    if rank == "largest":
        beaten = {f.regions for name in LARGER for f in known.every[name] if len(f.regions) == 2}
        best = [a for a in ids if sum((a, b) in beaten for b in ids if b != a) == len(ids) - 1]
        if best:
            return best
    sizes = _by(predicate, ids, known)
    for other in ("volume", "diameter", "box_width") if predicate == "area" and len(sizes) < 2 else ():
        sizes = sizes if len(sizes) > 1 else _by(other, ids, known)
    order = sorted(sizes, key=lambda rid: sizes[rid], reverse=downward)
    # Of many regions the largest alone are measured, so the smallest is known only where all are.
    if len(order) <= place or (not downward and len(order) < len(ids)) or len(order) < 2:
        return []
    alike = [rid for rid in order if sizes[rid] == sizes[order[place]]]
    return [order[place]] if len(alike) == 1 else []


def _by(predicate: str, ids: list[str], known: "Evidence") -> dict[str, float]:
    return {f.regions[0]: float(f.value) for f in known.every[predicate] if f.regions and f.regions[0] in ids}
