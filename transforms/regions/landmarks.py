"""One place for a landmark that several readers marked: the mean of their points, as challenges on landmarks score by
(Wang et al., Medical Image Analysis 31, 2016: the mean of two doctors)."""

from collections.abc import Sequence

import numpy as np

from schemas import LabelSpace, MadeBy, PointShape, content_key
from transforms.regions.resolve import Resolved

APART = 0.05  # of the grid's longest side: readers who are further apart mean another thing, and stay apart


def agreed(items: Sequence[Resolved], longest: int, space: LabelSpace) -> list[Resolved]:
    """The items, the points of each anatomical landmark that several readers marked once each made one. `longest`: the
    voxels along the record's longest side. The readers' own points are named in `meta["readers"]`."""
    groups: dict[tuple[str, str], list[Resolved]] = {}
    for item in items:
        region = item.region
        if isinstance(region.shape, PointShape) and space.of(region.concept).facet == "anatomy":
            groups.setdefault((region.concept.label, region.frame), []).append(item)
    out = list(items)
    for group in groups.values():
        mean = _mean(group, longest)
        if mean is not None:
            keys = {item.region.key for item in group}
            out = [item for item in out if item.region.key not in keys] + [mean]
    return sorted(out, key=lambda item: item.region.key)


def _mean(group: list[Resolved], longest: int) -> Resolved | None:
    """None where they are not one point each of several people, near each other."""
    regions = sorted((item.region for item in group), key=lambda region: region.key)
    shapes = [region.shape for region in regions if isinstance(region.shape, PointShape)]
    people = {region.made_by.name for region in regions if region.made_by.kind == "human"}
    if len(regions) < 2 or len(people) != len(regions) or any(len(shape.points) != 1 for shape in shapes):
        return None
    points = np.array([shape.points[0] for shape in shapes], np.float64)
    if float(np.linalg.norm(points[:, None] - points[None], axis=-1).max()) > APART * longest:
        return None
    keys = [region.key for region in regions]
    names = {name for shape in shapes for name in shape.names}
    shape = PointShape(
        points=(tuple(float(value) for value in points.mean(axis=0)),), names=tuple(names) if len(names) == 1 else ()
    )
    made_by = MadeBy(kind="human", name=f"{len(regions)} readers")
    meta = {**regions[0].meta, "readers": keys}
    update = {"key": content_key("landmark", keys), "shape": shape, "made_by": made_by, "meta": meta}
    return Resolved(regions[0].model_copy(update=update))
