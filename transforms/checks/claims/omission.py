"""What a text leaves out: facts that a recipe calls required (`text.required`) and that no sentence of it bears."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from schemas import Fact, LabelSpace, Scene
from transforms.checks.claims.annotated import SAYS, check
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.judge import judge
from transforms.checks.claims.parse import parse
from transforms.checks.claims.scan import sentences
from transforms.checks.claims.worded import names_of

Unchecked = Literal["sentence", "text"]
"""What is dropped of a foreign text where one of its assertions is not borne out."""
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


class Foreign(NamedTuple):
    """What may leave of a text that others wrote: `text`, None where nothing may. `dropped`: (sentence, reason) of what
    was taken out; `left_out`: the required facts that what is left does not say."""

    text: str | None
    dropped: tuple[tuple[str, str], ...]
    left_out: tuple[Fact, ...]


def foreign(
    text: str, scene: Scene, space: LabelSpace, required: Iterable[str] = (), unchecked: Unchecked = "sentence"
) -> Foreign:
    """Holds a text that others wrote, a model's or a person's, against the facts. A sentence with an assertion that is
    contradicted or uncheckable is dropped, or the whole text is (`unchecked`); a text that then leaves a required fact
    out is refused."""
    known = Evidence(scene, space)
    spans = sentences(text)
    bad: dict[int, str] = {}
    for one in check(text, scene, space, known=known):
        if one.verdict != "supported":
            at = next((n for n, (start, end) in enumerate(spans) if start <= one.span[0] < end), 0)
            bad.setdefault(at, f"{one.text!r} is {one.verdict}: {one.reason}")
    dropped = tuple((text[slice(*spans[n])], reason) for n, reason in sorted(bad.items()))
    if bad and unchecked == "text":
        return Foreign(None, dropped, ())
    kept = " ".join(text[start:end] for n, (start, end) in enumerate(spans) if n not in bad)
    left_out = omitted(kept, scene, space, required, known)
    return Foreign(kept if kept and not left_out else None, dropped, left_out)
