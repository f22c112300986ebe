"""What lies under a text that was blanked is not told of."""

import numpy as np
import pytest

import catalog
from schemas import BoxShape, Concept, Geometry, MadeBy, Record, Region, SourceFile
from schemas.record import Kind
from transforms.regions import hidden
from transforms.regions.resolve import Resolved, cropped

SPACE = catalog.labelspace()
US = Concept(system="DCM", code="US", label="ultrasound")


def record(kind: Kind = "image", shape: tuple[int, ...] = (40, 60)) -> Record:
    source = SourceFile(uri="a.png", sha256="0" * 64, bytes=1)
    return Record(
        key="rec", dataset="toy", kind=kind, decoder="raster", sources=(source,), subject="toy/1", modality=US,
        geometry=Geometry(shape=shape),
    )  # fmt: skip


def region(box: tuple[int, int, int, int] = (0, 0, 1, 1)) -> Region:
    return Region(
        key="a", dataset="toy", record="rec", frame="full", concept=SPACE.concept("liver"), source_label="Liver",
        shape=BoxShape(xyxy=box), made_by=MadeBy(kind="human", name="reader"),
    )  # fmt: skip


def masked(shape: tuple[int, ...], *crop: slice) -> Resolved:
    mask = np.zeros(shape, bool)
    mask[crop] = True
    return cropped(region(), mask)


def test_a_text_on_a_mask_is_refused_by_name() -> None:
    item = masked((40, 60), slice(10, 30), slice(20, 40))
    with pytest.raises(hidden.HiddenError, match="lies on 50% of the region 'Liver'"):
        hidden.check(record(), [item], [(0, 0, 30, 40)])
    hidden.check(record(), [item], [(0, 0, 60, 10), (40, 0, 60, 40)])  # beside it


def test_one_frame_of_a_clip_and_one_slice_of_a_volume_is_enough() -> None:
    clip = masked((3, 40, 60), slice(1, 2), slice(10, 30), slice(20, 40))
    with pytest.raises(hidden.HiddenError):
        hidden.check(record("clip", (3, 40, 60)), [clip], [(20, 10, 30, 30)])
    volume = masked((60, 40, 3), slice(20, 40), slice(10, 30), slice(1, 2))
    with pytest.raises(hidden.HiddenError):
        hidden.check(record("volume", (60, 40, 3)), [volume], [(20, 10, 30, 30)])
    hidden.check(record("volume", (60, 40, 3)), [volume], [(0, 10, 19, 30)])


def test_a_text_on_a_box_is_refused_and_one_that_grazes_it_is_not() -> None:
    item = Resolved(region((20, 10, 40, 30)))
    with pytest.raises(hidden.HiddenError):
        hidden.check(record(), [item], [(30, 20, 50, 28)])
    hidden.check(record(), [item], [(39, 29, 60, 40)])
    hidden.check(record(), [item], [])
