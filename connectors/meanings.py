"""What values beside an image mean where they are not what they seem: codes for "unknown", ages that nobody reaches."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.drafts import AttributeDraft
from schemas import Notice

OLDEST = 122  # years: nobody is known to have lived longer
NOTHING = frozenset({"", "nan", "null"})  # in lower case: what tables and headers write of what is not known
_AGE = re.compile(r"(?:patient[ _]?)?age", re.IGNORECASE)
_YEARS = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[yY]?")


def of(draft: AttributeDraft, replace: Mapping[str, Mapping[str, str]]) -> AttributeDraft:
    """The attribute with what its value means; "" where that is nothing."""
    meaning = replace.get(draft.name, {}).get(str(draft.value))
    return draft if meaning is None else draft._replace(value=meaning)


def fields(told: Mapping[str, str], replace: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Fields with what their values mean."""
    return {name: replace[name].get(value, value) if name in replace else value for name, value in told.items()}


def is_sound(name: str, value: Any) -> bool:
    """Whether a value says something, and something that can be: an age of 300 years is no age."""
    if str(value).strip().lower() in NOTHING:
        return False
    years = _YEARS.fullmatch(str(value).strip()) if _AGE.fullmatch(name) else None
    return years is None or 0 <= float(years[1]) <= OLDEST


def sound(told: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that are."""
    return {name: value for name, value in told.items() if is_sound(name, value)}


def doubts(path: str, kept: Mapping[str, str], told: Sequence[AttributeDraft]) -> Iterator[Notice]:
    """A notice for each value that is kept or told, and cannot be."""
    given = [*kept.items(), *((draft.name, draft.value) for draft in told if not draft.hidden)]
    for name, value in dict.fromkeys((name, str(value)) for name, value in given):
        if value.strip().lower() not in NOTHING and not is_sound(name, value):
            reason = f"{name} is {value!r}, which cannot be; say what it means under layout.options.replace"
            yield Notice(kind="value", uri=path, item=value, reason=reason)
