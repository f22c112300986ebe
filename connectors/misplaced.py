"""What to say of a folder in which nothing of its data set is found: what was expected, what is there, what to give."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from connectors import archives, base, patterns, walking
from connectors.asked import Asked
from connectors.base import Reader
from connectors.packing import PackingError
from schemas import DatasetCard

FILES = 500  # that are looked at
UP = 3  # levels above
DOWN = 5  # levels below
NAMES = 6  # that are shown


def misplaced(root: Path, card: DatasetCard, reader: Reader) -> PackingError:
    """The error to raise of a folder that gives no item."""
    given = base.options(card, reader.Options)
    asked = list(getattr(given, "files", ()))
    there = [f"{name}/" if is_folder else name for name, is_folder in islice(archives.names(str(root)), NAMES + 1)]
    shown = ", ".join(there[:NAMES]) + (" ..." if len(there) > NAMES else "")
    compiled = [patterns.pattern(text) for text in asked]
    hint = _case(root, compiled) or _level(root, compiled) or _packed(root, compiled)
    action = hint or f"give the folder that holds {card.id} as published (triptych get {card.id} says how)"
    return PackingError(
        f"{root}: nothing of {card.id} is here: expected {' or '.join(_leading(asked)) or 'its files'}; "
        f"there {'are' if there else 'is'} {shown or 'nothing'}; {action}"
    )


def _leading(asked: list[str]) -> list[str]:
    """The leading folders that patterns begin with; the patterns themselves where they begin with none."""
    found = []
    for one in (one for text in asked for one in Asked.of(text, patterns.few(text))):
        found.append(f"{one.folder}/" if one.folder else one.rest)
    return list(dict.fromkeys(found))[:3]


def _case(root: Path, compiled: list[patterns.Pattern]) -> str | None:
    """That files are there but for the case of their extensions ("a.PNG")."""
    for path in islice(archives.files(root), FILES):
        name, dot, extension = path.rpartition(".")
        for wanted in (extension.lower(), extension.upper()):
            if dot and wanted != extension and any(one.of_path(f"{name}.{wanted}") is not None for one in compiled):
                return f"{path} is expected as .{wanted}: rename files that end so"
    return None


def _packed(root: Path, compiled: list[patterns.Pattern]) -> str | None:
    """Which archive to unpack: one that holds what is expected, or holds archives, into which no reader looks."""
    nested = None
    for path in (path for path in islice(archives.files(root), FILES) if archives.is_archive(path)):
        try:
            members = archives.members(root, path)
        except archives.BROKEN:
            continue
        if any(one.of_path(member) is not None for member in members for one in compiled):
            return f"unpack {path}, which holds it"
        inner = next((member for member in members if archives.is_archive(member)), None)
        nested = nested or (inner and f"unpack {path}: it holds {inner}, and an archive inside an archive is not read")
    return nested


def _level(root: Path, compiled: list[patterns.Pattern]) -> str | None:
    """Which folder to give instead, if one above or below would do."""
    above = root.resolve()
    for up in range(1, min(UP, len(above.parts) - 1) + 1):
        prefix = "/".join(above.parts[-up:])
        published = [f"{prefix}/{name}" for name in islice(archives.files(root), FILES)]
        if any(one.of_path(path) is not None for path in published for one in compiled):
            return f"this looks {_count(up)} too deep: give {above.parents[up - 1]}"
    below = [
        folder for folder in islice(_folders(root), FILES)
        if any(next(walking.walk(root / folder, one), None) is not None for one in compiled)
    ]  # fmt: skip
    if not below:
        return None
    high = min(folder.count("/") + 1 for folder in below)
    nearest = [str(root / folder) for folder in below if folder.count("/") + 1 == high]
    return f"this looks {_count(high)} too high: give {' or '.join(nearest[:NAMES])}"


def _count(levels: int) -> str:
    return "one level" if levels == 1 else f"{levels} levels"


def _folders(root: Path) -> Iterator[str]:
    """Folders below, level by level."""
    level = [""]
    for _ in range(DOWN):
        level = [
            f"{folder}/{name}" if folder else name
            for folder in level for name, is_folder in archives.names(str(root / folder)) if is_folder
        ]  # fmt: skip
        yield from level
