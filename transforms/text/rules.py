"""The wordings of `transforms/text/grammar/*.yaml`: rules with patterns, filled from left to right.

A rule has patterns for every register (`any`) and for single ones. In a pattern

    {name}          is a slot: words, often with the facts that they assert
    {~lies}         a verb that agrees with what the pattern speaks of; {~~lies} with the other of two
    [words|fact]    words that assert facts by themselves; several facts are parted by commas
    (words)         is said, or not, where its slots are there
    <rule>          another rule

and a backslash takes the meaning from the sign after it. A pattern is open to a scene that has all its slots and facts:
so what can be said is decided by what is known, and how by the seed.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import yaml

from schemas import Fact, Register
from transforms.text.grammar import agree
from transforms.text.line import Line

FOLDER = Path(__file__).parent / "grammar"
REGISTERS: tuple[Register, ...] = get_args(Register)
ANY = "any"
OFTEN = 0.7
"""How often what may be left out is said."""

_SIGN = re.compile(r"\\(.)|\{(~{0,2})([A-Za-z][a-z_]*)\}|<([a-z][a-z_.]*)>|([\[\]()|])")
_CLOSES = {"[": "|", "(": ")"}


class GrammarError(ValueError):
    """One line: the file, the rule, what is wrong with which pattern."""


Kind = Literal["words", "slot", "verb", "verb of other", "rule", "claim", "maybe"]


class Part(NamedTuple):
    """A piece of a pattern: `words` as they stand, a slot, a verb, a rule; or a group that holds pieces."""

    kind: Kind
    text: str = ""
    parts: tuple["Part", ...] = ()
    facts: tuple[str, ...] = ()


class Pattern(NamedTuple):
    """`needs`: slots and facts that it cannot do without; `calls`: rules that it cannot do without."""

    source: str
    parts: tuple[Part, ...]
    needs: frozenset[str]
    calls: tuple[str, ...]


@dataclass
class Slots:
    """What a pattern may be filled with. `many`: whether its subject is a plural; `others`: whether the other is."""

    words: dict[str, Line] = field(default_factory=dict)
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    many: bool = False
    others: bool = False

    def known(self) -> set[str]:
        return self.words.keys() | self.facts.keys()

    def put(self, name: str, words: str, *facts: Fact) -> "Slots":
        self.words[name] = Line().claim(words, *facts)
        return self

    def over(self, **words: Line) -> "Slots":
        """These slots with others laid over them."""
        return replace(self, words={**self.words, **words})


class Rules:
    """The rules of all files by name, each as register -> patterns."""

    def __init__(self, rules: Mapping[str, Mapping[str, tuple[Pattern, ...]]]) -> None:
        self.patterns = rules
        self._open: dict[tuple[str, str], tuple[Pattern, ...]] = {}

    def of(self, rule: str, register: str) -> tuple[Pattern, ...]:
        """The patterns of a rule in a register: its own, then those of any."""
        if (rule, register) not in self._open:
            own = self.patterns[rule]
            self._open[rule, register] = own.get(register, ()) + own.get(ANY, ())
        return self._open[rule, register]

    def fitting(self, rule: str, register: str, known: set[str]) -> list[Pattern]:
        return [
            one
            for one in self.of(rule, register)
            if one.needs <= known and all(self.fitting(name, register, known) for name in one.calls)
        ]


@dataclass
class Teller:
    """Says what rules allow, in one register; of the patterns that fit, one of those said least often so far. `often`:
    how often what may be left out is said."""

    rules: Rules
    register: Register
    rng: random.Random
    said: Counter[str] = field(default_factory=Counter)
    often: float = OFTEN

    def can(self, rule: str, slots: Slots) -> bool:
        return bool(self.rules.fitting(rule, self.register, slots.known()))

    def say(self, rule: str, slots: Slots) -> Line:
        """A line by a rule; an empty one where no pattern of it fits."""
        fitting = self.rules.fitting(rule, self.register, slots.known())
        if not fitting:
            return Line()
        least = min(self.said[one.source] for one in fitting)
        chosen = self.rng.choice([one for one in fitting if self.said[one.source] == least])
        self.said[chosen.source] += 1
        return self._fill(chosen.parts, slots)

    def agreed(self, word: str, slots: Slots, *, other: bool) -> str:
        """A word in the form that the thing wants, or the other of two."""
        return agree(word, slots.others if other else slots.many)

    def _fill(self, parts: Sequence[Part], slots: Slots) -> Line:
        line = Line()
        for part in parts:
            if part.kind == "words":
                line.say(part.text)
            elif part.kind == "slot":
                line.add(slots.words[part.text])
            elif part.kind in ("verb", "verb of other"):
                line.say(self.agreed(part.text, slots, other=part.kind != "verb"))
            elif part.kind == "rule":
                line.add(self.say(part.text, slots))
            elif part.kind == "claim":
                self._claim(line, part, slots)
            elif _needs(part.parts) <= slots.known() and self.rng.random() < self.often:
                line.add(self._fill(part.parts, slots))
        return line

    def _claim(self, line: Line, part: Part, slots: Slots) -> None:
        start = len(line.text)
        line.add(self._fill(part.parts, slots))
        facts = (fact for name in part.facts for fact in slots.facts[name])
        line.marks += [(start, len(line.text), fact.id) for fact in facts]


def _needs(parts: Sequence[Part]) -> frozenset[str]:
    found: set[str] = set()
    for part in parts:
        if part.kind == "slot":
            found.add(part.text)
        elif part.kind == "claim":
            found |= {*part.facts, *_needs(part.parts)}
    return frozenset(found)


def _calls(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(name for part in parts for name in (
        (part.text,) if part.kind == "rule" else _calls(part.parts) if part.kind == "claim" else ()
    ))  # fmt: skip


def pattern(source: str) -> Pattern:
    """A pattern as written. Raises ValueError where a bracket is not closed, or a sign stands where none may."""
    parts, rest = _parts(source, 0, "")
    if rest != len(source):
        raise ValueError(f"{source[rest]!r} at {rest} closes nothing")
    return Pattern(source, tuple(parts), _needs(parts), _calls(parts))


def _parts(source: str, at: int, until: str) -> tuple[list[Part], int]:
    found: list[Part] = []
    while at < len(source):
        match = _SIGN.search(source, at)
        stop = match.start() if match else len(source)
        if stop > at:
            found.append(Part("words", source[at:stop]))
        if match is None:
            return found, stop
        escaped, verb, slot, rule, sign = match.groups()
        at = match.end()
        if escaped:
            found.append(Part("words", escaped))
        elif slot:
            kinds: tuple[Kind, ...] = ("slot", "verb", "verb of other")
            found.append(Part(kinds[len(verb)], slot))
        elif rule:
            found.append(Part("rule", rule))
        elif sign in _CLOSES:
            inner, at = _parts(source, at, _CLOSES[sign])
            if at >= len(source):
                raise ValueError(f"{sign!r} is not closed")
            at += 1
            if sign == "(":
                found.append(Part("maybe", parts=tuple(inner)))
            else:
                end = source.find("]", at)
                if end < 0:
                    raise ValueError("'[' is not closed")
                found.append(Part("claim", parts=tuple(inner), facts=tuple(source[at:end].split(","))))
                at = end + 1
        elif sign == until:
            return found, at - 1
        else:
            return found, at - 1
    return found, at


@lru_cache(maxsize=1)
def rules() -> Rules:
    """All the rules. Raises GrammarError, one line, for the first thing that is wrong."""
    return Rules(read({path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.rules.yaml"))}))


def read(files: Mapping[str, str]) -> dict[str, dict[str, tuple[Pattern, ...]]]:
    """Rule -> register -> patterns, of files by name. Raises GrammarError."""
    found: dict[str, dict[str, tuple[Pattern, ...]]] = {}
    for name, text in files.items():
        loaded = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if not isinstance(loaded, dict):
            raise GrammarError(f"{name}: no mapping of rules")
        for rule, own in loaded.items():
            if rule in found:
                raise GrammarError(f"{name}: {rule}: is there twice; merge the two")
            found[rule] = dict(_registers(name, rule, own))
    for rule, own in found.items():
        for one in (one for patterns in own.values() for one in patterns):
            for called in one.calls:
                if called not in found:
                    raise GrammarError(f"{rule}: {one.source!r} calls {called}, which is no rule")
    return found


def _registers(name: str, rule: str, own: object) -> Iterator[tuple[str, tuple[Pattern, ...]]]:
    if not isinstance(own, dict) or not own:
        raise GrammarError(f"{name}: {rule}: give a mapping of registers to patterns")
    for register, patterns in own.items():
        if register not in (ANY, *REGISTERS):
            raise GrammarError(f"{name}: {rule}: {register} is no register; there are {', '.join((ANY, *REGISTERS))}")
        if not isinstance(patterns, list) or not all(isinstance(one, str) and one for one in patterns):
            raise GrammarError(f"{name}: {rule}.{register}: give a list of patterns")
        if len(set(patterns)) < len(patterns):
            raise GrammarError(f"{name}: {rule}.{register}: a pattern is there twice")
        yield register, tuple(_pattern(name, rule, one) for one in patterns)


def _pattern(name: str, rule: str, source: str) -> Pattern:
    try:
        return pattern(source)
    except ValueError as error:
        raise GrammarError(f"{name}: {rule}: {source!r}: {error}") from error
