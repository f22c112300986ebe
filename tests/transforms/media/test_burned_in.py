"""Burned-in text is found and blanked; anatomy stays. Every name drawn here is plainly synthetic."""

import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import catalog
from connectors import open_dataset
from connectors.base import NotPartOf, Unreadable
from schemas import Concept, Geometry, Record, SourceFile
from transforms.media import writing
from transforms.media.burned_in import cleared, may_carry_text
from transforms.media.decoders import decode
from transforms.media.pixels import Pixels
from transforms.media.writing import blank, find, read

RAW = Path(__file__).parents[3] / "data/raw"
LINES = [("SAMPLE PATIENT 0000", (12, 24)), ("DOB 01/02/1903", (420, 24)), ("SAMPLE HOSPITAL", (12, 460)),
         ("LEFT SAMPLE", (260, 300))]  # fmt: skip
Image = NDArray[np.uint8]


def sector(seed: int, height: int = 480, width: int = 640) -> Image:
    """A fan of smoothed noise on black, as an ultrasound shows."""
    noise = cv2.GaussianBlur(np.random.default_rng(seed).random((height, width)), (0, 0), 1.5)
    noise = 30 + 150 * (noise - noise.min()) / np.ptp(noise)
    fan = np.zeros((height, width), np.uint8)
    cv2.ellipse(fan, (width // 2, 40), (int(0.8 * height), int(0.8 * height)), 90, -40, 40, 1, -1)
    return (noise * fan).astype(np.uint8)


def ink(shape: tuple[int, ...], lines: list[tuple[str, tuple[int, int]]] = LINES) -> NDArray[np.bool_]:
    drawn = np.zeros(shape[:2], np.uint8)
    for text, origin in lines:
        cv2.putText(drawn, text, origin, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 2)
    return drawn > 0


def write(image: Image, mask: NDArray[np.bool_]) -> Image:
    """The text in white with the dark outline that scanners draw over tissue."""
    out = image.copy()
    out[cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = 0
    out[mask] = 255
    return out


def covered(boxes: list[writing.Box], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    out = np.zeros(shape[:2], bool)
    for x0, y0, x1, y1 in boxes:
        out[y0:y1, x0:x1] = True
    return out


def readable(image: Image) -> list[str]:
    """What names somebody: three letters or digits and more, read with confidence."""
    return [text for _, text, score in read(image) if score > 0.5 and sum(map(str.isalnum, text)) >= 3]


def record(kind: str = "image", decoder: str = "dicom", shape: tuple[int, ...] = (480, 640)) -> Record:
    return Record(
        key="r", dataset="toy", kind=kind, decoder=decoder, geometry=Geometry(shape=shape),  # type: ignore[arg-type]
        subject="toy/s", sources=(SourceFile(uri="a.dcm", sha256="0" * 64, bytes=1),),
        modality=Concept(system="DCM", code="US", label="ultrasound"),
    )  # fmt: skip


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("size", [(480, 640), (768, 1024)])
def test_boxes_cover_the_ink_and_nothing_is_left_to_read(size: tuple[int, int], colour: bool) -> None:
    mask = ink(size)
    image = write(sector(1, *size), mask)
    image = np.repeat(image[..., None], 3, axis=2) if colour else image
    assert any("SAMPLE" in text for text in readable(image))  # the oracle reads it before
    boxes = find(image)
    assert covered(boxes, image.shape)[mask].mean() >= 0.99
    assert covered(boxes, image.shape).mean() < 0.1
    assert readable(blank(image, boxes)) == []
    assert boxes == find(image.copy())
    assert all(0 <= x0 < x1 <= size[1] and 0 <= y0 < y1 <= size[0] for x0, y0, x1, y1 in boxes)


def test_a_line_along_the_side_is_found() -> None:
    mask = np.rot90(ink((640, 480), [("SAMPLE PATIENT 0000", (200, 30))]))
    image = write(sector(2), mask)
    assert covered(find(image), image.shape)[mask].mean() >= 0.99


@pytest.mark.parametrize("seed", range(3))
def test_pictures_without_text_keep_their_anatomy(seed: int) -> None:
    assert covered(find(sector(seed)), (480, 640)).mean() < 0.002


def test_a_big_letter_is_not_taken_for_text() -> None:
    """The ventricles of a head CT look like a U, and blanking them would remove what the picture is about."""
    head = np.zeros((456, 510), np.uint8)
    cv2.ellipse(head, (255, 228), (180, 210), 0, 0, 360, 110, -1)
    cv2.putText(head, "U", (185, 310), cv2.FONT_HERSHEY_SIMPLEX, 7, 30, 25)
    assert find(head) == []


def test_thin_and_small_pictures_are_searched_too() -> None:
    for shape in ((40, 4000), (4000, 40), (32, 32)):
        assert find(np.zeros(shape, np.uint8)) == []
    mask = ink((48, 700), [("SAMPLE PATIENT 0000", (12, 30))])
    image = write(np.zeros((48, 700), np.uint8), mask)
    assert covered(find(image), image.shape)[mask].mean() >= 0.99


def test_a_clip_loses_its_text_in_every_frame_over_moving_tissue() -> None:
    mask = ink((480, 640))
    clip = np.stack([write(sector(seed), mask) for seed in range(5)])
    late = ink((480, 640), [("SAMPLE NAME", (470, 460))])
    clip[3] = write(clip[3], late)  # a text that only one frame shows
    pixels, boxes = cleared(record("clip", shape=clip.shape), Pixels(clip, Geometry(shape=clip.shape)))
    area = covered(list(boxes), (480, 640))
    assert area[mask].mean() >= 0.99
    assert area[late].mean() >= 0.99
    assert [readable(frame) for frame in pixels.array] == [[]] * 5  # type: ignore[arg-type]
    assert np.array_equal(pixels.array[:, ~area], clip[:, ~area])
    assert not pixels.array[:, area].any()


def test_sixteen_bit_pictures_are_searched_and_filled_with_their_black() -> None:
    mask = ink((480, 640))
    image = write(sector(4), mask).astype(np.int16) * 8 - 1000
    pixels, boxes = cleared(record(), Pixels(image, Geometry(shape=(480, 640))))
    assert pixels.array.dtype == np.int16
    assert (pixels.array[mask] == -1000).mean() >= 0.99
    assert boxes


KINDS = ("image", "clip", "volume", "signal", "document")


def test_what_may_carry_text() -> None:
    """Pictures and clips of any format, and volumes that lie in no patient or whose header says so."""
    for decoder in ("dicom", "raster", "video", "array", "cell", "frames", "nifti"):
        assert [may_carry_text(record(kind, decoder)) for kind in KINDS] == [True, True, True, False, False]
    assert not may_carry_text(record(decoder="slide"))
    stained = record().model_copy(update={"modality": catalog.labelspace().get("fm").concept})
    assert not may_carry_text(stained)
    assert may_carry_text(stained.model_copy(update={"meta": {"burned_in_annotation": "YES"}}))
    placed = Geometry(shape=(4, 5, 6), affine=tuple(map(tuple, np.eye(4).tolist())))  # type: ignore[arg-type]
    scanned = record("volume").model_copy(update={"geometry": placed})
    assert not may_carry_text(scanned)
    assert may_carry_text(scanned.model_copy(update={"meta": {"burned_in_annotation": "YES"}}))


def test_a_name_is_blanked_in_what_is_no_dicom() -> None:
    mask = ink((300, 400), [("SAMPLE PATIENT", (12, 24))])
    array = write(sector(5, 300, 400), mask)
    pixels, boxes = cleared(record(decoder="raster", shape=(300, 400)), Pixels(array, Geometry(shape=(300, 400))))
    assert covered(list(boxes), array.shape)[mask].mean() >= 0.99
    assert not pixels.array[mask].any()


def test_a_stack_of_pictures_is_cleared_on_every_slice() -> None:
    """A volume's first axis is the column."""
    mask = ink((200, 260), [("SAMPLE NAME", (20, 40))])
    slices = np.stack([write(sector(seed, 200, 260), mask if seed == 2 else mask & False) for seed in range(3)])
    shape = slices.T.shape
    pixels, boxes = cleared(record("volume", "array", shape), Pixels(slices.T, Geometry(shape=shape)))
    assert covered(list(boxes), (200, 260))[mask].mean() >= 0.99
    assert not pixels.array.T[2][mask].any()


def test_a_tilted_line_costs_no_more_than_itself() -> None:
    drawn = ink((600, 600), [("SAMPLE PATIENT 0000 TEST", (60, 300))])
    turn = cv2.getRotationMatrix2D((300, 300), 20, 1)
    mask = cv2.warpAffine(drawn.astype(np.uint8) * 255, turn, (600, 600)) > 127
    boxes = find(write(np.full((600, 600), 60, np.uint8), mask))
    area = covered(boxes, (600, 600))
    assert area[mask].mean() >= 0.97
    rows, columns = np.nonzero(mask)
    assert area.sum() < 0.75 * np.ptp(rows) * np.ptp(columns)


@pytest.mark.parametrize("angle", [-12, 12])
def test_a_tilted_line_in_a_thin_picture_is_found(angle: int) -> None:
    """Its letters go by the longer side: a line that is high for the shorter one needs no firm reading."""
    noise = cv2.GaussianBlur(np.random.default_rng(3).random((1024, 256)), (0, 0), 2.0)
    flat = np.zeros((1024, 256), np.uint8)
    cv2.putText(flat, "Num. muestra 00001234", (30, 700), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1, cv2.LINE_AA)
    tilted = cv2.warpAffine(flat, cv2.getRotationMatrix2D((128, 700), angle, 1), (256, 1024)) > 127
    image = write((20 + 60 * (noise - noise.min()) / np.ptp(noise)).astype(np.uint8), tilted)
    boxes = find(image)
    assert covered(boxes, image.shape)[tilted].mean() > 0.97
    assert readable(blank(image, boxes)) == []


def test_a_letter_that_names_a_side_stays() -> None:
    image = np.full((400, 400), 60, np.uint8)
    cv2.putText(image, "R", (30, 60), cv2.FONT_HERSHEY_SIMPLEX, 1, 255, 2)
    assert find(image) == []


def test_a_frame_like_the_last_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    more = writing.more
    monkeypatch.setattr(writing, "more", lambda *given, **how: looks.append(1) or more(*given, **how))  # type: ignore[func-returns-value]
    still = sector(7, 120, 160)
    clip = np.stack([still] * 6)
    clip[3] = write(still, ink((120, 160), [("SAMPLE", (10, 90))]))
    _, boxes = cleared(record("clip", "video", clip.shape), Pixels(clip, Geometry(shape=clip.shape)))
    assert boxes
    assert len(looks) <= 4  # the darkest values, the first frame, the one with a name, the one after it


def test_wrong_arrays_are_refused() -> None:
    for wrong in (np.zeros((40, 40), np.int16), np.zeros((40, 40, 4), np.uint8), np.zeros(40, np.uint8)):
        with pytest.raises(ValueError, match=r"writing\.find needs uint8"):
            find(wrong)


STILLS = ("ultrasounds/GREYSCALE_IMAGE.dcm", "ultrasounds/RGB_IMAGE.dcm")


@pytest.mark.parametrize("uri", STILLS)
def test_real_stills_leave_nothing_to_read(uri: str) -> None:
    root = RAW / "deid_ultrasound"
    if not (root / uri).exists():
        pytest.skip(f"{uri} is not here; run: triptych get deid_ultrasound")
    connector = open_dataset(catalog.card("deid_ultrasound"), catalog.labelspace())
    item = next(item for item in connector.listing(root) if item.uri == uri)
    try:
        found = next(thing for thing in connector.read(root, item) if isinstance(thing, Record))
    except (NotPartOf, Unreadable) as error:
        pytest.fail(str(error))
    before = decode(root, found)
    after, boxes = cleared(found, before)
    assert readable(after.array) == []  # type: ignore[arg-type]
    assert len(readable(before.array)) >= 10  # type: ignore[arg-type]
    assert covered(list(boxes), after.array.shape).mean() < 0.15


def test_a_search_writes_nothing_under_home(tmp_path: Path) -> None:
    """onnxruntime would keep a telemetry data base there."""
    code = "import numpy as np; from transforms.media import writing as b; b.find(np.zeros((64, 64), np.uint8))"
    env = {key: value for key, value in os.environ.items() if key not in ("CI", "ORT_DISABLE_TELEMETRY")}
    env |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", code], env=env, cwd=Path(__file__).parents[3], check=True)
    assert list(tmp_path.rglob("*")) == []
