"""Questions beyond the templates, each about one fact, whose answer is a sentence that says that fact."""

import re
from collections.abc import Mapping
from typing import Any

from schemas import Dialogue, Fact, TextMaker, Turn
from transforms.checks.claims import check
from transforms.facts.format import stated
from transforms.tasks.judged import check_of, difficulty_of
from transforms.tasks.scoring import score
from transforms.text.answers import RefusedError, refuse
from transforms.text.jobs.base import Material, Reading, facts_of, stands
from transforms.text.prompts import prompt

NAME = "questions"
VERSION = "1"
SHOWS = False
MANY = 3

ASKS: Mapping[str, frozenset[str]] = {
    "modality": frozenset({"modality", "kind", "type", "imaging"}), "plane": frozenset({"plane", "orientation"}),
    "count": frozenset({"many", "number"}), "area": frozenset({"area"}), "volume": frozenset({"volume"}),
    "long_axis": frozenset({"long", "longest", "length"}), "short_axis": frozenset({"short", "shortest", "width"}),
    "diameter": frozenset({"diameter"}), "mean_intensity": frozenset({"attenuation", "intensity", "density"}),
    "zone": frozenset({"where", "part", "located", "location"}), "side": frozenset({"side"}),
}  # fmt: skip
"""Predicate -> words of which a question about it has one: what else was asked, nobody could tell."""
_WORD = re.compile(r"\w+")


def given(material: Material) -> dict[str, Any] | None:
    """The facts that may be asked for, of things that words tell apart."""
    facts = {fact.id: fact for fact in material.scene.facts}
    told = [row for row in facts_of(material) if _askable(facts[row["id"]], material)]
    return {"facts": told, "many": min(MANY, len(told))} if told and material.scene.document is None else None


def read(data: Any, material: Material, maker: TextMaker) -> Reading:
    """Keeps each question that can be answered from its fact, with an answer that says it; refused where none is
    left."""
    dropped: list[tuple[str, str]] = []
    wrong: list[str] = []
    made = material
    for one in data["questions"]:
        try:
            dialogue = _dialogue(one, made, maker)
        except RefusedError as error:
            dropped.append((f"{one['question']} {one['answer']}", str(error)))
            wrong += [str(error)] if str(error).startswith("contradicted") else []
        else:
            made = made.with_words(dialogues=(*made.dialogues, dialogue))
    if made is material:
        return Reading(None, f"none of them stands: {dropped[0][1]}", tuple(wrong), tuple(dropped))
    return Reading(made, dropped=tuple(dropped))


def _askable(fact: Fact, material: Material) -> bool:
    return fact.predicate in ASKS and all(_alone(rid, material) for rid in fact.regions) and len(fact.regions) < 2


def _alone(rid: str, material: Material) -> bool:
    """Whether the name of a region is that of no other."""
    labels = {region.id: region.concept.label for region in material.scene.regions}
    return list(labels.values()).count(labels[rid]) == 1


def _dialogue(one: Mapping[str, str], material: Material, maker: TextMaker) -> Dialogue:
    """Raises RefusedError for a question that does not stand, and why."""
    fact = next((fact for fact in material.scene.facts if fact.id == one["fact"]), None)
    if fact is None or not _askable(fact, material):
        raise RefusedError(f"{one['fact']} is no fact that may be asked for")
    question = " ".join(one["question"].split())
    _refuse_question(question, fact, material)
    found = stands(one["answer"], material, prompt(NAME))
    if found.text is None:
        raise RefusedError(found.why)
    if fact.id not in {claim.fact for claim in found.text.claims}:
        raise RefusedError(f"the answer does not say its fact ({fact.predicate})")
    short = stated(fact)
    how = check_of(short, None, [fact], material.scene, material.space)
    if not score(how, found.text.text, None, question).right:
        raise RefusedError("the answer is not read as the one that its fact gives")
    number = 1 + max((int(each.id[1:]) for each in material.dialogues), default=0)
    answered = Turn(role="assistant", text=found.text.text, claims=found.text.claims)
    return Dialogue(
        id=f"d{number}", task=NAME, turns=(Turn(role="user", text=question), answered), answer=short,
        regions=fact.regions, facts=(fact.id,), check=how, made_by=maker,
        difficulty=difficulty_of(0, None, fact.regions, material.scene),
    )  # fmt: skip


def _refuse_question(question: str, fact: Fact, material: Material) -> None:
    refuse(question, "", prompt(NAME).own_words)
    words = set(_WORD.findall(question.lower()))
    if not question.endswith("?"):
        raise RefusedError("no question")
    if not ASKS[fact.predicate] & words:
        raise RefusedError(f"the question does not ask for its fact ({fact.predicate})")
    for region in material.scene.regions:
        if region.id in fact.regions and region.concept.label.lower() not in question.lower():
            raise RefusedError(f"the question does not name {region.concept.label}")
    if stated(fact).lower() in question.lower():
        raise RefusedError("the question holds its answer")
    if question in {each.turns[0].text for each in material.dialogues}:
        raise RefusedError("asked already")
    bad = next((one for one in check(question, material.scene, material.space, known=material.known)
                if one.verdict == "contradicted"), None)  # fmt: skip
    if bad is not None:
        raise RefusedError(f"contradicted: {bad.text!r}: {bad.reason}")
