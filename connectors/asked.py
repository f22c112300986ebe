"""A pattern of a card as what has to be found of it: the folders that lead to it, by their names, and the rest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from connectors import packed, patterns

_FIELD = re.compile(r"\{\w+(:)?(?:[^{}]|\{[^{}]*\})*\}")


@dataclass(frozen=True)
class Asked:
    """A pattern as its leading folders, which are plain names, and the rest of it."""

    lead: tuple[str, ...]
    rest: str

    @classmethod
    def of(cls, text: str, known: Mapping[str, tuple[str, ...]]) -> Iterator["Asked"]:
        """One for each of the plain names that leading folders may have. `known`: the values of fields that can have
        few."""
        steps = text.split("/")
        for step in steps[:-1]:
            name = next((name for name in patterns.names(step) if name in known), None)
            if name is not None:
                for value in known[name]:
                    yield from cls.of(patterns.bind(text, {name: value}), known)
                return
            if not patterns.plain(step):
                break
        yield cls.plain(text)

    @classmethod
    def plain(cls, text: str) -> "Asked":
        """A pattern as it is written."""
        steps = text.split("/")
        lead = tuple(takewhile(patterns.plain, steps[:-1]))
        return cls(lead, "/".join(steps[len(lead) :]))

    @property
    def folder(self) -> str:
        return "/".join(self.lead)

    @property
    def pattern(self) -> patterns.Pattern:
        return patterns.pattern(packed.joined(self.folder, self.rest))

    @property
    def published(self) -> str:
        """What may lie elsewhere: the leading folders, or the one file that is asked for."""
        return packed.joined(self.folder, self.rest) if patterns.plain(self.rest) else self.folder

    def tells(self, kept: int) -> bool:
        """Whether the pattern without its first `kept` folders still tells this set from any other: by a name, or by
        what a field may be."""
        steps = [*self.lead[kept:], *self.rest.split("/")]
        steps[-1] = steps[-1].rpartition(".")[0]
        said = "/".join(steps)
        return any(found[1] for found in _FIELD.finditer(said)) or bool(re.search(r"\w{2}", _FIELD.sub("", said)))
