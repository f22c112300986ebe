"""Synthetic passages, and an encoder whose answers are known: no sentence here is anybody's definition."""

import zlib

import numpy as np
from numpy.typing import NDArray

from schemas import Passage


class Trigrams:
    """A text as its runs of three letters, counted in 512 bins: equal words are near, and others far."""

    revision = "trigrams-1"

    def encode(self, text: str) -> NDArray[np.float32]:
        found = np.zeros(512, np.float32)
        padded = f"  {text.lower()} "
        for start in range(len(padded) - 2):
            found[zlib.crc32(padded[start : start + 3].encode()) % 512] += 1
        return found / np.float32(np.linalg.norm(found))


def passage(number: int, title: str, text: str, *synonyms: str, codes: tuple[str, ...] = ()) -> Passage:
    name = f"TOY:{number:04d}"
    return Passage(
        id=name, codes=(name, *codes), title=title, text=text, synonyms=synonyms, source="A synthetic list",
        version="1", licence="CC0-1.0", url=f"https://example.org/{name}",
    )  # fmt: skip


NOTED = [
    passage(1, "lung nodule", "A round spot in a synthetic lung, up to thirty units wide.", "pulmonary nodule",
            codes=("SCT:427359005",)),
    passage(2, "pleural effusion", "Fluid between the two layers of cloth that wrap a synthetic lung."),
    passage(3, "pulmonary edema", "Water in a synthetic lung.", "wet lung"),
    passage(4, "liver", "The large brown block at the top right of the synthetic belly."),
    passage(5, "liver cyst", "A bubble in the large brown block.", "hepatic cyst"),
    passage(6, "esophagus", "The pipe from the synthetic mouth to the synthetic stomach.", "food pipe"),
    passage(7, "optic disc", "Where the cable leaves a synthetic eye."),
    passage(8, "cup of the optic disc", "The hollow in the middle of where the cable leaves."),
    passage(9, "left ventricle of the heart", "The chamber that pumps to the synthetic body.", "left ventricle"),
    passage(10, "heart", "The pump of the synthetic body."),
]  # fmt: skip
COLOURS = ("amber", "beige", "coral", "denim", "ecru", "fawn", "green", "hazel", "indigo", "jade")
SHAPES = ("arch", "block", "cone", "dome", "edge")
OTHERS = [
    passage(100 + 5 * i + j, f"{colour} {shape}", f"A {shape} painted {colour}, of no use to anybody.")
    for i, colour in enumerate(COLOURS) for j, shape in enumerate(SHAPES)
]  # fmt: skip
PASSAGES = [*NOTED, *OTHERS]
