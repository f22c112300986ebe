"""What several readers agree on: voxels that at least half of them drew (the 50 % consensus of LIDC studies)."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from schemas import MadeBy, content_key
from schemas.rle import encode_part
from transforms.regions.resolve import Resolved

SHARE = 0.5
APART = 2.0


def consensus(items: Sequence[Resolved], shape: Sequence[int]) -> list[Resolved]:
    """Regions that share `meta["nodule"]` become one, with the mean of their ratings; the others pass as they are.

    The readers' own outlines stay behind it in `meta["readers"]`, so that the agreement can be traced.
    """
    groups: dict[str, list[Resolved]] = {}
    out: list[Resolved] = []
    for item in items:
        nodule = item.region.meta.get("nodule")
        if nodule is None or item.mask is None:
            out.append(item)
        else:
            groups.setdefault(str(nodule), []).append(item)
    out += [_agreed(groups[name], shape) for name in sorted(groups)]
    return sorted(out, key=lambda r: r.region.key)


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
                "nodule": first.meta["nodule"],
                "readers": readers,
                "ratings": _mean_ratings(items),
                "scales": first.meta.get("scales", {}),
                "ends": first.meta.get("ends", {}),
                **_agreement(items),
            },
        }
    )
    return Resolved(region, tuple(low), mask)


def _mean_ratings(items: list[Resolved]) -> dict[str, float]:
    """Rating name -> mean over the readers who gave it; none where they are more than `APART` steps apart: of 1 and 5,
    nobody said 3."""
    names = sorted({name for item in items for name in item.region.meta.get("ratings", {})})
    given = {n: [i.region.meta["ratings"][n] for i in items if n in i.region.meta.get("ratings", {})] for n in names}
    alike = {name: values for name, values in given.items() if max(values) - min(values) <= APART}
    return {name: round(sum(values) / len(values), 4) for name, values in alike.items()}


def _agreement(items: list[Resolved]) -> dict[str, float]:
    """The mean over all pairs of readers of the Dice coefficient of their outlines (Dice, Ecology 1945)."""
    pairs = [dice(a, b) for a, b in combinations(items, 2)]
    return {"agreement": round(sum(pairs) / len(pairs), 4)} if pairs else {}


def dice(a: Resolved, b: Resolved) -> float:
    """2 |A and B| / (|A| + |B|): 1 where two masks on one grid are the same, 0 where they do not meet."""
    low = [max(one.start, other.start) for one, other in zip(a.crop, b.crop, strict=True)]
    high = [min(one.stop, other.stop) for one, other in zip(a.crop, b.crop, strict=True)]
    if a.mask is None or b.mask is None or any(start >= stop for start, stop in zip(low, high, strict=True)):
        return 0.0
    parts = (
        item.mask[tuple(slice(s - o, e - o) for s, e, o in zip(low, high, item.offset, strict=True))]
        for item in (a, b)
        if item.mask is not None
    )
    first, second = parts
    return 2 * int(np.count_nonzero(first & second)) / int(np.count_nonzero(a.mask) + np.count_nonzero(b.mask))
