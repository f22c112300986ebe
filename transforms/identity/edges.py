"""Which of the candidates are the same, each with its evidence. Nothing follows from two edges: it is looked at."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from schemas import Model
from transforms.identity.candidates import candidates
from transforms.identity.library import Library
from transforms.identity.likeness import Likeness
from transforms.identity.things import Frame

SAME = 0.96  # `least` of two copies of one picture. Slices that lie side by side: up to 0.968 (1 mm apart in MR)
BUSY = 0.97  # `busy` of them. Slices side by side that have such a `least`: up to 0.967; copies: 0.973 and more
FAINT = 0.7  # `faint` of any two that are one. Copies: 0.89 and more; two people behind one mask: up to 0.43
TYPICAL, LEAST = 0.9, 0.7  # of a slice and what a volume shows there
NEAR = 0.3  # `typical` from which a place is near enough to look for a better one beside it
SHARED = 8  # marks that lie in one order in two volumes
LOOKED_AT = 7  # slices of a volume that are compared with those of another
ENOUGH = 3  # of them that must agree, and more than half


class Edge(Model):
    """`kind`: what the two are: one picture, a slice of a volume, or one scan. `typical`, `least`: median and lower
    fifth of the correlations of blocks, `faint` the median without strong edges, over all frames that agree the median.
    `frames`: where they were compared (axis and index in the first, then in the second). `overlap`: the share of the
    one on which the other lies."""

    one: int
    other: int
    kind: Literal["picture", "slice", "volume"]
    typical: float
    least: float
    faint: float
    overlap: float
    inliers: int
    votes: int
    frames: tuple[tuple[int, float, int, float], ...] = ()


Hits = list[tuple[int, Frame, Frame]]  # votes, frame of the one, frame of the other
Agreeing = list[tuple[Likeness, Frame, Frame]]


def edges(library: Library, sides: Sequence[int] | None = None) -> list[Edge]:
    """Every confirmed pair of the library's things. `sides`: of each thing; then only pairs across are looked at."""
    groups = np.asarray(sides if sides is not None else range(len(library.things)), np.uint32)
    codes, doubts, owners = library.marks()
    owner_of = np.asarray([number for number, _ in library.frames], np.uint32)
    found = candidates(codes, doubts, owners, groups[owner_of] if len(owner_of) else groups)
    hits: dict[tuple[int, int], Hits] = {}
    for a, b, votes in zip(found.one.tolist(), found.other.tolist(), found.votes.tolist(), strict=True):
        (one, mine), (other, yours) = library.frames[a], library.frames[b]
        if one > other:
            one, mine, other, yours = other, yours, one, mine
        hits.setdefault((one, other), []).append((votes, mine, yours))
    told = (_edge(library, one, other, own) for (one, other), own in sorted(hits.items()))
    return [edge for edge in told if edge is not None]


def _edge(library: Library, one: int, other: int, hits: Hits) -> Edge | None:
    hits = sorted(hits, key=lambda hit: (-hit[0], hit[1:]))
    kinds = {library.things[one].kind, library.things[other].kind}
    if kinds == {"picture"}:
        return _picture(library, one, other, hits[0])
    if kinds == {"volume"}:
        return _volume(library, one, other, hits)
    return _slice(library, one, other, hits)


def _picture(library: Library, one: int, other: int, hit: tuple[int, Frame, Frame]) -> Edge | None:
    like = library.alike(one, hit[1], other, hit[2])
    if like is None or like.least < SAME or like.busy < BUSY or like.faint < FAINT:
        return None
    return _told(one, other, "picture", hit[0], [(like, hit[1], hit[2])])


def _agrees(like: Likeness) -> bool:
    return like.typical >= TYPICAL and like.least >= LEAST and like.faint >= FAINT


def _slice(library: Library, one: int, other: int, hits: Hits) -> Edge | None:
    """A picture in a volume: at the best few places that share marks, and from there towards where it agrees more."""
    mine = library.things[one].kind == "volume"
    volume = one if mine else other

    def look(at: Frame, picture: Frame) -> Likeness | None:
        if not library.inside(volume, at):
            return None
        return library.alike(one, at, other, picture) if mine else library.alike(one, picture, other, at)

    for votes, first, second in hits[:3]:
        at, picture = (first, second) if mine else (second, first)
        step, like = library.step(volume, at.axis), look(at, picture)
        while like is not None and not _agrees(like) and step >= 0.5 and like.typical > NEAR:
            step /= 2
            tries = [(at, like)]
            for place in (Frame(at.axis, at.at - step), Frame(at.axis, at.at + step)):
                if (found := look(place, picture)) is not None:
                    tries.append((place, found))
            at, like = max(tries, key=lambda each: each[1].typical)
        if like is not None and _agrees(like):
            return _told(one, other, "slice", votes, [(like, *((at, picture) if mine else (picture, at)))])
    return None


def _volume(library: Library, one: int, other: int, hits: Hits) -> Edge | None:
    """Two volumes: slices along an axis of each that lie in one order, compared at places spread over what both have.
    Whoever does not agree at the first few places is left."""
    axes = {(mine.axis, yours.axis) for _, mine, yours in hits}
    weight = {pair: sum(v for v, a, b in hits if (a.axis, b.axis) == pair) for pair in axes}
    for pair in sorted(axes, key=lambda pair: -weight[pair])[:2]:
        own = [(v, a.at, b.at) for v, a, b in hits if (a.axis, b.axis) == pair]
        line = _line(own, library.step(one, pair[0]), library.step(other, pair[1]))
        if line is None:
            continue
        slope, start, low, high = line
        places = np.unique(np.linspace(low, high, LOOKED_AT).round()).tolist()
        agreeing: Agreeing = []
        for count, place in enumerate(places[1::2] + places[::2]):  # those in the middle first
            if count >= ENOUGH and not agreeing:
                break
            at = Frame(pair[1], place * slope + start)
            agreeing += _nearest(library, one, Frame(pair[0], place), other, at)
        if len(agreeing) >= min(ENOUGH, len(places)) and 2 * len(agreeing) > len(places):
            return _told(one, other, "volume", sum(v for v, _, _ in own), agreeing)
    return None


def _nearest(library: Library, one: int, mine: Frame, other: int, at: Frame) -> Agreeing:
    """A slice of the one and what agrees with it at a place of the other, or up to a slice beside it; else nothing."""
    for shift in (0.0, -0.5, 0.5, -1.0, 1.0):
        yours = Frame(at.axis, at.at + shift)
        like = library.alike(one, mine, other, yours) if library.inside(other, yours) else None
        if like is not None and _agrees(like):
            return [(like, mine, yours)]
        if shift == 0.0 and (like is None or like.typical < NEAR) and library.inside(other, yours):
            break
    return []


def _line(hits: list[tuple[int, float, float]], mine: float, yours: float) -> tuple[float, float, float, float] | None:
    """Slope, start, lowest and highest place of the straight line on which most shared marks lie: of all lines through
    two hits. `mine`, `yours`: steps from slice to slice. None where there is no such line."""
    hits = sorted(hits, reverse=True)[:40]
    votes, x, y = np.asarray(hits, float).T
    best = (0.0, 0.0, 0.0, np.zeros(len(x), bool))
    for a in range(len(x)):
        for b in range(a + 1, len(x)):
            if abs(x[a] - x[b]) < 2 * mine or abs(y[a] - y[b]) < 2 * yours:
                continue
            slope = (y[b] - y[a]) / (x[b] - x[a])
            start = y[a] - slope * x[a]
            on = np.abs(y - slope * x - start) <= 1.5 * max(yours, abs(slope) * mine)
            if votes[on].sum() > best[0]:
                best = (float(votes[on].sum()), float(slope), float(start), on)
    on = best[3]
    if best[0] < SHARED or on.sum() < ENOUGH:
        return None
    slope, start = (float(value) for value in np.polyfit(x[on], y[on], 1, w=votes[on]))
    return slope, start, float(x[on].min()), float(x[on].max())


def _told(
    one: int, other: int, kind: Literal["picture", "slice", "volume"], votes: int,
    agreeing: Agreeing,
) -> Edge:  # fmt: skip
    likes = [like for like, _, _ in agreeing]

    def middle(name: str) -> float:
        return round(float(np.median([getattr(like, name) for like in likes])), 4)

    where = tuple((a.axis, a.at, b.axis, b.at) for _, a, b in agreeing)
    return Edge(
        one=one, other=other, kind=kind, typical=middle("typical"), least=middle("least"), faint=middle("faint"),
        overlap=middle("overlap"), inliers=min(like.inliers for like in likes), votes=votes, frames=where,
    )  # fmt: skip
