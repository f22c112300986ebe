"""What flows through the curate stages: a record, its rows so far, and what became of each unit."""

from dataclasses import dataclass, field
from typing import Any

from pipelines.drawn import Drawn
from pipelines.store import Row
from schemas import Description, Dialogue, Fact, Record, Region, RleShape, Scene, Step
from transforms.regions.viewdata import ViewData
from transforms.text.jobs import Made


@dataclass
class Worded:
    """What a language model made of a scene, until it is booked: its words and what became of each job, or what went
    wrong."""

    description: Description | None = None
    dialogues: tuple[Dialogue, ...] = ()
    made: tuple[Made, ...] = ()
    error: Exception | None = None


@dataclass
class SceneState:
    """One view on its way: its scene, the masks of its regions, and the words found for it. `view`: its pixels, while
    the process that drew it has them; it neither travels nor is stored, and can be drawn again."""

    scene: Scene
    masks: dict[str, RleShape] = field(default_factory=dict)
    description: Description | None = None
    dialogues: tuple[Dialogue, ...] = ()
    alive: bool = True
    view: ViewData | None = None
    worded: Worded | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "view": None}


@dataclass
class Packet:
    """`sources`: the regions that ingest found. `item`: the unit that it was read from. `steps`: for each stage its
    version, its parameters and the key under which this record passes it. `done`: stages whose rows are in the store
    already. `rows`: table -> new rows. `volume`: region key -> facts measured on the whole record. `attempt`: which try
    this is. `stored`: table -> the rows that its done stages left before. `content`: what a
    copy of it shares with it. `drawn`: its samples' pictures, encoded; None where nobody keeps them."""

    record: Record
    sources: tuple[Region, ...]
    steps: tuple[Step, ...]
    done: frozenset[str] = frozenset()
    rows: dict[str, list[Row]] = field(default_factory=dict)
    scenes: list[SceneState] = field(default_factory=list)
    volume: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    item: str = ""
    content: str = ""
    attempt: int = 1
    stored: dict[str, list[Row]] = field(default_factory=dict)
    drawn: list[Drawn] | None = None

    @property
    def keys(self) -> dict[str, str]:
        return {step.stage: step.key for step in self.steps}

    def emit(self, table: str, row: Row) -> None:
        self.rows.setdefault(table, []).append(row)
