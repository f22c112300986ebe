"""Hand-drawn views whose regions are lines, circles, ellipses and landmarks, with what their drawing says."""

from schemas import Concept, Media, MediaGeometry, SampleRegion, Scene, View
from schemas.sample import RegionEllipse, RegionLine, RegionPoints
from tests.scenes import CT, LEFT_KIDNEY, LIVER, RIGHT_KIDNEY
from tests.spaces import CARDIOMEGALY, EFFUSION, NODULE, PNEUMOTHORAX, QT_INTERVAL
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


def turned(rid: str, concept: Concept, *corners: tuple[float, float]) -> SampleRegion:
    return region(rid, concept, turned_box={"media": "png", "corners": corners})


def point(rid: str, concept: Concept, x: float, y: float) -> SampleRegion:
    return region(rid, concept, points=RegionPoints(media="png", xy=((x, y),)))


def drawn(spacing: tuple[float, float] | None = (0.5, 0.5)) -> ViewData:
    """r1 a line of 30, 40 and then 50 px; r2 a line that measures an interval; r3 a circle of 20 px; r4 an ellipse of
    60 x 20 px turned by 30 degrees; r5, r6, r7 landmarks at a right angle at r6; r8 a box of 50 x 20 px, turned so that
    its sides run along (4, 3) and (-3, 4)."""
    return view(
        line("r1", EFFUSION, (10, 10), (40, 50), (40, 100)),
        line("r2", QT_INTERVAL, (200, 20), (200, 60)),
        ellipse("r3", NODULE, (120.5, 90.5), 10, 10, 0),
        ellipse("r4", CARDIOMEGALY, (160.0, 140.0), 30, 10, 30),
        point("r5", LEFT_KIDNEY, 60, 30),
        point("r6", LIVER, 60, 90),
        point("r7", RIGHT_KIDNEY, 140, 90),
        turned("r8", PNEUMOTHORAX, (30, 120), (70, 150), (58, 166), (18, 136)),
        spacing=spacing,
    )


GRID = (60, 40, 30)
STEPS = (0.5, 1.0, 2.0)
AFFINE = ((0.0, -1.0, 0.0, 7.0), (0.5, 0.0, 0.0, -3.0), (0.0, 0.0, 2.0, 5.0), (0.0, 0.0, 0.0, 1.0))
"""A volume with i to the back and j to the right: voxels of 0.5 x 1 x 2 mm."""


def volume(*regions: SampleRegion, placed: bool = True) -> ViewData:
    geometry = MediaGeometry(affine=AFFINE, voxel_mm=STEPS, orientation="LPS", source_shape=GRID) if placed else None
    media = (Media(name="nii.gz", kind="volume", shape=GRID, geometry=geometry),)
    return ViewData(
        Scene(
            key="toy-volume", dataset="toy", record="toyrecord", subject="toy/1", modality=CT,
            view=View(frame="volume"), media=media, regions=regions,
        ),
        {},
    )  # fmt: skip


def marked_volume() -> ViewData:
    """Landmarks r1, r2, r3 at a right angle at r2, both 40 mm from it; r4 a nodule with a given diameter; r5 a box
    of 10 x 8 x 12 mm; r6 a box on slice 9; r7 said of slices 3 to 6."""
    return volume(
        region("r1", LEFT_KIDNEY, places=((0, 0, 25),)),
        region("r2", LIVER, places=((0, 0, 5),)),
        region("r3", RIGHT_KIDNEY, places=((48, 32, 5),)),
        region("r4", NODULE, places=((10.25, 12.5, 8.0),), diameter_mm=5.65),
        region("r5", CARDIOMEGALY, box3d=(10, 20, 4, 30, 28, 10)),
        region("r6", EFFUSION, box3d=(4, 6, 9, 12, 18, 10)),
        region("r7", PNEUMOTHORAX, slices=(2, 3, 7)),
    )
