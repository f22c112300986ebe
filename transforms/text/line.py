"""A text being written: words, and words that assert facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas import Claim, Fact, Text


@dataclass
class Line:
    """Written from left to right; `claim` adds words that assert facts, `sentence` ends one and capitalises it."""

    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    _start: int = 0

    def say(self, words: str) -> "Line":
        self.text += words
        return self

    def claim(self, words: str, *facts: Fact) -> "Line":
        span = (len(self.text), len(self.text) + len(words))
        self.claims += [Claim(span=span, fact=fact.id) for fact in facts]
        return self.say(words)

    def listed(self, parts: Iterable["Line"], last: str = "and") -> "Line":
        """The parts as "a, b and c"."""
        found = list(parts)
        for n, part in enumerate(found):
            self.say("" if n == 0 else f" {last} " if n == len(found) - 1 else ", ")
            self.add(part)
        return self

    def add(self, part: "Line") -> "Line":
        at = len(self.text)
        self.claims += [Claim(span=(c.span[0] + at, c.span[1] + at), fact=c.fact) for c in part.claims]
        return self.say(part.text)

    def sentence(self, part: "Line") -> "Line":
        """A sentence: its first letter raised (spans keep their length), a full stop, a space before it."""
        if part.text:
            raised = part.text[0].upper()
            text = (raised if len(raised) == 1 else part.text[0]) + part.text[1:] + "."
            self.say(" " if self.text else "").add(Line(text, part.claims))
        return self

    def done(self) -> Text:
        return Text(text=self.text, claims=tuple(self.claims))
