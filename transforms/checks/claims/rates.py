"""Concentrations in other units: a haemoglobin of 81 g/L where the source states 8.1 g/dL."""

PREFIXES = {"": 1.0, "m": 1e-3, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "mc": 1e-6, "n": 1e-9, "p": 1e-12}
VOLUMES = {"l": 1.0, "dl": 0.1, "ml": 1e-3, "µl": 1e-6, "μl": 1e-6}
AMOUNTS = ("mol", "eq", "iu", "g", "u")


def per(unit: str, other: str) -> float | None:
    """The factor from one amount per volume to another; None where they are not of one kind."""
    a, b = _read(unit.casefold()), _read(other.casefold())
    return a[1] / b[1] if a is not None and b is not None and a[0] == b[0] else None


def _read(unit: str) -> tuple[str, float] | None:
    """ "mg/dl" -> ("g", 0.01): the kind of amount, and how much of it to a litre."""
    amount, _, volume = unit.partition("/")
    kind = next((one for one in AMOUNTS if amount.endswith(one) and amount.removesuffix(one) in PREFIXES), None)
    if kind is None or volume not in VOLUMES:
        return None
    return kind, PREFIXES[amount.removesuffix(kind)] / VOLUMES[volume]
