"""The definitions of HPO, MONDO and UBERON as passages, each with where it comes from and under which terms."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from catalog.concepts.terminologies import CACHE, exact_synonyms, hp_release, obo_release
from schemas import Passage


class Source(NamedTuple):
    """A terminology: what it is called, and the licence that its own page names."""

    name: str
    licence: str


SOURCES = {
    # human-phenotype-ontology.github.io/license.html: free to use, unaltered, with its name and version
    "HP": Source("Human Phenotype Ontology", "LicenseRef-HPO"),
    "MONDO": Source("Mondo Disease Ontology", "CC-BY-4.0"),  # obofoundry.org/ontology/mondo.html
    "UBERON": Source("Uberon multi-species anatomy ontology", "CC-BY-3.0"),  # obofoundry.org/ontology/uberon.html
}
SAME_IN = {"SNOMEDCT_US": "SCT"}  # the cross-references of HPO that name a system of the label space
ESCAPED = {"n": " ", "t": " ", "W": " "}  # OBO 1.2: what a backslash makes of a letter; anything else is itself
ANIMALS = "MONDO:0005583"  # "non-human animal disease"
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def passages(cache: Path = CACHE) -> list[Passage]:
    """One for each live term of people that has a definition, in the order of their ids; of the packages in `cache`.

    Uberon is of all animals with a backbone: what only a fish has is not told apart there.
    """
    found = [*_hp(cache), *_obo("MONDO", cache), *_obo("UBERON", cache)]
    return sorted(found, key=lambda one: one.id)


def _passage(
    term: str, title: str, text: str, synonyms: tuple[str, ...], version: str, others: tuple[str, ...] = ()
) -> Passage:
    source = SOURCES[term.split(":")[0]]
    return Passage(
        id=term, codes=(term, *others), title=title, text=text, source=source.name, version=version,
        synonyms=tuple(name for name in dict.fromkeys(synonyms) if name != title), licence=source.licence,
        url=f"http://purl.obolibrary.org/obo/{term.replace(':', '_')}",
    )  # fmt: skip


def _obo(system: str, cache: Path) -> Iterator[Passage]:
    version, terms = obo_release(system, cache)
    for term, body in terms.items():
        live = not body["deprecated"] and ANIMALS not in (term, *body["ancestors"])
        if live and body.get("label") and body.get("description"):
            yield _passage(term, body["label"], body["description"], tuple(body.get("synonyms", ())), version)


def _hp(cache: Path) -> Iterator[Passage]:
    version, terms = hp_release(cache)
    for tags in terms:
        text = QUOTED.match(tags["def"][0]) if "def" in tags else None
        if text is not None and "is_obsolete" not in tags:
            named = (value.split(" ")[0].partition(":") for value in tags.get("xref", ()))
            others = tuple(f"{SAME_IN[system]}:{code}" for system, _, code in named if system in SAME_IN)
            plain = re.sub(r"\\(.)", lambda escaped: ESCAPED.get(escaped[1], escaped[1]), text[1])
            yield _passage(tags["id"][0], tags["name"][0], plain, exact_synonyms(tags), version, others)
