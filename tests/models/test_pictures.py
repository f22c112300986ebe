"""Models of pictures, trained here: boxes, what is pointed at, and cells, on pictures that they never saw."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from schemas import Geometry
from tests.models.shapes import Drawn, boxes, picture
from transforms.media.pixels import Pixels
from transforms.regions.metrics import dice
from transforms.regions.segments import Box, Prompt, Segment

Declare = Callable[..., Any]
DETECTOR = {"clip": [0, 255], "normalise": "minmax"}
SAM = {**DETECTOR, "channels": 3}


def shown(number: int = 0, scale: int = 1, things: int = 3) -> tuple[Pixels, Drawn]:
    """A picture without its lowest rows, each pixel `scale` times as wide and high."""
    drawn = picture(np.random.default_rng(50 + number), 64 if things == 3 else 112, things)
    drawn = Drawn(*(np.kron(one, np.ones((scale, scale), one.dtype)) for one in drawn))
    return Pixels(drawn.image.astype(np.uint8), Geometry(shape=drawn.image.shape)), drawn


def overlap(a: Any, b: Any) -> float:
    sides = np.maximum(0, np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]))
    both = sides.prod()
    return float(both / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - both))


@pytest.mark.parametrize("scale", [1, 3])
def test_a_detector_finds_the_boxes_that_were_drawn(declare: Declare, scale: int) -> None:
    expert = declare("detector", "detector.onnx", input=DETECTOR, output={"labels": {1: "nucleus"}, "threshold": 0.4},
                     modality=["SM"])  # fmt: skip
    pixels, drawn = shown(scale=scale)
    found = expert.segment(pixels)
    wanted = boxes(drawn.labels)
    assert all(isinstance(one, Box) for one in found)
    best = [max(overlap(np.asarray(one.xyxy), box) for one in found) for box in wanted]
    assert min(best) > 0.6
    assert np.mean(best) > 0.75
    assert len(found) == len(wanted)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("fit", ["longest", "stretch"])
def test_what_is_pointed_at_becomes_a_mask(declare: Declare, scale: int, fit: str) -> None:
    expert = declare("sam", "sam", input=SAM, output={}, modality=["SM"], options={"fit": fit})
    pixels, drawn = shown(1, scale)
    prompts = []
    for number, (x0, y0, x1, y1) in enumerate(boxes(drawn.labels), start=1):
        prompts.append(Prompt(f"box{number}", "nucleus", box=(x0, y0, x1, y1)))
        prompts.append(Prompt(f"point{number}", "nucleus", points=(((x0 + x1) / 2, (y0 + y1) / 2),)))
    found = {one.prompt: one for one in expert.segment(pixels, prompts)}
    for number in range(1, len(prompts) // 2 + 1):
        assert isinstance(found[f"box{number}"], Segment)
        assert dice(found[f"box{number}"].mask, drawn.labels == number) > 0.85
        assert dice(found[f"point{number}"].mask, drawn.labels == number) > 0.75
    assert expert.prompted
    assert expert.segment(pixels) == []


@pytest.mark.parametrize("inverted", [False, True])
def test_cellpose_tells_what_was_drawn_apart(declare: Declare, inverted: bool) -> None:
    expert = declare("cellpose", "cellpose/cells", output={"labels": {"cell": "nucleus"}}, modality=["SM"],
                     options={"diameter": 30})  # fmt: skip
    pixels, drawn = shown(2)
    if inverted:  # the same picture, stored with its least values white
        pixels = replace(pixels, array=255 - pixels.array, inverted=True)
    (found,) = expert.segment(pixels)
    assert (found.concept, found.instances, found.mask.shape) == ("nucleus", True, drawn.labels.shape)
    assert found.mask.max() == drawn.labels.max()
    for number in range(1, drawn.labels.max() + 1):
        own = np.bincount(found.mask[drawn.labels == number]).argmax()
        assert dice(found.mask == own, drawn.labels == number) > 0.9


def test_cellpose_refuses_a_volume_and_finds_nothing_in_the_dark(declare: Declare) -> None:
    expert = declare("cellpose", "cellpose/cells", output={"labels": {"cell": "nucleus"}}, modality=["SM"],
                     options={"diameter": 30})  # fmt: skip
    assert expert.segment(Pixels(np.zeros((64, 64), np.uint8), Geometry(shape=(64, 64)))) == []
    with pytest.raises(ValueError, match="wants a picture"):
        expert.segment(Pixels(np.zeros((4, 5, 6), np.uint8), Geometry(shape=(4, 5, 6))))
