"""The report of a comparison as a page, with the two pictures of each pair side by side."""

import cv2
import numpy as np
from jinja2 import Environment, PackageLoader, select_autoescape
from numpy.typing import NDArray

from pipelines.drawing import outlined
from pipelines.leaks.check import Leaks, Pair
from transforms.identity.library import Library
from transforms.identity.marks import small
from transforms.identity.things import WHOLE, Frame

SHOWN = 60  # pairs with their pictures
WORDS = {
    "pixels": "equal pixels", "picture": "one picture", "slice": "a slice of the volume", "volume": "one scan",
}  # fmt: skip


def page(leaks: Leaks, library: Library) -> str:
    """The whole page, self-contained."""
    pages = Environment(loader=PackageLoader("pipelines"), autoescape=select_autoescape(), trim_blocks=True)
    shown = [(pair, _pictures(pair, library) if n < SHOWN else None) for n, pair in enumerate(leaks.pairs)]
    return pages.get_template("leaks.html").render(leaks=leaks, pairs=shown, words=WORDS)


def _pictures(pair: Pair, library: Library) -> tuple[str, str] | None:
    """The middle of the frames that agree, in each of the two; None of equal pixels of a volume."""
    if pair.evidence is None or not pair.evidence.frames:
        return None
    frames = pair.evidence.frames
    axis, index, other_axis, other_index = frames[len(frames) // 2]
    return (_png(library, pair.evidence.one, _frame(axis, index)),
            _png(library, pair.evidence.other, _frame(other_axis, other_index)))  # fmt: skip


def _frame(axis: int, index: float) -> Frame:
    return WHOLE if axis < 0 else Frame(axis, index)


def _png(library: Library, number: int, frame: Frame) -> str:
    values = library.picture(number, frame)
    if values.dtype == np.uint8 and values.ndim == 3:
        image: NDArray[np.uint8] = cv2.resize(
            values[..., :3].astype(np.uint8), (256, 256 * values.shape[0] // values.shape[1])
        )
    else:
        image = small(values)
    return outlined(image, [])
