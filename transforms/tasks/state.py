"""What a replay has at hand: masks, boxes, points and geometry, and the steps so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from schemas import Media, ReasoningStep, Scene
from transforms.facts import ops
from transforms.facts.whole import acquired, grid_of
from transforms.groups.apart import media_of
from transforms.regions.marks import Mark
from transforms.regions.patch import AnyMask, Box
from transforms.regions.places import Place
from transforms.regions.solid import Solid

Result = bool | int | float | str


class UnmeasurableError(ValueError):
    """A step needs what was not given: pixel values, which a shard may not carry."""


@dataclass
class Replay:
    """The masks and, of regions that have none, the marks or the places in a volume; the image's geometry; and the
    steps so far, whose results were found and not taken on trust. Of a group, `scene` says what lies where and what is
    absent, `media` is that which the step at hand looks at, and `solids` are the masks of its volumes. `values` are
    those of the one picture (height, width), or of the one volume (i, j, k)."""

    masks: Mapping[str, AnyMask]
    media: Media
    values: NDArray[Any] | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    scene: Scene | None = None
    solids: Mapping[str, Solid] = field(default_factory=dict)
    done: list[tuple[ReasoningStep, Result]] = field(default_factory=list)

    @property
    def spacing(self) -> ops.Spacing:
        return self.media.geometry.spacing_mm if self.media.geometry else None

    def look(self, args: Mapping[str, object]) -> None:
        """Take up the medium of a group that a step's region lies on, or the one that an earlier step chose."""
        if self.scene is not None and self.scene.group is not None:
            named = [str(value) for value in args.values()]
            chosen = [str(self.earlier(one)[1]) if one.startswith("#") else one for one in named]
            rid = next((one for one in chosen if self.has(one)), None)
            self.media = media_of(self.scene).get(rid or "", self.media)

    def earlier(self, reference: object) -> tuple[ReasoningStep, Result]:
        """Step "#n" and what it gave. Raises ValueError where there is none."""
        number = str(reference)[1:]
        if not str(reference).startswith("#") or not number.isdigit() or not 0 < int(number) <= len(self.done):
            raise ValueError(f"{reference!r} is no earlier step")
        return self.done[int(number) - 1]

    def number(self, reference: object) -> float:
        """The number that an earlier step gave."""
        value = self.earlier(reference)[1]
        if isinstance(value, str | bool):
            raise ValueError(f"step {reference} gave {value!r}, not a number")
        return float(value)

    def rid(self, reference: object) -> str:
        """A region by id, or as an earlier step chose it."""
        rid = str(self.earlier(reference)[1]) if str(reference).startswith("#") else str(reference)
        if not self.has(rid):
            raise ValueError(f"no mask of region {rid!r}, nor a mark")
        return rid

    def has(self, rid: str) -> bool:
        return any(rid in found for found in (self.masks, self.marks, self.places, self.solids))

    def mask(self, reference: object) -> AnyMask:
        """Raises ValueError for a region without one: a box or a point is no measure of what it marks."""
        rid = self.rid(reference)
        if rid not in self.masks:
            raise ValueError(f"no mask of region {rid!r}")
        return self.masks[rid]

    def solid(self, reference: object) -> Solid:
        """The mask of a region in a volume. Raises ValueError for one without."""
        rid = self.rid(reference)
        if rid not in self.solids:
            raise ValueError(f"region {rid!r} has no mask in a volume")
        return self.solids[rid]

    def mark(self, reference: object) -> Mark:
        """Raises ValueError for a region with a mask, or in a volume."""
        rid = self.rid(reference)
        if rid not in self.marks:
            raise ValueError(f"region {rid!r} has a mask, or lies in a volume")
        return self.marks[rid]

    def located(self, reference: object) -> Place:
        """Where in the volume a region lies. Raises ValueError for one with a mask, or on a picture."""
        rid = self.rid(reference)
        if rid not in self.places:
            raise ValueError(f"region {rid!r} has a mask, or lies on a picture")
        return self.places[rid]

    def reach(self, reference: object) -> tuple[int, int]:
        """The first and the last slice of the volume, as acquired, that a region is on. Raises ValueError."""
        found = self.located(reference).range(acquired(grid_of(self.media)))
        if found is None:
            raise ValueError("it says nothing of the slices that the volume was acquired in")
        return found

    def place(self, reference: object) -> AnyMask:
        """The pixels of a mask, a box or a point."""
        rid = self.rid(reference)
        return self.masks[rid] if rid in self.masks else self.marks[rid].pixels

    def centre(self, reference: object) -> tuple[float, float]:
        rid = self.rid(reference)
        return ops.centroid(self.masks[rid]) if rid in self.masks else self.marks[rid].centre

    def box(self, reference: object) -> Box:
        rid = self.rid(reference)
        found = ops.box(self.masks[rid]) if rid in self.masks else self.marks[rid].box
        if found is None:
            raise ValueError(f"region {rid!r} is marked with a {self.marks[rid].form}, not with a box")
        return found

    def subject(self, reference: object) -> str:
        """The region that an earlier step measured."""
        return self.rid(self.earlier(reference)[0].args["region"])
