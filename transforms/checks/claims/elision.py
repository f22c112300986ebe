"""What a sentence leaves out: "the right one", "gray and white matter", "more cells than platelets"."""

from transforms.checks.claims.lexicon import Lexicon, Term
from transforms.checks.claims.model import Item, Quantity
from transforms.checks.claims.positions import placed
from transforms.checks.claims.tokens import SIDES, finite, word_of
from transforms.checks.claims.words import (
    FINITE,
    word_set,
)

ELLIPSIS = word_set(
    "one counterpart at by in with and or but to while whereas does do did measuring spanning covering has"
)


def gapped(items: list[Item]) -> list[Item]:
    """ "The radius is 402 pixels long, the ulna 377": the second number has the unit of the first."""
    found = list(items)
    last: Quantity | None = None
    for i, item in enumerate(items):
        if item.kind == "quantity":
            last = item.quantity
        after = items[i + 1] if i + 1 < len(items) else None
        paired = items[i + 2] if i + 2 < len(items) and after is not None and after.tag == "/" else None
        if (
            item.kind == "number"
            and item.quantity
            and paired is not None
            and paired.kind == "quantity"
            and paired.quantity
        ):
            by = paired.quantity.factor
            scaled = tuple(one * by for one in item.quantity.values)
            value = paired.quantity._replace(values=scaled, step=item.quantity.step * by)
            found[i] = item._replace(kind="quantity", tag="", quantity=value)  # "QT/QTc 430/423 ms"
            continue
        ends = after is None or (after.kind == "punct" and after.tag in (".", ",", ";", ")", ""))
        before = items[i - 1] if i else None
        if item.kind != "number" or item.quantity is None or last is None or not ends or before is None:
            continue
        named = before.kind == "mention" and before.tag in ("anatomy", "finding")
        named = named or before.tag.startswith("rank:") or before.kind == "side"
        if named and last.unit in GAPPED and last.bound != "range":
            value = item.quantity
            scaled = tuple(one * last.factor for one in value.values)
            found[i] = item._replace(kind="quantity", tag="", quantity=Quantity(
                scaled, last.unit, value.step * last.factor, value.bound, last.factor))  # fmt: skip
    return found


GAPPED = frozenset({"mm", "mm2", "mL", "px", "px2", "HU", "ms", "SUV"})


def shared(items: list[Item], words: Lexicon) -> list[Item]:
    """ "Gray and white matter", "subdural or epidural hematoma": names that share their last words."""
    found = list(items)
    for i in range(len(items) - 1, 1, -1):
        tail = found[i]
        if tail.kind not in ("mention", "fact") or len(tail.names) < 2:
            continue
        j = i - 1
        while j > 0 and word_of(found[j]) in ("and", "or", ",", "nor", "the", "/"):
            j -= 1
        apart = any(word_of(item) == "the" for item in found[j + 1 : i])
        bare = found[j].kind == "mention" and found[j].tag == "anatomy" and found[j + 1].tag in ("or", "nor", "/")
        if j == i - 1 or apart or not (bare or found[j].kind in ("word", "plane", "phrase")):
            continue
        for n in (3, 2, 1):
            first = j - n + 1
            part = tuple(item.name for item in found[max(first, 0) : j + 1])
            term = _joined(part, tail, words) if first >= 0 and all(part) else None
            if term is not None:
                start, end = found[first].start, found[j].end
                found[first] = Item(
                    tail.kind, term.tag, start, end, term.slugs, term.plural, None, (*part, *tail.names[-1:])
                )
                for k in range(first + 1, j + 1):
                    found[k] = Item("punct", "", found[k].end, found[k].end)
                break
    return found


def _joined(part: tuple[str, ...], whole: Item, words: Lexicon) -> Term | None:
    """What `part` names with the last words of another's name, in the singular or the plural."""
    names, kind = whole.names, whole.kind
    for k in range(1, len(names)):
        for tail in (names[k:], (*names[k:-1], names[-1].removesuffix("s"))):
            run = [*part, *tail]
            match = words.match(run, 0)
            if match is not None and match[1] == len(run) and match[0].kind == kind:
                return match[0]
    return None


def elided(items: list[Item], words: Lexicon) -> list[Item]:
    """ "The left lung is larger than the right (one)": the side stands for the organ named beside it."""
    items = _on_sides(_alike(_ones(placed(items)), words), words)
    places = [i for i in range(1, len(items)) if word_of(items[i]) in SIDES and _stands_alone(items, i)]
    items = _counterparts(items, words)
    if not places:
        return items
    named = {i: pair for i, item in enumerate(items) if item.kind == "mention" and (pair := _pair(item, words))}
    found = list(items)
    for i in places:
        near = min(named, key=lambda k: (k > i, abs(k - i)), default=None)
        slug = named[near].get(items[i].tag) if near is not None else None
        if slug:
            stop = i + 1 < len(items) and items[i + 1].tag in ("one", "side", "counterpart")
            end = items[i + 1].end if stop else items[i].end
            found[i] = Item("mention", words.facets[slug], items[i].start, end, (slug,))
            if stop:
                found[i + 1] = Item("punct", "", end, end)
    return found


def _counterparts(items: list[Item], words: Lexicon) -> list[Item]:
    """ "The right kidney is smaller than its counterpart": than the left one."""
    found = list(items)
    for i in range(2, len(items)):
        named = next((it for it in reversed(items[:i]) if it.kind == "mention"), None)
        one = items[i + 1].tag if i + 1 < len(items) else ""
        meant = items[i].tag == "counterpart" or (items[i].tag == "other" and one in ("one", "side"))
        pair = _pair(named, words) if meant and named is not None else None
        other = [slug for slug in (pair or {}).values() if named is not None and slug not in named.slugs]
        if len(other) == 1:
            found[i] = Item("mention", words.facets[other[0]], items[i].start, items[i].end, (other[0],))
            if items[i].tag == "other":
                found[i + 1] = Item("punct", "", items[i].end, items[i].end)
    return found


def _on_sides(items: list[Item], words: Lexicon) -> list[Item]:
    """ "The hippocampus is smaller on the right than on the left": the right one is smaller than the left."""
    found = list(items)
    for i in range(2, len(items) - 3):
        compares = items[i].tag.startswith("cmp:") and items[i + 1].kind == "side"
        k = (
            next((n for n in range(i + 2, min(i + 5, len(items))) if items[n].kind == "side"), None)
            if compares
            else None
        )
        named = next((n for n in range(i - 1, -1, -1) if items[n].kind == "mention"), None)
        if k is None or named is None or {items[i + 1].tag, items[k].tag} != set(SIDES):
            continue
        own, other = (words.narrow(items[named].slugs, items[n].tag) for n in (i + 1, k))
        if own and other:
            found[named] = items[named]._replace(slugs=own, plural=False)
            found[k] = Item("mention", items[named].tag, items[k].start, items[k].end, other)
            found[i + 1] = Item("punct", "", items[i + 1].start, items[i + 1].start)
    return found


def _alike(items: list[Item], words: Lexicon) -> list[Item]:
    """ "The lower left first molar is larger than the lower right one": the words before "one" take the place of those
    that begin the other's name."""
    found = list(items)
    for i in range(3, len(items)):
        if items[i].tag not in ("one", "counterpart"):
            continue
        named = next((it for it in reversed(found[:i]) if it.kind == "mention" and len(it.names) > 1), None)
        for n in (3, 2, 1) if named is not None else ():
            part = tuple(item.name for item in items[i - n : i])
            term = _joined(part, named, words) if all(part) and i - n > 0 else None  # type: ignore[arg-type]
            if term is not None:
                start, end = items[i - n].start, items[i].end
                found[i] = Item("mention", term.tag, start, end, term.slugs, False, None, (*part, "one"))
                for k in range(i - n, i):
                    found[k] = Item("punct", "", start, start)
                break
    return found


def _ones(items: list[Item]) -> list[Item]:
    """ "The nodule in the left lung, the one in the right": "one" is another of what was named before."""
    found = _each_one(items)
    for i in range(2, len(items)):
        if items[i].tag not in ("one", "ones", "other", "that"):
            continue
        before = items[i - 1]
        if items[i].tag in ("one", "ones") and before.kind == "mention" and before.tag in ("anatomy", "finding"):
            found[i] = Item("punct", "", items[i].start, items[i].start)  # "seven metaplastic ones"
            continue
        told = word_of(before) in ("the", "that", "this", *SIDES) or before.tag.startswith(
            ("rank:", "rate:", "cmp:alone")
        )
        told = told or before.kind in ("side", "quantity", "zone")
        compared = items[i].tag == "that" and before.tag.startswith("cmp:")
        of = [it.kind for it in items[i + 2 : i + 5]] if items[i + 1 : i + 2] and items[i + 1].tag == "rel:of" else []
        if compared and "mention" in of and of[-2:] != ["mention", "mention"]:
            found[i] = found[i + 1] = Item("punct", "", items[i].start, items[i].start)  # "greater than that of the"
            continue
        if not compared and (items[i].tag == "that" or not (told or word_of(before) in ("smaller", "larger"))):
            continue
        if items[i].tag == "other" and i + 1 < len(items) and items[i + 1].kind == "mention":
            continue
        things = [it for it in reversed(found[:i]) if it.kind == "mention" and it.tag in ("anatomy", "finding")]
        if before.tag.startswith(("rank:", "cmp:alone")):
            things = [it for it in things if it.tag == "finding"] or things  # "nodules in the lungs; the bigger one"
        named = next((it for it in things if it.tag == "finding" or it.plural or before.tag.startswith("rank:")), None)
        if named is None and word_of(before) not in SIDES and i + 1 < len(items) and items[i + 1].kind == "zone":
            named = next(iter(things), None)  # "larger than the one in the center"
        if named is None and items[i].tag == "one" and (before.kind == "zone" or before.tag.startswith("rank:")):
            named = items[i]._replace(kind="mention", tag="finding", slugs=("*finding",), names=("one",))
        if named is None:
            continue
        if before.tag.startswith("cmp:alone"):
            rank = "rank:largest" if before.tag.endswith("larger") else "rank:smallest"
            found[i - 1] = before._replace(kind="phrase", tag=rank)
        found[i] = named._replace(start=items[i].start, end=items[i].end, plural=False)
    return _superlatives(found)


PLACING = frozenset(("rel:inside", "rel:adjacent"))


def _each_one(items: list[Item]) -> list[Item]:
    """ "One lesion is on the left, one on the right and one in the midline": each is another of the same kind."""
    found = list(items)
    first = next((k for k in range(1, len(items)) if items[k].kind == "mention" and items[k - 1].tag == "one"), None)
    for i in range(first + 1, len(items) - 1) if first is not None else ():
        placed = items[i + 1].kind in ("side", "zone") or items[i + 1].tag in PLACING
        if items[i].tag == "one" and items[i - 1].tag in (",", "and") and placed and first is not None:
            found[i] = items[first]._replace(start=items[i].start, end=items[i].end, plural=False)
    return found


def _superlatives(items: list[Item]) -> list[Item]:
    """ "The largest nucleus is 52 pixels long and the smallest 31": a rank that stands for the same kind of thing."""
    found: list[Item] = []
    for i, item in enumerate(items):
        found.append(item)
        after = items[i + 1] if i + 1 < len(items) else None
        own = item.names[:1] == ("the",)  # "the larger"
        if not item.tag.startswith("rank:") or not (own or word_of(items[i - 1]) == "the"):
            continue
        if i > 1 and finite(items[i - 1 if own else i - 2]):
            continue
        ends = (
            after is None
            or after.kind in ("punct", "number", "quantity", "zone", "side")
            or (finite(after) or after.tag == "rel:with")
        ) or after.tag in ("measuring", "spanning", "covering")
        further = [it.tag for it in items[i + 1 : i + 3]]
        if further[:1] == ["rel:of"] and further[1:] in (["which"], ["them"], ["these"], ["those"]):
            things = [it for it in items[:i] if it.kind == "mention" and it.plural]
            found += [things[-1]._replace(start=item.end, end=item.end, plural=False)] if things else []
            continue
        named = next(
            (it for k, it in enumerate(items[:i]) if it.kind == "mention" and k and "rank:" in items[k - 1].tag), None
        )
        if named is None and own and after is not None and after.tag != ".":
            named = next((it for it in reversed(items[:i]) if it.kind == "mention" and it.plural), None)
        if ends and named is not None:
            found.append(named._replace(start=item.end, end=item.end, plural=False))
    return found


def _stands_alone(items: list[Item], i: int) -> bool:
    after = items[i + 1] if i + 1 < len(items) else None
    before = word_of(items[i - 1])
    ends = after is None or after.kind in ("punct", "quantity") or after.tag in FINITE or after.tag in ELLIPSIS
    before = "than" if items[i - 1].tag.startswith("cmp:") else before
    return before in ("the", "its", "than", "and", "that") and (ends or (after is not None and after.kind == "phrase"))


def _mirrored(item: Item, words: Lexicon) -> dict[str, str] | None:
    """ "Left ventricle", "right ventricle": named by sides that are not the patient's."""
    for side, other in (("left", "right"), ("right", "left")):
        if len(item.slugs) == 1 and item.slugs[0].startswith(f"{side}_"):
            twin = item.slugs[0].replace(f"{side}_", f"{other}_", 1)
            if twin in words.facets:
                return {side: item.slugs[0], other: twin}
    return None


def _pair(item: Item, words: Lexicon) -> dict[str, str] | None:
    """The slugs of both sides of what an item names, by side."""
    sided = words.side_of(item.slugs)
    if sided is None and len(item.slugs) == 2 and all(slug in words.space for slug in item.slugs):
        sides = {words.space.get(slug).side: slug for slug in item.slugs}
        return {side: slug for side, slug in sides.items() if side} if None not in sides else None
    if sided is None:
        return words.pairs.get(item.slugs) or _mirrored(item, words)
    entries = [words.space.get(slug) for slug in sided[1]]
    return {entry.side: entry.slug for entry in entries if entry.side}
