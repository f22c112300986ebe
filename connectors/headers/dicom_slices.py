"""DICOM images as grids: slices that belong together as a volume, all others alone; and what kind of thing each is."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pydicom
from numpy.typing import NDArray

from connectors.base import NotPartOf, Unreadable
from connectors.headers import dicom, dicom_flat, grids
from schemas import Geometry, Notice, SourceFile
from schemas.record import Kind

UNEVEN = 0.01  # relative difference of gaps between slices above which a series is refused
SAME_PLACE = 0.01  # mm
SIDEWAYS = 0.5  # pixels by which a slice may lie beside the line that the others lie on
JITTER = np.cos(np.deg2rad(2.0))  # slices that turn by less were meant to be parallel
EVEN = 1.5  # the largest gap by the smallest up to which slices go on: where one is left out, it is 2
SHOWN = 5  # parts of a series that are named
SECTIONS = ("CT", "MR", "PT")  # modalities whose slices lie somewhere
# What tells apart the volumes of a series that visits the same positions again: phases, echoes, diffusion weights.
TELL_APART = (
    "TemporalPositionIdentifier", "EchoTime", "EchoNumbers", "DiffusionBValue", "AcquisitionNumber", "TriggerTime",
    "ImageType",
)  # fmt: skip

Slice = tuple[SourceFile, pydicom.Dataset]
Affine = NDArray[np.float64]
Placed = tuple[float, Slice, Affine]  # the distance along the grid's normal, in mm


@dataclass(eq=False)
class Grid:
    """Slices of one size that lie parallel, within `dicom.TOLERANCE`. `kind`: what must be equal; `axes`: the first
    slice's (3, 3): a pixel's step along a row and down a column in mm, and the normal."""

    kind: tuple[object, ...]
    axes: Affine
    slices: list[Placed] = field(default_factory=list)

    def holds(self, kind: tuple[object, ...], axes: Affine) -> bool:
        """Whether a slice lies on this grid, wherever along its normal."""
        sides = np.linalg.norm(self.axes, axis=0)
        return kind == self.kind and bool((np.abs(axes - self.axes) <= dicom.TOLERANCE * sides).all())


def volumes(
    images: Sequence[Slice], tell_apart: Sequence[str] | None = None, uneven: float = UNEVEN
) -> Iterator[tuple[list[Slice], Affine | None]]:
    """Slices of one grid as a volume, sorted along its normal; all others alone, without an affine where they do not
    say where they lie, or how thick they are. Slices at the same place stay alone, or, given the headers that
    `tell_apart` volumes, are divided by the first that does so. Raises Unreadable on uneven gaps, on slices that lie
    askew, and on what nothing tells apart."""
    for source, dataset in images:
        if not dicom.has_patient_frame(dataset):
            yield [(source, dataset)], None
    found = _grids(images)
    _refuse_askew(found)
    for grid in sorted(found, key=lambda grid: grid.slices[0][1][0].uri):
        grid.slices.sort(key=_order)
        if not _repeats(grid.slices):
            yield _stack(grid.slices, uneven)
        elif tell_apart is None:
            yield from (_alone(entry) for entry in grid.slices)
        else:
            yield from (_stack(part, uneven) for part in _divided(grid.slices, tell_apart))


def _grids(images: Sequence[Slice]) -> list[Grid]:
    """The grids that slices lie on, of those that say where they lie. Raises Unreadable."""
    found: list[Grid] = []
    for source, dataset in images:
        if not dicom.has_patient_frame(dataset):
            continue
        affine = dicom.slice_affine(source.uri, dataset)
        kind = (dataset.Rows, dataset.Columns, "LOCALIZER" in dicom.image_type(dataset))
        grid = next((grid for grid in found if grid.holds(kind, affine[:3, :3])), None)
        if grid is None:
            found.append(grid := Grid(kind, affine[:3, :3]))
        grid.slices.append((float(grid.axes[:, 2] @ affine[:3, 3]), (source, dataset), affine))
    return found


def _refuse_askew(found: Sequence[Grid]) -> None:
    """Slices of one series that are nearly parallel, and not quite: no grid holds them, and each alone is no volume.
    Stacks that are nearly parallel and lie apart, or at the same place again, are volumes of their own (`apart`)."""
    for one, other in combinations(found, 2):
        if not _askew(one, other):
            continue
        if min(len(one.slices), len(other.slices)) > 1 and not _goes_on(one, found):
            continue
        first, second = one.axes[:, 2], other.axes[:, 2]
        angle = np.rad2deg(np.arctan2(np.linalg.norm(np.cross(first, second)), abs(float(first @ second))))
        raise Unreadable(
            one.slices[0][1][0].uri,
            f"slices of one series are turned by {angle:.2f} degrees against each other: by its "
            f"ImageOrientationPatient {other.slices[0][1][0].uri} makes no one volume with it",
        )


def _askew(one: Grid, other: Grid) -> bool:
    """Whether two grids are nearly parallel, and not quite."""
    turned = not np.allclose(one.axes[:, 2], other.axes[:, 2], rtol=0, atol=dicom.TOLERANCE)
    return one.kind == other.kind and turned and abs(float(one.axes[:, 2] @ other.axes[:, 2])) > JITTER


def _goes_on(start: Grid, found: Sequence[Grid]) -> bool:
    """Whether a grid and all that are nearly parallel to it, from one to the next, are evenly spaced along its normal:
    one stack whose orientation drifts."""
    family = [start]
    for one in family:  # grows while it is walked
        family += [other for other in found if other not in family and _askew(one, other)]
    places = sorted(float(start.axes[:, 2] @ affine[:3, 3]) for grid in family for _, _, affine in grid.slices)
    gaps = np.diff(places)
    return bool(gaps.max() <= EVEN * gaps.min())


def apart(images: Sequence[Slice]) -> Iterator[Notice]:
    """That the slices of one series do not lie on one grid, and are read apart. A localiser is known to lie across."""
    series: dict[str, list[Grid]] = defaultdict(list)
    for grid in _grids(images):
        for uid in {str(dataset.get("SeriesInstanceUID") or "") for _, (_, dataset), _ in grid.slices}:
            if uid and not grid.kind[-1]:
                series[uid].append(grid)
    for own in (own for own in series.values() if len(own) > 1):
        first = [grid.slices[0][1][0] for grid in own]
        parts = ", ".join(
            f"{len(grid.slices)} with {source.member or source.uri}"
            for grid, source in zip(own[:SHOWN], first, strict=False)
        )
        more = f" and {len(own) - SHOWN} further" if len(own) > SHOWN else ""
        reason = f"slices of one series differ in orientation, pixel size or matrix, and are read apart: {parts}{more}"
        yield Notice(kind="file", uri=first[0].member or first[0].uri, reason=reason)


def _order(entry: Placed) -> tuple[float, str, str]:
    return entry[0], entry[1][0].uri, entry[1][0].member or ""


def _repeats(slices: Sequence[Placed]) -> bool:
    return bool(len(slices) > 1 and np.diff([position for position, _, _ in slices]).min() < SAME_PLACE)


def _divided(slices: list[Placed], tell_apart: Sequence[str]) -> list[list[Placed]]:
    for keyword in tell_apart:
        parts: dict[str, list[Placed]] = defaultdict(list)
        for entry in slices:
            parts[str(entry[1][1].get(keyword))].append(entry)
        if len(parts) > 1 and not any(_repeats(part) for part in parts.values()):
            return [parts[value] for value in sorted(parts)]
    raise Unreadable(
        slices[0][1][0].uri,
        f"{len(slices)} slices of one series repeat positions, and none of {', '.join(tell_apart)} tells its volumes "
        "apart; name the header that does under layout.options.tell_apart",
    )


def _alone(entry: Placed) -> tuple[list[Slice], Affine | None]:
    """A slice that no other tells the depth of: without its thickness it is a picture."""
    _, pair, affine = entry
    deep = dicom.thickness(pair[1])
    return [pair], None if deep is None else affine * (1.0, 1.0, deep, 1.0)


def _stack(slices: list[Placed], uneven: float) -> tuple[list[Slice], Affine | None]:
    """A volume whose third axis steps from slice to slice as their positions do, along the normal or oblique to it (as
    with a tilted gantry)."""
    if len(slices) == 1:
        return _alone(slices[0])
    uri = slices[0][1][0].uri
    _refuse_unscaled([pair for _, pair, _ in slices])
    gaps = np.diff([position for position, _, _ in slices])
    if gaps.max() - gaps.min() > uneven * gaps.max():
        raise Unreadable(uri, f"slices {gaps.min():.3f} to {gaps.max():.3f} mm apart: one is missing")
    volume = slices[0][2].copy()
    volume[:3, 2] = (slices[-1][2][:3, 3] - slices[0][2][:3, 3]) / (len(slices) - 1)
    off = np.stack([affine[:3, 3] for _, _, affine in slices]) - volume[:3, 3]
    off -= np.arange(len(slices))[:, None] * volume[:3, 2]
    beside = float(np.abs(off @ (volume[:3, :2] / np.linalg.norm(volume[:3, :2], axis=0) ** 2)).max())
    if beside > SIDEWAYS:
        raise Unreadable(uri, f"slices lie up to {beside:.1f} pixels beside the line of their positions: no volume")
    return [pair for _, pair, _ in slices], volume


def _refuse_unscaled(slices: Sequence[Slice]) -> None:
    """Raises Unreadable where some slices of a volume say how their values are scaled and some do not."""
    without = [source for source, dataset in slices if "RescaleSlope" not in dataset]
    if without and len(without) < len(slices):
        named = without[0].member or without[0].uri
        raise Unreadable(named, f"has no RescaleSlope, and {len(slices) - len(without)} slices of its series have one")


def check_patient(slices: Sequence[Slice]) -> None:
    """Raises Unreadable where slices that lie together as one series are of several patients, by their headers: whose
    the volume is, is open then. A header that names no patient contradicts none."""
    parts = _by(slices, "PatientID")
    if len(parts) > 1:
        few, most = _least(parts), max(parts.values(), key=len)
        raise Unreadable(
            few, f"its PatientID is not that of {_path(most[0])}, and both lie together as one series, of "
            f"{len(slices)} files of {len(parts)} patients: move what belongs elsewhere out of the folder",
        )  # fmt: skip


def joined(group: Sequence[Slice]) -> Iterator[Notice]:
    """That the slices of a volume name several series: one that was laid beside them may be of another scan."""
    parts = _by(group, "SeriesInstanceUID")
    if len(parts) > 1:
        few, most = _least(parts), max(parts.values(), key=len)
        reason = (
            f"its SeriesInstanceUID is not that of {_path(most[0])}, and both lie on one grid: {len(group)} slices of "
            f"{len(parts)} series are read as one volume"
        )
        yield Notice(kind="file", uri=few, reason=reason, often=True)


def _by(slices: Sequence[Slice], keyword: str) -> dict[str, list[SourceFile]]:
    """The files by what their headers say; without those that do not say it."""
    parts: dict[str, list[SourceFile]] = defaultdict(list)
    for source, dataset in slices:
        if said := str(dataset.get(keyword) or "").strip():
            parts[said].append(source)
    return parts


def _least(parts: dict[str, list[SourceFile]]) -> str:
    """The first file of the smallest part, the last of equal ones: what is likely to be the intruder."""
    return _path(min(reversed(parts.values()), key=len)[0])


def _path(source: SourceFile) -> str:
    return source.uri if source.member is None else f"{source.uri}/{source.member}"


def flattened(group: Sequence[Slice], affine: Affine | None) -> Iterator[Notice]:
    """What to tell of a slice of a series whose place in the patient is not known or not used."""
    source, dataset = group[0]
    if affine is not None or "Rows" not in dataset or dataset.get("Modality") not in SECTIONS or dicom.colour(dataset):
        return
    placed = dicom.has_patient_frame(dataset)
    lacks = "one slice without SliceThickness" if placed else "its header does not say where it lies"
    reason = f"{lacks}: read as a picture, without a place in the patient"
    yield Notice(kind="file", uri=source.member or source.uri, reason=reason)


def grid_of(
    source: SourceFile, dataset: pydicom.Dataset, slices: int, affine: Affine | None
) -> tuple[Kind, str, Geometry]:
    """Kind, decoder and grid of one object. Raises NotPartOf where there is nothing to look at."""
    if "WaveformSequence" in dataset:
        first = dataset.WaveformSequence[0]
        shape = (int(first.NumberOfWaveformSamples), int(first.NumberOfWaveformChannels))
        return "signal", "dicom_waveform", Geometry(shape=shape, sampling_hz=float(first.SamplingFrequency))
    if "Rows" not in dataset:
        raise NotPartOf(source.uri, "no pixels and no waveform in this object")
    rows, columns = int(dataset.Rows), int(dataset.Columns)
    if min(rows, columns) < dicom.SMALLEST_SIDE:
        raise NotPartOf(source.uri, f"too small to be an image: {columns} x {rows} pixels")
    if "PerFrameFunctionalGroupsSequence" in dataset:
        raise NotPartOf(source.uri, "an enhanced multi-frame object: not read yet")
    if affine is not None:
        return "volume", "dicom", grids.geometry((columns, rows, slices), affine)
    return ("clip" if dicom.frames(dataset) > 1 else "image"), "dicom", dicom_flat.geometry(dataset)
