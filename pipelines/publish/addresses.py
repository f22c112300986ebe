"""How names of files, folders and people leave a workspace, where the true ones stay: `explain` still tells them."""

from connectors.base import PSEUDONYM_KEY, has_own_key, pseudonym, pseudonym_mark
from pipelines.context import Context
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


def refuse_guessable(ctx: Context) -> None:
    """Raises RecipeError where a corpus that may be shared would hold pseudonyms of names under the public key, which
    anybody could try names against. Addresses that were found to be none stay so until something is ingested."""
    if has_own_key() or not ctx.recipe.use.redistribute or ctx.recipe.privacy.addresses == "source":
        return
    store = Store(ctx.workspace)
    sets = [source.dataset for source in ctx.recipe.sources]
    tokens = [(store.read_json(f"ingest/{dataset}.json") or {}).get("token") for dataset in sets]
    seen = {"seen": content_key(mark(ctx), sets, tokens)}
    if store.read_json(SEEN) == seen:
        return
    for dataset in sets:
        found = _named(ctx, store, dataset)
        if found is not None:
            raise RecipeError(
                f"recipe {ctx.recipe.name}: {dataset}: {found}, and without a key of your own anybody could "
                f"guess the names behind the pseudonyms: set {PSEUDONYM_KEY} to a long secret and keep it; or, where "
                "these names are public as they are, set privacy.addresses: source in the recipe"
            )
    store.write_json(SEEN, seen)


def _named(ctx: Context, store: Store, dataset: str) -> str | None:
    """Why something of a data set's addresses leaves as a pseudonym, if it does. Names nothing."""
    if mode(ctx, dataset) == "all":
        return "its names of files and folders leave as pseudonyms"
    found: set[str] = set()
    for row in store.read("records", ["uri", "subject"], dataset):
        found |= _personal(row["uri"]) | _personal(row["subject"].partition("/")[2])
    for row in store.read("items", ["member"], dataset):
        found |= _personal(row["member"] or "")
    return f"{len(found)} names of its files and folders name people (triptych explain tells which)" if found else None


def _personal(path: str) -> set[str]:
    return set(filter(addresses.personal, path.split("/")))
