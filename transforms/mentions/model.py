"""A mention while a sentence is read."""

from dataclasses import dataclass

from transforms.checks.claims.model import Item


@dataclass(frozen=True, slots=True)
class Found:
    """Items [first, last) of a sentence name `slug`; `score` is 1 where they are a name of it as they stand. `loose`:
    two words of a clause say it between them, with other words among them."""

    slug: str
    facet: str
    first: int
    last: int
    score: float = 1.0
    loose: bool = False


def words_of(item: Item) -> tuple[str, ...]:
    """The words of an item in one spelling."""
    return item.names or (item.tag,)
