"""Annotations of a part of a set: what an image's fields must be for one to speak of it."""

from collections.abc import Mapping

from connectors import patterns

Only = Mapping[str, str | tuple[str, ...]]


def applies(only: Only, fields: Mapping[str, str], *, open_ends: bool = False) -> bool:
    """Whether an image has one of these values, or templates of them, in each field. `open_ends`: what is not known yet
    may still fit."""
    for name, wanted in only.items():
        bound = [patterns.bind(value, fields) for value in ((wanted,) if isinstance(wanted, str) else wanted)]
        unknown = name not in fields or not all(map(patterns.plain, bound))
        if fields.get(name) not in bound and not (open_ends and unknown):
            return False
    return True
