"""Operations on what several images show together."""

import math
from typing import Any

from schemas import Group, Scene
from transforms.facts.followed import follow
from transforms.facts.whole import grid_of
from transforms.groups.across import NONE
from transforms.groups.apart import media_of
from transforms.regions.volume import millilitres
from transforms.tasks.state import Replay, Result


def _group(replay: Replay) -> tuple[Scene, Group]:
    """Raises ValueError for a scene of one image."""
    if replay.scene is None or replay.scene.group is None:
        raise ValueError("there is one image only")
    return replay.scene, replay.scene.group


def volume(replay: Replay, args: dict[str, Any]) -> Result:
    rid = replay.rid(args["region"])
    if rid not in replay.solids or replay.media.geometry is None or replay.media.geometry.affine is None:
        raise ValueError(f"region {rid!r} has no volume in mL")
    return millilitres(replay.solids[rid].size, grid_of(replay.media))


def image_of(replay: Replay, args: dict[str, Any]) -> Result:
    scene, group = _group(replay)
    return f"image {group.number(media_of(scene)[replay.rid(args['region'])].name)}"


def shows(replay: Replay, args: dict[str, Any]) -> Result:
    """Whether an image shows a concept: something is drawn or said to be there. Raises ValueError where it is neither
    shown nor said to be absent there."""
    scene, group = _group(replay)
    label, media = str(args["concept"]), str(args["media"])
    group.number(media)
    if any(region.medium == media and region.concept.label == label for region in scene.regions):
        return True
    own = [one for one in scene.facts if one.media == (media,) and one.concept and one.concept.label == label]
    said = {one.predicate for one in own if one.value is True}
    if not said & {"present", "absent"}:
        raise ValueError(f"{label!r} is neither shown nor absent in {media}")
    return "present" in said


def same_on(replay: Replay, args: dict[str, Any]) -> Result:
    """The region that shows on another picture what an earlier step looked at, or what is of its kind."""
    if replay.scene is None:
        raise ValueError("it is not known which pictures there are")
    rid, media = replay.subject(args["of"]), str(args["media"])
    pairs = [one.regions for one in follow(replay.scene) if one.regions[0] == rid and one.media[1] == media]
    if not pairs:
        raise ValueError(f"nothing in {media} is known to be what {rid!r} shows")
    return pairs[0][1]


def which_of(replay: Replay, args: dict[str, Any]) -> Result:
    """The numbers of the images that earlier steps found to show something."""
    _, group = _group(replay)
    looked = [(replay.earlier(name)[0].args["media"], replay.earlier(name)[1]) for name in args["steps"]]
    if sorted(media for media, _ in looked) != sorted(str(member.media) for member in group.shown):
        raise ValueError("not every image was looked at")
    return ", ".join(str(group.number(media)) for media, there in looked if there is True) or NONE


def _differ(replay: Replay, steps: list[str]) -> tuple[str, str]:
    """The concept that earlier steps found in one of two images alone, and the medium that shows it. Raises ValueError
    where there is none, or more than one, or where an image was not looked at for one."""
    looked: dict[str, dict[str, bool]] = {}
    for name in steps:
        step, there = replay.earlier(name)
        if step.op != "shows":
            raise ValueError(f"{name} looks at no image")
        looked.setdefault(str(step.args["concept"]), {})[str(step.args["media"])] = there is True
    media = {name for states in looked.values() for name in states}
    if len(media) != 2 or any(states.keys() != media for states in looked.values()):
        raise ValueError("not each was looked for in both images")
    found = [(label, states) for label, states in looked.items() if len(set(states.values())) == 2]
    if len(found) != 1:
        raise ValueError(f"{len(found)} of these are shown by one image alone")
    label, states = found[0]
    return label, next(name for name, there in states.items() if there)


def differing(replay: Replay, args: dict[str, Any]) -> Result:
    """What only one of two images shows, of all that earlier steps looked for."""
    return _differ(replay, args["steps"])[0]


def only_on(replay: Replay, args: dict[str, Any]) -> Result:
    """The region that shows it."""
    label, media = _differ(replay, args["steps"])
    scene, _ = _group(replay)
    found = [one.id for one in scene.regions if one.medium == media and one.concept.label == label]
    if len(found) != 1:
        raise ValueError(f"{media} shows {len(found)} regions of {label!r}")
    return found[0]


def _number(replay: Replay, reference: object) -> str:
    """The number of the image that an earlier step measured or counted something on."""
    args = replay.earlier(reference)[0].args
    rids = [args["region"]] if "region" in args else list(args["regions"])
    scene, group = _group(replay)
    found = {media_of(scene)[replay.rid(rid)].name for rid in rids}
    if len(found) != 1:
        raise ValueError(f"{reference} looks at {len(found)} images")
    return str(group.number(found.pop()))


def ordered(replay: Replay, args: dict[str, Any]) -> Result:
    """The numbers of the images that earlier steps measured something on, each once, the largest result first."""
    images = [_number(replay, name) for name in sorted(args["steps"], key=lambda name: -replay.number(name))]
    if len(set(images)) != len(images):
        raise ValueError("one image is measured twice")
    return ", ".join(images)


def leading(replay: Replay, args: dict[str, Any]) -> Result:
    """The image with the largest result of earlier steps."""
    return f"image {str(ordered(replay, args)).partition(', ')[0]}"


def most_changed(replay: Replay, args: dict[str, Any]) -> Result:
    """The region whose size earlier steps divided by another's, with the result that is farthest from 1."""
    name = max(args["steps"], key=lambda one: abs(math.log(replay.number(one))))
    step, _ = replay.earlier(name)
    if step.op != "ratio":
        raise ValueError(f"{name} divides nothing")
    return replay.subject(step.args["a"])
