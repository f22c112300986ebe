"""Sentences of a report that compare with another study: without it nobody can tell whether they are so."""

import re

from schemas import Scene

CONTEXT = frozenset({"indication", "technique", "comparison"})
"""Sections that describe no image: they may name another study."""

_STUDY = (
    "(?:stud(?:y|ies)|exam(?:ination)?s?|radiographs?|films?|images?|imaging|scans?|x-?rays?|ct|mri?|ultrasound|"
    "reports?|mammograms?)"
)
_EARLIER = "(?:prior|previous|last|earlier|preceding)"
_HOW = r"(?:(?:now|also|very|much|even|still|somewhat|slightly|\w+ly) )*"
_UNLIKE = "(?<!hemodynamically )(?<!haemodynamically )(?<!clinically )"
_IS = "(?:is|are|was|were|appears?|looks?|seems?|becomes?|became|becoming)"
_DONE = (
    "(?:changed|increased|decreased|improved|worsened|resolved|progressed|enlarged|varied|grown|cleared|"
    "developed|regressed|"
    "shrunk|diminished|receded|subsided|evolved|migrated|advanced|recurred|expanded|deteriorated|stabili[sz]ed|moved|"
    "shifted|appeared|disappeared|lessened|doubled)"
)
_DOING = (
    "(?:increas|decreas|improv|worsen|resolv|progress|enlarg|grow|shrink|regress|diminish|evolv|deteriorat|reced)ing"
)
_DID = "(?:improved|worsened|resolved|progressed|regressed|shrank|shrunk|grew|recurred|subsided|deteriorated)"
_EXTENT = "in (?:the )?(?:overall )?(?:size|number|extent|volume|conspicuity|severity|degree|prominence)"
_GRADE = (
    r"(?:larger|smaller|bigger|better|worse|greater|fewer|denser|wider|narrower|thicker|thinner|clearer|longer|"
    r"shorter|(?:more|less)(?! (?:than|or|likely|probabl|typical|common|consistent|suggest|suspicious|compatible))"
    r" \w+)"
)
_THAN_BEFORE = (
    rf"than (?:(?:on|in|at|it|they|the|was|were|seen|noted|shown) )*(?:before|previously|yesterday|{_EARLIER})"
)
_ALONE = (
    rf"(?! of the)(?!(?=[^.;]*\bthan\b)(?![^.;]*\b{_THAN_BEFORE}\b))"
    r"(?![^.;,]*\b(?:on|at|in|towards?) the (?:left|right|bases?|apex|apices|periphery)(?: side)? ?(?:[.,;]|$))"
)
"""Not of two things of one picture: "larger than the left", "worse at the bases"."""
_DEVICE = (
    "(?:tubes?|catheters?|lines?|piccs?|cvcs?|drains?|leads?|pacemakers?|ports?|stents?|pumps?|iabp|sheaths?|wires?|"
    "cannulas?|ett|ngt|pigtails?|devices?|packing|electrodes?|balloons?)"
)
_MOVED = (
    "(?:removed|exchanged|replaced|withdrawn|repositioned|retracted|pulled|advanced|upsized|inserted|placed|adjusted|"
    "introduced|changed)"
)
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
_SPAN = r"(?:day|week|month|year|hour)s?"
_KINDS = (
    # that nothing changed
    "unchanged", r"(?:no|not|without|little|minimal|slight) (?:\w+ )?chang(?:e|ed)(?!s? of)", f"{_UNLIKE}stable",
    rf"{_IS} {_HOW}similar ?(?=[.;,]|$)", rf"(?:similar|identical) to (?:the |that of )*{_EARLIER}",
    "remain(?:s|ed)?(?! of)", "persist(?:s|ed|ing|ence)?", "persistent(?! (?:left|ductus))",
    "still(?! (?:image|frame))", "again", "continues? to", "continued(?! (?:follow|surveil))", "no longer",
    # that something did
    rf"(?:has|have|had) (?:\w+ ){{0,2}}{_DONE}", _DID, _DOING, "improve(?:s|ments?)", "worsens?", "resolves?",
    "progressive(?! (?:massive|multifocal|supranuclear))", "(?:progression|regression|deterioration)",
    "(?<!high )(?<!high-)(?<!spatial )resolution of", "new(?:ly)?(?! york)", rf"(?:in|de)creases? {_EXTENT}",
    rf"(?<!is )(?<!are )(?:in|de)creased {_EXTENT}", r"(?:in|de)creased (?:\w+ )?from", "(?:up|down) from",
    r"(?<!pr )(?<!qt )(?<!qtc )(?<!rr )interval "
    r"(?!of|between|is|was|are|measur|follow|imaging|surveil|scan|ct|mri?)[a-z]\w*",
    "in the interval",
    # a comparative of one thing: "is larger", "better aerated"
    rf"(?:{_IS}|now) (?:to be )?{_HOW}{_GRADE}\b{_ALONE}", _THAN_BEFORE,
    rf"(?<![\w)] )(?<![\w)-])(?:{_HOW}(?:better|worse|less)|(?:slightly|\w+ly) (?:larg|small|bigg)er) \w+{_ALONE}",
    # another time
    "compar(?:ed|ison) (?:to|with)", "(?:in|by|for) comparison", "comparison (?:is|was)", "previously", "formerly",
    "now",
    "yesterday", "today", "(?:from|at) baseline", rf"as (?:before|previously|{_EARLIER}|on (?:the )?{_EARLIER})",
    rf"(?:since|from|to|with|on|than) (?:the |a |most |recent )*{_EARLIER}(?=[.;,]|$| (?:\w+ )?{_STUDY})",
    rf"since (?:the )?{_EARLIER}", rf"{_EARLIER} (?:\w+ )?{_STUDY}", "before(?= ?(?:[.;,]|$))",
    r"priors(?= ?(?:[.;,]|$))",
    rf"since (?:then|admission|surgery|\d|_|{_MONTH} |\w+ {_SPAN}|(?:the )?(?:placement|removal|{_STUDY}))\w*",
    # verbs of a second time
    r"re-?(?:accumulat|demonstrat|expand|expansion(?! (?:pulmonary )?o?edema)|"
    r"appear|position|insert|develop|intubat|inflat|aerat|identif|visuali)\w*",
    # a device that was moved, put in or taken out
    r"extubat\w+", rf"{_DEVICE}\b[^.;]*?\b(?:has|have|had|was|were) (?:\w+ ){{0,3}}?{_MOVED}",
    rf"{_DEVICE} {_HOW}(?:removed|exchanged|withdrawn|retracted|pulled back)",
    rf"removal of (?:\w+ ){{0,4}}{_DEVICE}",
)  # fmt: skip
_COMPARES = re.compile(rf"\b(?:{'|'.join(_KINDS)})\b", re.IGNORECASE)
_YEAR = "(?:19|20)[0-9][0-9]"
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:{_YEAR}(?![\d/]|[.,]\d| ?(?:mm|cm|m?l|cc|hu|m?s|hz|g|x|×)\b)|{_YEAR}-\d\d?-\d\d?"
    rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d\d)?\d\d|{_MONTH}\.? \d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?!may ){_MONTH})"
    r"(?![\w/])|\b(?:on|from|since|dated|of|in) (?:\d{1,2}/\d{1,2}(?!\w)|_{2,})",
    re.IGNORECASE,
)
_RULES = re.compile(r"\b(?:guidelines?|criteria|classifications?|fleischner|who|acr|society|version|edition)\b", re.I)
"""What has a year that is no time of a study."""
_PERSON = re.compile(
    r"\bpatient(?:'s \w+)? (?:\w+ ){0,3}(?:clinically|symptomatically)\b"
    r"|\bclinical(?:ly)? (?:\w+ )?(?:improve\w*|worse\w*|stable|unchanged|better)\b",
    re.IGNORECASE,
)
"""How the patient is: that is not said of images."""


def compares(sentence: str) -> bool:
    """Whether a sentence says how something is beside another time: "unchanged", "new", "is larger", "in 2019"."""
    said = _PERSON.sub("", " ".join(sentence.split()))
    return _COMPARES.search(said) is not None or (_DATE.search(said) is not None and not _RULES.search(said))


def needs_prior(kind: str, sentence: str, scene: Scene) -> bool:
    """Whether a sentence of a text of this kind cannot be told of a study by itself. A document is its own text; a
    caption may be of a figure that shows both times, where it is not what a report says of boxes."""
    caption = kind == "caption" and not any(fact.predicate == "phrase" for fact in scene.facts)
    return not (scene.document is not None or caption or kind in CONTEXT) and compares(sentence)
