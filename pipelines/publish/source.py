"""Where the groups of a shard come from: drawn again from their sources, or of what is kept of them."""

import json
from collections.abc import Collection, Iterable
from typing import cast

import polars as pl

from pipelines.complaints import heard
from pipelines.context import Context
from pipelines.drawn import Drawn, take
from pipelines.publish import wholes
from pipelines.publish.addresses import mode, pseudonym_of
from pipelines.publish.before import Before
from pipelines.publish.leaving import repacked, translated
from pipelines.publish.uids import own_volume_uid, subject_uid
from pipelines.publish.unfinished import drawing_of
from pipelines.stages.regions import NAME as REGIONS
from pipelines.store import Store
from pipelines.store.part import part_name
from schemas import Candidate, Licence, Provenance, Record, Region, RleShape, Sample, Scene
from transforms.media.render import render
from transforms.regions.counterfactual import shown
from transforms.regions.patch import Unpacked
from transforms.regions.whole import WHOLES
from transforms.shards.addresses import fields_shown, record_shown
from transforms.shards.builder import Members, pack
from transforms.shards.encode import pixels_sha256
from transforms.shards.licence import licence_of, outlet
from transforms.shards.splits import Split
from transforms.shards.whole import Shown
from transforms.shards.withheld import withhold
from transforms.tasks.asking import edited


class Source:
    """Where the groups of a shard come from: candidates, records and regions of its parts. They wait as JSON, and each
    is read when its group is packed: a shard's samples as objects would be some hundred MB."""

    def __init__(self, ctx: Context, rows: pl.DataFrame) -> None:
        self.ctx, self.rows = ctx, rows
        self.splits: dict[str, str] = dict(rows.select("key", "split").iter_rows())
        self.files = Store(ctx.workspace).files
        self.parts: dict[str, int] = dict(rows.select("key", "part").iter_rows())
        self.record_of: dict[str, str] = dict(rows.select("key", "record").iter_rows())
        sets = rows["dataset"].unique()
        self.bare = {n for n in sets if outlet(ctx.card(n).terms, ctx.recipe.use).leaves == "annotations"}
        self.edits: dict[str, str] = dict(rows.select("key", "edits").iter_rows())
        named = rows.select("key", "person", "scan").iter_rows()
        self.known: dict[str, tuple[str | None, str | None]] = {key: (person, scan) for key, person, scan in named}
        self.samples: dict[str, str] = {}
        self.undrawn: dict[int, set[str]] = {}  # part -> records of samples that are here, for who draws one again
        self.records: dict[str, str] = {}
        self.regions: dict[tuple[str, str], list[str]] = {}
        self.drawn: dict[str, str] = {}
        self.licences: dict[str, Licence] = {}
        self.waiting: dict[str, tuple[Sample, Members]] = {}  # drawn with another of their record

    def load(self, keys: Collection[str]) -> None:
        """Get candidates that will be wanted, all of a part at once."""
        for (number,), own in self.rows.filter(pl.col("key").is_in(list(keys))).group_by("part", maintain_order=True):
            self._load(int(str(number)), own)

    def _load(self, number: int, rows: pl.DataFrame) -> None:
        part = Store(self.ctx.workspace).part(number)
        records, shown = self.undrawn.setdefault(number, set()), set[str]()
        records.update(rows["record"])
        for row in part.rows("samples", ["body", "shows"], key=rows["key"], made=rows["made"]):
            self.samples[row["key"]] = row["body"]
            shown.update(json.loads(row["shows"] or "[]"))
        records.update(row["record"] for row in (part.rows("samples", ["record"], key=shown) if shown else ()))

    def _load_drawings(self, number: int) -> None:
        """Get what drawing again takes, for all samples of a part that are here. Most were drawn by curate, and need
        none of it."""
        if not (records := self.undrawn.pop(number, None)):
            return
        part = Store(self.ctx.workspace).part(number)
        for row in part.rows("records", ["body"], key=records):
            self.records[row["key"]] = row["body"]
        keys = part.state_table("keys")
        assert keys is not None  # curate settled the part, or there would be no plan
        drawn = keys.filter((pl.col("stage") == REGIONS) & pl.col("record").is_in(list(records)))
        self.drawn |= dict(drawn.select("record", "made").iter_rows())
        for row in part.rows("regions", ["frame", "body"], made=drawn["made"]):
            if row["frame"] != "voxel":  # there a record's own lie; of a volume they are large
                self.regions.setdefault((row["made"], row["frame"]), []).append(row["body"])

    def pack(self, key: str, old: Before) -> tuple[Sample, Members]:
        """A sample with its split and licence, and the members of its group; pixels and masks that the old corpus has
        already are not drawn again. Where they must be, all that the shard still shows of that record is drawn with it:
        so a volume is decoded once, however far apart its slices lie.

        Raises RuntimeError where the source's pixels are not those that were curated.
        """
        if key in self.waiting:
            return self.waiting.pop(key)
        sample, packed = self._ready(key, old)
        if packed is None:
            packed = self._anew(sample)
            for other in [one for one in self.samples if self.record_of[one] == sample.record]:
                twin, done = self._ready(other, old)
                self.waiting[other] = done or self._anew(twin)
        return packed

    def _ready(self, key: str, old: Before) -> tuple[Sample, tuple[Sample, Members] | None]:
        """A sample with its split and licence; and its group, where nothing of that is to be drawn."""
        if key not in self.samples:
            self.load([key])
        found = Candidate.model_validate_json(self.samples.pop(key))
        if found.dataset not in self.licences:
            self.licences[found.dataset] = licence_of(self.ctx.card(found.dataset))
        fields = {name: getattr(found, name) for name in Candidate.model_fields}
        fields["dialogues"] = edited(found, json.loads(self.edits[key]), self.ctx.space)
        fields["translations"] = translated(found.model_copy(update={"dialogues": fields["dialogues"]}), self.ctx)
        fields["provenance"] = self._known(found)
        fields = fields_shown(fields, mode(self.ctx, found.dataset), pseudonym_of)
        sample = Sample.model_construct(
            **fields, split=cast(Split, self.splits[key]), licence=self.licences[found.dataset]
        )
        bare = found.dataset in self.bare
        if not bare and (members := old.members(key, drawing_of(found))) is not None:
            before = Sample.model_validate_json(members["json"])
            masks = {region.id: region.mask for region in before.regions}
            return sample, repacked(sample, before.media, masks, members)
        if not bare and (kept := self._kept(found)) is not None:
            return sample, repacked(sample, kept.drawing.media, kept.drawing.masks, kept.members)
        return sample, None

    def _known(self, found: Candidate) -> Provenance:
        """Its provenance with who and what it is of."""
        person, scan = self.known[found.key]
        known = {"subject_uid": subject_uid(person or found.subject), "volume_uid": scan or own_volume_uid(found)}
        return found.provenance.model_copy(update=known)

    def _anew(self, sample: Sample) -> tuple[Sample, Members]:
        """A sample's group, drawn from its source."""
        self._load_drawings(self.parts[sample.key])
        if sample.group is not None:  # none of a set that leaves without its pixels
            return wholes.pack_several(sample, self._shown)
        record = Record.model_validate_json(self.records[sample.record])
        if sample.dataset not in self.bare:
            return self._packed(sample, record)
        own = licence_of(self.ctx.card(sample.dataset), "annotations")
        bared = record_shown(record, mode(self.ctx, sample.dataset), pseudonym_of)
        return withhold(*self._packed(sample, record), bared, self.ctx.source(sample.dataset).views.window, own)

    def _kept(self, sample: Candidate) -> Drawn | None:
        """What curate drew of a sample, where that is still there."""
        kept = take(self.files, part_name(self.parts[sample.key]), sample.key, drawing_of(sample))
        same = kept is not None and kept.drawing.media[0].pixels_sha256 == sample.media[0].pixels_sha256
        return kept if same else None

    def _shapes(self, scene: Scene) -> dict[str, RleShape]:
        """Region id -> its mask on this view of its record."""
        found = map(Region.model_validate_json, self.regions.get((self.drawn[scene.record], scene.view.frame), ()))
        rows = {region.parent: region.shape for region in found if isinstance(region.shape, RleShape)}
        return {r.id: rows[r.region] for r in scene.regions if r.mask}

    def _shown(self, part: Scene) -> Iterable[Shown]:
        """The media of one record of a group, drawn from that."""
        record = Record.model_validate_json(self.records[part.record])
        with heard(self.ctx.root(record.dataset), record.sources[0].uri):
            pixels, window = self.ctx.pixels(record, part.media[0].blanked)
        return wholes.shown(part, record, pixels, window, self._shapes(part))

    def _packed(self, sample: Sample, record: Record) -> tuple[Sample, Members]:
        frame = sample.view.frame
        shapes = self._shapes(sample)
        if not self.ctx.source(sample.dataset).views.counterfactual:  # else further samples are drawn of them
            self.regions.pop((drawing_of(sample), frame), None)
        masks = Unpacked(shapes)
        if record.kind == "document":
            return pack(sample, None, masks)
        with heard(self.ctx.root(record.dataset), record.sources[0].uri):  # what it has to say was booked by a stage
            pixels, window = self.ctx.pixels(record, sample.media[0].blanked)
        if frame in WHOLES:
            return wholes.pack(sample, record, pixels, window, shapes)
        picture = render(record, pixels, frame, window)
        image = shown(picture.image, sample.counterfactual)
        if pixels_sha256(image) != sample.media[0].pixels_sha256:
            uri = record.sources[0].uri
            raise RuntimeError(f"{uri}: its pixels changed since {sample.key} was curated; run: triptych build again")
        return pack(sample, image, masks, pixels.array if record.kind == "signal" else None)  # type: ignore[arg-type]
