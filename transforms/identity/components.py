"""What pairs link, directly or through others."""

from collections.abc import Iterable, Mapping


def components(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Groups of two and more that pairs of different ones link, each in order, by their first."""
    ends = [pair for pair in pairs if pair[0] != pair[1]]
    if not ends:
        return []
    from scipy.sparse import coo_matrix  # half a second, and in most corpora nobody goes by two names
    from scipy.sparse.csgraph import connected_components

    order = sorted({name for pair in ends for name in pair})
    number = {name: n for n, name in enumerate(order)}
    one, other = ([number[name] for name in side] for side in zip(*ends, strict=True))
    _, company = connected_components(coo_matrix(([True] * len(ends), (one, other)), shape=(len(order),) * 2), False)
    found: dict[int, list[str]] = {}
    for name, own in zip(order, company.tolist(), strict=True):
        found.setdefault(own, []).append(name)
    return list(found.values())


def named(groups: Iterable[list[str]], own: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Each of the groups' members -> one name for all of its group: of those that members had `before` the first, so
    that a name stays while others join; where none had any, the first of their `own`."""
    found = {}
    for group in groups:
        known = [before[one] for one in group if one in before] or [own[one] for one in group]
        found.update(dict.fromkeys(group, min(known)))
    return found
