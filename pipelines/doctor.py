"""Doctor: what this machine can do, what is missing, and how to get it."""

import importlib.metadata
import importlib.util
import platform
import shutil
from pathlib import Path
from typing import Any

from rich.table import Table

import catalog
from connectors.base import PSEUDONYM_KEY, has_own_key
from pipelines import knowledge
from pipelines.models import listing as listing_of_models
from pipelines.recipes import wrong_expert
from transforms.media import burned_in, writing
from transforms.regions import adapters
from transforms.regions.experts import listing, models_folder
from transforms.text import scrub
from transforms.text.people.lists import names

EXTRAS = {
    "portal": ("fastapi", "jinja2", "uvicorn"),
    "text": ("spacy", "scispacy"),
    "llm": ("xllamacpp",),
    "gpu": ("vllm",),
    "knowledge": knowledge.PACKAGES,
}
PACKAGES = ("apache-beam", "ray", "pyarrow", "pydicom", "nibabel", "webdataset", "dvc")
PROGRAMS = {"dvc": "uv sync", "git": "apt-get install git", "chromium": "apt-get install chromium (browser tests only)"}
ROOM_GIB = 5

Finding = dict[str, Any]


def examine(raw: Path) -> list[Finding]:
    """Findings: what was looked at, whether it is all right, what was seen, and the next action where it is not."""
    found = [
        _finding("python", platform.python_version_tuple()[:2] == ("3", "11"), platform.python_version(), "use 3.11")
    ]
    found += [_finding(f"package {name}", *_package(name), "uv sync") for name in PACKAGES]
    for extra, modules in EXTRAS.items():
        missing = [name for name in modules if importlib.util.find_spec(name) is None]
        seen = f"missing {', '.join(missing)}" if missing else "installed"
        found.append(_finding(f"extra {extra}", not missing, seen, f"uv sync --extra {extra}", optional=True))
    for name, action in PROGRAMS.items():
        path = shutil.which(name)
        found.append(_finding(f"program {name}", bool(path), path or "not found", action, optional=name == "chromium"))
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    found.append(_finding("disk", free > ROOM_GIB, f"{free:.0f} GiB free", f"make {ROOM_GIB} GiB free"))
    found += _privacy()
    for name, card in catalog.cards().items():
        here = (raw / name).is_dir()
        if not here and not card.obtain:
            continue  # hundreds of sets that you would bring yourself: nothing is missing
        action = f"triptych get {name}" if card.obtain else f"see {card.homepage}"
        found.append(_finding(f"data {name}", here, str(raw / name) if here else "not here", action, optional=True))
    for row in expert_rows():
        found.append(
            _finding(f"expert {row['name']}", row["available"], row["reason"] or "can run", row["reason"] or "")
        )
    for row in listing_of_models():
        seen = row["reason"] or "can run"
        found.append(_finding(f"language model by {row['name']}", row["available"], seen, seen, optional=True))
    for name in adapters.names():
        reason = adapters.lacking(name)
        found.append(_finding(f"adapter {name}", reason is None, reason or "can run", reason or "", optional=True))
    return found


def _privacy() -> list[Finding]:
    secret, missing = has_own_key(), writing.unavailable()
    seen = "your own" if secret else "the public default: patient identifiers could be guessed from the pseudonyms"
    action = f"set {PSEUDONYM_KEY} to a long secret before reading private data, and keep it"
    return [
        _finding("pseudonym key", secret, seen, action, optional=True),
        _finding("personal data in texts", True, f"rules {scrub.VERSION}, {len(names()):,} names", ""),
        _finding("burned-in text", not missing, missing or burned_in.revision(), missing or ""),
        _finding(
            "verify --privacy",
            not missing,
            "texts, addresses, fields, headers" + (f"; no pictures: {missing}" if missing else ", pictures"),
            missing or "",
        ),
    ]


def _package(name: str) -> tuple[bool, str]:
    try:
        return True, importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False, "not installed"


def _finding(what: str, ok: bool, seen: str, action: str, optional: bool = False) -> Finding:
    return {"what": what, "ok": ok, "seen": seen, "action": "" if ok else action, "optional": optional}


def findings_table(rows: list[Finding]) -> Table:
    """The findings for people."""
    table = Table("", "what", "seen", "next action", box=None, pad_edge=False)
    for row in rows:
        mark = "[green]ok[/green]" if row["ok"] else ("[yellow]--[/yellow]" if row["optional"] else "[red]no[/red]")
        table.add_row(mark, row["what"], row["seen"], row["action"])
    return table


def expert_rows() -> list[dict[str, Any]]:
    """The segmenters, with the reason where one cannot run here: what its card names and nobody knows is one, too."""
    rows = listing()
    for row in rows:
        if row["available"] and (wrong := list(wrong_expert(row["name"]))):
            row |= {"available": False, "reason": "; ".join(wrong)}
    return rows


def backend_table() -> Table:
    """The backends for language models, for people."""
    table = Table("language model by", "runs here", "what it is", box=None, pad_edge=False)
    for row in listing_of_models():
        table.add_row(row["name"], _yes(row), row["note"])
    return table


def missing_lines(rows: list[dict[str, Any]]) -> list[str]:
    """What segmenters and backends lack that cannot run here, a line each: a column would cut paths and commands."""
    return [f"{row['name']}: {row['reason']}" for row in (*rows, *listing_of_models()) if not row["available"]]


def _yes(row: dict[str, Any]) -> str:
    return "yes" if row["available"] else "no, see below"


def adapter_lines() -> list[str]:
    """Which kinds of models a card may declare, with what is missing here."""
    said = [f"  {name}: {adapters.lacking(name) or 'can run'}" for name in adapters.names()]
    return [f"adapters, for models that a card in {models_folder()} declares (docs/models.md):", *said]


def expert_table(rows: list[dict[str, Any]]) -> Table:
    """The segmenters for people."""
    table = Table("expert", "version", "modalities", "draws", "runs here", "what it is", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row["name"], row["version"], ", ".join(row["modalities"]), ", ".join(row["produces"]), _yes(row),
                      row["note"])  # fmt: skip
    return table
