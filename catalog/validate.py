"""The rules that cards and label space keep beyond their schema."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from catalog.archive import is_archive
from catalog.load import CatalogError, read_card, read_labelspace
from schemas import DatasetCard, LabelSpace, Model, Obtain


class Problem(Model):
    """One fault: the file, the key in it, and what to do."""

    file: str
    key: str
    action: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.action}"


def problems(root: Path) -> list[Problem]:
    """Every fault of the cards and the label space under `root` (the folder `catalog`). Never raises on a bad file."""
    found: list[Problem] = []
    try:
        space = read_labelspace(root / "concepts")
    except CatalogError as error:
        return [Problem(file=error.file, key=error.key, action=error.action)]
    cards: dict[str, DatasetCard] = {}
    for path in sorted((root / "datasets").glob("*.yaml")):
        try:
            cards[path.stem] = read_card(path)
        except CatalogError as error:
            found.append(Problem(file=error.file, key=error.key, action=error.action))
    for card in cards.values():
        file = f"{root.name}/datasets/{card.id}.yaml"
        for check in (_reader(card, root.parent), _labels(card, space), _slugs(card, space), _terms(card),
                      _subjects(card, cards), _obtain(card)):  # fmt: skip
            found.extend(Problem(file=file, key=key, action=action) for key, action in check)
    return found


Faults = Iterator[tuple[str, str]]


def _reader(card: DatasetCard, tree: Path) -> Faults:
    reader = f"{card.layout.reader}.py"
    if not any((tree / "connectors" / folder / reader).is_file() for folder in ("readers", "")):
        yield "layout.reader", f"connectors/readers/{reader} and connectors/{reader} do not exist; write one of them"


def _labels(card: DatasetCard, space: LabelSpace) -> Faults:
    labels, unmapped = card.layout.labels, card.layout.unmapped
    for value, slug in labels.items():
        if slug is None and not unmapped.get(value, "").strip():
            yield f"layout.labels.{value}", "left unmapped without a reason; map it or say why under layout.unmapped"
        elif slug is not None and slug not in space:
            yield f"layout.labels.{value}", f"no concept {slug!r}; add it to catalog/concepts/ or correct the slug"
    for value in unmapped:
        if labels.get(value, "absent") is not None:
            yield (
                f"layout.unmapped.{value}",
                "is mapped, or not among layout.labels; remove it or set the label to null",
            )


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
    if " " in card.terms.licence:
        yield "terms.licence", "must be an SPDX id, a LicenseRef-... or unknown; put the words under terms.evidence"
    if card.terms.licence == "unknown" and "yes" in (card.terms.redistribution, card.terms.derivatives):
        yield "terms.licence", 'unknown, yet something is allowed; name the licence or set the answers to "unknown"'


def _subjects(card: DatasetCard, cards: dict[str, DatasetCard]) -> Faults:
    for other in card.shares_subjects_with:
        if other not in cards:
            yield "shares_subjects_with", f"no card {other!r}; write catalog/datasets/{other}.yaml or correct the id"
        elif card.id not in cards[other].shares_subjects_with:
            yield "shares_subjects_with", f"{other} does not name {card.id} in return; add it to its card"
        elif (cards[other].subject_space or other) != (card.subject_space or card.id):
            yield "subject_space", f"differs from that of {other}, which shares its subjects; give both the same"


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
