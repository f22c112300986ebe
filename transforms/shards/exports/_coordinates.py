"""Boxes and points of a picture in the frame that a family of models speaks in.

Our own texts write a box as [x0, y0, x1, y1] and a point as [x, y], half-open, in pixels of the emitted picture, and
say "in pixels of the image" where they ask for one. Nothing else in them stands in brackets.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

PLACE = re.compile(r"\[(\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?){3}|\d+(?:\.\d+)?, \d+(?:\.\d+)?)\]")
WORDS = re.compile(r"in pixels(?: of (?:the|this) image)?\b")
LENGTHS = re.compile(r"\b(?:px|pixels?)\b", re.IGNORECASE)

PATCH, LEAST, MOST = 28, 56 * 56, 16384 * 28 * 28
"""Of Qwen2.5-VL's image processor as it is published (preprocessor_config.json): sides are multiples of PATCH, the area
lies between these. Training with another `max_pixels` changes what is larger than that."""


@dataclass(frozen=True)
class Frame:
    """`x`, `y`: what a pixel becomes; `digits` after the point. `words` take the place of "in pixels of the image".
    `resized`: whether the model sees a picture of another size, so that other numbers of pixels no longer hold."""

    x: float = 1.0
    y: float = 1.0
    digits: int | None = None
    words: str | None = None
    resized: bool = False

    def box(self, xyxy: Sequence[float]) -> list[float]:
        """x0, y0, x1, y1, rounded outward: a box is never empty, and holds what it held."""
        x0, y0, x1, y1 = xyxy
        return [self._down(x0 * self.x), self._down(y0 * self.y), -self._down(-x1 * self.x), -self._down(-y1 * self.y)]

    def point(self, xy: Sequence[float]) -> list[float]:
        """x, y, rounded to the nearest."""
        return [self._tidy(round(n * by, self.digits or 0)) for n, by in zip(xy, (self.x, self.y), strict=True)]

    def text(self, text: str) -> str:
        """A text of ours with its places in this frame."""
        if self.digits is None:
            return text
        told = PLACE.sub(lambda found: str(self._place(found[1])), text)
        return told if self.words is None else WORDS.sub(self.words, told)

    def lost(self, text: str) -> bool:
        """Whether a text, told in this frame, states a length or an area in pixels that the model does not see."""
        return self.resized and LENGTHS.search(WORDS.sub("", text)) is not None

    def _place(self, numbers: str) -> list[float]:
        values = [float(n) for n in numbers.split(", ")]
        return self.box(values) if len(values) == 4 else self.point(values)

    def _down(self, value: float) -> float:
        """The next number at or below with so many digits, where rounding errors do not count."""
        scale = 10 ** (self.digits or 0)
        return self._tidy(math.floor(value * scale + 1e-6) / scale)

    def _tidy(self, value: float) -> float:
        return value if self.digits else int(value)


def frame(name: str, size: tuple[int, int]) -> Frame:
    """A frame by name for a picture of (width, height). Raises ValueError for a name that there is none of."""
    width, height = size
    if name == "pixels":
        return Frame()
    if name == "thousandths":
        return Frame(1000 / width, 1000 / height, 0, "in thousandths of the width and height of the image")
    if name == "fractions":
        return Frame(1 / width, 1 / height, 3, "in fractions of the width and height of the image")
    if name == "absolute":
        wide, high = qwen_size(size)
        return Frame(wide / width, high / height, 0, resized=(wide, high) != size)
    raise ValueError(f"no coordinates {name!r}: use pixels, thousandths, fractions or absolute")


def qwen_size(size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) at which Qwen2.5-VL sees a picture: the nearest multiples of 28, within its limits of area
    (`smart_resize` of its image processor, Bai et al., Qwen2.5-VL Technical Report, 2025)."""
    width, height = (max(PATCH, round(n / PATCH) * PATCH) for n in size)
    if width * height > MOST:
        by = math.sqrt(size[0] * size[1] / MOST)
        width, height = (max(PATCH, math.floor(n / by / PATCH) * PATCH) for n in size)
    elif width * height < LEAST:
        by = math.sqrt(LEAST / (size[0] * size[1]))
        width, height = (math.ceil(n * by / PATCH) * PATCH for n in size)
    return width, height
