"""In which quadrant of the retina about the fovea a finding lies: superior or inferior, nasal or temporal."""

from collections.abc import Iterator, Mapping

import numpy as np

from schemas import LabelSpace
from transforms.facts.base import Draft, by_concept, measured
from transforms.facts.relation import WITHIN
from transforms.regions.marks import Mark
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData

NAME = "quadrants"
VERSION = "1"
PREDICATES = ("quadrant",)

PHOTOGRAPH = "op"
ANGLE = (1.0, 20.0)
"""Degrees by which the fovea lies lower than the middle of the optic disc. In 6,043 eyes it was 7.8 with a standard
deviation of 3.6 (Jonas et al., PLoS One 2015, Beijing Eye Study): elsewhere the picture may stand on its head, or be
turned, and nobody knows what is up in it."""
MARGIN = 0.1
"""Of the distance between disc and fovea, so far from the lines between quadrants the middle of a finding lies."""
DISC_AT = {"right": 1, "left": -1}
"""Side of an eye -> whether its disc lies to the right (1) or to the left of the fovea in a photograph."""
Point = tuple[float, float]


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Of findings with a mask on fundus photographs on which the optic disc and the fovea are marked, each once. The
    disc is on the nasal side; a picture that is mirrored, by the side of the eye that its source states, has none."""
    scene = view.scene
    modality = space.of(scene.modality).slug
    if scene.view.plane is not None or PHOTOGRAPH not in {modality, *space.ancestors(modality)}:
        return
    alone = {space.labelled(label).slug: rids[0] for label, rids in by_concept(scene).items() if len(rids) == 1}
    fovea, disc = alone.get("fovea"), alone.get("optic_disc")
    places = centres(view.patches, view.marks)
    if fovea not in places or disc not in places:
        return
    nasal = nasal_side(places[fovea], places[disc])
    eyes = {DISC_AT.get(str(fact.value)) for fact in scene.facts if fact.name == "laterality"}
    if nasal is None or not eyes <= {nasal}:
        return
    findings = {region.id for region in scene.regions if space.of(region.concept).facet == "finding"}
    for rid in [rid for rid in measured(view) if rid in findings]:
        value = quadrant(view.patches[rid], places[fovea], places[disc])
        if value is not None:
            yield Draft("quadrant", value, (rid, fovea, disc))


def centres(masks: Mapping[str, AnyMask], marks: Mapping[str, Mark]) -> dict[str, Point]:
    """Region -> x, y of its middle, of those that have one."""
    found = {rid: mark.centre for rid, mark in marks.items() if mark.single}
    return found | {rid: Patch.of(mask).centroid for rid, mask in masks.items()}


def nasal_side(fovea: Point, disc: Point) -> int | None:
    """1 where nasal is to the right in the picture, -1 to the left; None where the fovea does not lie a little lower
    than the disc, so that what is up is not known."""
    across, down = disc[0] - fovea[0], fovea[1] - disc[1]
    low, high = ANGLE
    if not across or not low <= np.rad2deg(np.arctan2(down, abs(across))) <= high:
        return None
    return 1 if across > 0 else -1


def quadrant(finding: AnyMask, fovea: Point, disc: Point) -> str | None:
    """ "superonasal", "superotemporal", "inferonasal" or "inferotemporal", by the row and the column through the fovea,
    where `WITHIN` of the pixels or more lie there; None where they do not, or the middle lies near one of the lines."""
    nasal, patch = nasal_side(fovea, disc), Patch.of(finding)
    if nasal is None:
        return None
    ys, xs = np.nonzero(patch.mask)
    inward, up = (xs + patch.box[0] - fovea[0]) * nasal, fovea[1] - ys - patch.box[1]
    if min(abs(inward.mean()), abs(up.mean())) < MARGIN * float(np.hypot(disc[0] - fovea[0], disc[1] - fovea[1])):
        return None
    above, within = up.mean() > 0, inward.mean() > 0
    share = float((((up > 0) == above) & ((inward > 0) == within)).mean())
    return f"{'supero' if above else 'infero'}{'nasal' if within else 'temporal'}" if share >= WITHIN else None
