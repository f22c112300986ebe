"""Personal data planted in the headers of files, and what of it reaches a record.

An action is one element that must not be passed on: each text of DICOM's dictionary and each element that PS3.15 Table
E.1-1 removes, empties or replaces, at the top, in a sequence and in a sequence of that, private ones with every value
representation, a name where a number should stand; and the fields of other formats in which people write. Each holds a
value that is found nowhere else; it leaked where what is read of the file - records, regions, notices, the reason of a
refusal - holds it. What a record must still tell is counted, too.
"""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import h5py
import nibabel
import nrrd
import numpy as np
import pydicom
import wfdb
from PIL import Image, PngImagePlugin
from pydicom.datadict import DicomDictionary, keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import Tag

import catalog
from connectors import open_dataset
from connectors.base import NotPartOf, Unreadable
from connectors.headers import allowed
from schemas import DatasetCard, Record
from tests.connectors import small
from tests.replicas import dicom
from transforms.media.decoders import DecodeError, decode

TEXT_VR = ("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT", "DA", "DT", "TM", "UI")
NEEDED = (
    "SOPClassUID", "SpecificCharacterSet", "Modality", "PhotometricInterpretation", "ImageType", "BodyPartExamined",
    "PatientPosition", "RescaleType", "PixelPresentation", "VolumetricProperties", "PixelSpacingCalibrationType",
)  # fmt: skip
"""What a file needs to be read at all, or what must be kept."""
BATCH = 250
PRIVATE = ("AE", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT", "OB", "UN", "DS", "IS")
NUMBERS = ("SliceThickness", "PixelSpacing", "WindowCenter", "RescaleSlope", "ImagePositionPatient", "NumberOfFrames")


class Action(NamedTuple):
    """`where`: the element or field; `value`: what was planted; `leaked`: whether it came out."""

    where: str
    value: str
    leaked: bool


class Outcome(NamedTuple):
    """`kept`, `owed`: of what a record must still tell, how much it does."""

    actions: list[Action]
    kept: int
    owed: int


def run() -> Outcome:
    """All that is planted, read through the connectors."""
    actions: list[Action] = []
    kept = owed = 0
    for plant in PLANTS:
        with TemporaryDirectory() as folder:
            for card, planted, wanted in plant(Path(folder)):
                said, records = read(card, Path(folder))
                actions += [Action(where, value, value.casefold() in said.casefold()) for where, value in planted]
                owed += len(wanted) * len(records)
                kept += sum(want(record) for record in records for want in wanted)
                if wanted and not records:
                    owed += len(wanted)
    return Outcome(actions, kept, owed)


Wanted = tuple[Callable[[Record], bool], ...]
Planted = tuple[DatasetCard, list[tuple[str, str]], Wanted]


def read(card: DatasetCard, root: Path) -> tuple[str, list[Record]]:
    """All that is told of a folder, as text, and its records."""
    connector = open_dataset(card, catalog.labelspace())
    said: list[str] = []
    records: list[Record] = []
    for item in connector.listing(root):
        try:
            for thing in connector.read(root, item):
                said.append(repr(thing))
                if isinstance(thing, Record):
                    records.append(thing)
                    decode(root, thing)
        except (Unreadable, NotPartOf, DecodeError) as error:
            said.append(str(error))
    return "\n".join(said), records


def dicom_files(root: Path) -> Iterator[Planted]:
    """Every text of the dictionary and every element of the profile's table, in files of BATCH elements."""
    tags = [
        tag for tag, (kind, _, _, _, keyword) in sorted(DicomDictionary.items())
        if keyword and keyword not in NEEDED and tag >> 16 not in (0x0000, 0x0002, 0x0028, 0x7FE0)
        and (kind in TEXT_VR or (tag in allowed.removed() and kind in ("DS", "IS", "AS", "UL", "OB", "UN")))
    ]  # fmt: skip
    planted: list[tuple[str, str]] = []
    for start in range(0, len(tags), BATCH):
        dataset = _slice(f"plain{start}")
        planted += _plant(dataset, tags[start : start + BATCH], start)
        dicom.save(root, f"plain{start}.dcm", dataset)
        deep = _slice(f"deep{start}")
        inner, outer = Dataset(), Dataset()
        planted += _plant(inner, tags[start : start + BATCH], 100_000 + start)
        outer.ReferencedImageSequence = Items([inner])
        deep.RequestAttributesSequence, deep.OtherPatientIDsSequence = Items([outer]), Items([inner])
        dicom.save(root, f"deep{start}.dcm", deep)
    dataset = _slice("private")
    for group in (0x0009, 0x0019, 0x0029, 0x0011):
        block = dataset.private_block(group, "SAMPLE MAKER", create=True)
        for number, kind in enumerate(PRIVATE):
            value = _value(kind, 200_000 + group * 100 + number)
            block.add_new(number, kind, value)
            planted.append((f"private {group:04x} {kind}", _text(value)))
    dicom.save(root, "private.dcm", dataset)
    wanted: Wanted = (
        lambda record: record.kind == "volume" and record.geometry.spacing_mm == (0.75, 0.5, 2.0),
        lambda record: record.modality.code == "CT", lambda record: record.window is not None,
        lambda record: record.meta.get("body_part") == "CHEST",
        lambda record: record.meta.get("patient_position") == "HFS",
        lambda record: record.meta.get("slice_thickness_mm") == 2.0,
    )  # fmt: skip
    yield catalog.card("pydicom_test_files"), planted, wanted
    yield small.card("dicom_series", {"files": ["{file}.dcm"]}), planted, wanted[:-1]


def _slice(name: str) -> Dataset:
    return dicom.slice_of(name, (0, 0, 0), BodyPartExamined="CHEST", PatientPosition="HFS")


def _plant(dataset: Dataset, tags: list[int], start: int) -> Iterator[tuple[str, str]]:
    for number, tag in enumerate(tags, start=start):
        kind = DicomDictionary[tag][0].split(" or ")[0]
        value = _value(kind, number)
        dataset[Tag(tag)] = DataElement(Tag(tag), kind, value)
        yield f"{keyword_for_tag(tag)} {kind}" + (" nested" if start >= 100_000 else ""), _text(value)


def _value(kind: str, number: int) -> Any:
    """A value of a representation that is found nowhere else."""
    year, month, day = 1700 + number // 336 % 200, number // 28 % 12 + 1, number % 28 + 1
    special: dict[str, Any] = {
        "PN": f"Zz{number}q^Sample", "UI": f"2.25.77{number:07d}", "DA": f"{year}{month:02d}{day:02d}", "AS": "113Y",
        "TM": f"0102{number % 60:02d}.{number:06d}", "DT": f"{year}{month:02d}{day:02d}0102", "DS": f"77.{number:07d}",
        "IS": f"77{number:07d}", "UL": 1_770_000_000 + number, "UR": f"http://zz{number}q.example",
        "OB": f"zz{number}q ".encode(), "UN": f"zz{number}q ".encode(), "CS": f"ZZ{number}Q", "AE": f"ZZ{number}Q",
    }  # fmt: skip
    return special.get(kind, f"zz{number}q sample")


def _text(value: Any) -> str:
    found = value.decode() if isinstance(value, bytes) else str(value)
    match = re.search(r"zz\d+q", found, re.IGNORECASE)
    return match[0] if match else found


def numbers(root: Path) -> Iterator[Planted]:
    """A name where a number should stand: the file is refused, and the reason does not quote it."""
    planted = []
    for number, keyword in enumerate(NUMBERS):
        dataset = _slice(keyword)
        count = 3 if keyword == "ImagePositionPatient" else 2 if keyword == "PixelSpacing" else 1
        setattr(dataset, keyword, ["7777777"] * count if count > 1 else "7777777")
        file = io.BytesIO()
        pydicom.dcmwrite(file, dataset, enforce_file_format=True)
        name = f"Zz{number}qDo"
        (root / f"{keyword}.dcm").write_bytes(file.getvalue().replace(b"7777777", name.encode().ljust(7)))
        planted.append((f"a name in {keyword}", f"zz{number}q"))
    yield catalog.card("pydicom_test_files"), planted, ()


def pictures(root: Path) -> Iterator[Planted]:
    """EXIF (description, artist, copyright, comment, place), text chunks of PNG, comments of JPEG and GIF, XMP."""
    image = Image.fromarray(np.random.default_rng(3).integers(0, 255, (40, 40), np.uint8))
    exif, texts, planted = Image.Exif(), PngImagePlugin.PngInfo(), []
    for number, tag in enumerate((270, 271, 272, 305, 306, 315, 316, 33432, 37510, 40091, 40092, 40093)):
        exif[tag] = f"zz{number}x sample"
        planted.append((f"EXIF {tag}", f"zz{number}x"))
    for number, key in enumerate(("Author", "Description", "Comment", "Title", "Patient", "XML:com.adobe.xmp")):
        texts.add_itxt(key, f"zz{number}t sample")
        planted.append((f"PNG {key}", f"zz{number}t"))
    image.save(root / "a.jpg", exif=exif, comment=b"zz0j sample")
    image.save(root / "b.png", exif=exif, pnginfo=texts)
    image.save(root / "c.tif", exif=exif)
    image.save(root / "d.gif", comment=b"zz1j sample")
    image.save(root / "e.webp", exif=exif, lossless=True)
    yield small.card("pictures", {"files": ["{file}.{ext:jpg|png|tif|gif|webp}"]}), [
        *planted, ("JPEG comment", "zz0j"), ("GIF comment", "zz1j"),
    ], (lambda record: record.geometry.shape == (40, 40),)  # fmt: skip


def nifti(root: Path) -> Iterator[Planted]:
    """Description, auxiliary file, intent and the fields that Analyze left; an extension of free text."""
    image = nibabel.Nifti1Image(np.zeros((8, 9, 10), np.int16), np.diag([1, 2, 3, 1]))
    image.header.set_xyzt_units("mm")
    planted = []
    for number, name in enumerate(("descrip", "aux_file", "intent_name", "db_name")):
        image.header[name] = f"zz{number}n sample".encode()
        planted.append((f"NIfTI {name}", f"zz{number}n"))
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"zz9n sample"))
    nibabel.save(image, root / "a.nii.gz")
    wanted: Wanted = (lambda record: record.geometry.spacing_mm == (1.0, 2.0, 3.0),)
    yield small.card("volumes", {"files": ["{file}.nii.gz"]}), [*planted, ("NIfTI extension", "zz9n")], wanted


def nrrd_keys(root: Path) -> Iterator[Planted]:
    header = {"space": "left-posterior-superior", "space directions": np.eye(3), "space origin": [0, 0, 0]}
    names = ("PatientName", "DICOM_0010_0010", "comment", "content")
    keys = {key: f"zz{number}r sample" for number, key in enumerate(names)}
    nrrd.write(str(root / "a.nrrd"), np.zeros((8, 9, 10), np.int16), header | keys)
    whole = (root / "a.nrrd").read_bytes()
    (root / "b.nrrd").write_bytes(whole.replace(b"left-posterior-superior", b"zz7rname-posterior-superior"))
    (root / "c.nrrd").write_bytes(whole.replace(b"sizes: 8 9 10", b"sizes: 8 zz8r 10"))
    planted = [(f"NRRD {key}", value[:4]) for key, value in keys.items()]
    wanted: Wanted = (lambda record: record.geometry.shape == (8, 9, 10),)
    card = small.card("volumes", {"files": ["{file}.nrrd"]})
    yield card, [*planted, ("NRRD space", "zz7r"), ("NRRD sizes", "zz8r")], wanted


def metaimage(root: Path) -> Iterator[Planted]:
    keys = ("Comment", "Name", "PatientName", "ID_Patient", "AcquisitionDate", "ObjectSubType")
    lines = ["ObjectType = Image", "NDims = 3", "DimSize = 4 5 6", "ElementType = MET_UCHAR", "ElementSpacing = 1 2 3",
             "TransformMatrix = 1 0 0 0 1 0 0 0 1", "Offset = 0 0 0",
             *(f"{key} = zz{n}m sample" for n, key in enumerate(keys))]  # fmt: skip
    tail = "\nElementDataFile = LOCAL\n"
    (root / "a.mha").write_bytes(("\n".join(lines) + tail).encode() + bytes(120))
    broken = ["DistanceUnits = zz8m", *lines], [line.replace("4 5 6", "4 zz9m 6") for line in lines]
    for name, text in zip("bc", broken, strict=True):
        (root / f"{name}.mha").write_bytes(("\n".join(text) + tail).encode() + bytes(120))
    planted = [*((f"MetaImage {key}", f"zz{n}m") for n, key in enumerate(keys)), ("MetaImage units", "zz8m"),
               ("MetaImage size", "zz9m")]  # fmt: skip
    wanted: Wanted = (lambda record: record.geometry.spacing_mm == (1.0, 2.0, 3.0),)
    yield small.card("volumes", {"files": ["{file}.mha"]}), planted, wanted


def recordings(root: Path) -> Iterator[Planted]:
    """WFDB: comments with a key that is kept, that is not, without one; names and units of channels."""
    comments = ["Name: zz0w", "Age: zz1w", "Sex: zz2w", "Dx: zz3w", "zz4w sample", "Doctor: zz5w", "Age: 55"]
    signal = np.sin(np.arange(200)[:, None] / np.array([[9.0, 7.0, 5.0]]))
    wfdb.wrsamp(
        "a",
        100,
        ["mV", "mV", "mV"],
        ["I", "zz6w", "V1"],
        signal,
        fmt=["16"] * 3,
        write_dir=str(root),
        comments=comments,
    )
    text = (root / "a.hea").read_text(encoding="utf-8")
    (root / "a.hea").write_text(text.replace("/mV 16 0", "/zz7w 16 0", 1), encoding="utf-8")
    planted = [(f"WFDB {n}", f"zz{n}w") for n in range(8)]
    wanted: Wanted = (
        lambda record: record.meta["leads"] == ["I", "channel 2", "V1"],
        lambda record: str(record.meta.get("Age")) == "55",
    )  # fmt: skip
    options = {"files": ["{record}.hea"], "subject": "{record}", "keep": ["Age", "Sex", "Dx", "Name", "Doctor"]}
    yield small.card("signals", options, {"1": "qrs_complex"}, modalities=["ecg"]), planted, wanted


def hdf5(root: Path) -> Iterator[Planted]:
    names = ("patient_name", "operator", "comment", "date")
    with h5py.File(root / "a.h5", "w") as file:
        file.create_dataset("image", data=np.zeros((40, 44), np.uint8)).attrs["note"] = "zz9h sample"
        for number, name in enumerate(names):
            file.attrs[name] = f"zz{number}h sample"
    planted = [*((f"HDF5 {name}", f"zz{n}h") for n, name in enumerate(names)), ("HDF5 note", "zz9h")]
    wanted: Wanted = (lambda record: record.geometry.shape == (40, 44),)
    yield small.card("arrays", {"files": ["{file}.h5"], "images": "image", "axes": "yx"}), planted, wanted


PLANTS = (dicom_files, numbers, pictures, nifti, nrrd_keys, metaimage, recordings, hdf5)


def main() -> None:
    found = run()
    kept_back = sum(not one.leaked for one in found.actions)
    print(f"header actions: {kept_back} of {len(found.actions)} ({kept_back / len(found.actions):.2%})")
    print(f"what a record must still tell: {found.kept} of {found.owed} ({found.kept / found.owed:.2%})")
    for one in (one for one in found.actions if one.leaked):
        print(f"  leaked: {one.where}")


if __name__ == "__main__":
    main()
