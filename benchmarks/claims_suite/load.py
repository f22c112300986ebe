"""The claims suite: made-up samples, and sentences of known truth about them.

A context (`contexts/NAME.yaml`) declares a sample in few words: regions by a name of their own with what was measured
on them, what is present, absent or in doubt, and what the source states. `sample` expands it to what a build would
emit; facts that follow from the declaration (modality, plane, present, absent, counts, sizes of boxes, spans) are made
by the fact families themselves (declared.py). Of a group each picture is declared so, under `members`. A row
(`open/NAME.yaml`, `open/NAME.2.yaml`, `sealed/...`) is a sentence about the context NAME; README.md says what its truth
means.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from benchmarks.claims_suite.declared import expanded, space
from schemas import Group, Member, Sample
from transforms.groups import compose
from transforms.groups.choose import Chosen

FOLDER = Path(__file__).parent
Half = Literal["open", "sealed"]
Truth = Literal["true", "false", "unannotated"]
Class = Literal[
    "false finding", "missing finding", "side", "site", "size", "count", "severity", "comparison", "modality", "unit",
    "negation", "scope",
]  # fmt: skip
KINDS = frozenset(
    (
        "presence", "hallucination", "negation", "side", "location", "lobe", "organ", "size", "unit", "exchange",
        "binding", "list", "range", "hedge", "small", "fraction", "count", "comparison", "superlative", "ordinal",
        "rating", "relation", "scope", "modality", "plane", "attenuation", "ecg", "time", "change", "stated", "doubt",
        "agreement", "abbreviation", "spelling", "lay",
    )
)  # fmt: skip
"""What a row is meant to try; findings-by-kind tables are drawn over these."""


@dataclass(frozen=True)
class Row:
    """A sentence about a context. `wrong`: the class of what is wrong in it; None unless `truth` is "false"."""

    context: str
    text: str
    truth: Truth
    kind: str
    wrong: Class | None = None

    @property
    def key(self) -> str:
        return digest(f"{self.context}: {self.text}")[:12]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def rows(which: Half) -> list[Row]:
    """The rows of a half, by context and as written. Raises ValueError that names file and row of a malformed one."""
    return [row for path in sorted((FOLDER / which).glob("*.yaml")) for row in _rows(path)]


def _rows(path: Path) -> Iterator[Row]:
    for number, item in enumerate(_read(path), 1):
        try:
            row = Row(context=path.name.partition(".")[0], **item)
        except TypeError as error:
            raise ValueError(f"{path.name}, row {number}: {error}; give text, truth, kind, wrong") from error
        problem = _problem(row)
        if problem:
            raise ValueError(f"{path.name}, row {number}: {problem}")
        yield row


def _problem(row: Row) -> str | None:
    if row.truth not in get_args(Truth):
        return f"truth is {row.truth!r}: take one of {get_args(Truth)}"
    if row.kind not in KINDS:
        return f"kind is {row.kind!r}: take one of KINDS"
    if (row.truth == "false") != (row.wrong is not None):
        return "`wrong` goes with a false row, and with no other"
    if row.wrong is not None and row.wrong not in get_args(Class):
        return f"wrong is {row.wrong!r}: take one of {get_args(Class)}"
    return None if row.text.strip() == row.text != "" else "text is empty or has blanks about it"


def contexts() -> dict[str, Sample]:
    """Every context, expanded, by name."""
    return {path.stem: sample(path) for path in sorted((FOLDER / "contexts").glob("*.yaml"))}


def sample(path: Path) -> Sample:
    """The sample that a context file declares. Raises KeyError for a concept that the catalogue lacks, and pydantic's
    ValidationError where the declaration makes no sample."""
    return _sample(path.stem, _read(path))


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _sample(name: str, told: Mapping[str, Any]) -> Sample:
    return _group(name, told) if "members" in told else expanded(name, told)


def _group(name: str, told: Mapping[str, Any]) -> Sample:
    """Of several pictures or volumes, each declared as a context of its own (`members`; `each` holds of all) with its
    `days` after the first; what holds between them is worked out as a build does it."""
    shown = {f"{name}-{number}": told.get("each", {}) | one for number, one in enumerate(told["members"])}
    samples = {key: expanded(key, one) for key, one in shown.items()}
    kind = told["group"]
    members = tuple(_member(number, key, one, kind) for number, (key, one) in enumerate(shown.items()))
    group = Group(kind=kind, whole=True, timed=kind == "visits", members=members)
    chosen = cast(Chosen, _Chosen(group, tuple(map(_Keyed, shown)), name))
    scene, texts = compose.scene_of(chosen, samples, space())
    words = compose.describe(scene, texts, space(), 0)
    first = next(iter(samples.values())).model_dump(by_alias=True)
    return Sample.model_validate(
        scene.model_dump(by_alias=True)
        | {"description": words.model_dump(by_alias=True)}
        | {part: first[part] for part in ("provenance", "split", "licence")}
    )


def _member(number: int, key: str, one: Mapping[str, Any], kind: str) -> Member:
    media = f"{number}.{'nii.gz' if one['frame'] == 'volume' else 'png'}"
    visit = number + 1 if kind == "visits" else None
    return Member(
        media=media, role=one.get("role"), key=key, record=key, frame=one["frame"], visit=visit, days=one.get("days")
    )


@dataclass(frozen=True)
class _Keyed:
    key: str


@dataclass(frozen=True)
class _Chosen:
    """What `compose` asks of a `Chosen`, of samples that have no record."""

    group: Group
    samples: tuple[_Keyed, ...]
    key: str
