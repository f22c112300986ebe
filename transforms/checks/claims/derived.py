"""Further words for what one scene names, made by rule: initials, parts of names, forms of one stem.

No list can hold what every source calls its scores, tools and substances; but a scene names them itself. "NIHSS"
where a National Institutes of Health stroke scale is stated, "Forrest" of a Forrest class, "hyperinflated" of a lung
hyperinflation, "gastroscopic" of a gastroscopy.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from transforms.checks.claims.lexicon import ORDINALS, Lexicon, Term, normal, plurals
from transforms.checks.claims.words import NEUTRAL, NUMBER_WORDS, UNNAMED, word_set

Name = tuple[str, ...]
Stated = tuple[str, str, str]
"""What is stated: its name, its value where that is a word, the unit that texts are read in."""
LINKS = word_set("at of in since between and the to or a an for on by from with")
NOT = word_set("former ex never no non not without past previous prior un negative absent")
"""First words of values that say something else without them: a former smoker is no smoker."""
ANSWERS = frozenset(("positive", "negative", "present", "absent", "normal", "high", "low"))
"""What tests turn out to be: no short name of anything."""
NUMERALS = frozenset(ORDINALS.values()) | frozenset(NUMBER_WORDS)
ENDINGS = re.compile(
    r"(?:ificat(?:ion|ions)|ifi(?:ed|es|c)|at(?:ion|ions|ed|ing|es|ory|ous)|(?:osis|oses|otic)|(?:asis|ases|atic)|ments?|"
    r"ings?|ions?|ed|ic|ical|als?|ary|ory|ar|ous|ive|ies|ied|y|es|er|s|e|a|us|um|i|ae)$"
)
KINDS = frozenset(("pattern", "syndrome", "disease", "lesion", "sign"))
"""Last words that initials may leave out: "WPW" of a Wolff-Parkinson-White pattern."""
STEPPED = frozenset(("status", "grade", "score", "class", "category", "stage"))
"""Last words of names that initials may leave out."""
SHORTEST = 4
"""Letters that a stem must have: shorter ones are alike by chance."""
ADJECTIVE = re.compile(r"(?:ed|ic|ical|al|ous|ar|ory|ary|ive)$")


def stem(word: str) -> str:
    """What is left of a word without its ending: "perforated", "perforation" -> "perfor"; "" where it is too little."""
    found = ENDINGS.sub("", word)
    return found if len(found) >= SHORTEST else ""


def initials(name: Name) -> Iterator[str]:
    """ "EDSS" of an expanded disability status scale, "AC" of a fetal abdominal circumference."""
    words = [word for word in name if word not in LINKS and word[0].isalpha()]
    for n in range(max(len(words) - 1, 0)):
        yield "".join(word[0] for word in words[n:])


def runs(name: Name) -> Iterator[Name]:
    """The beginnings and the ends of a name, and each of its words."""
    for n in range(1, len(name)):
        yield name[:n]
        yield name[n:]
    yield from ((word,) for word in name)


def once(pairs: Iterable[tuple[Name, Term]]) -> Iterator[tuple[Name, Term]]:
    """What means one thing alone: what two names share means neither."""
    found: dict[Name, set[Term]] = defaultdict(set)
    for name, term in pairs:
        found[name].add(term)
    yield from ((name, next(iter(terms))) for name, terms in found.items() if len(terms) == 1)


def free(name: Name, words: Lexicon, taken: Mapping[Name, Term]) -> bool:
    """Whether a part of a name means nothing else: no word that is read as such, nothing that the space lists."""
    if name in taken or words.match(list(name), 0) is not None or name[0] in LINKS or name[-1] in LINKS:
        return False
    if len(name) > 1:
        return not all(word in NEUTRAL or word in LINKS for word in name)
    return len(name[0]) > 2 and name[0].isalpha() and name[0] not in NEUTRAL | UNNAMED


def parts(stated: Sequence[Stated], words: Lexicon, taken: Mapping[Name, Term]) -> Iterator[tuple[Name, Term]]:
    """Parts of the names of what is stated and of its values, (name, value), where they mean nothing else."""
    found = [
        (run, Term("fact", name, (unit,), bool(value)))
        for name, value, unit in stated
        for run in runs(normal(name))
        if not ANSWERS.intersection(run)
    ]
    for name, value, _ in stated:
        said = normal(value)
        if said and said[0] not in NOT:
            found += [(said[n:], Term("value", f"{name}|{value}")) for n in range(1, len(said))]
    yield from ((name, term) for name, term in once(found) if free(name, words, taken))


def short(
    stated: Sequence[Stated], names: Iterable[tuple[str, str]], words: Lexicon, taken: Mapping[Name, Term]
) -> Iterator[tuple[Name, Term]]:
    """Initials of what is stated, and of concepts, (name, slug); in a text they are in capitals."""
    found: list[tuple[Name, Term]] = []
    for name, value, unit in stated:
        found += [((one,), Term("fact", name, (unit,), bool(value))) for one in initials(normal(name))]
        *first, last = normal(name)
        for one in list(initials(tuple(first)))[:1] if last in STEPPED else ():  # "LA grade", "ER positive"
            found += [(alias, Term("fact", name, (unit,), bool(value))) for alias in ((one,), (one, last))]
        whole = list(initials(normal(value)))[:1]
        found += [((one,), Term("value", f"{name}|{value}")) for one in whole]
    for name, slug in names:
        said = normal(name)
        brief = [one for run in (said, said[:-1] if said[-1] in KINDS else ()) for one in list(initials(run))[:1]]
        if len(brief) > 1:
            found.append(((brief[1], said[-1]), Term("mention", words.facets[slug], (slug,))))
        for one in brief:
            found.append(((one,), Term("mention", words.facets[slug], (slug,))))
            found += [((many,), Term("mention", words.facets[slug], (slug,), plural=True)) for many in plurals(one)]
    for name_, term in once(found):
        known = words.match(list(name_), 0)
        gives = known is None or known[1] < len(name_) or known[0].tag == "modality"
        if name_ not in taken and gives and 2 <= len(name_[0]) <= 6:
            yield name_, term


def stems(names: Iterable[tuple[str, str]], words: Lexicon) -> dict[str, Term]:
    """Stem -> what a word of that stem means: of the last word of "lung hyperinflation", of "transection" of the
    vagina."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, slug in names:
        whole = normal(name)
        of = next((n for n, word in enumerate(whole) if word in LINKS), len(whole))
        head = whole[of - 1]
        if (one := stem(head)) and head not in UNNAMED | NEUTRAL | NOT:
            found[one].add(slug)
    told = {}
    for one, slugs in found.items():
        facets = {words.facets.get(slug) for slug in slugs}
        if len(facets) == 1:
            told[one] = Term("mention", str(*facets), tuple(sorted(slugs)))
    return told


def stated_stems(stated: Sequence[Stated], taken: Mapping[str, Term]) -> dict[str, Term]:
    """Stem -> what is stated in numbers, of a word of its name that no other name has: "70 % obstructed" of an
    obstruction of the lumen."""
    found: dict[str, set[Term]] = defaultdict(set)
    for name, value, unit in stated:
        for word in normal(name):
            if not value and word not in UNNAMED | NEUTRAL | LINKS and (one := stem(word)):
                found[one].add(Term("fact", name, (unit,)))
    return {one: next(iter(terms)) for one, terms in found.items() if len(terms) == 1 and one not in taken}


def kinds(names: Iterable[tuple[str, str]], words: Lexicon, taken: Mapping[Name, Term]) -> Iterator[tuple[Name, Term]]:
    """First words that tell one thing from all others: "ProGrasp" of a ProGrasp forceps, the "rings" of ring forms."""
    found: list[tuple[Name, Term]] = []
    for name, slug in names:
        whole = normal(name)
        of = next((n for n, word in enumerate(whole) if word in LINKS), len(whole))
        for n, word in enumerate(whole[: of - 1]):
            if words.facets[slug] == "finding" and word in NUMERALS:  # "first degree", and neither word by itself
                found.append((whole[n : n + 2], Term("mention", words.facets[slug], (slug,))))
            elif words.facets[slug] != "finding" or not n or whole[n - 1] not in NUMERALS:
                found.append(((word,), Term("mention", words.facets[slug], (slug,))))
                found += [
                    ((many,), Term("mention", words.facets[slug], (slug,), plural=True)) for many in plurals(word)
                ]
    yield from ((name_, term) for name_, term in once(found)
                if free(name_, words, taken) and name_[0] not in NOT)  # fmt: skip


def formed(word: str, told: Mapping[str, Term]) -> Term | None:
    """What an unknown word means by its stem: an adjective of a finding says that something has it."""
    term = told.get(stem(word)) if len(word) > SHORTEST and word.isalpha() else None
    if term is None:
        return None
    if term.tag == "finding" and ADJECTIVE.search(word):
        return Term("prop", "+", term.slugs)
    return term
