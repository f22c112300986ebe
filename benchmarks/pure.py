"""The pure functions in a bare loop: what the work itself costs, without an engine, tables, keys of stages or resume.

`python -m benchmarks.pure RAW OUT --recipe FILE [--words]` reads each record through its connector (header, checksum of
the bytes), decodes, resolves, builds the scene, measures, describes, asks, checks, replays, packs and writes shards.
`--words` leaves out questions, checks and replay: the work of the plain script. Not done, and so no part of the figure:
the Parquet tables, the ledger, licences, removal of identical pixels, splits (all is "train"), data card and
statistics. For pictures only.
"""

import argparse
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import yaml

import catalog
from connectors import Connector, Item, open_dataset
from schemas import Check, Description, Dialogue, LabelSpace, Provenance, Recipe, Record, Region, Sample, Scene
from transforms.checks import run_all
from transforms.facts import measure_all
from transforms.media.burned_in import cleared
from transforms.media.decoders import decode
from transforms.media.render import render
from transforms.media.window import automatic
from transforms.regions import scene
from transforms.regions.consensus import consensus
from transforms.regions.resolve import resolve
from transforms.regions.viewdata import ViewData
from transforms.regions.views import choose
from transforms.regions.volume import volume_facts
from transforms.shards.builder import Members, pack
from transforms.shards.licence import licence_of
from transforms.shards.tar import write_shard
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.text import describe

Group = tuple[Sample, Members]


@cache
def connector(dataset: str) -> Connector:
    """The connector of a data set, once a process."""
    return open_dataset(catalog.card(dataset), catalog.labelspace())


def recipe_of(path: Path) -> Recipe:
    """The recipe of a file."""
    return Recipe.model_validate(yaml.safe_load(path.read_text()))


def groups(raw: Path, recipe: Recipe, words: bool) -> Iterator[Group]:
    """Every sample of the recipe's sources with its members."""
    for source in recipe.sources:
        for item in connector(source.dataset).listing(raw / source.dataset):
            yield from of_item(raw, recipe, item, words)


def of_item(raw: Path, recipe: Recipe, item: Item, words: bool) -> Iterator[Group]:
    """The samples of one item of a listing."""
    found = list(connector(item.dataset).read(raw / item.dataset, item))
    regions = [thing for thing in found if isinstance(thing, Region)]
    for record in found:
        if isinstance(record, Record):
            own = [region for region in regions if region.record == record.key]
            for view in views(raw / item.dataset, record, own, recipe):
                yield finished(view, record, recipe, words)


def views(root: Path, record: Record, sources: Iterable[Region], recipe: Recipe) -> Iterator[ViewData]:
    """Decode, resolve, choose views, draw each, and measure it."""
    space = catalog.labelspace()
    spec = next(source.views for source in recipe.sources if source.dataset == record.dataset)
    pixels, _ = cleared(record, decode(root, record))
    window = spec.window or record.window
    if window is None and pixels.array.ndim == 2 and pixels.array.dtype.itemsize > 1:
        window = automatic(pixels.array)
    items, _ = resolve(root, record, sources)
    items = consensus(items, record.geometry.shape)
    volume = {item.region.key: volume_facts(item, record.geometry, space) for item in items}
    for frame in choose(record, items, spec, _slugs()):
        picture = render(record, pixels, frame, window)
        view = scene.build(record, frame, picture, items, record.unit).view
        whole = {region.id: volume.get(region.region or "", ()) for region in view.scene.regions}
        drawn = ViewData(view.scene, view.masks, picture.image, picture.values, None, whole)
        yield ViewData(measure_all(drawn, space, recipe.tasks), view.masks, picture.image, picture.values)


def finished(view: ViewData, record: Record, recipe: Recipe, words: bool) -> Group:
    """Words for a view, its checks, and the sample packed. Raises ValueError when a check fails."""
    space, shown = catalog.labelspace(), view.scene
    description = describe(shown, space, recipe.text.backend, recipe.text.params, recipe.seed)
    dialogues = () if words else ask_all(shown, space, recipe.tasks, recipe.seed, masks=view.masks)
    checks = () if words else checked(view, shown, description, dialogues, space)
    sample = Sample(
        **{name: getattr(shown, name) for name in type(shown).model_fields},
        description=description, dialogues=dialogues, checks=checks,
        provenance=Provenance(sources=record.sources, steps=()),
        split="train", licence=licence_of(catalog.card(record.dataset)),
    )  # fmt: skip
    return pack(sample, view.image, view.masks)


def checked(
    view: ViewData, shown: Scene, description: Description, dialogues: tuple[Dialogue, ...], space: LabelSpace
) -> tuple[Check, ...]:
    """Every claim checked and every reasoning step replayed."""
    steps = [
        verdict
        for dialogue in dialogues
        if dialogue.reasoning
        for verdict in replay(dialogue, view.masks, shown.media[0], view.values, marks=view.marks)
    ]
    checks = run_all(shown, description, dialogues, space)
    failed = [check.reason for check in checks if check.outcome == "fail"]
    failed += [step.reason for step in steps if step.outcome == "fail"]
    if failed:
        raise ValueError(f"{shown.key}: {failed[0]}")
    return checks


def write(out: Path, found: Iterator[Group], size: int) -> int:
    """Shards of `size` samples. Returns how many samples there were."""
    total = 0
    for number in range(1 << 30):
        part = list(islice(found, size))
        if not part:
            break
        write_shard(out / f"train-{number:06d}.tar", ((sample.key, members) for sample, members in part))
        total += len(part)
    return total


@cache
def _slugs() -> dict[str, str]:
    return {entry.concept.label: entry.slug for entry in catalog.labelspace()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--words", action="store_true", help="the plain script's work: no questions, checks or replay")
    given = parser.parse_args()
    recipe = recipe_of(given.recipe)
    write(given.out, groups(given.raw, recipe, given.words), recipe.shards.max_samples)


if __name__ == "__main__":
    main()
