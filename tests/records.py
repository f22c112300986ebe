"""A record for tests of what is said beside an image."""

from typing import Any

from schemas import Geometry, Record
from tests.scenes import CT


def record(**fields: Any) -> Record:
    """An image of the toy set; `fields` replace or add."""
    whole = {"key": "toyrecord", "dataset": "toy", "kind": "image", "decoder": "raster", "sources": (),
             "geometry": Geometry(shape=(80, 100)), "modality": CT, "subject": "toy/1"}  # fmt: skip
    return Record.model_validate(whole | fields)
