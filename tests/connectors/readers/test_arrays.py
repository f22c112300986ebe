"""Images in containers, written by NumPy, h5py and SciPy; what is read back must be the array that was put in."""

import io
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from connectors import LayoutError
from schemas import DatasetCard, Record
from tests.connectors import small
from transforms.media.decoders import DecodeError, decode

RNG = np.random.default_rng(3)
TRAIN = RNG.integers(0, 255, (5, 7, 9, 3), dtype=np.uint8)
TEST = RNG.integers(0, 255, (3, 7, 9, 3), dtype=np.uint8)
PICTURE = RNG.integers(-99, 99, (6, 8)).astype(np.int16)


def card(*files: str, **options: Any) -> DatasetCard:
    return small.card("arrays", {"files": list(files), **options})


def read(root: Path, *files: str, **options: Any) -> list[Record]:
    return small.read(card(*files, **options), root)[0]


def refusal(root: Path, *files: str, **options: Any) -> str:
    (reason,) = small.refused(card(*files, **options), root)
    return reason


def mat73(path: Path, content: dict[str, np.ndarray]) -> None:
    """As MATLAB writes it: HDF5 behind 512 bytes, axes the other way round."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array in content.items():
            file[name] = np.asarray(array).T
        file["#refs#/a"] = np.zeros((2, 2))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("inside", [False, True])
def test_rows_of_npz(tmp_path: Path, packed: bool, inside: bool) -> None:
    buffer = io.BytesIO()
    arrays = {"test_images": TEST, "train_images": TRAIN, "train_labels": np.zeros((5, 1))}
    (np.savez_compressed if packed else np.savez)(buffer, **arrays)
    if inside:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("m.npz", buffer.getvalue())
    else:
        (tmp_path / "m.npz").write_bytes(buffer.getvalue())
    file = "a.zip/{set}.npz" if inside else "{set}.npz"
    records = read(
        tmp_path, file, images="{split}_images", axes="nyxc", split={"by": "{split}"}, keep=["row"],
    )  # fmt: skip
    assert [(r.split, r.meta["row"]) for r in records] == [
        *(("test", str(n)) for n in range(3)), *(("train", str(n)) for n in range(5)),
    ]  # fmt: skip
    assert len({r.key for r in records}) == len({r.subject for r in records}) == 8
    assert {(r.kind, r.geometry.shape, r.sources[0].sha256) for r in records} == {
        ("image", (7, 9), records[0].sources[0].sha256)
    }
    for record in records[::-1]:
        whole = TEST if record.split == "test" else TRAIN
        assert np.array_equal(decode(tmp_path, record).array, whole[int(record.meta["row"])])


def test_npz_in_fortran_order(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.asfortranarray(TRAIN[..., 0]))
    records = read(tmp_path, "a.npz", axes="nyx")
    assert [np.array_equal(decode(tmp_path, r).array, TRAIN[n, ..., 0]) for n, r in enumerate(records)] == [True] * 5


@pytest.mark.parametrize("axes", ["nyx", "yxn", "ynx", "xyn"])
@pytest.mark.parametrize("suffix", ["npy", "h5", "v5.mat", "v73.mat"])
def test_axes_wherever_they_are(tmp_path: Path, suffix: str, axes: str) -> None:
    rows = TRAIN[..., 1]
    stored = rows.transpose(["nyx".index(axis) for axis in axes])
    path = tmp_path / f"a.{suffix}"
    if suffix == "npy":
        np.save(path, stored)
    elif suffix == "h5":
        with h5py.File(path, "w") as file:
            file["x"] = stored
    elif suffix == "v5.mat":
        savemat(path, {"x": stored})
    else:
        mat73(path, {"x": stored})
    records = read(tmp_path, f"*.{suffix.rsplit('.', 1)[-1]}", axes=axes)
    assert [r.geometry.shape for r in records] == [(7, 9)] * 5
    for n, record in enumerate(records):
        assert np.array_equal(decode(tmp_path, record).array, rows[n])


@pytest.mark.parametrize("suffix", ["v5.mat", "v73.mat", "h5"])
def test_an_image_in_a_struct(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"p1.{suffix}"
    if suffix == "v5.mat":
        savemat(path, {"cjdata": {"image": PICTURE, "PID": "p7"}}, do_compression=True)
    elif suffix == "v73.mat":
        mat73(path, {"cjdata/image": PICTURE, "cjdata/PID": np.array([[ord(c) for c in "p7"]], np.uint16)})
    else:
        with h5py.File(path, "w") as file:
            file["cjdata/image"] = PICTURE
    (record,) = read(tmp_path, "{case}.*", images="cjdata/image", axes="yx", spacing={"x": 0.5, "y": 0.7})
    assert np.array_equal(decode(tmp_path, record).array, PICTURE)
    assert (record.geometry.spacing_mm, record.sources[0].select) == ((0.7, 0.5), "cjdata/image@yx")
    assert record.subject == f"small/p1{'.' + suffix[:-4] if suffix != 'h5' else ''}"


def test_a_group_each_in_hdf5(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "all.h5", "w") as file:
        for n in (2, 1):
            file.create_dataset(f"patient{n}/scan", data=PICTURE + n, chunks=True, compression="gzip")
    records = read(tmp_path, "all.h5", images="{patient}/scan", axes="yx", subject="{patient}")
    assert [r.subject for r in records] == ["small/patient1", "small/patient2"]
    assert np.array_equal(decode(tmp_path, records[1]).array, PICTURE + 2)


def test_volume_with_the_place_that_the_card_tells(tmp_path: Path) -> None:
    array = RNG.integers(0, 9, (3, 4, 5)).astype(np.int16)
    np.save(tmp_path / "v.npy", array)
    spacing = {"x": 0.5, "y": 0.75, "z": 2.0}
    (record,) = read(tmp_path, "v.npy", axes="zyx", spacing=spacing, orientation="LPI")
    assert (record.kind, record.geometry.shape, record.geometry.spacing_mm) == ("volume", (5, 4, 3), (0.5, 0.75, 2))
    assert (record.geometry.orientation, np.diag(record.geometry.affine).tolist()) == ("LPI", [0.5, 0.75, -2, 1])
    assert np.array_equal(decode(tmp_path, record).array, array.T)
    (bare,) = read(tmp_path, "v.npy", axes="zyx")
    assert (bare.geometry.spacing_mm, bare.geometry.affine) == (None, None)


def test_a_clip(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", TRAIN)
    (record,) = read(tmp_path, "v.npy", axes="tyxc")
    assert (record.kind, record.geometry.shape) == ("clip", (5, 7, 9))
    assert np.array_equal(decode(tmp_path, record).array, TRAIN)


def test_channels_that_are_no_colours(tmp_path: Path) -> None:
    slices = RNG.normal(size=(6, 8, 4)).astype(np.float32)
    with h5py.File(tmp_path / "s.h5", "w") as file:
        file["image"] = slices
    assert "has 4 channels, no colours" in refusal(tmp_path, "s.h5", images="image", axes="yxc")
    channels = {"0": {"sequence": "T1"}, "3": {"sequence": "FLAIR"}}
    records = read(tmp_path, "s.h5", images="image", axes="yxc", channels=channels, keep=["sequence"], subject="{stem}")
    assert [r.meta["sequence"] for r in records] == ["T1", "FLAIR"]
    assert np.array_equal(decode(tmp_path, records[1]).array, slices[..., 3])
    assert "no channel 4" in refusal(tmp_path, "s.h5", images="image", axes="yxc", channels={"4": {}})


@pytest.mark.parametrize("suffix", ["npy", "h5"])
def test_colours_among_other_channels(tmp_path: Path, suffix: str) -> None:
    whole = RNG.integers(0, 255, (2, 6, 8, 5), dtype=np.uint8)
    if suffix == "npy":
        np.save(tmp_path / "a.npy", whole)
    else:
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file["image"] = whole
    records = read(tmp_path, f"a.{suffix}", axes="nyxc", colours=1)
    assert [r.geometry.shape for r in records] == [(6, 8), (6, 8)]
    assert np.array_equal(decode(tmp_path, records[1]).array, whole[1, ..., 1:4])
    assert "5 channels" in refusal(tmp_path, f"a.{suffix}", axes="nyxc", colours=3)


def test_grey_images_with_an_axis_of_one_colour(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", TRAIN[..., :1])
    records = read(tmp_path, "v.npy", axes="nyxc")
    assert np.array_equal(decode(tmp_path, records[4]).array, TRAIN[4, ..., 0])


def test_arrays_that_do_not_fit(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", one=PICTURE, two=TRAIN, three=np.zeros((2, 2), complex))
    assert "no array fits" in refusal(tmp_path, "a.npz", images="x{n}", axes="yx")
    assert "is no 'yx'" in refusal(tmp_path, "a.npz", images="t{n}", axes="yx")
    assert "complex128" in refusal(tmp_path, "a.npz", images="three", axes="yx")
    assert "holds no single array" in refusal(tmp_path, "a.npz", axes="yx")
    assert len(read(tmp_path, "a.npz", images="{n}", axes="yx", shapes="skip")) == 1
    with pytest.raises(LayoutError, match="axes 'yy'"):
        read(tmp_path, "a.npz", axes="yy")


def test_axes_that_differ_from_array_to_array(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=TRAIN, b=TRAIN[..., 0], c=np.zeros((2, 5, 6, 7)))
    axes: Any = {"axes": "nyx", "or_axes": ["nyxc", "nzyx"]}
    shapes = [r.geometry.shape for r in read(tmp_path, "a.npz", images="{name}", **axes)]
    assert shapes == [(7, 9)] * 10 + [(7, 6, 5)] * 2
    with pytest.raises(LayoutError, match="axes 'yy'"):
        read(tmp_path, "a.npz", axes="nyx", or_axes=["yy"])


@pytest.mark.parametrize("name", ["a.npz", "a.npy", "a.h5", "v5.mat", "v73.mat"])
def test_cut_files_are_refused(tmp_path: Path, name: str) -> None:
    array = RNG.normal(size=(200, 60, 8))
    path = tmp_path / name
    if name == "a.npz":
        np.savez(path, x=array)
    elif name == "a.npy":
        np.save(path, array)
    elif name == "v5.mat":
        savemat(path, {"x": array, "y": {"image": array}})
    elif name == "v73.mat":
        mat73(path, {"x": array})
    else:
        with h5py.File(path, "w") as file:
            file["x"] = array
    data = path.read_bytes()
    for broken in (data[: len(data) // 2], data[:90], b""):
        path.write_bytes(broken)
        assert name in refusal(tmp_path, name, images="x" if name != "a.npy" else None, axes="nyx")


def test_pickles_are_not_opened(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[{}, 1]], object), allow_pickle=True)
    assert "object" in refusal(tmp_path, "a.npy", axes="yx")


def test_a_row_that_went_away_is_a_decode_error(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", TRAIN)
    record = read(tmp_path, "v.npy", axes="nyxc")[4]
    np.save(tmp_path / "v.npy", TRAIN[:2])
    with pytest.raises(DecodeError, match=r"index 4 is outside 0\.\.1"):
        decode(tmp_path, record)


def test_reading_a_row_does_not_read_the_others(tmp_path: Path) -> None:
    """Rows that take 200 MB together, of a file with a hole in it: one is read in a few MB."""
    import tracemalloc

    rows = np.lib.format.open_memmap(tmp_path / "v.npy", "w+", np.uint8, (200, 1000, 1000))
    rows[7, 3, 4] = 9
    rows.flush()
    record = read(tmp_path, "v.npy", axes="nyx")[7]
    tracemalloc.start()
    array = decode(tmp_path, record).array
    assert (int(array[3, 4]), int(array.sum())) == (9, 9)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
