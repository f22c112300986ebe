"""What lies in a published folder beside its shards, against the manifest: no file changed, missing, strange or a link.

Sums are SHA-256. A tar's index is held to the tar itself, statistics to the samples. Hidden files that the manifest
does not name (.git, .gitattributes) are not the corpus'.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from transforms.shards import signature
from transforms.shards.energon import INDEX, index_of
from transforms.shards.manifest import NAME, Manifest
from transforms.shards.stats import Stats, files
from transforms.shards.tar import ShardInfo, sha256_file

NEEDED = ("LICENSES.md", "README.md", "croissant.json", "stats/summary.json")
LINK = "is a symbolic link, which may lead anywhere: put the file itself here"


def summed(made: Manifest, beside: Mapping[str, bytes]) -> Manifest:
    """The manifest with the sums of what stands beside the shards: path in the folder -> content."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(beside.items())}
    return made.model_copy(update={"beside": sums})


def plain(path: Path) -> bool:
    """Whether a path is a file itself, no link to one."""
    return path.is_file() and not path.is_symlink()


def listing_problems(folder: Path, made: Manifest) -> Iterator[tuple[str, str, str]]:
    """(file, check, what is wrong with it) of everything in the folder but the content of shards."""
    there: set[str] = set()
    for name, mode in _walk(folder):
        if stat.S_ISLNK(mode):
            yield name, "link", LINK
        elif not stat.S_ISREG(mode):
            yield name, "link", "is neither a file nor a folder"
        else:
            there.add(name)
    tars = {path.name for path in folder.glob("*.tar")}
    ours = {NAME, signature.NAME, *made.beside, *tars, *(f"{name}{INDEX}" for name in tars)}
    for name in sorted(made.beside.keys() | {*NEEDED}):
        if name not in there:
            yield name, "beside", "is not in the folder"
        elif name not in made.beside:
            yield name, "beside", "is not in the manifest"
        elif (digest := sha256_file(folder / name)) != made.beside[name]:
            yield name, "beside", f"sha256 is {digest}, the manifest says {made.beside[name]}"
    for name in sorted(there - ours - {*NEEDED}):
        if not any(part.startswith(".") for part in name.split("/")):
            yield name, "beside", "is in the folder and not in the manifest"


def index_problem(folder: Path, entry: ShardInfo) -> str | None:
    """What is wrong with the index of a sound tar."""
    path = folder / f"{entry.name}{INDEX}"
    if not plain(path):
        return "is not in the folder"
    return (
        None
        if path.read_bytes() == index_of(folder / entry.name)
        else "does not say where the samples of its shard begin"
    )


def stats_problems(folder: Path, found: Stats) -> Iterator[tuple[str, str]]:
    """(file, what is wrong) of statistics that do not count the samples of the shards."""
    for name, data in files(found).items():
        path = folder / "stats" / name
        if plain(path) and path.read_bytes() != data:
            yield f"stats/{name}", "does not count the samples of the shards"


def _walk(folder: Path) -> Iterator[tuple[str, int]]:
    """(path, mode) of all that is no folder; links are not followed, and not entered."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(place) / name
            yield path.relative_to(folder).as_posix(), path.lstat().st_mode
