"""Where weights of models lie, and what tells one set of them from another."""

import hashlib
import os
from functools import cache
from pathlib import Path


def folder() -> Path:
    """The folder of models: TRIPTYCH_MODELS, or data/models."""
    return Path(os.environ.get("TRIPTYCH_MODELS", "data/models"))


def sha256(weights: Path) -> str:
    """Of a file: its SHA-256. Of a folder: that of a line "SHA-256  path" for each file, sorted by path. A process
    reads weights once, unless their size or time changes. Raises FileNotFoundError."""
    files = sorted(path for path in weights.rglob("*") if path.is_file()) if weights.is_dir() else [weights]
    return _sha256(weights, tuple((path, (at := path.stat()).st_size, at.st_mtime_ns) for path in files))


@cache
def _sha256(weights: Path, files: tuple[tuple[Path, int, int], ...]) -> str:
    sums = []
    for path, _, _ in files:
        with path.open("rb") as stream:
            sums.append((hashlib.file_digest(stream, "sha256").hexdigest(), path))
    if not weights.is_dir():
        return sums[0][0]
    lines = "".join(f"{digest}  {path.relative_to(weights).as_posix()}\n" for digest, path in sums)
    return hashlib.sha256(lines.encode()).hexdigest()
