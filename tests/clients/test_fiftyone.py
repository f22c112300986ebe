"""FiftyOne reads `--to fiftyone` by its own importer, on the database that a package carries."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.clients.reads import client, picture
from tests.scenes import SHAPES, box
from transforms.shards.exports._job import Job


@pytest.fixture
def fiftyone(database: None) -> Any:
    return client("fiftyone")


@pytest.fixture
def loaded(fiftyone: Any, exported: Callable[..., Job]) -> Iterator[Any]:
    found = fiftyone.Dataset.from_dir(dataset_dir=str(exported("fiftyone").out),
                                      dataset_type=fiftyone.types.FiftyOneDataset, progress=False)  # fmt: skip
    yield found
    found.delete()


def test_pictures_boxes_and_masks(loaded: Any) -> None:
    assert loaded.count_sample_tags() == {"train": 6, "validation": 2, "test": 1}
    sample = next(one for one in loaded if one.key == "toy-0003")
    np.testing.assert_array_equal(np.asarray(Image.open(sample.filepath)), picture(3))
    by_label = {concept.label: mask for concept, mask in SHAPES.values()}
    found = sample.regions.detections
    assert sorted(one.label for one in found) == ["left kidney", "liver", "right kidney"]
    for one in found:
        x0, y0, x1, y1 = box(by_label[one.label])
        np.testing.assert_allclose(one.bounding_box, [x0 / 120, y0 / 100, (x1 - x0) / 120, (y1 - y0) / 100])
        np.testing.assert_array_equal(one.mask, by_label[one.label][y0:y1, x0:x1])
        assert one["made_by"] == "human"


def test_what_is_said_of_a_picture(loaded: Any) -> None:
    sample = next(one for one in loaded if one.key == "toy-0000")
    assert [one.label for one in sample.absent.classifications] == ["gallstone"]
    assert sample.present.classifications == []
    assert sample.description == "This is a computed tomography image."
    assert [one["answer"] for one in sample.questions] == ["800 mm²", "[90, 50, 100, 70]", "yes"]


def test_it_can_be_asked(fiftyone: Any, loaded: Any) -> None:
    large = loaded.filter_labels("regions", fiftyone.ViewField("bounding_box")[2] > 0.3)
    assert large.distinct("regions.detections.label") == ["liver"]
    assert len(loaded.match({"licence": "CC-BY-4.0"})) == 9
