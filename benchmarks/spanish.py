"""How true and how well written the Spanish of a corpus is: `python -m benchmarks.spanish SHARDS [--every N]`.

Every text is read by `tests/spanish_reader.py`, which knows the names of concepts and nothing of the writer: its
grammar, and what each sentence says, held against the facts of the sample.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import catalog
from schemas import LabelSpace, Sample, Translation
from tests import spanish_reader
from transforms.shards.tar import read_shard


def samples(folder: Path, every: int) -> Iterator[Sample]:
    """Each `every`th sample of published shards."""
    number = 0
    for shard in sorted(folder.glob("*.tar")):
        for _, members in read_shard(shard):
            if number % every == 0:
                yield Sample.model_validate_json(members["json"])
            number += 1


def measure(sample: Sample, space: LabelSpace) -> Counter[str]:
    """Counts over the Spanish texts of a sample."""
    found: Counter[str] = Counter(samples=1, asked=len(sample.dialogues))
    for told in sample.translations:
        found["questions"] += len(told.dialogues)
        found["facts untold"] += sum(one.fact is not None for one in told.untold)
        texts = [one.text for one in (told.overall, *told.regions, *told.relations, *told.media) if one is not None]
        for text in texts:
            said, unread = spanish_reader.read(text, space)
            found["statements"] += len(said)
            found["sentences with a number that were not read"] += len(unread)
            found["statements that no fact bears out"] += sum(not _right(one, sample, space) for one in said)
        for text in (*texts, *_turns(told)):
            found["texts"] += 1
            found["texts with a grammar fault"] += bool(spanish_reader.faults(text, space))
    return found


def _right(said: spanish_reader.Says, sample: Sample, space: LabelSpace) -> bool:
    predicate = {"frame": "slice"}.get(said.what, said.what)
    own = (fact for fact in sample.facts if fact.predicate == predicate)
    return any(spanish_reader.agrees(said, fact, sample, space) for fact in own)


def _turns(told: Translation) -> Iterator[str]:
    """What is asked and answered, without the lists of choices."""
    yield from (re.sub(r"\n- .*", "", turn.text) for talk in told.dialogues for turn in talk.turns)


def main() -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spanish", description=__doc__)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--every", type=int, default=1)
    args = parser.parse_args()
    space = catalog.labelspace()
    total: Counter[str] = Counter()
    for sample in samples(args.shards, args.every):
        total.update(measure(sample, space))
    for name, number in total.items():
        sys.stdout.write(f"{number:>8,}  {name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
