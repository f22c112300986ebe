"""One sentence for each fact across media: who writes and who checks ask the same rule, and no other wording counts."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from schemas import Fact, Group, LabelSpace, Member, Scene
from transforms.facts import followed, statement
from transforms.facts.format import quantity
from transforms.groups import ranked
from transforms.groups.across import MEASURES, NONE, PREDICATES
from transforms.groups.placed import PREDICATE
from transforms.groups.response import RULE
from transforms.text.grammar import definite, mention, verbs

KINDS = {
    "study": "of one study", "series": "of one series, in their order",
    "visits": "of one person, each from a different visit, in order of time",
    "cases": "of different cases",
}  # fmt: skip
WHOM = {"study": "this study", "visit": "this study", "series": "this series", "patient": "this patient"}
EARLIER = "the earlier study"
NO_EARLIER = "and no earlier study is at hand"
SENTENCE = re.compile(
    r"these are \d+ images of (?:one|different) .+|image \d+ was taken .+ after image \d+"
    r"|the (?:volume|area) of .+ in image \d+ is .+ that in image \d+|image \d+ shows .+ and image \d+ does not"
    r"|(?:none|each) of these images shows .+|of these images, .+"
    r"|as the source says of (?:this (?:study|series|patient)|the earlier study), .+ (?:is|are) present"
    r"|by the size limits of RECIST .+, the change of .+ from image \d+ to image \d+ is that of .+"
    r"|the .+ was reported as .+ for image \d+ and as .+ for image \d+"
    r"|the .+ within \[[\d, ]+\] of image \d+ lies within \[[\d, ]+\] of image \d+"
    r"|image \d+ shows .+ (?:within \[[\d, ]+\]|most of it on slice \d+), and image \d+ shows none"
    r"|image \d+ shows .+ within \[[\d, ]+\], and image \d+ one of that kind within \[[\d, ]+\]",
    re.IGNORECASE,
)
SHOWS = re.compile(
    r"(?P<who>none of these images shows|each of these images shows|of these images, [^;]+? (?:alone shows|show)) ",
    re.IGNORECASE,
)
"""What one sentence may list several things after, each by its own fact: which of the images show them."""
BETWEEN = re.compile(r", | and | or ")
ENDS = re.compile(r"[.!?][\"”’)]*\s|\n")


class Wording(NamedTuple):
    """What stands before the value, the value, and what stands after it."""

    before: str
    value: str
    after: str

    @property
    def text(self) -> str:
        return "".join(self)

    def otherwise(self, text: str) -> bool:
        """Whether a text says the same with another value."""
        start, end = self.before.casefold(), self.after.casefold()
        return text != self.text.casefold() and text.startswith(start) and text.endswith(end) and bool(start or end)


def written(fact: Fact, scene: Scene, space: LabelSpace) -> Wording | None:
    """The sentence of a fact, without its full stop; None where it has none that could be read back."""
    if scene.group is None or fact.predicate not in PREDICATES:
        return None
    if fact.predicate in followed.PREDICATES:
        return _followed(fact, scene, space)
    found = _written(fact, scene, space)
    if found is not None and fact.predicate == "images" and (said := _of_which(scene)):
        longer = found._replace(
            after=f"{found.after}{', ' if said.startswith(('without', NO_EARLIER)) else ': '}{said}"
        )
        found = found if ENDS.search(longer.text) else longer
    if found is None or ENDS.search(found.text) or not SENTENCE.fullmatch(found.text):
        return None
    return found


def _of_which(scene: Scene) -> str:
    """What the media are, in the order of their numbers: slices of one plane, the source's words for their roles, or
    their modalities, and what the study lacks; nothing where that tells none apart."""
    assert scene.group is not None
    shown = scene.group.shown
    cuts = [str(member.frame).partition(":") for member in shown]
    roles = [member.role for member in shown]
    kinds = [str(fact.value) for fact in scene.facts if fact.predicate == "modality" and len(fact.media) == 1]
    said = ""
    if clips := [part for part in scene.group.parts if len(part) > 1]:
        said = _clips(scene.group, clips)
    elif len({cut[0] for cut in cuts}) == 1 and all(cut[2] for cut in cuts) and not any(roles):
        said = _slices(scene.group, kinds)
    elif all(roles) and len(set(roles)) > 1:
        said = listed([str(role) for role in roles])
    elif len(kinds) == len(shown) and len(set(kinds)) > 1:
        said = listed(kinds)
    elif all(roles):
        said = f"{roles[0]} each time" if scene.group.kind == "visits" else ""
    return ", ".join([*([said] if said else []), *_lacks(scene.group)])


def _lacks(group: Group) -> Iterator[str]:
    """What the studies lack, and that there is no earlier one."""
    missing = [member for member in group.members if member.media is None]
    for prior, whose in ((False, f"{WHOM['study']} " if group.earlier else ""), (True, f"{EARLIER} ")):
        if roles := [member.role for member in missing if member.role and member.prior is prior]:
            yield f"{whose}without {listed(roles)}"
    if any(member.prior and not member.role for member in missing):
        yield NO_EARLIER


def _clips(group: Group, clips: Sequence[Sequence[Member]]) -> str:
    """Which images are frames of one clip."""
    ends = [(group.number(str(part[0].media)), group.number(str(part[-1].media))) for part in clips]
    each = "each frames of one clip" if len(ends) > 1 else "frames of one clip"
    return f"{listed([f'images {first} to {last}' for first, last in ends])} are {each}, in their order"


def _slices(group: Group, kinds: Sequence[str]) -> str:
    """Slices of one plane: their numbers, where they are of one volume; else of which modality each is."""
    shown = group.shown
    cuts = [str(member.frame).partition(":") for member in shown]
    if group.kind == "series" or len({member.record for member in shown}) == 1:
        return f"{cuts[0][0]} slices {listed([cut[2] for cut in cuts])}"
    if len(kinds) != len(shown) or len(set(kinds)) == 1:
        return f"{cuts[0][0]} slices of {len(shown)} scans"
    return listed([f"{kind} ({cut[0]} slice {cut[2]})" for kind, cut in zip(kinds, cuts, strict=True)])


def listed(words: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    return f" {last} ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])


def items(text: str) -> list[tuple[tuple[int, int], str]]:
    """Each thing that a sentence lists as shown: its span, and the sentence as it were of that thing alone. A name with
    "and" in it is cut as well: whoever judges looks at the whole sentence first."""
    head = SHOWS.match(text)
    if head is None:
        return []
    starts = [head.end(), *(one.end() for one in BETWEEN.finditer(text, head.end()))]
    ends = [*(one.start() for one in BETWEEN.finditer(text, head.end())), len(text)]
    return [((start, end), f"{head['who']} {text[start:end]}") for start, end in zip(starts, ends, strict=True)]


def _written(fact: Fact, scene: Scene, space: LabelSpace) -> Wording | None:
    assert scene.group is not None
    numbers = [scene.group.number(name) for name in fact.media]
    if fact.predicate == "images":
        return Wording("these are ", f"{fact.value} images", f" {_of_whom(scene.group)}")
    if fact.predicate == "reported_change":
        return _reported(fact, scene, numbers)
    if fact.predicate == "days_after":
        days = "1 day" if fact.value == 1 else f"{fact.value} days"
        return Wording(f"image {numbers[1]} was taken ", days, f" after image {numbers[0]}")
    assert fact.concept is not None
    entry = space.of(fact.concept)
    if fact.predicate in MEASURES:
        what = MEASURES[fact.predicate][0]
        start = f"the {what} of {definite(entry)} in image {numbers[1]} is "
        times = "about equal to" if same(fact) else f"{quantity(fact.value, None, fact.tolerance)} times"
        return Wording(start, times, f" that in image {numbers[0]}")
    if fact.predicate == "recist_change":
        start = f"by {RULE}, the change of {definite(entry)} from image {numbers[0]} to image {numbers[1]} is that of "
        return Wording(start, str(fact.value), "")
    if fact.predicate == "said_of":
        what = f"no {entry.concept.label}" if fact.value == "absent" else mention(entry)
        is_ = verbs(entry.many)["is"]
        return Wording(f"as the source says of {whom(fact, scene.group)}, ", what, f" {is_} present")
    if fact.predicate == "only_in":
        return Wording("", "", f"image {numbers[0]} shows {mention(entry)} and image {numbers[1]} does not")
    if fact.predicate in ranked.PREDICATES:
        of = f"the {fact.name} of {definite(entry)}"
        if fact.name == "number":
            of = f"the number of {entry.plural or entry.concept.label} drawn"
        if fact.predicate == "largest_in":
            return Wording(f"of these images, {of} is largest in ", f"image {fact.value}", "")
        order = listed([f"image {one}" for one in str(fact.value).split(", ")])
        return Wording(f"of these images, in order of {of}, the largest first, come ", order, "")
    if fact.predicate == PREDICATE:
        where = "within" if isinstance(fact.value, str) else "most of it on slice"
        start = f"image {numbers[0]} shows {mention(entry)}{' ' if isinstance(fact.value, str) else ', '}{where} "
        return Wording(start, str(fact.value), f", and image {numbers[1]} shows none")
    return Wording("", _which(str(fact.value), len(numbers)), f" {mention(entry)}")


def _followed(fact: Fact, scene: Scene, space: LabelSpace) -> Wording | None:
    """By the boxes of its two regions."""
    boxes = {region.id: str(list(region.box.xyxy)) for region in scene.regions if region.box is not None}
    order = followed.pictures(scene)
    if fact.concept is None or not boxes.keys() >= {*fact.regions} or not {*order} >= {*fact.media}:
        return None
    (a, b), (n, m) = (boxes[rid] for rid in fact.regions), (order.index(name) + 1 for name in fact.media)
    entry = space.of(fact.concept)
    if fact.predicate == "followed":
        return Wording(f"the {entry.concept.label} within {a} of image {n} {verbs(entry.many)['lies']} within ", b,
                       f" of image {m}")  # fmt: skip
    return Wording(f"image {n} shows {mention(entry)} within {a}, and image {m} one of that kind within ", b, "")


def whom(fact: Fact, group: Group) -> str:
    """Of what the source says a thing that it says of all that some images show."""
    return EARLIER if set(fact.media) <= set(group.earlier) else WHOM[str(fact.level)]


def _of_whom(group: Group) -> str:
    """Of what the images are; of two studies, which are of the earlier one."""
    numbers = [str(group.number(name)) for name in group.earlier]
    if not numbers:
        return KINDS[group.kind]
    which = f"image{'s' if len(numbers) > 1 else ''} {listed(numbers)}"
    return f"of one person, {which} of an earlier study than the others"


def same(ratio: Fact) -> bool:
    """Whether the two may be equal."""
    return abs(float(ratio.value) - 1) <= (ratio.tolerance or 0.0)


def _which(value: str, number: int) -> str:
    """ "of these images, image 1 and image 3 show"."""
    if value == NONE:
        return "none of these images shows"
    named = [f"image {one}" for one in value.split(", ")]
    if len(named) == number:
        return "each of these images shows"
    return f"of these images, {listed(named)} {'show' if len(named) > 1 else 'alone shows'}"


def _reported(fact: Fact, scene: Scene, numbers: list[int]) -> Wording | None:
    """Both values as they are stated of their own images."""
    values = []
    for name in fact.media:
        own = (one for one in scene.facts if one.media == (name,) and one.name == fact.name and one.unit == fact.unit)
        stated = next((one for one in own if one.predicate in statement.STATED), None)
        if stated is None:
            return None
        values.append((statement.name(stated), statement.value(stated)))
    (name, old), (_, new) = values
    return Wording(
        f"the {name} was reported as ", f"{old} for image {numbers[0]} and as {new}", f" for image {numbers[1]}"
    )
