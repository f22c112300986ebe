"""Things with their marks. Of a thing codes are kept, about a kilobyte a frame; what is compared is loaded again,
unless it was among the last."""

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from transforms.identity.fingerprint import Fingerprint, look
from transforms.identity.likeness import Likeness, Looked, likeness
from transforms.identity.things import Array, Frame, Thing, cut, frames

LOADED, SEEN = 3, 4000  # things and frames that are kept at hand: a frame is about 100 kB


class Library:
    """`things` in the order in which they were added; `frames`: number of the thing and frame of each owner of codes;
    `plain`: numbers of things that are too plain to be told from others."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.frames: list[tuple[int, Frame]] = []
        self.plain: list[int] = []
        self._codes: list[NDArray[np.uint32]] = []
        self._doubts: list[NDArray[np.uint8]] = []
        self._shapes: list[tuple[int, ...]] = []
        self._loaded: OrderedDict[int, Array] = OrderedDict()
        self._seen: OrderedDict[tuple[int, Frame], Looked] = OrderedDict()

    def add(self, thing: Thing) -> int:
        """Put a thing on the shelf: its number. Raises what its `load` raises; then nothing was added."""
        values = thing.load()
        found = list(look(thing.kind, values, thing.spacing))
        number = self.shelve(thing, Fingerprint.of(thing.kind, values.shape, found))
        self._keep(number, values)
        for frame, looked in found:
            self._see(number, frame, looked)
        return number

    def shelve(self, thing: Thing, known: Fingerprint) -> int:
        """Put a thing on the shelf whose marks are known already; it is loaded when it has to be compared."""
        number = len(self.things)
        self.things.append(thing)
        self._shapes.append(known.shape)
        for frame, codes, doubts in known.marks():
            self.frames.append((number, frame))
            self._codes.append(codes)
            self._doubts.append(doubts)
        if not known.frames:
            self.plain.append(number)
        return number

    def marks(self) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint32]]:
        """Codes, doubts, and the owner of each: a number into `frames`."""
        if not self._codes:
            return np.zeros(0, np.uint32), np.zeros(0, np.uint8), np.zeros(0, np.uint32)
        owners = np.repeat(np.arange(len(self._codes), dtype=np.uint32), [len(one) for one in self._codes])
        return np.concatenate(self._codes), np.concatenate(self._doubts), owners

    def step(self, number: int, axis: int) -> float:
        """How far apart the frames along an axis are, in slices."""
        own = [frame.at for frame in frames(self.things[number].kind, self._shapes[number]) if frame.axis == axis]
        return max(1.0, (own[-1] - own[0]) / max(1, len(own) - 1))

    def inside(self, number: int, frame: Frame) -> bool:
        """Whether a thing has such a frame."""
        return frame.axis < 0 or 0 <= frame.at <= self._shapes[number][frame.axis] - 1

    def alike(self, one: int, mine: Frame, other: int, yours: Frame) -> Likeness | None:
        """How alike two frames are; None where nothing leads from one to the other."""
        return likeness(self.looked(one, mine), self.looked(other, yours))

    def values(self, number: int) -> Array:
        """What a thing holds: loaded again unless it was among the last."""
        if number not in self._loaded:
            self._keep(number, self.things[number].load())
        self._loaded.move_to_end(number)
        return self._loaded[number]

    def _keep(self, number: int, values: Array) -> None:
        self._loaded[number] = values
        while len(self._loaded) > LOADED:
            self._loaded.popitem(last=False)

    def picture(self, number: int, frame: Frame) -> Array:
        """What a frame of a thing shows."""
        return cut(self.values(number), frame, self.things[number].spacing)

    def looked(self, number: int, frame: Frame) -> Looked:
        """A frame as it is compared."""
        if (number, frame) not in self._seen:
            self._see(number, frame, Looked.of(self.picture(number, frame)))
        self._seen.move_to_end((number, frame))
        return self._seen[number, frame]

    def _see(self, number: int, frame: Frame, looked: Looked) -> None:
        self._seen[number, frame] = looked
        while len(self._seen) > SEEN:
            self._seen.popitem(last=False)
