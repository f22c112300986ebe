"""TotalSegmentator by its own package, with a model trained here: what it finds, where, and what it is kept from."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.models.shapes import lamps
from tests.models.test_volumes import scan
from transforms.regions.adapters.base import ModelError
from transforms.regions.metrics import dice

TOLD = {"output": {"labels": {"liver": "liver", "spleen": "spleen"}}, "options": {"fast": True}}
MM = 3  # the spacing of the model
Declare = Callable[..., Any]


def finds(expert: Any, number: int, turned: bool) -> None:
    """In patient space: the ball that is lit from the patient's right is what the model calls the liver."""
    pixels, drawn = scan(number, turned, lamps, MM)
    found = {one.concept: one.mask for one in expert.segment(pixels)}
    assert dice(found["liver"], drawn.labels == 1) > 0.8
    assert dice(found["spleen"], drawn.labels == 2) > 0.8


def test_what_was_drawn_is_found_and_sides_are_told_apart(declare: Declare) -> None:
    finds(declare("totalsegmentator", "totalsegmentator", **TOLD), 3, turned=True)


def test_nothing_is_sent_fetched_deleted_or_changed(
    declare: Declare, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself it tells its makers of each run, fetches what it lacks, and deletes the models of earlier versions."""
    settings = {"totalseg_id": "synthetic", "send_usage_stats": True, "prediction_counter": 7}
    (tmp_path / "home").mkdir()
    (tmp_path / "home/config.json").write_text(json.dumps(settings))
    monkeypatch.setenv("TOTALSEG_HOME_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("TOTALSEG_WEIGHTS_PATH", "")  # both are put back after the test
    calls: list[Any] = []
    for name in ("get", "post"):
        monkeypatch.setattr(requests, name, lambda *args, **options: calls.append(args))
    shutil.copytree(trained / "totalsegmentator", tmp_path / "weights")
    (tmp_path / "weights/Dataset302_vertebrae_body_1559subj").mkdir()
    finds(declare("totalsegmentator", str(tmp_path / "weights"), **TOLD), 4, turned=False)
    assert (calls, json.loads((tmp_path / "home/config.json").read_text())) == ([], settings)
    assert (tmp_path / "weights/Dataset302_vertebrae_body_1559subj").is_dir()
    cropping = {"options": {"task": "liver_vessels"}, "output": {"labels": {"liver_vessels": "liver"}}}
    (tmp_path / "weights/Dataset008_HepaticVessel").mkdir()
    with pytest.raises(ModelError, match=r"weights has no Dataset298.*; run: TOTALSEG_WEIGHTS_PATH"):
        declare("totalsegmentator", str(tmp_path / "weights"), **cropping).segment(scan(4)[0])
    assert calls == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"task": "totale"}, "options.task: no 'totale'; there are total,"),
        ({"task": "body"}, "weights: totalsegmentator has no Dataset299.*; run: .*totalseg_download_weights -t body"),
        ({"task": "hip_implant", "fast": True}, "options.fast: task hip_implant does not work with option --fast"),
        ({"task": "heartchambers_highres"}, "options.task: heartchambers_highres needs a licence"),
    ],
)
def test_what_cannot_run_is_refused_by_key(
    declare: Declare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], said: str
) -> None:
    monkeypatch.setenv("TOTALSEG_HOME_DIR", str(tmp_path))
    labels = {"labels": {"liver": "liver"}} if options["task"] == "totale" else {"labels": {1: "liver"}}
    with pytest.raises(ModelError, match=said) as told:
        declare("totalsegmentator", "totalsegmentator", output=labels, options=options).segment(scan(4)[0])
    assert len(str(told.value).splitlines()) == 1
