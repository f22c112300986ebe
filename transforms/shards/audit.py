"""One published sample against its own members: everything that can be checked without the rest of the corpus."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from schemas import LabelSpace, Media, Sample, SampleRegion, Scene
from schemas.recipe import Use
from transforms.checks.boxes import mark_problems
from transforms.facts import ops
from transforms.groups import across
from transforms.groups.apart import parts
from transforms.languages import check as translations
from transforms.regions import counterfactual
from transforms.regions.marks import Mark, of_scene
from transforms.regions.places import of_volume
from transforms.regions.solid import Solid
from transforms.shards import audit_text as said
from transforms.shards import reread
from transforms.shards.audit_group import problems as group_problems
from transforms.shards.audit_signal import curve_problems, signal_of
from transforms.shards.audit_signal import fact_problems as signal_problems
from transforms.shards.audit_source import problems as source_problems
from transforms.shards.audit_volume import box_problems, fact_problems, header_problems, is_volume, solids_of
from transforms.shards.encode import Mask, decode_png, pixels_sha256, sha256
from transforms.shards.geometry import problems as geometry_problems
from transforms.shards.licence import forbidden
from transforms.shards.nifti import decode
from transforms.shards.remeasure import fact_problem
from transforms.shards.withheld import WITHHELD
from transforms.tasks.replay import replay
from transforms.text import linked

T = TypeVar("T")
USE = Use()  # passed on, which is the strictest that a corpus can be for


@dataclass
class Audit:
    """What one sample's checks found: `problems` as (check, message), `looked` counts what each check looked at."""

    problems: list[tuple[str, str]] = field(default_factory=list)
    looked: Counter[str] = field(default_factory=Counter)
    sample: Sample | None = None
    arrays: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    masks: dict[str, Mask] = field(default_factory=dict)
    sound: set[str] = field(default_factory=set)  # regions whose box or mark lies where they can be measured
    solids: dict[str, Solid] = field(default_factory=dict)

    def fail(self, check: str, message: str) -> None:
        self.problems.append((check, message))

    def all(self, check: str, number: int, messages: Iterator[str] | Sequence[str]) -> None:
        """One check that looked at `number` things."""
        self.looked[check] += number
        self.problems += [(check, message) for message in messages]


def audit(key: str, members: Mapping[str, bytes], space: LabelSpace | None = None, use: Use = USE) -> Audit:
    """Check a group of a shard, made for this use. Never raises on a bad sample: what is wrong is in `problems`."""
    found = Audit()
    found.looked["schema"] += 1
    if "json" not in members:
        found.fail("schema", "no member json")
        return found
    try:
        sample = found.sample = Sample.model_validate_json(members["json"])
    except ValidationError as error:
        first = error.errors()[0]
        found.fail("schema", f"json: {'.'.join(map(str, first['loc']))}: {first['msg']} ({error.error_count()} in all)")
        return found
    if sample.key != key:
        found.fail("schema", f"json says key {sample.key!r}")
    _media(found, sample, members)
    found.all("group", sample.group is not None, list(group_problems(sample)))
    _regions(found, sample)
    found.all("claim", said.claim_count(sample), said.claims(sample))
    found.all("source", len(sample.description.source), list(source_problems(sample)))
    found.all("reference", len(sample.dialogues), said.references(sample))
    found.all("item", sum(one.check is not None for one in sample.dialogues), said.items(sample))
    found.all("licence", 1, _licence(sample, use))
    placed = sum(media.geometry is not None for media in sample.media)
    found.all("geometry", placed, [line for part in _parts(found, sample) for line in geometry_problems(part)])
    if space is not None:
        found.all("concept", len(sample.regions), _concepts(sample, space))
        found.all("mention", len(sample.description.source), list(linked.problems(sample, space)))
        found.looked["text"] += reread.looked(sample)
        found.problems += reread.problems(sample, space)
        found.all("translation", translations.looked(sample), list(translations.problems(sample, space)))
    _measure(found, sample)
    _altered(found, sample)
    found.all("intensity", 0, reread.brightness(sample, found.arrays, found.masks))
    return found


def _media(found: Audit, sample: Sample, members: Mapping[str, bytes]) -> None:
    names = [media.name for media in sample.media if not media.withheld]
    found.looked["media"] += len(sample.media)
    if len({m.name for m in sample.media}) != len(sample.media) or set(names) != members.keys() - {"json"}:
        found.fail("media", f"media are {', '.join(names) or 'none'}, members {', '.join(sorted(members))}")
    found.all("media", 0, _withheld(sample))
    for media in sample.media:
        if media.name not in members:
            continue
        data = members[media.name]
        if media.sha256 != sha256(data):
            found.fail("media", f"{media.name}: sha256 is {sha256(data)}, json says {media.sha256}")
        if is_volume(media.name):
            _voxels(found, media, data)
        elif media.kind in ("image", "mask"):
            _pixels(found, media, data)
        elif media.kind == "signal" and (curves := _decoded(found, media, data, signal_of)) is not None:
            found.all("signal", 1, curve_problems(media, curves))
            found.arrays[media.name] = curves


def _withheld(sample: Sample) -> Iterator[str]:
    """A sample without its pixels says so of all of them, and how they are made; none other does."""
    gone = [media for media in sample.media if media.withheld]
    if (sample.rebuild is not None) != bool(gone) or (sample.licence.covers == "annotations") != bool(gone):
        yield "its media, its licence and `rebuild` do not agree on whether its pixels left with it"
    for media in sample.media:
        if gone and media.kind in WITHHELD and not media.withheld:
            yield f"{media.name}: its licence covers annotations alone, and these are pixels"
        if media.withheld and (media.kind not in WITHHELD or media.sha256 is None):
            yield f"{media.name}: is withheld, and is no pixels with a sum"
    if gone and sample.document is not None:
        yield "a document is its text: it cannot leave where its source may not"
    if gone and sample.rebuild is not None and sample.rebuild.record.sources != sample.provenance.sources:
        yield "rebuild and provenance name other sources"


def _decoded(found: Audit, media: Media, data: bytes, decoder: Callable[[bytes], T]) -> T | None:
    found.looked["pixels"] += 1
    try:
        return decoder(data)
    except ValueError as error:
        found.fail("pixels", f"{media.name}: {error}")
        return None


def _pixels(found: Audit, media: Media, data: bytes) -> None:
    array = _decoded(found, media, data, decode_png)
    if array is None:
        return
    height, width = array.shape[:2]
    channels = 1 if array.ndim == 2 else array.shape[2]
    if (media.width, media.height, media.channels) != (width, height, channels):
        says = f"{media.width} x {media.height} x {media.channels}"
        found.fail("pixels", f"{media.name} is {width} x {height} x {channels}, json says {says}")
    if media.pixels_sha256 != pixels_sha256(array):
        found.fail("pixels", f"{media.name}: pixels_sha256 is {pixels_sha256(array)}, json says {media.pixels_sha256}")
    found.arrays[media.name] = array


def _voxels(found: Audit, media: Media, data: bytes) -> None:
    volume = _decoded(found, media, data, decode)
    if volume is None:
        return
    found.all("geometry", 1, header_problems(media, volume))
    if media.pixels_sha256 != pixels_sha256(volume.array):
        found.fail("pixels", f"{media.name}: its voxels are not those of pixels_sha256 {media.pixels_sha256}")
    found.arrays[media.name] = volume.array


def _regions(found: Audit, sample: Sample) -> None:
    """Boxes lie within their image and hold exactly their mask; mask values have pixels; parents and ids are sound."""
    ids = [region.id for region in sample.regions]
    found.all("region", len(ids), [f"region {rid} comes twice" for rid, n in Counter(ids).items() if n > 1])
    sizes = {media.name: (media.width or 0, media.height or 0) for media in sample.media}
    found.solids = solids_of(sample, found.arrays)
    boxes = [wrong for part in _parts(found, sample) for wrong in box_problems(part, found.solids)]
    found.all("box", sum(region.box3d is not None for region in sample.regions), boxes)
    claimed: dict[str, set[int]] = {media.name: set() for media in sample.media if media.kind == "mask"}
    for region in sample.regions:
        if region.parent is not None and region.parent not in ids:
            found.fail("region", f"{region.id}: its parent {region.parent} is not a region of the sample")
        if region.mask is not None:
            found.looked["mask"] += 1
            claimed.setdefault(region.mask.media, set()).add(region.mask.value)
            array = found.arrays.get(region.mask.media)
            if region.id in found.solids:
                continue
            mask = None if array is None or array.ndim != 2 or region.mask.value <= 0 else array == region.mask.value
            if mask is None or not mask.any():
                found.fail("mask", f"{region.id}: {region.mask.media} has no pixel of value {region.mask.value}")
            else:
                found.masks[region.id] = mask
        wrong = list(_drawn(found, region, sizes))
        found.problems += wrong
        if not wrong:
            found.sound.add(region.id)
    for name, array in sorted(found.arrays.items()):
        if name in claimed and (orphans := set(np.unique(array).tolist()) - claimed[name] - {0}):
            found.fail("mask", f"{name}: value {min(orphans)} belongs to no region ({len(orphans)} such values)")


def _drawn(found: Audit, region: SampleRegion, sizes: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """What is wrong with a region's box and marks."""
    if region.box is not None:
        found.looked["box"] += 1
        if message := _box(region.box.xyxy, sizes.get(region.box.media), found.masks.get(region.id)):
            yield "box", f"{region.id}: {message}"
    marks = {"box": region.turned_box, "point": region.points, "line": region.line, "ellipse": region.ellipse}
    found.looked.update(check for check, mark in marks.items() if mark is not None)
    yield from ((check, f"{region.id}: {message}") for check, message in mark_problems(region, sizes))


def _box(xyxy: ops.Box, size: tuple[int, int] | None, mask: Mask | None) -> str | None:
    x0, y0, x1, y1 = xyxy
    if size is None:
        return "its box is on a media that the sample does not have"
    if not (0 <= x0 < x1 <= size[0] and 0 <= y0 < y1 <= size[1]):
        return f"box {xyxy} is empty or leaves the image of {size[0]} x {size[1]}"
    if mask is not None and ops.box(mask) != xyxy:
        return f"box is {xyxy}, its mask's is {ops.box(mask)}"
    return None


def _licence(sample: Sample, use: Use) -> Iterator[str]:
    licence = sample.licence
    for what in forbidden(licence, use):
        yield f"licence {licence.id} does not allow {what}: this sample may not be in a corpus for that"
    if not licence.id.strip() or not licence.attribution.strip():
        yield "the licence has no id or no attribution"


def _concepts(sample: Sample, space: LabelSpace) -> Iterator[str]:
    known = {entry.concept.label: entry.concept for entry in space}
    for name, concept in [("modality", sample.modality), *((region.id, region.concept) for region in sample.regions)]:
        if known.get(concept.label) != concept:
            yield f"{name}: {concept.system} {concept.code} {concept.label!r} is not in the label space"


def _measure(found: Audit, sample: Sample) -> None:
    """Measure again, on the masks of the shard, what the sample says was measured on them."""
    marks = {rid: mark for rid, mark in of_scene(sample).items() if rid in found.sound}
    places = {rid: place for part in _parts(found, sample) for rid, place in of_volume(part).items()}
    placed = not any(check == "geometry" for check, _ in found.problems)
    for part in _parts(found, sample):
        _facts(found, part, marks, placed)
    for problem in across.problems(sample):
        found.looked["fact"] += 1
        if problem:
            found.fail("fact", problem)
    for dialogue in sample.dialogues:
        if dialogue.reasoning and sample.media:
            labels = {region.id: region.concept.label for region in sample.regions}
            for step in replay(
                dialogue, found.masks, sample.media[0], _values(found, sample), labels, marks, places, sample,
                found.solids,
            ):  # fmt: skip
                found.looked["reasoning"] += step.outcome != "skip"
                if step.outcome == "fail":
                    found.fail("reasoning", f"{dialogue.id} step {step.number} {step.op}: {step.reason}")


def _values(found: Audit, sample: Sample) -> NDArray[np.generic] | None:
    """Those of its volume, or of its signal."""
    kinds = {media.kind: media.name for media in reversed(sample.media)}
    return found.arrays.get(sample.media[0].name if sample.media[0].kind == "volume" else kinds.get("signal", ""))


def _altered(found: Audit, sample: Sample) -> None:
    """A picture that is said to be altered is, and nothing is said of what it hides."""
    if sample.counterfactual is not None:
        picture = next((media.name for media in sample.media if media.kind == "image"), "")
        found.all("altered", 1, list(counterfactual.problems(sample, found.arrays.get(picture))))


def _parts(found: Audit, sample: Sample) -> tuple[Scene, ...]:
    """The scenes of one image or volume that a sample is made of; none of a group that is broken."""
    return () if any(check == "group" for check, _ in found.problems) else parts(sample)


def _facts(found: Audit, scene: Scene, marks: Mapping[str, Mark], placed: bool) -> None:
    """The facts of one image or volume. `placed`: whether its geometry is sound."""
    volumes = fact_problems(scene, found.solids, found.arrays) if placed else ()
    for fact, message in (*volumes, *signal_problems(scene, found.arrays)):
        found.looked["fact"] += 1
        if message:
            found.fail("fact", f"{fact.id} {fact.predicate}: {message}")
    pictures = (found.arrays.get(one.name) for one in scene.media if one.kind == "image")
    image = next((one for one in pictures if one is not None and one.dtype == np.uint8), None)
    for fact in scene.facts:
        if fact.scope == "view":
            looked, message = fact_problem(fact, scene, found.masks, marks, image)  # type: ignore[arg-type]
            found.looked["fact"] += looked
            if message:
                found.fail("fact", f"{fact.id} {fact.predicate}: {message}")
