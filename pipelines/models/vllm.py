"""vLLM inside the job: the processor of ray.data.llm, which starts an engine on each GPU (or group of GPUs) that it is
given, for as long as one lot of requests takes.

`name`: what `vllm serve` would be given, a folder or a repository, and `revision` that of it. `params`: `concurrency`,
how many engines; `batch`, rows handed to an engine at once; `resources`, what of Ray's each worker of an engine takes
(one GPU; {CPU: 2} with a vLLM that is built for the CPU); `engine`, vLLM's own arguments (max_model_len,
tensor_parallel_size, ...). To keep an engine up, run `vllm serve` and use the backend openai.
"""

import importlib.util
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.models.base import ModelAwayError, chat, failed, taken
from schemas import Answer, ModelSpec, Request

NAME = "vllm"
NOTE = "vLLM's engine inside the job, through ray.data.llm; needs a GPU."
AT_ONCE = 2048
"""An engine takes a minute to start."""

PARAMS: dict[str, Any] = {"concurrency": 1, "batch": 64, "resources": {"GPU": 1, "CPU": 1}, "engine": {}}
BESIDE = {"num_cpus": 0.1}
"""Of each of the six stages beside the engine: they do little, and with one CPU each none begins on a small machine."""
ERROR = "__inference_error__"
PICTURES = "vllm.entrypoints.chat_utils"
"""What Ray 2.60 has of vLLM for pictures: up to 0.29, which it asks for; 0.32 has it no more."""


def unavailable() -> str | None:
    """A reason where the package is missing."""
    return None if importlib.util.find_spec("vllm") else "no package vllm; run: uv sync --extra gpu"


class Engine:
    """A model as ray.data.llm runs it. `config` is what that is given. Raises ModelAwayError where pictures are to be
    shown and ray.data.llm cannot prepare them for this vLLM."""

    def __init__(self, spec: ModelSpec) -> None:
        if spec.sees and importlib.util.find_spec("vllm") and importlib.util.find_spec(PICTURES) is None:
            raise ModelAwayError(
                f"text.model.sees: ray.data.llm needs {PICTURES} to prepare pictures, and the installed vLLM has none; "
                "run vllm serve and use the backend openai, or set sees: false"
            )
        self.name, self.params, self.sees = spec.name, taken(spec, PARAMS), spec.sees
        self.revision = spec.revision

    @property
    def config(self) -> Any:
        """The configuration of the processor."""
        from ray.data.llm import vLLMEngineProcessorConfig

        return vLLMEngineProcessorConfig(
            model_source=self.name, batch_size=self.params["batch"], concurrency=self.params["concurrency"],
            engine_kwargs={"revision": self.revision, **self.params["engine"]}, should_continue_on_error=True,
            log_engine_metrics=False,  # they want Ray Serve
            prepare_multimodal_stage={"enabled": self.sees, **BESIDE}, chat_template_stage={"enabled": True, **BESIDE},
            tokenize_stage={"enabled": True, **BESIDE}, detokenize_stage={"enabled": True, **BESIDE},
            placement_group_config={"bundle_per_worker": self.params["resources"]},
        )  # fmt: skip

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """As `LanguageModel` has it. Without a request no engine is started."""
        if not requests:
            return
        import ray.data
        from ray.data.llm import build_processor

        from pipelines.engines import cluster

        cluster.connect(os.cpu_count() or 1)  # where the run itself is on no cluster
        cluster.quiet(ray.data.DataContext.get_current())
        rows = [{"number": n, **asked(request, self.name)} for n, request in enumerate(requests)]
        processor = build_processor(
            self.config, postprocess=told, preprocess_map_kwargs=BESIDE, postprocess_map_kwargs=BESIDE
        )
        for row in processor(ray.data.from_items(rows)).iter_rows():
            yield row["number"], answer_in(row)


def asked(request: Request, model: str) -> dict[str, Any]:
    """A request as a row of ray.data.llm: messages, and how to sample. The schema is a string: rows become one Arrow
    table, in which each of two schemas would have the other's keys."""
    sampling: dict[str, Any] = {"max_tokens": request.max_tokens, "temperature": request.temperature,
                                "seed": request.seed}  # fmt: skip
    if request.json_schema is not None:
        sampling["structured_outputs"] = {"json": json.dumps(request.json_schema)}
    return {"messages": chat(request, model)["messages"], "sampling_params": sampling, "most": request.max_tokens}


def told(row: dict[str, Any]) -> dict[str, Any]:
    """The answer of such a row. The engine does not say why it ended: one that used all it might was cut."""
    made = int(row["num_generated_tokens"])
    found = Answer(
        text=row["generated_text"], finish="length" if made >= row["most"] else "stop",
        tokens_in=int(row["num_input_tokens"]), tokens_out=made,
    )  # fmt: skip
    return {"number": row["number"], "answer": found.to_json()}


def answer_in(row: dict[str, Any]) -> Answer:
    """The answer in a row of the processor: as `told` made it, or what went wrong with a row that never came there."""
    return failed(str(row[ERROR])) if row.get(ERROR) else Answer.model_validate_json(row["answer"])


def connect(spec: ModelSpec) -> Engine:
    """The engine of a recipe; it starts with the first requests."""
    return Engine(spec)
