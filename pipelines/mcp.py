"""The catalogue for agents: a read-only server of the Model Context Protocol, over standard input and output.

A server is started for one use. What its terms do not allow for that is not found, not shown and not planned; `terms`
alone speaks of it, and says why.
"""

from pathlib import Path
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

import catalog
from catalog import commands
from catalog.search import Index
from pipelines.context import Context
from pipelines.plan import plan as planned
from pipelines.recipes import RecipeError, load
from schemas.faults import like
from schemas.recipe import Use
from transforms.shards.licence import gate

LOOKS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
MOST = 50
LONGEST = 400  # characters of a query that are read

Words = Annotated[str, Field(description='what the data should show, ask and allow: "chest x-ray pneumonia boxes"')]
Name = Annotated[str, Field(description="a data set's id, as `search` gives it")]


def server(use: Use, raw: str) -> MCPServer:
    """The tools for one use. `raw`: where published folders lie, for `plan`."""
    what = _said(use)
    made = MCPServer("triptych", instructions=f"Public medical data sets that may be used for {what}. Read-only.")
    cards, space = catalog.cards(), catalog.labelspace()
    index = Index(cards, space)
    closed = {name: reason for name, card in cards.items() if (reason := gate(card.terms, use)) is not None}

    def known(dataset: str) -> None:
        if dataset not in cards:
            near = like(dataset, [name for name in cards if name not in closed])
            raise ToolError(f"no data set is called {dataset!r}{near}; search for it")

    @made.tool(annotations=LOOKS)
    def search(text: Words, most: Annotated[int, Field(ge=1, le=MOST)] = 10) -> dict[str, Any]:
        """Data sets that have what is asked for, the best first; `partly` lack one thing, which is named."""
        found = index.find(text[:LONGEST])
        ids, partly = ([name for name in names if name not in closed] for names in (found.ids, found.partly))
        hidden = len(found.ids) - len(ids)
        return {
            "found": commands.rows(ids[:most]), "total": len(ids),
            "partly": [{"id": name, "lacks": found.partly[name]} for name in partly[:most]],
            "did_you_mean": found.near, "not_shown": f"{hidden} more match, whose terms do not allow {what}",
        }  # fmt: skip

    @made.tool(annotations=LOOKS)
    def card(dataset: Name) -> dict[str, Any]:
        """All that is known of one data set: what it shows, how it lies on disk, its labels, how to get it."""
        known(dataset)
        if dataset in closed:
            raise ToolError(f"{dataset} may not be used for {what}: {closed[dataset]}")
        return commands.show(dataset)

    @made.tool(annotations=LOOKS)
    def terms(dataset: Name) -> dict[str, Any]:
        """What may be done with a data set, where that was read, and whether it allows the use at hand."""
        known(dataset)
        return {
            "dataset": dataset, "use": what, "allowed": dataset not in closed, "why_not": closed.get(dataset),
            "terms": cards[dataset].terms.model_dump(mode="json"),
        }  # fmt: skip

    @made.tool(annotations=LOOKS)
    def plan(recipe: Annotated[str, Field(description="a recipe's name, such as starter")]) -> dict[str, Any]:
        """What a build of one of the recipes would do for this use: items, what is missing, what its terms forbid."""
        if not recipe.replace("_", "").isalnum():
            raise ToolError(f"{recipe!r} is no recipe's name; see `triptych recipes`")
        try:
            found = load(Path(recipe))
        except (RecipeError, OSError) as error:
            raise ToolError(str(error)) from error
        ctx = Context(found.model_copy(update={"use": use}), raw, f"build/{found.name}")
        sources = [one.model_dump(mode="json", exclude_none=True) for one in planned(ctx, 0)]
        return {"recipe": found.name, "use": what, "sources": sources}

    return made


def _said(use: Use) -> str:
    parts = ["commercial use" if use.commercial else "non-commercial use"]
    return " and ".join([*parts, "passing it on"] if use.redistribute else parts)
