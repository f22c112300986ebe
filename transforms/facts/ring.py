"""The attenuation of what lies around a finding: of a ring about its outline, and how the finding differs from it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace, Scene
from transforms.facts import ops
from transforms.facts.base import CONTAINERS, Draft, measured
from transforms.facts.intensity import TOLERANCE_HU, displayed
from transforms.facts.relation import WITHIN
from transforms.facts.texture import SMALLEST
from transforms.regions.marks import form_of
from transforms.regions.patch import Mask, Patch
from transforms.regions.viewdata import ViewData

NAME = "ring"
VERSION = "1"
PREDICATES = ("ring_mean", "ring_contrast")

WIDTH_MM = 5.0
"""How far from the outline the ring reaches: the wording says so, too."""
STEPS = 2  # pixels that the ring is wide at least
LEFT = 0.75
"""Of the ring, at least this share is left once other outlines and the air about the body are taken out: of less,
nobody would say that it lies around the finding."""
AIR_HU = -500.0


class Beside(NamedTuple):
    """Ids of the other regions that bear on the ring about one: other findings, structures that are left out where they
    do not hold it, and the outline of the body ("" where there is none)."""

    findings: list[str]
    structures: list[str]
    body: str


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`ring_mean`: the mean HU of the pixels around a finding (`ring`). `ring_contrast`: the mean of the finding less
    that. Of a finding whose ring the picture, and its window, shows whole."""
    picture = view.scene.media[0] if view.scene.media else None
    if view.values is None or picture is None or picture.unit != "HU" or view.scene.counterfactual is not None:
        return
    findings = {region.id for region in view.scene.regions if space.of(region.concept).facet == "finding"}
    places = {rid: mark.pixels for rid, mark in view.marks.items()} | view.patches
    for rid in measured(view):
        patch = view.patches[rid]
        if rid not in findings or patch.size < SMALLEST or view.spacing is None:
            continue
        around = ring(patch, beside(view.scene, space, rid), places, view.values, view.spacing)
        if around is None:
            continue
        own, mean = ops.mean(patch, view.values), ops.mean(around, view.values)
        if displayed(around, view.values, picture, mean):
            yield Draft("ring_mean", mean, (rid,), "HU", TOLERANCE_HU)
            if displayed(patch, view.values, picture, own):
                yield Draft("ring_contrast", own - mean, (rid,), "HU", 2 * TOLERANCE_HU)


def beside(scene: Scene, space: LabelSpace, rid: str) -> Beside:
    """What lies beside a region; what holds everything is none of it."""
    body = next((one.id for one in scene.regions if one.mask and space.of(one.concept).slug == "body"), "")
    found = Beside([], [], body)
    for region in scene.regions:
        entry = space.of(region.concept)
        if region.id == rid or form_of(region) in ("", "place") or entry.slug in CONTAINERS:
            continue
        (found.findings if entry.facet == "finding" else found.structures).append(region.id)
    return found


def ring(
    patch: Patch,
    others: Beside,
    places: Mapping[str, Patch],
    values: NDArray[np.float32],
    spacing: tuple[float, float],
) -> Patch | None:
    """The pixels outside of a region, its holes filled, whose centre lies within `WIDTH_MM` of that of one of its
    pixels; without those of other findings, of structures that do not hold it, and without what is no body: beyond its
    outline, or air that reaches the edge of the picture. A structure holds it where `WITHIN` of it lies in that
    outline, holes filled: a lung may be drawn without the nodule. None where the picture cuts the ring, its pixels are
    too coarse, or too little of it is left.

    `values`: HU, (height, width). `spacing`: (x, y) mm a pixel.
    """
    from scipy import ndimage

    x0, y0, x1, y1 = patch.box
    wide, high = (int(np.ceil(WIDTH_MM / side)) for side in spacing)
    box = (x0 - wide, y0 - high, x1 + wide, y1 + high)
    if STEPS * max(spacing) > WIDTH_MM or min(box) < 0 or box[2] > patch.shape[1] or box[3] > patch.shape[0]:
        return None
    filled = ndimage.binary_fill_holes(patch.over(box))
    about = (ndimage.distance_transform_edt(~filled, sampling=spacing[::-1]) <= WIDTH_MM) & ~filled
    taken = [places[rid] for rid in others.findings if rid in places]
    taken += [places[rid] for rid in others.structures if rid in places and not holds(places[rid], patch)]
    gone = [other.over(box) for other in taken]
    gone.append(~places[others.body].over(box) if others.body else beyond(values)[box[1] : box[3], box[0] : box[2]])
    found = Patch.at(about & ~np.logical_or.reduce(gone), (box[1], box[0]), patch.shape)
    enough = found is not None and found.size >= max(SMALLEST, LEFT * np.count_nonzero(about))
    return found if enough else None


def holds(structure: Patch, finding: Patch) -> bool:
    """Whether a finding lies in a structure, or in a hole of it."""
    from scipy import ndimage

    filled = Patch(ndimage.binary_fill_holes(structure.mask), structure.box, structure.shape)
    return ops.inside(finding, filled) >= WITHIN


def beyond(values: NDArray[np.float32]) -> Mask:
    """Air that reaches the edge of the picture, and what has no value: what lies about a body."""
    air = ~(values >= AIR_HU)  # NaN is none of the body
    _, pieces = cv2.connectedComponents(air.astype(np.uint8), connectivity=4)
    edge = np.concatenate((pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]))
    return np.asarray(air & np.isin(pieces, edge))
