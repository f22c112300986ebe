"""The published folder as a whole: what stands beside the shards, and how a new corpus takes the place of the old one.

publish/next/shards/    the new corpus on its way; next to it its plan, and `groups`, which says what is done of it
publish/groups-KEY/     what was decided of each sample of the corpus that stands, and where its group lies
published.json          which corpus stands
"""

import ctypes
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import catalog
from connectors.base import has_own_key
from pipelines.context import Context
from pipelines.publish.history import PLAN, STAMP, rules
from pipelines.publish.plan import NEXT, Plan
from pipelines.publish.written import Written
from pipelines.store.files import Files
from schemas import DatasetCard, Recipe, content_key
from transforms.shards import datacard, signature, stats
from transforms.shards.beside import summed
from transforms.shards.croissant import croissant
from transforms.shards.energon import INDEX, energon_files
from transforms.shards.layers import tar_names
from transforms.shards.licence import licences_md
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.manifest import Manifest, manifest

READY = f"{NEXT}/ready.json"
SHARDS = "shards"
_EXCHANGE, _HERE = 2, -100  # RENAME_EXCHANGE and AT_FDCWD of renameat2(2)


def beside(ctx: Context, files: Files, plan: Plan, written: Written) -> str:
    """Write what stands beside the shards; the text of the manifest."""
    recipe, counted = ctx.recipe, written.stats(plan)
    made = manifest(recipe, written.entries, counted, plan.grown_from, has_own_key())
    cards: list[DatasetCard] = [ctx.card(name) for name in sorted(made.counts["dataset"])]
    data = described(made, counted, recipe, cards, plan.left_out, written.shown) | energon_files(made)
    text = summed(made, data).pretty()
    for name, found in {**data, MANIFEST: text.encode()}.items():
        files.write(f"{NEXT}/shards/{name}", found)
    return text


def described(
    made: Manifest,
    counted: stats.Stats,
    recipe: Recipe,
    cards: Sequence[DatasetCard],
    left_out: Mapping[str, int],
    shown: str | None,
) -> dict[str, bytes]:
    """The data card, Croissant, licences and statistics of a corpus: path in its folder -> content. `left_out`: task ->
    questions that are not asked; `shown`: the example of the card."""
    from transforms.shards import plots  # matplotlib takes half a second, and a corpus that stands needs none

    texts = {
        "README.md": datacard.datacard(made, counted, recipe, cards, left_out, shown, catalog.benchmarks().values()),
        "croissant.json": croissant(made, counted, recipe, cards),
        "LICENSES.md": licences_md(recipe.title, cards),
    }
    data = {name: text.encode() for name, text in texts.items()}
    data |= {f"stats/{name}": found for name, found in stats.files(counted).items()}
    return data | {f"stats/{name}": found for name, found in plots.draw(counted, recipe.title).items()}


def identity(files: Files) -> str | None:
    """What identifies the corpus that stands: the hash of its manifest, which holds those of all shards."""
    try:
        return content_key(files.read(f"{SHARDS}/{MANIFEST}").decode())
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def groups(files: Files) -> str | None:
    """The folder that says where the groups of the corpus that stands lie; None where that is not the one that was
    published here."""
    stamp = files.read_json(STAMP) or {}
    return str(stamp["groups"]) if stamp and identity(files) == stamp["manifest"] else None


def stands(files: Files, key: str) -> bool:
    """Whether the published folder is what a publish under this key would write: nothing is done twice."""
    stamp = files.read_json(STAMP)
    if not stamp or stamp["key"] != key or identity(files) != stamp["manifest"]:
        return False
    there = Manifest.model_validate_json(files.read(f"{SHARDS}/{MANIFEST}"))
    found = files.sizes(SHARDS)
    tars = (tar for shard in there.shards for tar in shard.tars)
    return all(found.get(tar.name) == tar.bytes for tar in tars) and stamp["beside"] == _beside(found)


def _beside(sizes: dict[str, int]) -> dict[str, int]:
    """What publish wrote beside the shards in their folder, with its bytes."""
    return {name: size for name, size in sizes.items() if not name.endswith(".tar") and name != signature.NAME}


def sign(files: Files, key: Path) -> None:
    """Put the signature of the corpus that stands beside its manifest. Raises KeyFileError."""
    made = signature.sign(files.read(f"{SHARDS}/{MANIFEST}"), key)
    files.write(f"{SHARDS}/{signature.NAME}", made)


def replace(files: Files, recipe: Recipe, plan: Plan, text: str) -> None:
    """Put the finished corpus in place of the old one, in one step, and remember where its groups lie. `text`: of its
    manifest."""
    made = content_key(text)
    new = files.sizes(f"{NEXT}/shards")
    tars = (tar for shard in plan.shards for tar in tar_names(shard.name, shard.members, recipe.shards.layers))
    stay = [f"{tar}{ending}" for tar in tars if tar not in new for ending in ("", INDEX)]
    beside = _beside(new) | {name: files.size(f"{SHARDS}/{name}") for name in stay if name.endswith(INDEX)}
    about = {
        "key": plan.key, "manifest": made, "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "groups": f"publish/groups-{plan.key}", "rules": rules(recipe),
        "counts": [row.model_dump() for row in plan.counts],
        "growth": plan.growth.model_dump() if plan.growth else None, "unmet": plan.unmet, "beside": beside,
        "stay": stay,
    }  # fmt: skip
    files.write_json(f"{NEXT}/groups/{PLAN}", plan.model_dump(mode="json"))
    if identity(files) == made:  # the same corpus, of which something was lost: it must not pass for the new one
        files.delete(f"{SHARDS}/{MANIFEST}")
    files.write_json(READY, about)
    finish_replacing(files)


def finish_replacing(files: Files) -> None:
    """Go on with a replacement that was begun; a kill at any point of it is made good here."""
    ready = files.read_json(READY)
    if not ready:
        return
    groups = ready["groups"]
    if identity(files) != ready["manifest"]:
        _swap(files, ready.get("stay", ()))
    if files.folder_exists(f"{NEXT}/groups"):
        files.move_folder(f"{NEXT}/groups", groups)
    files.write_json(STAMP, ready)
    for other in files.folders("publish"):
        if f"publish/{other}" not in (groups, NEXT):
            files.delete_folder(f"publish/{other}")
    files.delete_folder(NEXT, last="ready.json")  # as long as that is there, the rest is finished and removed


def _swap(files: Files, stay: Sequence[str]) -> None:
    """Folders change places in one system call. An object store has no such call: there the old manifest goes first and
    the new one comes last, so that a corpus with a manifest is always whole. What is copied stays in `next` until then,
    so that a kill costs nothing but the copying; what is to `stay` is where it belongs already."""
    new, old = f"{NEXT}/shards", SHARDS
    if files.remote:
        files.delete(f"{old}/{MANIFEST}")
        files.copy_objects(new, old, last=MANIFEST, stay=stay)
        return
    source, target = Path(files.path(new)), Path(files.path(old))
    if target.exists():
        if not _exchange(source, target):
            shutil.rmtree(target)
            source.rename(target)
    else:
        source.rename(target)


def _exchange(one: Path, other: Path) -> bool:
    """renameat2(2) with RENAME_EXCHANGE; False where the file system has none."""
    library = ctypes.CDLL(None, use_errno=True)
    call = getattr(library, "renameat2", None)
    return call is not None and call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
