"""The rules that cards and label space keep beyond their schema."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from catalog import search
from catalog.archive import is_archive
from catalog.errors import CatalogError
from catalog.load import read_attributes, read_benchmarks, read_card, read_labelspace
from catalog.subjects import space_of
from schemas import Benchmark, DatasetCard, LabelSpace, Model, Obtain, spdx
from schemas.stated import told


class Problem(Model):
    """One fault: the file, the key in it, and what to do."""

    file: str
    key: str
    action: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.action}"


Opener = Callable[[DatasetCard, LabelSpace], object]


def problems(root: Path, opens: Opener | None = None) -> list[Problem]:
    """Every fault of the cards and the label space under `root` (the folder `catalog`). Never raises on a bad file.

    `opens` binds a card to its reader and raises ValueError where the layout's options are wrong; it is handed in,
    because the catalogue knows no connector.
    """
    try:
        space = read_labelspace(root / "concepts")
        benchmarks = read_benchmarks(root / "benchmarks")
        names = read_attributes(root)["names"]
        found = [Problem(file=one.file, key=one.key, action=one.action) for one in search.faults(space)]
    except CatalogError as error:
        return [Problem(file=error.file, key=error.key, action=error.action)]
    cards: dict[str, DatasetCard] = {}
    for path in sorted((root / "datasets").glob("*.yaml")):
        try:
            cards[path.stem] = read_card(path, names)
        except CatalogError as error:
            found.append(Problem(file=error.file, key=error.key, action=error.action))
    found.extend(_of_benchmarks(root, benchmarks, cards))
    spaces: dict[str, list[str]] = {}
    for card in cards.values():
        spaces.setdefault(space_of(card), []).append(card.id)
    for card in cards.values():
        file = f"{root.name}/datasets/{card.id}.yaml"
        faults = [fault for check in (
            _identity(card), _reader(card, root.parent), _layout(card), _labels(card, space), _facts(card, space),
            _slugs(card, space), _terms(card), _subjects(card, cards, spaces),
            _benchmarks(card, benchmarks), _obtain(card),
        ) for fault in check]  # fmt: skip
        if opens is not None and not faults:
            faults += _opening(card, space, opens)
        found.extend(Problem(file=file, key=key, action=action) for key, action in faults)
        replica = f"tests/replicas/{card.id}.yaml"
        found.extend(Problem(file=replica, key=key, action=action) for key, action in _replica(root.parent / replica))
    return found


Faults = Iterator[tuple[str, str]]


def _identity(card: DatasetCard) -> Faults:
    for key in ("name", "summary", "version", "homepage", "citation"):
        if not getattr(card, key).strip():
            yield key, "empty; fill it in"
    if card.homepage.strip() and not card.homepage.startswith(("http://", "https://")):
        yield "homepage", f"{card.homepage!r} is no address; write it with https://"
    if not card.modalities:
        yield "modalities", "empty; name at least one concept of catalog/concepts/modality.yaml"
    if not card.tasks:
        yield "tasks", "empty; say what the annotations serve, such as segmentation"
    if not card.evidence:
        yield "evidence", "empty; say what was read, and where"


def _reader(card: DatasetCard, tree: Path) -> Faults:
    if card.layout.reader is None:
        if card.layout.labels or card.layout.options or card.layout.unmapped:
            yield "layout.reader", "missing; name the reader that these options are for"
        return
    if not card.layout.reader:
        yield "layout.reader", "empty; name one (triptych readers lists them)"
        return
    reader = f"{card.layout.reader}.py"
    if not any((tree / "connectors" / folder / reader).is_file() for folder in ("readers", "")):
        yield "layout.reader", f"connectors/readers/{reader} and connectors/{reader} do not exist; write one of them"


def _layout(card: DatasetCard) -> Faults:
    """What a layout needs whatever its reader is."""
    if card.layout.reader is not None and card.layout.options.get("files") == []:
        yield "layout.options.files", "empty; write the patterns of the images"


def _replica(path: Path) -> Faults:
    """Parts of a replica that are still as `triptych new-dataset` left them."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for key in ("evidence", "tree", "expect"):
        if re.search(rf"^{key}: *(\[\]|\{{\}})", text, re.M):
            yield key, "empty; write it from the evidence (tests/replicas/builder/declaration.py says how)"


def _opening(card: DatasetCard, space: LabelSpace, opens: Opener) -> Faults:
    """What the reader itself has to say of a card that breaks no rule here."""
    if card.layout.reader is None:
        return
    try:
        opens(card, space)
    except ValueError as error:
        said = str(error).removeprefix(f"catalog/datasets/{card.id}.yaml: ")
        key, _, action = said.partition(": ")
        yield (key, action) if action else ("layout", said)


def _labels(card: DatasetCard, space: LabelSpace) -> Faults:
    labels, unmapped = card.layout.labels, card.layout.unmapped
    for value, slug in labels.items():
        if slug is None and not unmapped.get(value, "").strip():
            yield f"layout.labels.{value}", "left unmapped without a reason; map it or say why under layout.unmapped"
        elif slug is not None and slug not in space:
            yield f"layout.labels.{value}", f"no concept {slug!r}; add it to catalog/concepts/ or correct the slug"
    mapped = set(card.layout.labels.values())
    for organ, within in card.layout.wholes.items():
        if unknown := sorted({organ, *within} - mapped):
            yield f"layout.wholes.{organ}", f"no label is mapped to {unknown[0]!r}; correct the slug, or remove it here"
    for value, implied in card.layout.implies.items():
        if value not in labels:
            yield f"layout.implies.{value}", "is not among layout.labels; add it there, or correct it"
        for slug in (*implied.present, *implied.absent, *implied.uncertain):
            if slug not in space:
                yield f"layout.implies.{value}", f"no concept {slug!r}; add it to catalog/concepts/ or correct the slug"
            elif slug == labels.get(value):
                yield f"layout.implies.{value}", f"{slug!r} is what the label is mapped to; remove it here"
    for value in unmapped:
        if labels.get(value, "absent") is not None:
            yield (
                f"layout.unmapped.{value}",
                "is mapped, or not among layout.labels; remove it or set the label to null",
            )
    for value in card.layout.void:
        if labels.get(value, "absent") is not None:
            yield "layout.void", f"{value} is mapped, or not among layout.labels: what nobody labelled is no concept"


def _facts(card: DatasetCard, space: LabelSpace) -> Faults:
    """Every value that a card tells beside its images is a fact, or is left out with a reason."""
    names = told(card.layout.reader, card.layout.options)
    for name in names:
        if name not in card.layout.facts:
            yield f"layout.facts.{name}", "not declared; say what it is (`as`), or why it is left out (`left_out`)"
    for name, declared in card.layout.facts.items():
        if name not in names:
            yield f"layout.facts.{name}", "nothing tells this name; remove it or correct it"
        elif declared.concept is not None and declared.concept not in space:
            yield f"layout.facts.{name}.concept", f"no concept {declared.concept!r}; add it to catalog/concepts/"
    groups = card.layout.groups
    for key, wanted in (
        ("visits.order", (groups.visits.order,) if groups.visits else ()),
        ("study.by", groups.study.by if groups.study else ()),
        ("series", (groups.series,) if groups.series else ()),
    ):
        for name in wanted:
            if name not in names and name != "study":
                yield f"layout.groups.{key}", f"nothing tells {name!r}; keep it (`keep`) or correct the name"


def _slugs(card: DatasetCard, space: LabelSpace) -> Faults:
    for key, slugs, facets in (
        ("modalities", card.modalities, {"modality"}),
        ("anatomy", card.anatomy, {"anatomy"}),
        ("exhaustive", card.exhaustive, {"anatomy", "finding"}),
    ):
        for slug in slugs:
            if slug not in space or space.get(slug).facet not in facets:
                yield key, f"{slug!r} is no concept of {' or '.join(sorted(facets))}; correct it or add it there"
    for slug in sorted(set(card.exhaustive) - {slug for slug in card.layout.labels.values() if slug}):
        yield (
            "exhaustive",
            f"{slug!r} is not among layout.labels, so nobody annotated it; map a label to it or remove it",
        )


def _terms(card: DatasetCard) -> Faults:
    for key in ("licence", "attribution", "evidence"):
        if not getattr(card.terms, key).strip():
            yield f"terms.{key}", 'empty; fill it in, a licence that nobody found is "unknown"'
    try:
        written = spdx.expression(card.terms.licence)
    except ValueError as error:
        yield (
            "terms.licence",
            f'no SPDX expression, LicenseRef-... or "unknown" ({error}); put words under evidence',
        )
        return
    if written != card.terms.licence:
        yield "terms.licence", f"SPDX writes it {written}; correct it"
    if card.terms.licence == spdx.UNKNOWN and "yes" in (card.terms.redistribution, card.terms.derivatives):
        yield "terms.licence", 'unknown, yet something is allowed; name the licence or set the answers to "unknown"'
    for question, action in spdx.contradictions(card.terms):
        yield f"terms.{question}", action
    own = card.terms.of_annotations()
    for question, action in spdx.contradictions(own) if own is not None and _is_spdx(own.licence) else ():
        yield f"terms.annotations.{question}", action
    if own is not None and not _is_spdx(own.licence):
        yield "terms.annotations.licence", 'no SPDX expression as SPDX writes it, LicenseRef-... or "unknown"'


def _is_spdx(licence: str) -> bool:
    try:
        return spdx.expression(licence) == licence
    except ValueError:
        return False


def _subjects(card: DatasetCard, cards: dict[str, DatasetCard], spaces: dict[str, list[str]]) -> Faults:
    for other in card.shares_subjects_with:
        if other == card.id:
            yield "shares_subjects_with", "names the set itself; remove it"
        elif other not in cards:
            yield "shares_subjects_with", f"no card {other!r}; write catalog/datasets/{other}.yaml or correct the id"
        elif card.id not in cards[other].shares_subjects_with:
            yield "shares_subjects_with", f"{other} does not name {card.id} in return; add it to its card"
    for other in spaces[space_of(card)]:
        if other != card.id and other not in card.shares_subjects_with:
            yield "subject_space", f"is that of {other} too: name {other} under shares_subjects_with, or use another"


def _benchmarks(card: DatasetCard, known: Mapping[str, Benchmark]) -> Faults:
    for name in card.benchmarks:
        if name not in known:
            yield "benchmarks", f"no catalog/benchmarks/{name}.yaml; write it or correct the name"


def _of_benchmarks(root: Path, known: Mapping[str, Benchmark], cards: Mapping[str, DatasetCard]) -> Iterator[Problem]:
    """A benchmark is read by a card that there is, and that names it in return."""
    for one in known.values():
        file = f"{root.name}/benchmarks/{one.id}.yaml"
        if one.dataset is None:
            continue
        if one.dataset not in cards:
            yield Problem(file=file, key="dataset", action=f"no card {one.dataset!r}; correct the id or leave it out")
        elif one.id not in cards[one.dataset].benchmarks:
            yield Problem(file=file, key="dataset", action=f"name {one.id} under `benchmarks` of that card")


def _obtain(card: DatasetCard) -> Faults:
    for index, source in enumerate(card.obtain):
        yield from _source(f"obtain.{index}", source)


def _source(key: str, source: Obtain) -> Faults:
    stem = source.file.replace("-", "_").casefold()
    if not stem.startswith(f"{source.package}_{source.version}".replace("-", "_").casefold()):
        yield f"{key}.file", f"{source.file!r} is not a file of {source.package} {source.version}; correct one of them"
    if not is_archive(source.file):
        yield f"{key}.file", f"{source.file!r} is neither a wheel, a zip nor a tar; name the archive"
    if not source.include:
        yield f"{key}.include", "empty; name the members to unpack"
    for pattern in source.include:
        parts = PurePosixPath(pattern).parts
        if pattern.startswith("/") or ".." in parts:
            yield f"{key}.include", f"{pattern!r} leads out of the archive; write it from the archive's root"
        elif not 0 <= source.strip < len(parts):
            yield f"{key}.strip", f"{source.strip} leaves nothing of {pattern!r}; use at most {len(parts) - 1}"
