"""Pictures and volumes of drawn shapes in noise, with what is where: what models are trained on, and judged by."""

from typing import NamedTuple

import numpy as np

Random = np.random.Generator
BALL, BLOCK = 1, 2


class Drawn(NamedTuple):
    """`image`: float32. `labels`: uint8, 0 where nothing is."""

    image: np.ndarray
    labels: np.ndarray


def volume(random: Random, shape: tuple[int, ...] = (24, 24, 24), spacing: tuple[float, ...] = (1, 1, 1)) -> Drawn:
    """A bright ball and a dark block, 5 to 8 mm from middle to face, in noise as strong as half of their contrast."""
    labels = np.zeros(shape, np.uint8)
    world = np.stack(np.meshgrid(*(np.arange(n) * s for n, s in zip(shape, spacing, strict=True)), indexing="ij"), -1)
    size = np.asarray(shape) * spacing
    for label, norm in ((BLOCK, np.inf), (BALL, 2)):
        reach = random.uniform(5, 8)
        middle = random.uniform(reach + 1, np.maximum(size - reach - 2, reach + 1.01))
        labels[np.linalg.norm(world - middle, ord=norm, axis=-1) < reach] = label
    image = np.choose(labels, [0.0, 60.0, -60.0]) + random.normal(0, 30, shape)
    return Drawn(image.astype(np.float32), labels)


def lamps(random: Random, shape: tuple[int, ...] = (24, 24, 24), spacing: tuple[float, ...] = (1, 1, 1)) -> Drawn:
    """Two balls, 4 to 5 mm from middle to face, each bright on one side of its middle along the first axis and dark on
    the other: label 1 where it is bright before the middle, 2 behind. Mirrored along that axis, one is the other."""
    labels, image = np.zeros(shape, np.uint8), random.normal(0, 15, shape)
    world = np.stack(np.meshgrid(*(np.arange(n) * s for n, s in zip(shape, spacing, strict=True)), indexing="ij"), -1)
    size = np.asarray(shape) * spacing
    for label in (1, 2):
        middle = random.uniform(6, size - 7)
        middle[2] = random.uniform(6, max(6.01, size[2] / 2 - 6)) + (label - 1) * size[2] / 2  # they lie apart
        ball = np.linalg.norm(world - middle, axis=-1) < random.uniform(4, 5)
        before = world[..., 0] < middle[0]
        labels[ball] = label
        image[ball & (before == (label == 1))] += 60
        image[ball & (before != (label == 1))] -= 60
    return Drawn(image.astype(np.float32), labels)


def picture(random: Random, side: int = 64, things: int = 3) -> Drawn:
    """Bright ellipses in noise that do not touch, 0 to 255; `labels` tells them apart, 1 and up."""
    labels = np.zeros((side, side), np.uint8)
    rows, columns = np.mgrid[:side, :side]
    number = 0
    for _ in range(200):
        a, b = random.uniform(4, 9, 2)
        y, x = random.uniform(b + 2, side - b - 3), random.uniform(a + 2, side - a - 3)
        if labels[(((columns - x) / (a + 3)) ** 2 + ((rows - y) / (b + 3)) ** 2) < 1].any():
            continue
        number += 1
        labels[(((columns - x) / a) ** 2 + ((rows - y) / b) ** 2) < 1] = number
        if number == things:
            break
    image = np.where(labels > 0, 170, 70) + random.normal(0, 25, labels.shape)
    return Drawn(np.clip(image, 0, 255).astype(np.float32), labels)


def boxes(labels: np.ndarray) -> np.ndarray:
    """(n, 4) x0, y0, x1, y1 of each thing, half-open."""
    found = []
    for value in range(1, int(labels.max()) + 1):
        rows, columns = np.nonzero(labels == value)
        found.append((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return np.asarray(found, np.float32).reshape(-1, 4)
