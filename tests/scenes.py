"""Hand-drawn scenes with known answers, for the tests of facts, texts, tasks, checks, shards and the portal."""

import numpy as np

from schemas import Concept, MadeBy, Media, MediaGeometry, Scene, View
from schemas.sample import RegionBox, RegionMask, SampleRegion
from transforms.regions.viewdata import ViewData

CT = Concept(system="DCM", code="CT", label="computed tomography")
LIVER = Concept(system="SCT", code="10200004", label="liver")
LESION = Concept(system="SCT", code="52988006", label="lesion")
LEFT_KIDNEY = Concept(system="SCT", code="18639004", label="left kidney")
RIGHT_KIDNEY = Concept(system="SCT", code="9846003", label="right kidney")
ABDOMEN = Concept(system="SCT", code="818983003", label="abdomen")

SPACING = 2.0  # mm a pixel, both ways
WIDTH, HEIGHT = 120, 100


def disc(cx: float, cy: float, radius: float) -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return (x - cx) ** 2 + (y - cy) ** 2 <= radius**2


def rectangle(x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[y0:y1, x0:x1] = True
    return mask


# The patient's right lies on the image's left (radiological convention): the liver is on the image's left.
SHAPES = {
    "r1": (LIVER, rectangle(10, 20, 50, 70)),  # 40 x 50 px = 80 x 100 mm
    "r2": (LESION, disc(30, 40, 5)),  # inside the liver, 11 px = 22 mm across
    "r3": (LEFT_KIDNEY, rectangle(90, 50, 100, 70)),  # 10 x 20 px = 20 x 40 mm
    "r4": (RIGHT_KIDNEY, rectangle(56, 50, 64, 70)),  # 8 x 20 px = 16 x 40 mm
}


def box(mask: np.ndarray) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(mask)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def axial_abdomen() -> ViewData:
    """An axial 'CT' slice, LPS, 2 mm pixels, x = 0 mm at column 60: four regions of known size, place and HU."""
    affine = (
        (SPACING, 0.0, 0.0, -60 * SPACING),
        (0.0, SPACING, 0.0, -50 * SPACING),
        (0.0, 0.0, 5.0, 10.0),
        (0.0, 0.0, 0.0, 1.0),
    )
    human = MadeBy(kind="human", name="hand drawn")
    geometry = MediaGeometry(
        spacing_mm=(SPACING, SPACING), affine=affine, orientation="LPS", slice_axis=2, slice_index=7,
        source_shape=(120, 100, 20),
    )  # fmt: skip
    values = np.full((HEIGHT, WIDTH), -100, np.float32)
    for (_, mask), hu in zip(SHAPES.values(), (60.0, 20.0, 35.0, 35.0), strict=True):
        values[mask] = hu
    image = np.clip((values + 160) / 400 * 255, 0, 255).round().astype(np.uint8)
    masks = {rid: mask for rid, (_, mask) in SHAPES.items()}
    regions = tuple(
        SampleRegion(
            id=rid, concept=concept, source_label=concept.label, parent="r1" if rid == "r2" else None,
            box=RegionBox(media="png", xyxy=box(mask)), made_by=human,
            mask=RegionMask(media="mask1.png" if rid == "r2" else "mask.png", value=int(rid[1:])),
        )
        for rid, (concept, mask) in SHAPES.items()
    )  # fmt: skip
    media = (
        Media(
            name="png", kind="image", width=WIDTH, height=HEIGHT, channels=1, window=(-160, 240), unit="HU",
            geometry=geometry,
        ),
        Media(name="mask.png", kind="mask", width=WIDTH, height=HEIGHT, channels=1),
        Media(name="mask1.png", kind="mask", width=WIDTH, height=HEIGHT, channels=1),
    )  # fmt: skip
    scene = Scene(
        key="toy-0001", dataset="toy", record="toyrecord", subject="toy/subject-1", modality=CT, anatomy=(ABDOMEN,),
        view=View(frame="axial:7", plane="axial"), media=media, regions=regions,
    )  # fmt: skip
    return ViewData(scene=scene, masks=masks, image=image, values=values)


def filled(scene: Scene, side: int = 100) -> dict[str, np.ndarray]:
    """Region -> its box, filled, on a square picture."""
    found = {}
    for region in scene.regions:
        assert region.box is not None
        x0, y0, x1, y1 = region.box.xyxy
        found[region.id] = np.zeros((side, side), bool)
        found[region.id][y0:y1, x0:x1] = True
    return found
