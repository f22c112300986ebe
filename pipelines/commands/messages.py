"""`triptych messages`: the dialogues of a published corpus as chat messages, reasoning told as one likes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.recipes import RecipeError

if TYPE_CHECKING:
    from schemas import Dialogue, Sample

STYLES = "answer, prose, steps, tools (calls of tools and their results) or preference (chosen and rejected)"


def messages(
    corpus: Annotated[Path, typer.Argument(help="the published folder")],
    style: Annotated[str, typer.Option(help=STYLES)] = "steps",
    split: Annotated[str | None, typer.Option(help="only this split")] = None,
) -> None:
    """The dialogues of published shards as chat messages, a JSON line each, with their reasoning."""
    from schemas.faults import like

    if style not in (known := ("answer", "prose", "steps", "tools", "preference")):
        raise RecipeError(f"--style {style}{like(style, known)}: use one of {STYLES}")
    found = False
    for line in lines(corpus, style, split):
        found = True
        typer.echo(json.dumps(line, ensure_ascii=False))
    if not found:
        what = "dialogue with a rejected answer" if style == "preference" else "dialogue"
        where = f" in the split {split!r}" if split else ""
        raise RecipeError(f"{corpus}: no {what}{where}; nothing is written")


def lines(corpus: Path, style: str, split: str | None = None) -> Iterator[dict[str, Any]]:
    """key, dialogue, task, the media (`prior`: those of an earlier study), and the messages of each dialogue that can
    be told so; a report that is asked about stands before the question. For `tools` also the functions that are called,
    and the regions that they name."""
    from transforms.shards.manifest import samples
    from transforms.tasks.rendering import messages as rendered
    from transforms.tasks.rendering import preference, tools

    for _, sample, _ in samples(corpus, split):
        shown = [media.name for media in sample.media if media.kind in ("image", "volume")]
        earlier = {"prior": list(sample.group.earlier)} if sample.group and sample.group.earlier else {}
        for one in sample.dialogues:
            about = {"key": sample.key, "dialogue": one.id, "task": one.task, "media": shown, **earlier}
            pair = preference(one, sample.document) if style == "preference" else None
            if pair is not None:
                yield {**about, **pair}
            elif style != "preference":
                told = rendered(one, style, shown[0] if shown else None, sample.document)  # type: ignore[arg-type]
                called = {"tools": tools([one]), "regions": _regions(sample, one)} if style == "tools" else {}
                yield {**about, "messages": told, **called}


def _regions(sample: "Sample", dialogue: "Dialogue") -> list[dict[str, Any]]:
    """The regions that steps name, with what they are and where, as a segmenter would have handed them over."""
    used = {value for step in dialogue.reasoning for value in step.args.values() if isinstance(value, str)}
    used |= {one for step in dialogue.reasoning for v in step.args.values() if isinstance(v, list | tuple) for one in v}
    return [
        {"id": one.id, "label": one.concept.label, "box": one.box and list(one.box.xyxy)}
        for one in sample.regions if one.id in used
    ]  # fmt: skip
