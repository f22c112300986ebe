"""One medium of a group as a scene of its own, and what all media of it say together."""

from collections.abc import Mapping, Sequence

from schemas import Fact, Media, Scene, View
from transforms.groups.across import PREDICATES

POOLED = ("modality", "body_part", "present", "absent", "finding", "phrase")
"""Predicates that say something of a study as a whole where they do of one of its images; `absent` where they do of
each."""


def only(scene: Scene, name: str) -> Scene:
    """What a scene says of one of its media, with the other frames where that is of a clip, under the ids that it has
    there. Raises ValueError for another one."""
    assert scene.group is not None
    part = next((own for own in scene.group.parts if name in [member.media for member in own]), None)
    if part is None:
        raise ValueError(f"{scene.key}: shows no {name}")
    names = [str(member.media) for member in part]
    prefixes = tuple(f"{one.partition('.')[0]}." for one in names)
    frame = part[0].frame or ""
    plane = frame.partition(":")[0]
    view = View.model_validate({"frame": frame, "plane": plane if plane in ("axial", "coronal", "sagittal") else None})
    media = sorted((one for one in scene.media if one.name.startswith(prefixes)), key=lambda one: one.kind == "mask")
    return scene.model_copy(update={
        "record": part[0].record, "view": view, "group": None, "media": tuple(media),
        "regions": tuple(region for region in scene.regions if region.medium in names),
        "presence": tuple(one for one in scene.presence if one.media in names),
        "facts": tuple(fact for fact in scene.facts if _of(fact, names)),
    })  # fmt: skip


def _of(fact: Fact, names: Sequence[str]) -> bool:
    """Whether a fact is of these media of one sample: `across` says which are of several."""
    return fact.predicate not in PREDICATES and bool(fact.media) and set(fact.media) <= set(names)


def of_study(scene: Scene, *, prior: bool) -> Scene:
    """What a group says of its own study, or of the earlier one: itself, where it shows no two of them."""
    group = scene.group
    if group is None or (not group.earlier and not prior):
        return scene
    shown = tuple(member for member in group.shown if member.prior is prior)
    names = {str(member.media) for member in shown}
    whole = group.whole_prior if prior else group.whole
    return scene.model_copy(update={
        "group": group.model_copy(update={"members": shown, "whole": whole, "whole_prior": False}),
        "regions": tuple(region for region in scene.regions if region.medium in names),
        "presence": tuple(one for one in scene.presence if one.media in names),
        "facts": tuple(fact for fact in scene.facts if names.issuperset(fact.media)),
    })  # fmt: skip


def parts(scene: Scene) -> tuple[Scene, ...]:
    """The scenes of one record that a scene is made of: itself, or those of a group."""
    if scene.group is None:
        return (scene,)
    return tuple(only(scene, str(own[0].media)) for own in scene.group.parts)


def media_of(scene: Scene) -> Mapping[str, Media]:
    """Region id -> the picture or volume that it lies on."""
    named = {media.name: media for media in scene.media}
    return {region.id: named[region.medium] for region in scene.regions if region.medium in named}


def pooled(scene: Scene) -> Scene:
    """A group as what its source says of all of it can be held against: what some image shows is there; what is absent
    from each is not."""
    if scene.group is None:
        return scene
    number = len(scene.group.parts)
    shown = {fact.concept for fact in scene.facts if _there(fact)}
    absent: dict[object, int] = {}
    for fact in scene.facts:
        if fact.predicate == "absent":
            absent[fact.concept] = absent.get(fact.concept, 0) + 1
    facts = tuple(
        fact for fact in scene.facts
        if fact.predicate in POOLED and (
            fact.predicate != "absent" or (absent[fact.concept] == number and fact.concept not in shown)
        ) and not (fact.predicate == "finding" and not _there(fact))
    )  # fmt: skip
    return scene.model_copy(update={"facts": facts})


def _there(fact: Fact) -> bool:
    return (fact.predicate, fact.value) in (("present", True), ("finding", "present"))
