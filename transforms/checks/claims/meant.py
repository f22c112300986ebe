"""What "it", "which" and a clause without a subject mean, from one clause of a sentence to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.checks.claims.model import Mention
from transforms.checks.claims.tokens import Clause
from transforms.checks.claims.words import NEAREST


@dataclass
class Meant:
    """`it`: what "it" means; `nearest`: what was named last, which "which" means; `resumed`: what a clause is about
    that goes on after one with "which"."""

    it: list[Mention]
    nearest: list[Mention]
    resumed: list[Mention] | None = None

    def by(self, clause: Clause, ahead: Sequence[list[Mention]]) -> list[Mention]:
        """What the pronoun of a clause means. `ahead`: of the first clause, what the next one names."""
        relative = _relative(clause)
        if relative:
            placed = bool(self.it and self.nearest) and self.it[0].within == self.nearest[0].slugs
            self.resumed = list(self.it if placed else self.nearest)  # "a lesion in the liver, which ..."
        if ahead and not clause.groups and not self.it:
            self.resumed = ahead[0]  # "with -835 HU on average, the right lung ..."
        if relative:
            return self.nearest
        return self.resumed if self.resumed and not clause.groups else self.it

    def after(self, clause: Clause, now: list[Mention], unsure: bool) -> None:
        """Goes on behind a clause, `now` being what "it" means after it."""
        if not _relative(clause):
            self.it = [] if unsure else now
        self.nearest = clause.groups[-1] if clause.groups else self.it


def _relative(clause: Clause) -> bool:
    span = clause.items[clause.first : clause.last]
    return any(item.tag in NEAREST for item in span[:2])
