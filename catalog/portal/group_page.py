"""What the sample page says of a group: which image is which, and what the study lacks."""

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.portal.words import Segment, claim_segments
from schemas import Fact, Member, Sample

KINDS = {"study": "one study", "series": "one series", "visits": "one person at several visits",
         "cases": "different cases"}  # fmt: skip

MANY = 4  # images, which are then shown smaller


@dataclass(frozen=True)
class GroupView:
    """`captions`: medium -> what it is. `texts`: (caption, description) of each part. `lead`: for the head of the page.
    `earlier`: the media of an earlier study, which are shown beside the others; `layout`: classes of how they lie."""

    captions: Mapping[str, str]
    texts: list[tuple[str, list[Segment]]]
    lead: list[str]
    earlier: tuple[str, ...]
    layout: str


def view(sample: Sample) -> GroupView | None:
    """None for a sample of one record."""
    group = sample.group
    if group is None:
        return None
    facts: dict[str, Fact] = {fact.id: fact for fact in sample.facts}
    frames = {str(member.media): f"frame {n} of {len(part)} of a clip"
              for part in group.parts if len(part) > 1 for n, member in enumerate(part, 1)}  # fmt: skip
    captions = {
        str(member.media): caption(n, member, frames.get(str(member.media), ""))
        for n, member in enumerate(group.shown, 1)
    }
    several = [[str(member.media) for member in part] for part in group.parts if len(part) > 1]
    clips = {names[0]: f"Images {group.number(names[0])} to {group.number(names[-1])}, a clip" for names in several}
    texts = [
        ({**captions, **clips}.get(one.media, one.media), claim_segments(one.text, one.claims, facts))
        for one in sample.description.media
    ]
    lacks = [_lacking(member) for member in group.members if member.media is None]
    earlier = len(group.earlier)
    own = len(captions) - earlier
    lead = [sample.split, f"{own} image{'s' if own > 1 else ''} of {KINDS[group.kind]}"]
    lead += [f"{earlier} of an earlier one"] if earlier else []
    layout = "several beside" if earlier else "several many" if len(captions) > MANY else "several"
    return GroupView(captions, texts, [*lead, *lacks], group.earlier, layout)


def _lacking(member: Member) -> str:
    if member.role is None:
        return "no earlier study is at hand"
    return f"{'the earlier one ' if member.prior else ''}without {member.role}"


def caption(number: int, member: Member, frame: str = "") -> str:
    """ "Image 2: t1ce, visit 2, 180 days after the first"."""
    visit = f"visit {member.visit}" if member.visit else ""
    if member.prior:
        visit = "the earlier study"
    days = f"{member.days} days after the first" if member.days else ""
    about = ", ".join(part for part in (member.role, frame, visit, days) if part)
    return f"Image {number}: {about}" if about else f"Image {number}"
