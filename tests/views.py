"""Views drawn region by region, for tests that need more than the axial abdomen."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from schemas import Concept, MadeBy, Media, MediaGeometry, Scene, View
from schemas.sample import RegionBox, RegionMask, SampleRegion
from tests.scenes import CT, box
from transforms.regions.viewdata import ViewData

HUMAN = MadeBy(kind="human", name="hand drawn")


def picture(
    shapes: Sequence[tuple[Concept, np.ndarray]],
    *,
    geometry: MediaGeometry | None = None,
    makers: Sequence[MadeBy] | None = None,
    plane: str | None = None,
    **scene: Any,
) -> ViewData:
    """A view of these masks, r1, r2, ...; plain pixels (no spacing, no patient frame) unless `geometry` says more."""
    height, width = shapes[0][1].shape if shapes else (64, 64)
    masks = {f"r{number}": mask for number, (_, mask) in enumerate(shapes, 1)}
    makers = makers or [HUMAN] * len(shapes)
    regions = tuple(
        SampleRegion(
            id=rid, concept=concept, source_label=concept.label, made_by=maker,
            box=RegionBox(media="png", xyxy=box(masks[rid])), mask=RegionMask(media="mask.png", value=int(rid[1:])),
        )
        for rid, (concept, _), maker in zip(masks, shapes, makers, strict=True)
    )  # fmt: skip
    media = Media(name="png", kind="image", width=width, height=height, channels=1, geometry=geometry)
    fields = {
        "key": "toy-picture", "dataset": "toy", "record": "toyrecord", "subject": "toy/1", "modality": CT,
        "view": View.model_validate({"frame": "axial:3" if plane else "full", "plane": plane}),
    }  # fmt: skip
    made = Scene.model_validate(fields | {"media": (media,), "regions": regions} | scene)
    return ViewData(scene=made, masks=masks)


def lps(plane: str, spacing: float = 1.0) -> MediaGeometry:
    """The geometry of a view cut in that plane, as the contract lays its axes."""
    axes = {
        "axial": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        "coronal": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
        "sagittal": ((0, 1, 0), (0, 0, -1), (1, 0, 0)),
    }[plane]
    columns = np.array(axes, float).T * spacing
    affine = (*((*map(float, row), 0.0) for row in columns), (0.0, 0.0, 0.0, 1.0))
    return MediaGeometry.model_validate({"spacing_mm": (spacing, spacing), "affine": affine, "orientation": "LPS"})


def disc(shape: tuple[int, int], cx: float, cy: float, radius: float) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return (x - cx) ** 2 + (y - cy) ** 2 <= radius**2


def rectangle(shape: tuple[int, int], x0: int, y0: int, x1: int, y1: int) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[y0:y1, x0:x1] = True
    return mask
