"""DICOM images as grids: slices that belong together as a volume, all others alone; and what kind of thing each is."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pydicom
from numpy.typing import NDArray

from connectors.base import NotPartOf, Unreadable
from connectors.headers import dicom, grids
from schemas import Geometry, SourceFile
from schemas.record import Kind

UNEVEN = 0.01  # relative difference of gaps between slices above which a series is refused
# What tells apart the volumes of a series that visits the same positions again: phases, echoes, diffusion weights.
TELL_APART = (
    "TemporalPositionIdentifier", "EchoTime", "EchoNumbers", "DiffusionBValue", "AcquisitionNumber", "TriggerTime",
    "ImageType",
)  # fmt: skip

Slice = tuple[SourceFile, pydicom.Dataset]
Affine = NDArray[np.float64]
Placed = tuple[float, Slice, Affine]  # the distance along the normal, in mm


def volumes(
    images: Sequence[Slice], tell_apart: Sequence[str] | None = None, uneven: float = UNEVEN
) -> Iterator[tuple[list[Slice], Affine | None]]:
    """Slices of one grid as a volume, sorted along its normal; all others alone, without an affine where they say
    nothing of the patient. Slices at the same place stay alone, or, given the headers that `tell_apart` volumes, are
    divided by the first that does so. Raises Unreadable on uneven gaps and on what nothing tells apart."""
    grids: dict[tuple[object, ...], list[Placed]] = defaultdict(list)
    for source, dataset in images:
        if not dicom.has_patient_frame(dataset):
            yield [(source, dataset)], None
            continue
        affine = dicom.slice_affine(source.uri, dataset)
        normal = affine[:3, 2] / np.linalg.norm(affine[:3, 2])
        key = (dataset.Rows, dataset.Columns, *np.round(affine[:3, :2], 4).ravel())
        grids[key].append((float(normal @ affine[:3, 3]), (source, dataset), affine))
    for _, slices in sorted(grids.items(), key=lambda pair: pair[1][0][1][0].uri):
        slices.sort(key=_order)
        if not _repeats(slices):
            yield _stack(slices, uneven)
        elif tell_apart is None:
            yield from (([pair], affine) for _, pair, affine in slices)
        else:
            yield from (_stack(part, uneven) for part in _divided(slices, tell_apart))


def _order(entry: Placed) -> tuple[float, str, str]:
    return entry[0], entry[1][0].uri, entry[1][0].member or ""


def _repeats(slices: Sequence[Placed]) -> bool:
    return bool(len(slices) > 1 and np.diff([position for position, _, _ in slices]).min() < UNEVEN)


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


def _stack(slices: list[Placed], uneven: float) -> tuple[list[Slice], Affine]:
    if len(slices) == 1:
        return [slices[0][1]], slices[0][2]
    gaps = np.diff([position for position, _, _ in slices])
    if gaps.max() - gaps.min() > uneven * gaps.max():
        raise Unreadable(slices[0][1][0].uri, f"slices {gaps.min():.3f} to {gaps.max():.3f} mm apart: one is missing")
    volume = slices[0][2].copy()
    volume[:3, 2] = (slices[-1][2][:3, 3] - slices[0][2][:3, 3]) / (len(slices) - 1)
    return [pair for _, pair, _ in slices], volume


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
    return ("clip" if dicom.frames(dataset) > 1 else "image"), "dicom", dicom.flat_geometry(dataset)
