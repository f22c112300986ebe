"""What only pixels tell: copies written anew, misplaced organs, blank slices, noise, specks, and what libraries say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import pytest
from scipy import ndimage
from skimage import data

import catalog
from connectors import open_dataset
from pipelines.auditing import Audit, audit
from tests.connectors import small

SHAPE = (96, 80, 48)  # 4 mm cells: a trunk
AFFINE = np.diag([-4.0, -4.0, 4.0, 1.0])
LABELS = {"1": "liver", "2": "spleen", "3": "left_lung"}
ORGANS = {1: ((30, 40, 14), (14, 16, 9), 60), 2: ((66, 44, 12), (8, 9, 8), 110), 3: ((64, 38, 32), (12, 16, 12), -850)}
Volumes = tuple[np.ndarray, np.ndarray]


def phantom() -> Volumes:
    """A trunk of fat with three organs of their own HU, and their map."""
    rng = np.random.default_rng(3)
    i, j, k = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    trunk = ((i - 48) / 40) ** 2 + ((j - 40) / 30) ** 2 + 0 * k < 1
    values = np.where(trunk, -80, -1000).astype(np.float32)
    mask = np.zeros(SHAPE, np.uint8)
    for value, ((a, b, c), (x, y, z), hu) in ORGANS.items():
        inside = ((i - a) / x) ** 2 + ((j - b) / y) ** 2 + ((k - c) / z) ** 2 < 1
        values[inside], mask[inside] = hu, value
    return (values + rng.normal(0, 15, SHAPE)).astype(np.int16), mask


def run(root: Path, reader: str, files: str, labels: dict[str, str | None], **options: Any) -> Audit:
    own = {"files": [files], "subject": "{case}", **options}
    return audit(open_dataset(small.card(reader, own, labels), catalog.labelspace()), root)


def volumes(root: Path, pair: Volumes) -> Audit:
    for folder, array in zip(("img", "m"), pair, strict=True):
        (root / folder).mkdir()
        image = nibabel.Nifti1Image(array, AFFINE)
        image.header.set_xyzt_units("mm")
        nibabel.save(image, root / folder / "0.nii.gz")
    masks = {"format": "masks", "file": "m/{case}.nii.gz", "missing": "refuse"}
    return run(root, "volumes", "img/{case}.nii.gz", dict(LABELS), unit="HU", annotations=[masks])


def flipped(values: np.ndarray, mask: np.ndarray) -> Volumes:
    return values, mask[:, :, ::-1]


def shifted(values: np.ndarray, mask: np.ndarray) -> Volumes:
    return values, np.roll(mask, 5, axis=1)


def emptied(values: np.ndarray, mask: np.ndarray) -> Volumes:
    values[..., 20:22] = -1000
    return values, mask


def noisy(values: np.ndarray, mask: np.ndarray) -> Volumes:
    return np.random.default_rng(0).normal(0, 300, SHAPE).astype(np.int16), np.zeros_like(mask)


def speckled(values: np.ndarray, mask: np.ndarray) -> Volumes:
    mask[70, 40, 40] = mask[30, 30, 44] = 1
    return values, mask


@pytest.mark.parametrize(
    ("plant", "check", "severity", "words"),
    [
        (flipped, "placement", "error", "the mask fits the picture much better turned over along k"),
        (shifted, "placement", "error", "much better moved by about (0, -20, 0) mm along (i, j, k)"),
        (emptied, "blank", "error", "2 of its 48 slices have one value and lie between others (k = 20, 21)"),
        (noisy, "noise", "error", "its pixels are noise alone"),
        (speckled, "stray", "warning", "is one piece and 2 specks far from it, at (30, 30, 44); (70, 40, 40)"),
    ],
)
def test_each_planted_fault_of_a_volume(
    tmp_path: Path, plant: Callable[..., Volumes], check: str, severity: str, words: str
) -> None:
    found = volumes(tmp_path, plant(*phantom()))
    (one,) = (one for one in found.findings if one.check == check)
    assert one.severity == severity
    assert words in one.text
    assert one.paths[0] == "img/0.nii.gz"


def test_a_sound_volume_and_its_padding_are_passed_in_silence(tmp_path: Path) -> None:
    values, mask = phantom()
    values[..., :3] = values[..., -4:] = -1000
    mask[..., :3] = mask[..., -4:] = 0
    assert volumes(tmp_path, (values, mask)).findings == ()


def pictures(root: Path, **named: np.ndarray) -> Audit:
    for name, array in named.items():
        cv2.imwrite(str(root / name.replace("_", ".")), array)
    return run(root, "pictures", "{case}.{kind}", {})


def tiles() -> list[np.ndarray]:
    """Fields of one real slide: alike to the eye, not the same."""
    slide = data.immunohistochemistry()
    return [slide[i : i + 160, j : j + 160] for i in (0, 170, 340) for j in (0, 170, 340)]


@pytest.mark.parametrize(
    "anew",
    [
        lambda one: cv2.resize(one, (100, 100), interpolation=cv2.INTER_AREA),
        lambda one: one[:, ::-1],
        lambda one: one[::-1],
        lambda one: np.rot90(one),
        lambda one: cv2.resize(one[:, ::-1], (224, 224)),
    ],
)
def test_a_picture_written_anew_is_a_copy(tmp_path: Path, anew: Callable[[np.ndarray], np.ndarray]) -> None:
    fields = {f"f{n}_png": tile for n, tile in enumerate(tiles())}
    (one,) = pictures(tmp_path, **fields, x_jpg=anew(fields["f4_png"])).findings
    assert (one.check, one.severity, one.paths) == ("copies", "warning", ("f4.png", "x.jpg"))
    assert one.text == "one picture, written anew, is 2 records, under 2 subjects"


def test_pictures_that_share_a_frame_are_no_copies(tmp_path: Path) -> None:
    """One device shows everything within the same circle."""
    circle = cv2.circle(np.zeros((160, 160, 1), np.uint8), (80, 80), 74, 1, -1)
    framed = {f"f{n}_png": (90 + cv2.GaussianBlur(tile, (0, 0), 4) // 4) * circle for n, tile in enumerate(tiles())}
    assert pictures(tmp_path, **framed).findings == ()


def test_pictures_of_one_subject_are_no_copies(tmp_path: Path) -> None:
    tile = tiles()[0]
    for name, array in (("a_1.png", tile), ("a_2.png", tile[:, ::-1])):
        cv2.imwrite(str(tmp_path / name), array)
    assert run(tmp_path, "pictures", "{case}_{n}.png", {}).findings == ()


def test_smooth_noise_is_no_noise(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(0, 1, (128, 128))
    smooth = ndimage.gaussian_filter(values, 2)
    found = pictures(tmp_path, a_png=128 + 30 * values, b_png=128 + 300 * smooth)
    assert [(one.check, one.paths) for one in found.findings] == [("noise", ("a.png",))]


def test_what_a_library_complains_of_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a picture that can be read, and of one that cannot."""
    import warnings

    from connectors import Connector

    read = Connector.read

    def complaining(self: Connector, root: Path, item: Any) -> Any:
        warnings.warn_explicit("odd padding", UserWarning, "/x/site-packages/pydicom/a.py", 1, module="pydicom.a")
        yield from read(self, root, item)

    monkeypatch.setattr(Connector, "read", complaining)
    (tmp_path / "b.png").write_bytes(b"no picture")
    found = pictures(tmp_path, a_png=tiles()[0])
    notes = [(one.check, one.text) for one in found.findings if one.severity == "note"]
    assert notes == [("reading", "a.png: pydicom: odd padding"), ("reading", "b.png: pydicom: odd padding")]
    assert (found.records, found.refused, found.errors) == (1, 1, 1)
