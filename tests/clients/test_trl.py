"""TRL's own functions take preference pairs and tool calls as the trainers do."""

import json
from collections.abc import Callable
from typing import Any

from tests.clients.reads import client
from transforms.shards.exports._job import Job

TEMPLATE = (
    "{% for one in messages %}<{{ one.role }}>{{ one.content or '' }}"
    "{% for call in one.tool_calls or [] %}[{{ call.function.name }}]{% endfor %}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


class _Tokenizer:
    """`apply_chat_template` as transformers renders it, with the plainest of templates: no vocabulary is at hand."""

    def apply_chat_template(self, conversation: Any, tools: Any = None, tokenize: bool = True, **more: Any) -> str:
        from transformers.utils.chat_template_utils import render_jinja_template

        assert not tokenize
        kept = {name: more[name] for name in ("continue_final_message", "add_generation_prompt") if name in more}
        rendered, _ = render_jinja_template([conversation], tools=tools, chat_template=TEMPLATE, **kept)
        return rendered[0]


def rows(job: Job) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (job.out / "train.jsonl").read_text().splitlines()]


def test_preference(exported: Callable[..., Job]) -> None:
    client("trl")
    from trl.data_utils import extract_prompt, is_conversational, maybe_apply_chat_template, prepare_multimodal_messages

    found = rows(exported("preference"))
    assert len(found) == 6
    for row in found:
        assert is_conversational(row)
        told = maybe_apply_chat_template({name: row[name] for name in ("prompt", "chosen", "rejected")}, _Tokenizer())
        assert told["prompt"].endswith("in pixels of the image.<assistant>")
        assert told["chosen"] == "The left kidney lies within [90, 50, 100, 70]."
        assert told["rejected"] == "It lies within [1, 2, 3, 4]."
        whole = {name: row["prompt"] + row[name] for name in ("chosen", "rejected")}
        assert extract_prompt(whole)["prompt"] == row["prompt"]
        first = prepare_multimodal_messages(row["prompt"], images=row["images"])[0]["content"]
        assert [one["type"] for one in first] == ["image", "text"]


def test_tool_calls(exported: Callable[..., Job]) -> None:
    client("trl")
    from trl.data_utils import is_conversational, maybe_apply_chat_template

    for row in rows(exported("tool-calls")):
        assert is_conversational(row)
        told = maybe_apply_chat_template(row, _Tokenizer(), tools=row["tools"])["text"]
        assert told.startswith("<user>What area does the left kidney cover?<assistant>")
        assert told.count("[area]") == len(row["tools"]) == 1
        assert told.endswith("<assistant>The left kidney covers 8.0 cm2.")
