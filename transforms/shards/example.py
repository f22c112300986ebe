"""One sample of a corpus as its data card shows it: the JSON of KEY.json with long lists cut, and said how far."""

import json
import re
from typing import Any

from schemas import Sample

MOST = {"regions": 2, "facts": 3, "presence": 2, "dialogues": 1, "anatomy": 2}
LEFT_OUT = ("provenance", "rebuild", "translations", "checks")
NUMBERS = re.compile(r"\[\s+(-?\d[\d\s.,e+-]*?)\s+\]")
LONGEST = 6000  # characters; a longer one is shown in no card


def example(sample: Sample) -> str | None:
    """The abridged JSON of a sample; None where even that is too long to be read, or it asks nothing."""
    if not sample.dialogues:
        return None
    said = sample.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = json.dumps(_full(_cut(said)), indent=1, ensure_ascii=False)
    text = NUMBERS.sub(lambda match: f"[{' '.join(match[1].split())}]", text)
    return text if len(text) <= LONGEST else None


def _cut(said: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name in LEFT_OUT:
            continue
        found[name] = value
        if name in MOST and len(value) > MOST[name]:
            found[name] = [*value[: MOST[name]], f"... {len(value) - MOST[name]} more"]
    description = found["description"]
    found["description"] = {
        name: [*value[:1], f"... {len(value) - 1} more"] if isinstance(value, list) and len(value) > 1 else value
        for name, value in description.items()
        if value
    }
    return found


def _full(value: Any) -> Any:
    """A value without the lists in it that are empty."""
    if isinstance(value, dict):
        return {name: _full(one) for name, one in value.items() if one != []}
    return [_full(one) for one in value] if isinstance(value, list) else value
