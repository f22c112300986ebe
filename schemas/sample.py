"""A scene (all that is known of one view) and a sample (what is emitted): `triptych/sample/1`."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from schemas.base import Model
from schemas.concept import Concept
from schemas.description import Description
from schemas.dialogue import Dialogue
from schemas.fact import Fact, Presence
from schemas.group import Group
from schemas.record import Matrix, Record, SourceFile
from schemas.region import MadeBy
from schemas.translation import Translation

SCHEMA_ID: Literal["triptych/sample/1"] = "triptych/sample/1"


class Licence(Model):
    """What may be done with a sample. `id` is an SPDX identifier or custom; None means nobody knows. `share_alike`:
    what is made of it must carry the same licence. `covers` "annotations": what is said of the image, and not the
    image."""

    id: str
    redistribute: bool | None
    derivatives: bool | None
    commercial: bool | None
    share_alike: bool | None = None
    attribution: str
    url: str | None = None
    covers: Literal["all", "annotations"] = "all"


class View(Model):
    """Which part of the record is shown. `frame`: "axial:88", "frame:3", "full", "text", "signal", or all of it:
    "volume", "clip". Of a group its kind: "study", "series", "visits", "cases"."""

    frame: str
    plane: Literal["axial", "coronal", "sagittal"] | None = None


class MediaGeometry(Model):
    """`affine` maps the emitted pixel (x, y, 0, 1), pixel centres, to patient mm in LPS; `voxel` maps it to the index
    in the source array: (i, j, k) of a volume, (row, column) of a picture, (frame, row, column) of a clip.
    `slice_axis`, `slice_index` and `source_shape` are those of the source array.

    Of a volume, pixels are voxels: `affine` and `voxel` map (i, j, k, 1) of the emitted grid, and `voxel_mm` is the
    length of a step along i, j and k."""

    spacing_mm: tuple[float, float] | None = None
    affine: Matrix | None = None
    voxel: Matrix | None = None
    orientation: Literal["LPS"] | None = None
    slice_axis: int | None = None
    slice_index: int | None = None
    source_shape: tuple[int, ...] | None = None
    voxel_mm: tuple[float, float, float] | None = None


class Media(Model):
    """One member of the shard. `window` is (black, white): the values in the source's unit mapped linearly to 0..255;
    the first is the higher where the source shows low values white.

    `blanked`: boxes x0, y0, x1, y1 of the source's picture that were filled because text was burned into them.
    `pixels_sha256` is that of the decoded array (C order), the same before and after lossless encoding.

    A volume is gzipped NIfTI-1 of `shape` (i, j, k) in the source's values: its `window` is for those who show it, and
    maps nothing. `time_s`: when a clip's frame was taken, in seconds from the first.

    A signal is (samples, channels) at `sampling_hz`; `leads` names its channels in their order. Its picture says both.

    `withheld`: no member of the shard holds it, because its source may not be passed on; its sums are those of what
    `triptych rebuild` makes of the source.
    """

    name: str
    kind: Literal["image", "mask", "signal", "text", "volume"]
    width: int | None = None
    height: int | None = None
    channels: int | None = None
    shape: tuple[int, int, int] | None = None
    time_s: float | None = None
    sampling_hz: float | None = None
    leads: tuple[str, ...] = ()
    window: tuple[float, float] | None = None
    unit: str | None = None
    sha256: str | None = None
    pixels_sha256: str | None = None
    geometry: MediaGeometry | None = None
    blanked: tuple[tuple[int, int, int, int], ...] = ()
    withheld: bool = False


class RegionBox(Model):
    media: str
    xyxy: tuple[int, int, int, int]


class RegionMask(Model):
    media: str
    value: int


class RegionPoints(Model):
    """Points in pixels of the image, on the axes of a box: x to the right, y down, 0 at the outer edge of the first
    pixel. `names`: what each is, where the source says; as many as points, or none."""

    media: str
    xy: tuple[tuple[float, float], ...]
    names: tuple[str, ...] = ()


class RegionLine(Model):
    """An open line through these points, on the axes of a box."""

    media: str
    xy: tuple[tuple[float, float], ...]


class RegionEllipse(Model):
    """An ellipse in pixels of the image, on the axes of a box: `axes` are half its lengths, the longer first, which is
    turned by `angle` degrees (0 to 180) from x to y. A circle has two of one length."""

    media: str
    centre: tuple[float, float]
    axes: tuple[float, float]
    angle: float


class RegionTurnedBox(Model):
    """A box that does not stand upright, by its four corners in order, on the axes of a box."""

    media: str
    corners: tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


class SampleRegion(Model):
    """A region on the emitted image: `id` is r1, r2, ...; `region` the key of its row in the tables.

    With a `mask`, `box` is the extent of its pixels. A box without one is what the source drew, its edges moved outward
    to whole pixels: of what lies in it nothing but the box was drawn. `box3d`: i0, j0, k0, i1, j1, k1 in voxels of the
    emitted volume, half-open. `segmentation`: "instance" where the source drew one thing, "semantic" where it drew all
    of a class at once: the pieces of such a mask are pieces, and not so many things. None where that is not known.
    A `line` encloses nothing, and an `ellipse` is drawn about a thing as a box is.

    In a volume: `box3d` without a mask is what the source drew, on one slice where it is one voxel thick; `places` are
    points i, j, k in voxels, their centres whole numbers, with `place_names` as points have; with `diameter_mm`, what
    the source gives for the diameter of what lies at the one place. `slices`: (axis of the voxels, first, one after the
    last) that the source says it shows on. `volume`: of a group, the one that these lie in; of a span of
    time, the first picture of its clip.
    """

    id: str
    concept: Concept
    source_label: str
    parent: str | None = None
    box: RegionBox | None = None
    mask: RegionMask | None = None
    points: RegionPoints | None = None
    line: RegionLine | None = None
    ellipse: RegionEllipse | None = None
    turned_box: RegionTurnedBox | None = None
    span: tuple[float, float] | None = None
    span_unit: Literal["s", "char"] | None = None
    segmentation: Literal["instance", "semantic"] | None = None
    box3d: tuple[int, int, int, int, int, int] | None = None
    places: tuple[tuple[float, float, float], ...] = ()
    place_names: tuple[str, ...] = ()
    diameter_mm: float | None = None
    slices: tuple[int, int, int] | None = None
    volume: str | None = None
    made_by: MadeBy
    region: str | None = None

    @property
    def medium(self) -> str | None:
        """The picture or volume that it lies on: "png", "0.png", "0.nii.gz"; None of a span."""
        drawn = self.ellipse or self.line or self.turned_box or self.points or self.box
        if drawn is not None:
            return drawn.media
        if self.mask is None:
            return self.volume
        head, _, name = self.mask.media.rpartition("mask")
        return head + name.partition(".")[2]


Altered = Literal["blanked", "alone", "blank"]


class Counterfactual(Model):
    """How the picture of a sample was altered: `blanked`, the pixels of `box` and of `others` are black, so that no one
    black box gives a place away; `alone`, all but those of `box` are; `blank`, all are. `of`: the key of the sample
    that shows it as it is; `region`: the region of that sample which it was altered for, by its key in the tables, and
    `concept` what that is."""

    kind: Altered
    of: str
    region: str
    concept: Concept
    box: tuple[int, int, int, int]
    others: tuple[tuple[int, int, int, int], ...] = ()


class Scene(Model):
    """All that is known of one view before words are found for it. Texts, tasks and checks read this alone.

    With a `group` it is of several records: media 0.png, 1.png, ..., each with its own geometry; `record`, `study` and
    `modality` are those of the first, and facts and presences name the media that they are of.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    key: str
    dataset: str
    record: str
    subject: str
    study: str | None = None
    modality: Concept
    anatomy: tuple[Concept, ...] = ()
    view: View
    media: tuple[Media, ...] = ()
    regions: tuple[SampleRegion, ...] = ()
    presence: tuple[Presence, ...] = ()
    facts: tuple[Fact, ...] = ()
    document: str | None = None
    group: Group | None = None
    counterfactual: Counterfactual | None = None


class Check(Model):
    name: str
    outcome: Literal["pass", "fail", "warn"]
    score: float | None = None
    reason: str | None = None


class Step(Model):
    stage: str
    version: str
    params: dict[str, Any]
    key: str


class Provenance(Model):
    """`subject_uid`: 20 hex digits, keyed, that are the same of all names under which the build found one person;
    `volume_uid`: 20 hex digits of the scan that this is, or is a slice of, whatever file holds it; None of what is of
    no scan, and of groups. Both are decided when a corpus is published, and change where a copy is found that has
    another (in a corpus that is appended to, those that stand stay)."""

    sources: tuple[SourceFile, ...]
    steps: tuple[Step, ...]
    subject_uid: str | None = None
    volume_uid: str | None = None


class Candidate(Scene):
    """A scene with its words and its checks: a sample but for the split and the licence, which publishing decides."""

    description: Description
    dialogues: tuple[Dialogue, ...] = ()
    checks: tuple[Check, ...] = ()
    provenance: Provenance


class Rebuild(Model):
    """How the withheld media of a sample are made of their source: the record as its reader found it, with the sums of
    its files, but for all that is said of it; the recipe's window; and the licence of the whole sample."""

    record: Record
    window: tuple[float, float] | None = None
    licence: Licence


class Sample(Candidate):
    """One emitted sample. Its JSON is KEY.json in a shard. `rebuild`: of one that leaves without its pixels.
    `translations`: what it says, in other languages."""

    schema_: Literal["triptych/sample/1"] = Field(default=SCHEMA_ID, alias="schema")
    split: Literal["train", "validation", "test"]
    licence: Licence
    translations: tuple[Translation, ...] = ()
    rebuild: Rebuild | None = None
