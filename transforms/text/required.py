"""Facts that a recipe wants told (`text.required`), said plainly at the end of a text that does not say them."""

from collections.abc import Iterable, Iterator

from schemas import Description, Fact, LabelSpace, Scene, Text
from transforms.checks.claims.annotated import check_text
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.omission import wanted
from transforms.facts import cutout, statement, wording
from transforms.facts.format import stated
from transforms.text import salience
from transforms.text.grammar import definite, indefinite, mention, number, plural
from transforms.text.line import Line
from transforms.text.names import SceneText, sided

MEASURES = {
    "area": "area", "long_axis": "long axis", "short_axis": "short axis", "volume": "volume over the whole scan",
    "diameter": "largest diameter over the whole scan", "mean_intensity": "mean value",
}  # fmt: skip
"""Predicate of one region -> what a sentence calls it."""
BETWEEN = ("inside", "adjacent", "larger", "distance")


def with_required(description: Description, scene: Scene, space: LabelSpace, required: Iterable[str]) -> Description:
    """The description with a sentence more for each required fact that its text does not claim. A fact that no plain
    sentence says, or none that the claim check bears out, is left out: the check of omissions then tells of it."""
    claimed = {claim.fact for claim in description.overall.claims}
    missing = [fact for fact in wanted(scene, space, required) if fact.id not in claimed]
    if not missing:
        return description
    told, known = SceneText(scene, space, 0, ("report",)), Evidence(scene, space)
    line = Line(description.overall.text, [(*one.span, one.fact) for one in description.overall.claims])
    for fact in missing:
        for part in said(told, fact):
            alone = Line().sentence(part).done()
            if all(one.verdict == "supported" for one in check_text(alone, scene, space, known=known)):
                line.sentence(part)
                break
    return description.model_copy(update={"overall": Text(text=line.text, claims=line.claims)})


def said(told: SceneText, fact: Fact) -> Iterator[Line]:
    """Sentences that say a fact, without a capital and a full stop; none where there are no words for it, as there are
    none for a cut-out that no text shows."""
    if fact.predicate in cutout.PREDICATES:
        return
    entry = told.entry(fact.concept) if fact.concept is not None and fact.predicate not in statement.STATED else None
    name = _name(told, fact.regions[0]) if fact.regions and told.name(fact.regions[0]) else None
    if fact.predicate == "present" and entry is not None:
        yield (
            Line()
            .claim(plural(entry) if len(fact.regions) > 1 else indefinite(entry), fact)
            .say(" are shown" if entry.many or len(fact.regions) > 1 else " is shown")
        )
    elif fact.predicate == "absent" and entry is not None:
        yield Line().claim(f"no {mention(entry)} {'are' if entry.many else 'is'} seen", fact)
    elif fact.predicate == "count" and entry is not None:
        words = f"{number(int(fact.value))} {plural(entry)}" if fact.value != 1 else f"one {entry.concept.label}"
        yield Line().claim(words, fact).say(" are shown" if fact.value != 1 else " is shown")
    elif fact.predicate in MEASURES and name is not None:
        yield Line().say(f"the {MEASURES[fact.predicate]} of ").add(name).say(" is ").claim(stated(fact), fact)
    elif fact.predicate == "zone" and name is not None:
        yield Line().add(name).say(f" {_lies(told, fact)} ").claim(told.place(fact), fact)
    elif fact.predicate == "side" and name is not None:
        yield Line().add(name).say(f" {_lies(told, fact)} ").claim(sided(fact), fact)
    elif fact.predicate in BETWEEN and all(told.name(rid) for rid in fact.regions):
        yield told.teller.say(fact.predicate, salience.related(told, fact))
    elif fact.predicate == "modality" and entry is not None:
        yield Line().say("this is ").claim(indefinite(entry), fact)
    elif fact.predicate == "interval" and entry is not None:
        yield Line().say(f"the {entry.concept.label} is ").claim(stated(fact), fact)
    if fact.predicate in statement.STATED:  # whose names are the source's
        sentence = _stated(told, fact)
    else:
        sentence = wording.sentence(fact, told.name, lambda c: definite(told.entry(c)))
    if sentence is not None:
        yield Line().claim(sentence, fact)


def _stated(told: SceneText, fact: Fact) -> str | None:
    return statement.sentence(fact, told.scene.view.frame) if not fact.regions else None


def _name(told: SceneText, rid: str) -> Line:
    """ "The liver", which is said to be there by naming it."""
    present = next((one for one in told.facts["present"] if rid in one.regions), None)
    words = told.name(rid) or ""
    return Line().claim(words, present) if present is not None else Line().say(words)


def _lies(told: SceneText, fact: Fact) -> str:
    return told.verbs(fact.regions[0])["lies"]
