"""One published group against itself: its members and media are one and the same, and all that it says names one."""

from collections.abc import Iterator

from schemas import Sample
from transforms.groups.across import PREDICATES


def problems(sample: Sample) -> Iterator[str]:
    """What is wrong with a group, and with facts that name media where there is none."""
    group = sample.group
    if group is None:
        named = next((fact.id for fact in sample.facts if fact.media or fact.predicate in PREDICATES), None)
        if named is not None or sample.description.media:
            yield f"{named or 'description.media'} is of several media, and the sample is no group"
        return
    media = [one.name for one in sample.media if one.kind != "mask"]
    shown = [str(member.media) for member in group.shown]
    if (
        len(group.parts) < 2
        or shown != media
        or [name.partition(".")[0] for name in media] != list(map(str, range(len(media))))
    ):
        yield f"its members are {', '.join(shown)}, its media {', '.join(media)}"
        return
    if sample.view.frame != group.kind:
        yield f"a group of kind {group.kind} as a view {sample.view.frame!r}"
    if any(None in (member.key, member.record, member.frame) for member in group.shown):
        yield "a member that is shown names no sample, record or view"
    priors = [member.prior for member in group.shown]
    if priors[0] or priors != sorted(priors) or (group.kind != "study" and any(priors)):
        yield "its own study is to be shown, before an earlier one"
    if any(len(own) > 1 and {member.frame for member in own} != {"clip"} for own in group.parts):
        yield "several media of one sample that is no clip"
    visits = [member.visit for member in group.shown]
    if group.kind == "visits" and visits != list(range(1, len(visits) + 1)):
        yield f"its visits are numbered {visits}"
    yield from _of_persons(sample)
    if sorted(one.media for one in sample.description.media) != sorted(str(own[0].media) for own in group.parts):
        yield "not each of its parts has a description"
    yield from _elsewhere(sample, media)


def _of_persons(sample: Sample) -> Iterator[str]:
    """Cases are of a person each, all else is of one."""
    group = sample.group
    assert group is not None
    whose = [own[0].subject for own in group.parts]
    if group.kind == "cases" and (None in whose or len({*whose}) < len(whose) or whose[0] != sample.subject):
        yield "cases of which not each names a subject of its own, the first that of the sample"
    if group.kind != "cases" and any(whose):
        yield "a member of another subject than the sample's"


def _elsewhere(sample: Sample, media: list[str]) -> Iterator[str]:
    """Facts and regions that lie on other media than they name, or on none."""
    on = {region.id: region.medium for region in sample.regions}
    for fact in sample.facts:
        of = {on.get(rid) for rid in fact.regions}
        if not fact.media or not set(fact.media) <= set(media) or not of <= set(fact.media):
            named = ", ".join(fact.media) or "none"
            yield f"{fact.id} {fact.predicate}: of the media {named}, its regions lie elsewhere"
    if wrong := next((rid for rid, medium in on.items() if medium not in media), None):
        yield f"{wrong}: lies on none of its media"
