"""How names of files, folders and people leave a workspace, where the true ones stay: `explain` still tells them."""

from connectors.base import PSEUDONYM_KEY, has_own_key, pseudonym, pseudonym_mark
from pipelines.context import Context
from pipelines.engines import tasks
from pipelines.recipes import RecipeError
from pipelines.store import Store
from schemas import DatasetCard, content_key
from transforms.shards import addresses
from transforms.shards.addresses import Mode

SEEN = "addresses.json"


def mode(ctx: Context, dataset: str) -> Mode:
    """Which parts of a data set's addresses leave as pseudonyms."""
    asked = ctx.recipe.privacy.addresses
    if asked == "detect":
        return "all" if of_ones_own(ctx.card(dataset)) else "detect"
    return "all" if asked == "pseudonymous" else "source"


def of_ones_own(card: DatasetCard) -> bool:
    """Whether nobody else can have the set: its names of files are then no public ones."""
    return card.terms.access in ("closed", "unknown")


def pseudonym_of(part: str) -> str:
    """What stands for one part of an address: the same wherever it occurs in the corpora of one key."""
    return pseudonym("address", part)


def mark(ctx: Context) -> str:
    """Changes with all that decides how addresses and subjects leave."""
    return f"{ctx.recipe.privacy.addresses} {addresses.VERSION} {pseudonym_mark()}"


def refuse_guessable(ctx: Context, engine: str = "inline", workers: int = 1) -> None:
    """Raises RecipeError where a corpus that may be shared would hold pseudonyms of names under the public key, which
    anybody could try names against. Addresses that were found to be none stay so until something is ingested. The
    workers look at the names, a part at a time, and send back those of people."""
    if has_own_key() or not ctx.recipe.use.redistribute or ctx.recipe.privacy.addresses == "source":
        return
    store = Store(ctx.workspace)
    sets = [source.dataset for source in ctx.recipe.sources]
    tokens = [(store.read_json(f"ingest/{dataset}.json") or {}).get("token") for dataset in sets]
    seen = {"seen": content_key(mark(ctx), sets, tokens)}
    if store.read_json(SEEN) == seen:
        return
    whole = [dataset for dataset in sets if mode(ctx, dataset) == "all"]
    if whole:
        raise _guessable(ctx, whole[0], "its names of files and folders leave as pseudonyms")
    named: dict[str, set[str]] = {}
    for found in tasks(engine)(workers).many(_named, ctx, [part.number for part in store.every_part()]):
        for dataset, names in found.items():
            named.setdefault(dataset, set()).update(names)
    for dataset, names in sorted(named.items()):
        why = f"{len(names)} names of its files and folders name people (triptych explain tells which)"
        raise _guessable(ctx, dataset, why)
    store.write_json(SEEN, seen)


def _guessable(ctx: Context, dataset: str, why: str) -> RecipeError:
    return RecipeError(
        f"recipe {ctx.recipe.name}: {dataset}: {why}, and without a key of your own anybody could "
        f"guess the names behind the pseudonyms: set {PSEUDONYM_KEY} to a long secret and keep it; or, where "
        "these names are public as they are, set privacy.addresses: source in the recipe"
    )


def _named(ctx: Context, number: int) -> dict[str, set[str]]:
    """Data set -> what of the addresses in one part names people."""
    part = Store(ctx.workspace).part(number)
    sets = [source.dataset for source in ctx.recipe.sources]
    found: dict[str, set[str]] = {}
    for row in part.rows("records", ["dataset", "uri", "subject"], dataset=sets):
        names = _personal(row["uri"]) | _personal(row["subject"].partition("/")[2])
        found.setdefault(row["dataset"], set()).update(names)
    for row in part.rows("items", ["dataset", "member"], dataset=sets):
        found.setdefault(row["dataset"], set()).update(_personal(row["member"] or ""))
    return {dataset: names for dataset, names in found.items() if names}


def _personal(path: str) -> set[str]:
    return set(filter(addresses.personal, path.split("/")))
