"""The codes of a thing's marks, as they are stored: what candidates are found by, without the thing itself."""

import base64
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas import Model
from transforms.identity.likeness import Looked
from transforms.identity.things import Array, Frame, cut, frames

VERSION = "1"  # of what marks and codes are made of a picture
_CODE = np.dtype("<u4")


class Fingerprint(Model):
    """`shape`: of the thing's values. `frames`: axis, place and number of marks of each frame that is not plain.
    `codes`, `doubts`: of all their marks one after the other (32 bits, lowest byte first, and 8 bits), in base64."""

    kind: Literal["picture", "volume"]
    shape: tuple[int, ...]
    frames: tuple[tuple[int, float, int], ...]
    codes: str
    doubts: str

    @classmethod
    def of(
        cls, kind: Literal["picture", "volume"], shape: tuple[int, ...], found: Iterable[tuple[Frame, Looked]]
    ) -> "Fingerprint":  # fmt: skip
        """From what `look` told."""
        every = list(found)
        return cls(
            kind=kind, shape=shape, frames=tuple((*frame, len(looked.marks.codes)) for frame, looked in every),
            codes=_text(b"".join(looked.marks.codes.astype(_CODE).tobytes() for _, looked in every)),
            doubts=_text(b"".join(looked.marks.doubts.tobytes() for _, looked in every)),
        )  # fmt: skip

    def marks(self) -> Iterator[tuple[Frame, NDArray[np.uint32], NDArray[np.uint8]]]:
        """Each frame with its codes and doubts."""
        codes = np.frombuffer(base64.b64decode(self.codes), _CODE).astype(np.uint32)
        doubts = np.frombuffer(base64.b64decode(self.doubts), np.uint8)
        start = 0
        for axis, at, count in self.frames:
            yield Frame(axis, at), codes[start : start + count], doubts[start : start + count]
            start += count


def look(
    kind: Literal["picture", "volume"], values: Array, spacing: tuple[float, float, float] | None
) -> Iterator[tuple[Frame, Looked]]:
    """The frames by which a thing is found, but for those that are too plain to be told from others."""
    for frame in frames(kind, values.shape):
        found = Looked.of(cut(values, frame, spacing))
        if not found.marks.plain:
            yield frame, found


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
