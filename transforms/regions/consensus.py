"""What several readers agree on: voxels that at least half of them drew (the 50 % consensus of LIDC studies), and the
mean of their boxes."""

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from schemas import BoxShape, MadeBy, content_key
from schemas.rle import encode_part
from transforms.regions.metrics import box_iou
from transforms.regions.resolve import Resolved

SHARE = 0.5
OVERLAP = 0.5  # intersection over union from which on two readers' boxes are of one thing (PASCAL VOC)
APART = 2.0


def consensus(items: Sequence[Resolved], shape: Sequence[int]) -> list[Resolved]:
    """Regions that share `meta["nodule"]` become one, with the mean of their ratings; likewise masks of one concept
    that overlap and that different readers drew (`meta["reader"]`), and boxes that different people drew about one
    thing, where nobody says which those are. The others pass as they are.

    The readers' own outlines stay behind it in `meta["readers"]`, so that the agreement can be traced.
    """
    groups: dict[str, list[Resolved]] = {}
    out: list[Resolved] = []
    masks: list[Resolved] = []
    boxes: list[Resolved] = []
    for item in items:
        nodule = item.region.meta.get("nodule")
        if item.mask is None:
            (boxes if _by_hand(item) else out).append(item)
        elif nodule is not None:
            groups.setdefault(str(nodule), []).append(item)
        else:
            (masks if "reader" in item.region.meta else out).append(item)
    out += [_agreed(groups[name], shape) for name in sorted(groups)]
    out += [_agreed(own, shape) if len(own) > 1 else own[0] for own in _matched(masks, _shared)]
    out += [_mean(own) if len(own) > 1 else own[0] for own in _matched(boxes, _iou)]
    return sorted(out, key=lambda r: r.region.key)


def _by_hand(item: Resolved) -> bool:
    return isinstance(item.region.shape, BoxShape) and item.region.made_by.kind == "human"


def _matched(items: Sequence[Resolved], alike: Callable[[Resolved, Resolved], float]) -> list[list[Resolved]]:
    """Drawings by what they show: those most `alike` come together first, and no reader drew a thing twice."""
    same = [(m, n) for (m, a), (n, b) in combinations(enumerate(items), 2) if _comparable(a, b)]
    pairs = [(found, m, n) for m, n in same if (found := alike(items[m], items[n]))]
    groups = [[item] for item in items]
    for _, m, n in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        one, other = groups[m], groups[n]
        both = [*one, *other]
        if one is not other and len({_reader(item) for item in both}) == len(both):
            groups = [both if group is one or group is other else group for group in groups]
    return list({id(group): group for group in groups}.values())


def _reader(item: Resolved) -> str:
    return str(item.region.meta.get("reader", item.region.made_by.name))


def _comparable(a: Resolved, b: Resolved) -> bool:
    return a.region.concept == b.region.concept and a.region.frame == b.region.frame and _reader(a) != _reader(b)


def _shared(a: Resolved, b: Resolved) -> float:
    """How many voxels two masks share."""
    assert a.mask is not None
    assert b.mask is not None
    low = [max(one.start, other.start) for one, other in zip(a.crop, b.crop, strict=True)]
    high = [min(one.stop, other.stop) for one, other in zip(a.crop, b.crop, strict=True)]
    if any(start >= stop for start, stop in zip(low, high, strict=True)):
        return 0
    of_a, of_b = (tuple(slice(x - o, y - o) for x, y, o in zip(low, high, item.offset, strict=True)) for item in (a, b))
    return int(np.logical_and(a.mask[of_a], b.mask[of_b]).sum())


def _iou(a: Resolved, b: Resolved) -> float:
    """The intersection of two boxes over their union; 0 where that is too little to be of one thing."""
    found = box_iou(_corners(a), _corners(b))
    return found if found >= OVERLAP else 0.0


def _corners(item: Resolved) -> tuple[float, float, float, float]:
    assert isinstance(item.region.shape, BoxShape)
    return item.region.shape.xyxy


def _mean(items: list[Resolved]) -> Resolved:
    """The box whose edges are the mean of the readers'."""
    first, keys = items[0].region, sorted(item.region.key for item in items)
    x0, y0, x1, y1 = (float(edge) for edge in np.mean([_corners(item) for item in items], axis=0))
    meta = {k: v for k, v in first.meta.items() if all(item.region.meta.get(k) == v for item in items)}
    update = {
        "key": content_key("consensus", "box", keys), "shape": BoxShape(xyxy=(x0, y0, x1, y1)),
        "made_by": MadeBy(kind="human", name=f"{len(items)} readers"), "meta": {**meta, "readers": keys},
    }  # fmt: skip
    return Resolved(first.model_copy(update=update))


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
