"""Expert segmenters, one a file: see base.py for what makes one."""

from typing import Any, cast

from transforms import plugins
from transforms.regions.experts.base import Expert


def experts() -> dict[str, Expert]:
    """Every expert by name, sorted, those that cannot run here included."""
    return {name: cast(Expert, module) for name, module in plugins.modules(__name__).items()}


def listing() -> list[dict[str, Any]]:
    """A row for each expert, as `triptych experts` shows it; `reason` says why one is not available."""
    rows = []
    for name, expert in experts().items():
        reason = expert.unavailable()
        rows.append(
            {
                "name": name,
                "version": expert.VERSION,
                "modalities": list(expert.MODALITIES),
                "produces": list(expert.PRODUCES),
                "note": expert.NOTE,
                "available": reason is None,
                "reason": reason,
            }
        )
    return rows
