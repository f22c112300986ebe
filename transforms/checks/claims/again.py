"""What is said again of another thing: "and the pneumothorax too", "and so is VT"."""

from transforms.checks.claims.clauses import SO, TOO
from transforms.checks.claims.model import Mention, Parsed
from transforms.checks.claims.tokens import Clause, finite
from transforms.checks.claims.words import word_set

AGAIN = word_set("stated side location rating property inclusion absence normality size area volume intensity")


def likewise(clause: Clause) -> bool:
    """ "And the pneumothorax too"."""
    said = [item for item in clause.items[clause.first : clause.last] if item.kind == "word"]
    return len(clause.groups) == 1 and any(item.tag in TOO for item in said) and not any(map(finite, said))


def so_is(clause: Clause) -> bool:
    """ "And so is VT"."""
    said = [item.tag for item in clause.items[clause.first : clause.last] if item.kind == "word" and item.tag != "and"]
    return len(clause.groups) == 1 and said[:1] != [] and said[0] in SO and len(said) <= 4


def again(found: list[Parsed], group: list[Mention]) -> list[Parsed]:
    """What was said last, said again of another thing."""
    last = next((one for one in reversed(found) if one.kind in AGAIN and one.subject is not None), None)
    if last is None:
        return []
    same = [one for one in found if one.kind == last.kind and one.span == last.span]
    return [one._replace(subject=new, span=(new.start, new.end)) for one in same[:1] for new in group]
