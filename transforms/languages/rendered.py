"""A translation that a model wrote, sentence by sentence: what of it is sure to say what its English says.

A sentence stands where each fact that the English one claims is found in it as our own Spanish writes it (name, place,
value), and where every word besides is one of a closed list that names no thing, no side and no number. What is denied
is what the English denies. What cannot be told for sure by that is not taken.
"""

import re
from collections.abc import Iterator, Sequence

from schemas import Claim, Fact, LabelSpace, Scene, Text, Written
from transforms.checks.claims.sentences import sentences
from transforms.languages.check import Told, faults
from transforms.languages.spanish import UntellableError, side, value, words, zone
from transforms.languages.speaker import LANGUAGE

NAMED = ("present", "absent", "modality", "body_part")
VALUES = ("area", "volume", "long_axis", "short_axis", "mean_intensity", "slice")
PLACED = ("zone", "side")
MEANS = {
    "área": "area", "superficie": "area", "volumen": "volume", "mayor": "long_axis", "largo": "long_axis",
    "longitud": "long_axis", "menor": "short_axis", "corto": "short_axis", "media": "mean_intensity",
    "medio": "mean_intensity", "promedio": "mean_intensity", "atenuación": "mean_intensity",
    "densidad": "mean_intensity", "número": "slice",
}  # fmt: skip
"""Words for a measure -> the predicate that they are of."""
_PLAIN = """
a al con cubre corte de del diámetro eje el en encuentra es esta estas este estos están está estudio hay imagen
imágenes la las lo localiza los mide miden muestra muestran observa observan ocupa paciente plano por presenta
presentan que se son su tac técnica tiene tienen un una unas unos ve ven visible visibles x y
aprecia aprecian identifica identifican detecta detectan delimitado delimitada delimitados delimitadas modelo
"""
PLAIN = frozenset(_PLAIN.split())
"""Words that say nothing of a picture by themselves."""
APART = re.compile(r"\b(?:largest|smallest|other|another|both|each|all|every|only|than)\b", re.IGNORECASE)
"""English words by which a sentence says more than its claims do."""
_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")


def linked(told: str, english: Text, scene: Scene, space: LabelSpace) -> tuple[Claim, ...]:
    """The claims of a Spanish sentence, those of the English one. Raises UntellableError where it is not sure to say
    the same, and why."""
    facts = {fact.id: fact for fact in scene.facts}
    own = [facts[name] for name in dict.fromkeys(claim.fact for claim in english.claims)]
    if not own:
        raise UntellableError("its English claims nothing")
    if (more := APART.search(english.text)) is not None:
        raise UntellableError(f"its English says {more[0]!r}")
    if len(list(sentences(told))) != 1:
        raise UntellableError("it is not one sentence")
    measured = {fact.regions[0] for fact in own if fact.predicate in (*VALUES, *PLACED) and fact.regions}
    named = {rid for fact in own if fact.predicate in NAMED for rid in fact.regions}
    if len(measured) > 1 or not measured <= named:
        raise UntellableError("its English does not measure one thing, by its name")
    found = {fact.id: _place(told, fact, scene, space) for fact in own}
    _axes(told, {fact.predicate: found[fact.id] for fact in own})
    _rest(told, list(found.values()), own, english.text)
    claims = tuple(sorted((Claim(span=span, fact=name) for name, span in found.items()),
                          key=lambda claim: (claim.span, claim.fact)))  # fmt: skip
    one = Told("", told, claims, english.text, frozenset(found))
    if wrong := next(faults(scene, space, LANGUAGE, one), None):
        raise UntellableError(wrong)
    return claims


def problems(written: Written, english: Text, scene: Scene, space: LabelSpace) -> Iterator[str]:
    """What is wrong with a translation, read again from its words: each sentence is that of an English one."""
    pairs = apart(english)
    for one in apart(written):
        if not any(_same(one, other, scene, space) for other in pairs):
            yield f"{one.text!r} is not sure to say what a sentence of description.global says"


def apart(text: Text) -> list[Text]:
    """A text sentence by sentence, each with its claims."""
    found = []
    for start, end in sentences(text.text):
        own = (claim for claim in text.claims if start <= claim.span[0] and claim.span[1] <= end)
        moved = (Claim(span=(one.span[0] - start, one.span[1] - start), fact=one.fact) for one in own)
        found.append(Text(text=text.text[start:end], claims=tuple(moved)))
    return found


def joined(parts: Sequence[Text]) -> Text:
    """Sentences one after the other, their claims where they now stand."""
    text, claims = "", []
    for one in parts:
        text += " " if text else ""
        claims += [Claim(span=(c.span[0] + len(text), c.span[1] + len(text)), fact=c.fact) for c in one.claims]
        text += one.text
    return Text(text=text, claims=tuple(claims))


def _same(one: Text, english: Text, scene: Scene, space: LabelSpace) -> bool:
    try:
        return linked(one.text, english, scene, space) == one.claims
    except UntellableError:
        return False


def _place(told: str, fact: Fact, scene: Scene, space: LabelSpace) -> tuple[int, int]:
    """Where a sentence says a fact as our own Spanish does."""
    exact = re.NOFLAG if fact.predicate in VALUES else re.IGNORECASE
    for candidate in sorted(_written(fact, scene, space), key=len, reverse=True):
        match = re.search(rf"(?<![\w.]){re.escape(candidate)}(?!\w|\.\d)", told, exact)
        if match is not None:
            return match.span()
    raise UntellableError(f"it does not say {fact.predicate} ({fact.id}) as {', '.join(_written(fact, scene, space))}")


def _written(fact: Fact, scene: Scene, space: LabelSpace) -> list[str]:
    plane = scene.view.plane
    if fact.predicate in NAMED and fact.concept is not None:
        name = space.name(fact.concept, LANGUAGE)
        if name is None:
            raise UntellableError(f"no Spanish name of {fact.concept.label}")
        return [one for one in (name.name, name.plural) if one]
    if fact.predicate == "plane":
        return [str(words()["planes"].get(str(fact.value)))]
    if fact.predicate in PLACED:
        return [zone(fact, plane) if fact.predicate == "zone" else side(fact)]
    if fact.predicate in VALUES:
        return [value(fact)]
    raise UntellableError(f"{fact.predicate} is not read in a translation")


def _axes(told: str, at: dict[str, tuple[int, int]]) -> None:
    """Two axes of one thing stand as a pair, else nobody could tell which is which."""
    if {"long_axis", "short_axis"} <= at.keys():
        first, second = sorted((at["long_axis"], at["short_axis"]))
        if first != second and told[first[1] : second[0]].strip() not in ("x", "por"):
            raise UntellableError("its two axes are not told as a pair")


def _rest(told: str, spans: Sequence[tuple[int, int]], facts: Sequence[Fact], english: str) -> None:
    """What stands outside of the claims says nothing more. Raises UntellableError."""
    left = list(told)
    for start, end in spans:
        left[start:end] = " " * (end - start)
    said = [word.casefold() for word in _WORD.findall("".join(left))]
    predicates = {fact.predicate for fact in facts}
    denied = "absent" in predicates
    if said.count("no") != denied or (denied and not re.search(r"\bno se\b", told, re.IGNORECASE)):
        raise UntellableError("it does not deny what its English denies, and nothing else")
    if "short_axis" in predicates and "long_axis" not in predicates and not {"menor", "corto"} & set(said):
        raise UntellableError("it does not say that the axis is the shorter one")
    for word in said:
        if word == "no" or (denied and word == "ni") or (word in MEANS and MEANS[word] in predicates):
            continue
        if word not in PLAIN or (word == "modelo" and "model" not in english):
            raise UntellableError(f"{word!r} is none of the words that a translation is read by")
