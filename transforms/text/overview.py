"""The description of a whole scene: what it is, what it shows, the principal findings, what is not there."""

from schemas import Level
from transforms.facts.base import NEGATIONS, RESIDUAL
from transforms.text import document, marks, picture
from transforms.text.absent import absences
from transforms.text.grammar import indefinite, verbs
from transforms.text.line import Line
from transforms.text.measures import measures
from transforms.text.names import SceneText
from transforms.text.signal import intervals
from transforms.text.stated import stated as reported

MAX_STATED = 12
STATES: tuple[tuple[bool, Level | None, str], ...] = (
    (False, None, "present"), (True, None, "under way"), (False, "series", "present in the examination"),
    (False, "study", "present in the examination"), (False, "visit", "present in the examination"),
    (False, "eye", "present"), (False, "patient", "present in the patient"),
)  # fmt: skip
"""What is said of a finding that is not drawn: whether it goes on, what it was said of, and the words."""


def overview(told: SceneText) -> Line:
    """The sentences of the global description, in order: of a document, a signal or a picture."""
    if told.scene.view.frame == "text":
        return document.overall(told)
    line = Line().sentence(picture.header(told))
    found = list(picture.findings(told))
    drawn = (*found, *picture.anatomy(told, found), *picture.shown(told), *marks.structures(told))
    drawn += (*marks.lines(told), *marks.angles(told))
    said = (*stated_only(told), *absences(told), intervals(told), *marks.spans(told), *reported(told))
    said += (*measures(told, None),)
    for part in (*drawn, *said, *picture.impressions(told, bool(found))):
        line.sentence(part)
    return line


def stated_only(told: SceneText) -> list[Line]:
    """The findings that a source states of the picture and nothing outlines."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "finding"]
    facts = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in RESIDUAL]
    slugs = {told.entry(fact.concept).slug for fact in facts if fact.concept}
    implied = {above for slug in slugs for above in told.space.ancestors(slug)}
    implied |= set(NEGATIONS.values()) if len(slugs) > 1 else set()
    stated_only = [fact for fact in facts if fact.concept and not marks.drawn(told, fact)]
    entries = [(told.entry(fact.concept), fact) for fact in stated_only if fact.concept]
    lines = []
    for acts, level, say in STATES:
        parts = [pair for pair in entries if told.under_way(pair[0]) is acts and pair[1].level == level]
        parts = [pair for pair in parts if pair[0].slug not in implied]
        if parts:
            is_ = verbs(len(parts) > 1 or parts[0][0].many)["is"]
            listed = [Line().claim(indefinite(entry), fact) for entry, fact in parts[:MAX_STATED]]
            lines.append(Line().listed(listed).say(f" {is_} {say}"))
    return lines
