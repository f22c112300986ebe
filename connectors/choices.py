"""What a card says of its images by templates over their fields: split, modality, anatomy, unit."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar, cast

from connectors import base, patterns
from connectors.base import LayoutError, Unreadable
from schemas import Concept, DatasetCard, LabelSpace, Notice

Value = TypeVar("Value")


class Filler(Protocol):
    """An image whose fields fill templates."""

    @property
    def path(self) -> str: ...

    def fill(self, template: str) -> str: ...


class Choice(base.Options):
    """A template over the fields, and what each of its values means; they stay as they are where `map` is empty."""

    by: str
    map: Mapping[str, str | tuple[str, ...]] = {}


def chosen(card: DatasetCard, key: str, choice: Choice, image: Filler) -> str | tuple[str, ...]:
    """What the template's value means. Raises LayoutError when `map` lacks it, Unreadable where that is because a field
    of it is blank: what should tell it does not name this image."""
    value = image.fill(choice.by)
    if choice.map and value not in choice.map:
        blank = [name for name in patterns.names(choice.by) if not image.fill(f"{{{name}}}")]
        if blank:
            raise Unreadable(image.path, f"nothing tells its {', '.join(blank)}: no list or table names it so")
        raise LayoutError(card.id, f"layout.options.{key}.map", f"{value!r} is not there; {image.path} has it")
    return choice.map[value] if choice.map else value


def one(card: DatasetCard, key: str, choice: str | Choice | None, image: Filler) -> str | None:
    """One value of an image: a plain one, a template's, or what a template's value means. Raises LayoutError."""
    found = chosen(card, key, choice, image) if isinstance(choice, Choice) else _filled(choice, image)
    if isinstance(found, tuple):
        raise LayoutError(card.id, f"layout.options.{key}", "takes one value and not a list; correct it")
    return found or None


def told(what: str, read: Callable[[], Value], image: Filler) -> tuple[Value | None, Notice | None]:
    """What a choice says of an image; where nothing tells it, None and what is to be said of that."""
    try:
        return read(), None
    except Unreadable as error:
        return None, Notice(kind="file", uri=image.path, reason=f"{error.reason}: it is kept without {what}")


def modality(card: DatasetCard, space: LabelSpace, given: str | Choice | None, image: Filler) -> Concept:
    """What made the image; the card's only modality where nothing is given. Raises LayoutError when it stays open."""
    fixed = given is None or (isinstance(given, str) and "{" not in given)
    known = card.memo.get(("modality", id(space))) if fixed else None
    if known is not None:
        return cast(Concept, known)
    slug = one(card, "modality", given, image)
    slug = slug or (card.modalities[0] if len(card.modalities) == 1 else None)
    if slug is None:
        raise LayoutError(
            card.id, "layout.options.modality", f"nothing says that of {image.path}; add a value or a map"
        )
    found = concept(card, space, "modality", slug)
    if fixed:
        card.memo["modality", id(space)] = found
    return found


def anatomy(
    card: DatasetCard, space: LabelSpace, given: str | tuple[str, ...] | Choice | None, image: Filler
) -> tuple[Concept, ...]:
    """What part of the body is shown, as far as the card and the image say; its only anatomy where nothing is given."""
    fixed = not isinstance(given, Choice)
    known = card.memo.get(("anatomy", id(space))) if fixed else None
    if known is not None:
        return cast("tuple[Concept, ...]", known)
    found = chosen(card, "anatomy", given, image) if isinstance(given, Choice) else given
    if found is None:
        found = card.anatomy if len(card.anatomy) == 1 else ()
    slugs = (found,) if isinstance(found, str) else found
    concepts = tuple(concept(card, space, "anatomy", slug) for slug in slugs if slug)
    if fixed:
        card.memo["anatomy", id(space)] = concepts
    return concepts


def concept(card: DatasetCard, space: LabelSpace, key: str, slug: str) -> Concept:
    if slug not in space:
        raise LayoutError(card.id, f"layout.options.{key}", f"no concept {slug!r}; add it to catalog/concepts/")
    return space.concept(slug)


def _filled(template: str | None, image: Filler) -> str | None:
    return image.fill(template) if template else None
