"""Who and what a sample is of, whatever names its set gives them: `subject_uid` and `volume_uid` of its provenance.

Two names are of one person, two records of one scan, where their samples show equal pixels, or where they were
confirmed as rewritten copies (`splits: {copies: true}`); those that are linked through others have one uid too. A pool
of sets that share people nobody can tell apart makes no two of them one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import polars as pl

from connectors.base import pseudonym
from pipelines.publish.history import History
from pipelines.publish.rewritten import Copy
from pipelines.store import Store
from schemas import Candidate, Record, SourceFile, content_key
from transforms.identity.components import components, named
from transforms.regions.whole import VOLUME


class Uids(NamedTuple):
    """Of those alone that have another's. `people`: subject -> the subject by which that person goes; `scans`: record
    -> the volume_uid of the scan that it is, or is a slice of."""

    people: dict[str, str]
    scans: dict[str, str]

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of samples with `person` and `scan`, null where they go by their own."""
        return frame.with_columns(
            person=frame["subject"].replace_strict(self.people, default=None, return_dtype=pl.String),
            scan=frame["record"].replace_strict(self.scans, default=None, return_dtype=pl.String),
        )


def subject_uid(subject: str) -> str:
    """20 hex digits in place of a subject: keyed (HMAC-SHA256 under TRIPTYCH_PSEUDONYM_KEY), so the same in all corpora
    of one key, and no name of a header or a folder can be tried against it by who has no key."""
    return pseudonym("subject", subject)


def volume_uid(source: SourceFile) -> str:
    """20 hex digits for the scan that a file holds, or is the first slice of: of its bytes and of nothing that it says,
    so the same wherever that file lies."""
    return content_key("volume", source.sha256, source.select)


def own_volume_uid(sample: Candidate) -> str | None:
    """That of a volume or of a slice of one, by itself; None of other records, and of groups, which show several."""
    kind = sample.view.frame.partition(":")[0]
    geometry = sample.media[0].geometry if sample.media else None
    sliced = kind != "frame" and geometry is not None and geometry.slice_axis is not None
    return volume_uid(sample.provenance.sources[0]) if sample.group is None and (kind == VOLUME or sliced) else None


def uids(store: Store, rows: Iterable[pl.DataFrame], equal: pl.DataFrame, found: list[Copy], history: History) -> Uids:
    """`rows`: key, subject, record of all samples; `equal`: key, kept: samples with the same pixels; `found`: rewritten
    copies. In a corpus that is appended to, names stand."""
    keys = pl.concat([equal["key"], equal["kept"]]).unique()
    own = pl.concat([frame.filter(pl.col("key").is_in(keys.implode())) for frame in rows])
    pairs = equal.join(own, on="key").join(own, left_on="kept", right_on="key", suffix="_kept")
    people = [*pairs.select("subject", "subject_kept").iter_rows(), *(one.subjects for one in found)]
    grouped = components(people)
    standing = history.rows.select("subject", name=pl.coalesce("person", "subject")).unique("subject")
    known = named(grouped, {one: one for group in grouped for one in group}, dict(standing.iter_rows()))
    records = {*pairs.select("record", "record_kept").unique().iter_rows()}
    return Uids({one: name for one, name in known.items() if one != name}, _scans(store, records, found, history))


def _scans(store: Store, equal: set[tuple[str, str]], found: list[Copy], history: History) -> dict[str, str]:
    """record -> volume_uid, of volumes that are one scan and of pictures that are slices of one. No picture makes two
    volumes one."""
    copies = [one for one in found if one.evidence.kind != "picture"]
    own = dict(_volumes(store, {record for pair in [*equal, *(one.records for one in copies)] for record in pair}))
    pairs = [*equal, *(one.records for one in copies if one.evidence.kind == "volume")]
    grouped = components(pair for pair in pairs if own.keys() >= {*pair})
    stands = history.rows.filter(pl.col("record").is_in(list(own))).select("record", "scan").unique("record")
    before = {record: scan or own[record] for record, scan in stands.iter_rows()}
    scans: Mapping[str, str] = own | named(grouped, own, before)
    slices = sorted((*sorted(one.records, key=own.__contains__),) for one in copies if one.evidence.kind == "slice")
    of = {picture: scans[volume] for picture, volume in reversed(slices)}
    return {record: scan for record, scan in scans.items() if scan != own[record]} | of


def _volumes(store: Store, records: set[str]) -> Iterator[tuple[str, str]]:
    """Those of the records that are volumes, with their own uid."""
    for part in store.every_part() if records else ():
        for row in part.rows("records", ["key", "kind", "body"], key=records):
            if row["kind"] == "volume":
                yield row["key"], volume_uid(Record.model_validate_json(row["body"]).sources[0])
