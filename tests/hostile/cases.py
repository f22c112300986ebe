"""The corpus of hostile files, made anew for each run: a folder each, with the least layout that reads it."""

import gzip
import pickle
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hostile import bytes_of as of
from tests.hostile import folders
from tests.hostile.folders import BYTES, elsewhere, files

Layout = tuple[str, dict[str, Any]]  # the reader, and its options


@dataclass(frozen=True)
class Case:
    """`make(root, outside)` writes the data set's folder and what lies beside it. `says`: what every refusal that it
    brings about holds, in order of names; `records`: how many are read all the same."""

    name: str
    layout: Layout
    make: Callable[[Path, Path], None]
    says: tuple[str, ...]
    records: int = 0
    labels: dict[str, str | None] = field(default_factory=dict)


def tabled(name: str, data: bytes, says: str, **table: Any) -> Case:
    """A picture and a table that speaks of it."""
    said = {"format": "table", "file": name, "key": "case", "match": "{case}", "tell": {"said": "said"}, **table}
    named = {"a__png": of.sound(), name.replace(".", "__"): data}
    return Case(f"table {name}", ("pictures", {**PICTURES[1], "annotations": [said]}), files(**named), (says,))


MEMORY, MANY, BESIDE = "TRIPTYCH_MAX_BYTES", "TRIPTYCH_MAX_PIXELS", "one file beside it"
PICTURES: Layout = ("pictures", {"files": ["{case}.{kind:png|jpg|tif|gif|bmp}"]})
VOLUMES: Layout = ("volumes", {"files": ["{case}.{kind:nii|nii.gz|hdr|mhd|mha|nhdr|nrrd}"], "subject": "{case}"})
ARRAYS: Layout = ("arrays", {"files": ["{case}.{kind:npz|npy|h5|mat}"], "axes": "yx", "images": "a"})
STACKS: Layout = ("arrays", {**ARRAYS[1], "axes": "zyx"})
IN_ZIP: Layout = ("pictures", {"files": ["{zip}.zip/**/{case}.png"], "subject": "{case}"})
IN_TAR: Layout = ("pictures", {"files": ["{tar}.tar/**/{case}.png"], "subject": "{case}"})
IN_GZ: Layout = ("pictures", {"files": ["{tar}.tar.gz/{case}.png"], "subject": "{case}"})
DEEP: Layout = ("pictures", {"files": ["**/{case}.png"], "subject": "{case}"})
DICOM: Layout = ("dicom_series", {"files": ["{case}.dcm"], "subject": "{case}"})
SIGNALS: Layout = ("signals", {"files": ["{case}.hea"], "subject": "{case}"})
MASK = {"format": "masks", "file": "m/{case}.png", "encode": "values", "missing": "empty"}
MASKED: Layout = ("pictures", {**PICTURES[1], "annotations": [MASK]})
CELLS = [
    {"format": "table", "file": "t.csv", "key": "case", "match": "{case}", "hide": {"mask": "mask"}},
    {"format": "masks", "file": "{mask}", "encode": "values"},
]
LISTED: Layout = ("pictures", {**PICTURES[1], "annotations": CELLS})
LIVER: dict[str, str | None] = {"1": "liver"}
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
NAMES = [
    ("./p/a.png", of.sound(1)), ("p\\b.png", of.sound(2)), ("/abs/c.png", of.sound(3)), ("../d.png", of.sound(4)),
    ("inner.zip", of.zipped([("e.png", of.sound())])),
]  # fmt: skip
LINKS: list[tuple[str, bytes | str]] = [
    ("p/a.png", of.sound()), ("p/b.png", "a.png"), ("c.png", ">p/a.png"), ("d.png", "d.png"), ("e.png", "f.png"),
    ("f.png", "e.png"), ("g.png", "../../etc/passwd"), ("h.png", "/etc/passwd"), ("q", "p"),
]  # fmt: skip
BOMB = [("a.png", of.sound()), ("z.png", bytes(2 * BYTES)), ("z2.png", of.sound())]
METHODS = {
    "a__zip": of.marked(of.zipped([("a.png", of.sound())]), 8, 10, 9),
    "b__zip": of.marked(of.zipped([("b.png", of.sound())]), 6, 8, 1), "c__zip": of.zipped([("c.png", of.sound())]),
}  # fmt: skip

WIDE = (
    Case("png 1 bit", PICTURES, files(a__png=of.png(65535, 65535, 1), b__png=of.sound()), (MANY,), 1),
    Case("png palette", PICTURES, files(a__png=of.png(65535, 65535, 8, 3)), (MANY,)),
    Case("png colours", PICTURES, files(a__png=of.png(30000, 30000, 8, 2)), (MANY,)),
    Case("jpeg", PICTURES, files(a__jpg=of.wide_jpeg()), (MANY,)),
    Case("gif", PICTURES, files(a__gif=of.wide_gif()), (MANY,)),
    Case("tiff that repeats its bytes", PICTURES,
         files(a__tif=of.tags((tag, 2, 1000, 100) for tag in range(1000, 1060))), ("its tags promise",)),
    Case("tiff with a huge tag", PICTURES, files(a__tif=of.tags([(270, 2, (1 << 32) - 1, 8)])), ("its tags promise",)),
    Case("tiff whose pages go round", PICTURES, files(a__tif=of.going_round()), (), 1),
    Case("postscript named png", PICTURES, files(a__png=b"%!PS-Adobe-3.0 EPSF-3.0\n"), ("not a picture",)),
    Case("npz of zeros", ARRAYS, files(a__npz=of.npz(BYTES + (1 << 20))), (MEMORY,)),
    Case("nifti pair", VOLUMES, files(a__hdr=of.wide_nifti(), a__img=b"x"), ("wrong header",)),
    Case("nifti pair, sparse", VOLUMES, folders.sparse_pair, (MEMORY,)),
    Case("nifti whose size overflows", VOLUMES, files(a__nii=of.nifti((32767,) * 4, b"x")), ("wrong header",)),
    Case("gzip that goes on", VOLUMES, folders.slow_gzip, ("wrong header",)),
    Case("gzip whose trailer lies", VOLUMES, folders.lying_size, ("more is packed",)),
    Case("nrrd", VOLUMES, files(a__nrrd=of.nhdr("", "raw", "9999 9999 9999") + b"x"), (MEMORY,)),
    Case("hdf5 with huge chunks", STACKS, folders.hdf_chunk, (MEMORY,)),
    Case("hdf5 whose chunk goes on", ARRAYS, folders.hdf_stream, ("unpacks to more than",), 1),
    Case("matlab of zeros", ARRAYS, folders.matlab, (MEMORY,)),
    Case("dicom deflated", DICOM, files(a__dcm=of.dicom(64, bytes(BYTES + (1 << 20)), deflated=True)), (MEMORY,)),
    Case("dicom of many pixels", DICOM, files(a__dcm=of.dicom(60000, b"xx")), (MANY,)),
    Case("dicom of many frames", DICOM, files(a__dcm=of.dicom(64, b"xx", frames=2**31 - 1)), (MEMORY,)),
)  # fmt: skip
ELSEWHERE = (
    Case("mhd up", VOLUMES, elsewhere("a.mhd", of.mhd, "{here}/secret.raw"), (BESIDE,)),
    Case("mhd just above", VOLUMES, elsewhere("a.mhd", of.mhd, "../secret.raw"), (BESIDE,)),
    Case("mhd absolute", VOLUMES, elsewhere("a.mhd", of.mhd, "{outside}/secret.raw"), (BESIDE,)),
    Case("mhd list", VOLUMES, elsewhere("a.mhd", of.mhd, "LIST\n{outside}/secret.raw"), (BESIDE,)),
    Case("mhd pattern", VOLUMES, elsewhere("a.mhd", of.mhd, "s%d.raw 1 3 1"), (BESIDE,)),
    Case("nhdr up", VOLUMES, elsewhere("a.nhdr", of.nhdr, "../secret.raw"), (BESIDE,)),
    Case("nhdr absolute", VOLUMES, elsewhere("a.nhdr", of.nhdr, "{outside}/secret.raw"), (BESIDE,)),
    Case("hdf5 elsewhere", ARRAYS, folders.hdf_external, ("in another", "no array", "in another", "no array")),
    Case("wfdb elsewhere", SIGNALS, folders.wfdb, ("not a WFDB header", "not a WFDB header", MEMORY)),
    Case("links", DEEP, folders.links,
         ("leads out", "not there", "leads to itself", "leads out", "a folder", "a named pipe", "a socket", "not there",
          "leads out"), 3),
    Case("names", DEEP, folders.odd_names, ("not UTF-8",), 3),
    Case("masks that are not there", MASKED, folders.missing_masks, ("not there", "a folder", "leads out"), 1, LIVER),
    Case("cells that climb", LISTED, folders.cells_that_climb, ("leads out", "leads out"), 1, LIVER),
    Case("table that is a device", LISTED, folders.endless_table, ("leads out",), 0, LIVER),
)  # fmt: skip
TABLES = (
    tabled("t.csv.gz", gzip.compress(b"case,said\n" + b"a,b\n" * (BYTES // 3)), MEMORY),
    tabled("t.json", of.deep(100_000), "too deep", type="json"),
    tabled("u.json", b"[" + b"[]," * (1 << 18) + b"[]]", MEMORY),
    tabled("t.pkl", pickle.dumps([of.Runs()]), "no pickle that can be read"),
    tabled("u.pkl", of.laughs(), "hold each other", rows="rows"),
    tabled("v.pkl", of.hoard(), "not a list"),
    tabled("t.xlsx", of.workbook(FAR), MEMORY),
    tabled("u.xlsx", of.workbook(" " * (BYTES + 1)), MEMORY),
    tabled("t.parquet", of.repeated_parquet(), MEMORY),
    tabled("t.xml", b"<a>" + b"<b/>" * (1 << 17) + b"</a>", MEMORY),
)
ARCHIVES = (
    Case("zip of zeros", IN_ZIP, files(a__zip=of.zipped(BOMB)), ("times its",), 2),
    Case("zip methods", IN_ZIP, files(**METHODS), ("method 9 (Deflate64) is not supported", "encrypted"), 1),
    Case("zip names", IN_ZIP, files(a__zip=of.zipped(NAMES)), ("leads out of the archive", "archive inside"), 3),
    Case("zip twice", IN_ZIP, files(a__zip=of.doubled()), (), 1),
    Case("zip that is none", IN_ZIP, files(a__zip=b"PK\3\4" + bytes(100)), ("cannot be opened",)),
    Case("tar links", IN_TAR, files(a__tar=of.tarred(LINKS)), ("a link to what is not",) * 5, 3),
    Case("tar.gz of zeros", IN_GZ, files(a__tar__gz=of.tarred(BOMB, "w:gz")), ("nor is what lies behind",), 1),
    Case("tar.gz whose list is long", IN_GZ,
         files(a__tar__gz=gzip.compress(tarfile.TarInfo("x").tobuf() * 10_000)), ("members and more",)),
)  # fmt: skip
CASES = (*WIDE, *ELSEWHERE, *TABLES, *ARCHIVES)
