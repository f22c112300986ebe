"""Reads Spanish texts of samples: what a reader would stumble over, and what each sentence says.

Knows the names of concepts (catalog/names) and nothing of the writer: its patterns, forms and numbers are its own.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from schemas import Fact, LabelSpace, Name, Scene

LANGUAGE = "es"
ARTICLES = {
    "el": ("m", False), "la": ("f", False), "los": ("m", True), "las": ("f", True), "un": ("m", False),
    "una": ("f", False), "este": ("m", False), "esta": ("f", False), "ningún": ("m", False), "ninguna": ("f", False),
    "del": ("m", False), "al": ("m", False), "ambos": ("m", True), "ambas": ("f", True), "estos": ("m", True),
    "estas": ("f", True),
}  # fmt: skip
STRESSED = ("el", "un", "ningún", "del", "al")
"""What may stand before a feminine name that begins with a stressed a."""
SINGULAR = {"mide", "ocupa", "cubre", "tiene", "presenta", "alcanza", "es", "está", "consta", "aparece"}
PLURAL = {"miden", "ocupan", "cubren", "tienen", "presentan", "alcanzan", "son", "están", "constan", "aparecen"}
SEEN = r"(observan?|aprecian?|identifican?|delimitan?|describen?|marcan?)"
ENDINGS = {"o": ("m", False), "a": ("f", False), "os": ("m", True), "as": ("f", True)}
ENGLISH = re.compile(r"\b(?:the|of|image|with|slice|left|right|lung|and|is|are|by|part)\b", re.IGNORECASE)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SENTENCE = re.compile(r"(?<=[.?])\s+")


class Says(NamedTuple):
    """One statement: `things` as they are called, `value` as written; "" where it has none."""

    what: str
    things: tuple[str, ...]
    value: str = ""


def nouns(space: LabelSpace) -> dict[str, tuple[str, bool, bool]]:
    """Every name in singular and plural, lower case -> gender, plural, whether "el" stands before a feminine one."""
    if "tests.spanish" not in space.memo:
        found: dict[str, tuple[str, bool, bool]] = {}
        for name in space.names[LANGUAGE].values():
            found[name.name.lower()] = (name.gender, name.many, name.article == "el")
            if name.plural:
                found.setdefault(name.plural.lower(), (name.gender, True, False))
        space.memo["tests.spanish"] = found
    known: dict[str, tuple[str, bool, bool]] = space.memo["tests.spanish"]
    return known


def pattern(space: LabelSpace, text: str) -> str:
    """The names that a text has, the longest first."""
    low = text.lower()
    every = sorted((name for name in nouns(space) if name in low), key=lambda name: (-len(name), name))
    return "(?:" + "|".join(map(re.escape, every)) + r")(?!\w)" if every else "(?!)"


def faults(text: str, space: LabelSpace) -> list[str]:
    """What is wrong with a text, each as the words that are."""
    return sorted({fault for part in SENTENCE.split(text) for fault in _sentence(part.strip(), space)})


def _sentence(sentence: str, space: LabelSpace) -> Iterator[str]:
    yield from re.findall(r"\b(?:de|a) el\b", sentence)
    yield from (m.group() for m in re.finditer(r"\b(\w+) \1\b", sentence, re.IGNORECASE))
    yield from (m.group() for m in re.finditer(r"\by (?=h?i(?![aeo]))\w+", sentence, re.IGNORECASE))
    yield from (m.group() for m in ENGLISH.finditer(sentence) if m.group() != "a")
    if re.search(r"\s[,.;?]|\s{2}|[{}]", sentence) or sentence.count("¿") != sentence.count("?"):
        yield sentence
    first = sentence.lstrip("¿(")[:1]
    if (first.isalpha() and first.islower()) or not sentence.endswith((".", "?")):
        yield sentence
    yield from _articles(sentence, space)
    yield from _agreeing(sentence, space)


def _articles(sentence: str, space: LabelSpace) -> Iterator[str]:
    words = "|".join(ARTICLES)
    for m in re.finditer(rf"(?<!\w)({words}) ({pattern(space, sentence)})", sentence, re.IGNORECASE):
        gender, many, stressed = nouns(space)[m[2].lower()]
        wanted = ARTICLES[m[1].lower()]
        if stressed and not many:
            if m[1].lower() not in STRESSED and m[1].lower() not in ("esta",):
                yield m.group()
        elif wanted != (gender, many):
            yield m.group()


def _agreeing(sentence: str, space: LabelSpace) -> Iterator[str]:
    name = pattern(space, sentence)
    for m in re.finditer(rf"({name})(?: de mayor tamaño)? (?:delimitad|marcad)(os|as|o|a)\b", sentence, re.IGNORECASE):
        if ENDINGS[m[2]] != nouns(space)[m[1].lower()][:2]:
            yield m.group()
    subject = re.match(
        rf"(?:El|La|Los|Las|Un|Una|Este|Esta|Estos|Estas) ({name})(?: de mayor tamaño)? (?:se )?(\w+)", sentence
    )
    if subject:
        many = nouns(space)[subject[1].lower()][1]
        if subject[2] in (SINGULAR if many else PLURAL):
            yield subject.group()
        moved = re.match(r"(?:localiza|encuentra|sitúa)(n?)$", subject[2])
        if moved and bool(moved[1]) != many:
            yield subject.group()
        held = re.search(r" est(?:á|án) contenid(os|as|o|a)\b", sentence)
        if held and ENDINGS[held[1]] != nouns(space)[subject[1].lower()][:2]:
            yield held.group()
    seen = re.search(rf"\bse {SEEN} (?:\d+ |ambos |ambas )?(?:(?:el|la|los|las|un|una|ningún|ninguna) )?({name})(.*)$",
                     sentence, re.IGNORECASE)  # fmt: skip
    if seen:
        rest = seen[3].split(" que ")[0]
        several = bool(re.search(r" (?:y|e|ni) ", rest)) or nouns(space)[seen[2].lower()][1]
        if seen[1].endswith("n") != several:
            yield seen.group()


WORDS = r"[ctls]\d+|(?:super|infer)o(?:nas|tempor)al"
VALUE = rf"((?:al menos )?-?[\d.]*\d(?: (?:mm²|px²|mm|px|mL|HU|SUV|ms|bpm|mV ms|grados|%|partes))?|{WORDS})"
OF_TEXT = {"words": r"(\d+) palabras", "headings": r"(\d+) epígrafes"}
PREDICATES = {
    "area": rf"(?:ocupan?|cubren?) (?:un área de )?{VALUE}",
    "long_axis": rf"miden? {VALUE} de eje mayor|eje mayor de {VALUE}",
    "short_axis": rf"{VALUE} de eje menor|eje menor de {VALUE}",
    "volume": rf"volumen de {VALUE}(?=.* en el conjunto de la exploración)",
    "diameter": rf"diámetro máximo de {VALUE}(?=.* en el conjunto de la exploración)",
    "mean_intensity": rf"(?:atenuación|intensidad) media de {VALUE}",
    "pieces": rf"(?:aparecen?|constan?) (?:en|de) {VALUE}(?![\d.]| palabras)",
    "zone": r"en la parte ([a-z ]+?) (?:de la imagen|del cuerpo visible)(?: \((?:izquierda|derecha) del paciente\))?",
    "side": r"en (el lado (?:izquierdo|derecho) del paciente|la línea media)",
    **OF_TEXT,
    "slice": r"(?:corte|número) (\d+)(?=\.)",
    "frame": r"fotograma (\d+)",
}
ONE = {
    "circularity": "la circularidad {of} en esta imagen", "solidity": "la solidez {of} en esta imagen",
    "elongation": "la relación entre el eje menor y el eje mayor {of} en esta imagen",
    "circumference": "la circunferencia de la elipse que se ajusta al contorno {of} en esta imagen",
    "surface": "la superficie {of} en el conjunto de la exploración",
    "sphericity": "la esfericidad de Wadell {of} en el conjunto de la exploración",
    "suv_max": "el SUV máximo {of} en el conjunto de la exploración",
    "whole_attenuation": "la atenuación media {of} en el conjunto de la exploración",
    "beats": "el número de complejos qrs hallados en este registro",
    "beat_rate": "la frecuencia cardíaca media contada en las curvas de este registro",
    "net_area_i": "el área neta del complejo qrs en la derivación i de este registro",
    "net_area_avf": "el área neta del complejo qrs en la derivación avf de este registro",
    "frontal_axis": "el eje del qrs calculado con las derivaciones i y avf de este registro",
    "depth": "la profundidad {of} bajo la superficie {of} en esta imagen",
    "spread": "la desviación estándar de la atenuación {of} en esta imagen",
    "contrast": "la atenuación media {of} menos la del resto {of}",
    "ring_mean": "la atenuación media del anillo de 5 mm en torno (?:al|a la|a los|a las) {name}, "
    "sin los contornos vecinos,",
    "ring_contrast": "la atenuación media {of} menos la del anillo de 5 mm en torno, sin los contornos vecinos,",
    "quadrant": "el cuadrante retiniano en torno (?:al|a la|a los|a las) {name} que contienen? {the}",
    "level_center": "el nivel vertebral del centro {of}",
    "level_upper": "el nivel vertebral del extremo superior {of}",
    "level_lower": "el nivel vertebral del extremo inferior {of}", "slice_level": "el nivel vertebral de esta imagen",
    "asymmetry": "la diferencia entre los volúmenes {of} y {of}",
    "joint_volume": "el volumen conjunto {of} y {of} en el conjunto de la exploración",
    "joint_area": "el área conjunta {of} y {of} en esta imagen",
    "area_share": "la proporción de la sección {of} que ocupan? {the} en esta imagen",
    "burden": "la proporción {of} que ocupan? {the} en el conjunto de la exploración",
    "portion": "la proporción {of} dentro {of} en el conjunto de la exploración",
    "whole_contrast": "la atenuación media {of} en el conjunto de la exploración menos la del resto {of}",
    "clearance": "la menor distancia {of} (?:al|a la|a los|a las) {name} en el conjunto de la exploración",
    "ratio_of_volumes": "la relación entre el volumen {of} y el {of} en el conjunto de la exploración",
    "cup_to_disc": "la relación vertical entre {the} y {the}", "cardiothoracic": "el índice cardiotorácico {of}",
    "distance": "la distancia entre {the} y {the}",
    "agreement": "el coeficiente de Dice medio entre los contornos de los lectores {of}",
    "interval": "(?:el|la) {name}",
    "brightness": "el brillo medio de esta imagen", "black_share": "la proporción de esta imagen que es negra",
}  # fmt: skip


def read(text: str, space: LabelSpace) -> tuple[list[Says], list[str]]:
    """What a description says, and the sentences with a number that nothing was read of."""
    found: list[Says] = []
    unread: list[str] = []
    subject: str | None = None
    for sentence in SENTENCE.split(text):
        before = len(found)
        low = sentence.lower()
        if single := list(_single(low, space)):
            found += single
            continue
        subject = _subject(sentence, space) or subject
        left = low
        for what, body in PREDICATES.items():
            for m in re.finditer(body, low):
                value = next(one for one in m.groups() if one)
                found.append(Says(what, (subject or "",), value.removesuffix(" ")))
                left = left.replace(m.group(), " ", 1)
        relations = list(_relations(low, subject, space))
        found += relations
        counted = re.findall(rf"(\d+) ({pattern(space, low)})", low)
        found += [Says("count", (name,), number) for number, name in counted if " por un " not in low]
        left = re.sub(rf"\d+ {pattern(space, low)}|{pattern(space, low)}|[\d.]+ veces", " ", left)
        if NUMBER.search(left) or (len(found) == before and NUMBER.search(low)):
            unread.append(sentence)
    return found, unread


def _subject(sentence: str, space: LabelSpace) -> str | None:
    start = re.match(
        rf"(?:(?:El|La|Los|Las|Un|Una|Este|Esta|Estos|Estas) |Se {SEEN} (?:un |una )?)({pattern(space, sentence)})",
        sentence, re.IGNORECASE,
    )  # fmt: skip
    return start[2].lower() if start else None


def _single(low: str, space: LabelSpace) -> Iterator[Says]:
    name = f"({pattern(space, low)})(?: de mayor tamaño)?"
    the, of = f"(?:el|la|los|las|este|esta) {name}", f"(?:del|de la|de los|de las|de este|de esta) {name}"
    for what, body in ONE.items():
        start = body.format(of=of, the=the, name=name)
        if m := re.match(f"{start.lower()} es (?:el )?(?:de )?{VALUE}", low):
            things = m.groups()[:-1]
            turned = what in ("area_share", "burden", "portion", "quadrant")
            yield Says(what, things[::-1] if turned else things, m.groups()[-1])
    scale = r"de 5 \(de 1, .*, a 5, .*; media de \d+ lectores\)"
    if m := re.match(rf"(?:el|la) {name} {of}(?:, en su conjunto,)? se valora en {VALUE} {scale}", low):
        yield Says("rating", (m[2], m[1]), m[3])
    if m := re.match(rf"entre {the} y {the} hay una distancia de {VALUE}", low):
        yield Says("distance", m.groups()[:-1], m.groups()[-1])


def _relations(low: str, subject: str | None, space: LabelSpace) -> Iterator[Says]:
    name = f"({pattern(space, low)})"
    the, of, to = (
        rf"(?:el|la|los|las) {name}",
        rf"(?:del|de la|de los|de las) {name}",
        rf"(?:al|a la|a los|a las) {name}",
    )
    more = "(?: de mayor tamaño)?"
    for m in re.finditer(rf"{the}{more} (?:es|son) mayor(?:es)? que {the}", low):
        yield Says("larger", m.groups())
    for m in re.finditer(rf"el área {of}{more} es ([\d.]+) veces la {of}", low):
        yield Says("larger", (m[1], m[3]), m[2])
    for m in re.finditer(rf"{the}{more} tienen? ([\d.]+) veces el área {of}", low):
        yield Says("larger", (m[1], m[3]), m[2])
    for m in re.finditer(rf"(?:dentro {of}|contenid(?:o|a|os|as) en {the})", low):
        yield Says("inside", (subject or "", m[1] or m[2]))
    for m in re.finditer(rf"(?:adyacentes?|junto) {to}", low):
        yield Says("adjacent", (subject or "", m[1]))


def denied(text: str, space: LabelSpace) -> list[str]:
    """The names of what a text says is not there."""
    found: list[str] = []
    for sentence in SENTENCE.split(text.lower()):
        if re.search(r"\bno se \w+", sentence):
            found += re.findall(pattern(space, sentence), sentence.split("no se", 1)[1])
    return found


def forms(name: Name) -> set[str]:
    return {one.lower() for one in (name.name, name.plural) if one}


ZONES = {"anterior": "anterior", "posterior": "posterior", "middle": "media", "left": "izquierda", "right": "derecha",
         "central": "central", "upper": "superior", "lower": "inferior", "center": "central", "superior": "superior",
         "inferior": "inferior"}  # fmt: skip
UNITS = {"mm2": "mm²", "px2": "px²", "pieces": "partes"}


def agrees(said: Says, fact: Fact, scene: Scene, space: LabelSpace) -> bool:
    """Whether a statement is what a fact says, by the fact's value and the names of its regions alone."""
    concepts = {region.id: region.concept for region in scene.regions}
    named = [forms(name) for rid in fact.regions if (name := space.name(concepts[rid], "es"))]
    if fact.predicate in ("rating", "interval"):
        named.append(forms(space.names["es"][space.of(fact.concept).slug]) if fact.concept else set())
    if said.things and said.things[0] and named and said.things[0] not in named[0]:
        return False
    if len(said.things) > 1 and said.things[1] not in named[-1]:
        return said.what == "adjacent" and said.things[0] in named[-1]
    if said.what == "zone":
        return said.value == " ".join(ZONES[word] for word in str(fact.value).split())
    if said.what == "side":
        words = {"left": "el lado izquierdo del paciente", "right": "el lado derecho del paciente"}
        return said.value == words.get(str(fact.value), "la línea media")
    if not said.value:
        return True
    number, _, unit = said.value.removeprefix("al menos ").partition(" ")
    decimals = len(number.partition(".")[2])
    near = 0.51 * 10.0**-decimals
    right = abs(float(number) - float(fact.value)) <= (near if fact.bound is None else 2 * near)
    same = unit in ("", UNITS.get(fact.unit or "", fact.unit)) and said.value.startswith("al menos") == (
        fact.bound is not None
    )
    return right and same
