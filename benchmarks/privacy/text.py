"""Personal data in texts: how much of what was planted is found, how much of the rest is lost, and at what speed.

`python -m benchmarks.privacy.text [--rows] [--peers PYTHON]` reads the texts of `planted/`: `open` and `further`, on
which the rules were tuned; former sealed sets, whose misses were looked at since; `drawn*`, frames into which
`plant.py` drew names of further lists, of which `drawn_sealed` and `drawn_blind` were not looked at; `content`, words
of medicine that are about nobody.
An identifier is found where every word of it that tells is taken out; a word is lost where it was taken out and is of
none. `--peers`: a Python that has the libraries of `peers.py`, for the same figures of them.
"""

import argparse
import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.privacy.planted import Planted, load, words
from transforms.text.scrub import scrub

SETS = ("open", "further", "first_sealed", "second_sealed", "third_sealed", "drawn", "drawn_again", "drawn_third",
        "drawn_fourth", "drawn_fifth", "drawn_sealed", "drawn_blind", "content")  # fmt: skip
PEERS = ("presidio", "spacy", "scrubadub")
_GENERIC = """
    a and at avenida avenue c calle center centre centro clinic clínica de del department don doña dr dra el
    general hospital in inc institute la lane las los ltd medical miss mr mrs ms nurse of prof rd road st
    street tel the tr y
"""
GENERIC = frozenset(_GENERIC.split())
"""Words of a span that tell nobody from anybody else."""
_DAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+$")
_CLOCK = re.compile(r",?\s+(?:at )?\d{1,2}:\d\d(?::\d\d)?")
Spans = Sequence[tuple[int, int]]


class Score(NamedTuple):
    """`missed`: (style, kind, words) of identifiers; `lost`: (style, word) of what is none."""

    planted: int
    missed: tuple[tuple[str, str, str], ...]
    content: int
    lost: tuple[tuple[str, str], ...]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.planted if self.planted else 1.0

    @property
    def loss(self) -> float:
        return len(self.lost) / self.content if self.content else 0.0


def score(texts: Sequence[Planted], found: Iterable[Spans]) -> Score:
    """What was found of the planted and lost of the rest."""
    missed: list[tuple[str, str, str]] = []
    lost: list[tuple[str, str]] = []
    planted = content = 0
    for one, spans in zip(texts, found, strict=True):
        gone = bytearray(len(one.text))
        for start, end in spans:
            gone[start:end] = b"\1" * (end - start)
        own = bytearray(len(one.text))
        for start, end, kind in one.spans:
            clock = _CLOCK.match(one.text, end) if kind == "DATE" else None
            stop = clock.end() if clock else end  # the time of day goes with its date
            day = _DAY.search(one.text, max(0, start - 12), start) if kind == "DATE" else None
            begin = day.start() if day else start  # and so does the day of the week
            own[begin:stop] = b"\1" * (stop - begin)
            part = one.text[start:end]
            telling = [(a, b) for a, b in words(part) if part[a:b].casefold() not in GENERIC]
            planted += 1
            if not all(all(gone[start + a : start + b]) for a, b in telling):
                missed.append((one.style, kind, part))
        for a, b in words(one.text):
            if not any(own[a:b]) and one.text[a:b].casefold() not in GENERIC:
                content += 1
                if any(gone[a:b]):
                    lost.append((one.style, one.text[a:b]))
    return Score(planted, tuple(missed), content, tuple(lost))


def ours(texts: Sequence[Planted]) -> tuple[list[Spans], float]:
    """The spans that the rules find, and CPU seconds."""
    scrub("Dr. Nobody was called.")
    start = time.process_time()
    found = [[(a, b) for a, b, _ in scrub.__wrapped__(one.text).found] for one in texts]
    return found, time.process_time() - start


def theirs(python: Path, name: str, texts: Sequence[Planted]) -> tuple[list[Spans], float]:
    """The spans that another library finds, and its CPU seconds. Raises CalledProcessError where it cannot run."""
    script = Path(__file__).with_name("peers.py")
    given = json.dumps([one.text for one in texts])
    done = subprocess.run([python, script, name], input=given, capture_output=True, text=True, check=True, env={})
    said = json.loads(done.stdout.splitlines()[-1])
    return said["spans"], said["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", action="store_true", help="print what was missed and lost of `open` and `content`")
    parser.add_argument("--peers", type=Path, help="a Python that has the libraries of peers.py")
    given = parser.parse_args()
    sets = {name: load(name) for name in SETS}
    texts = [one for name in SETS for one in sets[name]]
    size = sum(len(one.text) for one in texts) / 1000
    table = Table("what finds it", "set", "found", "of", "lost", "of words", box=None, pad_edge=False)
    for who in ("Triptych", *(PEERS if given.peers else ())):
        found, seconds = ours(texts) if who == "Triptych" else theirs(given.peers, who, texts)
        rest = iter(found)
        scores = {name: score(own, [next(rest) for _ in own]) for name, own in sets.items()}
        for name, one in scores.items():
            found_of = (f"{one.recall:.2%}", f"{one.planted}") if one.planted else ("", "")
            table.add_row(who, name, *found_of, f"{one.loss:.2%}", f"{one.content:,}")
        table.add_row(who, "", f"{size / max(seconds, 1e-9):,.0f} k characters a second")
        if given.rows and who == "Triptych":
            for name in ("open", "content"):
                print(f"{name} missed:", *scores[name].missed, sep="\n  ")
                print(f"{name} lost:", *Counter(scores[name].lost).items(), sep="\n  ")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
