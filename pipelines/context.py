"""What every stage of one run knows: the recipe, the cards, the label space, and where the raw data lies."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import catalog
from pipelines.store.files import is_remote
from schemas import DatasetCard, LabelSpace, Recipe, Record, SourceSpec
from transforms.media.burned_in import cleared, may_carry_text
from transforms.media.decoders import decode
from transforms.media.pixels import Pixels
from transforms.media.window import automatic
from transforms.media.writing import Box

Opened = tuple[Pixels, tuple[float, float] | None, tuple[Box, ...]]  # pixels, window, what was blanked in them
# What may cost one record: whatever our code or a library raises on it. `faults.reason_of` lets a full disk through.
BAD_DATA = Exception


@dataclass(frozen=True)
class Context:
    """`raw`: the folder or object-store prefix that holds one folder a data set. Picklable: engines send it to their
    workers."""

    recipe: Recipe
    raw: str
    workspace: str

    @property
    def space(self) -> LabelSpace:
        return catalog.labelspace()

    def card(self, dataset: str) -> DatasetCard:
        return catalog.card(dataset)

    def root(self, dataset: str) -> Path:
        """The folder of a data set; of one on an object store, this node's copy. Raises what `mirrored` raises."""
        if not is_remote(self.raw):
            return Path(self.raw.removeprefix("file://")) / dataset
        from pipelines.mirror import mirrored

        return mirrored(self.raw, dataset)

    @property
    def remote(self) -> bool:
        """Whether the data sets lie in an object store."""
        return is_remote(self.raw)

    def has(self, dataset: str) -> bool:
        """Whether a data set is there. Fetches nothing; from now on an object store is asked again what it has."""
        if not is_remote(self.raw):
            return self.root(dataset).is_dir()
        from pipelines.mirror import forget, is_there

        forget()
        return is_there(self.raw, dataset)

    def how_to_get(self, dataset: str) -> str:
        """What to do about a data set that is not there."""
        if is_remote(self.raw):
            return f"copy its folder there as `triptych get {dataset}` leaves it"
        return f"run: triptych get {dataset} --raw {self.raw}"

    def source(self, dataset: str) -> SourceSpec:
        """The recipe's entry for a data set. Raises KeyError when it has none."""
        for source in self.recipe.sources:
            if source.dataset == dataset:
                return source
        raise KeyError(f"recipe {self.recipe.name}: no source {dataset!r}")

    def pixels(
        self, record: Record, blanked: tuple[Box, ...] | None = None
    ) -> tuple[Pixels, tuple[float, float] | None]:
        """The decoded pixels of a record, burned-in text blanked, and the window to show them in. No stage sees pixels
        that did not come through here. `blanked`: the boxes that an earlier stage found. Raises DecodeError,
        Unavailable where text cannot be looked for, and Unclear where some is left."""
        pixels, window, _ = self.opened(record, blanked)
        return pixels, window

    def blanked(self, record: Record) -> tuple[Box, ...]:
        """The boxes of burned-in text that `pixels` blanked; none, and nothing is decoded, of what cannot carry any.
        Raises as `pixels` does."""
        return self.opened(record)[2] if may_carry_text(record) else ()

    def opened(self, record: Record, blanked: tuple[Box, ...] | None = None) -> Opened:
        """The pixels, their window and the boxes that were blanked in them. Raises as `pixels` does."""
        chosen = self.source(record.dataset).views.window or record.window
        return decoded.get(
            self._key(record, blanked), lambda: opened(self.root(record.dataset), record, chosen, blanked)
        )

    def hand(self, record: Record, found: Opened) -> None:
        """What another worker decoded: `opened` gives it as long as it is kept."""
        decoded.get(self._key(record, None), lambda: found)

    def _key(self, record: Record, blanked: tuple[Box, ...] | None) -> tuple[Any, ...]:
        chosen = self.source(record.dataset).views.window or record.window
        return self.root(record.dataset), record.key, record.decoder, chosen, record.window, blanked


class Decoded:
    """The last records that were decoded: the newest whatever its size, and others as far as there is room. Views of a
    volume follow one another within a shard, and come back in the next one, so a few volumes are kept; pictures are
    shown once."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._kept: OrderedDict[tuple[Any, ...], Opened] = OrderedDict()

    def get(self, key: tuple[Any, ...], decode: Callable[[], Opened]) -> Opened:
        """What is kept under a key, else what `decode` makes."""
        found = self._kept.pop(key, None) or decode()
        self._kept[key] = found
        while len(self._kept) > 1 and (self._size() > self.room or len(self._kept) > MOST):
            self._kept.popitem(last=False)
        return found

    def _size(self) -> int:
        return sum(pixels.array.nbytes for pixels, _, _ in self._kept.values())

    def clear(self) -> None:
        self._kept.clear()


MOST, ROOM = 8, 512 << 20  # records, and bytes: a chest CT takes 70 MB
decoded = Decoded(ROOM)


def opened(root: Path, record: Record, chosen: tuple[float, float] | None, blanked: tuple[Box, ...] | None) -> Opened:
    """A record's pixels, burned-in text blanked, and the window to show them in: `chosen`, or one from all values."""
    pixels, boxes = cleared(record, decode(root, record), blanked)
    scalar = record.kind in ("volume", "image", "clip") and pixels.array.ndim == len(record.geometry.shape)
    if scalar and chosen is None and pixels.array.dtype.itemsize > 1:
        chosen = automatic(pixels.array, pixels.inverted)
    return pixels, chosen if scalar else None, boxes
