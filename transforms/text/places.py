"""Where in a text a town or a ward is named: beside an institution, or where somebody is said to live or to lie."""

import re
from collections.abc import Iterable, Iterator

from transforms.text.people.lists import kind_of, plain, things
from transforms.text.people.run import CAP, Span

_TOWN = (
    rf"{CAP}(?:[ \t-]+(?:(?:de|del|la|las|los|el|i|y|of|on|upon|in|le|under|sur|am|an der|by|the|"
    rf"and)[ \t-]+){{0,2}}{CAP}){{0,3}}"
)
_AFTER = re.compile(
    rf"(?:[ \t]*[,;|][ \t]*|[ \t]+(?:in|near|de|en|at|à|in der|bei)[ \t]+|[ \t]*\()(?:the[ \t]+)?(?P<part>{_TOWN})"
    rf"(?=[ \t]*(?:[.,;:)|\n]|$)|[ \t]+(?:on|at|for|with|el|a|con|para|in|by|from|to)\b)"
)
_OF_PEOPLE = re.compile(
    rf"(?:\b(?i:live[sd]?|living|resid(?:es|ed|ing|ent)|grew up|was born|born|brought up|moved|commutes|stays|"
    rf"staying|travelled|"
    rf"retired|nacid[oa]|vive|viven|vivía|reside|natural|vecin[oa]|procede(?:nte)?|oriund[oa]|afincad[oa]|wohnhaft|"
    rf"habite|"
    rf"man|woman|lady|gentleman|boy|girl|teacher|farmer|student|worker|driver|patient|baker|soldier|sailor|clerk|"
    rf"pensioner|engineer|cook|visitor|tourist|nurse|fisherman|miner|bus|train|taxi|ambulance|autobús|tren|varón|"
    rf"hombre|mujer|señora?|niñ[oa]|maestr[oa]|agricultor[a]?|"
    rf"estudiante|jubilad[oa]|conductor[a]?)[ \t]+(?:in|from|of|to|near|de|desde|en|à)[ \t]+(?:the[ \t]+(?:town|"
    rf"village|city)[ \t]+of[ \t]+)?)"
    rf"(?P<part>{_TOWN})(?![\w-])"
)
_WARD = r"(?:Ward|Wing|Suite|Pavilion|Sala|Pabellón|Unidad)"
_WARDS = (
    re.compile(rf"(?<![\w-])(?P<part>(?:{CAP}[ \t]+){{1,2}}(?:Ward|Suite|Wing|Pavilion))(?![\w-])"),
    re.compile(rf"(?<![\w-])(?P<part>(?:Ward|Sala|Pabellón|Unidad)[ \t]+(?:San(?:ta)?[ \t]+|"
        rf"de[ \t]+la[ \t]+)?{CAP}(?:[ \t]+{CAP})?)"
               r"(?=[ \t]*(?:[.,;:)|/\n]|$)|[ \t]+(?:by|from|on|to|a cargo|desde|until|since|hasta|el|Cons|Méd))"),
)  # fmt: skip
_FOR = """
    abdominal acute admission admissions antenatal assessment burns cardiac care chest children cirugía clinical
    coronaria coronary críticas crítico críticos cuidados day diagnóstico dialysis dolor east emergency endoscopia
    endoscopy enfermería espejo espera female general geriatric high hospital hospitalización ictus iliac imaging
    infantil inner intensive isolation labour left male maternidad maternity medical mental médica neonatal north
    observación observation oncology open operating orthopaedic outer paediatric partos pediatric pediatría post
    private psychiatric quirófano quirúrgica radiología recovery renal right sacral scanning short south special
    step stroke surgical the theatre this trasplante trasplantes trauma unit urgencias ward west
"""
_WARD_WORDS = frozenset(_FOR.split())
"""What a ward is for, and what a wing is of: such names tell nobody from anybody else."""


_LED = frozenset(
    ("Las", "Los", "La", "El", "The", "City", "New", "North", "South", "East", "West", "Port", "Lake", "Upper")
)


def towns(text: str, institutions: Iterable[Span]) -> Iterator[Span]:
    """Towns beside institutions (their spans), and those where somebody lives or is from; countries stay."""
    for _, end in institutions:
        found = _AFTER.match(text, end)
        if found is not None and _a_place(found.group("part")):
            yield found.span("part")
    for match in _OF_PEOPLE.finditer(text):
        if _a_place(match.group("part")):
            yield match.span("part")


def wards(text: str) -> Iterator[Span]:
    """Wards with a name of their own: Kestrel Ward, Sala San Marcos."""
    for pattern in _WARDS:
        for match in pattern.finditer(text):
            own = [word for word in re.findall(CAP, match.group("part")) if not re.fullmatch(_WARD, word)]
            if own and not any(plain(word) in _WARD_WORDS or plain(word) in things() for word in own):
                yield match.span("part")


def _a_place(words: str) -> bool:
    """Whether words with capitals may be a town: no word of a report, no name of a thing or a country."""
    kinds = [kind_of(word) for word in re.findall(CAP, words) if word not in _LED]
    return (
        bool(kinds)
        and kinds[0] not in ("none", "word")
        and (len(kinds) < len(words.split()) or set(kinds) != {"eponym"})
    )
