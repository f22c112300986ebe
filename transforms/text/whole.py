"""The description of a whole volume or clip: what it is, how it is made up, what it shows and how large that is."""

from collections.abc import Iterator

from schemas import Fact
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import stated
from transforms.text.line import Line
from transforms.text.names import SceneText, article, number
from transforms.text.overview import MAX_FINDINGS, MAX_SHOWN, absences, findings
from transforms.text.stated import stated as reported

NOUNS = {"volume": "scan", "clip": "clip"}
MOST_SIZES = 4


def overview(told: SceneText) -> Line:
    """The sentences of the global description, in order."""
    line = Line().sentence(header(told))
    scan = (_shown(told), *findings(told), _others(told), *sizes(told))
    for part in (*((_seen(told),) if told.scene.view.frame == "clip" else scan), *absences(told), *reported(told)):
        line.sentence(part)
    return line


def header(told: SceneText) -> Line:
    """Modality, body part, and how many slices or frames there are."""
    noun = NOUNS[told.scene.view.frame]
    modality = told.facts["modality"][0] if told.facts["modality"] else None
    first = f"{modality.value} {noun}" if modality else noun
    line = Line().say(told.pick("", "this is ")).say(article(first)[: -len(first)])
    if modality:
        line.claim(str(modality.value), modality).say(" ")
    line.say(noun)
    parts = [Line().claim(told.the(told.entry(f.concept)), f) for f in told.facts["body_part"] if f.concept]
    if parts:
        line.say(" of ").listed(parts)
    made = [Line().claim(f"{fact.value} {name}", fact) for name in ("slices", "frames") for fact in told.facts[name]
            if fact.value != 1]  # fmt: skip
    made += [Line().claim(f"a slice spacing of {stated(fact)}", fact) for fact in told.facts["slice_spacing"]]
    return line.say(" with ").listed(made) if made else line


def _shown(told: SceneText) -> Line:
    """The organs of a scan, the largest first."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "anatomy"]
    inner = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in CONTAINERS]
    size = {fact.regions[0]: float(fact.value) for fact in told.facts["volume"] if fact.regions}
    ranked = sorted(inner or facts, key=lambda fact: -max((size.get(rid, 0.0) for rid in fact.regions), default=0.0))
    parts = [_organ(told, fact) for fact in ranked[:MAX_SHOWN]]
    return Line().say(told.pick("it shows ", "the scan shows ")).listed(parts) if parts else Line()


def _organ(told: SceneText, fact: Fact) -> Line:
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    count = next((one for one in told.facts["count"] if one.concept == fact.concept and int(one.value) > 1), None)
    if count is not None:
        return Line().claim(f"{number(int(count.value))} {told.many(entry)}", count, fact)
    several = len(fact.regions) > 1 and not entry.mass and entry.side is None
    return Line().claim(told.many(entry) if several else told.the(entry), fact)


def _others(told: SceneText) -> Line:
    """The findings after the first few, by name: a scan may have a dozen labels, and no slice can tell of them."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "finding"]
    parts = [Line().claim(_thing(told, fact), fact) for fact in facts[MAX_FINDINGS:]]
    return Line().listed(parts).say(" is present" if len(parts) == 1 else " are present") if parts else Line()


def sizes(told: SceneText) -> Iterator[Line]:
    """The volumes of the largest regions that a name singles out."""
    ranked = sorted(told.facts["volume"], key=lambda fact: -float(fact.value))
    named = [(fact, name) for fact in ranked if _own(told, fact) and (name := told.name(fact.regions[0]))]
    for fact, name in named[:MOST_SIZES]:
        yield Line().claim(f"the volume of {name} is {stated(fact)}", fact)


def _own(told: SceneText, fact: Fact) -> bool:
    return bool(fact.regions) and told.entry(told.regions[fact.regions[0]].concept).slug not in CONTAINERS


def _seen(told: SceneText) -> Line:
    """What a clip shows. A thing outlined on three of its pictures is one thing: nothing is counted."""
    facts = [fact for fact in told.facts["present"] if fact.concept]
    slugs = {fact.id: told.entry(fact.concept).slug for fact in facts if fact.concept}
    told_of = [fact for fact in facts if slugs[fact.id] not in CONTAINERS | RESIDUAL]
    parts = [Line().claim(_thing(told, fact), fact) for fact in told_of]
    return Line().say("it shows ").listed(parts) if parts else Line()


def _thing(told: SceneText, fact: Fact) -> str:
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    definite = entry.mass or entry.facet == "anatomy"
    return told.the(entry) if definite else article(entry.concept.label)
