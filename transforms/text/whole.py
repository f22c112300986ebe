"""The description of a whole volume or clip: what it is, how it is made up, what it shows and how large that is."""

from collections.abc import Iterator

from schemas import Fact
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import stated
from transforms.text.absent import absences
from transforms.text.grammar import article, definite, indefinite, mention, number, plural, verbs
from transforms.text.line import Line
from transforms.text.marks import angles, sliced
from transforms.text.measures import measures
from transforms.text.names import SceneText
from transforms.text.overview import MAX_FINDINGS, MAX_SHOWN, findings, picture
from transforms.text.stated import stated as reported

NOUNS = {"volume": "scan", "clip": "clip"}
MOST_SIZES = 4
MOST_MARKED = 8


def overview(told: SceneText) -> Line:
    """The sentences of the global description, in order."""
    line = Line().sentence(header(told))
    scan = (_shown(told), *findings(told), _others(told), *sizes(told), *_marked(told), *angles(told))
    for part in (
        *((_seen(told),) if told.scene.view.frame == "clip" else scan),
        *absences(told),
        *reported(told),
        *measures(told, None),
    ):
        line.sentence(part)
    return line


def header(told: SceneText) -> Line:
    """Modality, body part, and how many slices or frames there are."""
    noun = NOUNS[told.scene.view.frame]
    modality = told.facts["modality"][0] if told.facts["modality"] else None
    name = picture(told, modality)  # "CT image": a CT scan; a "mammogram" is none
    name = name.removesuffix(" image") if name.endswith(" image") or modality is None else str(modality.value)
    first = f"{name} {noun}" if name else noun
    line = Line().say(told.pick("", "this is ")).say(article(first)[: -len(first)])
    if modality and name:
        line.claim(name, modality).say(" ")
    line.say(noun)
    parts = [Line().claim(definite(told.entry(f.concept)), f) for f in told.facts["body_part"] if f.concept]
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
        return Line().claim(f"{number(int(count.value))} {plural(entry)}", count, fact)
    several = len(fact.regions) > 1 and not entry.mass and entry.side is None
    return Line().claim(plural(entry) if several else mention(entry), fact)


def _others(told: SceneText) -> Line:
    """The findings that are drawn, after the first few, by name: no slice can tell of all of them."""
    facts = [fact for fact in told.facts["present"] if fact.concept and told.entry(fact.concept).facet == "finding"]
    drawn = [(told.entry(fact.concept), fact) for fact in facts if fact.regions and fact.concept][MAX_FINDINGS:]
    if not drawn:
        return Line()
    is_ = verbs(len(drawn) > 1 or drawn[0][0].many)["is"]
    return Line().listed([Line().claim(indefinite(entry), fact) for entry, fact in drawn]).say(f" {is_} present")


def sizes(told: SceneText) -> Iterator[Line]:
    """The volumes of the largest regions that a name singles out."""
    ranked = sorted(told.facts["volume"], key=lambda fact: -float(fact.value))
    named = [(fact, name) for fact in ranked if _own(told, fact) and (name := told.name(fact.regions[0]))]
    for fact, name in named[:MOST_SIZES]:
        yield Line().claim(f"the volume of {name} is {stated(fact)}", fact)


def _marked(told: SceneText) -> Iterator[Line]:
    """On which slices the source marks what it draws no outline of: ranges, and what a name singles out."""
    first = sorted((*told.facts["marked_slice"], *told.facts["first_slice"]), key=lambda f: (float(f.value), f.id))
    for fact in first[:MOST_MARKED]:
        region = told.regions[fact.regions[0]]
        name = told.name(region.id) or (mention(told.entry(region.concept)) if region.slices is not None else None)
        if name is not None:
            yield sliced(told, region.id, name)


def _own(told: SceneText, fact: Fact) -> bool:
    return bool(fact.regions) and told.entry(told.regions[fact.regions[0]].concept).slug not in CONTAINERS


def _seen(told: SceneText) -> Line:
    """What a clip shows. A thing outlined on three of its pictures is one thing: nothing is counted."""
    facts = [fact for fact in told.facts["present"] if fact.concept]
    slugs = {fact.id: told.entry(fact.concept).slug for fact in facts if fact.concept}
    told_of = [fact for fact in facts if slugs[fact.id] not in CONTAINERS | RESIDUAL]
    parts = [Line().claim(mention(told.entry(fact.concept)), fact) for fact in told_of if fact.concept]
    return Line().say("it shows ").listed(parts) if parts else Line()
