"""Made-up people for benchmarks/blind.py: a picture of each with ellipses for organs and findings, asked about as a
corpus would be.

What a person has, and where and how large, is drawn at random under a seed, each organ about its own place and size, as
organs are; nothing of it depends on what is asked. Questions are those of the task families, and what becomes of them
is decided over all of them together (transforms/tasks/asking.py): only reading, drawing and packing are left out.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas import Candidate, Concept, Description, LabelSpace, Presence, Provenance, Text
from schemas.dialogue import Dialogue, TextMaker
from schemas.recipe import QuestionSpec
from tests.views import lps, picture
from transforms.facts import measure_all
from transforms.tasks import ask_all
from transforms.tasks.asking import decide, edited, edits_of
from transforms.tasks.balance import asked_of, families, frame_of

SHAPE = (160, 200)  # height, width
ORGANS = {
    "liver": (60, 60, 38, 26), "spleen": (150, 62, 18, 14), "left_kidney": (128, 104, 13, 17),
    "right_kidney": (72, 106, 13, 17), "pancreas": (108, 78, 20, 8), "stomach": (128, 48, 22, 13),
    "gallbladder": (84, 88, 8, 10), "urinary_bladder": (100, 140, 16, 12),
}  # fmt: skip
"""Slug -> centre and half axes in pixels, as usual."""
FINDINGS = ("cyst", "neoplasm", "calcification", "lymph_node")
MODALITIES = ("ct", "mr", "us", "pt", "nm", "angiography")
PLANES = ("axial", "coronal", "sagittal")
TASKS = (
    "modality", "plane", "anatomy", "presence", "location", "size", "quantity", "counting", "comparison", "ranking",
    "relation", "grounding", "verification", "outlier",
)  # fmt: skip
MAKER = TextMaker(backend="none", revision="1", seed=0)
Shape = tuple[Concept, NDArray[np.bool_]]


def asked(people: int, space: LabelSpace, seed: int) -> Iterator[tuple[str, Dialogue]]:
    """(person, question) of a corpus of so many people, one picture each."""
    samples = {sample.key: sample for sample in (_sample(n, space, seed) for n in range(people))}
    frame = frame_of(((key, asked_of(sample)) for key, sample in samples.items()), seed)
    rows = [frame.filter(task=task).with_columns(edit=own)
            for task, own in decide(families(frame), QuestionSpec(), seed, space)]  # fmt: skip
    edits = edits_of(pl.concat(rows)) if rows else {}
    for key, sample in samples.items():
        yield from ((sample.subject, one) for one in edited(sample, edits.get(key, {}), space))


def _sample(number: int, space: LabelSpace, seed: int) -> Candidate:
    rng = np.random.default_rng((seed, number))
    shapes, presence = _drawn(rng, space)
    kind = str(rng.choice(MODALITIES))
    plane = str(rng.choice(PLANES)) if kind in ("ct", "mr", "pt") else None
    fields: dict[str, Any] = {
        "key": f"made-up-{number:06d}", "subject": f"made-up/{number}", "modality": space.concept(kind),
        "presence": presence, "anatomy": (space.concept("abdomen"),),
    }  # fmt: skip
    view = picture(shapes, geometry=lps(plane, 1.5) if plane else None, plane=plane, **fields)
    scene = measure_all(view, space)
    return Candidate(
        **dict(scene), dialogues=ask_all(scene, space, TASKS, seed),
        description=Description(overall=Text(text=""), made_by=MAKER), provenance=Provenance(sources=(), steps=()),
    )  # fmt: skip


def _drawn(rng: np.random.Generator, space: LabelSpace) -> tuple[list[Shape], tuple[Presence, ...]]:
    """What is outlined, and what of all that was looked for is there and is not."""
    taken = np.zeros(SHAPE, bool)
    shapes: list[Shape] = []
    states: dict[str, bool] = {}
    for slug, (x, y, wide, high) in ORGANS.items():
        moved = (x + rng.normal(0, 8), y + rng.normal(0, 8), *(np.array((wide, high)) * rng.uniform(0.6, 1.4, 2)))
        mask = _ellipse(*moved) & ~taken
        states[slug] = bool(rng.random() < 0.6 and mask.sum() > 60)
        if states[slug]:
            taken |= mask
            shapes.append((space.concept(slug), mask))
    for slug in FINDINGS:
        masks = [_ellipse(rng.uniform(20, 180), rng.uniform(20, 140), *rng.uniform(3, 11, 2))
                 for _ in range(rng.integers(0, 5))]  # fmt: skip
        shapes += [(space.concept(slug), mask) for mask in masks]
        states[slug] = bool(masks)
    rng.shuffle(shapes)  # type: ignore[arg-type]
    said = (Presence(concept=space.concept(slug), state="present" if there else "absent")
            for slug, there in states.items())  # fmt: skip
    return shapes, tuple(said)


def _ellipse(x: float, y: float, wide: float, high: float) -> NDArray[np.bool_]:
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return ((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2 <= 1
