"""What the finished shards of a corpus come to, without a word of each sample kept."""

from pipelines.publish.plan import Plan
from pipelines.publish.shard import WrittenShard
from transforms.shards.manifest import ShardEntry
from transforms.shards.stats import Stats, merge

AT_ONCE = 64  # statistics that wait to be added up: each addition sorts all labels


class Written:
    """Shards, taken in any order: of each only its line of the manifest is kept."""

    def __init__(self) -> None:
        self.entries: list[ShardEntry] = []
        self._stats: list[Stats] = []
        self._shown: tuple[str, str] | None = None

    def take(self, one: WrittenShard) -> None:
        self.entries.append(ShardEntry.of(one.tars, one.split, one.members))
        self._stats.append(one.stats)
        if len(self._stats) > AT_ONCE:
            self._stats = [merge(self._stats)]
        if one.example and one.split == "train":
            self._shown = min(self._shown or (one.info.name, one.example), (one.info.name, one.example))

    def stats(self, plan: Plan) -> Stats:
        """All statistics; subjects may lie in several shards, and are those of the plan."""
        found = merge(self._stats)
        tables = {**found.tables, "subjects": plan.people}
        return found.model_copy(update={"subjects": plan.subjects, "tables": tables})

    @property
    def shown(self) -> str | None:
        """The example of the first shard of `train` that has one."""
        return self._shown and self._shown[1]
