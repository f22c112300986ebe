"""Sentences of a report that compare with another study: without it nobody can tell whether they are so."""

import re

from schemas import Scene

CONTEXT = frozenset({"indication", "technique", "comparison"})
"""Sections that describe no image: they may name another study."""

_STUDY = (
    "(?:stud(?:y|ies)|exam(?:ination)?s?|radiographs?|films?|images?|imaging|scans?|x-?rays?|ct|mri?|ultrasound|"
    "report|mammograms?)"
)
_SEEN = "(?:seen|noted|described|reported|identified|demonstrated|visuali[sz]ed|shown)"
_CHANGED = (
    "(?:changed|increased|decreased|improved|worsened|resolved|progressed|enlarged|grown|cleared|developed|regressed)"
)
_CHANGE = (
    "(?:change|increase|decrease|develop|improve|worsen|resol|progress|remov|place|enlarge|growth|appear|clear|"
    "redistribut|advance|extubat|intubat)"
)
_COMPARING = (
    "unchanged", "compar(?:ed|ison) (?:to|with)", "in comparison", "in the interval",
    rf"interval (?:\w+ )?{_CHANGE}\w*",
    "(?:since|from) (?:the )?(?:prior|previous|last|earlier)", rf"(?:prior|previous|last|earlier) (?:\w+ )?{_STUDY}",
    rf"previously {_SEEN}", rf"again (?:{_SEEN}|is|are)", r"re-?demonstrat\w+",
    "(?<!hemodynamically )(?<!haemodynamically )(?<!clinically )stable", rf"(?:has|have|had) (?:\w+ )?{_CHANGED}",
    "improv(?:ed|ing|ement)", "worsen(?:ed|ing)", "resolv(?:ed|ing)", "(?<!high )(?<!high-)(?<!spatial )resolution of",
    "(?:is|are) (?:increasing|decreasing)", "than (?:before|previously)", r"(?:no|without) (?:\w+ )?change(?!s? of)",
    "new(?:ly)?(?! york)", "no longer", "remains?(?! of)", "persist(?:s|ing|ence|ed)?",
    "persistent(?! (?:left|ductus))",
)  # fmt: skip
_COMPARES = re.compile(rf"\b(?:{'|'.join(_COMPARING)})\b", re.IGNORECASE)


def compares(sentence: str) -> bool:
    """Whether a sentence says how something is beside an earlier time: "unchanged", "new", "since the prior study"."""
    return _COMPARES.search(" ".join(sentence.split())) is not None


def needs_prior(kind: str, sentence: str, scene: Scene) -> bool:
    """Whether a sentence of a text of this kind cannot be told of a study by itself. A document is its own text; a
    caption may be of a figure that shows both times, where it is not what a report says of boxes."""
    caption = kind == "caption" and not any(fact.predicate == "phrase" for fact in scene.facts)
    return not (scene.document is not None or caption or kind in CONTEXT) and compares(sentence)
