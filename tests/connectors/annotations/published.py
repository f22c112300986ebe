"""A published folder of small pictures for tests of what tables say of them."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from schemas import Record, Region
from tests.connectors import small

ROWS, COLUMNS = 33, 40


def pictures(root: Path, *names: str) -> Path:
    for n, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((ROWS, COLUMNS), 60 + n, np.uint8)).save(path)
    return root


def options(*annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"files": ["img/{case}.png"], "annotations": list(annotations), **more}


def read(
    root: Path, labels: dict[str, str | None], *annotations: dict[str, Any], **more: Any
) -> tuple[dict[str, Record], list[Region]]:
    """The records by their files' stems, and all regions."""
    records, regions = small.read(small.card("pictures", options(*annotations, **more), labels), root)
    return {Path(record.sources[0].uri).stem: record for record in records}, regions


def refused(root: Path, labels: dict[str, str | None], *annotations: dict[str, Any], **more: Any) -> list[str]:
    return small.refused(small.card("pictures", options(*annotations, **more), labels), root)


def states(record: Record) -> dict[str, str]:
    return {one.concept.label: one.state for one in record.presence}


def problems(root: Path, labels: dict[str, str | None], *annotations: dict[str, Any], **more: Any) -> list[str]:
    return small.problems(small.card("pictures", options(*annotations, **more), labels), root)
