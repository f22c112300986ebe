"""A sample that leaves without its pixels, because only what is said of them may be passed on; and made whole again."""

from collections.abc import Mapping

from schemas import Licence, Media, Record, Sample
from schemas.sample import Rebuild
from transforms.shards.builder import JSON, Members
from transforms.shards.encode import sha256

WITHHELD = ("image", "volume", "signal")
"""Kinds of media that are made of the source's own values. Index masks are annotations."""
KEPT_META = ("leads",)
"""What drawing asks of a record's `meta`."""


def staying(members: str) -> str:
    """Of the endings of a whole sample's members, those that it has without its pixels: its JSON and index masks."""
    return ",".join(name for name in members.split(",") if name == JSON or "mask" in name)


def withhold(
    sample: Sample, members: Mapping[str, bytes], record: Record, window: tuple[float, float] | None, licence: Licence
) -> tuple[Sample, Members]:
    """A packed sample without the members that hold its source's pixels: their sums and their places stay, and what
    makes them again. `licence`: that of the annotations. Raises ValueError for a sample of text: that is the source."""
    if sample.document is not None:
        raise ValueError(f"{sample.key}: a document is its text: nothing of it leaves without that")
    media = tuple(_without(one) for one in sample.media)
    said_of = {"presence": (), "facts": (), "exhaustive": (), "label_maps": (), "anatomy": (), "text": None}
    of = {"text_kind": None, "text_level": None, "study": None, "series": None, "split": None}
    meta = {name: record.meta[name] for name in KEPT_META if name in record.meta}
    bare = record.model_copy(update={**said_of, **of, "meta": meta})
    rebuild = Rebuild(record=bare, window=window, licence=sample.licence)
    left = sample.model_copy(update={"media": media, "licence": licence, "rebuild": rebuild})
    gone = {one.name for one in media if one.withheld}
    kept = {name: data for name, data in members.items() if name not in gone}
    return left, {**kept, JSON: left.to_json().encode()}


def _without(media: Media) -> Media:
    return media.model_copy(update={"withheld": True}) if media.kind in WITHHELD else media


def whole(sample: Sample, members: Mapping[str, bytes], drawn: Mapping[str, bytes]) -> tuple[Sample, Members]:
    """The sample as it would have left with its pixels. `drawn`: the members that it lacks, made of the source anew.
    Raises ValueError, which names the file, where these are others than the sample's sums say."""
    if sample.rebuild is None:
        return sample, dict(members)
    for media in sample.media:
        if media.withheld and (media.name not in drawn or sha256(drawn[media.name]) != media.sha256):
            source = sample.rebuild.record.sources[0]
            raise ValueError(
                f"{source.uri}: {media.name} of {sample.key} comes out otherwise; is this the file of {sample.dataset} "
                f"with the SHA-256 {source.sha256}, and this the version of Triptych that made the shards?"
            )
    there = tuple(one.model_copy(update={"withheld": False}) for one in sample.media)
    full = sample.model_copy(update={"media": there, "licence": sample.rebuild.licence, "rebuild": None})
    wanted = {one.name: drawn[one.name] for one in sample.media if one.withheld}
    return full, {**members, **wanted, JSON: full.to_json().encode()}
