"""What the words of one label space mean: names, synonyms and plurals of its concepts, compiled once per space."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from schemas import Entry, LabelSpace
from transforms.checks.claims.words import ADJECTIVES, MODALITIES, PHRASES, PLANES
from transforms.facts.base import NEGATIONS
from transforms.text import lay

WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’][a-z]+)?|\d+(?:\.\d+)?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Term:
    """What a run of words means: a mention of `slugs`, or a phrase of a role."""

    kind: str
    tag: str
    slugs: tuple[str, ...] = ()
    plural: bool = False


def plurals(name: str) -> tuple[str, ...]:
    """The regular plural of a name."""
    if name.endswith(("s", "x", "ch", "sh")):
        return (name + "es",)
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return (name[:-1] + "ies",)
    return (name + "s",)


def normal(name: str) -> tuple[str, ...]:
    """A name as the words that a text would show, lower case, hyphens dropped."""
    words = (word.removesuffix("'s") for word in WORD.findall(name.lower()))
    return tuple(word for word in words if word not in ("-", "‐"))


class Lexicon:
    """`match(words, i)` finds the longest run of words from i that means something."""

    def __init__(self, space: LabelSpace) -> None:
        self.space = space
        self.facets: dict[str, str] = {entry.slug: entry.facet for entry in space}
        self.pairs: dict[tuple[str, ...], dict[str, str]] = {}
        self._terms: dict[tuple[str, ...], Term] = {}
        self._longest: dict[str, int] = {}
        self._concepts(list(space))
        self._sides(list(space))
        self._modalities()
        for adjective, label in ADJECTIVES.items():
            self._alias((adjective,), normal(label))
        for plane, tag in PLANES.items():
            self._add((plane,), Term("plane", tag))
        for phrase, role in PHRASES.items():
            self._add(normal(phrase), Term("phrase", role))

    def match(self, words: list[str], i: int) -> tuple[Term, int] | None:
        """The term that begins at word i, and how many words it takes; the longest there is."""
        for n in range(min(self._longest.get(words[i], 0), len(words) - i), 0, -1):
            term = self._terms.get(tuple(words[i : i + n]))
            if term is not None:
                return term, n
        return None

    def narrow(self, slugs: tuple[str, ...], side: str) -> tuple[str, ...] | None:
        """ "kidney" + left -> left kidney; None where the concept has no sided kinds."""
        return next(((sides[side],) for group, sides in self.pairs.items() if group == slugs and side in sides), None)

    def side_of(self, slugs: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        """The side of the one concept named, with it and its other side."""
        entry = self.space.get(slugs[0]) if len(slugs) == 1 and slugs[0] in self.space else None
        if entry is None or entry.side is None or entry.pair is None:
            return None
        return entry.side, tuple(sorted((entry.slug, entry.pair)))

    def _add(self, words: tuple[str, ...], term: Term) -> None:
        if words and words not in self._terms:
            self._terms[words] = term
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def _alias(self, words: tuple[str, ...], of: tuple[str, ...]) -> None:
        if of in self._terms:
            self._add(words, self._terms[of])

    def _concepts(self, entries: list[Entry]) -> None:
        entries = [entry for entry in entries if entry.slug not in NEGATIONS]  # "no abnormality" denies an abnormality
        for entry in entries:
            self._add(normal(entry.concept.label), Term("mention", entry.facet, (entry.slug,)))
        for entry in entries:
            for name in _many(entry):
                self._add(normal(name), Term("mention", entry.facet, (entry.slug,), plural=True))
        for entry in entries:
            for synonym in entry.synonyms:
                self._add(normal(synonym), Term("mention", entry.facet, (entry.slug,)))
            for synonym in entry.synonyms:
                for name in plurals(synonym):
                    self._add(normal(name), Term("mention", entry.facet, (entry.slug,), plural=True))
        for entry in entries:
            for name in _other(entry):
                self._add(normal(name), Term("mention", entry.facet, (entry.slug,)))
        for slug, own in lay.names().items():
            for name in (own["name"], own.get("plural") or "") if slug in self.facets else ():
                self._add(normal(name), Term("mention", self.facets[slug], (slug,), plural=name != own["name"]))

    def _sides(self, entries: list[Entry]) -> None:
        """A "kidney" that the space knows only as left and right kidney; a "lung" whose sides it also knows."""
        bases: dict[tuple[str, ...], dict[str, str]] = {}
        for entry in entries:
            for name in (entry.concept.label, *entry.synonyms):
                words = normal(name)
                if entry.side and entry.side in words and len(words) > 1:
                    base = tuple(word for word in words if word != entry.side)
                    bases.setdefault(base, {}).setdefault(entry.side, entry.slug)
        for base, sides in bases.items():
            slugs = tuple(sides[side] for side in sorted(sides))
            facet = self.facets[slugs[0]]
            known = self._terms.get(base)
            if known is None or known.kind != "mention":
                self._add(base, Term("mention", facet, slugs))
                for name in plurals(" ".join(base)):
                    self._add(normal(name), Term("mention", facet, slugs, plural=True))
            self.pairs.setdefault(known.slugs if known else slugs, sides)
            for side, slug in sides.items():
                self._add((side, *base), Term("mention", facet, (slug,)))

    def _modalities(self) -> None:
        for slug, names in MODALITIES.items():
            self.facets.setdefault(slug, "modality")
            for name in names.split("|"):
                self._add(normal(name), Term("mention", "modality", (slug,)))
                for many in plurals(name):
                    self._add(normal(many), Term("mention", "modality", (slug,)))


def _many(entry: Entry) -> Iterable[str]:
    return (entry.plural,) if entry.plural else () if entry.mass else plurals(entry.concept.label)


def _other(entry: Entry) -> Iterable[str]:
    """ "CT image", "CT" of a modality; "head of pancreas" of the head of the pancreas."""
    if entry.picture and entry.picture != "image":
        yield from (entry.picture, entry.picture.removesuffix(" image"))
    if " of the " in entry.concept.label:
        yield entry.concept.label.replace(" of the ", " of ")


_KEPT: dict[int, Lexicon] = {}


def lexicon(space: LabelSpace) -> Lexicon:
    """The compiled space; kept by identity (hashing a space of hundreds of entries costs more than a sentence)."""
    kept = _KEPT.get(id(space))
    if kept is None or kept.space is not space:
        if len(_KEPT) > 8:
            _KEPT.clear()
        kept = _KEPT[id(space)] = Lexicon(space)
    return kept
