"""The corpus that stands in a workspace, as the next one needs to know it.

published.json                  which corpus stands
publish/groups-KEY/plan.json    how it was planned
publish/groups-KEY/NAME.parquet a row a group of a shard: what was decided of its sample, and where it lies
publish/groups-KEY/NAME.json    the shard as a whole
"""

import json
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.ingest.snapshots import read_frame
from pipelines.store.files import Files
from schemas import Recipe, content_key

if TYPE_CHECKING:
    from transforms.tasks.balance import Edits

VERSION = "1"  # raised when what is kept of a corpus cannot be read any more
STAMP = "published.json"
PLAN = "plan.json"
ROW = {"key": pl.String, "part": pl.Int64, "dataset": pl.String, "record": pl.String, "subject": pl.String,
       "made": pl.String, "split": pl.String, "members": pl.String, "edits": pl.String,
       "identity": pl.String, "person": pl.String, "scan": pl.String}  # fmt: skip
"""What is decided of a sample. `members`: those that leave, and after a semicolon those that it has with its pixels;
`edits`: what becomes of its questions; `identity`: what decides its group's bytes; `person`, `scan`: see `Uids`."""
PIXELS_LIE = {"pixels_offset": pl.Int64, "pixels_size": pl.Int64, "pixels_crc": pl.Int64}
LIES = {"offset": pl.Int64, "size": pl.Int64, "crc": pl.Int64, "drawing": pl.String, "stats": pl.String, **PIXELS_LIE}
"""Where a group lies in its shard, what decides its pixels, and its statistics. PIXELS_LIE: of a shard in layers, where
its pixels lie in the second tar; else null."""

log = logging.getLogger("triptych")


class History:
    """`rows`: where the corpus is appended to, what was decided of each sample (ROW and its shard); else none, and all
    is decided anew."""

    def __init__(self, files: Files, recipe: Recipe) -> None:
        self.files = files
        self.stamp: dict[str, Any] = files.read_json(STAMP) or {}
        self.groups = str(self.stamp.get("groups", ""))
        there = files.names(self.groups) if self.groups else []
        self.shards = [name.removesuffix(".parquet") for name in there if name.endswith(".parquet")]
        self.plan = files.read_json(f"{self.groups}/{PLAN}") if PLAN in there else None
        planned = {shard["name"] for shard in (self.plan or {}).get("shards", ())}
        self.whole = bool(planned) and all({f"{name}.parquet", f"{name}.json"} <= set(there) for name in planned)
        same = self.whole and self.stamp.get("rules") == rules(recipe)
        self.grows = same and recipe.shards.grow == "append"
        if self.whole and not same and recipe.shards.grow == "append":
            log.warning(
                "recipe %s: seed, splits, questions or shards are not those under which the corpus was appended to: "
                "all is decided and packed anew, and people may change their split", recipe.name,
            )  # fmt: skip
        wanted = list(ROW) if self.grows else ["key", "part"]
        read = pl.concat([pl.DataFrame(schema={**{name: ROW[name] for name in wanted}, "shard": pl.String}),
                          *(self.index(name, wanted) for name in self.shards)], how="diagonal")  # fmt: skip
        self.rows = read if self.grows else pl.DataFrame(schema={**ROW, "shard": pl.String})
        self._none = read.clear()
        self._of_part = {part: rows for (part,), rows in read.partition_by("part", as_dict=True).items()}

    @property
    def grown_from(self) -> str | None:
        """The SHA-256 of the manifest of the corpus that is appended to."""
        return str(self.stamp["sha256"]) if self.grows else None

    def index(self, shard: str, columns: Sequence[str]) -> pl.DataFrame:
        """The rows of a shard that stands, in the order in which its groups lie."""
        frame = read_frame(self.files, f"{self.groups}/{shard}.parquet")
        none = {name: pl.lit(None, ROW[name]) for name in columns if name not in frame.columns}  # of an earlier version
        return frame.with_columns(**none).select(columns).with_columns(shard=pl.lit(shard))

    def part(self, number: int) -> pl.DataFrame:
        """The groups of one part: `key` and `shard` of each, and all of ROW where the corpus is appended to."""
        frames = (self._of_part.get(at, self._none) for at in (number, None))  # an earlier version noted no part
        return pl.concat(frames)

    def decided(self, number: int, candidates: pl.DataFrame) -> "dict[str, Edits]":
        """key -> what became of the questions of a part's sample, of those that are as they were."""
        if not self.grows:
            return {}
        found = candidates.select("key", "made").join(self.part(number), on=["key", "made"])
        return {key: json.loads(edits) for key, edits in found.select("key", "edits").iter_rows()}


def rules(recipe: Recipe) -> str:
    """What a corpus is appended under: with another of these all is decided and packed anew."""
    own = {"grow"} if recipe.shards.layers else {"grow", "layers"}  # what a corpus of one tar a shard never had
    shards = recipe.shards.model_dump(exclude=own)
    said = (recipe.splits, recipe.questions)
    return content_key(VERSION, recipe.seed, recipe.on_shared_subjects, shards, [one.to_json() for one in said])
