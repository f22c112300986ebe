"""Groups of the corpus that stands, which the next one may take over as they lie."""

import io
import logging
import tarfile
from collections.abc import Mapping

import deflate
import polars as pl

from pipelines.store import Row
from pipelines.store.files import Files
from schemas import Sample
from transforms.shards.builder import Members
from transforms.shards.tar import BLOCK

log = logging.getLogger(__name__)


class Before:
    """Groups of the corpus that stands. What a disk has damaged since is not taken over."""

    def __init__(self, files: Files, rows: Mapping[str, Row]) -> None:
        self.files, self.rows = files, rows

    def others(self, rows: pl.DataFrame) -> list[str]:
        """The keys of which the very group is not there."""
        pairs = rows.select("key", "identity").iter_rows()
        return [key for key, identity in pairs if self.rows.get(key, {}).get("identity") != identity]

    def group(self, key: str, identity: str) -> tuple[bytes, str, str] | None:
        """A group whose bytes can be taken as they are, its drawing and its statistics."""
        row = self.rows.get(key)
        if row is None or row["identity"] != identity:
            return None
        data = self._bytes(row)
        return None if data is None else (data, row["drawing"], row["stats"])

    def members(self, key: str, drawing: str) -> Members | None:
        """The members of a group that shows the same pixels and masks; its words may be others."""
        row = self.rows.get(key)
        data = None if row is None or row["drawing"] != drawing else self._bytes(row)
        members = None if data is None else members_in(data)
        without = members is not None and Sample.model_validate_json(members["json"]).rebuild is not None
        return None if without else members  # one that left without its pixels has none to take over

    def _bytes(self, row: Row) -> bytes | None:
        try:
            data = self.files.read_span(f"shards/{row['shard']}", row["offset"], row["size"])
        except FileNotFoundError:
            return None
        if deflate.crc32(data) != row["crc"]:
            where = self.files.path(f"shards/{row['shard']}")
            log.warning("%s: %s is damaged there; it is made anew from its source", where, row["key"])
            return None
        return data


def members_in(group: bytes) -> Members:
    """The members of a group as it lies in a shard."""
    found: Members = {}
    with tarfile.open(fileobj=io.BytesIO(group + bytes(2 * BLOCK))) as tar:
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            found[member.name.partition(".")[2]] = file.read()
    return found
