"""What the words of one label space mean: names, synonyms and plurals of its concepts, compiled once per space."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from schemas import Entry, LabelSpace
from transforms.checks.claims.spelling import plain
from transforms.checks.claims.words import ADJECTIVES, ANAPHORS, NAMES, PHRASES, PLANES
from transforms.facts.base import NEGATIONS
from transforms.text import lay

WORD = re.compile(r"\d+(?:st|nd|rd|th)\b|[^\W\d_][^\W_]*(?:['’][a-z]+)?|\d+(?:\.\d+)?|[^\w\s]")
_ORDINAL = """1st first 2nd second 3rd third 4th fourth 5th fifth 6th sixth 7th seventh 8th eighth 9th ninth 10th tenth
11th eleventh 12th twelfth"""
ORDINALS = dict(zip(_ORDINAL.split()[::2], _ORDINAL.split()[1::2], strict=True))
VERTEBRA = re.compile(r"c[3-7]|t(?:[3-9]|1[0-2])|l[1-5]")  # T1 and T2 are sequences, too
MODALITIES = frozenset(
    ["ct", "mr", "us", "op", "sm", "fm", "ecg", "nm", "pt", "cr", "he", "xray", "mg", "doc", "oct", "endoscopy"]
)
"""Of these a text may speak whether the label space lists them or not."""
IRREGULAR = (("nucleus", "nuclei"), ("vertebra", "vertebrae"), ("sis", "ses"), ("us", "i"))


@dataclass(frozen=True, slots=True)
class Term:
    """What a run of words means: a mention of `slugs`, or a phrase of a role."""

    kind: str
    tag: str
    slugs: tuple[str, ...] = ()
    plural: bool = False


def plurals(name: str) -> tuple[str, ...]:
    """The plurals of a name: as a rule, and as in Latin."""
    latin = tuple(name.removesuffix(one) + many for one, many in IRREGULAR if name.endswith(one))
    return (*latin, *_regular(name))


def _regular(name: str) -> tuple[str, ...]:
    if name.endswith(("s", "x", "ch", "sh")):
        return (name + "es",)
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return (name[:-1] + "ies",)
    return (name + "s",)


@lru_cache(maxsize=1 << 15)
def normal(name: str) -> tuple[str, ...]:
    """A name as the words that a text would show: lower case, in one spelling, hyphens dropped."""
    words = (word.removesuffix("'s") for word in WORD.findall(name.lower()))
    return tuple(plain(ORDINALS.get(word, word)) for word in words if word not in ("-", "‐"))


class Lexicon:
    """`match(words, i)` finds the longest run of words from i that means something."""

    def __init__(self, space: LabelSpace) -> None:
        self.space = space
        self.facets: dict[str, str] = {entry.slug: entry.facet for entry in space}
        self.under: dict[str, list[str]] = {}
        for entry in space:
            for up in entry.parents if entry.facet == "anatomy" else ():
                self.under.setdefault(up, []).append(entry.slug)
        self.pairs: dict[tuple[str, ...], dict[str, str]] = {}
        self._terms: dict[tuple[str, ...], Term] = {}
        self._over: dict[tuple[str, ...], Term] = {}
        self._longest: dict[str, int] = {}
        self.capitals: frozenset[str] = frozenset()
        self._parts: set[str] = set()
        self.told: dict[str, Term] = {}
        self._ends: dict[tuple[str, str], bool] = {}
        self._concepts(list(space))
        self._sides(list(space))
        self._names(NAMES)
        for adjective, label in ADJECTIVES.items():
            self._alias(normal(adjective), normal(label))
        for word in sorted(ANAPHORS):
            for name, many in ((word, False), (plurals(word)[-1], True)):
                self._add((name,), Term("mention", "finding", (f"*{word}",), plural=many))
        for plane, tag in PLANES.items():
            self._add((plane,), Term("plane", tag))
        for phrase, role in PHRASES.items():
            self._add(normal(phrase), Term("phrase", role))

    def match(self, words: list[str], i: int) -> tuple[Term, int] | None:
        """The term that begins at word i, and how many words it takes; the longest there is."""
        for n in range(min(self._longest.get(words[i], 0), len(words) - i), 0, -1):
            run = tuple(words[i : i + n])
            term = self._over.get(run) or self._terms.get(run)
            if term is not None:
                return term, n
        return None

    def over(
        self,
        terms: dict[tuple[str, ...], Term],
        capitals: frozenset[str] = frozenset(),
        told: dict[str, Term] | None = None,
    ) -> "Lexicon":
        """This lexicon with other terms laid over it: of two that are equally long, theirs. `capitals`: names that are
        written in capitals; `told`: what words of a stem mean."""
        other = object.__new__(Lexicon)
        other.__dict__.update(self.__dict__)
        other._over, other.capitals, other.told = terms, capitals, told or {}
        other._longest = dict(self._longest)
        other._parts = self._parts.union(*terms)
        for name in terms:
            other._longest[name[0]] = max(other._longest.get(name[0], 0), len(name))
        return other

    def knows(self, word: str) -> bool:
        """Whether a word is one, or a part, of what has a meaning."""
        return word in self._parts

    @property
    def over_terms(self) -> dict[tuple[str, ...], Term]:
        """The terms that are laid over those of the space."""
        return self._over

    def narrow(self, slugs: tuple[str, ...], side: str) -> tuple[str, ...] | None:
        """ "kidney" + left -> left kidney; None where the concept has no sided kinds."""
        if slugs in self.pairs:
            return (self.pairs[slugs][side],) if side in self.pairs[slugs] else None
        entry = self.space.get(slugs[0]) if len(slugs) == 1 and slugs[0] in self.space else None
        if entry is not None and entry.side and entry.pair:
            return (entry.slug if entry.side == side else entry.pair,)  # a scene's one kidney, and the other side
        sided = tuple(slug for slug in slugs if slug in self.space and self.space.get(slug).side == side)
        return sided if len(sided) == 1 and len(slugs) > 1 else None

    def side_of(self, slugs: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        """The side of the one concept named, with it and its other side."""
        entry = self.space.get(slugs[0]) if len(slugs) == 1 and slugs[0] in self.space else None
        if entry is None or entry.side is None or entry.pair is None:
            return None
        return entry.side, tuple(sorted((entry.slug, entry.pair)))

    def ends(self, slug: str, above: str) -> bool:
        """Whether a concept is another one by its name: a metastatic lymph node is a lymph node."""
        if (slug, above) not in self._ends:
            names = [normal(self.space.get(one).concept.label) if one in self.space else () for one in (slug, above)]
            whole, last = names
            self._ends[slug, above] = 0 < len(last) < len(whole) and whole[-len(last) :] == last
        return self._ends[slug, above]

    def _add(self, words: tuple[str, ...], term: Term) -> None:
        if words and words not in self._terms:
            self._terms[words] = term
            self._parts.update(words)
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
                for name in plurals(synonym) if len(synonym) > 2 else ():  # "uses" are no ultrasound images
                    self._add(normal(name), Term("mention", entry.facet, (entry.slug,), plural=True))
        for entry in entries:
            for name in (*_other(entry), *_turned(entry)):
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
                if len(base) > 1:  # "third left rib", "upper left lobe"
                    self._add((*base[:-1], side, base[-1]), Term("mention", facet, (slug,)))

    def _names(self, names: dict[str, tuple[str, ...]]) -> None:
        """Abbreviations and plain words for what the space lists, and for the modalities that it may not list."""
        for slug, others in names.items():
            if slug in MODALITIES:
                self.facets.setdefault(slug, "modality")
            facet = self.facets.get(slug)
            for name in others if facet else ():
                self._add(normal(name), Term("mention", facet or "", (slug,)))
                for many in plurals(name):
                    self._add(normal(many), Term("mention", facet or "", (slug,), plural=True))


def _many(entry: Entry) -> Iterable[str]:
    return (entry.plural,) if entry.plural else () if entry.mass else plurals(entry.concept.label)


def _other(entry: Entry) -> Iterable[str]:
    """ "CT image", "CT" of a modality; "head of pancreas" of the head of the pancreas."""
    if entry.picture and entry.picture != "image":
        yield from (entry.picture, entry.picture.removesuffix(" image"))
    for name in (entry.concept.label, *entry.synonyms):
        first, _, rest = name.lower().partition(" ")
        if rest == "vertebra" and VERTEBRA.fullmatch(first):
            yield first
    if (disc := DISC.fullmatch(entry.concept.label.lower())) is not None:
        a, b = disc["a"], disc["b"]
        for pair in (f"{a}/{b}", f"{a}/{b[1:]}", f"{a}-{b[1:]}", f"{a}-{b}", f"{a} {b}"):
            yield from (
                pair,
                f"{pair} disc",
                f"disc {pair}",
                f"{pair} intervertebral disc",
                f"disc at {pair}",
                f"{pair} level",
            )
    if " of the " in entry.concept.label:
        yield entry.concept.label.replace(" of the ", " of ")


DISC = re.compile(r"(?P<a>[clst]\d+)-(?P<b>[clst]\d+) (?:intervertebral )?disc")
TURNED = re.compile(r"\b(upper|lower) (left|right)\b|\b(left|right) (upper|lower)\b")


def _turned(entry: Entry) -> Iterable[str]:
    """ "Lower right first molar", "right lower first molar"."""
    for name in (entry.concept.label, *entry.synonyms):
        if TURNED.search(name):
            yield TURNED.sub(lambda m: " ".join(reversed(m.group().split())), name)


_KEPT: dict[int, Lexicon] = {}


def lexicon(space: LabelSpace) -> Lexicon:
    """The compiled space; kept by identity (hashing a space of hundreds of entries costs more than a sentence)."""
    kept = _KEPT.get(id(space))
    if kept is None or kept.space is not space:
        if len(_KEPT) > 8:
            _KEPT.clear()
        kept = _KEPT[id(space)] = Lexicon(space)
    return kept
