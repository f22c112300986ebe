"""Models of pictures in a run: boxes that a detector finds, and masks of what people boxed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from pipelines.context import Context
from pipelines.stages import experts
from schemas import BoxShape, Geometry, MadeBy, Recipe, Record, Region, RleShape, rle
from tests import models_by_hand as by_hand
from tests.records import record
from transforms.media.pixels import Pixels
from transforms.regions.resolve import Resolved, cropped

SIDE = 32
FIELDS: dict[str, Any] = {"name": "toys", "version": "1", "title": "Toys", "summary": "Toys.", "seed": 1, "tasks": []}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path))
    return tmp_path


def context(**source: Any) -> Context:
    sources = [{"dataset": "toy", "experts": ["made"], **source}]
    return Context(Recipe.model_validate({**FIELDS, "sources": sources}), "raw", "space")


def picture() -> tuple[Record, Pixels]:
    about = Geometry(shape=(SIDE, SIDE))
    array = np.random.default_rng(0).integers(0, 255, (SIDE, SIDE), np.uint8)
    return record(geometry=about), Pixels(array, about)


def drawn(shape: BoxShape | RleShape, kind: str = "human", label: str = "liver") -> Resolved:
    maker = MadeBy.model_validate({"kind": kind, "name": "somebody"})
    region = Region(
        key=f"{kind}-{label}", dataset="toy", record="toyrecord", frame="voxel", source_label="x", shape=shape,
        concept=context().space.concept(label), made_by=maker,
    )  # fmt: skip
    return cropped(region, rle.decode(shape)) if isinstance(shape, RleShape) else Resolved(region)


BOX = BoxShape(xyxy=(4, 6, 20, 16))


def test_what_a_detector_finds_are_boxes_with_scores(models: Path) -> None:
    by_hand.boxes(models / "made.onnx", [(4, 6, 20, 16), (1, 1, 5, 5)], [0.9, 0.3], SIDE)
    by_hand.card(models / "made.yaml", adapter="detector")
    about, pixels = picture()
    answers = experts.ask(context(), about, pixels, [])
    (item,) = answers.found  # the other is below the threshold
    assert item.region.shape == BOX
    assert item.mask is None
    assert item.region.made_by.score == pytest.approx(0.9)
    # Boxes that stay where they are whatever is shown do not follow the picture when it is shifted.
    assert item.region.made_by.reliability is not None
    assert 0.8 < item.region.made_by.reliability < 1
    refused = experts.ask(context(min_reliability=1.0), about, pixels, [])
    assert refused.found == []
    assert "below min_reliability 1.00" in refused.refused[0].reason


def test_a_box_that_a_person_drew_becomes_a_models_mask(models: Path) -> None:
    by_hand.pointed(models / "made", SIDE)
    by_hand.card(models / "made.yaml", adapter="sam", weights="made", input={"channels": 3}, output={})
    about, pixels = picture()
    truth = np.zeros((SIDE, SIDE), bool)
    truth[6:16, 4:18] = True
    person = drawn(rle.encode(truth))
    answers = experts.ask(context(), about, pixels, [drawn(BOX), person, drawn(BOX, kind="rule", label="spleen")])
    (item,) = answers.found
    assert item.region.concept.label == "liver"
    assert item.region.meta["prompt"] == "human-liver"
    assert item.region.made_by.kind == "model"
    assert item.region.made_by.score == pytest.approx(0.9)
    assert item.region.made_by.reliability == 1
    assert item.mask is not None
    assert (item.offset, item.mask.shape) == ((6, 4), (10, 16))
    assert item.mask.all()
    (score,) = answers.scores
    assert (score.expert, score.concept, score.dice) == ("made", "liver", round(2 * 140 / 300, 4))


def test_without_anything_to_point_at_it_is_not_asked(models: Path) -> None:
    by_hand.pointed(models / "made", SIDE)
    wanted = {"adapter": "sam", "weights": "made", "input": {"channels": 3}}
    by_hand.card(models / "made.yaml", **wanted, output={})
    assert experts.ask(context(), *picture(), []).found == []
    by_hand.card(models / "made.yaml", **wanted, output={"labels": {"any": "spleen"}})
    assert experts.ask(context(), *picture(), [drawn(BOX)]).found == []  # it is for spleens only


def test_a_decoder_of_another_form_is_refused(models: Path) -> None:
    by_hand.pointed(models / "made", SIDE)
    (models / "made/decoder.onnx").write_bytes((models / "made/encoder.onnx").read_bytes())
    by_hand.card(models / "made.yaml", adapter="sam", weights="made", input={"channels": 3}, output={})
    with pytest.raises(ValueError, match=r"made.yaml: weights: decoder.onnx lacks .*iou_predictions"):
        experts.ask(context(), *picture(), [drawn(BOX)])


def test_a_yolo_output_is_read_and_its_doubles_go(models: Path) -> None:
    out = np.zeros((1, 6, 3), np.float32)
    out[0, :, 0] = 12, 11, 16, 10, 0.1, 0.9
    out[0, :, 1] = 12.5, 11, 16, 10, 0.1, 0.8  # the same once more
    out[0, :, 2] = 26, 26, 4, 4, 0.7, 0.2
    node = helper.make_node("Identity", ["kept"], ["output0"])
    by_hand.save(models / "made.onnx", [node], {"images": [1, 1, SIDE, SIDE]}, {"output0": [1, 6, 3]}, kept=out)
    labels = {"labels": {0: "spleen", 1: "liver"}}
    by_hand.card(models / "made.yaml", adapter="detector", output=labels, options={"form": "yolo"})
    found = experts.ask(context(min_reliability=0.0), *picture(), []).found
    shapes = {item.region.concept.label: item.region.shape for item in found}
    assert shapes == {"liver": BOX, "spleen": BoxShape(xyxy=(24, 24, 28, 28))}


def test_a_model_finds_nothing_where_the_picture_has_no_value(models: Path) -> None:
    by_hand.pointed(models / "made", SIDE)
    by_hand.card(models / "made.yaml", adapter="sam", weights="made", input={"channels": 3}, output={})
    about, pixels = picture()
    values = pixels.array.astype(np.float32)
    (whole,) = experts.ask(context(), about, Pixels(values, pixels.geometry), [drawn(BOX)]).found
    values[:10] = np.nan
    (below,) = experts.ask(context(), about, Pixels(values, pixels.geometry), [drawn(BOX)]).found
    before, after = np.zeros((SIDE, SIDE), bool), np.zeros((SIDE, SIDE), bool)
    before[whole.crop], after[below.crop] = whole.mask, below.mask
    assert before[:10].any()
    assert (after == before * (np.arange(SIDE) >= 10)[:, None]).all()
