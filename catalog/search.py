"""One search over the cards, for the command line, the portal and its interface: what people type, read as concepts,
tasks and permissions where it names one, and as words of the card in any case.

Words of cards are indexed by SQLite's FTS5, stemmed (Porter), ranked by its BM25 with more weight on names than on
summaries; a set that has a concept itself ranks above one that has a kind or a part of it.
"""

import math
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from catalog.errors import CatalogError
from catalog.load import read_yaml
from schemas import DatasetCard, LabelSpace, Model, Terms

WORDS = Path(__file__).with_name("search.yaml")
LONGEST = 5  # words of a name
COLUMNS = {"name": 8.0, "labels": 3.0, "above": 0.5, "tasks": 3.0, "summary": 2.0, "terms": 2.0}
"""Weights of BM25, by column of the index."""
ITSELF, BELOW = 6.0, 5.8  # for having a concept, and for having one below it
STOP = frozenset((
    "a", "an", "and", "of", "in", "on", "for", "from", "by", "to", "or", "the", "with", "data", "dataset", "datasets",
    "set", "sets", "image", "images", "imaging", "medical", "organ", "organs", "annotated", "labelled", "labeled",
    "public",
))  # fmt: skip
"""What says nothing in a catalogue of medical images."""
ENOUGH = 10  # sets that have all that is asked for; with fewer, those that lack one thing come after them
FEW = 15  # sets of a kind that are told of where none has the concept itself
ALLOWS: dict[str, Callable[[Terms], bool]] = {
    "commercial": lambda terms: terms.commercial == "yes",
    "noncommercial": lambda terms: terms.commercial == "no",
    "redistribution": lambda terms: terms.redistribution == "yes",
    "open": lambda terms: terms.access == "open" and not terms.credentialed,
    "credentialed": lambda terms: terms.credentialed,
}


class Meaning(Model):
    """What a word or a few stand for: see search.yaml."""

    all: tuple[str, ...] = Field(())
    task: str | None = None
    terms: str | None = None


class Group(NamedTuple):
    """Words of a query that are looked for together. `meanings`: what they may stand for; none: plain words."""

    text: str
    meanings: tuple[Meaning, ...]


class Found(NamedTuple):
    """Ids, the best first. `partly`: where few have all that is asked for, those that lack one thing, and which: never
    a permission, nor what the query is about. `near`: for words that no card has, those like them that some have.
    `refused`: those that lack nothing but a permission, and which: they are not to be listed."""

    ids: list[str]
    partly: dict[str, str]
    near: dict[str, list[str]]
    refused: dict[str, str]


@dataclass(frozen=True)
class _Set:
    """What is looked up of a card: concepts of its own, those above them, and what it does."""

    card: DatasetCard
    own: frozenset[str]
    above: frozenset[str]


class Index:
    """The cards, ready to be searched. Thread-safe: it is not written to after it is made."""

    def __init__(self, cards: Mapping[str, DatasetCard], space: LabelSpace) -> None:
        self._space, self._sets = space, {name: _set(card, space) for name, card in cards.items()}
        self._names = _names(space)
        for name, meaning in lexicon():
            self._names[name] = (*self._names.get(name, ()), meaning)
        self._tasks = {task.replace("_", " ") for card in cards.values() for task in card.tasks}
        self._other: dict[Meaning, list[str]] = {}  # meaning -> all that it is called
        for name, meanings in self._names.items():
            for meaning in meanings:
                self._other.setdefault(meaning, []).append(name)
        self._words = sqlite3.connect(":memory:", check_same_thread=False)
        self._words.execute(
            f"create virtual table cards using fts5(id unindexed, {', '.join(COLUMNS)}, "
            "tokenize='porter unicode61 remove_diacritics 2')"
        )
        rows = [(name, *_texts(one, space)) for name, one in self._sets.items()]
        self._words.executemany(f"insert into cards values ({', '.join('?' * (1 + len(COLUMNS)))})", rows)
        self._vocabulary = sorted(
            {word for row in rows for text in row[:-2] for word in _tokens(text) if len(word) > 3}
        )

    def find(self, text: str) -> Found:
        """The data sets that have all that `text` asks for; those that are asked for by name first."""
        pairs = [pair for group in self._groups(_tokens(text)) for pair in self._looked_up(group)]
        hits = {group.text: hit for group, hit in pairs}
        if not hits:
            return Found([], {}, {}, {})
        near = {words: self._near(words) for words, hit in hits.items() if not hit}
        lacking = {
            name: [words for words, hit in hits.items() if name not in hit] for name in set().union(*hits.values())
        }
        order = sorted(lacking, key=lambda name: (-self._score(name, hits), name))
        ids = [name for name in order if not lacking[name]]
        one = {name: lacking[name][0] for name in order if len(lacking[name]) == 1}
        asked = {group.text for group, _ in pairs if any(meaning.terms for meaning in group.meanings)}
        needed = asked | self._subject(pairs) if len(ids) < ENOUGH and len(hits) > 1 else hits.keys()
        told = any(hit and group.text not in self._tasks for group, hit in pairs)
        partly = [(name, words) for name, words in one.items() if words not in needed and (told or hits[words])]
        refused = {name: words for name, words in one.items() if words in asked}
        return Found(ids, dict(partly[: 2 * ENOUGH]), near, refused)

    def _subject(self, pairs: Iterable[tuple[Group, Mapping[str, float]]]) -> set[str]:
        """What the query is about: of its parts of the body and findings, or without one of all that it asks for, that
        which fewest sets have. Without the prostate, a query for prostate MRI is one for any MRI."""
        shown = [pair for pair in pairs if pair[1] and not any(meaning.terms for meaning in pair[0].meanings)]
        groups = [group for group, _ in sorted(shown, key=lambda pair: (len(pair[1]), pair[0].text))]
        seen = [group.text for group in groups if any(map(self._is_seen, group.meanings))]
        return set((seen or [group.text for group in groups])[:1])

    def _is_seen(self, meaning: Meaning) -> bool:
        return any(self._space.get(slug).facet != "modality" for slug in meaning.all if slug in self._space)

    def _score(self, name: str, hits: Mapping[str, Mapping[str, float]]) -> float:
        return sum(hit.get(name, 0.0) for hit in hits.values()) + _prior(self._sets[name].card)

    def _looked_up(self, group: Group) -> list[tuple[Group, dict[str, float]]]:
        """A group with what it finds; a name that nothing has as its words, where all of them are found, or with the
        kind of thing that it names beside it."""
        found, words = self._scores(group), group.text.split()
        if found:
            return [(group, found)]
        parts = [Group(word, self._meanings(word)) for word in words if word not in STOP and len(words) > 1]
        pairs = [(part, self._scores(part)) for part in parts]
        if (not pairs or not all(hit for _, hit in pairs)) and (kind := self._kind(group)) is not None:
            return [(group, found), (kind, self._scores(kind))]
        return pairs or [(group, found)]

    def _kind(self, group: Group) -> Group | None:
        """The kind of finding that a concept is of and few sets have: for renal cell carcinoma kidney tumors."""
        slugs = {slug for one in group.meanings for slug in one.all if len(one.all) == 1 and slug in self._space}
        kinds = [self._space.get(kind) for slug in slugs for kind in self._space.get(slug).parents]
        sizes = [(len(self._meant([Meaning(all=(one.slug,))])), one.slug) for one in kinds if one.facet == "finding"]
        few = min((one for one in sizes if 0 < one[0] <= FEW), default=None)
        return few and Group(self._space.get(few[1]).concept.label, (Meaning(all=(few[1],)),))

    def words(self, name: str) -> str:
        """All that is indexed of a set, in one text."""
        row = self._words.execute(f"select {', '.join(COLUMNS)} from cards where id = ?", (name,)).fetchone()
        return " ".join(map(str, row)).casefold()

    def _groups(self, words: Sequence[str]) -> list[Group]:
        """The longest names first, from left to right; words that say nothing are left out between them."""
        found, at = [], 0
        while at < len(words):
            for size in range(min(LONGEST, len(words) - at), 0, -1):
                text = " ".join(words[at : at + size])
                meanings = self._meanings(text)
                if meanings or size == 1:
                    if meanings or text not in STOP:
                        found.append(Group(text, meanings))
                    at += size
                    break
        return found

    def _meanings(self, text: str) -> tuple[Meaning, ...]:
        return self._names.get(text) or self._names.get(_singular(text), ())

    def _scores(self, group: Group) -> dict[str, float]:
        """The sets that a group finds, with how well."""
        if any(meaning.terms for meaning in group.meanings):  # a permission is no word of a licence's name
            return self._meant(group.meanings)
        found = self._meant(group.meanings)
        for name, score in self._said(group).items():
            found[name] = found.get(name, 0.0) + score
        return found

    def _meant(self, meanings: Iterable[Meaning]) -> dict[str, float]:
        found: dict[str, float] = {}
        for meaning in meanings:
            for name, one in self._sets.items():
                if (score := _has(one, meaning)) > 0:
                    found[name] = max(found.get(name, 0.0), score)
        rare = math.log(1 + len(self._sets) / max(len(found), 1))
        return {name: score * rare for name, score in found.items()}

    def _said(self, group: Group) -> dict[str, float]:
        """The sets whose card says the words, or another name of what they mean; a word that means nothing may be the
        beginning of one."""
        names = {name for meaning in group.meanings for name in self._other[meaning]} | {group.text}
        query = " OR ".join(f'"{name}"' for name in sorted(names))
        if not group.meanings and len(group.text) > 2:
            query += "*"
        weights = ", ".join(map(str, (0, *COLUMNS.values())))
        rows = self._words.execute(f"select id, bm25(cards, {weights}) from cards where cards match ?", (query,))
        return {str(name): -float(rank) for name, rank in rows}

    def _near(self, text: str) -> list[str]:
        known = {*self._vocabulary, *self._names} - {text}
        like = get_close_matches(text, sorted(known), 6, 0.75)
        return [name for name in like if self._scores(Group(name, self._meanings(name)))][:3]


def _set(card: DatasetCard, space: LabelSpace) -> _Set:
    own = frozenset(s for s in (*card.modalities, *card.anatomy, *card.layout.labels.values()) if s and s in space)
    return _Set(card, own, frozenset(above for slug in own for above in space.ancestors(slug)) - own)


def _prior(card: DatasetCard) -> float:
    """Among sets alike, those that others draw on are looked for more often, and large ones: two points for three
    published corpora, a point for a million images."""
    used = math.log2(1 + len(card.used_by) + len(card.benchmarks))
    return used + math.log10(1 + max(card.counts.values(), default=0)) / 6


def _has(one: _Set, meaning: Meaning) -> float:
    """How well a set is what is meant; 0 where it is not."""
    card = one.card
    if meaning.terms is not None:
        return float(ALLOWS[meaning.terms](card.terms))
    if meaning.task is not None and not (meaning.task in card.tasks and meaning.all):
        return ITSELF if meaning.task in card.tasks else 0.0
    scores = [ITSELF if slug in one.own else BELOW if slug in one.above else 0.0 for slug in meaning.all]
    return min(scores, default=0.0)


def _texts(one: _Set, space: LabelSpace) -> list[str]:
    """What is indexed of a set, by COLUMNS."""
    card = one.card
    labels, above = ("; ".join(_called(space, slug)) for slug in (one.own, one.above))
    terms = " ".join([card.terms.licence, card.terms.access, "credentialed" if card.terms.credentialed else ""])
    named = f"{card.id.replace('_', ' ')} {card.name} {card.year or ''}"
    return [named, labels, above, " ".join(card.tasks).replace("_", " "), card.summary, terms]


def _called(space: LabelSpace, slugs: Iterable[str]) -> list[str]:
    entries = [space.get(slug) for slug in sorted(slugs)]
    return [name for entry in entries for name in (entry.concept.label, *entry.synonyms)]


def _names(space: LabelSpace) -> dict[str, tuple[Meaning, ...]]:
    """Each name of a concept, as its words -> what it stands for; some stand for several."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for entry in space:
        label, plain = entry.concept.label, entry.slug.replace("_", " ")
        for name in {plain, label, entry.plural or label, *entry.synonyms}:
            key = " ".join(_tokens(name))
            found[key] = (*found.get(key, ()), Meaning(all=(entry.slug,)))
    return found


def lexicon() -> list[tuple[str, Meaning]]:
    """search.yaml, a pair a meaning. Raises CatalogError for an unknown key."""
    found = []
    for words, raw in read_yaml(WORDS).items():
        for one in raw if isinstance(raw, list) else [raw]:
            try:
                meaning = Meaning.model_validate(one)
            except ValidationError as error:
                raise CatalogError(WORDS.name, words, "has all, task or terms") from error
            if meaning.terms is not None and meaning.terms not in ALLOWS:
                raise CatalogError(WORDS.name, words, f"terms has {', '.join(ALLOWS)}")
            found.append((" ".join(_tokens(words)), meaning))
    return found


def faults(space: LabelSpace) -> Iterator[CatalogError]:
    """What search.yaml means and the label space has not; a search passes over it."""
    for words, meaning in lexicon():
        for slug in meaning.all:
            if slug not in space:
                yield CatalogError(WORDS.name, words, f"{slug!r} is no concept of catalog/concepts/; correct it")


def _tokens(text: str) -> list[str]:
    """Words without case, accents and joints: "X-ray" is x, ray."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[a-z0-9&]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _singular(text: str) -> str:
    """The last word without an ending of plurals: "nodules", "biopsies"."""
    if text.endswith("ies") and len(text) > 5:
        return f"{text[:-3]}y"
    if text.endswith(("xes", "ches", "shes", "sses")):
        return text[:-2]
    return text[:-1] if text.endswith("s") and not text.endswith("ss") else text
