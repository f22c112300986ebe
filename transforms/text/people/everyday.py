"""Names that are everyday words, or stand for a thing elsewhere: by what only a person has beside them."""

import re
from collections.abc import Iterator

from transforms.text.people.likeness import CUED, HEAD, likeness
from transforms.text.people.lists import given, kind_of, like_a_name, medical, plain, things, unaccented, unlike, worded
from transforms.text.people.run import CAP, LOWER, TOP, Span, of_a_thing

_OF = r"(?:(?:van|von|vom|der|den|de|di|da|del|la|los|las|ten|te|dos|al)[ \t]+){0,2}"
_NAME = rf"{_OF}{CAP}(?:[ \t]+(?:[{TOP}]\.?[ \t]+)?{_OF}{CAP}){{0,2}}"
_INITIALS = rf"(?<![\w.'’-])[{TOP}](?:\.[ \t]?|[ \t])(?:[{TOP}](?:\.[ \t]?|[ \t]))?"
_OF_SCIENCE = re.compile(
    r"(?:ology|ologist|iatry|iatrics|surgery|ugía|graphy|grafía|scopy|scopia|ectomy|itis|osis|oma|emia|pathy|plasty|"
    r"tomy|"
    r"ment|tion|sion|ción|sión|ness|ity|dad|ical|ous|platin|mab|nib|azole|cillin|statin)$"
)
_ONLY = (
    r"(?:liv(?:es|ed|ing)|stay(?:s|ed|ing)|vive|reside|convive)[ \t]+(?:with|con)|"
    r"(?:wife|husband|son|daughter|sister|brother|mother|father|partner|widow|carer)[ \t]+of|courtesy[ \t]+of|"
    r"(?:mobili[sz]\w+|walk(?:s|ed|ing)|stood|sat|out of bed|went out|in clinic|on call|paseo?|camina)[ \t]+(?:with|"
    r"con)|"
    r"(?:I|we|have|has|had)[ \t]+(?:have[ \t]+)?(?:asked|told|rung|phoned|thanked|seen|met)|"
    r"(?:phoned|telephoned|rang|texted|bleeped|emailed|thanked|ask|hablo con|hablé con|hablado con|llamo a|llamé a|"
    r"(?:se )?(?:avisar?|informa|comunica|preguntar) a|cortesía de|cedid[ao] por|como (?:le|les|te) (?:explicó|dijo|"
    r"comentó)|nos comenta|a cargo de)"
)
"""In lower case, or at the head of a sentence."""
_READ = (
    r"(?:read|sent|lent|checked|countersigned|seen|reviewed|discussed|dictated|signed|verified|approved|witnessed|"
    r"tapped|sited|sutured|clerked|consented|examined|filmed|held|leíd[oa]s?|vist[oa]s?|firmad[oa]s?|hech[oa]s?|"
    r"pedid[oa]|"
    r"revisad[oa]|retirad[oa]|colocad[oa]|explorad[oa]|atendid[oa]|operad[oa]|acompañad[oa])"
    r"(?:[ \t]+\w+){0,2}?[ \t]+(?:by|with|por|con)|(?:shown|handed)[ \t]+to|"
    r"(?:case|films?|pictures?|photographs?|photos?|images?|drawings?)[ \t]+(?:by|from)|(?:case|cases)[ \t]+of|"
    r"(?:foto|fotografía|imagen|caso|pendiente)[ \t]+de|(?:revisión|control|cita|consulta|rehabilitación|"
    r"curas)[ \t]+con"
)
"""After these, a word that is known as a name, though it stands for a thing elsewhere."""
_WEAK = r"(?:by|with|to|from|under|for|por|[Cc]on|a|para)"
"""After these only a word that is somebody's name is one, and none that stands for a thing."""
_CLOSE = re.compile(
    rf"(?i:\b(?:regards|wishes|thanks|see you|yours|love|abrazo|saludos?|gracias|atentamente|cordialmente)),?[ \t\n]+"
    rf"(?P<part>(?:{_INITIALS})?{_NAME})\W*$"
)
_GREET = re.compile(
    rf"(?i:\b(?:hi|hello|hola|dear|querid[oa]|estimad[oa]|apreciad[oa]))[ \t]+(?P<part>{_NAME})(?=[ \t]*[,:;])"
)
_FIELD = re.compile(
    rf"(?i:(?<![\w-])(?:to|from|copy|cc|scrub|circulating|runner|porter|escort|seen|bleep holder|carer|keyworker|"
    rf"instrumentista|de|para|copia|acompañante))[ \t]*:[ \t]*(?P<part>{_NAME})(?=[ \t]*(?:[.,;|(]|\n|$))"
)
_BARE_FIELD = re.compile(
    rf"(?<![\w-])(?:[Ss]urname|SURNAME|[Ff]orenames?|FORENAMES?|Cons(?:ultant)?|Apellidos?|Nombre|Médic[oa]|"
    rf"Solicita)[ \t]+"
    rf"(?P<part>(?:{_INITIALS})?{_NAME})"
)
_OF_PEOPLE = re.compile(
    r"(?:[ \t]+(?:and|y|e|&)[ \t]+[^\W\d_]+)?[ \t]+(?i:has|have|ha|han)[ \t]+"
    r"(?i:seen|read|asked|told|agreed|written|spoken|visto|leído|pedido|descrito)\b|"
    r"(?:[ \t]+(?:and|y|e|&)[ \t]+[^\W\d_]+)?[ \t]+(?i:explained|discussed|agrees?|agreed|will (?:see|present|"
    r"review|call|"
    r"discuss|chase|ring|speak|follow|arrange|organi[sz]e|book|order|repeat|attend|bring)|arranged|booked|signed|"
    r"got the|"
    r"repeated (?:the|it|them)|compared (?:this|it|them)|repitió|pedirá|pide|recibió|coloca|colocó|comprueba|firma|"
    r"dice que|"
    r"to (?:discuss|review|chase|call|ring|see|speak)|was (?:told|informed|called)|"
    r"(?:is )?(?:here|back) from|from (?:physio(?:therapy)?|nursing|pharmacy|dietetics|x-?ray|theatre|the ward)|"
    r"está (?:mejor|peor|dormid[oa]|tranquil[oa])|goes to|went to|sends|writes|wrote|thinks|prefers|"
    r"explicó|no colabora|colabora (?:bien|mal)|revisará|hablará|explica|pasa visita|está de acuerdo|vomita|vomitó|"
    r"duerme|llora|trae|trajo)\b|"
    r"(?:[ \t]+(?:and|y|e|&)[ \t]+[^\W\d_]+)[ \t]+(?i:present|presentes?|attending|on call|de guardia)\b"
)
_DOES = re.compile(
    rf"(?:^|(?<=[.?!:\n¿]))[ \t]*(?:[Hh]as|[Hh]ad|[Dd]id|[Dd]oes|[Ww]ill|[Ww]ould|[Ww]hat did|[Hh]a|¿Ha|¿Qué)[ \t]+"
    rf"(?:(?:descrito|visto|pedido|dicho|informado|escribió|dijo)[ \t]+)?(?P<part>{CAP})(?=[ \t]+(?:described|seen|"
    rf"read|reported|"
    rf"asked|need|have|want|written|write|wrote|noted|said|say|una?|el|la|los|las|que|del?)\b)"
)
_CUED = re.compile(
    rf"(?<![\w-])(?:(?P<only>(?i:{_ONLY}))|(?P<read>(?i:{_READ}))|(?P<weak>{_WEAK}))[ \t]+(?P<part>{_NAME})"
)
_WITH_INITIAL = re.compile(rf"(?P<part>{_INITIALS}{CAP}(?:[- ]{CAP})?)(?![\w-])")
_BEFORE_INITIAL = re.compile(
    r"(?:(?:^|[.;:|(\n/,^])|(?i:\b(?:by|with|to|from|under|for|and|of|per|cons|por|con|de|para|a|y|solicita|remite|"
    r"comprueba|revisa|"
    r"informa|valora|opera|firma|médico|"
    r"doctor|asks?|told|rang|saw|radiologist|surgeon|assistant|an(?:a?)esthetist|reader|operator)))[ \t]*$"
)
_ENDS = re.compile(r"[ \t]*(?:[.,;:)|/(\n]|$)")
_CELL = re.compile(
    rf"(?:^|(?<=[|;\n]))[ \t]*(?P<part>(?P<given>{CAP})[ \t]+(?P<last>{CAP})|(?P<first>{CAP}),[ \t]+(?P<second>{CAP}))"
    r"[ \t]*(?=[|;\n]|$)"
)
_TWO = re.compile(
    rf"(?<![\w-])(?P<one>(?:{_INITIALS})?{CAP})(?:[ \t]+(?:and|y|e|&)[ \t]+|,[ \t]|/)(?P<other>{CAP})(?![\w-])"
)
_SIGNED = re.compile(
    rf"(?:^|(?<=[.?!][ \t])|(?<=\n))(?P<part>(?P<first>{CAP})[ \t]+(?P<last>{CAP}))[ \t]*\.?[ \t]*(?=\n|$)"
)
_NUMBERED = re.compile(
    rf"(?<![\w-])(?P<part>{CAP}[ \t]+{_OF}{CAP})(?:,[ \t]*|[ \t]+\(?)(?=(?:con[ \t]+)?(?i:NHC|MRN|DNI|NIE|DOB|NHS|"
    rf"PID|hist(?:oria)?\.?|"
    rf"number|n\.?º|no\.|born|nacid[oa]|aged)[ \t:.]+[\w.:]*[ \t]*\d|\d{{1,5}}[ \t]+{CAP}[ \t]+{CAP},[ \t]+{CAP})"
)
_IMAGED = re.compile(
    rf"(?i:\b(?:scans?|films?|x-?rays?|radiographs?|mri?|ct|pet|ultrasound|sonogram|enema|mammograms?|angiograms?|"
    rf"biopsy|"
    rf"mamografía|tac?|tc|rm|radiografía|ecografía|resonancia|enema opaco|biopsia|placa)[ \t]+(?:of|de)[ \t]+)"
    rf"(?P<part>{CAP}(?:[ \t]+{_OF}{CAP}){{1,2}})(?=[ \t]*[.,;(])"
)
_VESSELS = frozenset("AVNM")  # A. carotis, N. ischiadicus: what follows such an initial must be somebody's name


def find(text: str) -> Iterator[Span]:
    """The spans of such names."""
    for match in _CUED.finditer(text):
        yield from _cued(text, match)
    for pattern in (_CLOSE, _GREET, _FIELD, _BARE_FIELD, _DOES):
        for match in pattern.finditer(text):
            yield from _words(text, *match.span("part"))
    for match in _WITH_INITIAL.finditer(text):
        yield from _initialled(text, match)
    for match in re.finditer(rf"(?<![\w-]){CAP}(?![\w-])", text):
        if _OF_PEOPLE.match(text, match.end()) and _somebody(match.group()):
            yield match.span()
            other = re.match(rf"[ \t]+(?:and|y|e|&)[ \t]+({CAP})", text[match.end() : match.end() + 40])
            if other is not None:
                yield match.end() + other.start(1), match.end() + other.end(1)
    for match in _TWO.finditer(text):
        yield from _beside(text, match)
    for match in _SIGNED.finditer(text):
        if kind_of(match.group("last")) == "name" and _possible(match.group("first")) and not of_a_thing(text, match):
            yield match.span("part")
    for match in (*_NUMBERED.finditer(text), *_IMAGED.finditer(text)):
        if all(_possible(word) for word in re.findall(CAP, match.group("part"))) and not of_a_thing(text, match):
            yield match.span("part")
    for match in _CELL.finditer(text):
        first, last = (match.group("given") or match.group("second"), match.group("last") or match.group("first"))
        if (
            _somebody(last)
            and (_given(first) or (kind_of(first) == "eponym" and match.group("second")))
            and not of_a_thing(text, match)
        ):
            yield match.span("part")


def _cued(text: str, match: re.Match[str]) -> Iterator[Span]:
    """What stands after a word that a person follows; not in a line of which every word has a capital."""
    start, end = match.span("part")
    first = re.compile(rf"{_OF}(?P<word>{CAP})").match(text, start, end)
    if first is None or re.match(rf"[ \t]+[{TOP}]", text[end : end + 3]):
        return
    word = first.group("word")
    if (
        match.group("only")
        or (match.group("read") and (_somebody(word) or kind_of(word) == "eponym") and _goes_on(text, end))
        or (match.group("weak") and _by_name(word) and not of_a_thing(text, first) and _goes_on(text, end))
    ):
        yield from _words(text, start, end)


def _goes_on(text: str, at: int) -> bool:
    """Whether a sentence ends or goes on in lower case."""
    return _ENDS.match(text, at) is not None or re.match(rf"[ \t]+[{LOWER}]", text[at : at + 2]) is not None


def _beside(text: str, match: re.Match[str]) -> Iterator[Span]:
    """Of two that stand side by side, the one that is known as a name only beside the other."""
    one, other = match.group("one"), match.group("other")
    if of_a_thing(text, match) or not _goes_on(text, match.end()):
        return
    sure = [kind_of(one) == "name" or " " in one or "." in one, kind_of(other) == "name"]
    for part, known in (("other", sure[0]), ("one", sure[1])):
        word = match.group(part).split()[-1]
        if known and (_somebody(word) or kind_of(word) == "eponym") and _possible(word):
            yield match.span(part)


def _words(text: str, start: int, end: int) -> Iterator[Span]:
    """As many words from a place as may be of a name; none where the first is the name of a thing."""
    stop = start
    for part in re.finditer(rf"{_OF}(?P<word>[{TOP}]\b\.?|{CAP})", text[start:end]):
        word = part.group("word")
        if len(word.strip(".")) > 1 and not _possible(word):
            break
        stop = start + part.end()
    whole = re.compile(r"[^\n]*").match(text, start, stop)
    if stop > start and whole is not None and not of_a_thing(text, whole) and re.search(r"[^\W\d_]{2}", whole.group()):
        yield start, stop


def _initialled(text: str, match: re.Match[str]) -> Iterator[Span]:
    """An initial and a surname: J. Stone; without its point only after what a person follows, or in a cell."""
    start, end = match.span("part")
    words = re.findall(CAP, match.group())
    if not words or not all(_possible(word) for word in words) or of_a_thing(text, match):
        return
    initial, pointed = text[start], "." in match.group("part")[:3]
    led = _BEFORE_INITIAL.search(text[max(0, start - 24) : start]) is not None
    known = _somebody(words[-1]) or kind_of(words[-1]) == "eponym"
    if not led or ((not pointed or initial in _VESSELS) and not known):
        return
    article = not pointed and initial in "AIYOE" and (start == 0 or text[:start].rstrip()[-1:] in ".:\n")
    if not article or _OF_PEOPLE.match(text, end) or (start == 0 and end == len(text.rstrip())):
        yield start, end


def _possible(word: str) -> bool:
    """Whether a word may be of a name beside what only a person has."""
    bare = plain(word)
    never = kind_of(word) == "none" or bare in things() or bare in medical()
    return not never and len(bare) > 1 and (kind_of(word) == "name" or not _OF_SCIENCE.search(bare))


def _worded(word: str) -> bool:
    return bool({plain(word), unaccented(plain(word))} & worded()) or kind_of(word) == "name"


def _by_name(word: str) -> bool:
    """The same of a word that stands for nothing else with a capital."""
    return _worded(word) or (plain(word) in given() and kind_of(word) != "eponym" and plain(word) != "may")


def _somebody(word: str) -> bool:
    """Whether a word is known as a name of people, too, and stands for no thing."""
    bare = plain(word)
    short = len(bare) > 2 and bare not in unlike() and _possible(word) and likeness(unaccented(bare)) >= HEAD
    return _worded(word) or bare in given() or like_a_name(word, CUED) or (kind_of(word) == "other" and short)


def _given(word: str) -> bool:
    return kind_of(word) == "name" or plain(word) in given() or like_a_name(word, CUED)
