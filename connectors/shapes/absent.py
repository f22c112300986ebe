"""Files of annotations that are not there: what that means, and links whose content was not fetched."""

from collections.abc import Iterator

from connectors import archives, patterns, walking
from connectors.assemble import Image
from connectors.base import Unreadable
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft
from raw import confine
from schemas import Notice


def drafts(image: Image, file: str, missing: str) -> Iterator[Draft]:
    """What an image without a file of an annotation says: by `missing`, that it is "unannotated" (nothing), that the
    source looked and left it out ("empty"), or that one was missed ("notice"). Raises Unreadable for "refuse"."""
    named = patterns.bind(file, image.fields)
    confine.check(image.root, archives.split(image.root, patterns.fixed(named))[0])
    if missing == "refuse":
        raise Unreadable(image.path, f"no mask fits {named}")
    if missing == "empty" and somewhere(image, file):
        yield ExaminedDraft(named)
    elif missing in ("notice", "empty"):
        reason = f"no file fits {named}: this image counts as not annotated by it"
        yield ProblemDraft(Notice(kind="file", uri=image.path, reason=reason))


def somewhere(image: Image, file: str) -> bool:
    """Whether any image of the set has such a file: where none has, they lie elsewhere and were not left out."""
    key = ("any", str(image.root), file)
    if key not in image.card.memo:
        found = walking.find(image.root, file, {})
        image.card.memo[key] = any(archives.there(image.root, path) for path, _ in found)
    return bool(image.card.memo[key])
