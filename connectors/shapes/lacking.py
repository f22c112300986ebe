"""Masks that are not there although others of the same image are: of a class, or of one in a row of numbered ones."""

import re
from collections.abc import Iterator, Mapping, Sequence

from connectors import patterns
from connectors.assemble import Image
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft
from schemas import Notice

Files = Sequence[tuple[str, Mapping[str, str]]]  # those that are there, each with the fields that the pattern left open


def classes(image: Image, file: str, label: str, found: Files, partial: str) -> Iterator[Draft]:
    """What an image says of classes without a file, by `partial` as by `missing` of masks: that they are not annotated
    ("notice", "unannotated"), or nothing ("empty"), where the source draws only what is there."""
    lost = () if partial == "empty" else _lost(image, file, label, found)
    if not lost:
        return
    if partial == "unannotated":
        yield ExaminedDraft(found[0][0], unsaid=lost)
        return
    reason = f"{_named(image, file)}: no file for {', '.join(lost)}: not annotated here"
    yield ProblemDraft(Notice(kind="file", uri=image.path, reason=reason), lost)


def numbers(image: Image, file: str, field: str, label: str, found: Files) -> Iterator[Draft]:
    """What an image says of numbers that are left out below one that is there, counted from 0, which a blank is."""
    texts = [re.sub(r"\D", "", own.get(field) or "") for _, own in found]
    there = {int(text or 0) for text in texts}
    lost = [str(number) for number in range(max(there, default=0)) if number not in there]
    if lost:
        missed = f"no file of number {', '.join(lost)}, and one of {max(there)}"
        reason = f"{_named(image, file)}: {missed}: what it shows is not known"
        yield ProblemDraft(Notice(kind="file", uri=image.path, reason=reason), (label,))


def _named(image: Image, file: str) -> str:
    """A pattern as it is told: filled in, and what stays open by its name alone."""
    return patterns.TOKEN.sub(
        lambda token: f"{{{token[1]}}}" if token[1] else token[0], patterns.bind(file, image.fields)
    )


def _lost(image: Image, file: str, label: str, found: Files) -> tuple[str, ...]:
    """The card's labels that a file might be named after, and is not. None where all files are of one label."""
    if image.fields.keys() >= set(patterns.names(label)):
        return ()
    own = {token[1]: token[0] for token in patterns.TOKEN.finditer(file) if token[2]}
    fits = patterns.pattern(
        patterns.TOKEN.sub(lambda token: own.get(token[1], token[0]), patterns.bind(label, image.fields))
    )
    there = {patterns.fill(label, {**image.fields, **fields}) for _, fields in found}
    known = image.card.layout.labels.items()
    return tuple(name for name, slug in known if slug is not None and name not in there and fits.match(name))
