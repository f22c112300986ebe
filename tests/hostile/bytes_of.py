"""Bytes of small files that mean harm: what each claims is far more than what it holds."""

import io
import os
import pickle
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

import nibabel
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pydicom
from PIL import Image
from pydicom.dataset import FileMetaDataset


def png(rows: int, columns: int, depth: int = 8, colour: int = 0, data: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    palette = chunk(b"PLTE", bytes(768)) if colour == 3 else b""
    header = struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def sound(value: int = 1) -> bytes:
    """A picture that is read."""
    out = io.BytesIO()
    Image.fromarray(np.full((40, 40), value, np.uint8)).save(out, "PNG")
    return out.getvalue()


def of(kind: str, size: tuple[int, int] = (40, 40), **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, 3).save(out, kind, **how)
    return out.getvalue()


def wide_jpeg() -> bytes:
    data = bytearray(of("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    return bytes(data)


def tags(entries: Iterable[tuple[int, int, int, int]], after: int = 0) -> bytes:
    """A TIFF of one directory: (tag, type, count, value)."""
    listed = list(entries)
    body = b"".join(struct.pack("<HHII", *entry) for entry in listed)
    return b"II*\0" + struct.pack("<IH", 8, len(listed)) + body + struct.pack("<I", after) + bytes(2000)


def going_round() -> bytes:
    """A TIFF whose directory names itself as the next one."""
    data = bytearray(of("TIFF"))
    at = int.from_bytes(data[4:8], "little")
    end = at + 2 + 12 * int.from_bytes(data[at : at + 2], "little")
    data[end : end + 4] = data[4:8]
    return bytes(data)


def wide_gif() -> bytes:
    data = of("GIF")
    return data[:6] + b"\xff\xff\xff\xff" + data[10:]


def npz(size: int) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, a=np.zeros((size >> 10, 1024), np.uint8))
    return out.getvalue()


def nifti(shape: tuple[int, ...], data: bytes, *, magic: bytes = b"n+1\0") -> bytes:
    header = nibabel.Nifti1Header()
    header.set_data_dtype(np.uint8)
    header["dim"][: len(shape) + 1] = [len(shape), *shape]
    header["vox_offset"] = 352 if magic == b"n+1\0" else 0
    header["magic"] = magic
    header["sform_code"], header["srow_x"], header["srow_y"], header["srow_z"] = (
        1, [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0],
    )  # fmt: skip
    header["xyzt_units"] = 2
    return bytes(header.binaryblock) + (bytes(4) if magic == b"n+1\0" else b"") + data


def wide_nifti() -> bytes:
    return nifti((1817, 1817, 1817), b"", magic=b"ni1\0")


def dicom(rows: int, pixels: bytes, *, deflated: bool = False, frames: int | None = None) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99" if deflated else "1.2.840.10008.1.2.1"
    dataset = pydicom.Dataset()
    dataset.file_meta = meta
    dataset.SOPClassUID, dataset.SOPInstanceUID, dataset.Modality = "1.2.840.10008.5.1.4.1.1.7", "1.2.3", "CT"
    dataset.PatientID = "nobody"
    dataset.Rows = dataset.Columns = rows
    dataset.SamplesPerPixel, dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 1, 8, 8, 7
    dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
    if frames:
        dataset.NumberOfFrames = frames
    dataset.PixelData = pixels
    dataset["PixelData"].VR = "OB"
    out = io.BytesIO()
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def marked(data: bytes, local: int, central: int, value: int) -> bytes:
    """A zip with two bytes of every header changed."""
    out = bytearray(data)
    for sign, at in ((b"PK\3\4", local), (b"PK\1\2", central)):
        start = out.find(sign)
        while start >= 0:
            out[start + at : start + at + 2] = struct.pack("<H", value)
            start = out.find(sign, start + 4)
    return bytes(out)


def doubled() -> bytes:
    """A zip with two members of one name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zipped([("a.png", sound(1)), ("a.png", sound(2))])


def tarred(members: Iterable[tuple[str, bytes | str]], mode: str = "w") -> bytes:
    """A tar; a member of text is a link to what it says, a hard one after ">"."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            if isinstance(data, str):
                info.type = tarfile.LNKTYPE if data.startswith(">") else tarfile.SYMTYPE
                info.linkname = data.lstrip(">")
                archive.addfile(info)
            else:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def laughs() -> bytes:
    lists: list[Any] = ["ha"]
    for _ in range(40):
        lists = [lists] * 10
    return pickle.dumps({"rows": [{"case": "a", "said": lists}]})


def hoard() -> bytes:
    """A pickle of ten bytes that asks the C unpickler for place number 2**31."""
    return b"\x80\x04K\x01r" + struct.pack("<I", (1 << 31) - 1) + b"."


class Runs:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, ("touch /tmp/triptych-hostile-ran",))


def workbook(cells: str) -> bytes:
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    )
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{cells}</sheetData></worksheet>"
    )
    return zipped(
        [("xl/workbook.xml", book.encode()), ("xl/_rels/workbook.xml.rels", relations.encode()),
         ("xl/worksheets/sheet1.xml", sheet.encode())]
    )  # fmt: skip


def repeated_parquet() -> bytes:
    """One text of 64 KiB, and a million times its number."""
    out = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, np.int32)), pa.array(["x" * (1 << 16)]))
    pq.write_table(pa.table({"said": column, "case": column}), out, compression="zstd")
    return out.getvalue()


def volume(value: int) -> bytes:
    return bytes([value]) * 4096


def mhd(data_file: str) -> bytes:
    return (
        "ObjectType = Image\nNDims = 3\nDimSize = 16 16 16\nElementType = MET_UCHAR\nElementSpacing = 1 1 1\n"
        f"TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementDataFile = {data_file}\n"
    ).encode()


def nhdr(data_file: str, encoding: str = "raw", sizes: str = "16 16 16") -> bytes:
    return (
        f"NRRD0004\ntype: uint8\ndimension: 3\nsizes: {sizes}\nencoding: {encoding}\nspace: left-posterior-superior\n"
        f"space directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\n"
        + (f"data file: {data_file}\n\n" if data_file else "\n")
    ).encode()
