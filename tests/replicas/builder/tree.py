"""From a declaration to a folder: loops are expanded, each file is written by its kind. Same YAML, same bytes."""

import itertools
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tests.replicas.builder import containers, dicom, pictures, signals, slides, tables, video, volumes
from tests.replicas.builder.declaration import Declaration, DeclarationError, declarations, fault, load

__all__ = ["Declaration", "DeclarationError", "build", "declarations", "load"]

Writer = Callable[..., None]
KINDS: dict[str, Writer] = {
    "text": tables.text, "json": tables.as_json, "jsonl": tables.jsonl, "xlsx": tables.xlsx,
    "parquet": tables.parquet, "image": pictures.image, "mask": pictures.mask, "volume": volumes.volume,
    "labels": volumes.labels, "npy": containers.npy, "npz": containers.npz, "h5": containers.h5,
    "mat": containers.mat, "dicom": dicom.single, "dicom_series": dicom.series, "wfdb": signals.signal,
    "edf": signals.edf, "video": video.video, "slide": slides.slide,
    "bytes": lambda path, value, name: path.write_bytes(bytes.fromhex(str(value))),
    "empty": lambda path, value, name: path.write_bytes(b""),
    "folder": lambda path, value, name: path.mkdir(parents=True, exist_ok=True),
}  # fmt: skip
# Those that read what others wrote come last, and are told the top of the tree.
LATER: dict[str, Writer] = {
    "dicom_seg": dicom.segmentation, "rtstruct": dicom.structures,
    "copy_of": lambda path, value, name, top: path.write_bytes((top / value).read_bytes()),
}  # fmt: skip
NESTED: dict[str, Callable[[Path, Path], None]] = {"zip": containers.zip_folder, "tar": containers.tar_folder}
SIBLINGS = {"text": {"encoding"}, "mat": {"version"}}
_FIELD = re.compile(r"\{(\w+)(:[^{}]*)?\}")


def build(declaration: Declaration, root: Path) -> None:
    """Writes the replica's files under `root`. Raises DeclarationError."""
    root.mkdir(parents=True, exist_ok=True)
    _grow(declaration.id, "tree", declaration.tree, root, "", {})


def _grow(file: str, key: str, tree: Any, root: Path, prefix: str, fields: dict[str, Any]) -> None:
    """Writes a tree; `prefix` is the path of the archive that it will be in."""
    later = []
    seen: set[str] = set()
    for where, path, content in _expand(file, key, tree, fields):
        if path in seen:
            raise DeclarationError(file, where, f"{path} is written twice; keep one of the two")
        seen.add(path)
        if not isinstance(content, dict):
            raise DeclarationError(file, where, "must map a kind to what it takes, such as {text: ...}")
        if set(content) & set(LATER):
            later.append((where, path, content))
        else:
            _write(file, where, path, content, root, prefix)
    for where, path, content in later:
        _write(file, where, path, content, root, prefix)


def _expand(file: str, key: str, tree: Any, fields: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(key in the YAML, path, content) of each file, the loops' fields filled in."""
    if not isinstance(tree, dict):
        raise DeclarationError(file, key, "must map paths to their content")
    for name, content in tree.items():
        where = f"{key}.{name}"
        if isinstance(content, dict) and "files" in content and "for" in content:
            if set(content) != {"for", "files"}:
                raise DeclarationError(file, where, "a loop has the keys `for` and `files`, no others")
            for row in _rows(file, where, _fill(content["for"], fields)):
                yield from _expand(file, f"{where}.files", content["files"], {**fields, **row})
        else:
            path = str(_fill(str(name), fields))
            unknown = _FIELD.search(path)
            if unknown:
                known = ", ".join(fields) or "none"
                raise DeclarationError(file, where, f"no loop fills {unknown[0]} (fields here: {known}); correct it")
            yield where, path, _fill(content, fields)


def _rows(file: str, where: str, loops: Any) -> list[dict[str, Any]]:
    """The rows of a loop: a list as it is, or the product of lists."""
    if isinstance(loops, list) and all(isinstance(row, dict) for row in loops):
        return loops
    if isinstance(loops, dict) and all(isinstance(values, list) for values in loops.values()):
        return [dict(zip(loops, values, strict=True)) for values in itertools.product(*loops.values())]
    raise DeclarationError(file, f"{where}.for", "must map each field to a list of values, or be a list of rows")


def _fill(value: Any, fields: dict[str, Any]) -> Any:
    """The fields put into every text of `value`. A text that is one field alone becomes that field's own value."""
    if isinstance(value, dict):
        return {_fill(key, fields): _fill(inner, fields) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, fields) for inner in value]
    if not isinstance(value, str) or not fields:
        return value
    alone = _FIELD.fullmatch(value)
    if alone and alone[1] in fields and not alone[2]:
        return fields[alone[1]]
    return _FIELD.sub(lambda m: m[0].replace(m[1], "0", 1).format(fields[m[1]]) if m[1] in fields else m[0], value)


def _write(file: str, where: str, name: str, content: dict[str, Any], root: Path, prefix: str) -> None:
    known = {**KINDS, **LATER, **NESTED, "gzip": None}
    kinds = [key for key in content if key in known]
    if len(kinds) != 1 or set(content) - set(kinds) - SIBLINGS.get(kinds[0] if kinds else "", set()):
        wrong = ", ".join(map(str, content))
        raise DeclarationError(file, where, f"one kind of {', '.join(known)} is wanted, not {wrong}; correct it")
    kind = kinds[0]
    path, value = root / name, content[kind]
    if not path.resolve().is_relative_to(root.resolve()):
        raise DeclarationError(file, where, "leaves the replica's folder; correct the path")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if kind in NESTED:
            with tempfile.TemporaryDirectory() as scratch:
                _grow(file, f"{where}.{kind}", value, Path(scratch), f"{prefix}{name}/", {})
                NESTED[kind](Path(scratch), path)
        elif kind == "gzip":
            with tempfile.TemporaryDirectory() as scratch:
                inner = path.name.removesuffix(".gz")
                _write(file, f"{where}.gzip", inner, value, Path(scratch), f"{prefix}{name}/")
                containers.gzip_file(Path(scratch) / inner, path)
        elif kind in LATER:
            LATER[kind](path, value, prefix + name, root)
        else:
            siblings = {key: content[key] for key in content if key != kind}
            _writer(kind, path)(path, value, prefix + name, **siblings)
    except ValidationError as error:
        raise fault(file, f"{where}.{kind}", error) from error
    except DeclarationError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OSError, AttributeError) as error:
        raise DeclarationError(file, f"{where}.{kind}", f"{type(error).__name__}: {error}") from error


def _writer(kind: str, path: Path) -> Writer:
    if kind in ("image", "mask") and path.suffix.lower() in (".dcm", ".dicom"):
        return dicom.of_picture
    return KINDS[kind]
