"""Texts against the samples they speak of, for `triptych check-text`: one of one, or a folder of each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from rich.table import Table

from pipelines.recipes import RecipeError
from schemas import Fact, LabelSpace, Sample
from schemas.faults import said as wrong_in
from transforms.checks.claims import check_sample
from transforms.checks.claims.omission import omitted
from transforms.checks.claims.samples import texts

SUFFIX = ".txt"
ANSWERS = ("supported", "contradicted", "uncheckable")


class Pair(NamedTuple):
    """A sample and what is said of it: `words`, or its own text where None. `name`: what its lines are told by."""

    name: str
    sample: Sample
    words: str | None


def pairs(samples: Path, said: Path | None) -> Iterator[Pair]:
    """Of a sample's file its own text, one text, or each `*.txt` of a folder; of a folder of samples (`KEY.json`) each
    with its own text, or with `KEY.txt` of the folder of texts. Raises RecipeError that names the file and
    what to do."""
    if said is not None and not said.exists():
        raise RecipeError(f"{said}: no such file; give a text, or a folder of {SUFFIX} files")
    if samples.is_file():
        sample = _read(samples)
        if said is not None and said.is_file() and not _words(said).strip():
            raise RecipeError(f"{said}: is empty; give a text")
        files = [said] if said is None or said.is_file() else _listed(said, SUFFIX)
        for file in files:
            yield Pair(file.stem if file else samples.stem, sample, _words(file) if file else None)
        return
    if not samples.is_dir():
        raise RecipeError(f"{samples}: no such file; give a KEY.json of a shard, or a folder of them")
    if said is not None and not said.is_dir():
        raise RecipeError(f"{said}: is one text of many samples; give a folder with a KEY.txt for each KEY.json")
    of = {path.stem: path for path in _listed(samples, ".json")}
    for file in _listed(said, SUFFIX) if said is not None else ():  # a folder of texts may be about some of the samples
        if file.stem not in of:
            raise RecipeError(f"{file}: {samples} has no {file.stem}.json that it could be about; name it KEY{SUFFIX}")
        yield Pair(file.stem, _read(of[file.stem]), _words(file))
    for stem, path in of.items() if said is None else ():
        yield Pair(stem, _read(path), None)


def _listed(folder: Path, suffix: str) -> list[Path]:
    found = sorted(folder.glob(f"*{suffix}"))
    if not found:
        raise RecipeError(f"{folder}: no {suffix} file in it; there is nothing to check")
    return found


def _words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(
            f"{path}: is no UTF-8 text ({error.reason} at byte {error.start}); give a text file"
        ) from error


def _read(path: Path) -> Sample:
    try:
        return Sample.model_validate_json(path.read_bytes())
    except ValidationError as error:
        key, what = wrong_in(Sample, error)
        raise RecipeError(f"{path}: {key}: {what}; give a KEY.json, taken out of a shard with tar -xf") from error


def lines(pair: Pair, space: LabelSpace, required: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """A row for each assertion, then one of kind "omission" for each required fact that nothing says."""
    for row in check_sample(pair.sample, space, pair.words):
        yield {"name": pair.name, **row}
    whole = pair.words
    if whole is None:
        whole = " ".join(text.text for _, _, text in texts(pair.sample.description, ()))
    for fact in omitted(whole, pair.sample, space, required):
        yield {
            "name": pair.name, "span": None, "text": None, "kind": "omission", "verdict": "omitted", "fact": fact.id,
            "reason": f"{fact.predicate} of {_of(pair.sample, fact)} is required and not said", "where": "text",
            "error": None, "weight": "none",
            "strength": "certain",
        }  # fmt: skip


def _of(sample: Sample, fact: Fact) -> str:
    """What a fact is of, so that its omission can be mended."""
    labels = [region.concept.label for rid in fact.regions for region in sample.regions if region.id == rid]
    return " and ".join(dict.fromkeys(labels)) or (fact.concept.label if fact.concept else "the whole")


def table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """A line for each text: how many of its assertions were judged how, and the first that is wrong."""
    counts: dict[str, Counter[str]] = {}
    first: dict[str, str] = {}
    for row in rows:
        counts.setdefault(row["name"], Counter())[row["verdict"]] += 1
        if row["verdict"] != "supported":
            first.setdefault(row["name"], f"{row['text'] or row['fact']}: {row['reason']}")
    found = Table("text", *ANSWERS, "omitted", "first that is not borne out", box=None, pad_edge=False)
    for name, count in counts.items():
        found.add_row(name, *(str(count[answer]) for answer in (*ANSWERS, "omitted")), first.get(name, ""))
    return found
