"""A hand-drawn view whose regions are a mask, boxes and points, with what its drawing says."""

import numpy as np

from schemas import Concept, Media, MediaGeometry, RegionPoints, SampleRegion, Scene, View
from schemas.sample import RegionBox, RegionMask
from tests.scenes import CT, LEFT_KIDNEY, LESION, RIGHT_KIDNEY
from tests.spaces import CARDIOMEGALY, LUNG, NODULE
from tests.views import HUMAN, rectangle
from transforms.regions.viewdata import ViewData

WIDTH, HEIGHT, SPACING = 200, 160, 0.5

BOXES: dict[str, tuple[Concept, tuple[int, int, int, int]]] = {
    "r2": (NODULE, (20, 20, 40, 60)),  # in the lung; 20 x 40 px = 10 x 20 mm
    "r3": (NODULE, (120, 100, 130, 110)),
    "r4": (CARDIOMEGALY, (90, 80, 150, 140)),  # 60 px = 30 mm
}
POINTS: dict[str, tuple[Concept, tuple[float, float]]] = {
    "r5": (LEFT_KIDNEY, (30.5, 120.25)),
    "r6": (RIGHT_KIDNEY, (170.0, 40.0)),
    "r7": (LESION, (50.0, 50.0)),  # in the lung
}
APART = float(np.hypot((170.0 - 30.5) * SPACING, (120.25 - 40.0) * SPACING))


def chest(*, spacing: float | None = SPACING) -> ViewData:
    """A plain picture, r1 the lung's mask; no two regions but the first touch."""
    lung = rectangle((HEIGHT, WIDTH), 10, 10, 100, 150)
    regions = [
        SampleRegion(
            id="r1", concept=LUNG, source_label="lung", made_by=HUMAN,
            box=RegionBox(media="png", xyxy=(10, 10, 100, 150)), mask=RegionMask(media="mask.png", value=1),
        )
    ]  # fmt: skip
    regions += [
        SampleRegion(id=rid, concept=concept, source_label="", made_by=HUMAN, box=RegionBox(media="png", xyxy=xyxy))
        for rid, (concept, xyxy) in BOXES.items()
    ]
    regions += [
        SampleRegion(
            id=rid, concept=concept, source_label="", made_by=HUMAN, points=RegionPoints(media="png", xy=(xy,))
        )
        for rid, (concept, xy) in POINTS.items()
    ]
    geometry = MediaGeometry(spacing_mm=(spacing, spacing) if spacing else None)
    media = (
        Media(name="png", kind="image", width=WIDTH, height=HEIGHT, channels=1, geometry=geometry),
        Media(name="mask.png", kind="mask", width=WIDTH, height=HEIGHT, channels=1),
    )
    scene = Scene(
        key="toy-marks", dataset="toy", record="toyrecord", subject="toy/1", modality=CT, view=View(frame="full"),
        media=media, regions=tuple(regions),
    )  # fmt: skip
    return ViewData(scene, {"r1": lung})


def clip(*spans: tuple[Concept, float, float]) -> ViewData:
    """A frame of a clip with spans, r1, r2, ..."""
    view = chest()
    regions = tuple(
        SampleRegion(id=f"r{n}", concept=concept, source_label="", made_by=HUMAN, span=(start, end), span_unit="s")
        for n, (concept, start, end) in enumerate(spans, 1)
    )
    update = {"regions": regions, "view": View(frame="frame:3"), "media": view.scene.media[:1], "key": "toy-clip"}
    return ViewData(view.scene.model_copy(update=update), {})
