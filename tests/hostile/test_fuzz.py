"""Whatever happens to the bytes of a sound file, reading and decoding give records or say why not, and nothing else."""

import builtins
import gzip
import io
import os
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import nibabel
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.io import savemat

import catalog
from connectors import NotPartOf, Unreadable, open_dataset
from raw import budget
from schemas import Record, Region
from tests.connectors import small
from tests.hostile import bytes_of as of
from tests.hostile.cases import ARRAYS, DICOM, IN_GZ, IN_TAR, IN_ZIP, PICTURES, SIGNALS, VOLUMES, Layout
from transforms.media import decoders
from transforms.regions.resolve import resolution

BYTES = 1 << 24
ROOM = 8 * BYTES  # what Python may hold while it reads: a picture in colours, its copies, and the libraries' own


def picture(kind: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    grey = Image.fromarray((np.arange(48 * 40).reshape(40, 48) % 251).astype(np.uint8))
    grey.convert(mode).save(out, kind)
    return out.getvalue()


def with_file(write: Callable[[str], Any], suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/a{suffix}"
        write(path)
        return Path(path).read_bytes()


def hdf(path: str) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset(
            "a", data=np.arange(1600, dtype=np.uint16).reshape(40, 40), chunks=(8, 40), compression="gzip"
        )


def rows() -> bytes:
    out = io.BytesIO()
    cells = [{"bytes": of.sound(n), "path": f"{n}.png"} for n in range(3)]
    pq.write_table(pa.table({"image": cells, "said": ["a", "b", "c"]}), out)
    return out.getvalue()


def sheet() -> bytes:
    import xlsxwriter

    def write(path: str) -> None:
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            for n, row in enumerate((("case", "said"), ("a", "x"), ("b", "y"))):
                page.write_row(n, 0, row)

    return with_file(write, ".xlsx")


def stored() -> bytes:
    image = nibabel.Nifti1Image(np.arange(512, dtype=np.int16).reshape(8, 8, 8), np.diag([1, 1, 2, 1]))
    image.header.set_xyzt_units("mm")
    return bytes(image.to_bytes())


ROWS: Layout = ("rows", {"files": ["{name}.parquet"], "image": ["image"], "subject": "{row}"})
VIDEO: Layout = ("video", {"files": ["{case}.{kind:mp4|avi}"], "subject": "{case}"})
MASK = {"format": "masks", "file": "m/{case}.png", "encode": "values"}
DRAWN: Layout = ("pictures", {**PICTURES[1], "annotations": [MASK]})
PLAIN = {"file": "t", "key": "case", "match": "{case}", "tell": {"said": "said"}, "format": "table"}


def tabled(name: str) -> Layout:
    return "pictures", {**PICTURES[1], "annotations": [{**PLAIN, "file": name}]}


SOUND: dict[str, tuple[Layout, str, bytes]] = {
    "png": (PICTURES, "a.png", picture("PNG")),
    "png palette": (PICTURES, "a.png", picture("PNG", "P")),
    "jpeg": (PICTURES, "a.jpg", picture("JPEG")),
    "tiff": (PICTURES, "a.tif", picture("TIFF")),
    "gif": (PICTURES, "a.gif", picture("GIF", "P")),
    "bmp": (PICTURES, "a.bmp", picture("BMP")),
    "mask": (DRAWN, "m/a.png", of.sound()),
    "nifti": (VOLUMES, "a.nii", stored()),
    "nifti.gz": (VOLUMES, "a.nii.gz", gzip.compress(stored())),
    "nrrd": (VOLUMES, "a.nrrd", of.nhdr("", "raw") + of.volume(3)),
    "nrrd gz": (VOLUMES, "a.nrrd", of.nhdr("", "gzip") + gzip.compress(of.volume(3))),
    "mha": (VOLUMES, "a.mha", of.mhd("LOCAL") + of.volume(3)),
    "npz": (ARRAYS, "a.npz", of.npz(1 << 14)),
    "mat": (ARRAYS, "a.mat", with_file(lambda path: savemat(path, {"a": np.eye(40)}, do_compression=True), ".mat")),
    "hdf5": (ARRAYS, "a.h5", with_file(hdf, ".h5")),
    "dicom": (DICOM, "a.dcm", of.dicom(64, bytes(4096))),
    "dicom deflated": (DICOM, "a.dcm", of.dicom(64, bytes(4096), deflated=True)),
    "parquet": (ROWS, "a.parquet", rows()),
    "wfdb": (SIGNALS, "a.hea", b"a 2 100 1000\na.dat 16 200 16 0 0 0 0 I\na.dat 16 200 16 0 0 0 0 II\n# Age: 40\n"),
    "csv": (tabled("t.csv"), "t.csv", b'case,said\na,"one, two"\nb,"three"\n'),
    "json": (tabled("t.json"), "t.json", b'[{"case": "a", "said": [1, {"x": 2}]}, {"case": "b"}]'),
    "xml": (tabled("t.xml"), "t.xml", b"<r><e case='a'><said>x</said></e><e case='b'/></r>"),
    "xlsx": (tabled("t.xlsx"), "t.xlsx", sheet()),
    "zip": (IN_ZIP, "a.zip", of.zipped([("p/a.png", of.sound()), ("p/b.png", of.sound(2))])),
    "tar": (IN_TAR, "a.tar", of.tarred([("p/a.png", of.sound()), ("p/b.png", of.sound(2))])),
    "tar.gz": (IN_GZ, "a.tar.gz", of.tarred([("a.png", of.sound())], "w:gz")),
}
EXTREME = [b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\0\0\0\x80", b"9999", b"../."]


@st.composite
def harmed(draw: st.DrawFn, data: bytes) -> bytes:
    """A sound file with some bytes changed, its end cut off, or a number at its largest; mostly near its start, where
    headers are."""
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        near = draw(st.sampled_from([64, 512, len(out)]))
        at = draw(st.integers(0, max(0, min(near, len(out)) - 4)))
        how = draw(st.sampled_from(["flip", "number", "cut", "twice"]))
        if how == "flip" and out:
            out[at : at + 1] = bytes([draw(st.integers(0, 255))])
        elif how == "number":
            out[at : at + 4] = draw(st.sampled_from(EXTREME))
        elif how == "cut":
            del out[draw(st.integers(0, len(out))) :]
        else:
            out[at:at] = out[at : at + draw(st.integers(1, 600))]
    return bytes(out)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that Python opens."""
    seen: list[str] = []
    for module, name in ((builtins, "open"), (os, "open"), (io, "open")):
        plain = getattr(module, name)

        def watched(path: Any, *args: Any, plain: Any = plain, **how: Any) -> Any:
            seen.append(os.fspath(path) if isinstance(path, str | os.PathLike) else "")
            return plain(path, *args, **how)

        monkeypatch.setattr(module, name, watched)
    return seen


@pytest.mark.parametrize("name", SOUND)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_harmed_bytes_cost_their_own_record(
    name: str, choice: st.DataObject, tmp_path_factory: pytest.TempPathFactory, opened: list[str]
) -> None:
    layout, file, data = SOUND[name]
    root = tmp_path_factory.mktemp("fuzz")
    for beside, content in (("a.png", of.sound()), ("b.png", of.sound(2))):
        if layout[0] == "pictures" and file not in ("a.png", "a.zip", "a.tar", "a.tar.gz"):
            (root / beside).write_bytes(content)
    if layout is SIGNALS:
        (root / "a.dat").write_bytes(bytes(4000))
    if layout is DRAWN:
        (root / "m").mkdir()
        (root / "m" / "b.png").write_bytes(of.sound())
    (root / file).write_bytes(choice.draw(harmed(data)))
    os.environ[budget.MAX_BYTES], os.environ[budget.MAX_PIXELS] = str(BYTES), str(BYTES // 4)
    opened.clear()
    tracemalloc.start()
    try:
        everything(layout, root)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        del os.environ[budget.MAX_BYTES], os.environ[budget.MAX_PIXELS]
    assert peak < ROOM
    allowed = (str(root), tempfile.gettempdir(), "/proc", sys.prefix, sys.base_prefix, *filter(None, sys.path))
    assert not [path for path in opened if path.startswith("/") and not path.startswith(allowed)]


def everything(layout: Layout, root: Path) -> None:
    """Lists, reads and decodes a folder. Raises what is no refusal."""
    connector = open_dataset(small.card(*layout, {"1": "liver"}), catalog.labelspace())
    for item in list(connector.listing(root)):
        try:
            found = list(connector.read(root, item))
        except (Unreadable, NotPartOf):
            continue
        for record in (one for one in found if isinstance(one, Record)):
            try:
                if record.decoder != "text":
                    decoders.decode(root, record)
                resolution(root, record, [one for one in found if isinstance(one, Region) and one.record == record.key])
            except decoders.DecodeError:
                continue


@pytest.mark.parametrize("name", SOUND)
def test_what_is_not_harmed_is_read(name: str, tmp_path: Path) -> None:
    """Else the test above would try nothing."""
    layout, file, data = SOUND[name]
    if layout[0] == "pictures" and file not in ("a.png", "a.zip", "a.tar", "a.tar.gz"):
        (tmp_path / "a.png").write_bytes(of.sound())
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(data)
    (tmp_path / "a.dat").write_bytes(bytes(4000))
    records, _ = small.read(small.card(*layout, {"1": "liver"}), tmp_path)
    assert records
    for record in records:
        decoders.decode(tmp_path, record)
