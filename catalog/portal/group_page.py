"""What the sample page says of a group: which image is which, and what the study lacks."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.portal.words import Segment, claim_segments
from schemas import Fact, Member, Sample

KINDS = {"study": "one study", "series": "one series", "visits": "one person at several visits"}


@dataclass(frozen=True)
class GroupView:
    """`captions`: medium -> what it is. `texts`: (caption, description) of each. `lead`: for the head of the page."""

    captions: Mapping[str, str]
    texts: list[tuple[str, list[Segment]]]
    lead: list[str]


def view(sample: Sample) -> GroupView | None:
    """None for a sample of one record."""
    group = sample.group
    if group is None:
        return None
    facts: dict[str, Fact] = {fact.id: fact for fact in sample.facts}
    captions = {str(member.media): caption(n, member) for n, member in enumerate(group.shown, 1)}
    texts = [
        (captions.get(one.media, one.media), claim_segments(one.text, one.claims, facts))
        for one in sample.description.media
    ]
    lacks = ", ".join(_lacking(member) for member in group.members if member.media is None)
    lead = [sample.split, f"{len(captions)} images of {KINDS[group.kind]}"]
    return GroupView(captions, texts, [*lead, f"without {lacks}"] if lacks else lead)


def _lacking(member: Member) -> str:
    return "an earlier study" if member.prior else str(member.role)


def caption(number: int, member: Member) -> str:
    """ "Image 2: t1ce, visit 2, 180 days after the first"."""
    visit = f"visit {member.visit}" if member.visit else ""
    if member.prior:
        visit = "the earlier study"
    days = f"{member.days} days after the first" if member.days else ""
    about = ", ".join(part for part in (member.role, visit, days) if part)
    return f"Image {number}: {about}" if about else f"Image {number}"
