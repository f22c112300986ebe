"""A text being written: words, and words that assert facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas import Claim, Fact, Text


@dataclass
class Line:
    """Written from left to right; `claim` adds words that assert facts, `sentence` ends one and capitalises it.
    `marks`: (start, end, fact id) of each claim, for lines are put into lines and every one moves its claims."""

    text: str = ""
    marks: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(Claim(span=(start, end), fact=fact) for start, end, fact in self.marks)

    def say(self, words: str) -> "Line":
        self.text += words
        return self

    def claim(self, words: str, *facts: Fact) -> "Line":
        start, end = len(self.text), len(self.text) + len(words)
        self.marks += [(start, end, fact.id) for fact in facts]
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
        self.marks += [(start + at, end + at, fact) for start, end, fact in part.marks]
        return self.say(part.text)

    def sentence(self, part: "Line") -> "Line":
        """A sentence: its first letter raised (spans keep their length), a full stop, a space before it."""
        if part.text:
            raised = part.text[0].upper()
            text = (raised if len(raised) == 1 else part.text[0]) + part.text[1:] + "."
            self.say(" " if self.text else "").add(Line(text, part.marks))
        return self

    def done(self) -> Text:
        return Text(text=self.text, claims=self.claims)
