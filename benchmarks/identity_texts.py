"""Reports for `benchmarks.identity`: are rewritten ones found, and others kept apart?"""

import random
import re
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl

import catalog
from pipelines.publish.retold import retold
from transforms.identity import texts
from transforms.text.linked import linked

REPORTS, LEAST = 400, 0.8
_ENDS = re.compile(r"(?<=[.])\s+")


def _sentences_exchanged(text: str, rng: random.Random) -> str:
    found = _ENDS.split(text)
    rng.shuffle(found)
    return " ".join(found)


def _misspelt(text: str, rng: random.Random) -> str:
    """One long word in forty with a letter twice."""
    words = text.split(" ")
    for n in rng.sample(range(len(words)), max(1, len(words) // 40)):
        words[n] = words[n][:3] + words[n][2:] if len(words[n]) > 5 else words[n]
    return " ".join(words)


SAME: dict[str, Callable[[str, random.Random], str]] = {
    "capitals": lambda text, rng: text.upper(),
    "in lines of 60": lambda text, rng: textwrap.fill(text, 60),
    "a name taken out": lambda text, rng: f"[NAME] {text} [DATE]",
    "sentences in another order": _sentences_exchanged,
    "a sentence more": lambda text, rng: f"{text} Dictated by one person.",
    "one word in forty misspelt": _misspelt,
}
OTHER: dict[str, Callable[[str, random.Random], str]] = {
    "a denial less": lambda text, rng: re.sub(r"(?i)\bno (?=\w)", "", text, count=1),
    "the other side": lambda text, rng: re.sub(r"(?i)\bleft\b", "right", text, count=1),
    "another number": lambda text, rng: re.sub(r"\d+", lambda m: str(int(m[0]) + 1), text, count=1),
    "another finding": lambda text, rng: re.sub(r"(?i)\bpneumothorax\b", "consolidation", text, count=1),
}


def reports(raw: Path) -> None:
    """Every edit of REPORTS reports, beside all of them: recall, and what was taken for one that is not."""
    space, files = catalog.labelspace(), sorted((raw / "radlabels_reports/synthetic_reports").glob("*.txt"))[:REPORTS]
    rows, start = [], time.process_time()

    def add(key: str, subject: str, text: str, drawn: int) -> None:
        named = [(one.concept.code, one.state or "", one.denied or "", one.side or "")
                 for one in linked(text, "report", space, True)]  # fmt: skip
        rows.append((key, subject, drawn, True, texts.signed(text, named)))

    for path in files:
        text = path.read_text()
        add(path.stem, path.stem, text, 1)
        for edit, does in (SAME | OTHER).items():
            other = does(text, random.Random(f"{path.stem} {edit}"))
            if other != text:
                add(f"{path.stem}: {edit}", f"{path.stem}: {edit}", other, 0)
    frame = pl.DataFrame(rows, ["key", "subject", "drawn", "new", "tells"], orient="row").drop_nulls("tells")
    looked = time.process_time() - start
    found = {key: kept for key, kept, _ in retold(lambda: [frame], texts.Runs(LEAST)).twins.iter_rows()}
    _tell(frame["key"].to_list(), found, looked, time.process_time() - start - looked)


def _tell(keys: list[str], found: dict[str, str], looked: float, joined: float) -> None:
    edits = {key: key.partition(": ")[2] for key in keys}
    wanted = [key for key, edit in edits.items() if edit in SAME]
    missed = Counter(edits[key] for key in wanted if key not in found)
    false = [f"{key} as {kept}" for key, kept in found.items()
             if edits[key] in OTHER or key.partition(":")[0] != kept.partition(":")[0]]  # fmt: skip
    print(f"texts: {len(keys) - sum(map(bool, edits.values()))} reports, {len(wanted)} rewritten, "
          f"{sum(edit in OTHER for edit in edits.values())} that say something else, at {LEAST}: "
          f"recall {1 - sum(missed.values()) / len(wanted):.2%}, missed {dict(missed)}")  # fmt: skip
    print(f"  false merges {len(false)} of {len(found)} left out: {false[:5]}")
    print(f"  CPU: {1000 * looked / len(keys):.1f} ms a text to link and hash, "
          f"{1000 * joined / len(keys):.2f} ms to join")  # fmt: skip
