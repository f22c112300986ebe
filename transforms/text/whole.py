"""The description of a whole volume or clip: what it is, how it is made up, what it shows and how large that is."""

from collections.abc import Iterator

from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import stated
from transforms.text import picture
from transforms.text.absent import absences
from transforms.text.grammar import article, indefinite, mention, verbs
from transforms.text.line import Line
from transforms.text.listing import imaged
from transforms.text.listing import picture as named
from transforms.text.marks import angles, sliced
from transforms.text.measures import measures
from transforms.text.names import SceneText
from transforms.text.rules import Slots
from transforms.text.stated import stated as reported

MOST_MARKED = 8
NOUNS = {"volume": "scan", "clip": "clip"}
HEADERS = ("whole.header", "whole.header_part", "whole.header_made", "whole.header_bare")


def overview(told: SceneText) -> Line:
    """The sentences of the global description, in order."""
    line = Line().sentence(header(told))
    found = list(picture.findings(told)) if told.scene.view.frame == "volume" else []
    scan = (*found, _others(told), *picture.anatomy(told, found), *picture.shown(told), *_marked(told), *angles(told))
    shown = (_seen(told),) if told.scene.view.frame == "clip" else scan
    for part in (*shown, *absences(told), *reported(told), *measures(told, None)):
        line.sentence(part)
    return line


def header(told: SceneText) -> Line:
    """Modality, body part, and how many slices or frames there are."""
    noun = NOUNS[told.scene.view.frame]
    modality = told.facts["modality"][0] if told.facts["modality"] else None
    name = named(told, modality)  # "CT image": a CT scan; a "mammogram" is none
    name = name.removesuffix(" image") if name.endswith(" image") or modality is None else str(modality.value)
    slots = Slots().put("noun", noun)
    if modality and name:
        slots.put("kind", name, modality)
        slots.words["a_kind"] = Line().say(article(name).removesuffix(name)).claim(name, modality)
    else:
        slots.put("kind", "medical").put("a_kind", "a medical")
    parts = imaged(told, name)
    if parts:
        slots.words["part"] = Line().listed(parts)
    made = [Line().claim(f"{fact.value} {name}", fact) for name in ("slices", "frames") for fact in told.facts[name]
            if fact.value != 1]  # fmt: skip
    made += [Line().claim(f"a slice spacing of {stated(fact)}", fact) for fact in told.facts["slice_spacing"]]
    if made:
        slots.words["made"] = Line().listed(made)
    return next(line for rule in HEADERS if (line := told.teller.say(rule, slots)).text)


def _others(told: SceneText) -> Line:
    """The findings that are drawn, after the first few, by name: no slice can tell of all of them."""
    facts = [fact for fact in picture.drawn(told) if fact.concept][picture.MAX_FINDINGS :]
    return _listed(told, "whole.others", [
        (Line().claim(indefinite(told.entry(fact.concept)), fact), told.entry(fact.concept).many)
        for fact in facts if fact.concept
    ])  # fmt: skip


def _marked(told: SceneText) -> Iterator[Line]:
    """On which slices the source marks what it draws no outline of: ranges, and what a name singles out."""
    first = sorted((*told.facts["marked_slice"], *told.facts["first_slice"]), key=lambda f: (float(f.value), f.id))
    for fact in first[:MOST_MARKED]:
        region = told.regions[fact.regions[0]]
        name = told.name(region.id) or (mention(told.entry(region.concept)) if region.slices is not None else None)
        if name is not None:
            yield sliced(told, region.id, name)


def _seen(told: SceneText) -> Line:
    """What a clip shows. A thing outlined on three of its pictures is one thing: nothing is counted."""
    entries = [(told.entry(fact.concept), fact) for fact in told.facts["present"] if fact.concept]
    shown = [(entry, fact) for entry, fact in entries if entry.slug not in CONTAINERS | RESIDUAL]
    return _listed(told, "whole.shown", [(Line().claim(mention(entry), fact), entry.many) for entry, fact in shown])


def _listed(told: SceneText, rule: str, parts: list[tuple[Line, bool]]) -> Line:
    if not parts:
        return Line()
    slots = Slots(many=len(parts) > 1 or parts[0][1]).put("noun", NOUNS[told.scene.view.frame])
    slots.put("it", verbs(slots.many)["it"])
    slots.words["list"] = Line().listed([line for line, _ in parts])
    return told.teller.say(rule, slots)
