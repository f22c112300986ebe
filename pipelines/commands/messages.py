"""`triptych messages`: the dialogues of a published corpus as chat messages, reasoning told as one likes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.recipes import RecipeError

STYLES = "answer, prose, steps, tools (calls of tools and their results) or preference (chosen and rejected)"


def messages(
    corpus: Annotated[Path, typer.Argument(help="the published folder")],
    style: Annotated[str, typer.Option(help=STYLES)] = "steps",
    split: Annotated[str | None, typer.Option(help="only this split")] = None,
) -> None:
    """The dialogues of published shards as chat messages, a JSON line each, with their reasoning."""
    if style not in ("answer", "prose", "steps", "tools", "preference"):
        raise RecipeError(f"--style {style}: use one of {STYLES}")
    if not (corpus / "manifest.json").exists():
        raise RecipeError(f"{corpus}: there is no manifest.json; name the folder with the shards")
    for line in lines(corpus, style, split):
        typer.echo(json.dumps(line, ensure_ascii=False))


def lines(corpus: Path, style: str, split: str | None = None) -> Iterator[dict[str, Any]]:
    """key, dialogue, task, the image, and the messages of each dialogue that can be told so."""
    from schemas import Sample
    from transforms.shards.manifest import load
    from transforms.shards.tar import read_shard
    from transforms.tasks.rendering import messages as rendered
    from transforms.tasks.rendering import preference

    for entry in load(corpus).shards:
        for key, members in read_shard(corpus / entry.name) if split in (None, entry.split) else ():
            sample = Sample.model_validate_json(members["json"])
            shown = [media.name for media in sample.media if media.kind in ("image", "volume")]
            for one in sample.dialogues:
                about = {"key": key, "dialogue": one.id, "task": one.task, "media": shown}
                pair = preference(one) if style == "preference" else None
                if pair is not None:
                    yield {**about, **pair}
                elif style != "preference":
                    yield {**about, "messages": rendered(one, style, shown[0] if shown else None)}  # type: ignore[arg-type]
