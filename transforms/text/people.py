"""Where a text names a person: after a title, a role or a label, before a degree, or by a given name and a surname."""

import re
from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CAP = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:['’-][A-Z]?[a-zà-öø-ÿ]+)*|(?:Mc|Mac|O['’]|D['’])[A-Z][a-z]+"
_UPPER = r"[A-ZÀ-ÖØ-Þ]{2,}(?:['’-][A-ZÀ-ÖØ-Þ]+)*"
_INITIAL = r"[A-Z]\."
_PARTICLE = r"(?:(?:van|von|de|der|den|del|della|di|da|la|le|al|el|bin|ibn)\s+){0,2}"
_WORD = rf"(?:{_CAP}|{_UPPER}|{_INITIAL})"
_NAME = rf"{_PARTICLE}{_WORD}(?:,?\s+{_PARTICLE}{_WORD}){{0,3}}"

_TITLE = r"\b(?:Dr|Drs|Doctor|Prof|Professor|Mr|Mrs|Ms|Miss|Mx|Herr|Frau|Señora?|Nurse|Sister)\b\.?\s+"
_TITLE_UPPER = r"\b(?:WITH|TO|BY|PER|FROM|:)\s+(?:DR|DOCTOR|PROF|MR|MRS|MS)\b\.?\s+"
_ROLE = (
    r"(?i:\b(?:report(?:ed)?|read|dictated|interpreted|transcribed|reviewed|verified|signed|approved|requested|ordered|"
    r"referred|performed|authored|authenticated|finali[sz]ed|typed|prepared)(?:\s+electronically)?\s+by\b[:\s]+"
    r"(?:the\s+)?(?:(?:attending|resident|radiologist|physician|technologist)[:,\s]+)?)"
)
_LABEL = (
    r"(?i:\b(?:patient(?:['’]s)?\s+name|name(?:\s+of\s+patient)?|surname|referring\s+(?:physician|doctor|clinician)|"
    r"radiologist|attending(?:\s+physician)?|resident|physician|technologist|surgeon|sonographer|attn|contact)\s*:\s*)"
)
_PATIENT = r"\b(?:[Pp]atient|PATIENT|[Pp]t)\b\s*:?\s+"
_DEGREE = r"(?:M\.?D|D\.?O|Ph\.?D|FRCR|FRCP|FACR|MBBS|MBChB|R\.?N|RT\(R\)|D\.?D\.?S|DMD|PA-C)\b"

_GIVEN = _words(
    """
    aaron abigail adam adrian ahmed aisha alan albert alejandro alice alicia amanda amy ana andrea andreas andrew
    angela anita ann anna anne annette anthony antonio arthur barbara beatrice benjamin bernard bernd bethany betty
    beverly bradley brandon brenda brian bruce bryan caroline carlos carmen catherine charles charlotte cheryl
    chiara chloe christina christine christopher claire claudia craig cynthia daniel danielle david deborah debra
    denise dennis diana diane dieter dmitri donald donna dorothy douglas edward eduardo elena elizabeth ellen emily
    emma eric erika ernst esther ethan eugene evelyn fatima fernando fiona florian francesca francisco friedrich
    gabriel gary george gerald giovanni gloria gregory hannah hans harold harry hassan heinrich helen helga henry
    hiroshi howard ibrahim ingrid isabel isabella jacob jacqueline james jamie jan jane janet janice jason javier
    jean jeffrey jennifer jeremy jessica joan joanna joe john jonathan jorge jose joseph joshua juan juergen julia
    julie justin karen karin karl katherine kathleen kathryn katja keith kelly kenneth kevin kimberly klaus kyle
    laura lauren lawrence leslie linda lisa logan louis luis lukas manuel marcel margaret maria marie marilyn marina
    mario marta martha mary matthew megan melissa michael michelle miguel mohammad mohammed monica nancy natalia
    natalie nathan nicholas nicole nikolai noah olga oliver olivia omar pamela patricia patrick paul paula pedro
    peter petra philip pierre rachel raj ralph ramon raymond rebecca renate ricardo richard robert roberto roger
    ronald rosa roy russell ruth ryan samantha samuel sandra sara sarah sebastian sharon shirley sofia sophia stefan
    stephanie stephen steven susan susanne svetlana sylvia takeshi teresa theresa thomas timothy tyler ursula
    valentina vanessa vincent virginia walter wayne wilhelm william wolfgang yuki yusuf yvonne zachary
    """
)
"""Frequent given names that are no word of medicine, no month and no plain word (not Iris, Frank, Grace, Mark)."""

_NOT_PEOPLE = _words(
    """
    a an the and or of at on in for with by to from who is was were has had have as this that these per via none not
    no chest abdomen pelvis brain head neck spine heart lung lungs liver kidney breast bone ct mri mr us pet xr cr
    dr ap pa findings impression technique comparison indication history exam examination study clinical conclusion
    report date normal left right upper lower axial coronal sagittal sign test disease syndrome splint fracture
    grade score method stain classification cyst tumor tumour catheter line criteria view phase type index law node
    nodes ring body tube phenomenon murmur duct canal lesion lesions artery vein steell flint supine prone unknown
    radiologist physician resident attending technologist department radiology hospital clinic center centre staff
    service team office telephone phone pm am md do phd rn yes patient pathologist surgeon electronically signed
    frcr frcp facr mbbs mbchb dds pathology cardiology neurology surgery medicine oncology nursing committee
    consensus experts expert readers reader doctor nurse name dob mrn age sex male female id tel fax email accession
    number address
    """
)


def find(text: str) -> Iterator[tuple[int, int]]:
    """The spans of names. Titles, roles and degrees are left where they stand."""
    for pattern in _CUED:
        for match in pattern.finditer(text):
            if span := _name(match.group("name"), match.start("name")):
                yield span
    for match in _PAIR.finditer(text):
        first, rest = match.group("first"), match.group("rest")
        if first.casefold() in _GIVEN and (span := _name(rest, match.start("rest"))):
            yield match.start(), span[1]
    for match in _ALONE.finditer(text):
        if match.group("name").casefold() in _GIVEN:
            yield match.span("name")
    for match in _COMMA.finditer(text):
        if match.group("name").casefold() in _GIVEN and match.group("last").casefold() not in _NOT_PEOPLE:
            yield match.span()


def _name(words: str, start: int) -> tuple[int, int] | None:
    """The part of a match up to the first word that is none of a name; None where that is the first."""
    end = 0
    for word in re.finditer(r"[^\s,]+", words):
        if word.group().strip(".").casefold() in _NOT_PEOPLE:
            break
        end = word.end()
        if word.group().endswith(".") and len(word.group()) > 2:
            break
    plain = words[:end].rstrip(".,")
    if not re.search(r"[^\W\d_]{2,}", plain):
        return None
    return start, start + len(plain)


_CUED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_TITLE}(?P<name>{_NAME})",
        rf"{_TITLE_UPPER}(?P<name>{_UPPER}(?:\s+{_UPPER})?)",
        rf"{_ROLE}(?:(?:Dr|Prof|Mr|Mrs|Ms|DR)\b\.?\s+)?(?P<name>{_NAME})",
        rf"{_LABEL}(?:(?:Dr|Prof|Mr|Mrs|Ms|DR)\b\.?\s+)?(?P<name>{_NAME})",
        rf"(?P<name>(?:{_WORD}\s+){{0,3}}{_WORD}),?\s+{_DEGREE}",
    )
)
_PAIR = re.compile(rf"(?<![\w-])(?P<first>{_CAP})\s+(?P<rest>(?:{_INITIAL}\s+)?{_PARTICLE}(?:{_CAP}))(?![\w-])")
_ALONE = re.compile(rf"{_PATIENT}(?P<name>{_CAP})(?![\w-])")
_COMMA = re.compile(rf"(?<![\w-])(?P<last>{_CAP}|{_UPPER}),\s+(?P<name>{_CAP}|{_UPPER})(?![\w-])")
