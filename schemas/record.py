"""A record: one image, volume, clip, signal or document as published. No pixels."""

from typing import Any, Literal

from schemas.base import Model
from schemas.concept import Concept
from schemas.fact import Fact, Presence
from schemas.level import Level

Matrix = tuple[
    tuple[float, float, float, float],
    tuple[float, float, float, float],
    tuple[float, float, float, float],
    tuple[float, float, float, float],
]
Kind = Literal["image", "volume", "clip", "signal", "document"]


class SourceFile(Model):
    """Where bytes lie: `uri` is a POSIX path relative to the data set's folder, `member` a file inside that archive.

    `select` names a part of a file that holds many things: an array and an index (`images[17]`, `cjdata/image`), a row
    and its column (`[17].image`). The checksum is then that of the whole file.
    """

    uri: str
    sha256: str
    bytes: int
    member: str | None = None
    select: str | None = None


class Geometry(Model):
    """The grid of an array as stored.

    `shape`: a volume's (i, j, k) in voxels, an image's (rows, columns), a clip's (frames, rows, columns), a signal's
    (samples, channels). `affine` maps the voxel index (i, j, k, 1) - voxel centres - to patient millimetres in LPS
    (x to the left, y to the back, z to the head; DICOM PS3.3 C.7.6.2.1.1); None where the source has no patient frame.
    `orientation` names the direction in which i, j, k grow, e.g. LAS. `spacing_mm` follows `shape`'s spatial axes: the
    length of a step along each; None where it is not known, never 1.0 by default. Axes of a sheared grid (a CT of a
    tilted gantry) are not perpendicular: what its planes are apart, and a voxel's volume, follow from `affine` alone.
    """

    shape: tuple[int, ...]
    spacing_mm: tuple[float, ...] | None = None
    affine: Matrix | None = None
    orientation: str | None = None
    sampling_hz: float | None = None


class LabelMap(Model):
    """A map of values that regions of a record are read from, and all that is known of its values beside 0.

    `values`: those that the card maps or leaves unmapped with a reason; None where each value above zero is one
    instance. `ranges`: values from a first to a last are known too; None is open. `colours`: likewise, of a map of
    colours; black is the background. `void`: ranges of values, or of colours as 0xRRGGBB, of pixels that nobody
    labelled. `part`: what the map is of its file, where no label of the card speaks of it: it should hold zeros.
    `concepts`: labels of those that the source annotated wherever they occur, in this map: none of them is absent where
    the map holds an unknown value or a void one. `anatomy`: parts of the body are drawn in it, of which a
    scan shows some.
    """

    source: SourceFile
    decoder: str
    channel: int | None = None
    values: tuple[int, ...] | None = ()
    ranges: tuple[tuple[float | None, float | None], ...] = ()
    colours: tuple[tuple[int, int, int], ...] = ()
    void: tuple[tuple[float | None, float | None], ...] = ()
    part: str | None = None
    concepts: tuple[str, ...] = ()
    anatomy: bool = False


class Record(Model):
    """One published thing and what its header and its labels say.

    `decoder` names the file of `transforms/media/decoders/` that reads the pixels. `presence` and `facts` hold what
    the source itself annotates at the level of the record (a class label, a reader's rating). `exhaustive` lists the
    labels of concepts that the source annotated wherever they occur: only these can be absent. `label_maps` say which
    values of its masks are known. `text_kind`, `text_level`: what `text` is, a report
    where nothing is told, and of what, where that is not what such texts are of as a rule.
    """

    key: str
    dataset: str
    kind: Kind
    decoder: str
    sources: tuple[SourceFile, ...]
    geometry: Geometry
    modality: Concept
    subject: str
    study: str | None = None
    series: str | None = None
    anatomy: tuple[Concept, ...] = ()
    split: str | None = None
    window: tuple[float, float] | None = None
    unit: str | None = None
    exhaustive: tuple[str, ...] = ()
    label_maps: tuple[LabelMap, ...] = ()
    presence: tuple[Presence, ...] = ()
    facts: tuple[Fact, ...] = ()
    text: str | None = None
    text_kind: Literal["caption", "report"] | None = None
    text_level: Level | None = None
    meta: dict[str, Any] = {}
