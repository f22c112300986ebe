"""Identifiers in a table: numbers that one column writes in several ways are one identifier."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")


def spellings(cells: Iterable[str]) -> Mapping[str, str]:
    """Cell -> the one spelling of its number, where a column holds numbers alone and writes some of them in several
    ways ("1", "1.0", "01"), as software does that reads a blank among them; else nothing. So no person is two."""
    given = sorted(cell for cell in set(cells) if cell)
    if not all(NUMBER.fullmatch(cell) for cell in given):
        return {}
    numbers = {cell: Decimal(cell) for cell in given}
    if len(set(numbers.values())) == len(numbers):
        return {}
    return {cell: _plain(number) for cell, number in numbers.items()}


def _plain(number: Decimal) -> str:
    return str(int(number)) if number == int(number) else str(number.normalize())
