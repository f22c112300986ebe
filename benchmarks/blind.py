"""How many questions can be answered without the image: from the words of the question and of its choices alone.

`python -m benchmarks.blind [SHARDS_DIR] [--people N] [--least 200] [--json]`; `--people`: N made-up ones
(benchmarks/blind_scenes.py; 3,600 are asked about 10,000 closed questions); without either, the corpus of all replicas
is built (benchmarks/funnel.py). Closed items (choices, or yes and no) of each task
family; a guesser is trained on the items of some subjects and answers those of others (five folds by subject, each
item is answered once). "chance" is the mean of one over the number of choices. The guessers:

- `majority`: the choice that was right most often, of the times that it was offered; where that is level, the place
  in the list that was right most often.
- `n-grams`: a logistic regression over the question's words and pairs of words, for each wording of a choice its own.
- `trees`: boosted trees over what a choice looks like beside the others: place, length, number and its rank, whether
  the question names it, how often it was right.

A family whose best guesser stays near chance asks for the image. `yes` is the share of yes among its yes/no items.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

import catalog
from benchmarks import blind_scenes
from benchmarks.funnel import corpus
from schemas import Dialogue, Sample
from transforms.shards.manifest import groups
from transforms.tasks.blindly import YES_NO, Item, Popular, Scores, chance, majority, rate

SEED = 17
NONE = -1e9  # of a choice that is no number
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass
class Row:
    """What was found for a family."""

    family: str
    items: int
    yes: float | None
    chance: float
    majority: float
    ngrams: float
    trees: float

    @property
    def over(self) -> float:
        """By how much the best guesser is better than chance."""
        return max(self.majority, self.ngrams, self.trees) - self.chance


def closed(folder: Path) -> Iterator[Item]:
    """The closed questions that Triptych asks in a published folder; those of a source are its own."""
    for _, _, members in groups(folder):
        sample = Sample.model_validate_json(members["json"])
        for dialogue in sample.dialogues:
            if not dialogue.published and (item := item_of(sample.subject, dialogue)):
                yield item


def item_of(subject: str, dialogue: Dialogue) -> Item | None:
    """None of an open question."""
    question, choices = dialogue.turns[0].text, dialogue.choices
    if choices is not None:
        question = question[: -len("".join(f"\n- {choice}" for choice in choices))]
    elif dialogue.answer in YES_NO:
        choices = YES_NO
    else:
        return None
    return Item(dialogue.task, subject, question, tuple(choices), choices.index(dialogue.answer))


def _words(item: Item, choice: str) -> dict[str, float]:
    words = re.findall(r"[a-z0-9.]+", item.question.lower())
    grams = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
    return {f"={choice}": 1.0, **{f"{choice}~{gram}": 1.0 for gram in grams}}


def ngrams(known: Sequence[Item], asked: Sequence[Item]) -> Scores:
    """Scores of each item's choices."""
    hasher = FeatureHasher(1 << 18, alternate_sign=False)
    rows = hasher.transform(_words(item, choice) for item in known for choice in item.choices)
    model = LogisticRegression(C=1.0, max_iter=300).fit(rows, _targets(known))
    found = model.predict_proba(hasher.transform(_words(i, c) for i in asked for c in i.choices))[:, 1]
    return _split(found, asked)


def _looks(item: Item, popular: Popular) -> list[list[float]]:
    numbers = [float(found[0]) if (found := NUMBER.search(choice)) else NONE for choice in item.choices]
    lengths = [len(choice) for choice in item.choices]
    asked, count = item.question.lower(), len(item.choices)
    return [
        [
            place, count, length, sum(other < length for other in lengths), numbers[place],
            sum(other < numbers[place] for other in numbers), float(choice.lower() in asked),
            popular.rate(choice, 1 / count), len(asked), hash_of(choice), hash_of(asked),
        ]
        for place, (choice, length) in enumerate(zip(item.choices, lengths, strict=True))
    ]  # fmt: skip


def hash_of(text: str) -> float:
    """A number that stands for a wording: trees can tell a few wordings apart by it."""
    return float(sum(ord(sign) * (place % 31 + 1) for place, sign in enumerate(text)) % 9973)


def trees(known: Sequence[Item], asked: Sequence[Item]) -> Scores:
    """Scores of each item's choices."""
    popular = Popular(known)
    rows = [row for item in known for row in _looks(item, popular)]
    model = HistGradientBoostingClassifier(max_iter=80, random_state=17).fit(np.array(rows), _targets(known))
    found = model.predict_proba(np.array([row for item in asked for row in _looks(item, popular)]))[:, 1]
    return _split(found, asked)


def _targets(items: Sequence[Item]) -> list[bool]:
    return [number == item.right for item in items for number in range(len(item.choices))]


def _split(flat: NDArray[np.float64], items: Sequence[Item]) -> Scores:
    return list(np.split(flat, np.cumsum([len(item.choices) for item in items])[:-1]))


def row_of(family: str, items: Sequence[Item]) -> Row:
    """Measure a family."""
    said = [item.choices[item.right] == "yes" for item in items if item.choices == YES_NO]
    rates = {guess.__name__: round(rate(items, guess), 4) for guess in (majority, ngrams, trees)}
    yes = round(sum(said) / len(said), 4) if said else None
    return Row(family, len(items), yes, round(chance(items), 4), **rates)


def measure(items: Sequence[Item], least: int) -> list[Row]:
    """A row for each family with `least` items or more."""
    by_family: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_family[item.family].append(item)
    return [row_of(name, found) for name, found in sorted(by_family.items()) if len(found) >= least]


def made_up(people: int) -> Iterator[Item]:
    """The closed questions of a corpus of made-up people."""
    for subject, dialogue in blind_scenes.asked(people, catalog.labelspace(), SEED):
        if item := item_of(subject, dialogue):
            yield item


def _measured(shards: Path | None, people: int, least: int) -> list[Row]:
    with threadpool_limits(1), TemporaryDirectory() as folder:  # the trees' threads wait more than they work
        if people:
            return measure(list(made_up(people)), least)
        if shards is None:
            shards = Path(corpus(Path(folder), balance=True).workspace) / "shards"
        return measure(list(closed(shards)), least)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards", type=Path, nargs="?")
    parser.add_argument("--people", type=int, default=0, help="instead of a folder, so many made-up people")
    parser.add_argument("--least", type=int, default=200, help="items that a family must have to be measured")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = _measured(given.shards, given.people, given.least)
    if given.json:
        print(json.dumps([asdict(row) | {"over": round(row.over, 4)} for row in rows], indent=1))
        return
    of = f"{given.people:,} made-up people" if given.people else given.shards or "all replicas"
    out = Table(title=f"closed questions of {of}, guessed without the image")
    for name in ("family", "items", "yes", "chance", "majority", "n-grams", "trees", "best over chance"):
        out.add_column(name, justify="left" if name == "family" else "right")
    for row in rows:
        yes = "" if row.yes is None else f"{row.yes:.2f}"
        figures = (row.chance, row.majority, row.ngrams, row.trees)
        out.add_row(row.family, f"{row.items:,}", yes, *[f"{one:.3f}" for one in figures], f"{row.over:+.3f}")
    Console(width=120).print(out)


if __name__ == "__main__":
    main()
