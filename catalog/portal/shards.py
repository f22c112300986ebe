"""Published shards at hand: which corpora there are, and any member of any sample by one seek."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from catalog.portal.index import Index, Location

BESIDE = ("README.md", "LICENSES.md", "manifest.json", "manifest.json.sig", "croissant.json")


class CorpusError(ValueError):
    """A published folder that cannot be read as one; the message names the file and the next action."""


@dataclass(frozen=True)
class Corpus:
    """One shards folder. `workspace` holds the tables beside it; None where only the shards were pulled."""

    name: str
    root: Path
    workspace: Path | None
    manifest: dict[str, Any]

    @cached_property
    def index(self) -> Index:
        folder = self.workspace / ".portal" if self.workspace else None
        sizes = {name: tar.get("bytes") for name, tar in zip(self.shard_names, self.tars, strict=True)}
        return Index(self.root, sizes, folder / f"{self.name}.sqlite" if folder else None)

    @property
    def tars(self) -> list[dict[str, Any]]:
        """What the manifest says of each tar: of a shard in layers, of both, that of the words first."""
        shards = self.manifest.get("shards", [])
        return [tar for shard in shards for tar in (shard, shard.get("pixels")) if tar is not None]

    @property
    def shard_names(self) -> list[str]:
        """Raises CorpusError where the manifest points out of its own folder."""
        names = [str(tar["name"]) for tar in self.tars]
        for name in names:
            if Path(name).is_absolute() or ".." in Path(name).parts:
                raise CorpusError(f"{self.root}/manifest.json: shard {name!r} lies outside the folder: publish again")
        return names

    @property
    def version(self) -> str:
        return str(self.manifest.get("version", ""))

    def read(self, key: str, ext: str) -> bytes | None:
        """The bytes of member KEY.ext, or None where there is no such member."""
        at = self.index.locate(key, ext)
        return None if at is None else read_at(self.root, at)

    def document(self, name: str) -> str | None:
        """A text file beside the shards, such as LICENSES.md."""
        path = self.root / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    @property
    def files(self) -> list[str]:
        """What may be fetched of the folder: the files beside the shards that say what it is, and the shards. Raises
        CorpusError."""
        return [*(name for name in BESIDE if (self.root / name).is_file()), *self.shard_names]

    def shard(self, name: str) -> dict[str, Any]:
        """What the manifest says of a shard: samples, bytes, sha256; of another file its sum alone."""
        found: dict[str, Any] = next((one for one in self.tars if one["name"] == name), {})
        about = {"samples": 0, "bytes": 0, "sha256": self.manifest.get("beside", {}).get(name, "")}
        return {key: found.get(key, value) for key, value in about.items()}

    def counted(self, axis: str) -> dict[str, int]:
        """label -> count over all splits, as publish counted it into stats/; empty where it did not."""
        text = self.document(f"stats/{axis}.json")
        return {label: sum(row.values()) for label, row in json.loads(text).items()} if text else {}

    def plots(self) -> list[str]:
        """The names of the plots that publish drew into stats/."""
        return sorted(path.name for path in (self.root / "stats").glob("*.svg"))


def read_at(root: Path, at: Location) -> bytes:
    with (root / at.shard).open("rb") as tar:
        tar.seek(at.offset)
        return tar.read(at.size)


class Library:
    """The corpora under some workspaces. Looked up anew when a manifest changes, so a rebuild shows at once."""

    def __init__(self, workspaces: Sequence[Path]) -> None:
        self.workspaces = tuple(Path(path) for path in workspaces)
        self._seen: dict[Path, tuple[tuple[int, int], Corpus]] = {}

    def corpora(self) -> tuple[dict[str, Corpus], list[str]]:
        """By name, in the order of the workspaces; a name met again gets a number. And what is wrong with those that
        cannot be read: one broken folder hides no other."""
        found: dict[str, Corpus] = {}
        faults: list[str] = []
        for root, workspace in self._roots():
            try:
                corpus = self._corpus(root, workspace)
            except CorpusError as error:
                faults.append(str(error))
                continue
            name, count = corpus.name, 2
            while name in found:
                name, count = f"{corpus.name}-{count}", count + 1
            if name != corpus.name:
                corpus = Corpus(name, corpus.root, corpus.workspace, corpus.manifest)
            found[name] = corpus
        return found, faults

    def _roots(self) -> Iterator[tuple[Path, Path | None]]:
        for path in self.workspaces:
            if (path / "shards" / "manifest.json").is_file():
                yield path / "shards", path
            elif (path / "manifest.json").is_file():
                yield path, None

    def _corpus(self, root: Path, workspace: Path | None) -> Corpus:
        path = root / "manifest.json"
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        if root not in self._seen or self._seen[root][0] != stamp:
            try:
                manifest = json.loads(path.read_bytes())
                name = str(manifest["name"])
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(f"{path}: not a manifest ({error!r}): publish the corpus again") from error
            self._seen[root] = (stamp, Corpus(name, root, workspace, manifest))
        return self._seen[root][1]
