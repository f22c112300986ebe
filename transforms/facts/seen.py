"""What is drawn and cannot be seen in the picture: a mark of a few pixels, an outline in what is all black or white, a
part of a tumor that is named for what contrast agent does to it, on a sequence without any.

Nothing is said of it in words; it keeps questions from asking for what no reader of the picture could find.
"""

import re
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas import LabelSpace, Scene
from transforms.facts.base import Draft
from transforms.regions.patch import Box, Patch
from transforms.regions.viewdata import ViewData

NAME = "seen"
VERSION = "2"
PREDICATES = ("unseen",)

CONTRAST = re.compile(r"t1.*(?:c|ce|gd|post|contrast)", re.IGNORECASE)
LOOKS = {
    "enhancing_tumor": CONTRAST, "non_enhancing_tumor": CONTRAST, "necrotic_or_non_enhancing_tumor": CONTRAST,
    "flair_hyperintensity": re.compile(r".*(?:flair|t2f)", re.IGNORECASE),
}  # fmt: skip
"""Slugs that say how a thing looks on one MR sequence -> the names of that sequence. Its outline lies on the others of
the study as well, and is true of the structure there; that it enhances, nobody sees in them."""
AVID = {"avid_tumor_lesion": "PT"}
"""Slugs that say how a thing looks in one modality -> its code."""
SEQUENCE = "mr sequence"

SMALL = 0.015
"""The longer side of what can be found is at least this share of the picture's longer side: 8 of 512 pixels."""
SMALLEST_PX = 3
SATURATED = 0.95
"""This share of a region's pixels is all black, or all white."""
BURIED = 0.25
"""This share of the pixels round about is the same: there its outline does not show."""
AROUND = 2  # pixels


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`unseen`: "elsewhere" of regions that are named for how they look in another kind of image; "small", "black" or
    "white", of regions with a mask or a mark on one picture. None of these for boxes in a clip or a volume, of which a
    reader sees more than one picture."""
    hidden = {region.id for region in view.scene.regions if elsewhere(view.scene, space.of(region.concept).slug)}
    yield from (Draft("unseen", "elsewhere", (rid,)) for rid in sorted(hidden))
    first = view.scene.media[0] if view.scene.media else None
    if first is None or first.kind != "image" or view.scene.view.frame == "clip":
        return
    longer = max(first.width or 0, first.height or 0)
    for region in view.scene.regions:
        patch = view.patches.get(region.id)
        box = patch.box if patch is not None else region.box.xyxy if region.box is not None else None
        if box is None or region.id in hidden:
            continue
        if small(box, longer):
            yield Draft("unseen", "small", (region.id,))
        elif patch is not None and view.image is not None and (shade := buried(patch, view.image)) is not None:
            yield Draft("unseen", shade, (region.id,))


def elsewhere(scene: Scene, slug: str) -> bool:
    """Whether what a concept is named for shows in images of another kind than this one, or nobody says of which kind
    this one is."""
    if slug in AVID:
        return scene.modality.code != AVID[slug]
    if slug not in LOOKS:
        return False
    said = [str(fact.value) for fact in scene.facts if fact.name == SEQUENCE]
    return not any(LOOKS[slug].fullmatch(one) for one in said)


def small(box: Box, longer: int) -> bool:
    """Whether a box is too small to be found in a picture whose longer side is `longer` pixels."""
    x0, y0, x1, y1 = box
    return max(x1 - x0, y1 - y0) < max(SMALLEST_PX, SMALL * longer)


def buried(patch: Patch, image: NDArray[np.uint8]) -> str | None:
    """ "black" or "white" where a region is shown as nothing else, and so is a good part of what lies round about.
    `image`: uint8 (height, width [, 3])."""
    x0, y0, x1, y1 = patch.box
    inside = image[y0:y1, x0:x1][patch.mask]
    for shade, level in (("black", 0), ("white", 255)):
        if float((inside == level).mean()) < SATURATED:
            continue
        wide = np.pad(patch.mask.astype(np.uint8), AROUND)
        ring = cv2.dilate(wide, np.ones((2 * AROUND + 1,) * 2, np.uint8)) > wide
        ys, xs = np.nonzero(ring)
        ys, xs = ys + y0 - AROUND, xs + x0 - AROUND
        there = (ys >= 0) & (xs >= 0) & (ys < image.shape[0]) & (xs < image.shape[1])
        around = image[ys[there], xs[there]]
        if not around.size or float((around == level).mean()) >= BURIED:
            return shade
    return None
