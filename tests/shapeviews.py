"""Hand-drawn views whose regions are lines, circles, ellipses and landmarks, with what their drawing says."""

from schemas import Concept, Media, MediaGeometry, SampleRegion, Scene, View
from schemas.sample import RegionEllipse, RegionLine, RegionPoints
from tests.scenes import CT, LEFT_KIDNEY, LIVER, RIGHT_KIDNEY
from tests.spaces import CARDIOMEGALY, EFFUSION, NODULE, QT_INTERVAL
from tests.views import HUMAN
from transforms.regions.viewdata import ViewData

WIDTH, HEIGHT = 240, 180
SPACING = (0.5, 0.25)
"""mm along x and y: not square."""


def view(*regions: SampleRegion, spacing: tuple[float, float] | None = SPACING) -> ViewData:
    geometry = MediaGeometry(spacing_mm=spacing)
    media = (Media(name="png", kind="image", width=WIDTH, height=HEIGHT, channels=1, geometry=geometry),)
    return ViewData(
        Scene(
            key="toy-shapes", dataset="toy", record="toyrecord", subject="toy/1", modality=CT, view=View(frame="full"),
            media=media, regions=regions,
        ),
        {},
    )  # fmt: skip


def region(rid: str, concept: Concept, **drawn: object) -> SampleRegion:
    return SampleRegion.model_validate(
        {"id": rid, "concept": concept, "source_label": "", "made_by": HUMAN, "region": rid, **drawn}
    )


def line(rid: str, concept: Concept, *xy: tuple[float, float]) -> SampleRegion:
    return region(rid, concept, line=RegionLine(media="png", xy=xy))


def ellipse(rid: str, concept: Concept, centre: tuple[float, float], a: float, b: float, angle: float) -> SampleRegion:
    return region(rid, concept, ellipse=RegionEllipse(media="png", centre=centre, axes=(a, b), angle=angle))


def point(rid: str, concept: Concept, x: float, y: float) -> SampleRegion:
    return region(rid, concept, points=RegionPoints(media="png", xy=((x, y),)))


def drawn(spacing: tuple[float, float] | None = (0.5, 0.5)) -> ViewData:
    """r1 a line of 30, 40 and then 50 px; r2 a line that measures an interval; r3 a circle of 20 px; r4 an ellipse of
    60 x 20 px turned by 30 degrees; r5, r6, r7 landmarks at a right angle at r6."""
    return view(
        line("r1", EFFUSION, (10, 10), (40, 50), (40, 100)),
        line("r2", QT_INTERVAL, (200, 20), (200, 60)),
        ellipse("r3", NODULE, (120.5, 90.5), 10, 10, 0),
        ellipse("r4", CARDIOMEGALY, (160.0, 140.0), 30, 10, 30),
        point("r5", LEFT_KIDNEY, 60, 30),
        point("r6", LIVER, 60, 90),
        point("r7", RIGHT_KIDNEY, 140, 90),
        spacing=spacing,
    )
