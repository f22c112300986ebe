"""What catalog/attributes.yaml says of values beside a picture: names that sets share, concepts that are stated."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from catalog.errors import CatalogError
from schemas import DatasetCard, Stated
from schemas.faults import said
from schemas.stated import told

FILE = "attributes.yaml"
SECTIONS = ("names", "concepts")


def shared(content: Any) -> dict[str, dict[str, Stated]]:
    """The declarations of each section by name or slug; `content` is the file's, None where there is no such file.
    Raises CatalogError."""
    if content is None:
        return {section: {} for section in SECTIONS}
    if not isinstance(content, dict) or set(content) != set(SECTIONS):
        raise CatalogError(f"catalog/{FILE}", "the whole file", f"must map {' and '.join(SECTIONS)} to declarations")
    return {section: {str(name): _read(section, name, body) for name, body in content[section].items()}
            for section in SECTIONS}  # fmt: skip


def _read(section: str, name: str, body: Any) -> Stated:
    try:
        return Stated.model_validate(body)
    except ValidationError as error:
        key, what = said(Stated, error)
        where = ".".join(part for part in (section, name, key) if part)
        raise CatalogError(f"catalog/{FILE}", where, f"{what}; correct this key (see schemas/stated.py)") from error


def completed(card: DatasetCard, names: Mapping[str, Stated]) -> DatasetCard:
    """The card with the shared declaration of each name that it tells and does not declare itself."""
    wanted = told(card.layout.reader, card.layout.options)
    found = {name: names[name] for name in sorted(wanted) if name in names and name not in card.layout.facts}
    if not found:
        return card
    layout = card.layout.model_copy(update={"facts": {**card.layout.facts, **found}})
    return card.model_copy(update={"layout": layout})
