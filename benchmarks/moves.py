"""Whether coordinates and lengths in texts, questions and reasoning move exactly with the picture.

`python -m benchmarks.moves [--cases 10000] [--seed 1] [--json]`. Each case draws a scene of its own - never square, its
pixels never isotropic -, moves its sample by one to three random moves (resize, crop, flip, rotate, permute, re-space)
and reads what it says then. The oracle moves the masks with Pillow, resizes them in exact fractions, and measures them
by counting: every box, every area and length, every pixel count, point, zone and pixel size that the moved sample
states must be what that gives, within the rounding of what is printed.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from rich.console import Console
from scipy.spatial.distance import pdist

import catalog
from benchmarks.move_cases import Case, box_of, case, pillow
from schemas import (
    Candidate,
    Dialogue,
    LabelSpace,
)
from transforms.moves.retell import Moved, moved_sample

NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
ROWS, COLUMNS = ("upper", "middle", "lower"), ("left", "center", "right")


class Oracle:
    """What Pillow and counting say of the moved masks."""

    def __init__(self, one: Case) -> None:
        self.masks = {rid: found for rid, mask in one.masks.items() if (found := pillow(mask, one.changes)).sum() >= 4}
        self.spacing = one.spacing or (1.0, 1.0)
        self.known = one.spacing is not None

    def box(self, rid: str) -> tuple[int, int, int, int]:
        return box_of(self.masks[rid])

    def pixels(self, rid: str) -> int:
        return int(self.masks[rid].sum())

    def area(self, rid: str) -> float:
        return self.pixels(rid) * self.spacing[0] * self.spacing[1]

    def long_axis(self, rid: str) -> float:
        """Over all pairs of pixels: the longest, plus the pixel's size along it; of equal ones the nearest stated."""
        return max(self.long_axes(rid))

    def long_axes(self, rid: str) -> list[float]:
        ys, xs = np.nonzero(self.masks[rid])
        points = np.stack([xs, ys], 1) * self.spacing
        apart = pdist(points)
        best = apart.max()
        a, b = np.triu_indices(len(points), 1)
        ends = np.flatnonzero(apart >= best - 1e-6)
        found = []
        for n in ends:
            along = (points[a[n]] - points[b[n]]) / best
            found.append(best + float(np.linalg.norm(along * self.spacing)))
        return found

    def centre(self, rid: str) -> tuple[float, float]:
        ys, xs = np.nonzero(self.masks[rid])
        return float(xs.mean()) + 0.5, float(ys.mean()) + 0.5

    def zone(self, rid: str) -> str:
        height, width = self.masks[rid].shape
        x, y = self.centre(rid)
        row, column = ROWS[min(2, int(3 * y / height))], COLUMNS[min(2, int(3 * x / width))]
        return column if (row, column) == ("middle", "center") else f"{row} {column}"

    def distance(self, a: str, b: str) -> float:
        (ax, ay), (bx, by) = self.centre(a), self.centre(b)
        return float(np.hypot((ax - bx) * self.spacing[0], (ay - by) * self.spacing[1]))


def violations(one: Case, space: LabelSpace) -> tuple[list[str], int]:
    """What the moved sample says that the oracle does not, and how many statements were held against it."""
    found = moved_sample(one.sample, one.image, one.masks, one.move, space)
    oracle, wrong, looked = Oracle(one), [], 0
    for said, right in _statements(found, oracle):
        looked += 1
        if not right:
            wrong.append(f"{one.sample.key}: {said}")
    return wrong, looked


def _statements(found: Moved, oracle: Oracle) -> Iterator[tuple[str, bool]]:
    sample = found.sample
    yield "which regions are left", {region.id for region in sample.regions} == oracle.masks.keys()
    for region in sample.regions:
        yield f"box of {region.id}", region.box is not None and region.box.xyxy == oracle.box(region.id)
        same = np.array_equal(found.masks[region.id].whole(), oracle.masks[region.id])
        yield f"mask of {region.id}", same
    labels = {region.concept.label: region.id for region in sample.regions}
    for where, text in _texts(sample):
        yield from ((f"{where}: {text!r}", right) for right in _boxes(text, oracle))
    for fact in sample.facts:
        measured = _fact(fact.predicate, fact.regions, oracle)
        if measured is not None and fact.bound is None:
            yield f"{fact.predicate} {fact.value}", any(_near(float(fact.value), m, 1e-4 * m + 1e-6) for m in measured)
    for dialogue in sample.dialogues:
        yield from _answers(dialogue, labels, oracle)
        yield from _steps(dialogue, oracle)


def _texts(sample: Candidate) -> Iterator[tuple[str, str]]:
    yield "description", sample.description.overall.text
    yield from ((f"description of {one.region}", one.text) for one in sample.description.regions)
    for one in sample.dialogues:
        if one.task == "grounding":
            yield one.id, one.turns[-1].text
        yield from ((f"{one.id} step", step.text) for step in one.reasoning if step.op == "box")


def _boxes(text: str, oracle: Oracle) -> Iterator[bool]:
    """Each box that a text gives is one that a mask has."""
    boxes = {oracle.box(rid) for rid in oracle.masks}
    for inside in re.findall(r"\[(\d+, \d+, \d+, \d+)\]", text):
        yield tuple(map(int, inside.split(", "))) in boxes


def _fact(predicate: str, rids: tuple[str, ...], oracle: Oracle) -> list[float] | None:
    if predicate == "area":
        return [oracle.area(rids[0])]
    if predicate == "long_axis":
        return oracle.long_axes(rids[0])
    if predicate == "distance":
        return [oracle.distance(*rids)]
    return None


def _answers(dialogue: Dialogue, labels: Mapping[str, str], oracle: Oracle) -> Iterator[tuple[str, bool]]:
    """Sizes and places in answers, in the unit that the moved pixels have."""
    asked = dialogue.turns[0].text
    said = f"{asked} => {dialogue.answer}"
    if dialogue.task == "size":
        rid = dialogue.regions[0]
        number = float(NUMBERS.findall(dialogue.answer)[0])
        unit = dialogue.answer.split()[-1].removesuffix("²")
        yield said, unit == ("mm" if oracle.known else "px")
        decimals = len(NUMBERS.findall(dialogue.answer)[0].partition(".")[2])
        rounding = 0.5 * 10.0**-decimals
        if "²" in dialogue.answer:
            yield said, _near(number, oracle.area(rid), rounding + 1e-4 * number)
        elif (
            "long" in asked
            and "axis" not in asked.partition("axis")[2]
            and "at right angles" not in asked
            and "wide" not in asked
        ):
            yield said, any(_near(number, one, rounding + 1e-4 * number) for one in oracle.long_axes(rid))
    if dialogue.task == "location" and dialogue.regions:
        yield said, dialogue.answer == oracle.zone(dialogue.regions[0])
    if dialogue.task == "ranking":
        areas = [oracle.pixels(labels[name.removeprefix("the ")]) for name in dialogue.answer.split(", ")]
        yield said, areas == sorted(areas, reverse=True)


def _steps(dialogue: Dialogue, oracle: Oracle) -> Iterator[tuple[str, bool]]:
    for step in dialogue.reasoning:
        said, rid = f"{dialogue.id} {step.op}: {step.text}", str(step.args.get("region", ""))
        if step.box is not None:
            yield said, step.box in {oracle.box(one) for one in oracle.masks}
        if step.op == "pixels" and rid in oracle.masks:
            yield said, step.result == oracle.pixels(rid) and str(step.result) in step.text
        elif step.op == "pixel_size":
            yield said, np.allclose([float(n) for n in NUMBERS.findall(str(step.result))], oracle.spacing, rtol=1e-4)
        elif step.op == "centroid" and rid in oracle.masks:
            centre = [float(n) for n in NUMBERS.findall(str(step.result))]
            yield said, np.allclose(centre, oracle.centre(rid), atol=0.051) and str(step.result) in step.text
        elif step.op == "frame":
            height, width = next(iter(oracle.masks.values())).shape
            yield said, step.result == str([0, 0, width, height])
        elif step.op == "long_ends":
            ends = np.array([float(n) for n in NUMBERS.findall(str(step.result))]).reshape(2, 2) - 0.5
            yield said, all(oracle.masks[rid][int(y), int(x)] for x, y in ends) if rid in oracle.masks else True


def _near(a: float, b: float, within: float) -> bool:
    return abs(a - b) <= within


def run(cases: int, seed: int) -> dict[str, Any]:
    """How many cases and statements there were, and what was wrong."""
    space = catalog.labelspace()
    wrong: list[str] = []
    looked, kinds = 0, Counter[str]()
    for number in range(seed, seed + cases):
        found, statements = violations(case(number, space), space)
        wrong += found
        looked += statements
        kinds["cases"] += 1
    return {"cases": kinds["cases"], "statements": looked, "violations": len(wrong), "first": wrong[:10]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = run(given.cases, given.seed)
    console = Console()
    if given.json:
        console.print_json(json.dumps(found))
        return
    console.print(
        f"{found['cases']:,} moved samples, {found['statements']:,} statements, {found['violations']} violations"
    )
    for line in found["first"]:
        console.print(f"  {line}", markup=False)


if __name__ == "__main__":
    main()
