"""Where each sample of a corpus lies in its shards, and what can be filtered on: built once a shard, kept in SQLite.

A tar has no table of contents, so the first look at a shard reads its headers and its KEY.json members; every later
page is a query and a seek. A shard is read again when its size or its time changes.
"""

import json
import sqlite3
import tarfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from catalog.portal import blind
from transforms.tasks.blindly import Item

FACETS = ("dataset", "modality", "task", "split", "concept", "plane")
VERSION = 3
SCHEMA = """
CREATE TABLE shard (name TEXT PRIMARY KEY, stamp TEXT);
CREATE TABLE sample (key TEXT PRIMARY KEY, shard TEXT, dataset TEXT, title TEXT, text TEXT, picture INT, turn INT);
CREATE TABLE member (key TEXT, ext TEXT, tar TEXT, offset INT, size INT, PRIMARY KEY (key, ext)) WITHOUT ROWID;
CREATE INDEX member_tar ON member (tar);
CREATE TABLE tag (kind TEXT, value TEXT, key TEXT, n INT, PRIMARY KEY (kind, value, key)) WITHOUT ROWID;
CREATE TABLE item (key TEXT, family TEXT, subject TEXT, choices TEXT, answer INT);
CREATE INDEX tag_key ON tag (key);
CREATE INDEX item_key ON item (key);
CREATE INDEX sample_turn ON sample (turn, dataset);
"""
# One of each data set in turn, so that the first page of a corpus shows all that is in it.
DEAL = """
UPDATE sample SET turn = dealt.n FROM (
  SELECT key, ROW_NUMBER() OVER (PARTITION BY dataset ORDER BY key) AS n FROM sample) AS dealt
WHERE dealt.key = sample.key
"""
MEND = "fetch it again (`dvc pull`) or publish again; what is wrong tells `triptych verify"
Filters = Mapping[str, Sequence[str]]


class ShardError(ValueError):
    """A shard that cannot be read; the message names the file, the key and the next action."""


class Location(NamedTuple):
    shard: str
    offset: int
    size: int
    stamp: str


@dataclass(frozen=True)
class Tile:
    """A sample as a list shows it. `picture`: it has an image member; else the text stands for it."""

    key: str
    dataset: str
    title: str
    text: str
    picture: bool
    tags: dict[str, tuple[str, ...]]


class Index:
    """`shards`: name -> bytes as the manifest has them, None where it does not say. `path`: the SQLite file, made when
    missing; None or a folder that cannot be written keeps it in memory."""

    def __init__(self, root: Path, shards: Mapping[str, int | None], path: Path | None) -> None:
        self.root, self.shards = root, shards
        self._lock = threading.RLock()
        self._db = _open(path)
        self._guessed: list[blind.Blind] | None = None

    def refresh(self) -> None:
        """Reads the shards that are new or changed, forgets those that are gone. Raises ShardError."""
        with self._lock:
            known = dict(self._db.execute("SELECT name, stamp FROM shard").fetchall())
            now = {name: _stamp(self.root / name) for name in self.shards}
            if known == now:
                return
            with self._db:
                for name in sorted(set(known) - {name for name, stamp in now.items() if known.get(name) == stamp}):
                    self._forget(name)
                for name in self.shards:
                    if known.get(name) != now[name]:
                        self._read(name, now[name])
                self._db.execute(DEAL)
                self._guessed = None

    def _forget(self, shard: str) -> None:
        self._db.execute("DELETE FROM member WHERE tar = ?", (shard,))
        for table in ("tag", "item"):
            self._db.execute(f"DELETE FROM {table} WHERE key IN (SELECT key FROM sample WHERE shard = ?)", (shard,))
        self._db.execute("DELETE FROM sample WHERE shard = ?", (shard,))
        self._db.execute("DELETE FROM shard WHERE name = ?", (shard,))

    def _read(self, shard: str, stamp: str) -> None:
        path = self.root / shard
        size, said = path.stat().st_size, self.shards[shard]
        if said not in (None, size):  # one that was cut between two members only seems to be shorter
            raise ShardError(f"{path}: has {size} bytes, manifest.json says {said}: {MEND} {self.root}`")
        members: list[tuple[str, str, str, int, int]] = []
        samples: list[tuple[str, dict[str, Any]]] = []
        try:
            with tarfile.open(path, "r:") as tar, path.open("rb") as raw:
                for info in tar:
                    key, _, ext = info.name.partition(".")
                    members.append((key, ext, shard, info.offset_data, info.size))
                    if ext == "json":
                        raw.seek(info.offset_data)
                        samples.append((key, json.loads(raw.read(info.size))))
            tags = [(kind, value, key, n) for key, row in samples for kind, value, n in _tags(row)]
            items = [(key, one.family, one.subject, json.dumps(one.choices), one.right)
                     for key, row in samples for one in blind.closed(row)]  # fmt: skip
            rows = [(key, shard, row["dataset"], *_summary(row)) for key, row in samples]
        except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
            raise ShardError(f"{path}: cannot be read ({error!r}): {MEND} {self.root}`") from error
        try:
            self._db.executemany("INSERT INTO member VALUES (?, ?, ?, ?, ?)", members)
            self._db.executemany("INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, 0)", rows)
            self._db.executemany("INSERT INTO tag VALUES (?, ?, ?, ?)", tags)
            self._db.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?)", items)
        except sqlite3.IntegrityError as error:
            raise ShardError(f"{path}: a key is there twice ({error}): {MEND} {self.root}`") from error
        self._db.execute("INSERT INTO shard VALUES (?, ?)", (shard, stamp))

    def locate(self, key: str, ext: str) -> Location | None:
        self.refresh()
        row = self._one(
            "SELECT tar, offset, size, stamp FROM member JOIN shard ON shard.name = tar WHERE key = ? AND ext = ?",
            (key, ext),
        )
        return Location(*row) if row else None

    def members(self, key: str) -> list[str]:
        """The extensions of a sample's members, sorted."""
        self.refresh()
        return [ext for (ext,) in self._all("SELECT ext FROM member WHERE key = ? ORDER BY ext", (key,))]

    def search(self, filters: Filters, text: str = "", limit: int | None = None, offset: int = 0) -> list[Tile]:
        self.refresh()
        where, params = _where(filters, text)
        rows = self._all(
            f"SELECT key, dataset, title, text, picture FROM sample WHERE {where} "
            "ORDER BY turn, dataset, key LIMIT ? OFFSET ?",
            (*params, -1 if limit is None else limit, offset),
        )
        return [
            Tile(key, dataset, title, text, bool(picture), self._tags_of(key))
            for key, dataset, title, text, picture in rows
        ]

    def count(self, filters: Filters, text: str = "") -> int:
        self.refresh()
        where, params = _where(filters, text)
        return int(self._all(f"SELECT COUNT(*) FROM sample WHERE {where}", params)[0][0])

    def values(self, kind: str, filters: Filters, text: str = "") -> dict[str, tuple[int, int]]:
        """value -> (samples that have it, how often in all) among what the *other* facets let through."""
        self.refresh()
        where, params = _where({name: chosen for name, chosen in filters.items() if name != kind}, text)
        rows = self._all(
            f"SELECT value, COUNT(*), SUM(n) FROM tag WHERE kind = ? AND key IN (SELECT key FROM sample WHERE {where}) "
            "GROUP BY value ORDER BY COUNT(*) DESC, value",
            (kind, *params),
        )
        return {value: (count, total) for value, count, total in rows}

    def cross(self, row: str, column: str) -> dict[tuple[str, str], int]:
        """(value of `row`, value of `column`) -> samples that have both."""
        self.refresh()
        rows = self._all(
            "SELECT a.value, b.value, COUNT(*) FROM tag a JOIN tag b USING (key) WHERE a.kind = ? AND b.kind = ? "
            "GROUP BY 1, 2 ORDER BY 1, 2",
            (row, column),
        )
        return {(first, second): count for first, second, count in rows}

    def guessed(self) -> list[blind.Blind]:
        """How far the closed questions of each family are answered without the image; worked out once a corpus."""
        self.refresh()
        with self._lock:
            if self._guessed is None:
                rows = self._all("SELECT family, subject, choices, answer FROM item ORDER BY key, rowid", ())
                self._guessed = blind.measured(
                    Item(family, subject, "", tuple(json.loads(choices)), answer)
                    for family, subject, choices, answer in rows
                )
            return self._guessed

    def neighbours(self, key: str) -> tuple[str | None, str | None]:
        """The keys before and after, in the order of `search`."""
        here = "(SELECT turn, dataset, key FROM sample WHERE key = ?)"
        before = self._one(
            f"SELECT key FROM sample WHERE (turn, dataset, key) < {here} ORDER BY turn DESC, dataset DESC, key DESC",
            (key,),
        )
        after = self._one(
            f"SELECT key FROM sample WHERE (turn, dataset, key) > {here} ORDER BY turn, dataset, key", (key,)
        )
        return (before[0] if before else None), (after[0] if after else None)

    def _tags_of(self, key: str) -> dict[str, tuple[str, ...]]:
        tags: dict[str, tuple[str, ...]] = {}
        for kind, value in self._all(
            "SELECT kind, value FROM tag WHERE key = ? AND kind != 'support' ORDER BY kind, n DESC, value", (key,)
        ):
            tags[kind] = (*tags.get(kind, ()), value)
        return tags

    def _all(self, sql: str, params: Sequence[Any]) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, params).fetchall()

    def _one(self, sql: str, params: Sequence[Any]) -> Any:
        with self._lock:
            return self._db.execute(sql + " LIMIT 1", params).fetchone()


def _open(path: Path | None) -> sqlite3.Connection:
    db = None
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, check_same_thread=False)
            if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                db.close()
                path.unlink()
                db = sqlite3.connect(path, check_same_thread=False)
        except (OSError, sqlite3.DatabaseError):
            db = None  # a read-only workspace, or not our file: the index is only a cache
    db = db or sqlite3.connect(":memory:", check_same_thread=False)
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        db.executescript(SCHEMA + f"PRAGMA user_version = {VERSION};")
    return db


def _stamp(path: Path) -> str:
    try:
        stat = path.stat()
    except FileNotFoundError as error:
        raise ShardError(f"{path}: named by the manifest but missing: {MEND} {path.parent}`") from error
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"


def _where(filters: Filters, text: str) -> tuple[str, list[str]]:
    clauses, params = ["1"], []
    for kind, chosen in filters.items():
        if chosen:
            marks = ", ".join("?" * len(chosen))
            clauses.append(f"key IN (SELECT key FROM tag WHERE kind = ? AND value IN ({marks}))")
            params += [kind, *chosen]
    for word in text.split():
        clauses.append("(instr(lower(text), ?) OR instr(key, ?))")
        params += [word.lower()] * 2
    return " AND ".join(clauses), params


def _tags(row: dict[str, Any]) -> list[tuple[str, str, int]]:
    tags = [("dataset", row["dataset"], 1), ("modality", row["modality"]["label"], 1), ("split", row["split"], 1)]
    if plane := (row.get("view") or {}).get("plane"):
        tags.append(("plane", plane, 1))
    tasks = Counter(dialogue["task"] for dialogue in row.get("dialogues", ()))
    concepts = Counter(region["concept"]["label"] for region in row.get("regions", ()))
    tags += [("support", *item) for item in blind.support(row).items()]
    return tags + [("task", *item) for item in tasks.items()] + [("concept", *item) for item in concepts.items()]


def _shown(media: dict[str, Any]) -> bool:
    """Whether a picture can be made of it: one that was withheld is in no shard."""
    return media["kind"] in ("image", "volume") and not media.get("withheld")


def _summary(row: dict[str, Any]) -> tuple[str, str, bool]:
    """(title, text, has a picture)."""
    view = row.get("view") or {}
    anatomy = ", ".join(concept["label"] for concept in row.get("anatomy", ()))
    title = " ".join(part for part in (view.get("plane"), row["modality"]["label"]) if part)
    picture = any(_shown(media) for media in row.get("media", ()))
    return f"{title}, {anatomy}" if anatomy else title, row["description"]["global"]["text"], picture
