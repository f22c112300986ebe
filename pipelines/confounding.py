"""What goes with which label in a corpus, and who is held out of training for where or how they were looked at."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from pipelines.context import Context
from pipelines.curate.pending import Pending
from pipelines.engines import tasks
from pipelines.store import Part, Store
from schemas import Record
from transforms.shards.traits import Person, Tally, tally, traits_of


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
    """The subjects that each entry of the recipe's `splits.held_out` keeps for test. Reads records only where there are
    any. Raises ValueError for a value that nobody has: nothing would be held out for it."""
    entries = [entry.wanted for entry in ctx.recipe.splits.held_out]
    found: list[set[str]] = [set() for _ in entries]
    there: dict[str, Counter[str]] = defaultdict(Counter)
    for record in (record for part in store.every_part() for record in _records(ctx, part)) if entries else ():
        traits: dict[str, str] = {str(name): str(value) for name, value in traits_of(record).items()}
        for name, value in traits.items():
            there[name][value] += 1
        for entry, people in zip(entries, found, strict=True):
            if all(traits.get(name) in values for name, values in entry.items()):
                people.add(record.subject)
    for number, entry in enumerate(entries if there else ()):  # without any record that is another fault
        for name, values in entry.items():
            if missing := next((value for value in values if value not in there[name]), None):
                known = ", ".join(sorted(value for value, _ in there[name].most_common(10))) or "none that are known"
                where = f"recipe {ctx.recipe.name}: splits.held_out.{number}.{name}"
                raise ValueError(f"{where}: no record has {missing!r}; there are {known}")
    return found


def _records(ctx: Context, part: Part) -> Iterator[Record]:
    """The records of a part that stand, read one after the other."""
    keys = set(Pending(ctx, part).records()["key"])
    for row in part.table("records", ["key", "body"], made=part.present()).to_pylist():
        if row["key"] in keys:
            yield Record.model_validate_json(row["body"])
