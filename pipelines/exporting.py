"""A published corpus written in another format, with its licences beside it."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from pipelines.store.whole import taken, whole
from schemas.faults import like, no_such
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


def _refuse_unused(found: ModuleType, given: Mapping[str, object]) -> None:
    """Raises ExportError for an option that changes nothing in a format."""
    heeded = {
        f"--{name.replace('_', '-')}" for name in (*found.OPTIONS, *(["coordinates"] if found.COORDINATES else []))
    }
    for option, value in given.items():
        if value and option not in heeded:
            raise ExportError(f"{option}: {found.NAME} has no use for it; leave it out")


def export(
    corpus: Path, to: str, out: Path, coordinates: str | None = None, style: Style | None = None,
    split: str | None = None, made_by: Sequence[str] | None = None,
) -> Job:  # fmt: skip
    """Write a format into a new or empty folder; what was written and left out is in the job that comes back. Without
    `style` answers are told without their steps; without `made_by` what people drew is truth.

    Raises ExportError for a format, coordinates or a split that there is none of, an option that the format has no use
    for, a folder that holds something, and a corpus of which nothing can be told so; ValueError where there is no
    manifest.
    """
    found = modules(FORMATS).get(to.replace("-", "_"))
    if found is None:
        names = list(formats())
        raise ExportError(f"--to {to}: no such format{like(to, names)}; there are {', '.join(names)}")
    if unknown := sorted(set(made_by or ()) - set(MAKERS)):
        raise ExportError(f"--made-by {unknown[0]}{like(unknown[0], MAKERS)}: there are {', '.join(MAKERS)}")
    _refuse_unused(found, {"--coordinates": coordinates, "--style": style, "--made-by": made_by})
    if coordinates and coordinates not in found.COORDINATES:
        near = like(coordinates, found.COORDINATES)
        raise ExportError(f"--coordinates {coordinates}{near}: {found.NAME} has {', '.join(found.COORDINATES)}")
    coordinates = coordinates or next(iter(found.COORDINATES), "pixels")
    job = Job(corpus, out, coordinates, style or "answer", split, tuple(made_by or ("human",)))
    if not job.splits:
        there = sorted({one.split for one in job.manifest.shards})
        raise ExportError(f"{corpus}: {no_such('split', split, there)}")
    if why := taken(out):
        raise ExportError(why)
    if out.resolve().is_relative_to(corpus.resolve()):
        raise ExportError(f"{out}: lies in the corpus, which must hold nothing else; name a folder outside of it")
    with whole(out) as job.out:
        _write(found, job)
    job.out = out
    return job


def _write(found: ModuleType, job: Job) -> None:
    found.write(job)
    if not job.written["rows"]:
        why = "; ".join(f"{n} {reason}" for reason, n in job.left_out.most_common(3)) or "it has none of what it shows"
        raise ExportError(f"{job.corpus}: nothing of it is in {found.NAME}: {why}")
    for name in BESIDE:
        if (job.corpus / name).is_file():
            target = job.out / ("CORPUS.md" if name == "README.md" else name)
            shutil.copyfile(job.corpus / name, target)
