"""What goes with which label in a corpus, and who is held out of training for where or how they were looked at."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.context import Context
from pipelines.curate.pending import Pending
from pipelines.engines import tasks
from pipelines.store import Part, Store
from schemas import Record, content_key
from schemas.faults import like
from schemas.recipe import HeldOut
from transforms.shards.traits import Person, Tally, tally, traits_of

HELD = "ingest/held_out.json"
NAMED = 10  # values that are listed where one is not there


def confounders(ctx: Context, engine: str, workers: int) -> list[dict[str, Any]]:
    """The associations of each label with site, sex, age, device and data set, by person, over the records that stand.
    The workers read every record once, a part at a time, and send back counts: asked for when a corpus is new."""
    parts = [part.number for part in Store(ctx.workspace).every_part()]
    every: Tally = Counter()
    for found in tasks(engine)(workers).many(_of_part, ctx, parts):
        every.update(found)
    if not every:
        return []
    from transforms.shards.confounders import associations  # whose statistics take half a second to import

    return [row.model_dump() for row in associations(every)]


def _of_part(ctx: Context, number: int) -> Tally:
    """All records of a person lie in one part."""
    people: dict[str, Person] = defaultdict(Person)
    for record in _records(ctx, Store(ctx.workspace).part(number)):
        people[record.subject].take(record)
    return tally(people.values())


def held_out(ctx: Context, store: Store) -> list[set[str]]:
    """The subjects that each entry of the recipe's `splits.held_out` keeps for test. The records are read where there
    are entries, once for each ingest: what came of it is kept for the stages and runs that follow. Raises ValueError
    for a value that no record has, and for an entry that nobody fits: nothing would be held out for it."""
    entries = [entry.wanted for entry in ctx.recipe.splits.held_out]
    if not entries:
        return []
    sets = [source.dataset for source in ctx.recipe.sources]
    tokens = [(store.read_json(f"ingest/{dataset}.json") or {}).get("token") for dataset in sets]
    made = content_key("held out", entries, sets, tokens)
    kept = store.read_json(HELD) or {}
    if kept.get("made") != made:
        found = _fitting(ctx, store, entries)
        kept = {"made": made, "subjects": [sorted(people) for people in found]}
        store.write_json(HELD, kept)
    return [set(people) for people in kept["subjects"]]


def _fitting(ctx: Context, store: Store, entries: Sequence[Mapping[str, Sequence[str]]]) -> list[set[str]]:
    """Who fits each entry, by all records. Raises as `held_out`."""
    found: list[set[str]] = [set() for _ in entries]
    there: dict[str, Counter[str]] = defaultdict(Counter)
    for record in (record for part in store.every_part() for record in _records(ctx, part)):
        traits: dict[str, str] = {str(name): str(value) for name, value in traits_of(record).items()}
        for name, value in traits.items():
            there[name][value] += 1
        for entry, people in zip(entries, found, strict=True):
            if all(traits.get(name) in values for name, values in entry.items()):
                people.add(record.subject)
    for number, entry in enumerate(entries if there else ()):  # without any record that is another fault
        where = f"recipe {ctx.recipe.name}: splits.held_out.{number}"
        for name, values in entry.items():
            if missing := next((value for value in values if value not in there[name]), None):
                raise ValueError(f"{where}.{name}: no record has {missing!r}{_instead(missing, name, there)}")
        if not found[number]:
            asked = " and ".join(f"{name} {' or '.join(values)}" for name, values in entry.items())
            raise ValueError(f"{where}: no record has {asked} at once; make an entry of each, or leave one out")
    return found


def _instead(missing: str, name: str, there: Mapping[str, Counter[str]]) -> str:
    """What may have been meant, and what there is; where records do not tell that at all, what they tell."""
    if counts := there.get(name):
        known = sorted(value for value, _ in counts.most_common(NAMED))
        more = f" and {len(counts) - NAMED:,} more" if len(counts) > NAMED else ""
        return f"{like(missing, sorted(counts))}; there are {', '.join(known)}{more}"
    told = [one for one in HeldOut.model_fields if there.get(one)]
    return f": none of them tells its {name}; they tell {', '.join(told)}; leave this entry out, or take one of those"


def _records(ctx: Context, part: Part) -> Iterator[Record]:
    """The records of a part that stand, read one after the other."""
    keys = set(Pending(ctx, part).records()["key"])
    for row in part.table("records", ["key", "body"], made=part.present()).to_pylist():
        if row["key"] in keys:
            yield Record.model_validate_json(row["body"])
