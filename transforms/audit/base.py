"""What a check sees of one record, and what it says."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from schemas import Concept, LabelSpace, Model, Notice, Record, Region
from transforms.media.pixels import Pixels
from transforms.regions.resolve import Resolution, Resolved

Severity = Literal["error", "warning", "note"]


class Finding(Model):
    """`error`: labels and pixels contradict each other; `warning`: implausible; `note`: to be known. `paths`: the files
    that it concerns, relative to the data set's folder. `regions`: keys of the source regions to look at."""

    check: str
    severity: Severity
    paths: tuple[str, ...]
    text: str
    concept: str | None = None
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A record with its regions, what their masks show, its pixels where it has any, and what reading said of it."""

    record: Record
    regions: Sequence[Region]
    resolution: Resolution | None
    pixels: Pixels | None
    notices: Sequence[Notice] = field(default=())

    @cached_property
    def path(self) -> str:
        source = self.record.sources[0]
        name = source.uri if source.member is None else f"{source.uri}/{source.member}"
        return name if source.select is None else f"{name}#{source.select}"

    @cached_property
    def digest(self) -> str:
        """A hash of its pixels, shape and type; "" of what has none."""
        if self.pixels is None:
            return ""
        array = np.ascontiguousarray(self.pixels.array)
        found = hashlib.sha256(repr((array.shape, array.dtype.str)).encode())
        found.update(array.data)
        return found.hexdigest()

    @property
    def shown(self) -> Sequence[Resolved]:
        """The regions that show something."""
        return self.resolution.kept if self.resolution is not None else ()

    @cached_property
    def plain(self) -> NDArray[np.generic] | None:
        """One value a pixel of a picture or volume; None of colour, clips and signals."""
        if self.pixels is None or self.record.kind not in ("image", "volume"):
            return None
        array = self.pixels.array
        return array if array.ndim == len(self.record.geometry.shape) else None

    @cached_property
    def body(self) -> NDArray[np.bool_] | None:
        """What is not background; None where nothing tells."""
        from transforms.audit._body import body

        return body(self)

    def centre(self, item: Resolved) -> NDArray[np.float64] | None:
        """The mean place of a region, in patient mm (LPS); None without a mask or a patient frame."""
        affine = self.record.geometry.affine
        if item.mask is None or affine is None or item.mask.ndim != 3:
            return None
        middle = np.array([axis.mean() for axis in np.nonzero(item.mask)]) + item.offset
        return np.asarray((np.asarray(affine) @ [*middle, 1.0])[:3], float)


class Check(Protocol):
    """One check over one folder."""

    def __init__(self, space: LabelSpace) -> None: ...

    def add(self, case: Case) -> Iterator[Finding]: ...

    def end(self) -> Iterator[Finding]: ...


def kin(space: LabelSpace, concept: Concept) -> frozenset[str]:
    """A concept's slug and all above it."""
    slug = space.labelled(concept.label).slug
    return frozenset({slug, *space.ancestors(slug)})
