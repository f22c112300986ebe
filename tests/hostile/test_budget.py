"""What is merely large is read under the limits as they are; what cannot be meant well is not, whatever it is in."""

import os
from pathlib import Path

import numpy as np
import pytest

from raw import budget, confine
from raw.refusal import Unreadable
from tests.connectors import small
from tests.hostile.bytes_of import nifti
from tests.hostile.cases import ARRAYS, VOLUMES


def test_a_large_ct_is_within_the_limits(tmp_path: Path) -> None:
    """1024 x 1024 x 1000 voxels of 16 bits; a sparse file, so that nothing of it is on the disk."""
    header = bytearray(nifti((1024, 1024, 1000), b""))
    header[70:74] = (4).to_bytes(2, "little") + (16).to_bytes(2, "little")  # datatype and bitpix: int16
    (tmp_path / "a.nii").write_bytes(header)
    os.truncate(tmp_path / "a.nii", 352 + 1024 * 1024 * 1000 * 2)
    records, _ = small.read(small.card(*VOLUMES), tmp_path)
    assert [record.geometry.shape for record in records] == [(1024, 1024, 1000)]


def test_a_large_array_of_which_rows_are_read_is_within_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(budget.MAX_BYTES, str(1 << 20))
    np.save(tmp_path / "a.npy", np.zeros((64, 256, 256), np.uint8))
    reader, options = ARRAYS
    records, _ = small.read(small.card(reader, {**options, "axes": "nyx", "images": None}), tmp_path)
    assert len(records) == 64


def test_a_sound_ratio_may_be_large_and_a_small_one_may_have_any_ratio() -> None:
    budget.unpacked("a", packed=1 << 33, need=1 << 36)
    budget.unpacked("a", packed=10, need=1 << 31)
    with pytest.raises(
        Unreadable, match="over the limit of 4,294,967,296 and over 100 times its 6,000,000 packed ones"
    ):
        budget.unpacked("a", packed=6_000_000, need=6 << 30)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real" / "in").mkdir(parents=True)
    (tmp_path / "real" / "in" / "a.txt").write_bytes(b"here")
    (tmp_path / "set").symlink_to("real")
    (tmp_path / "real" / "b.txt").symlink_to(tmp_path / "set" / "in" / "a.txt")
    for name in ("in/a.txt", "b.txt", "in/../in/a.txt"):
        with confine.opened(tmp_path / "set", name) as file:
            assert file.read() == b"here"


@pytest.mark.parametrize("name", ["../x.txt", "in/../../x.txt", "/etc/passwd", "in/../..", "..", "in/up/x.txt"])
def test_no_path_leads_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "set" / "in").mkdir(parents=True)
    (tmp_path / "x.txt").write_bytes(b"secret")
    (tmp_path / "set" / "in" / "up").symlink_to("../..")
    with pytest.raises(Unreadable, match="leads out"):
        confine.opened(tmp_path / "set", name)
    assert confine.there(tmp_path / "set", name), "nor is it taken for what the source left out"


def test_what_was_fetched_since_is_read(tmp_path: Path) -> None:
    (tmp_path / "m").symlink_to("objects")
    with pytest.raises(Unreadable, match="content is not there"):
        confine.opened(tmp_path, "m/a.txt")
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "a.txt").write_bytes(b"here")
    assert confine.opened(tmp_path, "m/a.txt").read() == b"here"
