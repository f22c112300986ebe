"""The audit of a published folder as one page for people, its pictures inside it."""

from collections import Counter

import numpy as np
from jinja2 import Environment, PackageLoader, select_autoescape

from pipelines.auditing import ORDER, Audit, looked_for
from pipelines.drawing import outlined
from schemas import DatasetCard
from transforms.audit.base import Case, Finding
from transforms.media.geometry import native_plane, plane_axis
from transforms.media.render import render
from transforms.regions.resolve import Resolved

SPREAD = (0.5, 99.5)  # percentiles between which a page shows values


def page(found: Audit, card: DatasetCard) -> str:
    """The whole page, self-contained."""
    pages = Environment(loader=PackageLoader("pipelines"), autoescape=select_autoescape(), trim_blocks=True)
    counts = Counter(finding.severity for finding in found.findings)
    return pages.get_template("audit.html").render(
        found=found, name=card.name, order=list(ORDER), counts=counts, looked_for=looked_for(),
        pictures={one.finding: one.png for one in found.pictures},
    )  # fmt: skip


def picture(case: Case, finding: Finding) -> str | None:
    """The view of a record that shows most of a finding's regions, with them outlined; None of what has no picture."""
    if case.pixels is None or case.record.kind not in ("image", "volume", "clip"):
        return None
    items = [item for item in case.shown if item.region.key in finding.regions and item.mask is not None]
    array = case.pixels.array
    window = None
    if array.dtype.itemsize > 1:
        finite = np.asarray(array, np.float32)
        finite = finite[np.isfinite(finite)]
        low, high = (float(value) for value in np.percentile(finite, SPREAD)) if finite.size else (0.0, 1.0)
        window = (low, high if high > low else low + 1)
    shown = render(case.record, case.pixels, _frame(case, items), window)
    masks = [mask for mask in map(shown.place, items) if mask is not None]
    return outlined(shown.image, masks)


def _frame(case: Case, items: list[Resolved]) -> str:
    geometry = case.record.geometry
    if case.record.kind == "image":
        return "full"
    if case.record.kind == "clip":
        return f"frame:{items[0].offset[0] if items else geometry.shape[0] // 2}"
    plane = native_plane(geometry)
    axis = plane_axis(geometry, plane)
    index = geometry.shape[axis] // 2
    if items and items[0].mask is not None:
        across = tuple(a for a in range(3) if a != axis)
        index = items[0].offset[axis] + int(np.argmax(items[0].mask.sum(axis=across)))
    return f"{plane}:{index}"
