"""Reads the curated choice of concepts, catalog/concepts/wanted/<topic>.yaml. See build.py for how to write one."""

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from catalog.errors import CatalogError
from catalog.load import FACETS, read_yaml
from schemas.base import Model
from schemas.concept import Laterality

SECTION = re.compile(rf"({'|'.join(FACETS)})(?: below ([a-z0-9_, ]+))?")
HOW = "write it as `slug: SYSTEM:code` or `slug: {code: SYSTEM:code, ...}` in a section such as `finding below retina:`"


def regular_plural(name: str) -> str:
    if name.endswith(("s", "x", "ch", "sh")):
        return name + "es"
    return name[:-1] + "ies" if name.endswith("y") and name[-2:-1] not in "aeiou" else name + "s"


class Choice(Model):
    """What a person chose of one concept; build.py works out the rest. Keys as build.py explains them."""

    code: str | None = None
    label: str | None = None
    parents: tuple[str, ...] | None = None
    synonyms: tuple[str, ...] | None = None
    plural: str | Literal[True] | None = None
    mass: bool = False
    many: bool = False
    picture: str | None = None
    sides: bool = False
    side: Laterality | None = None
    laterality: Laterality | None = None
    pair: str | None = None
    source: str | None = None


class Wanted(Model):
    """A choice with its place. `below`: the section's parents. `file`, `slug`: where a fault is to be mended."""

    file: str
    slug: str
    facet: str
    below: tuple[str, ...]
    choice: Choice

    @property
    def label(self) -> str:
        return self.choice.label or self.slug.replace("_", " ")

    @property
    def plural(self) -> str | None:
        return regular_plural(self.label) if self.choice.plural is True else self.choice.plural

    @property
    def uncounted(self) -> bool:
        """Whether it takes no article: a mass, or a plural."""
        return self.choice.mass or self.choice.many

    @property
    def sided(self) -> bool:
        return bool(self.choice.side or self.choice.laterality)


def read_wanted(folder: Path) -> list[Wanted]:
    """Every choice of a folder, topics and slugs sorted, a `sides: true` as three. Raises CatalogError."""
    found: dict[str, Wanted] = {}
    for path in sorted(folder.glob("*.yaml")):
        for one in sorted(_topic(path), key=lambda one: _natural(one.slug)):
            if one.slug in found:
                raise CatalogError(one.file, one.slug, f"also in {found[one.slug].file}; keep one of the two")
            found[one.slug] = one
    return list(found.values())


def _natural(slug: str) -> list[tuple[int, str]]:
    """rib_2 before rib_10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", slug)]


def _topic(path: Path) -> list[Wanted]:
    file, content = f"wanted/{path.name}", read_yaml(path)
    if not isinstance(content, dict):
        raise CatalogError(file, "the whole file", f"not a mapping; {HOW}")
    found: list[Wanted] = []
    for section, entries in content.items():
        match = SECTION.fullmatch(str(section))
        if match is None:
            raise CatalogError(file, str(section), f"not a section; {HOW}")
        below = tuple(slug.strip() for slug in (match[2] or "").split(",") if slug.strip())
        for slug, body in (entries or {}).items():
            one = Wanted(file=file, slug=str(slug), facet=match[1], below=below, choice=_choice(file, slug, body))
            found += _sides(one) if one.choice.sides else [one]
    return found


def _choice(file: str, slug: Any, body: Any) -> Choice:
    try:
        return Choice.model_validate({"code": body} if body is None or isinstance(body, str) else body)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(map(str, (slug, *fault["loc"])))
        raise CatalogError(file, key, f"{fault['msg']}; {HOW}") from error


def _sides(one: Wanted) -> list[Wanted]:
    """A thing, its left one and its right one, which are below it and share its code."""
    choice = one.choice
    pair: tuple[tuple[Laterality, Laterality], ...] = (("left", "right"), ("right", "left"))
    sided = [
        Wanted(
            file=one.file, slug=f"{side}_{one.slug}", facet=one.facet, below=(),
            choice=Choice(
                code=choice.code, label=f"{side} {one.label}", parents=(one.slug,), side=side,
                synonyms=tuple(f"{side} {name}" for name in choice.synonyms or ()), pair=f"{other}_{one.slug}",
                laterality=side if choice.code else None, mass=choice.mass, many=choice.many, source=choice.source,
            ),
        )
        for side, other in pair
    ]  # fmt: skip
    return [one, *sided]
