"""vLLM inside the job: the processor of ray.data.llm, which starts an engine on each GPU (or group of GPUs) that it is
given, for as long as one lot of requests takes.

`name`: what `vllm serve` would be given, a folder or a repository, and `revision` that of it. `params`: `concurrency`,
how many engines; `batch`, rows handed to an engine at once; `resources`, what of Ray's each worker of an engine takes
(one GPU; {CPU: 2} with a vLLM that is built for the CPU); `engine`, vLLM's own arguments (max_model_len,
tensor_parallel_size, ...). To keep an engine up, run `vllm serve` and use the backend openai.
"""

import importlib.util
import io
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.models.base import failed, taken
from schemas import Answer, Message, ModelSpec, Request

NAME = "vllm"
NOTE = "vLLM's engine inside the job, through ray.data.llm; needs a GPU."
AT_ONCE = 2048
"""An engine takes a minute to start."""

PARAMS: dict[str, Any] = {"concurrency": 1, "batch": 64, "resources": {"GPU": 1, "CPU": 1}, "engine": {}}
BESIDE = {"num_cpus": 0.1}
"""Of each of the six stages beside the engine: they do little, and with one CPU each none begins on a small machine."""
ERROR = "__inference_error__"


def unavailable() -> str | None:
    """A reason where the package is missing."""
    return None if importlib.util.find_spec("vllm") else "no package vllm; run: uv sync --extra gpu"


class Engine:
    """A model as ray.data.llm runs it. `config` is what that is given."""

    def __init__(self, spec: ModelSpec) -> None:
        self.name, self.revision, self.params = spec.name, spec.revision, taken(spec, PARAMS)

    @property
    def config(self) -> Any:
        """The configuration of the processor."""
        from ray.data.llm import vLLMEngineProcessorConfig

        return vLLMEngineProcessorConfig(
            model_source=self.name, batch_size=self.params["batch"], concurrency=self.params["concurrency"],
            engine_kwargs={"revision": self.revision, **self.params["engine"]}, should_continue_on_error=True,
            log_engine_metrics=False,  # they want Ray Serve
            prepare_multimodal_stage={"enabled": False},  # `prepared` does it, with any vLLM
            chat_template_stage={"enabled": True, **BESIDE},
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
        rows = [{"number": n, **asked(request)} for n, request in enumerate(requests)]
        processor = build_processor(
            self.config, preprocess=prepared, postprocess=told,
            preprocess_map_kwargs=BESIDE, postprocess_map_kwargs=BESIDE,
        )  # fmt: skip
        for row in processor(ray.data.from_items(rows)).iter_rows():
            yield row["number"], answer_in(row)


def asked(request: Request) -> dict[str, Any]:
    """A request as a row of a table: every request has the same columns, whatever it shows and however it is to be
    answered. Arrow would give each of two schemas the other's keys, so that and the messages are strings."""
    sampling: dict[str, Any] = {"max_tokens": request.max_tokens, "temperature": request.temperature,
                                "seed": request.seed}  # fmt: skip
    if request.json_schema is not None:
        sampling["structured_outputs"] = {"json": json.dumps(request.json_schema)}
    pictures = [image for one in request.messages for image in one.images]
    return {"talk": json.dumps([_message(one) for one in request.messages]), "sampling_params": sampling,
            "pictures": pictures, "most": request.max_tokens}  # fmt: skip


def _message(one: Message) -> dict[str, Any]:
    """In the form that the chat templates of vision-language models take: a part for each picture, before the words."""
    if not one.images:
        return {"role": one.role, "content": one.text}
    return {"role": one.role, "content": [*({"type": "image"} for _ in one.images), {"type": "text", "text": one.text}]}


def prepared(row: dict[str, Any]) -> dict[str, Any]:
    """What the processor is given of such a row, on a worker without a GPU: the messages for the model's chat template,
    and the pictures decoded, in the order of their places in it. A picture that cannot be decoded is that row's error:
    the processor hands such a row through. Ray's own stage for pictures calls a module that vLLM had up to 0.29."""
    from PIL import Image

    shown = []
    for picture in row["pictures"]:
        try:
            shown.append(Image.open(io.BytesIO(picture)).convert("RGB"))
        except (OSError, ValueError) as error:
            return {ERROR: f"a picture of the request cannot be decoded: {error}"}
    return {
        "messages": json.loads(row["talk"]),
        "pictures": None,
        **({"multimodal_data": {"image": shown}} if shown else {}),
    }


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
