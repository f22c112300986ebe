"""Words of a text linked to concepts: spans, with code and score; of findings how they are meant, and on which side."""

from collections.abc import Iterator, Sequence

from schemas import LabelSpace
from schemas.text import ConceptSpan, Side
from transforms.checks.claims.lexicon import Lexicon, Term, normal
from transforms.checks.claims.model import Item
from transforms.checks.claims.scan import items
from transforms.checks.claims.source import sentences_of
from transforms.checks.claims.words import FINITE, GRADED, NEUTRAL, NEWLY, PRONOUNS, SHIFT
from transforms.mentions.abbreviations import abbreviations
from transforms.mentions.candidates import Candidates
from transforms.mentions.model import Found, words_of
from transforms.mentions.names import FACETS, Words, capitals, of_reports, phrases, terms, together, vocabulary
from transforms.mentions.sides import BOTH, LEFT, RIGHT, sides_of
from transforms.mentions.state import Said, states

VERSION = "2"
LEAST = 0.8
"""The cosine from which a candidate counts."""
SURE = 0.97
LONGEST = 5
ENDS = frozenset(".;:")
IDLE = NEUTRAL | FINITE | SHIFT | NEWLY | GRADED | PRONOUNS | LEFT | RIGHT | BOTH
REACH = 8
"""How many items apart two words may stand that say a finding together."""


def mentions(text: str, space: LabelSpace, chest: bool = False, asserted: bool = True) -> tuple[ConceptSpan, ...]:
    """The mentions of a text in its order, none over another. `chest`: the text is about the chest.
    `asserted`: False of a part that says nothing of what is
    shown (why the picture was taken): findings have no state there. Never raises on any text."""
    words = _explained(text, space, chest)
    found: list[ConceptSpan] = []
    for (start, _), sentence in sentences_of(text):
        line = items(sentence, words)
        for one, said, side in read(line, sentence, space, chest):
            concept = space.concept(one.slug)
            span = (start + line[one.first].start, start + line[one.last - 1].end)
            meant = said if asserted else Said(None)
            score = round(one.score, 2)
            found.append(ConceptSpan(span=span, concept=concept, score=score, side=side, **meant._asdict()))
    return tuple(found)


def read(
    line: Sequence[Item], sentence: str, space: LabelSpace, chest: bool
) -> Iterator[tuple[Found, Said, Side | None]]:
    """(mention, how it is meant, side) of the items of a sentence."""
    named = [one for one in _named(line, space) if _meant(line, one, sentence)]
    found = _apart([*_pairs(line, space), *named, *_alike(line, sentence, space, chest)])
    meant = states(line, found)
    sides = sides_of(line, found, [said.state for said in meant], space)
    for one, said, side in zip(found, meant, sides, strict=True):
        yield one, said if one.facet == "finding" else Said(None), side


def _explained(text: str, space: LabelSpace, chest: bool) -> Lexicon:
    """The lexicon with the short forms that the text explains."""
    words = of_reports(space, chest)
    own: dict[Words, Term] = {}
    for short, long in abbreviations(text).items():
        name = normal(long)
        meant = words.match(list(name), 0)
        if meant is not None and meant[0].kind == "mention" and meant[1] == len(name):
            own[normal(short)] = meant[0]
    return words.over(terms(space, chest) | own, capitals() - {name[0] for name in own}) if own else words


def _named(line: Sequence[Item], space: LabelSpace) -> Iterator[Found]:
    """What is a name of a concept as it stands."""
    for i, item in enumerate(line):
        slug = _one(item.slugs, space) if item.kind == "mention" else None
        if slug is not None and space.get(slug).facet in FACETS:
            yield Found(slug, space.get(slug).facet, i, i + 1)


def _meant(line: Sequence[Item], one: Found, sentence: str) -> bool:
    """Whether a name means its concept where it stands: not in "PE protocol", "pulled back", nor a short form that is
    a word, too, where all is in capitals."""
    words = words_of(line[one.first])
    if one.facet == "finding" and one.last < len(line) and words_of(line[one.last]) in phrases("of_another"):
        return False
    if words in phrases("adverbs"):
        before = words_of(line[one.first - 1]) if one.first else ("the",)
        return before in phrases("before_nouns")
    shouted = one.facet == "finding" and sentence.isupper() and len(line) > 1
    return not (shouted and len(words) == 1 and words[0] in capitals())


def _one(slugs: tuple[str, ...], space: LabelSpace) -> str | None:
    """The concept that a name means: of several the one that is all of them ("kidneys"), where there is one."""
    known = [slug for slug in slugs if slug in space]
    if len(known) < 2 or len(known) < len(slugs):
        return known[0] if known else None
    shared = set.intersection(*({slug, *space.get(slug).parents} for slug in known))
    return min(shared) if shared else None


def _pairs(line: Sequence[Item], space: LabelSpace) -> Iterator[Found]:
    """ "The heart is mildly enlarged"."""
    words: list[tuple[str, int]] = [(word, i) for i, item in enumerate(line) for word in words_of(item)]
    told = {word for word, _ in words}
    for one, other, slug in together(space):
        if told.issuperset(one) and told.issuperset(other):
            for a in _places(words, one):
                for b in _places(words, other):
                    first, last = min(a[0], b[0]), max(a[1], b[1])
                    ends = any(line[i].tag in ENDS for i in range(first, last))
                    if last - first <= REACH and not ends and (a[1] <= b[0] or b[1] <= a[0]):
                        yield Found(slug, "finding", first, last, loose=True)


def _places(words: Sequence[tuple[str, int]], run: Words) -> Iterator[tuple[int, int]]:
    """Items [first, last) whose words the run is."""
    for n in range(len(words) - len(run) + 1):
        if all(words[n + k][0] == word for k, word in enumerate(run)):
            yield words[n][1], words[n + len(run) - 1][1] + 1


def _alike(line: Sequence[Item], sentence: str, space: LabelSpace, chest: bool) -> Iterator[Found]:
    """What is like a name: runs of items of which one at least is a word that means nothing else."""
    runs = list(_runs(line))
    slugs, known = _candidates(space, chest)
    texts = [" ".join(sentence[line[a].start : line[b - 1].end].lower().replace("-", " ").split()) for a, b in runs]
    for (a, b), (n, score) in zip(runs, known.nearest(texts), strict=True):
        if score >= LEAST and known.names[n].count(" ") < b - a:  # "infection" is no lung infection
            slug = slugs[n]
            yield Found(slug, space.get(slug).facet, a, b, score)


def _runs(line: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Runs of words and names that begin and end with what may be of a name, one word of it at least with no meaning
    of its own."""
    for a in range(len(line)):
        for b in range(a + 1, min(a + LONGEST, len(line)) + 1):
            run = line[a:b]
            if any(item.kind not in ("word", "mention", "phrase") for item in run):
                break
            if _content(run[0]) and _content(run[-1]) and any(_unknown(item) for item in run):
                yield a, b


def _content(item: Item) -> bool:
    return item.kind == "mention" or _unknown(item)


def _unknown(item: Item) -> bool:
    return item.kind == "word" and len(item.tag) > 3 and item.tag.isalpha() and item.tag not in IDLE


def _candidates(space: LabelSpace, chest: bool) -> tuple[list[str], Candidates]:
    """Names, and the concepts that they are of; kept with the space."""
    kept: tuple[list[str], Candidates] | None = space.memo.get(("candidates", chest))
    if kept is None:
        names: dict[str, str] = {}
        for entry in space:
            if entry.facet in FACETS:
                for name in (entry.concept.label, *entry.synonyms, *((entry.plural,) if entry.plural else ())):
                    names.setdefault(name.lower().replace("-", " "), entry.slug)
        for words, term in terms(space, chest).items():
            if term.kind != "mention":
                continue
            names.setdefault(" ".join(words), term.slugs[0])
        for name in {*capitals(), *vocabulary()["other"]["words"]}:
            names.pop(name, None)
        kept = space.memo["candidates", chest] = (list(names.values()), Candidates(list(names)))
    return kept


def _apart(found: list[Found]) -> list[Found]:
    """Of those that overlap: names as they stand, the longest first, then what is like one, the surest first.
    Two that share a word ("the aorta is tortuous and calcified") both stand. In their order."""
    ranked = sorted(found, key=lambda one: (one.score < SURE, one.first - one.last, -one.score, one.first, one.slug))
    kept: list[Found] = []
    for one in ranked:
        shared = (other for other in kept if one.first < other.last and other.first < one.last)
        if all(one.loose and other.loose and one.slug != other.slug for other in shared):
            kept.append(one)
    return sorted(kept, key=lambda one: one.first)
