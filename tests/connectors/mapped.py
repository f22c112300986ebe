"""Whether a card knows every value that the masks of a replica hold: one that it does not is lost without a word."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from schemas import DatasetCard, LabelShape
from tests.connectors.reading import Found, Reading, name_of
from transforms.media.decoders import labels


def unmapped(reading: Reading) -> Iterator[str]:
    """A fault for each map of values that holds one which the card neither maps nor lists as unmapped."""
    if _numbered(reading.card):
        return
    known = _values(reading.card)
    seen: set[str] = set()
    for found in reading.found:
        for source, shape in _maps(found).items():
            if source in seen:
                continue
            seen.add(source)
            held = {int(value) for value in np.unique(labels(reading.root, shape, found.record)) if value}
            odd = held - known - _named(found, shape)
            if odd:
                yield f"{source} holds the values {sorted(odd)}, which the card does not know"


def _numbered(card: DatasetCard) -> bool:
    """Whether values merely number things, and something else (a table, the file itself) says what each is."""
    parts = card.layout.options.get("annotations", ())
    return any(part["format"] in ("mat_shapes", "dicom_objects") or part.get("classes") for part in parts)


def _named(found: Found, shape: LabelShape) -> set[int]:
    """The values that something beside the card names, such as a dataset.json."""
    shapes = (region.shape for region in found.regions)
    return {one.value for one in shapes if isinstance(one, LabelShape) and one.source == shape.source}


def _maps(found: Found) -> dict[str, LabelShape]:
    """The maps of a record in which each value is a label of its own, by name."""
    out: dict[str, LabelShape] = {}
    for region in found.regions:
        shape = region.shape
        plain = isinstance(shape, LabelShape) and shape.value > 0 and not shape.instances
        if plain and shape.colour is None and shape.at_least is None and shape.at_most is None:
            out[f"{name_of(shape.source)}#{shape.channel}"] = shape
    return out


def _values(card: DatasetCard) -> set[int]:
    """Every number that the card gives a meaning: in its labels, or in an option that names values."""
    numbers = {int(found[0]) for label in card.layout.labels if (found := re.search(r"\d+$", label))}
    return numbers | set(_numbers(card.layout.options))


def _numbers(options: Any) -> Iterator[int]:
    if isinstance(options, dict):
        yield from (int(key) for key in options if str(key).isdigit())
        for value in options.values():
            yield from _numbers(value)
    elif isinstance(options, list | tuple):
        for value in options:
            yield from _numbers(value)
    elif isinstance(options, int) and not isinstance(options, bool):
        yield options
