"""The replica builder, each kind read back by a library that did not write it where there is one."""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import cv2
import h5py
import nibabel
import nrrd
import numpy as np
import polars
import pydicom
import pytest
import SimpleITK
import tifffile
import wfdb
from PIL import Image
from scipy.io import loadmat

from tests.replicas.builder.tree import Declaration, build

VOLUME: dict[str, Any] = {"shape": [12, 10, 6], "spacing": [1.5, 2.0, 3.0]}
TREE: dict[str, Any] = {
    "readme.txt": {"text": "Größe", "encoding": "latin-1"},
    "a.json": {"json": {"b": [1, None]}},
    "a.jsonl": {"jsonl": [{"q": "ä"}, {"q": 2}]},
    "a.xlsx": {"xlsx": {"Tab": [["id", "grade"], ["007", 3]]}},
    "a.parquet": {"parquet": {"label": [1, 2], "image": [{"image": {"size": [40, 34]}, "path": "1.png"}, None]}},
    "grey.png": {"image": {"size": [48, 40]}},
    "deep.tif": {"image": {"size": [48, 40], "mode": "I;16"}},
    "colour.jpg": {"image": {"size": [48, 40], "mode": "RGB"}},
    "blank.bmp": {"image": {"size": [48, 40], "value": 7}},
    "several.gif": {"image": {"size": [48, 40], "frames": 3}},
    "mask.png": {"mask": {"size": [48, 40], "values": {1: [2, 3, 12, 9], 2: [[20, 3, 22, 5], [30, 3, 33, 5]]}}},
    "side.png": {"mask": {"size": [48, 40], "values": [1, 300]}},
    "colours.png": {"mask": {"size": [48, 40], "values": {"255,0,10": [2, 3, 12, 9]}, "background": "1,1,1"}},
    "palette.png": {"mask": {"size": [48, 40], "mode": "P", "values": {2: [2, 3, 12, 9]}}},
    "bits.png": {"mask": {"size": [48, 40], "mode": "1", "values": {1: [2, 3, 12, 9]}}},
    "ct.nii.gz": {"volume": {**VOLUME, "affine": "LAS"}},
    "seg.nii.gz": {"labels": {**VOLUME, "values": {7: [1, 2, 3, 4, 6, 5]}}},
    "many.nii": {"labels": {**VOLUME, "values": list(range(1, 118))}},
    "pet.hdr": {"volume": {**VOLUME, "dtype": "float32"}},
    "mr.nrrd": {"volume": {**VOLUME, "affine": "LPS"}},
    "ras.nrrd": {"volume": {**VOLUME, "space": "right-anterior-superior"}},
    "mr.mha": {"volume": VOLUME},
    "mr.mhd": {"volume": VOLUME},
    "a.npy": {"npy": {"shape": [5, 7], "values": {3: [1, 2, 4, 5]}}},
    "a.npz": {"npz": {"x": {"shape": [2, 40, 34]}, "y": [0, 1]}},
    "a.h5": {"h5": {"g/x": {"shape": [4, 5]}, "g/name": "b", "g/x@fs": 250}},
    "v5.mat": {"mat": {"s": {"image": {"shape": [4, 5], "fill": 9}, "label": 2, "PID": "11"}}},
    "v73.mat": {"mat": {"s": {"image": {"shape": [4, 5], "fill": 9}, "PID": "11"}}, "version": 7.3},
    "mg.dcm": {"dicom": {"size": [48, 40], "modality": "MG", "PatientID": "P1", "bits": 16}},
    "noimage.dcm": {"dicom": {"modality": "SR", "tags": {"ContentSequence": [{"TextValue": "x"}]}}},
    "picture.dcm": {"image": {"size": [48, 40]}},
    "p/ct/": {"dicom_series": {"slices": 4, "size": [40, 36], "shuffled": True, "PatientID": "P1"}},
    "p/seg.dcm": {
        "dicom_seg": {"of": "p/ct", "segments": {1: ["Liver", [3, 4, 1, 9, 10, 3]], 2: ["Cyst", [1, 1, 0, 3, 3, 1]]}}
    },
    "p/rt.dcm": {"rtstruct": {"of": "p/ct/", "rois": {"GTV": [3, 4, 1, 9, 10, 3]}}},
    "ecg/00001_lr": {
        "wfdb": {
            "fs": 100, "signals": ["I", "II"], "comments": ["Age: 5"], "annotations": [[10, "N"], [60, "V", "(VT"]]
        }
    },
    "eeg.edf": {"edf": {"fs": 128, "signals": ["F3", "C3"], "annotations": [[0.5, 1, "spindle"]]}},
    "clip.avi": {"video": {"size": [48, 40], "frames": 5, "fps": 25}},
    "clip.mp4": {"video": {"size": [48, 40], "frames": 5}},
    "clip.gif": {"video": {"size": [48, 40], "frames": 5}},
    "slide.svs": {"slide": {"size": [96, 64], "levels": 2, "mpp": 0.25}},
    "a.zip": {"zip": {"l": {"for": {"n": [1, 2]}, "files": {"x/{n}.txt": {"text": "{n}"}}}, "none": {"folder": True}}},
    "a.tar.gz": {"tar": {"x/1.txt": {"text": "1"}, "in.zip": {"zip": {"deep.png": {"image": {"size": [40, 34]}}}}}},
    "t.csv.gz": {"gzip": {"text": "a,b\n"}},
    "raw.bin": {"bytes": "00ff10"},
    "zero.png": {"empty": True},
    "again/grey.png": {"copy_of": "grey.png"},
    "hollow": {"folder": True},
}  # fmt: skip


def declared(tree: dict[str, Any]) -> Declaration:
    return Declaration(id="made_up", evidence=["a test"], tree=tree, expect={"records": 0, "subjects": 0})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replica")
    build(declared(TREE), folder)
    return folder


def pixels(path: Path) -> np.ndarray:
    found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert found is not None
    return found


def test_the_same_yaml_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    build(declared(TREE), tmp_path / "other")
    first = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    second = {p.relative_to(tmp_path / "other"): p.read_bytes() for p in (tmp_path / "other").rglob("*") if p.is_file()}
    assert [str(name) for name in first if first[name] != second.get(name)] == []
    assert set(first) == set(second)


def test_nothing_that_is_written_tells_the_time(root: Path) -> None:
    with zipfile.ZipFile(root / "a.xlsx") as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        assert b"2020-01-01T00:00:00Z" in archive.read("docProps/core.xml")
    assert all(info.date_time[0] == 1980 for info in zipfile.ZipFile(root / "a.zip").infolist())
    for name in ("a.tar.gz", "t.csv.gz", "ct.nii.gz"):
        assert (root / name).read_bytes()[4:8] == b"\0" * 4
    assert (root / "mr.nrrd").read_bytes().partition(b"\n\n")[0].count(b"#") == 0
    assert b"Created on" not in (root / "v5.mat").read_bytes()


def test_texts_and_tables(root: Path) -> None:
    assert (root / "readme.txt").read_bytes() == b"Gr\xf6\xdfe"
    assert json.loads((root / "a.json").read_text()) == {"b": [1, None]}
    assert [json.loads(line) for line in (root / "a.jsonl").read_text().splitlines()] == [{"q": "ä"}, {"q": 2}]
    with zipfile.ZipFile(root / "a.xlsx") as book:
        assert "Tab" in book.read("xl/workbook.xml").decode()
        assert "007" in book.read("xl/sharedStrings.xml").decode()
    table = polars.read_parquet(root / "a.parquet")
    assert table["label"].to_list() == [1, 2]
    cell = table["image"][0]
    assert cell["path"] == "1.png"
    assert Image.open(io.BytesIO(cell["bytes"])).size == (40, 34)
    assert gzip.decompress((root / "t.csv.gz").read_bytes()) == b"a,b\n"


def test_pictures_are_wide_and_not_blank(root: Path) -> None:
    for name, shape, dtype in (
        ("grey.png", (40, 48), np.uint8), ("deep.tif", (40, 48), np.uint16), ("colour.jpg", (40, 48, 3), np.uint8)
    ):  # fmt: skip
        found = pixels(root / name)
        assert (found.shape, found.dtype) == (shape, dtype)
        assert len(np.unique(found)) > 50
    assert np.unique(pixels(root / "blank.bmp")).tolist() == [7]
    assert Image.open(root / "several.gif").n_frames == 3
    assert (root / "again/grey.png").read_bytes() == (root / "grey.png").read_bytes()


def test_masks_hold_the_boxes(root: Path) -> None:
    mask = pixels(root / "mask.png")
    assert np.argwhere(mask == 1).min(axis=0).tolist() == [3, 2]
    assert np.argwhere(mask == 1).max(axis=0).tolist() == [8, 11]
    assert [int((mask == value).sum()) for value in (1, 2)] == [10 * 6, 2 * 2 + 3 * 2]
    side = pixels(root / "side.png")
    assert np.unique(side).tolist() == [0, 1, 300]
    assert np.argwhere(side == 1)[:, 1].max() < np.argwhere(side == 300)[:, 1].min() - 1
    colours = pixels(root / "colours.png")[..., ::-1]
    assert [colours[5, 5].tolist(), colours[0, 0].tolist()] == [[255, 0, 10], [1, 1, 1]]
    palette = Image.open(root / "palette.png")
    assert (palette.mode, palette.getpixel((5, 5)), palette.getpixel((0, 0))) == ("P", 2, 0)
    assert Image.open(root / "bits.png").mode == "1"


def test_volumes_of_all_formats_lie_in_one_place(root: Path) -> None:
    """One corner of the grid, in LPS: NIfTI by nibabel and SimpleITK, the others by SimpleITK."""
    image = nibabel.load(root / "ct.nii.gz")
    assert nibabel.aff2axcodes(image.affine) == ("L", "A", "S")
    assert image.header.get_zooms() == (1.5, 2.0, 3.0)
    index = (3, 4, 5)
    for name, signs in (
        ("ct.nii.gz", (1, -1, 1)), ("seg.nii.gz", (-1, -1, 1)), ("pet.hdr", (-1, -1, 1)), ("mr.nrrd", (1, 1, 1)),
        ("ras.nrrd", (-1, -1, 1)), ("mr.mha", (-1, -1, 1)), ("mr.mhd", (-1, -1, 1)),
    ):  # fmt: skip
        found = SimpleITK.ReadImage(str(root / name))
        assert found.GetSize() == (12, 10, 6)
        expected = np.array([20, 30, 40]) + np.array(signs) * np.array([1.5, 2.0, 3.0]) * index
        assert found.TransformIndexToPhysicalPoint(index) == pytest.approx(expected), name
    array, _ = nrrd.read(str(root / "mr.nrrd"))
    assert array.shape == (12, 10, 6)
    labels = np.asarray(nibabel.load(root / "seg.nii.gz").dataobj)
    assert (labels[1:4, 2:6, 3:5] == 7).all()
    assert np.count_nonzero(labels) == 3 * 4 * 2
    many = np.asarray(nibabel.load(root / "many.nii").dataobj)
    assert np.unique(many).tolist() == list(range(118))


def test_arrays(root: Path) -> None:
    flat = np.load(root / "a.npy")
    assert np.argwhere(flat == 3).tolist() == [[y, x] for y in (2, 3, 4) for x in (1, 2, 3)]
    with np.load(root / "a.npz") as named:
        assert {key: named[key].shape for key in named} == {"x": (2, 40, 34), "y": (2,)}
    with h5py.File(root / "a.h5") as file:
        assert file["g/x"].shape == (4, 5)
        assert file["g/name"].asstr()[()] == "b"
        assert file["g/x"].attrs["fs"] == 250
    struct = loadmat(root / "v5.mat")["s"]
    assert struct["image"][0, 0].tolist() == [[9] * 5] * 4
    assert struct["PID"][0, 0].tolist() == ["11"]
    with h5py.File(root / "v73.mat") as file:
        assert file["s/image"].shape == (5, 4)
        assert "".join(chr(c) for c in file["s/PID"][:, 0]) == "11"
    assert (root / "v73.mat").read_bytes().startswith(b"MATLAB 7.3 MAT-file")


def test_dicom(root: Path) -> None:
    mammogram = pydicom.dcmread(root / "mg.dcm")
    assert (mammogram.PatientID, mammogram.pixel_array.shape) == ("P1", (40, 48))
    assert (pydicom.dcmread(root / "picture.dcm").Columns, "Rows" in pydicom.dcmread(root / "noimage.dcm")) == (
        48,
        False,
    )
    pieces = [pydicom.dcmread(path) for path in sorted((root / "p/ct").iterdir())]
    heights = [float(piece.ImagePositionPatient[2]) for piece in pieces]
    assert sorted(heights) == [40.0, 42.5, 45.0, 47.5]
    assert heights != sorted(heights)
    assert len({piece.SeriesInstanceUID for piece in pieces}) == 1


def test_annotations_of_a_series_lie_on_its_slices(root: Path) -> None:
    seg = pydicom.dcmread(root / "p/seg.dcm")
    frames = [
        (
            int(groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber),
            float(groups.PlanePositionSequence[0].ImagePositionPatient[2]),
        )
        for groups in seg.PerFrameFunctionalGroupsSequence
    ]  # fmt: skip
    assert frames == [(1, 42.5), (1, 45.0), (2, 40.0)]
    first = np.argwhere(seg.pixel_array[0])  # (row, column)
    assert (first.min(axis=0).tolist(), first.max(axis=0).tolist()) == ([4, 3], [9, 8])
    contours = pydicom.dcmread(root / "p/rt.dcm").ROIContourSequence[0].ContourSequence
    points = np.asarray(contours[0].ContourData, float).reshape(-1, 3)
    assert points.min(axis=0) == pytest.approx([-20 + 3 * 0.7, -30 + 4 * 0.8, 42.5])
    assert points.max(axis=0) == pytest.approx([-20 + 8 * 0.7, -30 + 9 * 0.8, 42.5])


def test_signals(root: Path) -> None:
    record = wfdb.rdrecord(str(root / "ecg/00001_lr"))
    assert (record.fs, record.sig_name, record.p_signal.shape, record.comments) == (
        100,
        ["I", "II"],
        (200, 2),
        ["Age: 5"],
    )
    notes = wfdb.rdann(str(root / "ecg/00001_lr"), "atr")
    assert (notes.sample.tolist(), notes.symbol, notes.aux_note) == ([10, 60], ["N", "V"], ["", "(VT"])
    data = (root / "eeg.edf").read_bytes()
    assert (data[168:176], int(data[236:244]), int(data[252:256])) == (b"01.01.20", 2, 3)  # date, records, channels
    assert b"spindle" in data


def test_clips_and_slides(root: Path) -> None:
    for name in ("clip.avi", "clip.mp4"):
        film = cv2.VideoCapture(str(root / name))
        assert (film.get(cv2.CAP_PROP_FRAME_COUNT), film.get(cv2.CAP_PROP_FRAME_WIDTH)) == (5, 48)
        assert film.get(cv2.CAP_PROP_FPS) == 25
    assert Image.open(root / "clip.gif").n_frames == 5
    with tifffile.TiffFile(root / "slide.svs") as slide:
        assert [page.shape for page in slide.pages] == [(64, 96, 3), (32, 48, 3)]
        assert all(page.is_tiled for page in slide.pages)
        assert "MPP = 0.25" in slide.pages[0].description


def test_archives(root: Path) -> None:
    with zipfile.ZipFile(root / "a.zip") as archive:
        assert archive.namelist() == ["none/", "x/1.txt", "x/2.txt"]
        assert archive.read("x/2.txt") == b"2"
    with tarfile.open(root / "a.tar.gz") as archive:
        assert archive.getnames() == ["in.zip", "x/1.txt"]
        inner = archive.extractfile("in.zip")
        assert inner is not None
        assert zipfile.ZipFile(inner).namelist() == ["deep.png"]
    assert ((root / "raw.bin").read_bytes(), (root / "zero.png").read_bytes()) == (b"\x00\xff\x10", b"")
    assert list((root / "hollow").iterdir()) == []
