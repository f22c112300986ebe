"""FiftyOne's folder by its documented form: ids, tags, boxes as fractions, masks as compressed arrays."""

import base64
import io
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipelines.exporting import export
from schemas import Presence
from tests.corpora import corpus
from tests.scenes import LIVER, SHAPES
from transforms.shards.exports._job import Job


def test_samples(exported: Callable[..., Job]) -> None:
    job = exported("fiftyone")
    found = json.loads((job.out / "samples.json").read_text())["samples"]
    assert [one["tags"] for one in found] == [["train"]] * 6 + [["validation"]] * 2 + [["test"]]
    assert len({one["_id"]["$oid"] for one in found}) == 9
    assert all(re.fullmatch(r"[0-9a-f]{24}", one["_id"]["$oid"]) for one in found)
    assert all((job.out / one["filepath"]).is_file() for one in found)
    assert job.left_out["sample: is a text: the format shows pictures"] == 1
    kidney = next(one for one in found[0]["regions"]["detections"] if one["label"] == "left kidney")
    np.testing.assert_allclose(kidney["bounding_box"], [0.75, 0.5, 10 / 120, 0.2])
    raw = zlib.decompress(base64.b64decode(kidney["mask"]["$binary"]["base64"]))
    np.testing.assert_array_equal(np.load(io.BytesIO(raw)), SHAPES["r3"][1][50:70, 90:100])


def test_what_is_present_in_the_whole_need_not_show(tmp_path: Path) -> None:
    made = corpus()
    told = (
        Presence(concept=LIVER.model_copy(update={"label": "gallstone"}), state="present", level="patient"),
        Presence(concept=LIVER.model_copy(update={"label": "cyst"}), state="absent", media="0.png"),
        Presence(concept=LIVER, state="present"),
    )
    made.change(0, lambda sample: sample.model_copy(update={"presence": told}))
    made.publish(tmp_path / "in")
    export(tmp_path / "in", "fiftyone", tmp_path / "out")
    first = json.loads((tmp_path / "out" / "samples.json").read_text())["samples"][0]
    assert [one["label"] for one in first["present"]["classifications"]] == ["liver"]
    assert first["absent"]["classifications"] == []
