"""What a text leaves out: facts that a recipe calls required (`text.required`) and that no sentence of it bears."""

from collections.abc import Iterable
from typing import Literal

from schemas import Fact, LabelSpace, Scene
from transforms.checks.claims.annotated import SAYS
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.judge import judge
from transforms.checks.claims.parse import parse
from transforms.checks.claims.worded import names_of

Unchecked = Literal["sentence", "text"]
"""What is dropped of a text that others wrote, a model or a person, where one of its assertions is not borne out."""
PREDICATES = frozenset(SAYS)
"""What can be required: what a sentence can say."""


def wanted(scene: Scene, space: LabelSpace, required: Iterable[str]) -> list[Fact]:
    """The scene's facts that are required: "volume" those of every structure, "volume:liver" that of one, by its slug
    or label."""
    pairs = {tuple(one.split(":", 1)) if ":" in one else (one, "") for one in required}
    known = {region.id: region.concept for region in scene.regions}

    def asked(fact: Fact) -> bool:
        concepts = [known[rid] for rid in fact.regions if rid in known] or [one for one in (fact.concept,) if one]
        names = {name for one in concepts for name in ("", one.label, space.slugs.get(one.label, ""))} or {""}
        return any((fact.predicate, name) in pairs for name in names)

    return [fact for fact in scene.facts if asked(fact)]


def omitted(
    text: str, scene: Scene, space: LabelSpace, required: Iterable[str], known: Evidence | None = None
) -> tuple[Fact, ...]:
    """The required facts that the text does not say, in the scene's order; not those of what no words single out, one
    of several nuclei."""
    facts = wanted(scene, space, required)
    if not facts:
        return ()
    evidence = known or Evidence(scene, space)
    general = ("present", "absent", "count")
    facts = [f for f in facts if f.predicate in general or all(names_of(rid, evidence) for rid in f.regions)]
    parsed = parse(text, space, evidence.called)
    said = {one.fact for one in (judge(claim, text, evidence) for claim in parsed) if one.verdict == "supported"}

    def told(fact: Fact) -> bool:
        """Whether an assertion is borne out by this fact alone, too: of two alike, the first is named."""
        alone = evidence.with_only(fact)
        saying = (claim for claim in parsed if claim.kind in SAYS.get(fact.predicate, frozenset()))
        return any(judge(claim, text, alone).verdict == "supported" for claim in saying)

    return tuple(fact for fact in facts if fact.id not in said and not told(fact))
