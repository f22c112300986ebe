"""Angles of a cephalogram that have a name: SNA, SNB, ANB, the gonial angle."""

from collections.abc import Sequence

NAMED = {
    "sna": (("sella_point", "subspinale"), "nasion"), "snb": (("sella_point", "supramentale"), "nasion"),
    "anb": (("subspinale", "supramentale"), "nasion"), "gonial": (("articulare", "menton"), "gonion"),
}  # fmt: skip
"""Name -> the two ends and the apex of an angle of a cephalogram (Riedel, Angle Orthod 1952; Jacobson, Radiographic
Cephalometry, 1995)."""
CALLED = {
    "sna": ("SNA",),
    "snb": ("SNB",),
    "anb": ("ANB",),
    "gonial": ("gonial", "angle of the jaw", "mandibular angle"),
}


def named_angle(slugs: Sequence[str]) -> str | None:
    """What the angle at the second of three landmarks is called."""
    if len(slugs) != 3:
        return None
    ends, apex = {slugs[0], slugs[2]}, slugs[1]
    return next((name for name, (pair, at) in NAMED.items() if apex == at and ends == set(pair)), None)
