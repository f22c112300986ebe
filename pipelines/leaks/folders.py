"""Things from a folder: as a card reads it, or, where none is named, by what its files are called."""

import os
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import catalog
from connectors import Connector, PackingError, open_dataset
from connectors.base import NotPartOf
from connectors.patterns import literal, pattern
from pipelines.complaints import heard
from pipelines.faults import reason_of
from pipelines.marking import thing_of
from schemas import DatasetCard, Layout, Record, Terms
from schemas.faults import no_such
from transforms.identity.things import Array, Thing
from transforms.media.decoders import decode

FRAMES = 12  # of a clip, evenly spread: each is a picture
_ANYTHING: Mapping[str, tuple[Sequence[str], Mapping[str, Any]]] = {  # reader -> files, options
    "pictures": (["**/{path:.*}.{end:(?i:png|jpe?g|tiff?|bmp)}"], {"pages": "each", "subject": "{path}"}),
    "volumes": (
        ["**/{path:.*}.{end:(?i:nii|nii\\.gz|nrrd|mha|mhd)}"],
        {"units": "mm", "spacing_missing": True, "subject": "{path}"},
    ),
    "dicom_series": (["**/{path:.*}.{end:(?i:dcm|dicom|ima)}"], {"one": "series"}),
}


class Found(NamedTuple):
    """`questions`: what is asked of the thing. `files`: the SHA-256 of those that it lies in. `person`, `scan`: the
    `subject_uid` and `volume_uid` of a corpus's sample, "" where it has none."""

    thing: Thing
    questions: tuple[str, ...]
    files: tuple[str, ...]
    person: str = ""
    scan: str = ""

    @property
    def subject(self) -> str:
        return self.thing.subject


class Unseen(NamedTuple):
    """Whose, and of which files (SHA-256), a record is that shows no picture or volume: a report, a signal, a sample
    that was published without pixels."""

    subject: str
    files: tuple[str, ...]
    person: str = ""
    scan: str = ""


def anything(root: Path) -> Iterator[Connector]:
    """What reads this folder, of which nothing is known: pictures, volumes, DICOM. Only DICOM says whose they are."""
    for reader, (known, options) in _ANYTHING.items():
        files = [*known, *(_bare_dicom(root) if reader == "dicom_series" else ())]
        card = DatasetCard(
            id="anything", name="any folder", summary="-", version="-", homepage="-", citation="-", modalities=(),
            anatomy=(), tasks=(), layout=Layout(
                reader=reader, options={"files": files, "modality": "medical_imaging", **options}),
            terms=Terms(licence="unknown", access="unknown", redistribution="unknown", derivatives="unknown",
                        commercial="unknown", attribution="-", evidence="-"),
        )  # fmt: skip
        connector = open_dataset(card, catalog.labelspace())
        connector.take_as_it_lies(root)
        yield connector


def _bare_dicom(root: Path) -> Iterator[str]:
    """The DICOM files (PS3.10) whose names do not say so, as scanners leave them; not those in archives."""
    known = [pattern(text) for files, _ in _ANYTHING.values() for text in files]
    for folder, below, names in os.walk(root):
        below.sort()
        for path in sorted(Path(folder, name) for name in names):
            own = path.relative_to(root).as_posix()
            if path.is_file() and not any(one.match(own) for one in known):
                with path.open("rb") as file:
                    if file.read(132)[128:] == b"DICM":
                        yield literal(own)


def of_folder(
    connector: Connector, root: Path, split: str | None, wanted: Mapping[str, str]
) -> Iterator[Found | Unseen | str]:  # fmt: skip
    """The things of a folder, or of one split of it, and a line for each file that cannot be read. `wanted`: fields of
    a question and globs for their values, as in a benchmark: only things with such questions, and only these."""
    try:
        items = list(connector.listing(root))
    except PackingError as error:
        yield f"{root}: {error}"
        return
    splits: set[str | None] = set()
    for item in items:
        try:
            with heard(root, item.uri):
                records = [found for found in connector.read(root, item) if isinstance(found, Record)]
        except NotPartOf:
            continue
        except Exception as error:  # noqa: BLE001 - one file costs itself
            yield f"{item.uri}: {reason_of(error, item.uri)}"
            continue
        for record in records:
            splits.add(record.split)
            if split is None or record.split == split:
                named = connector.card.id != "anything" or record.decoder.startswith("dicom")
                yield from _of_record(root, record, wanted, named)
    if split is not None and splits and split not in splits:
        yield no_such("split", split, sorted(one for one in splits if one))


def _of_record(root: Path, record: Record, wanted: Mapping[str, str], named: bool) -> Iterator[Found | Unseen]:
    asked = [row for row in record.meta.get("questions") or () if "question" in row]
    asked = [row for row in asked if all(fnmatchcase(str(row.get(name)), glob) for name, glob in wanted.items())]
    if wanted and not asked:
        return
    source = record.sources[0]
    name = source.uri if source.member is None else f"{source.uri}/{source.member}"
    name = name if source.select is None else f"{name}#{source.select}"
    questions = tuple(str(row["question"]) for row in asked)
    files = tuple(dict.fromkeys(one.sha256 for one in record.sources if one.sha256))
    subject = record.subject if named else ""
    if record.kind == "clip":
        shape = record.geometry.shape
        for index in np.unique(np.linspace(0, shape[0] - 1, FRAMES).round().astype(int)).tolist():
            yield Found(Thing(f"{name}#{index}", "picture", partial(_frame, root, record, index), subject),
                        questions, files)  # fmt: skip
        return
    thing = thing_of(record, name, subject, partial(_whole, root, record))
    yield Unseen(subject, files) if thing is None else Found(thing, questions, files)


def _whole(root: Path, record: Record) -> Array:
    return decode(root, record).bright


def _frame(root: Path, record: Record, index: int) -> Array:
    return np.asarray(decode(root, record).bright[index])
