"""Words linked to concepts, on mentions that were labelled by hand.

`python -m benchmarks.mentions [--rows]` reads the sentences of `mention_labels.yaml` and prints precision and recall of
the concepts that are linked to the words, or to words that overlap them: by all ways together, and by names as they
stand alone; "near" counts a concept right below or above the labelled one, too ("left frontal lobe" of "frontal
lobe"); and the time it takes.
"""

import argparse
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.claims_suite.declared import space
from transforms.mentions import mentions

_MARK = re.compile(r"\[\[(.*?)\|(.*?)\]\]")
LACKING = "-"


class Labelled(NamedTuple):
    """A sentence, whether it is about the chest, and what its words [start, end) name; LACKING: no concept of ours."""

    text: str
    chest: bool
    spans: dict[tuple[int, int], str]


def labelled() -> Iterator[Labelled]:
    told = yaml.safe_load((Path(__file__).parent / "mention_labels.yaml").read_text(encoding="utf-8"))
    for part, lines in told.items():
        for line in lines:
            text, spans = "", {}
            for piece in re.split(r"(\[\[.*?\]\])", line):
                match = _MARK.fullmatch(piece)
                words = match[1] if match else piece
                if match:
                    spans[len(text), len(text) + len(words)] = match[2]
                text += words
            yield Labelled(text, part == "chest", spans)


class Count(NamedTuple):
    """How many were linked, of them right and near; how many there are. `exact`: right on just the words."""

    linked: int
    right: int
    near: int
    exact: int
    there: int


def count(rows: list[Labelled], least: float, wrong: list[str] | None = None) -> Count:
    """Of links with a score of `least` or more. `wrong` takes what is missed and what is made up."""
    linked = right = near = exact = there = 0
    slugs = space().slugs
    for row in rows:
        told = [one for one in mentions(row.text, space(), row.chest) if one.score >= least]
        named = {span: slug for span, slug in row.spans.items() if slug != LACKING}
        linked, there = linked + len(told), there + len(named)
        left = dict(named)
        for one in told:
            slug = slugs[one.concept.label]
            hit = next(
                (s for s, true in left.items() if true == slug and s[0] < one.span[1] and one.span[0] < s[1]), None
            )
            if hit is not None:
                right, exact = right + 1, exact + (hit == one.span)
                del left[hit]
                continue
            kin = next(
                (s for s, true in left.items() if s[0] < one.span[1] and one.span[0] < s[1] and _kin(slug, true)), None
            )
            if kin is not None:
                near += 1
            if wrong is not None:
                wrong.append(f"made up: {row.text[slice(*one.span)]!r} -> {slug} ({one.score}) in {row.text}")
        if wrong is not None:
            wrong += [f"missed: {row.text[slice(*span)]!r} -> {slug} in {row.text}" for span, slug in left.items()]
    return Count(linked, right, near, exact, there)


def _kin(slug: str, other: str) -> bool:
    """Whether one concept is a kind or a part of the other."""
    return slug in space().ancestors(other) or other in space().ancestors(slug)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="store_true", help="list what is missed and made up")
    given = parser.parse_args()
    rows = list(labelled())
    for chest in (True, False):
        mentions("A lesion with some strangeness.", space(), chest)  # tables are made where they are first needed
    wrong: list[str] = []
    start = time.perf_counter()
    every = count(rows, 0.0, wrong)
    spent = time.perf_counter() - start
    lacking = sum(slug == LACKING for row in rows for slug in row.spans.values())
    title = f"{every.there} mentions of concepts, {lacking} of what the label space lacks"
    table = Table(
        "ways", "linked", "precision", "recall", "near: precision", "recall", "on just the words", title=title
    )
    for name, one in (("names and what is like one", every), ("names alone", count(rows, 1.0))):
        near = one.right + one.near
        shares = (
            one.right / one.linked,
            one.right / one.there,
            near / one.linked,
            near / one.there,
            one.exact / one.right,
        )
        table.add_row(name, str(one.linked), *(f"{share:.3f}" for share in shares))
    Console().print(table)
    print(f"{len(rows) / spent:,.0f} sentences a second")
    if given.rows:
        print("\n".join(wrong))


if __name__ == "__main__":
    main()
