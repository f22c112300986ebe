"""Folders that mean harm: files that name others elsewhere, links, pipes, odd names. `outside` lies beside the data
set, and no pixel of SECRET may come from there."""

import gzip
import os
import socket
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
from scipy.io import savemat

from tests.hostile.bytes_of import nhdr, nifti, sound, volume, wide_nifti

BYTES, PIXELS = 1 << 23, 1 << 20  # the limits that the cases are read under
SECRET = 77  # the value of every pixel that lies outside


def files(**named: bytes) -> Callable[[Path, Path], None]:
    """Writes these files; two underscores stand for a dot, three for a slash."""

    def make(root: Path, outside: Path) -> None:
        for name, data in named.items():
            path = root / name.replace("___", "/").replace("__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    return make


def elsewhere(name: str, header: Callable[[str], bytes], said: str) -> Callable[[Path, Path], None]:
    """A header whose data lie outside, with a decoy of that name beside it."""

    def make(root: Path, outside: Path) -> None:
        (outside / "secret.raw").write_bytes(volume(SECRET))
        (root / "secret.raw").write_bytes(volume(1))
        (root / name).write_bytes(header(said.format(outside=outside, here=os.path.relpath(outside, root))))

    return make


def sparse_pair(root: Path, outside: Path) -> None:
    """A file as large as its header says, of which nothing is on the disk."""
    (root / "a.hdr").write_bytes(wide_nifti())
    with (root / "a.img").open("wb") as file:
        file.truncate(1817**3)


def hdf_external(root: Path, outside: Path) -> None:
    (outside / "secret.raw").write_bytes(volume(SECRET))
    with h5py.File(root / "a.h5", "w") as hdf:
        hdf.create_dataset("a", (64, 64), "u1", external=[(str(outside / "secret.raw"), 0, 4096)])
    with h5py.File(outside / "secret.h5", "w") as hdf:
        hdf["a"] = np.full((64, 64), SECRET, np.uint8)
    with h5py.File(root / "b.h5", "w") as hdf:
        hdf["a"] = h5py.ExternalLink(str(outside / "secret.h5"), "a")
    with h5py.File(root / "c.h5", "w") as hdf:
        layout = h5py.VirtualLayout((64, 64), "u1")
        layout[:] = h5py.VirtualSource(str(outside / "secret.h5"), "a", (64, 64))
        hdf.create_virtual_dataset("a", layout)
    with h5py.File(root / "d.h5", "w") as hdf:
        hdf["other"] = h5py.ExternalLink(str(outside / "secret.h5"), "/")
        hdf["a"] = h5py.SoftLink("/other/a")


def hdf_chunk(root: Path, outside: Path) -> None:
    with h5py.File(root / "a.h5", "w") as hdf:
        hdf.create_dataset(
            "a", (1, 64, 64), "u1", chunks=(1 << 16, 64, 64), maxshape=(None, 64, 64), compression="gzip"
        )


def hdf_stream(root: Path, outside: Path) -> None:
    """a: a chunk of 4 KiB whose stream does not end there. b: a sound one, as large when packed."""
    with h5py.File(root / "a.h5", "w") as hdf:
        array = hdf.create_dataset("a", (64, 64), "u1", chunks=(64, 64), compression="gzip")
        array.id.write_direct_chunk((0, 0), zlib.compress(bytes(2 * BYTES), 9))
    noise = np.random.default_rng(1).integers(SECRET + 1, 256, (256, 256), np.uint8)
    with h5py.File(root / "b.h5", "w") as hdf:
        hdf.create_dataset("a", data=noise, chunks=(256, 256), compression="gzip")


def matlab(root: Path, outside: Path) -> None:
    savemat(root / "a.mat", {"a": np.zeros((5000, 2000), np.uint8)}, do_compression=True)


def wfdb(root: Path, outside: Path) -> None:
    (outside / "secret.dat").write_bytes(volume(SECRET))
    here = os.path.relpath(outside, root)
    (root / "a.hea").write_text(f"a 1 100 1000\n{here}/secret.dat 16 200 16 0 0 0 0 I\n")
    (root / "b.hea").write_text(f"b 1 100 1000\n{outside}/secret.dat 16 200 16 0 0 0 0 I\n")
    (root / "c.hea").write_text("c 2 100 900000000\nc.dat 516 200 16 0 0 0 0 I\nc.dat 516 200 16 0 0 0 0 II\n")
    (root / "c.dat").write_bytes(b"fLaC")


def links(root: Path, outside: Path) -> None:
    """a is read, by its own name and by links within the folder; the others are refused each."""
    (outside / "secret.png").write_bytes(sound(SECRET))
    (root / "in").mkdir()
    (root / "in" / "a.png").write_bytes(sound())
    (root / "b.png").symlink_to("in/a.png")
    (root / "c.png").symlink_to(outside / "secret.png")
    (root / "d.png").symlink_to("gone.png")
    (root / "e.png").symlink_to("e.png")
    (root / "f.png").symlink_to("/dev/zero")
    (root / "g.png").mkdir()
    os.mkfifo(root / "h.png")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(root / "i.png"))
    (root / "in" / "up").symlink_to("..")
    (root / "in" / "in").symlink_to("../in")
    (root / "out").symlink_to(outside)
    (root / "lost").symlink_to("nowhere")
    (root / "same").symlink_to("in")


def odd_names(root: Path, outside: Path) -> None:
    (root / "a.png").write_bytes(sound())
    (root / os.fsdecode(b"b\xff.png")).write_bytes(sound(2))
    (root / "new\nline.png").write_bytes(sound(3))
    (root / "[bold].png").write_bytes(sound(4))


def missing_masks(root: Path, outside: Path) -> None:
    """a: the mask's content is not fetched. b: its mask is a folder. c: it leads out. d: the source left it out."""
    for name in "abcd":
        (root / f"{name}.png").write_bytes(sound())
    (root / "m").mkdir()
    (root / "m" / "a.png").symlink_to("../.git/annex/objects/xx")
    (root / "m" / "b.png").mkdir()
    (outside / "c.png").write_bytes(sound(SECRET))
    (root / "m" / "c.png").symlink_to(outside / "c.png")


def cells_that_climb(root: Path, outside: Path) -> None:
    (outside / "m.png").write_bytes(sound(SECRET))
    here = os.path.relpath(outside, root)
    for name in "abc":
        (root / f"{name}.png").write_bytes(sound())
    (root / "t.csv").write_text(f"case,mask\na,{here}/m.png\nb,{outside}/m.png\nc,c.png\n")


def slow_gzip(root: Path, outside: Path) -> None:
    (root / "a.nii.gz").write_bytes(gzip.compress(nifti((16, 16, 16), bytes(2 * BYTES))))


def lying_size(root: Path, outside: Path) -> None:
    """16 MiB behind a trailer that says 352 + 4096: checked and refused when it is decoded, at the latest."""
    packed = bytearray(gzip.compress(bytes(2 * BYTES)))
    packed[-4:] = struct.pack("<I", 4096)
    (root / "a.nrrd").write_bytes(nhdr("", "gzip") + bytes(packed))


def endless_table(root: Path, outside: Path) -> None:
    (root / "a.png").write_bytes(sound())
    (root / "t.csv").symlink_to("/dev/zero")
