"""The catalogue as an agent has it: a real client of the protocol asks, and is never offered what the use forbids."""

import asyncio
import sys
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

import catalog
from catalog.fuse import USES
from pipelines.mcp import server
from transforms.shards.licence import gate

CLOSED = {name for name, card in catalog.cards().items() if gate(card.terms, USES["commercial"]) is not None}


def asked(tool: str, use: str = "commercial", **arguments: Any) -> Any:
    """What a tool answers; its error as text."""

    async def ask() -> Any:
        async with Client(server(USES[use], "data/raw")) as client:
            found = await client.call_tool(tool, arguments)
            return found.content[0].text if found.is_error else found.structured_content

    return asyncio.run(ask())


def test_every_tool_says_that_it_only_reads() -> None:
    async def listed() -> Any:
        async with Client(server(USES["commercial"], "data/raw")) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert {tool.name for tool in tools} == {"search", "card", "terms", "plan"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


@pytest.mark.parametrize("text", ["chest x-ray", "liver ct segmentation", "fundus", "CXR reports"])
def test_what_the_use_forbids_is_not_found(text: str) -> None:
    found = asked("search", text=text, most=50)
    offered = {row["id"] for row in found["found"]} | {one["id"] for one in found["partly"]}
    assert found["found"]
    assert not offered & CLOSED
    every = asked("search", "internal", text=text, most=50)
    assert {row["id"] for row in every["found"]} & CLOSED


def test_a_card_that_may_not_be_used_is_refused_and_why() -> None:
    assert asked("card", dataset="lidc_idri")["id"] == "lidc_idri"
    assert "commercial use is not" in asked("card", dataset="mimic_cxr_jpg")
    told = asked("terms", dataset="mimic_cxr_jpg")
    assert (told["allowed"], told["terms"]["credentialed"]) == (False, True)
    assert "commercial" in told["why_not"]


def test_a_plan_is_for_the_use_of_the_server() -> None:
    sources = {one["dataset"]: one for one in asked("plan", recipe="maira2")["sources"]}
    assert all("blocked" in one for name, one in sources.items() if name in CLOSED)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [("card", {"dataset": "lidc"}, "no data set is called"), ("card", {"dataset": "../../etc/passwd"}, "no data set"),
     ("plan", {"recipe": "../starter"}, "no recipe's name"), ("plan", {"recipe": "strater"}, "did you mean 'starter'"),
     ("search", {"text": "x", "most": 1000}, "most")],
)  # fmt: skip
def test_odd_questions_are_answered_in_a_line(tool: str, arguments: dict[str, Any], said: str) -> None:
    assert said in asked(tool, **arguments)


def test_the_command_serves_over_standard_input() -> None:
    async def ask() -> Any:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "pipelines.cli", "mcp", "--use", "internal"]
        )
        async with Client(stdio_client(command)) as client:
            return (await client.call_tool("search", {"text": "kidny"})).structured_content

    assert asyncio.run(ask())["did_you_mean"]["kidny"][0] == "kidney"
