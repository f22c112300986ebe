"""What lies in a published folder beside its shards, against the manifest: no file changed, missing or strange.

A link in place of a file that the manifest names (a DVC cache of links, a snapshot of the Hugging Face Hub) is read: by
its sum one knows whether it leads to that content. Every other link is refused, as is one that leads to no file. Sums
are SHA-256. A tar's index is held to the tar itself, statistics to the samples. Hidden files that the manifest does not
name (.git, .gitattributes) are not the corpus'.
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
LINK = "is a symbolic link that the manifest does not name, which may lead anywhere: put the file itself here"
ASTRAY = "is a symbolic link that leads to no file: fetch what it stands for, or put the file itself here"


def summed(made: Manifest, beside: Mapping[str, bytes]) -> Manifest:
    """The manifest with the sums of what stands beside the shards: path in the folder -> content."""
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(beside.items())}
    return made.model_copy(update={"beside": sums})


def listing_problems(folder: Path, made: Manifest) -> Iterator[tuple[str, str, str]]:
    """(file, check, what is wrong with it) of everything in the folder but the content of shards."""
    there: set[str] = set()
    tars = {tar.name for entry in made.shards for tar in entry.tars}
    named = {NAME, signature.NAME, *made.beside, *tars, *(f"{name}{INDEX}" for name in tars)}
    for name, mode in _walk(folder):
        if stat.S_ISLNK(mode) and name not in named:
            yield name, "link", LINK
        elif stat.S_ISLNK(mode) and not (folder / name).is_file():
            yield name, "link", ASTRAY
        elif stat.S_ISLNK(mode):
            there.add(name)
        elif not stat.S_ISREG(mode):
            yield name, "link", "is neither a file nor a folder"
        else:
            there.add(name)
    strange = {path.name for path in folder.glob("*.tar")} - tars  # which are told of elsewhere
    ours = named | strange | {f"{name}{INDEX}" for name in strange}
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
    if not path.is_file():
        return "is not in the folder"
    right = index_of(folder / entry.name)
    same = path.stat().st_size == len(right) and path.read_bytes() == right
    return None if same else "does not say where the samples of its shard begin"


def stats_problems(folder: Path, found: Stats) -> Iterator[tuple[str, str]]:
    """(file, what is wrong) of statistics that do not count the samples of the shards."""
    for name, data in files(found).items():
        path = folder / "stats" / name
        if path.is_file() and path.read_bytes() != data:
            yield f"stats/{name}", "does not count the samples of the shards"


def _walk(folder: Path) -> Iterator[tuple[str, int]]:
    """(path, mode) of all that is no folder; links are not followed, and not entered."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(place) / name
            yield path.relative_to(folder).as_posix(), path.lstat().st_mode
