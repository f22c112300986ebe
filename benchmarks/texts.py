"""How varied the texts of a corpus are, and what they reach: `python -m benchmarks.texts SHARDS [--json]`.

Of the global texts, and of all texts that we wrote (global, regions, relations), and of the source's own beside them:

- `median`: words of a text. A word is a run of letters, with hyphens and apostrophes inside; a number as it is written
  is one token, a word only here. Lower case throughout.
- `vocabulary`: different words, numbers left out.
- `distinct-2`: different pairs of neighbouring tokens over all such pairs, pairs within a text alone: Li et al., A
  Diversity-Promoting Objective Function for Neural Conversation Models, NAACL 2016.
- `self-BLEU-4`: the mean over texts of BLEU-4 (uniform weights; clipped counts; the brevity penalty of the nearest
  length) with all other texts as references: Zhu et al., Texygen: A Benchmarking Platform for Text Generation Models,
  SIGIR 2018, smoothed as there (no match counts as 0.1: Chen and Cherry 2014, method 1). Lower is more varied.
- `alike`: samples whose text is, word for word, that of another sample of the same data set. `with equal facts`: all
  samples of that text hold the same facts, so that no true text could tell them apart; `though facts differ`: some
  could be told apart, and are not.
- `regions with text`: of all, and of the notable ones: each finding, and each structure that the scene has once, of
  which any fact is known.
- `grammar`: texts in which `tests/grammar.py` finds a fault.
"""

import argparse
import json
import math
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

import catalog
from schemas import Fact, Sample
from tests.grammar import faults
from transforms.facts.base import CONTAINERS, RESIDUAL

TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
ORDER = 4
UNSEEN = 0.1
"""What no n-gram in common counts as."""

Tokens = tuple[str, ...]


class Figures(NamedTuple):
    texts: int
    median: float
    vocabulary: int
    distinct_2: float
    self_bleu_4: float


def tokens(text: str) -> Tokens:
    return tuple(TOKEN.findall(text.lower()))


def grams(words: Tokens, n: int) -> list[Tokens]:
    return [words[i : i + n] for i in range(len(words) - n + 1)]


def distinct(texts: Sequence[Tokens], n: int) -> float:
    """Different n-grams over all; 0 where there are none."""
    found = [gram for words in texts for gram in grams(words, n)]
    return len(set(found)) / len(found) if found else 0.0


def self_bleu(texts: Sequence[Tokens], order: int = ORDER) -> float:
    """The mean BLEU of each text against all others; 0 of fewer than two."""
    if len(texts) < 2:
        return 0.0
    logs = [0.0] * len(texts)
    for n in range(1, order + 1):
        counts = [Counter(grams(words, n)) for words in texts]
        most = _two_most(counts)
        for i, own in enumerate(counts):
            met = sum(min(count, most[gram][(most[gram][0] == i and 2) or 1][1]) for gram, count in own.items())
            logs[i] += math.log((met or UNSEEN) / max(sum(own.values()), 1)) / order
    lengths = sorted(map(len, texts))
    scores = [_brevity(len(words), lengths) * math.exp(log) for words, log in zip(texts, logs, strict=True)]
    return sum(scores) / len(scores)


def _two_most(counts: Sequence[Counter[Tokens]]) -> dict[Tokens, Any]:
    """n-gram -> (the text that has it most often, (_, how often), (_, how often the next does))."""
    found: dict[Tokens, Any] = {}
    for i, own in enumerate(counts):
        for gram, count in own.items():
            first, best, second = found.get(gram, (-1, (0, 0), (0, 0)))
            if count > best[1]:
                found[gram] = (i, (0, count), best)
            elif count > second[1]:
                found[gram] = (first, best, (0, count))
    return found


def _brevity(length: int, lengths: Sequence[int]) -> float:
    """The penalty for a text shorter than the reference nearest in length. `lengths` holds its own once more."""
    others = list(lengths)
    others.remove(length)
    nearest = min(others, key=lambda other: (abs(other - length), other))
    return 1.0 if length >= nearest else math.exp(1 - nearest / max(length, 1))


def figures(texts: Iterable[str]) -> Figures:
    found = [words for text in texts if (words := tokens(text))]
    words = {word for text in found for word in text if word[0].isalpha()}
    middle = median(map(len, found)) if found else 0.0
    return Figures(len(found), middle, len(words), distinct(found, 2), self_bleu(found))


def samples(folder: Path) -> Iterator[Sample]:
    """Every sample of a shards folder. Raises FileNotFoundError where it holds no shard."""
    shards = sorted(folder.glob("*.tar"))
    if not shards:
        raise FileNotFoundError(f"{folder}: no *.tar; give the folder shards/ of a workspace")
    for shard in shards:
        with tarfile.open(shard) as tar:
            for member in tar:
                if member.name.endswith(".json") and (file := tar.extractfile(member)):
                    yield Sample.model_validate_json(file.read())


def own(sample: Sample) -> list[str]:
    """All that we wrote of a sample but for its dialogues."""
    told = sample.description
    return [told.overall.text, *(one.text for one in told.regions), *(one.text for one in told.relations)]


def notable(sample: Sample) -> set[str]:
    """Ids of the findings and of what the scene shows once, where any fact is known of them."""
    space = catalog.labelspace()
    known = {rid for fact in sample.facts for rid in fact.regions}
    by_label: dict[str, list[str]] = defaultdict(list)
    for region in sample.regions:
        by_label[region.concept.label].append(region.id)
    found = set()
    for label, rids in by_label.items():
        entry = space.labelled(label)
        if entry.slug not in CONTAINERS | RESIDUAL and (entry.facet == "finding" or len(rids) == 1):
            found |= set(rids)
    return found & known


def alike(found: Sequence[Sample]) -> tuple[int, int]:
    """Samples with the text of another of their set: those whose facts are equal, and those whose facts differ."""
    groups: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for sample in found:
        groups[sample.dataset, sample.description.overall.text].append(sample)
    same = [group for group in groups.values() if len(group) > 1]
    apart = sum(len(group) for group in same if len({_told(one.facts) for one in group}) > 1)
    return sum(map(len, same)) - apart, apart


def _told(facts: Iterable[Fact]) -> str:
    return json.dumps([(f.predicate, f.value, f.concept.label if f.concept else "") for f in facts], default=str)


def reach(found: Sequence[Sample]) -> dict[str, str]:
    space = catalog.labelspace()
    texts = [(sample, {one.region for one in sample.description.regions}) for sample in found]
    wanted = [(notable(sample), told) for sample, told in texts]
    equal, apart = alike(found)
    wrong = sum(bool(faults(text, space)) for sample in found for text in own(sample))
    return {
        "regions with text": _share(sum(len(told) for _, told in texts), sum(len(s.regions) for s in found)),
        "notable regions with text": _share(sum(len(a & b) for a, b in wanted), sum(len(a) for a, _ in wanted)),
        "samples alike in their set, with equal facts": f"{equal} of {len(found)}",
        "samples alike in their set, though facts differ": f"{apart} of {len(found)}",
        "texts with a grammar fault": str(wrong),
    }


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def measure(folder: Path) -> dict[str, Any]:
    """{"texts": {which: Figures}, "reach": {...}} of a shards folder."""
    found = list(samples(folder))
    kinds = {
        "global": [sample.description.overall.text for sample in found],
        "all": [text for sample in found for text in own(sample)],
        "sources' own": [" ".join(one.text for one in sample.description.source) for sample in found],
    }
    return {"texts": {name: figures(texts)._asdict() for name, texts in kinds.items()}, "reach": reach(found)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments.shards)
    if arguments.json:
        print(json.dumps(found))
        return
    table = Table("texts", "number", "median words", "vocabulary", "distinct-2", "self-BLEU-4")
    for name, one in found["texts"].items():
        table.add_row(name, f"{one['texts']:,}", f"{one['median']:g}", f"{one['vocabulary']:,}",
                      f"{one['distinct_2']:.3f}", f"{one['self_bleu_4']:.2f}")  # fmt: skip
    console = Console()
    console.print(table)
    for name, value in found["reach"].items():
        console.print(f"{name}: {value}")


if __name__ == "__main__":
    main()
