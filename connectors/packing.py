"""How a data set's folder is packed: as published, or in another known way, which is then read without moving a file.

Known are: an extra folder above (an archive's name, a repository's, a mirror's), or the top folder itself; the top
folder under another name; an archive that was unpacked, or a folder that is still in its archive; names in other case
or URL-encoded; a folder twice ("ACDC/ACDC"). One that fits in several ways is not read.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote

from connectors import archives, layout, packed, patterns, walking
from connectors.asked import Asked
from connectors.packed import Packed
from schemas import DatasetCard, Notice

DEPTH = 3  # folders above the published ones
MOST = 200  # folders that are looked into
PATHS = ("file", "mask", "folder", "classes")  # options of annotation formats that say where files lie


class PackingError(ValueError):
    """A folder that may be packed in several ways, or that holds nothing of its data set."""


def found(root: Path, card: DatasetCard, options: layout.Common) -> Path:
    """`root`, or a `Packed` of it where another packing lies there. Raises PackingError where several may."""
    files = _of_this_packing(root, options)
    images = [asked for text in files for asked in Asked.of(text, patterns.few(text))]
    known: dict[str, tuple[str, ...]] = {}
    for text in files:
        known |= {name: (*known.get(name, ()), *values) for name, values in patterns.few(text).items()}
    every = [*images, *(asked for text in _texts(card, options) for asked in Asked.of(text, known))]
    readable, there = _any(root, images), all(_in_place(root, asked) for asked in every if asked.published)
    if readable and there and not _unpacked(root, every):
        return root
    if readable and not any(_in_place(root, asked) for asked in every if asked.published):
        readable = False  # patterns that begin with any folders fit one level too high as well
    base, loose, moves = ("", ""), readable and _unpacked(root, every), _moves(root, ("", ""), every, card)
    if not readable and not (moves and _any(Packed.of(root, moves), images)):
        base, loose = _base(root, images, every, card)
        moves = _moves(root, base, every, card)
    kept = tuple(move for move in (base, *moves) if move[0] != move[1])
    made = Packed.of(root, kept, loose)
    if not kept and not loose:
        return root
    return made if _any(made, images) else root


def _of_this_packing(root: Path, options: layout.Common) -> list[str]:
    """The patterns of images without those in place of which another one of the same images fits."""
    left_out: set[str] = set()
    for group in options.one_of:
        fitting = layout.fitting(root, group)
        left_out.update(text for text in group if fitting and text not in fitting)
    return [text for text in options.files if text not in left_out]


def notices(root: Path, card: DatasetCard, options: layout.Common) -> Iterator[Notice]:
    """That another packing is read, once; and members of archives whose names lead out of them: they fit no pattern."""
    if isinstance(root, Packed):
        said = [f"{published or 'the top folder'} is read from {place or 'the top'}" for published, place in root.moves]
        said += ["archives may be unpacked and folders packed"] if root.loose else []
        yield Notice(kind="file", uri=".", reason=f"not packed as published: {'; '.join(said)}")
    asked = (archives.inside(text) for text in (*options.files, *_texts(card, options)))
    for archive in sorted({path for text in asked if text for path, _ in walking.find(root, text, {})}):
        for name in _leading_out(root, archive):
            yield Notice(kind="file", uri=f"{archive}/{name}", reason="its name leads out of the archive: not read")


def _leading_out(root: Path, archive: str) -> list[str]:
    place, member = archives.split(root, archive)
    if member is not None or not archives.there(root, archive):
        return []
    try:
        return sorted(name for name in archives.contents(Path(str(root)), place).faults if ".." in name.split("/"))
    except archives.BROKEN:
        return []  # said of the items that lie in it


def _texts(card: DatasetCard, options: layout.Common) -> Iterator[str]:
    """The patterns of the annotations' files that count from the top."""
    for part in layout.bound(card, options):
        for name in PATHS:
            given = getattr(part.options, name, None)
            given = getattr(given, "file", given)
            for text in (given,) if isinstance(given, str) else given if isinstance(given, tuple) else ():
                if isinstance(text, str) and not text.startswith("{path}"):
                    yield text


def _any(root: Path, asked: Iterable[Asked]) -> bool:
    return any(_fits(root, one) for one in asked)


def _fits(root: Path, asked: Asked) -> bool:
    """Whether a file fits the pattern."""
    return next(walking.walk(root, asked.pattern), None) is not None


def _lies(root: Path, place: str, rest: str) -> str | None:
    """A file that fits the rest of a pattern below a place, which is that file where there is no rest; None without."""
    if not rest:
        place, _, rest = place.rpartition("/")
    path, _ = next(walking.walk(Packed.of(root, (("", place),)), patterns.pattern(rest)), (None, {}))
    return None if path is None else packed.joined(place, path)


def _unpacked(root: Path, every: list[Asked]) -> bool:
    """Whether archives that a pattern names by fields are missing and lie there unpacked, so that no pattern finds what
    was in them."""
    named = [one for one in every if any(map(archives.is_archive, one.rest.split("/")[:-1]))]
    loose = Packed.of(root, (), loose=True)
    for one in named:
        path = None if _fits(root, one) else next((path for path, _ in walking.walk(loose, one.pattern)), None)
        if path is not None and all(other.pattern.of_path(loose.true(path)) is None for other in every):
            return True
    return False


def _base(
    root: Path, images: list[Asked], every: list[Asked], card: DatasetCard
) -> tuple[tuple[str, str], bool]:  # fmt: skip
    """Which published folder lies where, so that an image is found, and whether archives have to be unpacked or folders
    packed for that. As many of its folders as can be are kept, as they are called if they can be."""
    common = _common([one.lead for one in every])
    places = ["", *_places(root)]
    for loose in (False, True):
        for kept in range(len(common) + 1):
            head = "/".join(common[:kept])
            telling = [one for one in every if one.tells(kept)]
            tried = [(place, Packed.of(root, ((head, place),), loose)) for place in places]
            fits = [
                place for place, given in tried
                if _any(given, images) and (_means(place, head) or _any(given, telling))
            ]  # fmt: skip
            if fits:
                return (head, _one(card, head, _best(root, head, fits, every))), loose
        if not loose:
            fits = [place for place in places if any(_spots_of(root, ("", place), one) for one in images)]
            if fits:
                return ("", _one(card, "", _best(root, "", fits, every))), False
    return ("", ""), False


def _means(place: str, head: str) -> bool:
    """Whether a folder may stand for a published one by itself: it was given, or is called alike."""
    return not place or not head or _alike(place.rpartition("/")[2], head.rpartition("/")[2])


def _common(leads: list[tuple[str, ...]]) -> tuple[str, ...]:
    first, last = min(leads), max(leads)
    return tuple(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))


def _places(root: Path) -> Iterator[str]:
    """Folders and archives that may hold the published tree, level by level."""
    level, count = [""], 0
    for _ in range(DEPTH):
        below: list[str] = []
        for folder in level:
            for name, is_folder in archives.names(str(root / folder)):
                path = f"{folder}/{name}" if folder else name
                if is_folder:
                    below.append(path)
                elif archives.is_archive(name):
                    yield from dict.fromkeys((path, packed.inside(root, path, archives.bare(name))))
        count += len(below)
        yield from below
        if count > MOST:
            return
        level = below


def _in_place(root: Path, asked: Asked) -> bool:
    """Whether the leading folders are there, and not twice."""
    folder = root / asked.published
    return folder.exists() and not (asked.lead and (root / asked.folder / asked.lead[-1]).is_dir())


def _moves(root: Path, base: tuple[str, str], every: list[Asked], card: DatasetCard) -> packed.Moves:
    """Where the leading folders, and files that are asked for by name, lie under other names."""
    start = Packed.of(root, (base,))
    moves: dict[str, str] = {}
    for one in sorted(dict.fromkeys(every), key=lambda one: ("**/" in one.rest, len(one.lead))):
        if one.published in moves or _fits(Packed.of(root, (*moves.items(), base)), one):
            continue
        spots = [spot for spot in _spots_of(root, base, one) if not _known(root, base, spot, one, every)]
        if spots:
            published, place = _shortest(start, one.published, _one(card, one.published, spots))
            if moves.get(published, place) != place:
                published, place = one.published, spots[0]
            moves[published] = place
    return tuple(moves.items())


def _known(root: Path, base: tuple[str, str], spot: str, one: Asked, every: list[Asked]) -> bool:
    """Whether what lies there is what another pattern of the card asks for."""
    path, (head, place) = _lies(root, spot, "" if one.published != one.folder else one.rest), base
    if path is None:
        return False
    published = packed.joined(head, path[len(place) :].lstrip("/")) if path.startswith(place) else path
    return any(other is not one and other.pattern.of_path(published) is not None for other in every)


def _shortest(start: Packed, published: str, place: str) -> tuple[str, str]:
    """A move without the folders at its end that keep their names: what else lies beside them moves along."""
    above, _, name = published.rpartition("/")
    folder, _, other = place.rpartition("/")
    if above and folder and name == other and not (start / start.true(above)).exists():
        return _shortest(start, above, folder)
    return published, place


def _spots_of(root: Path, base: tuple[str, str], one: Asked) -> list[str]:
    """Where the leading folders of a pattern may lie under other names, so that a file fits it."""
    head, place = base
    steps = one.published.split("/")[len(head.split("/")) if head else 0 :] if one.published else []
    rest = one.rest if one.published == one.folder else ""
    return _outer([spot for spot in dict.fromkeys(_spots(root, place, steps)) if spot and _lies(root, spot, rest)])


def _spots(root: Path, place: str, steps: list[str]) -> Iterator[str]:
    """Places that the folders `steps` below `place` may be, by names that mean the same."""
    if not steps or _inside_archive(root, place):
        yield packed.joined(place, *steps)
        return
    wanted, rest = steps[0], steps[1:]
    for name, is_folder in archives.names(str(root / place)):
        path = packed.joined(place, name)
        if not _alike(name, wanted) or (not is_folder and not archives.is_archive(name) and rest):
            continue
        yield from _spots(root, path, rest)
        if is_folder:
            twice = [inner for inner, below in archives.names(str(root / path)) if below and _alike(inner, wanted)]
            for inner in twice:
                yield from _spots(root, packed.joined(path, inner), rest)
        elif archives.is_archive(name):
            yield from _spots(root, packed.inside(root, path, archives.bare(wanted)), rest)
    if archives.is_archive(wanted):
        yield from _spots(root, place, rest)


def _alike(name: str, wanted: str) -> bool:
    return _key(name) == _key(wanted) or _key(archives.bare(name)) == _key(archives.bare(wanted))


def _inside_archive(root: Path, place: str) -> bool:
    uri, member = archives.split(root, place)
    return member is not None or (archives.is_archive(uri) and (root / uri).is_file())


def _best(root: Path, head: str, places: list[str], every: list[Asked]) -> list[str]:
    """Without those that lie in another, or around another, below which no less of what is asked for by name lies."""

    def count(place: str) -> int:
        given = Packed.of(root, ((head, place),))
        return sum((root / given.true(one.published)).exists() for one in every if one.published)

    counts = {place: count(place) for place in places}
    return [
        one for one in places
        if not any(_within(one, other) and counts[other] >= counts[one] for other in places)
        and not any(_within(other, one) and counts[other] > counts[one] for other in places)
    ]  # fmt: skip


def _within(one: str, other: str) -> bool:
    return one != other and (not other or one.startswith(f"{other}/"))


def _outer(places: list[str]) -> list[str]:
    """Without those that lie in another."""
    return [one for one in places if not any(_within(one, other) for other in places)]


def _one(card: DatasetCard, head: str, places: list[str]) -> str:
    if len(places) > 1:
        what = f"{head!r}" if head else "the data set"
        raise PackingError(
            f"{card.id}: {what} may be any of {', '.join(places[:5])}: this looks too high; give the one that is meant"
        )
    return places[0]


def _key(name: str) -> str:
    """A name without case, URL-encoding and Unicode form."""
    return unicodedata.normalize("NFC", unquote(name)).casefold()
