"""What a replica's YAML may say: the evidence, the tree of files, and what a reader must find in it."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalog.load import read_yaml

REPLICAS = Path(__file__).parents[1]
Measured = bool | int | float | str


class DeclarationError(ValueError):
    """A fault in a replica's YAML, in one line: the file, the key, what to correct."""

    def __init__(self, file: str, key: str, action: str) -> None:
        super().__init__(f"tests/replicas/{file}.yaml: {key}: {action}")


class Strict(BaseModel):
    """The base of all that a YAML says; an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)  # YAML makes a number of subject 7


class Spot(Strict):
    """One record. Only the keys that are given are compared."""

    subject: str | None = None
    split: str | None = None
    study: str | None = None
    series: str | None = None
    kind: str | None = None
    modality: str | None = None
    anatomy: list[str] | None = None
    shape: list[int] | None = None
    spacing: list[float] | None = None
    orientation: str | None = None
    unit: str | None = None
    window: list[float] | None = None
    sampling_hz: float | None = None
    regions: dict[str, int | list[list[float]]] | None = None
    present: list[str] | None = None
    absent: list[str] | None = None
    uncertain: list[str] | None = None
    text: str | None = None
    meta: dict[str, Any] | None = None
    questions: list[list[str]] | None = None
    sources: int | None = None


class SampleSpot(Strict):
    """The samples of one record that show `view`, or of every record where `of` is not given: what must hold of each,
    worked out by hand from what the declaration draws and writes.

    `of`: a path as in `spots`. `view`: a frame ("axial:3", "full"), or a kind of it ("axial", "frame"). Of the rest
    only the keys that are given are compared:

    - `regions`: slug -> how many, or their boxes in pixels of the picture (of a volume in voxels); no others are shown.
    - `present`, `absent`: slugs of the facts that say so, all of them; `uncertain`: of what nothing may be made.
    - `facts`: "predicate slug" or "predicate slug slug" -> the value with its unit, or those of all such facts; null:
      there is none. The slugs are those of the fact's regions, else of its concept.
    - `stated`: what texts call it -> the value with its unit; null: it is not stated.
    - `asked`: [task, words of the question, answer] of a dialogue; `unasked`: task -> pattern that no question matches.
    - `members`: of a group, what is shown by its role and what is not: "PA", "earlier PA", "no LATERAL", "no earlier".
    - `reports`: the sections of its reports that are there, all of them; with `prior: true` of an earlier study.
    - `links`: a sentence of the source -> slugs of the regions that it speaks of, all of them.
    - `says`: words that one of its texts holds, the source's included; `unsaid`: patterns of which our own hold none.
    """

    of: str | None = None
    view: str
    regions: dict[str, int | list[list[float]]] | None = None
    present: list[str] | None = None
    absent: list[str] | None = None
    uncertain: list[str] | None = None
    facts: dict[str, Measured | list[Measured] | None] = {}
    stated: dict[str, Measured | None] = {}
    asked: list[tuple[str, str, str]] = []
    unasked: dict[str, str] = {}
    members: list[str] | None = None
    reports: list[dict[str, str | bool | int]] | None = None
    links: dict[str, list[str]] = {}
    says: list[str] = []
    unsaid: list[str] = []


class Samples(Strict):
    """What must come of the records in samples. `count`: of each kind of view, and no others (groups of several records
    only where they are named). `never`: patterns that no text of ours matches, in any sample of the set."""

    count: dict[str, int]
    never: list[str] = []
    at: list[SampleSpot] = []


class Expect(Strict):
    """What reading the replica gives. Keys that are not given are not compared, save those with a number here."""

    records: int
    subjects: list[str] | int
    splits: dict[str, int] | None = None
    filtered: int = 0
    unreadable: int = 0
    notices: int = 0
    empty_masks: int = 0
    subjects_cross_splits: bool = False
    regions: dict[str, int] | None = None
    present: dict[str, int] | None = None
    absent: dict[str, int] | None = None
    uncertain: dict[str, int] | None = None
    spots: dict[str, Spot] = {}
    victims: dict[str, int] | None = None
    samples: Samples | None = None


class Declaration(Strict):
    """A replica. `id` is the data set's, and the file's name."""

    id: str
    evidence: list[str] = Field(min_length=1)
    tree: dict[str, Any] = Field(min_length=1)
    expect: Expect


def declarations() -> dict[str, Path]:
    """Every replica's YAML by data set, sorted."""
    return {path.stem: path for path in sorted(REPLICAS.glob("*.yaml"))}


def load(path: Path) -> Declaration:
    """One replica. Raises DeclarationError, and CatalogError on what is no YAML."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise DeclarationError(
            path.stem, "the whole file", "must map evidence, tree and expect; see tests/replicas/builder/"
        )
    try:
        return Declaration.model_validate({"id": path.stem, **text_keys(content)})
    except ValidationError as error:
        raise fault(path.stem, "", error) from error


def fault(file: str, prefix: str, error: ValidationError) -> DeclarationError:
    """The first fault that pydantic found, as ours."""
    first = error.errors()[0]
    key = ".".join(part for part in [prefix, *map(str, first["loc"])] if part)
    return DeclarationError(file, key, f"{first['msg']}; correct this key")


def text_keys(content: dict[str, Any]) -> dict[str, Any]:
    """The keys under `expect` as text: YAML makes numbers of labels such as 1, and nothing of null."""
    expect = content.get("expect")
    if not isinstance(expect, dict):
        return content
    return {**content, "expect": _named(expect)}


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        return {"null" if key is None else str(key): _named(inner) for key, inner in value.items()}
    return value
