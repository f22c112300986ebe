"""Spanish: articles and their contractions, what agrees with a noun, and how values are written.

Numbers are untouched: the digits, the decimal point and the sign of the unit are those of the English text. The
Ortografía de la lengua española (2010) allows the point beside the comma, and it is the one that both languages share.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from schemas import Dialogue, Fact, Name
from transforms.facts.format import stated, unit_name
from transforms.text.line import Line
from transforms.text.rules import GrammarError, Rules, Slots, Teller, read

FOLDER = Path(__file__).parent / "es"
GENDERS = ("m", "f")
DEFINITE = {("m", False): "el", ("f", False): "la", ("m", True): "los", ("f", True): "las"}
INDEFINITE = {"m": "un", "f": "una"}
NONE = {"m": "ningún", "f": "ninguna"}
THIS = {("m", False): "este", ("f", False): "esta", ("m", True): "estos", ("f", True): "estas"}
CONTRACTED = {("de", "el"): "del", ("a", "el"): "al"}


class UntellableError(Exception):
    """There are no Spanish words for something: the message says for what."""


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """es/words.yaml."""
    found: Mapping[str, Any] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return found


def word(table: str, key: str) -> str:
    """A word of a table of es/words.yaml. Raises UntellableError where it is not there."""
    found = words()[table].get(key)
    if found is None:
        raise UntellableError(f"no Spanish word for {key!r}: add it to {table} of es/words.yaml")
    return str(found)


def in_unit(question: str, asked: Dialogue) -> str:
    """A question with the unit that the English one asks for."""
    name = unit_name(asked.check.unit if asked.check else None)
    if name is None or not question.endswith("?") or f", in {name}?" not in asked.turns[0].text:
        return question
    return f"{question[:-1]}, en {words()['wanted'].get(name, name)}?"


def ends(fact: Fact) -> str:
    """On which scale a number without a unit is asked for, behind the question; "" of others."""
    return str(words()["ends"].get(fact.predicate, ""))


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The wordings of es/*.rules.yaml. Raises GrammarError, one line, for the first thing that is wrong: a pattern that
    cannot be read, a word that agrees with a noun and has no forms."""
    found = read({path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.rules.yaml"))})
    forms = words()["forms"]
    for word, own in forms.items():
        if len(own) not in (2, 4):
            raise GrammarError(
                f"words.yaml: forms.{word}: give two forms (one, many) or four (m, f, and their plurals)"
            )
    for rule, registers in found.items():
        for one in (one for patterns in registers.values() for one in patterns):
            for word in _agreeing(one.parts):
                if word not in forms:
                    raise GrammarError(f"{rule}: {one.source!r}: {word} has no forms; add them to words.yaml")
    return Rules(found)


def _agreeing(parts: tuple[Any, ...]) -> list[str]:
    own = [part.text for part in parts if part.kind in ("verb", "verb of other")]
    return own + [word for part in parts for word in _agreeing(part.parts)]


@dataclass(frozen=True)
class Noun:
    """A noun phrase: a name in the singular or plural, `after` what follows it; `facts` are claimed by the name."""

    name: Name
    plural: bool = False
    after: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def many(self) -> bool:
        return self.plural or self.name.many

    @property
    def bare(self) -> str:
        return self.name.plural or self.name.name if self.plural else self.name.name

    @property
    def article(self) -> str:
        if self.name.article and not self.many:
            return self.name.article
        return DEFINITE[self.name.gender, self.many]

    @property
    def _sounded(self) -> str:
        """The gender that the determiner sounds like: "un asta", "ningún asta"."""
        return "m" if self.name.article == DEFINITE["m", False] else self.name.gender

    def line(self, determiner: str = "", preposition: str = "") -> Line:
        """The phrase behind a determiner and a preposition, contracted: "del hígado"."""
        joined = CONTRACTED.get((preposition, determiner)) or " ".join(filter(None, (preposition, determiner)))
        line = Line().say(f"{joined} " if joined else "").claim(self.bare, *self.facts)
        return line.say(self.after)

    def the(self, preposition: str = "") -> Line:
        return self.line(self.article, preposition)

    def an(self, mass: bool, preposition: str = "") -> Line:
        """ "un nódulo", "cardiomegalia", "drusas"."""
        return self.line("" if mass or self.many else INDEFINITE[self._sounded], preposition)

    def no(self, mass: bool) -> Line:
        """What follows "no se observa": "ningún nódulo", "cardiomegalia"."""
        return self.line("" if mass or self.many else NONE[self._sounded])

    def this(self, preposition: str = "") -> Line:
        return self.line(THIS[self.name.gender, self.many], preposition)


@dataclass
class Agreeing(Slots):
    """Slots with the genders of the two things that words agree with."""

    gender: str = "m"
    other: str = "m"

    def thing(self, noun: Noun, line: Line | None = None) -> "Agreeing":
        """These slots, of a thing that `line` names: by default the definite phrase."""
        self.many, self.gender = noun.many, noun.name.gender
        self.words |= {"the": line or noun.the(), "of_the": noun.the("de"), "to_the": noun.the("a")}
        return self

    def second(self, noun: Noun) -> "Agreeing":
        self.others, self.other = noun.many, noun.name.gender
        self.words |= {"b": noun.the(), "of_b": noun.the("de"), "to_b": noun.the("a")}
        return self

    def value(self, name: str, text: str, *facts: Fact) -> "Agreeing":
        self.put(name, text, *facts)
        return self


@dataclass
class SpanishTeller(Teller):
    """Fills Spanish patterns. What may be left out is said wherever it is known: a fact left out would be a loss."""

    often: float = field(default=1.0)

    def agreed(self, word: str, slots: Slots, *, other: bool) -> str:
        gender = (slots.other if other else slots.gender) if isinstance(slots, Agreeing) else "m"
        forms = words()["forms"][word]
        many = slots.others if other else slots.many
        return str(forms[many] if len(forms) == 2 else forms[2 * many + GENDERS.index(gender)])


def value(fact: Fact) -> str:
    """A fact's value: "al menos 74.3 mL", "3 partes", "3.8 de 5"; signs of units as they are."""
    if fact.predicate == "both_sides":
        return str(words()["both_sides"])
    written = stated(fact)
    bound = "at least "
    start = f"{words()['at_least']} " if written.startswith(bound) else ""
    number, space, unit = written.removeprefix(bound).partition(" ")
    if unit.startswith("out of "):
        return f"{start}{number} {words()['out_of']} {unit.removeprefix('out of ')}"
    return f"{start}{number}{space}{words()['units'].get(unit, unit)}"


def zone(fact: Fact, plane: str | None) -> str:
    """ "la parte superior izquierda de la imagen", "la parte anterior izquierda del cuerpo visible (izquierda del
    paciente)": whose left it is where the plane is one that shows it. Of more than one region the body's box counts."""
    own = str(fact.value).split()
    whole = "de la imagen" if len(fact.regions) == 1 else "del cuerpo visible"
    side = next((side for side in ("left", "right") if side in own), None) if plane in ("axial", "coronal") else None
    aside = f" ({word('places', side)} del paciente)" if side else ""
    return f"la parte {zone_words(str(fact.value))} {whole}{aside}"


def zone_words(zone_: str) -> str:
    """ "superior izquierda"."""
    return " ".join(word("places", one) for one in zone_.split())


def side(fact: Fact) -> str:
    if fact.value == "midline":
        return f"la {words()['midline']}"
    return f"el lado {word('sides', str(fact.value))} del paciente"


def finish(line: Line) -> Line:
    """A sentence: the first letter raised, also behind "¿", and a full stop where no other sign ends it."""
    at = 1 if line.text.startswith("¿") else 0
    text = line.text[:at] + line.text[at : at + 1].upper() + line.text[at + 1 :]
    return Line(text if text.endswith(("?", ".")) else f"{text}.", list(line.marks))


def joined(parts: list[Line]) -> Line:
    """The parts as "a, b y c"; "e" before the sound of i."""
    if len(parts) < 2:
        return parts[0] if parts else Line()
    return Line().listed(parts, last=and_before(parts[-1].text))


def and_before(text: str) -> str:
    low = text.lower()
    return "e" if low.startswith(("i", "hi")) and not low.startswith(("hie", "hia", "io")) else "y"


def copied(slots: Agreeing) -> Agreeing:
    return replace(slots, words=dict(slots.words), facts=dict(slots.facts))
