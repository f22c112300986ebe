"""One image each of several subjects of a data set, so that what one shows is told from what others do.

They are alike but for whose they are: of one modality, part of the body, role and kind of view. All subjects of a
sample have to be in one split, so each is shown with the same few others and with nobody else: subjects are put in the
order of a hash, and the row is cut in two where another hash is least, and so on until no piece has more than `MOST`.
So who comes new hardly changes more than the group that he stands in. Subjects whom the source put into different
splits are never shown together.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from schemas import Grouping, Member, content_key
from transforms.groups.choose import CLIP, Chosen, Shown, best, group_of, in_order, likeness, of_records, role, usable

MOST = 4
"""Images of a group: that many subjects go into one split together."""


def choose(samples: Iterable[Shown], how: Grouping, most: int) -> list[Chosen]:
    """The groups among the samples of a data set, each of at most `most` images, in the order of their keys."""
    wanted = of_records([one for one in usable(samples) if one.frame != CLIP])
    together = {who: number for number, some in enumerate(_companies(wanted, how, min(most, MOST))) for who in some}
    alike: dict[Hashable, dict[str, list[Shown]]] = defaultdict(lambda: defaultdict(list))
    for one in wanted:
        who = one.record.subject
        if who in together:
            alike[together[who], _likeness(one, how)][who].append(one)
    return in_order(_group(own, how, most) for own in alike.values())


def _likeness(one: Shown, how: Grouping) -> Hashable:
    """What those have in common who are shown together: a head and a breast are told apart at a glance."""
    return likeness(one, how), tuple(part.label for part in one.record.anatomy)


def _companies(samples: Iterable[Shown], how: Grouping, most: int) -> Iterator[list[str]]:
    """Who may be shown together: people of one split of the source of whom there is something alike."""
    of: dict[str, list[Shown]] = defaultdict(list)
    for one in samples:
        of[one.record.subject].append(one)
    rows: dict[str, dict[str, str]] = defaultdict(dict)
    for who, own in of.items():
        if len(splits := {one.record.split for one in own}) == 1:
            like = min(str(_likeness(one, how)) for one in own)
            rows[f"{like} {splits.pop()}"][content_key("cases", who)] = who
    for row in rows.values():
        for piece in _cut(sorted(row), most):
            yield [row[digest] for digest in piece]


def _cut(row: list[str], most: int) -> Iterator[list[str]]:
    """A row of hashes in pieces, none of one alone where there are more."""
    if len(row) <= max(most, 3):
        yield row
        return
    at = min(range(2, len(row) - 1), key=lambda n: row[n][::-1])
    yield from _cut(row[:at], most)
    yield from _cut(row[at:], most)


def _group(own: dict[str, list[Shown]], how: Grouping, most: int) -> Chosen | None:
    """None of one subject alone."""
    ordered = sorted(own, key=lambda who: content_key("cases", who))
    picked = [best(own[who]) for who in ordered]
    members = [Member(media=None, role=role(one.record, how), subject=one.record.subject) for one in picked]
    return group_of("cases", picked, members, most)
