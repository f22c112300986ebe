"""Mixes of data sets under drawn terms, against what their terms mean, written down here as tables of their own."""

import json
import random
from collections.abc import Iterator
from itertools import product
from typing import Literal

import mlcroissant
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schemas import DatasetCard, Terms
from schemas.card import AnnotationTerms
from schemas.recipe import Use
from tests.corpora import CARD, RECIPE, corpus
from transforms.shards.croissant import croissant
from transforms.shards.datacard import datacard
from transforms.shards.licence import forbidden, leaving, licence_of, licences_md, outlet
from transforms.shards.manifest import ShardEntry, manifest

COVERS: tuple[Literal["all", "annotations"], ...] = ("all", "annotations")
SETS, MIX = 500, 10  # term sets an example; sets a mix
ENTRY = ShardEntry(name="train-000000.tar", bytes=10_240, sha256="0" * 64, samples=1, split="train", members="json,png")

# What each licence's text says: may it be passed on, changed, used commercially; must what is made carry it; must its
# makers be named. None: it has no text that everybody knows.
TEXTS: dict[str, tuple[str, str, str, str, str] | None] = {
    "CC0-1.0": ("yes", "yes", "yes", "no", "no"),
    "CC-BY-4.0": ("yes", "yes", "yes", "no", "yes"),
    "CC-BY-SA-4.0": ("yes", "yes", "yes", "yes", "yes"),
    "CC-BY-NC-4.0": ("yes", "yes", "no", "no", "yes"),
    "CC-BY-ND-4.0": ("yes", "no", "yes", "no", "yes"),
    "CC-BY-NC-SA-3.0": ("yes", "yes", "no", "yes", "yes"),
    "CC-BY-NC-ND-4.0": ("yes", "no", "no", "no", "yes"),
    "MIT": ("yes", "yes", "yes", "no", "yes"),
    "ODbL-1.0": ("yes", "yes", "yes", "yes", "yes"),
    "LicenseRef-Toy-terms": None,
    "unknown": None,
}
ANSWERS = ("yes", "no", "unknown")
USES = [Use(commercial=a, redistribute=b, accept_unknown=c) for a, b, c in product((False, True), repeat=3)]
WORDS = [
    "The makers, 2026", "A & B <a@example.org>", "several\nlines | of\tit", "[x](javascript:alert(1))", "Ünïcode 李",
    "`code` *and* _more_", "# Licences", "<script>alert(1)</script>", "- a list", "\u202etxt.exe",
]  # fmt: skip


def drawn(rng: random.Random, number: int) -> DatasetCard:
    """A card of which nothing but its terms matters; one part in five treats its annotations apart."""
    licence = " AND ".join(rng.sample(sorted(TEXTS), 2)) if rng.random() < 0.1 else rng.choice(sorted(TEXTS))
    licence = "unknown" if "unknown" in licence else licence
    one, two, three, *own = rng.choices(ANSWERS, (3, 1, 1), k=6)
    apart = AnnotationTerms.model_construct(
        licence=rng.choice([None, *sorted(TEXTS)]), redistribution=own[0], derivatives=own[1], commercial=own[2],
        evidence=f"page {number} on annotations",
    )  # fmt: skip
    terms = Terms.model_construct(
        licence=licence, access="open", redistribution=one, derivatives=two, commercial=three,
        credentialed=rng.random() < 0.15, attribution=f"{rng.choice(WORDS)} No. {number}.", evidence=f"page {number}",
        annotations=apart if rng.random() < 0.2 else None,
    )  # fmt: skip
    return CARD.model_copy(update={"id": f"set{number}", "name": f"Set {number}", "terms": terms})


def holds(licence: str, answers: tuple[str, str, str]) -> tuple[str, str, str]:
    """What a card's answers are worth beside the text of its licences: no text can be overruled."""
    texts = [TEXTS[name] for name in licence.split(" AND ")]
    denied = [any(text is not None and text[n] == "no" for text in texts) for n in range(3)]
    return tuple("no" if no else said for no, said in zip(denied, answers, strict=True))  # type: ignore[return-value]


# (what is asked of the answer, the answer, whether unknown is accepted) -> whether that stands in the way.
IN_THE_WAY = {
    (False, "yes", False): False, (False, "no", False): False, (False, "unknown", False): False,
    (False, "yes", True): False, (False, "no", True): False, (False, "unknown", True): False,
    (True, "yes", False): False, (True, "no", False): True, (True, "unknown", False): True,
    (True, "yes", True): False, (True, "no", True): True, (True, "unknown", True): False,
}  # fmt: skip


def may(licence: str, answers: tuple[str, str, str], credentialed: bool, use: Use) -> bool:
    shared, changed, sold = holds(licence, answers)
    asked = ((use.redistribute, shared), (use.redistribute, changed), (use.commercial, sold))
    if any(IN_THE_WAY[wanted, answer, use.accept_unknown] for wanted, answer in asked):
        return False
    if use.redistribute and credentialed:
        return False
    return licence != "unknown" or use.accept_unknown


def expected(terms: Terms, use: Use) -> str:
    """What leaves: all, annotations or nothing."""
    if may(terms.licence, (terms.redistribution, terms.derivatives, terms.commercial), terms.credentialed, use):
        return "all"
    own = terms.annotations
    if own is None:
        return "nothing"
    answers = (own.redistribution, own.derivatives, own.commercial)
    return "annotations" if may(own.licence or terms.licence, answers, False, use) else "nothing"


COUNTS = corpus().counts()
MANIFEST = manifest(RECIPE, [ENTRY.model_copy(update={"samples": COUNTS.totals["samples"]})], COUNTS)
seeds = st.integers(0, 2**32)


def sets(seed: int, number: int = SETS) -> Iterator[DatasetCard]:
    rng = random.Random(seed)
    return (drawn(rng, n) for n in range(number))


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_nothing_leaves_that_its_terms_forbid_and_what_they_allow_does(seed: int) -> None:
    """20 examples of 500 term sets under eight uses."""
    for card, use in product(sets(seed), USES):
        leaves, reason = outlet(card.terms, use)
        assert leaves == expected(card.terms, use), (card.terms, use)
        assert (reason is None) == (leaves == "all")
        if leaves != "nothing":
            assert forbidden(leaving(card, use), use) == []
        assert (forbidden(licence_of(card), use) == []) == (leaves == "all"), "a sample says what verify is to ask"


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_what_a_sample_carries_is_what_holds(seed: int) -> None:
    """Unknown stays unknown, no stays no, and who must be named and what must be carried on is said."""
    for card in sets(seed):
        for covers in COVERS:
            own = card.terms if covers == "all" else card.terms.annotations
            if own is None:
                continue
            name = own.licence or card.terms.licence
            carried = licence_of(card, covers)
            shared, changed, sold = holds(name, (own.redistribution, own.derivatives, own.commercial))
            closed = covers == "all" and card.terms.credentialed
            says = {"yes": True, "no": False, "unknown": None}
            assert carried.redistribute is (False if closed else says[shared])
            assert (carried.derivatives, carried.commercial) == (says[changed], says[sold])
            texts = [TEXTS[part] for part in name.split(" AND ")]
            alike = [None if text is None else text[3] == "yes" for text in texts]
            assert carried.share_alike is (True if True in alike else None if None in alike else False)
            assert (carried.id, carried.attribution) == (name, card.terms.attribution)


@settings(max_examples=10, deadline=None)
@given(seeds, st.sampled_from(USES))
def test_the_attributions_of_a_mix_are_complete(seed: int, use: Use) -> None:
    """LICENSES.md, as a reader of Markdown shows it: each set that leaves, whole, and nothing of another."""
    mix = [card for card in sets(seed, 3 * MIX) if outlet(card.terms, use).leaves != "nothing"][:MIX]
    shown = text_of(licences_md("Mix", mix))
    for card in mix:
        at = shown.index(f"Set {card.id.removeprefix('set')} ({card.id})")
        section = shown[at : shown.find("\nSet ", at + 1) if "\nSet " in shown[at + 1 :] else None]
        for said in (card.terms.licence, card.terms.attribution, card.citation, card.terms.evidence):
            assert visible(said) in section
        if card.terms.annotations is not None:
            assert card.terms.annotations.evidence in section
    rows = [line for line in licences_md("Mix", mix).splitlines() if line.startswith("| set")]
    assert len(rows) == len(mix) + sum(card.terms.annotations is not None for card in mix)
    for row in rows:
        named = next(card for card in mix if row.split("|")[1].split(",")[0].strip() == card.id)
        own = licence_of(named, "annotations" if "annotations alone" in row else "all")
        said = {True: "yes", False: "no", None: "not known"}
        assert [cell.strip() for cell in row.split("|")[3:7]] == [
            said[one] for one in (own.redistribute, own.derivatives, own.commercial, own.share_alike)
        ]


@settings(max_examples=10, deadline=None)
@given(seeds, st.sampled_from(USES))
def test_the_card_and_croissant_of_a_mix_say_what_leaves(seed: int, use: Use) -> None:
    """ODRL rules, read as RDF, are those of the tables; mlcroissant takes the file without a word."""
    mix = [card for card in sets(seed, 3 * MIX) if outlet(card.terms, use).leaves != "nothing"][:MIX]
    about = MANIFEST.model_copy(update={"use": use})
    document = json.loads(croissant(about, COUNTS, RECIPE, mix))
    read = mlcroissant.Dataset(jsonld=document).metadata
    assert (read.name, list(read.ctx.issues.errors)) == (RECIPE.name, [])
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    for source, card in zip(document["isBasedOn"], sorted(mix, key=lambda one: one.id), strict=True):
        whole = expected(card.terms, use) == "all"
        own = card.terms if whole else card.terms.annotations
        assert own is not None
        name = own.licence or card.terms.licence
        found = holds(name, (own.redistribution, own.derivatives, own.commercial))
        shared = "no" if whole and card.terms.credentialed else found[0]
        wanted = {ODRL.distribute: shared, ODRL.derive: found[1], CC.CommercialUse: found[2]}
        assert rules(graph, card.id) == {(said, action) for action, said in wanted.items() if said != "unknown"}
        texts = [TEXTS[part] for part in name.split(" AND ")]
        asks = any(text is None or text[4] == "yes" for text in texts)
        assert duties(graph, card.id, ODRL.attribute) == (asks and "yes" in wanted.values())
        if found[1] == "yes":
            assert duties(graph, card.id, CC.ShareAlike) == any(text and text[3] == "yes" for text in texts)
        assert source["creditText"] == " ".join(card.terms.attribution.split())
    shown = text_of(datacard(about, COUNTS, RECIPE, mix).split("---\n", 2)[2])
    assert all(visible(card.terms.attribution) in shown for card in mix)


ODRL, CC = rdflib.Namespace("http://www.w3.org/ns/odrl/2/"), rdflib.Namespace("http://creativecommons.org/ns#")
SCHEMA = rdflib.Namespace("https://schema.org/")


def policy_of(graph: rdflib.Graph, name: str) -> rdflib.term.Node:
    (source,) = [node for node in graph.subjects(SCHEMA.usageInfo) if str(node).endswith(f"source/{name}")]
    (found,) = graph.objects(source, SCHEMA.usageInfo)
    assert (found, rdflib.RDF.type, ODRL.Set) in graph
    return found


def rules(graph: rdflib.Graph, name: str) -> set[tuple[str, rdflib.term.Node]]:
    policy = policy_of(graph, name)
    return {(said, action) for said, how in (("yes", ODRL.permission), ("no", ODRL.prohibition))
            for rule in graph.objects(policy, how) for action in graph.objects(rule, ODRL.action)}  # fmt: skip


def duties(graph: rdflib.Graph, name: str, action: rdflib.term.Node) -> bool:
    """Whether a permission of the policy asks for this."""
    allowed = graph.objects(policy_of(graph, name), ODRL.permission)
    return any((duty, ODRL.action, action) in graph for rule in allowed for duty in graph.objects(rule, ODRL.duty))


def text_of(markdown: str) -> str:
    """What a reader sees: the text of a document, a block a line, with no HTML let through."""
    lines = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        assert token.type != "html_block", token.content
        if token.type == "inline":
            assert all(child.type != "html_inline" for child in token.children or ())
            lines.append("".join(child.content for child in token.children or ()))
    return "\n".join(lines)


def visible(text: str) -> str:
    return " ".join(text.replace("\u202e", " ").split())
