"""What a client must give back of the toy corpus, and a client where it is installed."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scenes import SHAPES, axial_abdomen


def client(module: str) -> Any:
    """The client's module; the test is skipped, with the way to have it, where it is not installed."""
    return pytest.importorskip(module, reason=f"{module} is not installed here: run `make test-clients`")


def blocks(corpus: Path) -> list[str]:
    """The programs that a corpus' card tells people to load it with."""
    return re.findall(r"^```python\n(.*?)^```", (corpus / "README.md").read_text(), re.DOTALL | re.MULTILINE)


def picture(number: int) -> np.ndarray:
    """The pixels of a picture, uint8 (100, 120)."""
    wanted = axial_abdomen().image.copy()
    wanted[0, 0] = number
    return wanted


def check(found: Any, number: int) -> None:
    """An example is that of a picture: its pixels, its masks by region, its questions."""
    assert found.key == found.record["key"] == f"toy-{number:04d}"
    assert list(found.images) == ["png"]
    np.testing.assert_array_equal(found.images["png"], picture(number))
    assert found.masks.keys() == SHAPES.keys()
    for region, mask in found.masks.items():
        np.testing.assert_array_equal(mask, SHAPES[region][1])
    assert [one["id"] for one in found.dialogues] == ["d1", "d2", "d3"]
    assert found.members == {}


def check_others(text: Any, trace: Any) -> None:
    """The examples of the document and of the signal."""
    assert (text.key, text.images, text.masks) == ("toy-0008", {}, {})
    assert text.members == {"txt": b"Report 8: no lesion."}
    assert trace.key == "toy-0009"
    assert list(trace.images) == ["png"]
    assert list(trace.members) == ["npy"]
