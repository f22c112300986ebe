"""What one scene calls things: short names of what it shows, and the names and values that its source states.

"The hemorrhage" of a scene that shows an intraparenchymal hemorrhage, "the disc" beside an optic disc, "LVEF" where an
ejection fraction is stated. Laid over the lexicon of the label space for free text alone; scenes that call the same
things by the same names share one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from schemas import Scene
from transforms.checks.claims import derived
from transforms.checks.claims.calling import judged, rated, stated, told
from transforms.checks.claims.lexicon import Lexicon, Term, normal, plurals
from transforms.checks.claims.spelling import plain
from transforms.checks.claims.words import (
    ADJECTIVES,
    ANAPHORS,
    ANY_GROWTH,
    CALLED,
    GROWTHS,
    HEADS,
    NAMES,
    PROPERTIES,
    UNNAMED,
)

LACKING = frozenset(("absent", "missing", "no", "non", "without"))
"""First words of findings that are what is not there: an absent septum is no septum."""
Terms = tuple[tuple[tuple[str, ...], Term], ...]


def overlaid(scene: Scene, slugs: dict[str, str], words: Lexicon) -> Lexicon:
    """The lexicon of a scene. `slugs`: label -> slug of the space."""
    shown = _shown(scene, slugs, words)
    terms: dict[tuple[str, ...], Term] = {}
    for name, term in (
        *stated(scene, words),
        *_properties(shown, words),
        *judged(scene),
        *rated(scene, slugs),
        *_short(shown, words),
        *_growths(shown, words),
    ):
        terms.setdefault(name, term)
    imaged = [
        slugs.get(fact.concept.label, "") for fact in scene.facts if fact.predicate == "modality" and fact.concept
    ]
    named = tuple((name, slug) for slug in (*shown, *filter(None, imaged)) if slug in words.space
                  for name in _names(slug, words) if normal(name)[0] not in LACKING)  # fmt: skip
    return _over(words, tuple(sorted(terms.items())), told(scene), named)


@lru_cache(maxsize=256)
def _over(
    words: Lexicon, terms: Terms, stated: tuple[derived.Stated, ...], named: tuple[tuple[str, str], ...]
) -> Lexicon:
    known = dict(terms)
    brief = dict(derived.short(stated, named, words, known))
    more = dict(derived.parts(stated, words, known))
    more |= derived.kinds(named, words, known | more)
    capitals = frozenset(name[0] for name in brief if len(name) == 1)
    told = derived.stems(named, words)
    return words.over(more | brief | known, capitals, derived.stated_stems(stated, told) | told)


def _shown(scene: Scene, slugs: dict[str, str], words: Lexicon) -> dict[str, bool]:
    """Slug -> whether it is shown or in doubt (True), or said to be absent (False)."""
    found: dict[str, bool] = {}
    for fact in scene.facts:
        known = words.match(list(normal(str(fact.name))), 0) if fact.predicate == "condition" else None
        if known is not None:
            found |= dict.fromkeys(known[0].slugs, fact.value != "absent")
    labels = [(region.concept.label, True) for region in scene.regions]
    labels += [(one.concept.label, one.state != "absent") for one in scene.presence]
    labels += [(f.concept.label, True) for f in scene.facts if f.concept and f.predicate in ("finding", "body_part")]
    for label, there in labels:
        slug = slugs.get(label)
        if slug:
            found[slug] = found.get(slug, False) or there
    return found


def _short(shown: dict[str, bool], words: Lexicon) -> Iterator[tuple[tuple[str, ...], Term]]:
    """The last words of a name, without its sides and kinds; what several share means any of them. What is shown goes
    before what is absent: of that, one word alone would be too general to deny."""
    grown = any(there and _neoplastic(slug, words) for slug, there in shown.items())
    parents = {up for slug in shown if slug in words.space for up in words.space.get(slug).parents} - set(shown)
    for slug in sorted(one for one in parents if words.facets.get(one) == "anatomy"):
        for name in CALLED.get(slug, ()):  # the nodes of "enlarged lymph nodes"
            if words.match(list(normal(name)), 0) is None:
                yield from _term(normal(name), (slug,), words)
    for slug in sorted(one for one in parents if words.facets.get(one) == "finding"):
        for name in _names(slug, words):
            for alias in _others(normal(name)):  # "intracranial bleeding"
                if len(alias) > 1 and words.match(list(alias), 0) is None:
                    yield from _term(alias, (slug,), words)
    for there in (True, False):
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for slug in (slug for slug, seen in shown.items() if seen == there):
            for name in _names(slug, words):
                for alias in _aliases(name):
                    found[alias].add(slug)
            for name in (*NAMES.get(slug, ()), *CALLED.get(slug, ())):
                found[normal(name)].add(slug)
        own = {normal(words.space.get(slug).concept.label)[-1:] for slug in shown if slug in words.space}
        for slug in (slug for slug, seen in shown.items() if seen == there):
            for last in _sorts(slug, own, words):
                if last in found and last[0] not in (*GROWTHS, *ANY_GROWTH):
                    found[last].add(slug)  # "the instruments": forceps and scissors, too
        for alias, slugs in sorted(found.items()):
            whole = {slug for slug in slugs if slug.startswith("whole_")}
            slugs = whole or slugs  # "the tumor" of a whole tumor and its parts
            organs = {slug for slug in slugs if words.facets.get(slug) == "anatomy"}
            slugs = organs or slugs  # "the disc" beside a herniated disc
            if not there and grown and alias[-1] in (*GROWTHS, *ANY_GROWTH) and len(alias) == 1:
                continue  # "the tumor" is the one that is shown
            if not there and len(alias) == 1 and alias[0].removesuffix("s") in ANAPHORS:
                continue  # "all three structures"
            known = words.match(list(alias), 0)
            if known is not None and known[1] == len(alias) and not _may_give_way(known[0], shown, slugs, words):
                continue
            yield from (one for one in _term(alias, tuple(sorted(slugs)), words) if not _taken(one, shown, words))


def _sorts(slug: str, own: set[tuple[str, ...]], words: Lexicon) -> Iterator[tuple[str, ...]]:
    """Last words of the kinds that a thing is of; of anatomy only such as name nothing else ("landmark"). `own`: last
    words of what is shown."""
    facet = words.facets.get(slug)
    for above in words.space.ancestors(slug):
        label = normal(words.space.get(above).concept.label)
        same = words.facets.get(above) == facet
        bare = len(label) > 1 and label[-1:] not in own and words.match(list(label[-1:]), 0) is None
        if same and (facet == "finding" or bare):
            yield label[-1:]


def _taken(one: tuple[tuple[str, ...], Term], shown: dict[str, bool], words: Lexicon) -> bool:
    """Whether the label space calls something so that the scene shows ("stones", of which one kind is there)."""
    known = words.match(list(one[0]), 0)
    if (
        known is None
        or known[1] != len(one[0])
        or known[0].kind != "mention"
        or set(known[0].slugs) & set(one[1].slugs)
    ):
        return False
    return any(shown.get(slug) for slug in known[0].slugs)


def _may_give_way(term: Term, shown: dict[str, bool], slugs: set[str], words: Lexicon) -> bool:
    """Whether a name of the label space means nothing that the scene speaks of: a "nodule" that is none of its own, but
    never a "heart" for an enlarged one."""
    if term.kind != "mention" or any(slug in shown for slug in term.slugs):
        return False
    return term.tag in ("modality", "attribute") or term.tag in {words.facets.get(slug) for slug in slugs}


def _names(slug: str, words: Lexicon) -> Iterable[str]:
    entry = words.space.get(slug)
    return (entry.concept.label, *entry.synonyms)


def _aliases(name: str) -> Iterator[tuple[str, ...]]:
    whole = normal(name)
    cut = next((n for n, word in enumerate(whole) if word in ("of", "in", "on", "at") and n and "situ" not in whole), 0)
    if cut:  # "loose body in joint"
        first = whole[:cut]
        yield from (first, *_others(first))
        whole = first
    if "intervertebral" in whole:
        yield tuple(word for word in whole if word != "intervertebral")  # "the L4-L5 disc"
    for trailing in ("bone", "muscle", "gland", "point", "phase", "parenchyma"):
        if len(whole) > 1 and whole[-1] == trailing:
            yield from _suffixes(whole[:-1])
    yield from _suffixes(whole)


def _suffixes(whole: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for n in range(len(whole) if whole[0] not in LACKING else 1):
        alias = whole[n:]
        if alias and not (len(alias) == 1 and (alias[0] in UNNAMED or len(alias[0]) < 3 or alias[0].isdigit())):
            if n:
                yield alias
            yield from _others(alias)


def _others(alias: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The same with another word for its last: a bleed is a hemorrhage."""
    for other in HEADS.get(alias[-1], ()):
        yield (*alias[:-1], *normal(other))


def _term(alias: tuple[str, ...], slugs: tuple[str, ...], words: Lexicon) -> Iterator[tuple[tuple[str, ...], Term]]:
    facet = words.facets[slugs[0]]
    yield alias, Term("mention", facet, slugs)
    for many in plurals(" ".join(alias)):
        yield normal(many), Term("mention", facet, slugs, plural=True)


def _properties(shown: dict[str, bool], words: Lexicon) -> Iterator[tuple[tuple[str, ...], Term]]:
    """ "Broken", "not enlarged": adjectives for the findings that the scene shows or lacks."""
    heads: dict[str, set[str]] = defaultdict(set)
    for slug in shown:
        for name in _names(slug, words) if words.facets.get(slug) == "finding" else ():
            last, first = normal(name)[-1], normal(name)[0]
            heads[last].add(slug)
            heads[first].add(slug)
            for ending in ("megaly", "itis", "ectasis"):
                if last.endswith(ending):
                    heads[ending].add(slug)
    for adjective, said in PROPERTIES.items():
        for there in (True, False):
            slugs = {slug for head, sign in said if sign is there for slug in heads.get(head, ())}
            if slugs:
                yield normal(adjective), Term("prop", "+" if there else "-", tuple(sorted(slugs)))


def _growths(shown: dict[str, bool], words: Lexicon) -> Iterator[tuple[tuple[str, ...], Term]]:
    """ "The mass", "the lump": the one thing of that sort that is shown."""
    sort = [slug for slug, there in shown.items() if there and _grown(slug, words)]
    if not sort:
        return
    for slug in sort:
        for place in (up for up in words.space.get(slug).parents if words.facets.get(up) == "anatomy"):
            label = words.space.get(place).concept.label
            for name in (label, *(one for one, of in ADJECTIVES.items() if of == label)):
                for word in (*GROWTHS, *ANY_GROWTH):
                    known = words.match(list(normal(f"{name} {word}")), 0)
                    if known is None or not set(known[0].slugs) & set(shown):
                        yield from _term(normal(f"{name} {word}"), (slug,), words)
    tumors = [slug for slug in sort if _neoplastic(slug, words)]
    tumors = [slug for slug in tumors if "metasta" not in slug] or tumors  # "the tumor" is what the nodes have it from
    cancers = [slug for slug in sort if any(MALIGNANT.search(name.lower()) for name in _names(slug, words))]
    for word in ("cancer", "malignant tumor", "malignant growth") if cancers else ():
        known = words.match(list(normal(word)), 0)
        if known is None or not any(slug in shown for slug in known[0].slugs):
            yield from _term(normal(word), tuple(cancers), words)
    for word in (*GROWTHS, *(ANY_GROWTH if tumors else ())):
        known = words.match(list(normal(word)), 0)
        called = [slug for slug in sort if any(normal(word)[-1:] == normal(name)[-1:] for name in _names(slug, words))]
        of = tuple(called or (tumors if word in ANY_GROWTH else sort))
        if known is None or not any(slug in shown for slug in known[0].slugs):
            yield from _term(normal(word), of, words)
            for whole in ("whole", "entire"):
                if f"whole_{plain(word)}" not in shown:
                    yield from _term(normal(f"{whole} {word}"), of, words)


SPREAD = frozenset(
    ("edema", "effusion", "hemorrhage", "hematoma", "bleeding", "fluid", "infarct", "infarction", "opacity",
     "consolidation", "exudate", "calcification", "atrophy", "scar")
)  # fmt: skip
"""Last words of what is no growth, though it is a lesion."""


NEOPLASMS = re.compile(
    r"(?:carcin|aden|lymph|sarc|gli|mening|melan|schwann|blast|neur|hemangi|lip|fibr|my)oma$|^cancer$|^tumor$"
)


MALIGNANT = re.compile(r"cancer|carcinoma|sarcoma|melanoma|lymphoma|metasta|blastoma|leuk")


def _neoplastic(slug: str, words: Lexicon) -> bool:
    heads = {word for name in _names(slug, words) for word in normal(name)[-1:]}
    return "neoplasm" in words.space.ancestors(slug) or "tumor" in slug or any(map(NEOPLASMS.search, heads))


def _grown(slug: str, words: Lexicon) -> bool:
    heads = {word for name in _names(slug, words) for word in normal(name)[-1:]}
    above = words.space.ancestors(slug)
    lesion = words.facets.get(slug) == "finding" and bool({"lesion", "neoplasm", "mass", "nodule", "polyp"} & above)
    if heads & SPREAD:
        return False
    return (
        lesion
        or _neoplastic(slug, words)
        or bool(heads & {"nodule", "mass", "tumor", "polyp", "meningioma", "lesion", "cyst", "adenoma"})
    )
