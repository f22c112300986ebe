"""Where slices lie, by their positions: thickness, tilt, jitter, blank identifiers, mosaics; pixels of projections."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

import catalog
from connectors import Unreadable, open_dataset
from schemas import DatasetCard, Notice, Record
from tests.connectors import small
from tests.replicas import dicom

TILT = float(np.deg2rad(20))
TILTED = (1.0, 0.0, 0.0, 0.0, float(np.cos(TILT)), -float(np.sin(TILT)))


def card(**options: Any) -> DatasetCard:
    given = {"files": ["{case}/**/*.dcm"], "one": "series", "modality": "ct", "subject": "{case}", **options}
    return small.card("dicom_series", given, modalities=["ct", "dx"])


def write(root: Path, folder: str, positions: list[Any], uid: str = "1.2.3", **tags: Any) -> None:
    """Slices at these positions, their names against their order; a callable tag is called with the slice's number."""
    for n, position in enumerate(positions):
        own = {name: tag(n) if callable(tag) else tag for name, tag in tags.items()}
        orientation, name = own.pop("orientation", (1, 0, 0, 0, 1, 0)), f"{folder}{n}"
        piece = dicom.slice_of(name, position, orientation=orientation, **{"SeriesInstanceUID": uid, **own})
        dicom.save(root, f"{folder}/{99 - n}.dcm", piece)


def read(root: Path, found: DatasetCard) -> tuple[list[Record], list[Notice]]:
    connector = open_dataset(found, catalog.labelspace())
    rows = [row for item in connector.listing(root) for row in connector.read(root, item)]
    return [row for row in rows if isinstance(row, Record)], [row for row in rows if isinstance(row, Notice)]


@pytest.mark.parametrize("thickness", [2, None, ""])
def test_a_series_is_placed_by_its_positions_and_not_by_its_thickness(tmp_path: Path, thickness: object) -> None:
    """SimpleITK, which sorts and places a series by itself, is the oracle."""
    write(tmp_path, "a", [(-10, -8, 2.5 * k) for k in range(5)], SliceThickness=thickness)
    (record,), notices = read(tmp_path, card())
    names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(tmp_path / "a"))
    image = sitk.ReadImage(names)
    assert record.geometry.shape == image.GetSize()
    assert record.geometry.spacing_mm == pytest.approx(image.GetSpacing())
    for index in ((0, 0, 0), (39, 35, 4), (7, 30, 2)):
        here = np.asarray(record.geometry.affine) @ [*index, 1]
        np.testing.assert_allclose(here[:3], image.TransformIndexToPhysicalPoint(index), atol=1e-6)
    assert [source.uri for source in record.sources] == [Path(name).relative_to(tmp_path).as_posix() for name in names]
    assert not notices


def test_a_tilted_gantry_shears_the_affine_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, "a", [(-10, -8, 5.0 * k) for k in range(6)], orientation=TILTED, SliceThickness=5)
    (record,), (notice,) = read(tmp_path, card())
    affine = np.asarray(record.geometry.affine)
    np.testing.assert_allclose(affine[:3, 2], (0, 0, 5), atol=1e-9)
    assert abs(np.linalg.det(affine[:3, :3])) == pytest.approx(0.75 * 0.5 * 5 * np.cos(TILT))
    assert "sheared by 20.00 degrees" in notice.reason
    assert notice.record == record.key


def test_one_slice_without_a_depth_is_a_picture_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, "a", [(0, 0, 0)], SliceThickness=None)
    (record,), (notice,) = read(tmp_path, card())
    assert (record.kind, record.geometry.affine, record.geometry.spacing_mm) == ("image", None, (0.5, 0.75))
    assert "SliceThickness" in notice.reason


@pytest.mark.parametrize("lacks", ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"])
def test_slices_that_do_not_say_where_they_lie_are_pictures_and_say_so(tmp_path: Path, lacks: str) -> None:
    write(tmp_path, "a", [(0, 0, 2.0 * k) for k in range(3)], **{lacks: None})
    records, notices = read(tmp_path, card())
    assert [record.kind for record in records] == ["image"] * 3
    assert len(notices) == 3
    assert all("does not say where it lies" in notice.reason for notice in notices)


@pytest.mark.parametrize("size", [1e-6, 1e-4, 3e-4])
def test_numeric_jitter_is_one_volume(tmp_path: Path, size: float) -> None:
    rng = np.random.default_rng(3)

    def jitter(n: int) -> list[float]:
        turn = rng.uniform(-size, size, 3)
        across = np.array([1, turn[0], turn[1]]) / np.linalg.norm([1, turn[0], turn[1]])
        down = np.cross((-turn[1], -turn[2], 1), across)
        return [float(x) for x in (*across, *down / np.linalg.norm(down))]

    places = [(-10 + float(rng.uniform(-1e-4, 1e-4)), -8, 2 * k + float(rng.uniform(-1e-4, 1e-4))) for k in range(12)]
    write(tmp_path, "a", places, orientation=jitter)
    records, _ = read(tmp_path, card())
    assert [record.geometry.shape for record in records] == [(40, 36, 12)]


def turned(degrees: float) -> tuple[float, ...]:
    angle = float(np.deg2rad(degrees))
    return (1, 0, 0, 0, float(np.cos(angle)), float(np.sin(angle)))


PLACES = [(0.0, 0.0, 2.0 * k) for k in range(6)]


@pytest.mark.parametrize(
    ("positions", "tags", "reason"),
    [
        (PLACES, {"orientation": lambda n: turned(0.3 * (n == 3))}, "turned by 0.30 degrees against each other"),
        (PLACES, {"orientation": lambda n: turned(0.2 * n)}, "against each other"),
        (PLACES, {"orientation": lambda n: turned(0.3 * (n // 2))}, "turned by 0.30 degrees against each other"),
        (PLACES, {"orientation": lambda n: turned(0.3 * (n % 2))}, "turned by 0.30 degrees against each other"),
        (PLACES[:2] + PLACES[3:], {}, "one is missing"),
        ([(3.0 * (n == 2), y, z) for n, (_, y, z) in enumerate(PLACES)], {}, "4.0 pixels beside the line"),
        (PLACES + PLACES[2:3], {}, "repeat positions"),
        (PLACES, {"PixelSpacing": lambda n: [0.5, 0.75 + 0.1 * (n == 2)]}, "one is missing"),
        ([(1e308, 0, z) for _, _, z in PLACES], {}, "is no place in a patient"),
        ([(float("nan"), 0, z) for _, _, z in PLACES], {}, "is no place in a patient"),
        (PLACES, {"PixelSpacing": [1e30, 1e30]}, "no size of a pixel"),
        (PLACES, {"orientation": (1, 0, 0, 1, 0, 0)}, "not two perpendicular unit vectors"),
        (PLACES, {"ImageType": ["ORIGINAL", "PRIMARY", "M", "MOSAIC"]}, "a Siemens mosaic"),
    ],
)  # fmt: skip
def test_what_is_no_one_stack_is_refused_by_name(
    tmp_path: Path, positions: list[Any], tags: dict[str, Any], reason: str
) -> None:
    write(tmp_path, "a", positions, **tags)
    (refused,) = small.refused(card(), tmp_path)
    assert refused.startswith("a/")
    assert reason in refused


def test_slabs_at_angles_of_their_own_are_volumes_of_their_own(tmp_path: Path) -> None:
    """As of the discs of a spine, and as localizers in three planes."""
    slabs = [(0.0, 0.0, 40.0 * (n // 3) + 3 * (n % 3)) for n in range(6)]
    write(tmp_path, "a", [(x, y * 0, z) for x, y, z in slabs[:3]], orientation=turned(0))
    normal = np.cross(turned(15)[:3], turned(15)[3:])
    tilted = [tuple(float(x) for x in np.array([0, 0, 60]) + 3 * k * normal) for k in range(3)]
    for n, place in enumerate(tilted):
        piece = dicom.slice_of(f"t{n}", place, orientation=turned(15), SeriesInstanceUID="1.2.3")  # type: ignore[arg-type]
        dicom.save(tmp_path, f"a/t{n}.dcm", piece)
    records, (notice,) = read(tmp_path, card())
    assert [record.geometry.shape[2] for record in records] == [3, 3]
    assert "read apart: 3 with a/97.dcm, 3 with a/t0.dcm" in notice.text()


@pytest.mark.parametrize("reader", ["dicom_series", "dicom_files"])
def test_stacks_of_a_series_that_are_nearly_parallel_and_lie_apart_are_told(tmp_path: Path, reader: str) -> None:
    places = [(0.0, 0.0, 2.0 * n + 50 * (n > 2)) for n in range(6)]
    write(tmp_path, "a", places, orientation=lambda n: turned(n > 2))
    found = card()
    if reader == "dicom_files":
        found = small.card("dicom_files", {"files": ["**/*.dcm"], "series": True}, modalities=["ct"])
    records, notices = read(tmp_path, found)
    assert [record.geometry.shape[2] for record in records] == [3, 3]
    (told,) = [notice.text() for notice in notices if "read apart" in notice.reason]
    assert "3 with a/94.dcm, 3 with a/97.dcm" in told


def test_a_localizer_on_the_same_grid_stays_apart(tmp_path: Path) -> None:
    kinds = lambda n: ["ORIGINAL", "PRIMARY", "LOCALIZER" if n == 4 else "AXIAL"]  # noqa: E731
    write(tmp_path, "a", [*PLACES[:4], (0, 0, 100)], ImageType=kinds)
    records, notices = read(tmp_path, card())
    assert sorted(record.geometry.shape[2] for record in records) == [1, 4]
    assert not notices


@pytest.mark.parametrize("uid", ["", None])
@pytest.mark.parametrize("reader", ["dicom_series", "dicom_files"])
def test_blank_series_are_told_apart_by_folder_and_number(tmp_path: Path, uid: str | None, reader: str) -> None:
    write(tmp_path, "p1", PLACES, uid, SeriesNumber=1)  # type: ignore[arg-type]
    write(tmp_path, "p2", [(0, 0, z + 12) for _, _, z in PLACES], uid, SeriesNumber=1)  # type: ignore[arg-type]
    for n, (x, y, z) in enumerate(PLACES):
        piece = dicom.slice_of(f"x{n}", (x, y, z + 12), SeriesInstanceUID=uid, SeriesNumber=2)
        dicom.save(tmp_path, f"p1/x{n}.dcm", piece)
    found = card()
    if reader == "dicom_files":
        found = small.card("dicom_files", {"files": ["**/*.dcm"], "series": True}, modalities=["ct"])
    records, _ = read(tmp_path, found)
    assert [record.geometry.shape[2] for record in records] == [6, 6, 6]
    folders = [{(s.uri.split("/")[0], s.uri.split("/")[1][0] == "x") for s in record.sources} for record in records]
    assert all(len(one) == 1 for one in folders)


def test_one_placeholder_for_all_patients_is_no_series_of_them_all(tmp_path: Path) -> None:
    write(tmp_path, "p1", PLACES, "1.2.3", PatientID="A")
    write(tmp_path, "p2", [(0, 0, z + 12) for _, _, z in PLACES], "1.2.3", PatientID="B")
    records, _ = read(tmp_path, small.card("dicom_files", {"files": ["**/*.dcm"], "series": True}, modalities=["ct"]))
    assert [record.geometry.shape[2] for record in records] == [6, 6]


@pytest.mark.parametrize(
    ("modality", "tags", "spacing"),
    [
        ("DX", {"PixelSpacing": [0.1, 0.2]}, None),
        ("", {"PixelSpacing": [0.1, 0.2]}, None),
        ("CR", {"ImagerPixelSpacing": [0.1, 0.2], "PixelSpacing": [0.1, 0.2]}, None),
        ("MG", {"ImagerPixelSpacing": [0.1, 0.2], "EstimatedRadiographicMagnificationFactor": 1.8}, None),
        ("MG", {"ImagerPixelSpacing": [0.1, 0.2], "PixelSpacing": [0.06, 0.11],
                "PixelSpacingCalibrationType": "GEOMETRY"}, (0.06, 0.11)),
        ("DX", {"PixelSpacing": [0.1, 0.2], "PixelSpacingCalibrationType": "FIDUCIAL"}, (0.1, 0.2)),
        ("CT", {"PixelSpacing": [0.1, 0.2]}, (0.1, 0.2)),
        ("CT", {"PixelSpacing": [0.1, float("inf")]}, None),
    ],
)  # fmt: skip
def test_a_shadow_is_measured_only_where_the_header_calibrates_it(
    tmp_path: Path, modality: str, tags: dict[str, Any], spacing: tuple[float, float] | None
) -> None:
    """PS3.3 10.7.1.3: the pixels of a projection are those of the detector unless a calibration is stated."""
    piece = dicom.base("1.2.840.10008.5.1.4.1.1.1.1", modality, "x", **tags)
    dicom.save(tmp_path, "a/x.dcm", dicom.pixels(piece, np.arange(1600, dtype=np.uint16).reshape(40, 40)))
    (record,), _ = read(tmp_path, card(one="file"))
    assert record.geometry.spacing_mm == spacing


def test_a_mosaic_is_refused_by_every_reader(tmp_path: Path) -> None:
    piece = dicom.slice_of("m", (0, 0, 0))
    piece.add_new(0x0019100A, "US", 9)
    dicom.save(tmp_path, "a/m.dcm", piece)
    found = small.card("dicom_files", {"files": ["**/*.dcm"]}, modalities=["ct"])
    connector = open_dataset(found, catalog.labelspace())
    (item,) = connector.listing(tmp_path)
    with pytest.raises(Unreadable, match="mosaic"):
        list(connector.read(tmp_path, item))
