"""Whether a clause asserts what it says of what is shown: a doubt, a condition, another time."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from transforms.checks.claims.doubt import by_report, doubt_of, doubted, numbered, of_time, today
from transforms.checks.claims.model import Item, Parsed, Strength
from transforms.checks.claims.telling import TIMES
from transforms.checks.claims.tokens import Clause
from transforms.checks.claims.words import CONDITION, NEWLY, SHIFT


class Stance(NamedTuple):
    """`shifted`: of another time or of others; `newly`: of what has changed since; `conditional`: "if ..."."""

    doubt: Strength | None
    shifted: bool
    newly: bool
    conditional: bool

    @property
    def unsure(self) -> bool:
        return bool(self.doubt) or self.shifted or self.newly or self.conditional


def rated(line: Sequence[Item]) -> bool:
    """Whether a doubt may be a rating of the source: "probably malignant (4 of 5)"."""
    if any(item.kind == "scale" or (item.kind == "mention" and item.tag == "attribute") for item in line):
        return True
    return any(
        a.tag.startswith("hedge:") and (b.tag.startswith("rate:") or b.kind in ("value", "prop"))
        for a, b in pairwise(line)
    )


def stances(line: list[Item], parts: Sequence[Clause]) -> Iterator[Stance]:
    """The stance of each clause of a sentence, each before it is read."""
    spans = [one.items[one.first : one.last] for one in parts]
    opens = [any(item.tag in CONDITION for item in span if item.kind == "word") for span in spans]
    since = opens.index(True) if any(opens) else len(parts)
    own_doubt = since < len(parts) and doubt_of(spans[since])
    everywhere = doubt_of(line) if since < len(parts) and not (since and own_doubt) else None
    for n, span in enumerate(spans):
        doubt = everywhere or doubt_of(span)
        if n + 1 < len(parts) and not parts[n + 1].groups and not doubt:
            doubt = doubt_of(spans[n + 1])  # "malaria parasites: unlikely"
        told = any(item.kind == "value" and item.tag.startswith("change") for item in span)
        shifted = any(_shifts(span, k) for k in range(len(span))) and not told
        newly = not shifted and not told and any(item.kind == "word" and item.tag in NEWLY for item in span)
        yield Stance(doubt, shifted, newly, since == 0 or n >= since)


def weighed(claims: list[Parsed], stance: Stance, span: Sequence[Item], rates: bool) -> list[Parsed]:
    """The claims of a clause, hedged where it does not assert them of what is shown. `rates`: as `rated` has it."""
    doubt, conditional = stance.doubt, stance.conditional
    if doubt and any(item.tag == "nothing" for item in span):
        return [claim._replace(hedged=True) for claim in claims]  # "nothing on this slice suggests"
    if doubt:
        return [claim if by_report(claim) or numbered(claim) else doubted(claim, doubt, rates) for claim in claims]
    if stance.shifted and not conditional and any(claim.kind == "order" for claim in claims):
        return [claim for claim in claims if claim.kind in ("order", "presence")]
    if stance.shifted or conditional:
        other = any(claim.measure == "visit|" for claim in claims)  # said of another visit, and so is only its value
        return [claim if not conditional and (of_time(claim) or (other and claim.kind == "presence"))
                else claim._replace(hedged=True) for claim in claims]  # fmt: skip
    if stance.newly:
        return [claim if claim.measure == "visit|" else today(claim) for claim in claims]
    return claims


def _shifts(span: list[Item], k: int) -> bool:
    """Whether the word at item k speaks of another time or of others: not before what a source states, which holds."""
    if span[k].kind != "word" or span[k].tag not in SHIFT:
        return False
    after = next((item for item in span[k + 1 :] if item.tag not in ("a", "an", "the", "this")), None)
    if span[k].tag == "other" and not any(item.tag.startswith("neg:") for item in span[max(k - 2, 0) : k]):
        return False  # "braces or other appliances", but not "no other lesion"
    before = span[k - 1].quantity if k else None
    counted = before is not None and before.unit in TIMES
    if counted and after is not None and (span[k].tag == "after" or after.tag == "modality"):
        return False  # "41 days after the operation", "six weeks before the film": when the picture was taken
    owned = span[k + 1 : k + 2] and (span[k + 1].kind != "word" or span[k + 1].tag in ("a", "an", "the", "her", "his"))
    if span[k].tag == "had" and owned and any(it.kind in ("fact", "value", "quantity") for it in span[k + 1 : k + 5]):
        return False  # "the patient had a blood glucose of 5.6 mmol/L"
    if span[k].tag == "used" and (after is None or after.tag != "rel:to"):
        return False
    if span[k].tag == "after" and after is not None and after.kind == "quantity" and after.quantity is not None:
        return after.quantity.unit != "ms"
    if span[k].tag == "most" and (after is None or after.tag != "rel:of"):
        return False
    return not (span[k].tag in ("after", "post", "past", "status") and after is not None and after.kind == "value")
