"""Ratios that are read off two structures of one picture: cup to disc, heart to chest."""

from collections.abc import Callable, Iterator, Sequence

from schemas import LabelSpace
from transforms.facts.base import Draft, by_concept
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.viewdata import ViewData

NAME = "ratios"
VERSION = "1"
PREDICATES = ("cup_to_disc", "cardiothoracic")

RADIOGRAPHS = frozenset({"xray", "cr", "dx"})
SMALLEST = 12  # pixels of the larger: of fewer, one pixel is a tenth


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """Without a unit, within a pixel of each of the two lengths. Each structure is one region that lies whole in the
    picture."""
    alone = ((label, rids[0]) for label, rids in by_concept(view.scene).items() if len(rids) == 1)
    single = {space.labelled(label).slug: rid for label, rid in alone}
    whole = {slug: rid for slug, rid in single.items() if rid in view.patches and not view.patches[rid].cut}
    cup, disc = whole.get("optic_cup"), whole.get("optic_disc")
    if cup is not None and disc is not None and view.scene.view.plane is None:
        yield from _ratio("cup_to_disc", cup_to_disc, view, (cup, disc))
    modality = space.of(view.scene.modality).slug
    radiograph = RADIOGRAPHS & {modality, *space.ancestors(modality)}
    heart, left, right = (whole.get(slug) for slug in ("heart", "left_lung", "right_lung"))
    if radiograph and heart is not None and left is not None and right is not None:
        yield from _ratio("cardiothoracic", cardiothoracic, view, (heart, left, right))


def _ratio(
    predicate: str, of: Callable[[Sequence[AnyMask]], tuple[float, float]], view: ViewData, regions: tuple[str, ...]
) -> Iterator[Draft]:
    value, larger = of([view.patches[rid] for rid in regions])
    if larger >= SMALLEST and value <= 1:
        yield Draft(predicate, value, regions, None, (1 + value) / larger)


def cup_to_disc(masks: Sequence[AnyMask]) -> tuple[float, float]:
    """The height of the cup as a share of that of the disc (the vertical cup-to-disc ratio; Foster et al., Br J
    Ophthalmol 2002), and the disc's height in pixels. A photograph's columns run upright."""
    cup, disc = (Patch.of(mask).box for mask in masks)
    return (cup[3] - cup[1]) / (disc[3] - disc[1]), float(disc[3] - disc[1])


def cardiothoracic(masks: Sequence[AnyMask]) -> tuple[float, float]:
    """The greatest width of the heart as a share of that of the chest within the ribs, here from the outermost edge of
    one lung to that of the other (Danzer, Am J Med Sci 1919), and the chest's width in pixels."""
    heart, *lungs = (Patch.of(mask).box for mask in masks)
    width = max(box[2] for box in lungs) - min(box[0] for box in lungs)
    return (heart[2] - heart[0]) / width, float(width)
