"""Whose entry it is: names that annotation files give, against the paths of images.

Files name images by more or less of their path, from another folder, from another system ("a\\b.png"), or in another
form of Unicode. An entry is an image's own when no other entry's folders, and no other image's, fit better.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from connectors import layout, patterns
from connectors.assemble import Image
from connectors.base import Unreadable

Entry = TypeVar("Entry")
SHOWN = 4  # names in a reason


def mine(image: Image, file: str, entries: Sequence[tuple[str, Entry]], *, alone: str | None = None) -> list[Entry]:
    """Those of the entries of `file` that are the image's: all of them have its base name, and their folders may tell
    them apart. `alone`: the pattern of the file, where an entry is of one image only, so that other images of that name
    may have the better claim. Raises Unreadable where folders leave open whose an entry is."""
    entries = [(name, entry) for name, entry in entries if not _elsewhere(image, name)]
    if not entries:
        return []
    scores = [_shared(image.path, name) for name, _ in entries]
    best = [(name, entry) for (name, entry), score in zip(entries, scores, strict=True) if score == max(scores)]
    several = list(dict.fromkeys(_folders(name) for name, _ in best))
    if len(several) > 1:
        names = ", ".join(dict.fromkeys(name for name, _ in best[:SHOWN]))
        raise Unreadable(image.path, f"{file} has {names}, and nothing tells which is this image's; set `key`, `match`")
    rivals = _rivals(image, alone) if alone is not None else ()
    others = {path: _shared(path, best[0][0]) for path in rivals}
    if any(score > max(scores) for score in others.values()):
        return []
    tied = [path for path, score in others.items() if score == max(scores)]
    if tied:
        names = ", ".join(tied[:SHOWN])
        raise Unreadable(image.path, f"{best[0][0]} in {file} may be its or that of {names}; set `key`, `match`")
    return [entry for _, entry in best]


def _elsewhere(image: Image, name: str) -> bool:
    """Whether a name's folder is another one in which images lie: it is no image's of this folder."""
    said, own = _folders(name), _folders(image.path)
    if not said or not own or said[-1] in own:
        return False
    key = ("folders", image.root)
    if key not in image.card.memo:
        image.card.memo[key] = {_folders(path)[-1:] for path, _ in _listed(image)}
    return said[-1:] in image.card.memo[key]


def is_first(image: Image, file: str) -> bool:
    """Whether the image is the first that an annotation file of this pattern is read for: what the file says of no
    image at all is told there."""
    bound = patterns.bind(file, image.fields)
    key = ("first", image.root, bound)
    found = image.card.memo.get(key)
    if found is None:
        those = (path for path, fields in _listed(image) if patterns.bind(file, layout.named(path, fields)) == bound)
        found = image.card.memo[key] = next(those, "")
    return bool(found == image.path)


def _rivals(image: Image, file: str) -> tuple[str, ...]:
    """The other images with the base name of this one whose annotations are in the same file."""
    files = _common(image).files
    if len(files) == 1 and patterns.plain(files[0].rpartition("/")[0]):
        return ()  # one folder has no name twice
    bound = patterns.bind(file, image.fields)
    return tuple(
        path for path in _doubled(image).get(_base(image.path), ())
        if path != image.path and _bound(image, file, path) == bound
    )  # fmt: skip


def _doubled(image: Image) -> dict[str, list[str]]:
    """The base names that several images have, and those images: few, so that those of a large set are not held."""
    key = ("names", image.root)
    names: dict[str, list[str]] | None = image.card.memo.get(key)
    if names is None:
        names = image.card.memo[key] = {}
        seen, again = set[int](), set[int]()
        for path, _ in _listed(image):
            mark = hash(_base(path))
            (again if mark in seen else seen).add(mark)
        for path, _ in _listed(image) if again else ():
            if hash(_base(path)) in again:
                names.setdefault(_base(path), []).append(path)
    return names


def contested(image: Image, file: str, match: str, said: Sequence[str] = ()) -> list[str]:
    """The images of other subjects that have the file name of this one, and by `match` the same key in `file`, so that
    nothing tells whose a row with that key is. None where the key is no file's name but a patient's or a study's, and
    where the names `said` in the rows have folders that fit this image better."""
    if not _is_of_file(image, match):
        return []
    key, subject = patterns.fill(match, image.fields), _subject(image, image.path)
    found = []
    for path in _rivals(image, file):
        fields = layout.fields_of(image.card, _common(image), path)
        better = said and all(_shared(image.path, name) > _shared(path, name) for name in said)
        if _filled(match, fields) != key or better:
            continue
        if subject is None or subject != _subject(image, path):
            found.append(path)
    return found


def _is_of_file(image: Image, match: str) -> bool:
    """Whether a template names an image's file, and does not leave open which of a folder it is."""
    asked = set(patterns.names(match))
    if asked & {"name", "stem"}:
        return True
    fitting = (text for text in _common(image).files if patterns.pattern(text).of_path(image.path) is not None)
    file = set(patterns.names(next(fitting, "").rpartition("/")[2]))
    return bool(file) and file <= asked


def _subject(image: Image, path: str) -> str | None:
    """Whose an image is, as far as its path tells; an image of its own where the card does not say."""
    given = image.card.layout.options.get("subject")
    if given is None:
        return path
    fields = layout.fields_of(image.card, _common(image), path)
    templates = (given,) if isinstance(given, str) else given
    return next((found for text in templates if (found := _filled(text, fields)) is not None), None)


def _filled(template: str, fields: Mapping[str, str]) -> str | None:
    try:
        return patterns.fill(template, fields)
    except KeyError:
        return None


def _bound(image: Image, file: str, path: str) -> str:
    return patterns.bind(file, layout.fields_of(image.card, _common(image), path))


def _common(image: Image) -> layout.Common:
    found: layout.Common | None = image.card.memo.get("files")
    if found is None:
        given = image.card.layout.options
        found = layout.Common.model_validate({name: given[name] for name in ("files", "ignore") if name in given})
        image.card.memo["files"] = found
    return found


def _listed(image: Image) -> Iterator[tuple[str, dict[str, str]]]:
    return layout.paths(image.root, _common(image))


def _base(path: str) -> str:
    return unicodedata.normalize("NFC", path.rsplit("/", 1)[-1]).casefold()


def _folders(name: str) -> tuple[str, ...]:
    steps = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")[:-1]
    return tuple(step.casefold() for step in steps if step not in ("", "."))


def _shared(path: str, name: str) -> int:
    """How many folders above an image and above a name are the same, from the image upwards."""
    count = 0
    for own, said in zip(reversed(_folders(path)), reversed(_folders(name)), strict=False):
        if own != said:
            break
        count += 1
    return count
