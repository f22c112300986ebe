"""Dialogues and descriptions of a sample as turns of a conversation, each with the pictures that it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from schemas import Dialogue
from transforms.shards.encode import decode_png, png
from transforms.shards.exports._coordinates import PLACE, Frame, frame
from transforms.shards.exports._job import Item, Job, size
from transforms.tasks.rendering import Message, messages

ASK = {
    "report": "Report what {this} {shows}.", "caption": "Write a caption for {this}.",
    "instruction": "Describe {this}.", "patient": "Explain to a patient what {this} {shows}.",
}  # fmt: skip
"""What is asked for a description, by the register that it is written in."""


@dataclass(frozen=True)
class Turn:
    """`pictures`: paths relative to the export, shown before the text."""

    role: Literal["user", "assistant"]
    text: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """`id` is unique in the corpus; `task` is the family, "description" of the sample's own text."""

    id: str
    task: str
    turns: tuple[Turn, ...]

    @property
    def pictures(self) -> tuple[str, ...]:
        return tuple(path for turn in self.turns for path in turn.pictures)


def conversations(job: Job, split: str) -> Iterator[tuple[Item, Conversation]]:
    """All of a split: a sample's description, then its dialogues. What cannot be told in the job's coordinates is left
    out and counted."""
    for item in job.shown(split):
        yield from ((item, one) for one in _of(job, item))


def _of(job: Job, item: Item) -> Iterator[Conversation]:
    key, sample = item.sample.key, item.sample
    if sample.description.overall.text:
        asked = ASK[sample.description.register_ or "instruction"].format_map(_words(item))
        said = (Turn("user", _document(item, asked)), Turn("assistant", sample.description.overall.text))
        yield from _told(job, item, Conversation(f"{key}-description", "description", said))
    first = item.pictures[0].name if item.pictures else None
    for dialogue in sample.dialogues:
        told = messages(dialogue, job.style, first, sample.document)
        turns = tuple(
            Turn(one["role"], str(one["content"]), _crop(job, item, dialogue, n, one)) for n, one in enumerate(told)
        )
        yield from _told(job, item, Conversation(f"{key}-{dialogue.id}", dialogue.task, turns), dialogue)


def _told(job: Job, item: Item, one: Conversation, dialogue: Dialogue | None = None) -> Iterator[Conversation]:
    """The conversation with its pictures, its places in the job's frame; none where they have no one frame."""
    theirs = dialogue is not None and dialogue.published  # brackets in the words of a source are its own
    found = of_pictures(job.coordinates, item)
    if found is None and any(PLACE.search(turn.text) for turn in one.turns):
        job.left_out["dialogue: has places on pictures of several sizes"] += 1
        return
    turns = one.turns if theirs or found is None else tuple(replace(t, text=found.text(t.text)) for t in one.turns)
    if found is not None and any(found.lost(turn.text) for turn in turns):
        job.left_out["dialogue: states lengths in pixels, and the model sees the picture at another size"] += 1
        return
    shown = job.pictures(item)
    yield replace(one, turns=(replace(turns[0], pictures=(*shown, *turns[0].pictures)), *turns[1:]))


def of_pictures(coordinates: str, item: Item) -> Frame | None:
    """The frame of all pictures of a sample; None where they differ in size and need several."""
    sizes = {size(media) for media in item.pictures}
    if len(sizes) > 1 and coordinates != "pixels":
        return None
    return frame(coordinates, next(iter(sizes), (1, 1)))


def _crop(job: Job, item: Item, dialogue: Dialogue, number: int, message: Message) -> tuple[str, ...]:
    """The part of the picture that a turn shows, as a picture of its own."""
    if "image" not in message or message["image"]["member"] not in item.members:
        return ()
    x0, y0, x1, y1 = message["image"]["crop"]
    array = decode_png(item.members[message["image"]["member"]])
    return (job.image(f"{item.sample.key}.{dialogue.id}.{number}.png", png(array[y0:y1, x0:x1])),)


def _words(item: Item) -> dict[str, str]:
    if item.sample.document is not None:
        return {"this": "this report", "shows": "says"}
    if item.sample.view.frame == "clip":
        return {"this": "this clip", "shows": "shows"}
    if len(item.pictures) > 1:
        return {"this": "these images", "shows": "show"}
    return {"this": "this image", "shows": "shows"}


def _document(item: Item, asked: str) -> str:
    document = item.sample.document
    return asked if document is None or item.pictures else f"{document.strip()}\n\n{asked}"


def marked(turn: Turn, token: str = "<image>") -> str:
    """The text of a turn after a token for each picture that it shows."""
    return f"{token}\n" * len(turn.pictures) + turn.text


def several(paths: Sequence[str]) -> str | list[str]:
    """One path as itself, as formats write it that once knew one."""
    return paths[0] if len(paths) == 1 else list(paths)
