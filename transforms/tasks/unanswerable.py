"""Questions that a picture no longer answers: those that the picture as it is was asked, put to its altered copy. Not a
family of `ask`: it needs the questions of another scene."""

from collections.abc import Sequence

from schemas import Dialogue, Fact, ItemCheck, Scene, TextMaker, Turn
from schemas.item import Difficulty
from transforms.facts.altered import SENTENCES, UNKNOWN
from transforms.regions.counterfactual import touched
from transforms.text.line import Line

NAME = "unanswerable"
VERSION = "1"
MOST = 3
OF_REGIONS = frozenset({"size", "location", "grounding", "quantity", "attribute"})
"""Families whose questions presuppose what they ask about."""
ACCEPTED = (UNKNOWN, "not visible", "cannot be seen")


def unanswerable(scene: Scene, plain: Scene, asked: Sequence[Dialogue], seed: int) -> tuple[Dialogue, ...]:
    """At most `MOST` of the questions that `plain` was asked, whose answer its altered copy `scene` does not show, each
    with that as its answer. Ids count on from 1."""
    fact = next(fact for fact in scene.facts if fact.predicate == "altered")
    line = Line().claim(f"That {UNKNOWN}: {SENTENCES[str(fact.value)]}", fact).say(".")
    hidden = {region.id for region in plain.regions if _hidden(region.id, plain, scene)}
    fit = [one for one in asked if one.task in OF_REGIONS and one.choices is None and not one.published]
    fit = [one for one in fit if one.regions and set(one.regions) <= hidden]
    return tuple(_dialogue(one, number, line, fact, seed) for number, one in enumerate(fit[:MOST], 1))


def _hidden(rid: str, plain: Scene, scene: Scene) -> bool:
    """Whether an altered copy shows nothing of a region that could be told. What is hidden in part is not asked."""
    how = scene.counterfactual
    assert how is not None
    region = next(one for one in plain.regions if one.id == rid)
    if how.kind == "blanked":
        return region.region == how.region
    return how.kind == "blank" or not touched(region, how)


def _dialogue(asked: Dialogue, number: int, line: Line, fact: Fact, seed: int) -> Dialogue:
    turns = (asked.turns[0], Turn(role="assistant", text=line.text, claims=line.claims))
    return Dialogue(
        id=f"d{number}", task=NAME, turns=turns, answer=UNKNOWN, facts=(fact.id,), skill="recognise",
        check=ItemCheck(kind="exact", accepted=ACCEPTED), difficulty=Difficulty(steps=0),
        made_by=TextMaker(backend="tasks", revision=f"{NAME}@{VERSION}", seed=seed),
    )  # fmt: skip
