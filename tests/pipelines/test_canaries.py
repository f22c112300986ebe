"""Nothing that identifies a person is quoted of a broken or an odd file: not in any table, report, line or log."""

import io
import json
import re
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.datadict import dictionary_VR
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from tests.connectors import small
from tests.pipelines import workshop
from tests.replicas import dicom

CANARY = "Zzcanary"
TAGS = ("PatientName", "OtherPatientNames", "PatientID", "PatientBirthDate", "PatientAddress",
        "PatientTelephoneNumbers",
        "PatientAge", "PatientSex", "EthnicGroup", "Occupation", "PatientComments", "ReferringPhysicianName",
        "PerformingPhysicianName", "OperatorsName", "InstitutionName", "InstitutionAddress", "StationName",
        "AccessionNumber", "StudyID", "StudyDate", "StudyTime", "SeriesDescription", "StudyDescription",
        "ImageComments",
        "ContentDate", "DeviceSerialNumber", "RequestedProcedureDescription", "PatientWeight", "InstanceNumber",
        "PixelSpacing", "ImagePositionPatient", "SliceThickness", "RescaleSlope", "WindowCenter", "BodyPartExamined",
        "Modality", "SeriesInstanceUID", "StudyInstanceUID")  # fmt: skip
"""Those that name a person, and others in which what should be a number or a code is something else."""
BREAKS = ("sound", "no_rows", "cut", "no_pixels", "bad_syntax")


def value(keyword: str, n: int) -> str:
    text = f"{CANARY}{n}"
    return {"PN": f"{text}^Testa", "UT": f"see {text}\nnext"}.get(str(dictionary_VR(keyword)), text)


def save(root: Path, name: str, n: int, keywords: tuple[str, ...], how: str) -> None:
    """A slice in Implicit VR Little Endian, whose elements hold a canary whatever their kind should be."""
    made = dicom.slice_of(f"s{n}", (0, 0, float(n)))
    patch = pytest.MonkeyPatch()
    patch.setattr(pydicom.config, "replace_un_with_known_vr", False)
    for keyword in keywords:
        tag = pydicom.datadict.tag_for_keyword(keyword)
        assert tag is not None
        made[tag] = pydicom.DataElement(tag, "UN", value(keyword, n).encode())
    made.add_new(0x00091001, "UN", f"{CANARY} private".encode())
    if how == "no_rows":
        del made.Rows
    if how == "no_pixels":
        del made.PixelData
    made.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, made, implicit_vr=True, little_endian=True, enforce_file_format=True)
    patch.undo()
    data = buffer.getvalue()
    if how == "cut":
        data = data[: len(data) // 2]
    if how == "bad_syntax":
        data = data.replace(b"1.2.840.10008.1.2\0", b"9.9.999.99999.9.9\0")
    (root / name).write_bytes(data)


def everything(space: Path) -> bytes:
    """All bytes that a run leaves, tables unpacked."""
    found = b""
    for path in sorted(space.rglob("*")):
        if path.suffix == ".parquet":
            import polars as pl

            rows = pl.read_parquet(path)
            found += rows.drop(pl.selectors.binary()).write_json().encode()
            found += b"".join(one for column in rows.select(pl.selectors.binary()) for one in column.drop_nulls())
        elif path.is_file():
            found += path.read_bytes()
    return found


def spoken(folder: Path, card: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    """All that a run over a folder leaves and says, and whether it read anything."""
    workshop.only(card, monkeypatch)
    file = workshop.recipe(folder / "r.yaml", "small", sources=[{"dataset": "small"}], tasks=["modality"])
    ctx = workshop.context(file, folder / "raw", folder / "space")
    try:
        build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console())
        stopped = ""
    except ValueError as error:  # nothing to publish
        stopped = str(error)
    said = capfd.readouterr()
    text = everything(folder / "space").decode("utf-8", "replace") + said.out + said.err + stopped
    assert "small" in text
    return text


def seen(text: str) -> list[str]:
    return [text[max(0, m.start() - 100) : m.end() + 40] for m in re.finditer(CANARY, text, re.IGNORECASE)]


@pytest.mark.parametrize("how", BREAKS)
def test_no_value_of_a_header_is_quoted(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "raw/small"
    root.mkdir(parents=True)
    for n, keyword in enumerate(TAGS):
        save(root, f"f{n:02}.dcm", n, (keyword,), how)
    save(root, "all.dcm", 99, TAGS[:26], how)
    card = small.card("dicom_files", {"files": ["*.dcm"], "subject": "{PatientID}"})
    found = seen(spoken(tmp_path, card, monkeypatch, capfd))
    assert not found, "\n".join(found)


def nifti(path: Path, n: int) -> None:
    image = nibabel.Nifti1Image(np.arange(60, dtype=np.int16).reshape(3, 4, 5), np.eye(4))
    image.header["descrip"] = f"{CANARY} {n}".encode()
    image.header["aux_file"] = f"{CANARY}{n}".encode()
    image.header["db_name"] = f"{CANARY}{n}".encode()
    nibabel.save(image, path)
    data = bytearray(path.read_bytes())
    if n == 1:
        data[40:44] = b"\xff\xff\xff\x7f"  # dim
    if n == 2:
        data[70:72] = b"\x63\x63"  # datatype
    path.write_bytes(bytes(data[: len(data) - (40 if n == 3 else 0)]))


NRRD = """NRRD0004
type: short
dimension: 3
space: left-posterior-superior
sizes: 3 4 5
space directions: (1,0,0) (0,1,0) (0,0,1)
space origin: (0,0,0)
encoding: raw
content: {0}
patient:={0}
{1}

"""
MHA = """ObjectType = Image
NDims = 3
PatientName = {0}
Comment = {0}
DimSize = 3 4 5
ElementSpacing = {1}
ElementType = MET_SHORT
ElementDataFile = LOCAL
"""


def test_no_value_of_other_headers_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "raw/small"
    root.mkdir(parents=True)
    for n in range(4):
        nifti(root / f"n{n}.nii", n)
    bodies = ("endian: little", f"kinds: {CANARY}", f"{CANARY} {CANARY}", f"space units: {CANARY}", f"endian: {CANARY}",
              f"sizes: {CANARY} 4 5")  # fmt: skip
    for n, body in enumerate(bodies):
        (root / f"r{n}.nrrd").write_bytes(NRRD.format(CANARY, body).encode() + bytes(120))
    for n, spacing in enumerate(("1 1 1", f"{CANARY} 1 1", f"1 {CANARY}")):
        (root / f"m{n}.mha").write_bytes(MHA.format(CANARY, spacing).encode() + bytes(120))
    card = small.card("volumes", {"files": ["{case}.nii", "{case}.nrrd", "{case}.mha"], "subject": "{case}"})
    found = seen(spoken(tmp_path, card, monkeypatch, capfd))
    assert not found, "\n".join(found)


def test_no_cell_and_no_sentence_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "raw/small"
    root.mkdir(parents=True)
    rng = np.random.default_rng(1)
    from PIL import Image, PngImagePlugin

    for name in "abc":
        info = PngImagePlugin.PngInfo()
        info.add_text("Patient", CANARY)
        Image.fromarray(rng.integers(0, 255, (40, 40), dtype=np.uint8)).save(root / f"{name}.png", pnginfo=info)
    (root / "c.png").write_bytes((root / "c.png").read_bytes()[:300])
    rows = [
        ("a", "1", "Patient name: Zzcanary Testa. Heart is large."),
        ("b", "Dr. Zzcanary, Garcia", "Seen by Dr. Zzcanary."),
    ]
    (root / "t.csv").write_text("id,Heart,report\n" + "".join(f'{a},"{b}","{c}"\n' for a, b, c in rows))
    table = {"format": "table", "file": "t.csv", "key": "id", "columns": ["Heart"], "text": ["report"]}
    card = small.card("pictures", {"files": ["{case}.png"], "annotations": [table]}, {"Heart": "cardiomegaly"})
    text = spoken(tmp_path, card.model_copy(update={"modalities": ("xray",)}), monkeypatch, capfd)
    assert seen(text) == []
    assert json.dumps("[NAME]")[1:-1] in text


def edf(path: Path, field: int) -> None:
    """A recording of one channel whose header has a canary in one of its texts: who, what, when, the channel's own; 5
    puts it where a number should be."""
    words = {n: f"{CANARY}{n}" if n == field else "" for n in range(7)}
    head = f"{'0':<8}{words[0] or 'X X X X':<80}{words[1] or 'Startdate X X X X':<80}"
    head += f"{words[2][:8] or '01.01.85':<8}{'00.00.00':<8}{512:<8}{words[3]:<44}{1:<8}{words[5][:8] or 1:<8}{1:<4}"
    head += f"{words[4] or 'EEG Fpz-Cz':<16}{words[6]:<80}{'uV':<8}{-100:<8}{100:<8}{-2048:<8}{2047:<8}"
    head += f"{'':<80}{100:<8}{'':<32}"
    path.write_bytes(head.encode() + np.arange(100, dtype="<i2").tobytes())


def test_no_value_of_a_recording_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "raw/small"
    root.mkdir(parents=True)
    for field in range(7):
        edf(root / f"e{field}.edf", field)
    (root / "cut.edf").write_bytes((root / "e0.edf").read_bytes()[:300])
    head = "{name} 1 100 50\n{name}.dat 16 {gain} 16 0 0 0 0 {channel}\n# {comment}\n"
    kinds = (
        {"comment": f"Patient: {CANARY}"}, {"comment": f"Age: {CANARY}"}, {"channel": CANARY}, {"gain": CANARY},
        {"gain": f"200({CANARY})/mV"},
    )  # fmt: skip
    for n, kind in enumerate(kinds):
        told = {"name": f"w{n}", "gain": "200/mV", "channel": "II", "comment": "Age: 50", **kind}
        (root / f"w{n}.hea").write_text(head.format(**told))
        (root / f"w{n}.dat").write_bytes(np.arange(50, dtype="<i2").tobytes())
    card = small.card("signals", {"files": ["{case}.edf", "{case}.hea"], "subject": "{case}"})
    for name in ("w0.hea",):  # the canary is where nothing is read, so this is sound
        sound = small.card("signals", {"files": [name], "subject": "x"})
        assert len(small.read(sound, root)[0]) == 1
    found = seen(spoken(tmp_path, card, monkeypatch, capfd))
    assert not found, "\n".join(found)


def test_no_attribute_of_an_array_file_and_no_exif_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import h5py
    from PIL import Image

    root = tmp_path / "raw/small"
    root.mkdir(parents=True)
    rng = np.random.default_rng(3)
    for n, named in enumerate(("image", CANARY)):
        with h5py.File(root / f"a{n}.h5", "w") as file:
            file[named] = rng.integers(0, 255, (40, 40), dtype=np.uint8)
            file[named].attrs["patient"] = file.attrs["comment"] = f"{CANARY} Testa"
    (root / "a2.h5").write_bytes((root / "a0.h5").read_bytes()[:700])
    card = small.card("arrays", {"files": ["{case}.h5"], "image": "image", "subject": "{case}"})
    found = seen(spoken(tmp_path, card, monkeypatch, capfd))
    assert not found, "\n".join(found)
    for path in root.glob("*.h5"):
        path.unlink()
    for n, size in enumerate((0, 500)):
        exif = Image.Exif()
        exif[0x010E] = exif[0x013B] = exif[0x8298] = f"{CANARY} Testa"
        path = root / f"p{n}.jpg"
        Image.fromarray(rng.integers(0, 255, (40, 40), dtype=np.uint8)).save(path, exif=exif, comment=CANARY.encode())
        path.write_bytes(path.read_bytes()[: size or None])
    card = small.card("pictures", {"files": ["{case}.jpg"], "subject": "{case}"})
    found = seen(spoken(tmp_path, card.model_copy(update={"modalities": ("xray",)}), monkeypatch, capfd))
    assert not found, "\n".join(found)
