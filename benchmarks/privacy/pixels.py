"""Writing burned into pictures: how much of it is blanked, how much can still be read, and what else is lost with it.

A line counts as gone where COVERED of its ink is blanked and the recogniser reads none of its words where it lay.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.privacy.drawn import Line, Picture, drawn, textures
from transforms.media import writing

SEED = 14
PICTURES = 240
COVERED = 0.9
LETTERS = 3  # of a word that names somebody
SURE = 0.5  # of a reading
MUCH = 0.02  # of a picture


class Seen(NamedTuple):
    """What became of a picture: its lines with whether each is gone; `lost`: of what lies apart from them, the share
    that was blanked; `seconds` of processor time."""

    name: str
    lines: list[tuple[Line, bool]]
    lost: float
    seconds: float


class Outcome(NamedTuple):
    seen: list[Seen]
    clean: list[tuple[str, float]]
    """Pictures without writing, and the share of each that was blanked."""

    @property
    def lines(self) -> list[tuple[Line, bool]]:
        return [line for one in self.seen for line in one.lines]

    @property
    def gone(self) -> float:
        return sum(gone for _, gone in self.lines) / max(1, len(self.lines))

    @property
    def lost(self) -> float:
        """The mean share of a picture that was blanked without writing on it: of those with writing and of those
        without."""
        return float(np.mean([*(one.lost for one in self.seen), *(share for _, share in self.clean)]))


def run(raw: Path, pictures: int = PICTURES, seed: int = SEED) -> Outcome:
    """All that is at hand drawn on, `pictures` times in turn. Raises ValueError where nothing is at hand."""
    bases = textures(raw)
    if not bases:
        raise ValueError(f"{raw}: none of the data sets that are drawn on; run: triptych get --starter")
    clean = [(name, float(_covered(base, writing.find(base)).mean())) for name, base in bases]
    return Outcome([seen(*bases[n % len(bases)], seed, n) for n in range(pictures)], clean)


def seen(name: str, base: Picture, seed: int, number: int) -> Seen:
    image, lines = drawn(base, seed, number)
    start = time.process_time()
    boxes = writing.find(image)
    seconds = time.process_time() - start
    covered = _covered(image, boxes)
    left = [(box, text) for box, text, score in writing.read(writing.blank(image, boxes)) if score >= SURE]
    gone = [(line, bool(covered[line.ink].mean() >= COVERED) and not _still_read(line, left)) for line in lines]
    apart = ~np.any([line.place for line in lines], axis=0) if lines else np.ones(covered.shape, bool)
    return Seen(name, gone, float(covered[apart].mean()), seconds)


def _still_read(line: Line, left: Sequence[tuple[writing.Box, str]]) -> bool:
    """Whether a word of a line is read where it lay; another line may have said the same."""
    there = [text for (x0, y0, x1, y1), text in left if line.place[y0:y1, x0:x1].any()]
    return any(_words(text) & _words(line.text) for text in there)


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\w+", text) if len(word) >= LETTERS}


def _covered(image: Picture, boxes: Sequence[writing.Box]) -> np.ndarray:
    out = np.zeros(image.shape[:2], bool)
    for x0, y0, x1, y1 in boxes:
        out[y0:y1, x0:x1] = True
    return out


def groups(outcome: Outcome) -> Iterator[tuple[str, int, int]]:
    """By font, size, angle, style and cut: how many of how many lines are gone."""
    found: dict[str, list[bool]] = defaultdict(list)
    for line, gone in outcome.lines:
        cut = "cut by the border" if line.cut else "whole"
        for kind in (f"font {line.font}", f"size {line.size:02d}", f"angle {line.angle}", f"style {line.style}", cut):
            found[kind].append(gone)
    for kind in sorted(found):
        yield kind, sum(found[kind]), len(found[kind])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, default=Path("data/raw"), help="the folder of the data sets drawn on")
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rows", action="store_true", help="print each line that was left, and where much was lost")
    given = parser.parse_args()
    found = run(given.raw, given.pictures, given.seed)
    gone = sum(gone for _, gone in found.lines)
    print(f"lines burned in: {gone} of {len(found.lines)} gone ({found.gone:.2%}), on {len(found.seen)} pictures")
    clean = float(np.mean([share for _, share in found.clean]))
    print(f"blanked without writing on it: {found.lost:.3%} of all pictures, {clean:.3%} of those without any")
    print(f"processor time: {np.median([one.seconds for one in found.seen]):.2f} s a picture (median)")
    for kind, good, count in groups(found):
        print(f"  {kind}: {good} of {count}")
    for one in found.seen if given.rows else ():
        left = [
            f"{line.text!r} {line.font} {line.size} {line.angle} {line.style}" for line, gone in one.lines if not gone
        ]
        if left or one.lost > MUCH:
            print(f"  {one.name}: left {'; '.join(left) or 'nothing'}, lost {one.lost:.1%}")


if __name__ == "__main__":
    main()
