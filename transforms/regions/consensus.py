"""What several readers agree on: voxels that at least half of them drew (the 50 % consensus of LIDC studies)."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from schemas import MadeBy, content_key
from schemas.rle import encode_part
from transforms.regions.resolve import Resolved

SHARE = 0.5


def consensus(items: Sequence[Resolved], shape: Sequence[int]) -> list[Resolved]:
    """Regions that share `meta["nodule"]` become one, with the mean of their ratings; likewise those of one concept that
    overlap and that different readers drew (`meta["reader"]`), where nobody says which show one thing. The others pass
    as they are.

    The readers' own outlines stay behind it in `meta["readers"]`, so that the agreement can be traced.
    """
    groups: dict[str, list[Resolved]] = {}
    out: list[Resolved] = []
    unmatched: list[Resolved] = []
    for item in items:
        nodule = item.region.meta.get("nodule")
        if item.mask is None or (nodule is None and "reader" not in item.region.meta):
            out.append(item)
        elif nodule is None:
            unmatched.append(item)
        else:
            groups.setdefault(str(nodule), []).append(item)
    out += [_agreed(groups[name], shape) for name in sorted(groups)]
    out += [_agreed(group, shape) for group in _matched(unmatched)]
    return sorted(out, key=lambda r: r.region.key)


def _matched(items: Sequence[Resolved]) -> list[list[Resolved]]:
    """Outlines by what they show: those that share most voxels come together first, and no reader drew a thing twice."""
    pairs = [(_shared(a, b), m, n) for (m, a), (n, b) in combinations(enumerate(items), 2)]
    groups = [[item] for item in items]
    for shared, m, n in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        one, other = groups[m], groups[n]
        both = [*one, *other]
        readers = {item.region.meta["reader"] for item in both}
        if shared and one is not other and len(readers) == len(both):
            groups = [both if group is one or group is other else group for group in groups]
    return list({id(group): group for group in groups}.values())


def _shared(a: Resolved, b: Resolved) -> int:
    """How many voxels two masks of one concept share."""
    assert a.mask is not None and b.mask is not None
    if a.region.concept != b.region.concept:
        return 0
    low = [max(one.start, other.start) for one, other in zip(a.crop, b.crop, strict=True)]
    high = [min(one.stop, other.stop) for one, other in zip(a.crop, b.crop, strict=True)]
    if any(start >= stop for start, stop in zip(low, high, strict=True)):
        return 0
    parts = (
        item.mask[tuple(slice(x - o, y - o) for x, y, o in zip(low, high, item.offset, strict=True))]
        for item in (a, b)
        if item.mask is not None
    )
    return int(np.logical_and(*parts).sum())


def _agreed(items: list[Resolved], shape: Sequence[int]) -> Resolved:
    low = [min(item.offset[a] for item in items) for a in range(len(shape))]
    ends = [[o + n for o, n in zip(i.offset, i.mask.shape, strict=True)] for i in items if i.mask is not None]
    high = [max(end[a] for end in ends) for a in range(len(shape))]
    votes = np.zeros([h - b for b, h in zip(low, high, strict=True)], np.int16)
    for item in items:
        if item.mask is not None:
            votes[tuple(slice(s.start - b, s.stop - b) for s, b in zip(item.crop, low, strict=True))] += item.mask
    mask = votes * 2 >= len(items)
    first = items[0].region
    readers = [item.region.key for item in items]
    people = f"{len(items)} readers" if len(items) > 1 else "1 reader"
    region = first.model_copy(
        update={
            "key": content_key("consensus", SHARE, readers),
            "shape": encode_part(mask, low, shape),
            "made_by": MadeBy(kind="human", name=people, version=None, score=None),
            "meta": {
                **{name: first.meta[name] for name in ("nodule",) if name in first.meta},
                "readers": readers,
                "ratings": _mean_ratings(items),
                "scales": first.meta.get("scales", {}),
            },
        }
    )
    return Resolved(region, tuple(low), mask)


def _mean_ratings(items: list[Resolved]) -> dict[str, float]:
    """Rating name -> mean over the readers who gave it."""
    names = sorted({name for item in items for name in item.region.meta.get("ratings", {})})
    given = {n: [i.region.meta["ratings"][n] for i in items if n in i.region.meta.get("ratings", {})] for n in names}
    return {name: round(sum(values) / len(values), 4) for name, values in given.items()}
