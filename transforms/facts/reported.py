"""Findings that a source marks in a report: told where the report's own words bear them out.

A labeller marks "emphysema" in "subcutaneous emphysema", "pulmonary oedema" as congestion, and "less likely infection"
as present. The words decide: what they call something else, or doubt, is not told of the patient.
"""

import re
from collections.abc import Mapping

from schemas import Fact, LabelSpace, Scene
from transforms.degrees import KINDS, SIZES

DOUBTS = re.compile(
    r"\b(?:may|might|could|possibl[ey]|probabl[ey]|likely|unlikely|question(?:able)?|suspected|suspicious|suspicion|"
    r"concerning|concern|worrisome|suggest(?:s|ing|ive)?|raises?|either|versus|vs|differential|reflects?|represents?|"
    r"potential(?:ly)?|presum(?:ed|ably)|perhaps|rule out|exclude|assess for|or|combination of)\b",
    re.IGNORECASE,
)
"""Words behind which, in their sentence, a finding is no more than thought of."""
BORDERLINE = re.compile(r"\b(?:borderline|upper limits? of normal|top.normal)\b", re.IGNORECASE)
"""Words of a sentence by which a present finding is hardly one."""
QUALIFIED = re.compile(
    rf"\b(?:no|without|nor)\W+(?:any\W+)?(?:{'|'.join(sorted(SIZES | KINDS))})\W+(?:(?!or\b|and\b)\w+\W+){{0,3}}$",
    re.IGNORECASE,
)
"""What is denied by size or kind leaves room for another: "no large effusion", "no displaced fracture"."""
LEFT_OPEN = re.compile(
    r"[^.;:]{0,24}?\b(?:or|versus|vs|possibl[ey]|probably|(?:is|are) (?:suspected|(?:most )?likely)|"
    r"(?:should|must|could) be (?:considered|excluded)|(?:cannot|can ?not|not) (?:\w+ ){0,3}excluded)\b",
    re.IGNORECASE,
)
"""Words close behind a finding that leave it open."""
AROUND = 3  # words before and behind a span that its name may go on in
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_END = re.compile(r"[.!?](?=\s|$)|\n\s*\n")


def borne_out(fact: Fact, scene: Scene, space: LabelSpace) -> bool:
    """Whether the words of the span that a finding is marked in say it: they, with those beside them, name no other
    thing, and nothing before or behind them doubts a present finding. Of a fact on anything else, True."""
    span = next((region.span for region in scene.regions if fact.regions == (region.id,)), None)
    if fact.predicate != "finding" or fact.concept is None or scene.document is None or span is None:
        return True
    start, end = int(span[0]), int(span[1])
    low, high = _sentence(scene.document, start, end)
    doubted = DOUBTS.search(scene.document[low:start]) or LEFT_OPEN.match(scene.document[end:high])
    if fact.value == "present" and (doubted or BORDERLINE.search(scene.document[low:high])):
        return False
    if fact.value == "absent" and QUALIFIED.search(scene.document[low:start]):
        return False
    return not _another(scene.document, (low, high), (start, end), space.of(fact.concept).slug, space)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    before = [match.end() for match in _END.finditer(text, 0, start)]
    after = _END.search(text, end)
    return before[-1] if before else 0, after.start() if after else len(text)


def _another(text: str, sentence: tuple[int, int], span: tuple[int, int], slug: str, space: LabelSpace) -> bool:
    """Whether the longest name that the span lies in, or else the names within it, are of other concepts alone, none
    above or below."""
    words = [(match.group().lower(), match.start(), match.end()) for match in _WORD.finditer(text, *sentence)]
    inside = [n for n, (_, start, end) in enumerate(words) if start < span[1] and end > span[0]]
    if not inside:
        return False
    first, last = inside[0], inside[-1] + 1
    names = _names(space)

    def called(low: int, high: int) -> frozenset[str]:
        return names.get(" ".join(word for word, _, _ in words[low:high]), frozenset())

    around = [(low, high) for low in range(max(0, first - AROUND), first + 1)
              for high in range(last, min(len(words), last + AROUND) + 1)]  # fmt: skip
    for low, high in sorted(around, key=lambda ends: ends[0] - ends[1]):
        if found := called(low, high):
            return not any(_kin(one, slug, space) for one in found)
    within = {one for low in range(first, last) for high in range(low + 1, last + 1) for one in called(low, high)}
    return bool(within) and not any(_kin(one, slug, space) for one in within)


def _kin(a: str, b: str, space: LabelSpace) -> bool:
    return a == b or a in space.ancestors(b) or b in space.ancestors(a)


def _names(space: LabelSpace) -> Mapping[str, frozenset[str]]:
    """Name, in small letters -> slugs of the findings that are called so."""
    if _names not in space.memo:
        found: dict[str, set[str]] = {}
        for entry in space:
            if entry.facet == "finding":
                for name in (entry.concept.label, *entry.synonyms, entry.plural or entry.concept.label):
                    found.setdefault(" ".join(_WORD.findall(name.lower())), set()).add(entry.slug)
        space.memo[_names] = {name: frozenset(slugs) for name, slugs in found.items()}
    names: Mapping[str, frozenset[str]] = space.memo[_names]
    return names
