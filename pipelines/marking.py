"""Records as things that are compared by what they show."""

from collections.abc import Callable

from pipelines.context import Context
from schemas import Record
from transforms.identity.things import Array, Thing


def thing_of(record: Record, name: str, subject: str, load: Callable[[], Array]) -> Thing | None:
    """A record's picture or volume; None of one that is neither. `load`: its values, as `Pixels.bright` has them."""
    if record.kind not in ("image", "volume"):
        return None
    spacing = record.geometry.spacing_mm if record.kind == "volume" else None
    sides = (spacing[0], spacing[1], spacing[2]) if spacing and len(spacing) == 3 else None
    return Thing(name, "volume" if record.kind == "volume" else "picture", load, subject, sides)


def shown(ctx: Context, record: Record) -> Thing | None:
    """The same of a record of a build, named by its key, burned-in text blanked. Its `load` raises as `Context.pixels`
    does."""
    return thing_of(record, record.key, record.subject, lambda: ctx.pixels(record)[0].bright)
