"""From YAML files to cards and label space. Every error names the file, the key and the next action."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from catalog import attributes
from catalog.errors import CatalogError
from schemas import Benchmark, DatasetCard, Entry, LabelSpace, Model, Name, Stated
from schemas.faults import said

FACETS = ("modality", "anatomy", "finding", "attribute")
Named = TypeVar("Named", DatasetCard, Benchmark)


def _short(path: Path) -> str:
    """The last folders of a path: enough to find the file, without the machine's own folders."""
    return "/".join(path.parts[-3:])


def _first_fault(path: Path, model: type[Model], error: ValidationError, prefix: str = "") -> CatalogError:
    key, what = said(model, error)
    whole = ".".join(part for part in (prefix, key) if part) or "the whole file"
    return CatalogError(_short(path), whole, f"{what}; correct this key (see schemas/)")


class UniqueKeyLoader(yaml.CSafeLoader):
    """The C loader, but a key written twice in one mapping is an error and not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} is written twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises CatalogError when it is missing, not UTF-8 or not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)
    except OSError as error:
        raise CatalogError(_short(path), "the file", f"{error.strerror}; create it or correct the name") from error
    except UnicodeDecodeError as error:
        raise CatalogError(_short(path), f"byte {error.start}", "not UTF-8; save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogError(_short(path), f"line {line}", f"not YAML ({error.problem}); correct this line") from error
    except yaml.YAMLError as error:
        raise CatalogError(_short(path), "the file", f"not YAML ({error}); correct it") from error


def read_attributes(folder: Path) -> dict[str, dict[str, Stated]]:
    """The shared declarations of a catalogue's folder: none where there is no such file. Raises CatalogError."""
    path = folder / attributes.FILE
    return attributes.shared(read_yaml(path) if path.is_file() else None)


def read_card(path: Path, names: dict[str, Stated] | None = None) -> DatasetCard:
    """One card, with what catalog/attributes.yaml (`names`, where it was read before) says of its values. Its id must
    be the file's name. Raises CatalogError."""
    if names is None:
        names = read_attributes(path.parent.parent)["names"]
    return attributes.completed(_named(path, DatasetCard), names)


def read_cards(folder: Path) -> dict[str, DatasetCard]:
    """Every card of a folder by id, sorted. Raises CatalogError."""
    names = read_attributes(folder.parent)["names"]
    return {path.stem: read_card(path, names) for path in sorted(folder.glob("*.yaml"))}


def _entries(path: Path) -> Iterator[Entry]:
    """One facet's entries. The file maps a slug to the rest of its entry; the file's name is the facet."""
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise CatalogError(_short(path), "the whole file", "must map each slug to its entry; see schemas/labelspace.py")
    for slug, body in content.items():
        if not isinstance(body, dict):
            raise CatalogError(
                _short(path), str(slug), "must be a mapping such as {system: SCT, code: ..., label: ...}"
            )
        named = ("system", "code", "label", "laterality")
        concept = {name: body[name] for name in named if name in body}
        rest = {name: value for name, value in body.items() if name not in named}
        if concept.get("laterality"):
            rest.setdefault("side", concept["laterality"])
        try:
            yield Entry.model_validate({"slug": slug, "facet": path.stem, "concept": concept, **rest})
        except ValidationError as error:
            raise _first_fault(path, Entry, error, str(slug)) from error


def read_labelspace(folder: Path) -> LabelSpace:
    """The label space of a folder, in the order of the facets and of their files. Raises CatalogError.

    Refused: a slug or label used twice, a parent or pair that is not there, a circle of parents.
    """
    found: dict[str, Entry] = {}
    files: dict[str, Path] = {}
    labels: dict[str, str] = {}
    for facet in FACETS:
        path = folder / f"{facet}.yaml"
        for entry in _entries(path):
            if entry.slug in found:
                raise CatalogError(_short(path), entry.slug, f"also in {files[entry.slug].name}; keep one of the two")
            if entry.concept.label in labels:
                other = labels[entry.concept.label]
                raise CatalogError(_short(path), f"{entry.slug}.label", f"also that of {other}; labels must be unique")
            found[entry.slug], files[entry.slug], labels[entry.concept.label] = entry, path, entry.slug
    for slug, declared in read_attributes(folder.parent)["concepts"].items():
        if slug not in found:
            raise CatalogError(f"catalog/{attributes.FILE}", f"concepts.{slug}", "no such concept; correct the slug")
        found[slug] = found[slug].model_copy(update={"stated": declared})
    space = LabelSpace(entries=tuple(found.values()), names=dict(_names(folder.parent / "names", found)))
    for entry in space:
        _check_links(files[entry.slug], entry, found)
    for entry in space:
        if entry.slug in space.ancestors(entry.slug):
            raise CatalogError(
                _short(files[entry.slug]), f"{entry.slug}.parents", "lead back to itself; break the circle"
            )
    return space


def _names(folder: Path, known: Collection[str]) -> Iterator[tuple[str, dict[str, Name]]]:
    """Each language's names of concepts, of the file that is called as the language."""
    for path in sorted(folder.glob("*.yaml")):
        found: dict[str, Name] = {}
        for slug, body in (read_yaml(path) or {}).items():
            if slug not in known:
                raise CatalogError(_short(path), str(slug), "no such concept; correct the slug")
            try:
                found[slug] = Name.model_validate(body)
            except ValidationError as error:
                raise _first_fault(path, Name, error, str(slug)) from error
        yield path.stem, found


def _check_links(path: Path, entry: Entry, found: dict[str, Entry]) -> None:
    for parent in entry.parents:
        if parent not in found:
            raise CatalogError(
                _short(path), f"{entry.slug}.parents", f"no concept {parent!r}; add it or correct the slug"
            )
    if entry.pair is not None and (entry.pair not in found or found[entry.pair].pair != entry.slug):
        raise CatalogError(_short(path), f"{entry.slug}.pair", f"{entry.pair!r} must exist and point back; correct it")


def read_benchmarks(folder: Path) -> dict[str, Benchmark]:
    """The benchmarks that a card may name, by id; none where there is no such folder. Raises CatalogError."""
    return {path.stem: _named(path, Benchmark) for path in sorted(folder.glob("*.yaml"))}


def _named(path: Path, kind: type[Named]) -> Named:
    """What one file holds, whose id must be the file's name. Raises CatalogError."""
    try:
        found = kind.model_validate(read_yaml(path))
    except ValidationError as error:
        raise _first_fault(path, kind, error) from error
    if found.id != path.stem:
        raise CatalogError(_short(path), "id", f"{found.id!r} is not the file's name; rename one of the two")
    return found
