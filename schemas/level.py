"""What a statement of a source is of."""

from typing import Literal

Level = Literal[
    "image", "slice", "volume", "clip", "signal", "document", "series", "eye", "breast", "visit", "study", "patient"
]  # fmt: skip
"""The record itself, by its kind; a part of it; or something larger that it is a part of."""

LARGER: frozenset[Level] = frozenset({"series", "eye", "breast", "visit", "study", "patient"})
"""Of which a record is a part: what is said of them need not be seen in it."""
WHOLE: dict[Level, str] = {"image": "full", "signal": "signal", "document": "text", "volume": "volume", "clip": "clip"}
"""Level -> the frame of the view that shows all of it. No other view shows all of a record."""
