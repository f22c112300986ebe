"""Replicas in other packings than the published one: what comes of them must be the same.

`python -m tests.connectors.repacking ID ...` tries all of WAYS on the data sets that are named, or on all of them.
"""

import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from connectors import archives, base, layout, patterns
from schemas import DatasetCard
from tests.connectors.reading import Reading, connector, read
from tests.replicas.builder.tree import build, declarations, load

Repack = Callable[[DatasetCard, Path], Path | None]


def deeper(card: DatasetCard, root: Path) -> Path:
    """An extra folder above all."""
    other = root.parent / "outer"
    other.mkdir()
    root.rename(other / "some-archive-main")
    return other


def top_folder(card: DatasetCard, root: Path) -> Path | None:
    """The one top folder that the card's patterns begin with, given itself."""
    names = {text.split("/")[0] for text in leading(card)}
    only = next(iter(names)) if len(names) == 1 else None
    return root / only if only and (root / only).is_dir() and [p.name for p in root.iterdir()] == [only] else None


def renamed(card: DatasetCard, root: Path) -> Path | None:
    """The one top folder under another name, two levels down."""
    top = top_folder(card, root)
    if top is None:
        return None
    other = root.parent / "outer/input"
    other.mkdir(parents=True)
    top.rename(other / "some-slug")
    return other.parent


def lower(card: DatasetCard, root: Path) -> Path | None:
    """The top folder in other case."""
    top = top_folder(card, root)
    if top is None or top.name.swapcase() == top.name:
        return None
    top.rename(root / top.name.swapcase())
    return root


def quoted(card: DatasetCard, root: Path) -> Path | None:
    """Leading folders whose names hold blanks, URL-encoded, each within one of that name."""
    folders = {text.split("/")[0] for text in leading(card)}
    blank = [name for name in folders if " " in name and (root / name).is_dir()]
    for name in blank:
        (root / name).rename(root / "__moved__")
        (root / name.replace(" ", "%20")).mkdir()
        (root / "__moved__").rename(root / name.replace(" ", "%20") / name)
    return root if blank else None


def unpacked(card: DatasetCard, root: Path) -> Path | None:
    """Archives that patterns name, unpacked into folders of their names."""
    found = list(_archives(card, root))
    for path in found:
        folder = path.with_name(archives.bare(path.name))
        if folder.exists():
            return None
        shutil.unpack_archive(path, folder)
        path.unlink()
    return root if found else None


def unpacked_here(card: DatasetCard, root: Path) -> Path | None:
    """Archives that a pattern names literally, unpacked beside where they were."""
    wanted = {p for p in _archives(card, root) if any(p.name in text.split("/") for text in leading(card))}
    for path in sorted(wanted):
        if path.with_name(archives.bare(path.name)).exists():
            return None
        shutil.unpack_archive(path, path.parent)
        path.unlink()
    return root if wanted else None


def packed(card: DatasetCard, root: Path) -> Path | None:
    """The leading folders of the images, put into archives."""
    given = base.options(card, connector(card.id).reader.Options)
    if not isinstance(given, layout.Common) or card.layout.reader in ("slides", "video"):
        return None
    done = False
    for name in sorted(
        {text.split("/")[0] for text in leading(card) if "/" in text and patterns.plain(text.split("/")[0])}
    ):
        if (root / name).is_dir():
            with zipfile.ZipFile(root / f"{name}.zip", "w") as archive:
                for path in sorted((root / name).rglob("*")):
                    if path.is_file():
                        archive.write(path, path.relative_to(root).as_posix())
            shutil.rmtree(root / name)
            done = True
    return root if done else None


WAYS: dict[str, Repack] = {
    way.__name__: way
    for way in (deeper, top_folder, renamed, lower, quoted, unpacked, unpacked_here, packed)
}  # fmt: skip


# What is read is the same, its record keys are not: the card knows both packings as published ones, or says only that
# an image lies in some folder ("**/"), which then is a part of its name.
KEYS_DIFFER = {
    ("deeper", "acrima"): "any folders",
    ("unpacked", "covid_ct_ucsd"): "both are published",
    ("unpacked", "ixi"): "both are published",
    ("unpacked", "nct_crc_he"): "both are published",
    ("unpacked", "object_cxr"): "both are published",
    ("packed", "bach"): "both are published",
    ("packed", "panorama"): "any folders",
    ("packed", "pcns"): "any folders",
}
# What cannot be read in another packing yet, or is not to be.
LEFT = {
    ("top_folder", "chest_xray_kermany"): "the top folder holds the set once more, which is found first",
    ("renamed", "chest_xray_kermany"): "as above",
    ("lower", "chest_xray_kermany"): "as above",
    ("renamed", "agar300"): "nothing but the folder's name tells it: refused by name",
    ("renamed", "medtrinity_25m"): "as above",
    ("renamed", "oimhs"): "as above",
    ("unpacked_here", "ircadb"): "masks are decoded from their archive only",
    ("unpacked_here", "cc359"): "two archives whose files lie in any folders, unpacked into one",
    ("packed", "ccagt"): "an archive in an archive",
    ("packed", "covid_ct_ucsd"): "an archive in an archive",
    ("packed", "ircadb"): "an archive in an archive",
    ("packed", "pad_ufes_20"): "an archive in an archive",
    ("packed", "uls23"): "an archive in an archive",
    ("packed", "stare"): "gzipped pictures are not read from archives",
}


def leading(card: DatasetCard) -> list[str]:
    """Every pattern of a card, images and annotations."""
    given = base.options(card, connector(card.id).reader.Options)
    if not isinstance(given, layout.Common):
        return []
    told = (getattr(part.options, "file", None) for part in layout.bound(card, given))
    return [*given.files, *(text for text in told if text)]


def _archives(card: DatasetCard, root: Path) -> Iterator[Path]:
    asked = [text for text in leading(card) if any(map(archives.is_archive, text.split("/")[:-1]))]
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and archives.is_archive(name):  # noqa: SIM102
            if any(
                patterns.pattern("/".join(text.split("/")[: name.count("/") + 1])).match(name) is not None
                for text in asked
            ):
                yield path


def said(reading: Reading) -> list[Any]:
    """What a reading says, without where its files lie."""
    return sorted(
        [
            found.record.subject, found.record.split, len(found.regions), len(found.masks),
            sorted(region.source_label for region in found.regions),
        ]
        for found in reading.found
    )  # fmt: skip


def differences(dataset: str, way: str, folder: Path) -> list[str] | None:
    """What a replica in another packing says otherwise; None where it has no such packing."""
    if (way, dataset) in LEFT:
        return None
    declaration, source = load(declarations()[dataset]), connector(dataset)
    for name in ("as", "other"):
        build(declaration, folder / name / dataset)
    root = WAYS[way](source.card, folder / "other" / dataset)
    if root is None:
        return None
    before, after = read(source, folder / "as" / dataset), read(source, root)
    wrong = list(after.faults)
    first, second = said(before), said(after)
    if len(first) != len(second):
        wrong.append(f"{len(second)} of {len(first)} records; refused: {[str(e) for e in after.unreadable[:3]]}")
    elif first != second:
        a, b = next((a, b) for a, b in zip(first, second, strict=True) if a != b)
        wrong.append(f"a record says {b}, as published {a}")
    if sorted(one.record.key for one in before.found) != sorted(one.record.key for one in after.found) and not wrong:
        wrong.append("keys differ")
    notices = [text for text in after.notices if not text.startswith(".: not packed as published")]
    if len(before.notices) != len(notices):
        wrong.append(f"{len(notices)} notices, as published {len(before.notices)}: {notices[:3]}")
    lost = [s.uri for f in after.found for s in f.record.sources if not (root / s.uri).is_file()]
    return wrong + ([f"sources that are not there: {lost[:3]}"] if lost else [])


def main(arguments: Sequence[str]) -> int:
    failed = 0
    ways = [a for a in arguments if a in WAYS] or list(WAYS)
    for way in ways:
        tried = bad = 0
        for dataset in [a for a in arguments if a not in WAYS] or declarations():
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    wrong = differences(dataset, way, Path(scratch))
                except Exception as error:  # noqa: BLE001 - told, and the sweep goes on
                    wrong = [f"raised {type(error).__name__}: {error}"]
            if (way, dataset) in KEYS_DIFFER and wrong == ["keys differ"]:
                wrong = []
            tried += wrong is not None
            bad += bool(wrong)
            sys.stdout.write("".join(f"{way} {dataset}: {line}\n" for line in wrong or ()))
        sys.stdout.write(f"{way}: {tried} tried, {bad} differ\n")
        failed += bad
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
