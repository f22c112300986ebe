"""Cases of `benchmarks/moves.py`: drawn scenes, and moves made twice, by ours and by Pillow."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from schemas import (
    Candidate,
    Concept,
    Description,
    Dialogue,
    LabelSpace,
    MadeBy,
    Media,
    MediaGeometry,
    Provenance,
    SampleRegion,
    Scene,
    TextMaker,
    View,
)
from schemas.sample import RegionBox, RegionMask
from transforms.moves import move as moves
from transforms.moves.move import Move

KINDS = ("resize", "crop", "flip", "rotate", "permute", "respace")
SLUGS = ("liver", "spleen", "left_kidney", "right_kidney", "liver_lesion", "stomach")
TASKS = ("size", "location", "grounding", "verification", "comparison", "ranking", "relation", "counting", "quantity")
Picture = Image.Image
Mask = NDArray[np.bool_]
Change = Callable[[Picture], Picture]


@dataclass(frozen=True)
class Case:
    """A sample before it is moved, and the same move twice: ours, and Pillow's with the spacing that follows."""

    sample: Candidate
    image: NDArray[np.uint8]
    masks: Mapping[str, Mask]
    move: Move
    changes: tuple[Change, ...]
    spacing: tuple[float, float] | None


def case(seed: int, space: LabelSpace) -> Case:
    """The case of a seed."""
    rng = random.Random(seed)
    width, height = rng.randint(40, 110), rng.randint(40, 110)
    height += height == width
    spacing = None if rng.random() < 0.25 else (round(rng.uniform(0.3, 1.2), 3), round(rng.uniform(1.3, 2.5), 3))
    masks = _masks(rng, width, height)
    image = np.full((height, width), 40, np.uint8)
    for number, mask in enumerate(masks.values(), 1):
        image[mask] = 40 + 20 * number
    sample = _sample(f"toy-{seed}", masks, image, spacing, rng, space)
    return Case(sample, image, masks, *_moved(rng, (width, height), spacing))


def _masks(rng: random.Random, width: int, height: int) -> dict[str, Mask]:
    ys, xs = np.mgrid[:height, :width]
    found: dict[str, Mask] = {}
    for number in range(1, rng.randint(2, 4) + 1):
        cx, cy = rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.85) * height
        rx, ry = rng.uniform(4, width / 5), rng.uniform(4, height / 5)
        mask = ((xs - cx) / rx) ** 2 + ((ys - cy) / ry) ** 2 <= 1
        if rng.random() < 0.4:
            mask = (abs(xs - cx) <= rx) & (abs(ys - cy) <= ry)
        if mask.sum() >= 12:
            found[f"r{number}"] = mask
    return found


def _sample(
    key: str, masks: Mapping[str, Mask], image: NDArray[np.uint8], spacing: tuple[float, float] | None,
    rng: random.Random, space: LabelSpace,
) -> Candidate:  # fmt: skip
    slugs = rng.sample(SLUGS, len(masks))
    height, width = image.shape
    human = MadeBy(kind="human", name="drawn")
    regions = tuple(
        SampleRegion(id=rid, concept=space.concept(slug), source_label=slug, made_by=human, region=rid,
                     box=RegionBox(media="png", xyxy=box_of(mask)),
                     mask=RegionMask(media="mask.png", value=int(rid[1:])))
        for slug, (rid, mask) in zip(slugs, masks.items(), strict=True)
    )  # fmt: skip
    media = Media(name="png", kind="image", width=width, height=height, channels=1,
                  geometry=MediaGeometry(spacing_mm=spacing))  # fmt: skip
    modality: Concept = space.concept("us")
    scene = Scene(key=key, dataset="toy", record="toy", subject=f"toy/{key}", modality=modality,
                  view=View(frame="full"), media=(media,), regions=regions)  # fmt: skip
    maker = TextMaker(backend="grounded", revision="1", seed=rng.randint(0, 99))
    asked = tuple(Dialogue(id=f"d{n}", task=task, turns=(), answer="", made_by=maker) for n, task in enumerate(TASKS))
    description = Description.model_validate({"global": {"text": "", "claims": ()}, "made_by": maker})
    fields = {name: getattr(scene, name) for name in Scene.model_fields}
    return Candidate.model_construct(**fields, description=description, dialogues=asked, checks=(),
                                     provenance=Provenance(sources=(), steps=()))  # fmt: skip


def _moved(
    rng: random.Random, size: tuple[int, int], spacing: tuple[float, float] | None
) -> tuple[Move, tuple[Change, ...], tuple[float, float] | None]:
    found, changes = moves.stay(size), []
    for _ in range(rng.randint(1, 3)):
        move, change, spacing = _one(rng, found.new_size, spacing)
        found = found.then(move)
        changes.append(change)
    return found, tuple(changes), spacing


def _one(
    rng: random.Random, size: tuple[int, int], spacing: tuple[float, float] | None
) -> tuple[Move, Change, tuple[float, float] | None]:
    kind, (width, height) = rng.choice(KINDS), size
    if kind == "crop":
        x0, y0 = rng.randint(0, width // 4), rng.randint(0, height // 4)
        box = (x0, y0, width - rng.randint(0, width // 4), height - rng.randint(0, height // 4))
        return moves.crop(size, box), lambda p: p.crop(box), spacing
    if kind == "flip":
        axis = rng.choice("xy")
        how = Image.Transpose.FLIP_LEFT_RIGHT if axis == "x" else Image.Transpose.FLIP_TOP_BOTTOM
        return moves.flip(size, "x" if axis == "x" else "y"), lambda p: p.transpose(how), spacing
    swapped = None if spacing is None else spacing[::-1]
    if kind == "rotate":
        quarters = rng.randint(1, 3)
        turn = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)[quarters - 1]
        return moves.rotate(size, quarters), lambda p: p.transpose(turn), spacing if quarters == 2 else swapped
    if kind == "permute":
        return moves.permute(size), lambda p: p.transpose(Image.Transpose.TRANSPOSE), swapped
    new = (max(8, round(width * rng.uniform(0.6, 1.7))), max(8, round(height * rng.uniform(0.6, 1.7))))
    if kind == "respace" and spacing is not None:
        target = (spacing[0] * rng.uniform(0.7, 1.5), spacing[1] * rng.uniform(0.7, 1.5))
        new = (max(1, round(width * spacing[0] / target[0])), max(1, round(height * spacing[1] / target[1])))
        move = moves.respace(size, spacing, target)
    else:
        move = moves.resize(size, new)
    after = None if spacing is None else (spacing[0] * width / new[0], spacing[1] * height / new[1])
    return move, lambda p: _resized(p, new), after


def _resized(picture: Picture, new: tuple[int, int]) -> Picture:
    """Each pixel shows the one in which its centre lies, in exact fractions: Pillow adds up rounded steps, and errs by
    a pixel where a centre falls on an edge."""
    at = [
        [int(Fraction(2 * n + 1, 2) * Fraction(a, b)) for n in range(b)] for a, b in zip(picture.size, new, strict=True)
    ]
    return Image.fromarray(np.asarray(picture)[np.ix_(at[1], at[0])])


def pillow(mask: Mask, changes: tuple[Change, ...]) -> Mask:
    picture: Picture = Image.fromarray(mask.astype(np.uint8) * 255)
    for change in changes:
        picture = change(picture)
    return np.asarray(picture) > 0


def box_of(mask: Mask) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(mask)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
