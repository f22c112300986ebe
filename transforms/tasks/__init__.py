"""Questions with answers that facts justify: one task family a file, registered by existing."""

import random
from collections.abc import Sequence
from itertools import chain, islice, zip_longest
from types import ModuleType
from typing import Any

from schemas import Dialogue, Fact, LabelSpace, Scene, SourceText, content_key
from schemas.dialogue import WRITING, TextMaker
from transforms import plugins
from transforms.tasks.base import DialogueDraft
from transforms.tasks.judged import check_of, difficulty_of
from transforms.tasks.working import Masks, replay_of, worked

PER_TASK = 3
PER_SCENE = 16
WHOLE = 2  # times as many of a scan or a clip, which alone can be asked what is said of it


def families() -> dict[str, ModuleType]:
    """The families by name, sorted. Each has NAME, VERSION and `ask(scene, space, rng)`. One with ACROSS asks of
    groups, and of nothing else, one with ANYWHERE of both; one with PROGRAM only where programs can be run."""
    return {name: module for name, module in plugins.modules(__name__).items() if hasattr(module, "ask")}


def ask_all(
    scene: Scene,
    space: LabelSpace,
    tasks: Sequence[str],
    seed: int,
    texts: Sequence[SourceText] = (),
    masks: Masks | None = None,
) -> tuple[Dialogue, ...]:
    """At most `PER_SCENE` dialogues of these families (`WHOLE` times that of a scan or clip), d1, d2, ...: the first of
    each family, however many there are, then the second of each.

    `texts`: what the source says of the scene, for families that ask about it (those with `ask_texts`). The same scene,
    tasks, texts and seed give the same dialogues. `masks`: those of the scene's regions, on which programs are run;
    without them reasoning is what facts alone tell. Raises KeyError for a family that does not exist.
    """
    known = families()
    unknown = sorted(set(tasks) - set(known))
    if unknown:
        raise KeyError(f"no task family {unknown[0]!r} in transforms/tasks/: there are {', '.join(known)}")
    across = scene.group is not None
    own = [name for name in dict.fromkeys(tasks)
           if hasattr(known[name], "ANYWHERE") or hasattr(known[name], "ACROSS") == across]  # fmt: skip
    own = [name for name in own if masks is not None or not hasattr(known[name], "PROGRAM")]
    asked = [_drafts(known[name], scene, space, seed, texts) for name in own]
    turns = (draft for draft in chain.from_iterable(zip_longest(*asked)) if draft is not None)
    chosen = list(islice(turns, max(PER_SCENE * _times(scene), sum(map(bool, asked)))))
    chosen.sort(key=lambda draft: list(tasks).index(draft.task))
    facts = {fact.id: fact for fact in scene.facts}
    made = [_dialogue(draft, known[draft.task], seed, scene, facts, space, masks) for draft in chosen]
    stand = [one for one in made if one.reasoning or not hasattr(known[one.task], "PROGRAM")]
    return tuple(one.model_copy(update={"id": f"d{number}"}) for number, one in enumerate(stand, 1))


def _times(scene: Scene) -> int:
    return WHOLE if scene.view.frame in ("volume", "clip") else 1


def _drafts(
    family: ModuleType, scene: Scene, space: LabelSpace, seed: int, texts: Sequence[SourceText]
) -> list[DialogueDraft]:
    rng = random.Random(content_key(seed, scene.key, family.NAME))
    fresh: dict[str, DialogueDraft] = {}
    asked = family.ask(scene, space, rng)
    if texts and hasattr(family, "ask_texts"):
        asked = chain(asked, family.ask_texts(scene, texts, space, rng))
    for draft in islice(asked, PER_TASK * _times(scene)):
        fresh.setdefault(draft.turns[0].text, draft)
    return list(fresh.values())


def _dialogue(
    draft: DialogueDraft, family: ModuleType, seed: int, scene: Scene, facts: dict[str, Fact],
    space: LabelSpace, masks: Masks | None,
) -> Dialogue:  # fmt: skip
    maker = TextMaker(backend="tasks", revision=f"{family.NAME}@{family.VERSION}", seed=seed)
    used = [facts[name] for name in draft.facts]
    free = draft.task == WRITING
    about: dict[str, Any] = {
        "check": None if free else draft.check or check_of(draft.answer, draft.choices, used, scene, space),
        "difficulty": difficulty_of(len(draft.reasoning), draft.choices, draft.regions, scene),
        "skill": getattr(family, "SKILL", None),
    }
    dialogue = Dialogue(id="d0", made_by=maker, **{**draft.fields, **about})
    if masks is None or not draft.program:
        return dialogue
    found = _worked(dialogue, draft, scene, masks)
    steps = difficulty_of(len(found.reasoning), draft.choices, draft.regions, scene)
    return found.model_copy(update={"difficulty": steps})


def _worked(dialogue: Dialogue, draft: DialogueDraft, scene: Scene, masks: Masks) -> Dialogue:
    """With its program run on the masks; as it is where that does not come to its answer."""
    labels = {region.id: region.concept.label for region in scene.regions}
    found = worked(dialogue, draft.program, replay_of(scene, masks), labels)
    return found if found is not None else dialogue
