"""How long a film or a recording lasts, and how thick slices are: what is said of the record and of nothing in it."""

import re
from collections.abc import Iterator

from schemas import Fact
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Parsed
from transforms.checks.claims.reading import Reading
from transforms.checks.claims.ruling import Ruling, no, unknown, yes
from transforms.checks.claims.values import fits
from transforms.checks.claims.words import UNITS, word_set

MEASURE = "recording|"
RECORDS = word_set(
    "film films clip clips video videos recording recordings recorded record excerpt excerpts strip tracing ecg ekg"
    " electrocardiogram loop cine signal signals footage frames rhythm"
)
_LENGTH = re.compile(r"\b(?:length|duration)\b")
_OWN = re.compile(r"recording|film|clip|video|strip|signal|acquisition|^(?:length|duration)$")
_RATE = re.compile(r"\b(?:frame rate|frames per second)\b")
ALLOWED = 0.02
"""Of a length that is worked out from frames, as a share."""


def of_record(reading: Reading) -> bool:
    """Whether a span of time is said of the recording: it is named, and nothing in it is."""
    clause = reading.clause
    if any(group[0].facet in ("anatomy", "finding", "attribute") for group in clause.groups) or reading.negated(0):
        return False
    said = (word for item in clause.items[clause.first : clause.last] for word in (item.tag, *item.names))
    return not RECORDS.isdisjoint(said)


def judge(claim: Parsed, known: Evidence) -> Ruling:
    """By the length that the source states, or by the number of frames and their rate."""
    assert claim.quantity is not None
    lengths = list(_lengths(known))
    for fact, value in lengths:
        if fits(value, claim.quantity, ALLOWED * value):
            return yes(fact, "so long it lasts")
    return no(lengths[0][0], f"{lengths[0][1] / 1000:g} s") if lengths else unknown("how long it lasts is not known")


def _lengths(known: Evidence) -> Iterator[tuple[Fact, float]]:
    """The facts that tell the length, each with it in milliseconds."""
    rates = []
    for fact in known.facts["measurement"]:
        name, read = str(fact.name).casefold(), UNITS.get((fact.unit or "").casefold())
        if isinstance(fact.value, str | bool):
            continue
        if read is not None and read[0] == "ms" and _LENGTH.search(name) and _OWN.search(name):
            yield fact, float(fact.value) * read[1]
        if _RATE.search(name) and float(fact.value) > 0:
            rates.append(float(fact.value))
    for fact in known.facts["frames"] if len(rates) == 1 else ():
        yield fact, 1000.0 * float(fact.value) / rates[0]


def thickness(known: Evidence) -> list[Fact]:
    """The facts that tell how thick slices are, or how far apart they lie."""
    stated = (fact for fact in known.facts["measurement"] if "slice thickness" in str(fact.name).casefold())
    return [*stated, *known.facts["slice_spacing"]]
