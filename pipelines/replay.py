"""Replay: what was quarantined is tried again, with the recipe and the folders of the last run."""

from pipelines.build import LAST
from pipelines.context import Context
from pipelines.publish.history import STAMP
from pipelines.recipes import RecipeError
from pipelines.stages import NAMES
from pipelines.store import Store
from schemas import Recipe
from schemas.faults import like


def last_run(workspace: str) -> Context:
    """The context of a workspace's last run. Raises RecipeError where there was none."""
    about = Store(workspace).read_json(LAST)
    if about is None:
        raise RecipeError(f"{workspace}: nothing was built here; run: triptych build RECIPE --workspace {workspace}")
    return Context(Recipe.model_validate(about["recipe"]), about["raw"], workspace)


def stages_of(ctx: Context, stage: str | None) -> tuple[str, ...]:
    """What is to run: the stage's own engine and those after it, as far as the last run came. Raises RecipeError."""
    if stage is not None and stage not in ("ingest", *NAMES):
        raise RecipeError(f"--stage {stage}{like(stage, ('ingest', *NAMES))}: there are ingest, {', '.join(NAMES)}")
    first = ("ingest", "curate") if stage in (None, "ingest") else ("curate",)
    return (*first, "publish") if Store(ctx.workspace).read_json(STAMP) else first
