"""The label space: every concept that a card, a region or a text may name, with its relations. Loaded by `catalog`."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Literal

from schemas.base import Model
from schemas.card import Slug
from schemas.concept import Concept
from schemas.stated import Stated

Facet = Literal["modality", "anatomy", "finding", "attribute"]


class Entry(Model):
    """One concept. `parents` are slugs (is-a or part-of); `synonyms` are lower case; `plural` is for counting;
    `mass` names (bone, white matter) take no article; those that are their own plural (drusen) are plurals.
    `picture`: what one picture of a modality is called ("CT image"). `pair`: the slug of the other side.
    `stated`: it is said of a picture or of a person, and not seen (catalog/attributes.yaml)."""

    slug: Slug
    facet: Facet
    concept: Concept
    parents: tuple[Slug, ...] = ()
    synonyms: tuple[str, ...] = ()
    plural: str | None = None
    mass: bool = False
    picture: str | None = None
    side: Literal["left", "right"] | None = None
    pair: Slug | None = None
    stated: Stated | None = None

    @property
    def many(self) -> bool:
        """Whether the name is a plural: "drusen are", "retinal folds lie"."""
        return self.plural == self.concept.label


class Name(Model):
    """What a concept is called in another language, in the singular; `many`: the name is a plural. `plural` is for
    counting, `gender` and `article` are what agrees with it: an article is given where it is not the usual one of its
    gender ("el asta")."""

    name: str
    gender: Literal["m", "f"]
    plural: str | None = None
    many: bool = False
    article: str | None = None


class LabelSpace(Model):
    """`names`: language (BCP 47) -> slug -> what the concept is called there; of some concepts only."""

    entries: tuple[Entry, ...]
    names: dict[str, dict[str, Name]] = {}

    @cached_property
    def _by_slug(self) -> dict[str, Entry]:
        return {entry.slug: entry for entry in self.entries}

    @cached_property
    def _by_label(self) -> dict[str, Entry]:
        return {entry.concept.label: entry for entry in self.entries}

    @cached_property
    def slugs(self) -> dict[str, str]:
        """Label -> slug, of every concept."""
        return {label: entry.slug for label, entry in self._by_label.items()}

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What was derived from this space and costs too much to derive again for each scene."""
        return {}

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        return {}  # filled as it is asked for: relations ask for the same few thousands of times

    def __iter__(self) -> Iterator[Entry]:  # type: ignore[override]
        return iter(self.entries)

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def get(self, slug: str) -> Entry:
        """The entry of a slug. Raises KeyError with the next action in its message."""
        if slug not in self._by_slug:
            raise KeyError(f"no concept {slug!r} in catalog/concepts/: add it there or correct the slug")
        return self._by_slug[slug]

    def concept(self, slug: str) -> Concept:
        return self.get(slug).concept

    def of(self, concept: Concept) -> Entry:
        """The entry of a concept, found by its label. Raises KeyError."""
        return self.labelled(concept.label)

    def labelled(self, label: str) -> Entry:
        """The entry of a label, which is unique in the space. Raises KeyError."""
        if label not in self._by_label:
            raise KeyError(f"no concept labelled {label!r} in catalog/concepts/")
        return self._by_label[label]

    def name(self, concept: Concept, language: str) -> Name | None:
        """What a concept is called in a language; None where nobody has told. Raises KeyError for no concept."""
        return self.names.get(language, {}).get(self.of(concept).slug)

    def ancestors(self, slug: str) -> frozenset[str]:
        """Every slug above this one, itself left out."""
        if slug not in self._above:
            seen: set[str] = set()
            queue = list(self.get(slug).parents)
            while queue:
                parent = queue.pop()
                if parent not in seen:
                    seen.add(parent)
                    queue.extend(self.get(parent).parents)
            self._above[slug] = frozenset(seen)
        return self._above[slug]

    def stated(self, slug: str) -> tuple[Entry, Stated] | None:
        """How a concept is stated where it is not a thing to be seen, with the concept that says so: itself, or what an
        attribute is a kind of (bi-rads 4a: the bi-rads assessment category)."""
        entry = self.get(slug)
        if entry.stated is not None:
            return entry, entry.stated
        if entry.facet == "attribute":
            for above in entry.parents:
                found = self.stated(above)
                if found is not None:
                    return found
        return None

    def seen(self, concept: Concept) -> bool:
        """Whether a concept can be seen in a picture: no grade, view or quality of it, no condition of the person."""
        entry = self.of(concept)
        return entry.facet != "attribute" and entry.stated is None

    def within(self, slugs: Iterable[str], root: str) -> list[str]:
        """Those of `slugs` that are `root` or lie below it."""
        return [slug for slug in slugs if slug == root or root in self.ancestors(slug)]
