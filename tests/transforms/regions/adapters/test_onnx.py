"""Declared ONNX networks, written by hand: what they find on drawn shapes, on any grid, and what is refused."""

import importlib.util
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from schemas import Geometry
from tests import models_by_hand as by_hand
from transforms.media.pixels import Pixels
from transforms.regions import adapters
from transforms.regions.adapters._tiles import importance, sliding, starts
from transforms.regions.adapters.base import ModelError
from transforms.regions.experts import expert, listing
from transforms.regions.metrics import dice
from transforms.regions.segments import Segment


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIPTYCH_MODELS", str(tmp_path))
    return tmp_path


def ball(shape: tuple[int, ...], spacing: tuple[float, ...], radius: float = 18.0) -> np.ndarray:
    """In the middle, of this radius in mm."""
    grid = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1)
    return np.asarray(np.linalg.norm((grid - (np.asarray(shape) - 1) / 2) * spacing, axis=-1) < radius)


def volume(
    spacing: tuple[float, float, float] = (1.0, 1.25, 3.0), unit: str | None = "HU"
) -> tuple[Pixels, np.ndarray]:
    """A CT of 60 HU in a ball, -40 around it, with a little noise, lying LPI and turned a little."""
    shape = (60, 48, 20)
    mask = ball(shape, spacing)
    array = np.where(mask, 60, -40) + np.random.default_rng(1).normal(0, 4, shape)
    affine = np.diag([*spacing, 1.0]) * [1, 1, -1, 1]
    affine[1, 2] = 0.2
    return Pixels(array.astype(np.int16), Geometry(shape=shape, spacing_mm=spacing, affine=affine.tolist()), unit), mask


def only(name: str, pixels: Pixels) -> Segment:
    (found,) = expert(name).segment(pixels)
    assert isinstance(found, Segment)
    return found


CT = {
    "unit": "HU", "orientation": "RAS", "spacing_mm": [1.5, 1.5, 1.5], "clip": [-100, 100], "normalise": "minmax",
    "patch": [24, 24, 24],
}  # fmt: skip


def test_a_volume_goes_through_in_tiles_and_comes_back_to_its_grid(models: Path) -> None:
    by_hand.brighter(models / "balls.onnx", level=0.55, axes=3)
    by_hand.card(models / "balls.yaml", input=CT)
    pixels, mask = volume()
    found = only("balls", pixels)
    assert found.concept == "liver"
    assert dice(found.mask, mask) > 0.95
    assert found.score is not None
    assert found.score > 0.9


def test_slices_of_a_volume_go_through_a_flat_network(models: Path) -> None:
    by_hand.brighter(models / "flat.onnx", level=0.55, axes=2)
    by_hand.card(models / "flat.yaml", input={**CT, "patch": [32, 32]})
    pixels, mask = volume()
    assert dice(only("flat", pixels).mask, mask) > 0.95


def test_a_picture_in_colour_stretched_to_the_networks_size(models: Path) -> None:
    by_hand.brighter(models / "red.onnx", level=0.0, axes=2, channels=3)
    wanted = {
        "channels": 3,
        "size": [64, 64],
        "patch": [64, 64],
        "normalise": "mean_std",
        "mean": [90.0] * 3,
        "std": [40.0] * 3,
    }
    by_hand.card(
        models / "red.yaml", input=wanted, modality=["SM"], output={"labels": {1: "nucleus"}, "instances": True}
    )
    array = np.full((120, 90, 3), 60, np.uint8)
    array[20:60, 10:40] = array[80:110, 50:80] = 150
    found = only("red", Pixels(array, Geometry(shape=(120, 90))))
    assert found.instances
    assert found.mask.max() == 2
    assert dice(found.mask, array[..., 0] == 150) > 0.95


def test_sigmoid_channels_stand_each_for_itself(models: Path) -> None:
    by_hand.brighter(models / "two.onnx", level=50.0, axes=2, sharp=2.0)
    out = {"labels": {0: "left_lung", 1: "lung"}, "activation": "sigmoid"}
    by_hand.card(models / "two.yaml", input={"patch": [40, 40]}, output=out)
    array = np.zeros((40, 40), np.float32)
    array[10:30, 10:30] = 100
    array[0, 0] = np.nan  # no value: the least stands for it
    found = {one.concept: one for one in expert("two").segment(Pixels(array, Geometry(shape=(40, 40))))}
    assert np.array_equal(found["lung"].mask, array == 100)
    assert np.array_equal(found["left_lung"].mask, array != 100)


def test_nothing_bright_is_no_region(models: Path) -> None:
    by_hand.brighter(models / "balls.onnx", level=0.99, axes=3)
    by_hand.card(models / "balls.yaml", input=CT)
    assert expert("balls").segment(volume()[0]) == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another architecture": ({"input": {**CT, "channels": 3}}, r"takes \['n', 1.*correct input.channels"),
    "another rank": ({"input": {**CT, "patch": [24, 24]}}, "correct input.channels or input.patch"),
    "no patch": ({"input": {}}, "correct input.channels or input.patch"),
    "a channel that is not there": ({"output": {"labels": {7: "liver"}}, "input": CT}, r"channels 0 to 1, not \[7\]"),
    "no labels": ({"output": {}, "input": CT}, "output.labels: empty"),
    "a name where channels have none": ({"output": {"labels": {"liver": "liver"}}, "input": CT}, "no such label"),
}


@pytest.mark.parametrize(("fields", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_card_that_does_not_fit_its_network_is_refused_by_key(
    models: Path, fields: dict[str, Any], said: str
) -> None:
    by_hand.brighter(models / "balls.onnx", level=0.5, axes=3)
    by_hand.card(models / "balls.yaml", **fields)
    with pytest.raises(ModelError, match=said) as told:
        expert("balls").segment(volume()[0])
    assert "balls.yaml" in str(told.value)


def test_numbers_that_are_none_are_no_answer(models: Path) -> None:
    node = helper.make_node("Log", ["image"], ["channels"])  # of a negative value
    sides: list[Any] = ["n", 1, "a", "b", "c"]
    by_hand.save(models / "nan.onnx", [node], {"image": sides}, {"channels": sides})
    by_hand.card(models / "nan.yaml", input={"patch": [24, 24, 24]})
    with pytest.raises(ModelError, match="no numbers"):
        expert("nan").segment(volume()[0])


def test_pixels_in_another_unit_are_refused(models: Path) -> None:
    by_hand.brighter(models / "balls.onnx", level=0.5, axes=3)
    by_hand.card(models / "balls.yaml", input=CT)
    with pytest.raises(ValueError, match="wants values in HU, these are in no unit"):
        expert("balls").segment(volume(unit=None)[0])


def row(name: str) -> dict[str, Any]:
    return next(one for one in listing() if one["name"] == name)


def test_what_cannot_run_is_listed_with_what_is_missing(models: Path) -> None:
    by_hand.card(models / "balls.yaml", input=CT)
    assert "weights:" in row("balls")["reason"]
    assert "is not there" in row("balls")["reason"]
    by_hand.brighter(models / "balls.onnx", level=0.5, axes=3)
    assert row("balls")["available"]
    revision = row("balls")["revision"]
    by_hand.card(models / "balls.yaml", input=CT, sha256="0" * 64)
    assert f"sha256: the weights have {revision}, not 000" in row("balls")["reason"]
    with pytest.raises(FileNotFoundError, match="sha256"):
        expert("balls").segment(volume()[0])
    by_hand.card(models / "balls.yaml", input=CT, sha256=revision)
    assert row("balls")["available"]
    (models / "balls.onnx").write_bytes(b"no network")
    by_hand.card(models / "balls.yaml", input=CT)
    with pytest.raises(ModelError, match=r"balls.yaml: weights: balls.onnx: no network that ONNX Runtime can load"):
        expert("balls").segment(volume()[0])


def test_weights_that_cannot_be_the_card_s_are_told_before_anything_runs(models: Path) -> None:
    by_hand.card(models / "prompted.yaml", adapter="sam", weights="halves")
    (models / "halves").mkdir()
    (models / "halves" / "encoder.onnx").write_bytes(b"one")
    assert "weights: halves has no decoder.onnx; export both halves" in row("prompted")["reason"]
    by_hand.card(models / "balls.yaml", input=CT, weights="halves")
    assert "weights: halves is a folder; name the file in it" in row("balls")["reason"]
    by_hand.card(models / "found.yaml", adapter="detector", weights="halves/encoder.onnx", options={"from": "yolo"})
    assert "options.from" in row("found")["reason"]


def test_a_package_that_is_missing_is_named_with_the_way_to_get_it(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand.card(models / "organs.yaml", adapter="totalsegmentator", weights="nowhere")
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "totalsegmentator" else found(name))
    assert "not installed: TotalSegmentator: uv pip install TotalSegmentator" in row("organs")["reason"]
    assert adapters.lacking("onnx") is None


BAD_CARDS: dict[str, tuple[dict[str, Any], str]] = {
    "adapter": ({"adapter": "onyx"}, r"adapter: no 'onyx' \(did you mean 'onnx'"),
    "key": ({"weigths": "x"}, "weigths.*did you mean 'weights'"),
    "orientation": ({"input": {"orientation": "RAR"}}, "orientation 'RAR'"),
    "both grids": ({"input": {"size": [1, 1], "spacing_mm": [1, 1]}}, "give one of the two"),
    "clip": ({"input": {"clip": [5, 5]}}, "clip: the first must be below"),
    "mean": ({"input": {"normalise": "mean_std"}}, "mean_std needs mean and std, 1 of each"),
}


@pytest.mark.parametrize(("fields", "said"), BAD_CARDS.values(), ids=BAD_CARDS.keys())
def test_a_bad_card_is_listed_with_its_file_and_key(models: Path, fields: dict[str, Any], said: str) -> None:
    by_hand.card(models / "balls.yaml", **fields)
    with pytest.raises(ModelError, match=said):
        expert("balls")
    assert "balls.yaml" in row("balls")["reason"]


def test_a_card_cannot_take_the_name_of_a_file_here(models: Path) -> None:
    by_hand.card(models / "lungs_hu.yaml")
    assert expert("lungs_hu").kind == "rule"


def test_a_version_follows_card_and_weights(models: Path) -> None:
    by_hand.brighter(models / "balls.onnx", level=0.5, axes=3)
    by_hand.card(models / "balls.yaml", input=CT)
    first = expert("balls").version
    by_hand.card(models / "balls.yaml", input={**CT, "overlap": 0.25})
    second = expert("balls").version
    by_hand.brighter(models / "balls.onnx", level=0.6, axes=3)
    assert len({first, second, expert("balls").version}) == 3


@pytest.mark.parametrize(("shape", "patch"), [((30, 41, 17), (16, 16, 16)), ((10, 50), (16, 16)), ((9, 9), (9, 9))])
def test_tiles_put_together_are_the_image(shape: tuple[int, ...], patch: tuple[int, ...]) -> None:
    image = np.random.default_rng(2).normal(size=(1, *shape)).astype(np.float32)
    np.testing.assert_allclose(sliding(image, patch, 0.5, lambda batch: batch), image, atol=1e-5)
    assert importance(patch).max() == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize(("length", "patch", "overlap"), [(100, 32, 0.5), (33, 32, 0.5), (64, 32, 0.0), (32, 32, 0.9)])
def test_tiles_cover_an_axis_and_lie_over_each_other(length: int, patch: int, overlap: float) -> None:
    found = starts(length, patch, overlap)
    assert found[0] == 0
    assert found[-1] + patch == length
    assert all(b - a <= max(1, patch * (1 - overlap)) + 1 for a, b in pairwise(found))


def test_the_graph_is_one_that_onnx_accepts(tmp_path: Path) -> None:
    onnx.checker.check_model(onnx.load(by_hand.brighter(tmp_path / "a.onnx", 0.5, 3)))


def test_how_a_network_was_exported_is_no_news_of_a_record(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Weights that are listed as inputs, too, are what old exporters leave, and ONNX Runtime warns of."""
    path = by_hand.brighter(models / "old.onnx", level=0, axes=3)
    network = onnx.load(path)
    network.graph.input.extend(
        helper.make_tensor_value_info(one.name, one.data_type, one.dims) for one in network.graph.initializer
    )
    onnx.save(network, path)
    by_hand.card(models / "old.yaml", input={"unit": "HU", "patch": [16, 16, 16]})
    capfd.readouterr()
    assert expert("old").segment(volume()[0])
    assert capfd.readouterr().err == ""
