"""Groups of the corpus that stands, which the next one may take over as they lie."""

import io
import logging
import tarfile
from collections.abc import Mapping

import deflate
import polars as pl

from pipelines.publish.history import PIXELS_LIE
from pipelines.store import Row
from pipelines.store.files import Files
from schemas import Sample
from transforms.shards.builder import Members
from transforms.shards.tar import BLOCK, GroupSpan

log = logging.getLogger(__name__)


class Before:
    """Groups of the corpus that stands. What a disk has damaged since is not taken over."""

    def __init__(self, files: Files, rows: Mapping[str, Row]) -> None:
        self.files, self.rows = files, rows

    def others(self, rows: pl.DataFrame) -> list[str]:
        """The keys of which the very group is not there."""
        pairs = rows.select("key", "identity").iter_rows()
        return [key for key, identity in pairs if self.rows.get(key, {}).get("identity") != identity]

    def group(self, key: str, identity: str, tars: int = 1) -> tuple[list[bytes], str, str] | None:
        """A group whose bytes can be taken as they are, its drawing and its statistics; of a shard in so many tars what
        lies in each."""
        row = self.rows.get(key)
        if row is None or row["identity"] != identity or (row["pixels_size"] is None) is not (tars == 1):
            return None
        data = self._bytes(row)
        return None if data is None else (data, row["drawing"], row["stats"])

    def members(self, key: str, drawing: str) -> Members | None:
        """The members of a group that shows the same pixels and masks; its words may be others."""
        row = self.rows.get(key)
        data = None if row is None or row["drawing"] != drawing else self._bytes(row)
        members = None if data is None else {name: one for part in data for name, one in members_in(part).items()}
        without = members is not None and Sample.model_validate_json(members["json"]).rebuild is not None
        return None if without else members  # one that left without its pixels has none to take over

    def _bytes(self, row: Row) -> list[bytes] | None:
        """What lies of a group in each tar of its shard."""
        found = []
        for tar, (offset, size, crc) in zip(row["tars"], (GroupSpan._fields, PIXELS_LIE), strict=False):
            if row[size] is None:
                break
            try:
                data = self.files.read_span(f"shards/{tar}", row[offset], row[size])
            except FileNotFoundError:
                return None
            if deflate.crc32(data) != row[crc]:
                where = self.files.path(f"shards/{tar}")
                log.warning("%s: %s is damaged there; it is made anew from its source", where, row["key"])
                return None
            found.append(data)
        return found


def members_in(group: bytes) -> Members:
    """The members of a group as it lies in a shard."""
    found: Members = {}
    with tarfile.open(fileobj=io.BytesIO(group + bytes(2 * BLOCK))) as tar:
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None
            found[member.name.partition(".")[2]] = file.read()
    return found
