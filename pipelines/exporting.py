"""A published corpus written in another format, with its licences beside it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from schemas.faults import like
from transforms.plugins import modules
from transforms.shards.exports._job import Job
from transforms.tasks.rendering import Style

FORMATS = "transforms.shards.exports"
MAKERS = ("human", "model", "rule")
BESIDE = ("LICENSES.md", "README.md")


class ExportError(ValueError):
    """One line: what, where, the next action."""


def formats() -> dict[str, str]:
    """Name -> what it is."""
    return {module.NAME: module.NOTE for _, module in sorted(modules(FORMATS).items())}


def export(
    corpus: Path, to: str, out: Path, coordinates: str | None = None, style: Style = "answer", split: str | None = None,
    made_by: Sequence[str] = ("human",),
) -> Job:  # fmt: skip
    """Write a format into a new or empty folder; what was written and left out is in the job that comes back.

    Raises ExportError for a format, coordinates or a split that there is none of, a folder that holds something, and a
    corpus of which nothing can be told so; ValueError where there is no manifest.
    """
    found = modules(FORMATS).get(to.replace("-", "_"))
    if found is None:
        names = list(formats())
        raise ExportError(f"--to {to}: no such format{like(to, names)}; there are {', '.join(names)}")
    coordinates = coordinates or found.COORDINATES[0]
    if coordinates not in found.COORDINATES:
        raise ExportError(f"--coordinates {coordinates}: {found.NAME} has {', '.join(found.COORDINATES)}")
    if unknown := sorted(set(made_by) - set(MAKERS)):
        raise ExportError(f"--made-by {unknown[0]}: there are {', '.join(MAKERS)}")
    job = Job(corpus, out, coordinates, style, split, tuple(made_by))
    if not job.splits:
        there = sorted({one.split for one in job.manifest.shards})
        raise ExportError(f"{corpus}: no split {split!r}; there are {', '.join(there)}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ExportError(f"{out}: holds something already; name a new folder")
    out.mkdir(parents=True, exist_ok=True)
    found.write(job)
    if not job.written["rows"]:
        why = "; ".join(f"{n} {reason}" for reason, n in job.left_out.most_common(3)) or "it has none of what it shows"
        raise ExportError(f"{corpus}: nothing of it is in {found.NAME}: {why}")
    for name in BESIDE:
        if (corpus / name).is_file():
            target = out / ("CORPUS.md" if name == "README.md" else name)
            shutil.copyfile(corpus / name, target)
    return job
