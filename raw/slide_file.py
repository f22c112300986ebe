"""Whole-slide images that OpenSlide opens by name. Some are text files that name others: those beside them alone."""

import re
from pathlib import Path

from raw import confine
from raw.refusal import Unreadable

TEXT = 1 << 20  # bytes; such files are short
INDEX = "Slidedat.ini"  # of a MIRAX slide, in a folder of the slide's name (OpenSlide, "MIRAX format")
NAMES = re.compile(r"^\s*(?:\w*FILE\w*|ImageFile[\w().,]*|MapFile|OptimisationFile|MacroImage)\s*=\s*(.*?)\s*$", re.M)


def path(root: Path, uri: str) -> Path:
    """The real path of a slide. Raises Unreadable where it, or what it names, may not be opened."""
    found = confine.path(root, uri)
    stem = uri.rpartition(".")[0]
    if uri.lower().endswith(".mrxs"):
        folder = f"{stem}/"
        _check(root, uri, folder, f"{folder}{INDEX}")
    with found.open("rb") as file:
        if b"[Virtual Microscope Specimen]" in (start := file.read(TEXT)) or b"[Uncompressed Virtual" in start:
            _check(root, uri, f"{uri.rpartition('/')[0]}/".lstrip("/"), uri)
    return found


def _check(root: Path, uri: str, folder: str, index: str) -> None:
    with confine.opened(root, index) as file:
        text = file.read(TEXT).decode("latin-1")
    for name in NAMES.findall(text):
        if "/" in name or "\\" in name:
            raise Unreadable(uri, f"{index} names {name!r}: only files beside it are read")
        confine.check(root, folder + name)
