"""README.md of a corpus: the data card, with the front matter that the Hugging Face Hub and `datasets` read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from schemas import Benchmark, DatasetCard, Licence, Recipe
from transforms.shards.bibtex import bibtex
from transforms.shards.card_facts import creators, language_creators, limits, persons
from transforms.shards.licence import SAYS, leaving, outlet
from transforms.shards.loading import LAYERS, config, how_to_load, layers_of
from transforms.shards.manifest import Manifest
from transforms.shards.markdown import plain
from transforms.shards.splits import SPLITS
from transforms.shards.stats import Stats

# Licences that the Hub has a name for; any other, or a mixture, is "other" with a link to LICENSES.md.
HUB_LICENCES = frozenset({
    "apache-2.0", "mit", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0",
    "cc-by-sa-4.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "odc-by", "pddl", "unlicense",
})  # fmt: skip
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
TASKS = ("image-text-to-text", "visual-question-answering", "image-to-text", "image-segmentation", "object-detection")
LARGEST = "n>10M"
SEVERAL = 3

HOW = """\
Every description, question, answer and reasoning step was made from measurements on the regions of its image. A text
carries its claims: which characters of it assert which fact. A fact names its regions, its unit and its tolerance, and
facts of scope `view` can be measured again on the masks in the shard. Captions, reports and questions that a data set
was published with are told in its own words (`description.source`, and dialogues whose `made_by` is `source`), without
personal data and without what a mask or a label of the same record contradicts; `checked` says whether facts bear them
out, `level` what they were said of. `triptych verify` does so, and checks sizes,
checksums, boxes, masks, geometry, licences and splits."""
FORMAT = """\
A shard is a plain POSIX tar of groups: `KEY.json` (the sample, `triptych/sample/1`), `KEY.png` (the image), and where a
sample has them `KEY.mask.png`, `KEY.mask1.png`, ... (index masks: the value is the number in the region's id),
`KEY.npy` (a signal, samples x channels) and `KEY.txt` (a document). A whole volume is `KEY.nii.gz` (NIfTI-1, the
source's values, RAS where its sform code is not 0) with `KEY.mask.nii.gz`; frames of a clip are `KEY.0.png`,
`KEY.1.png`, ... with `KEY.0.mask.png`. Several records of one person - a study, a series, visits - are `KEY.0.png` or
`KEY.0.nii.gz`, `KEY.1.png`, ... with `KEY.0.mask.png` or `KEY.0.mask.nii.gz`; `group` in the JSON says which is which.
PNG is lossless. Boxes are `x0, y0, x1, y1` in
pixels, half-open, origin top left. Left and right are the patient's. Lengths are mm where the source knows its spacing,
else pixels."""
TRANSLATED = """\
`translations` of a sample tell its description and its questions in LANGUAGES, realised from the same facts as the
English text: each claim there is one of the English text in the same place, numbers have the same digits, a decimal
point and the same units, and `untold` lists what has no name or no wording there. Reasoning steps and the sources' own
words are in their own language alone."""
NAMES = {"es": "Spanish (`es`)"}
BARE = """\
Of SETS only what is said of the images may be passed on. These samples hold masks, boxes, facts and words, and of the
image its size, its place and its SHA-256 (`withheld`); `rebuild` says which file it is made of. With your own copy of
the data set under `data/raw/`, `triptych rebuild SHARDS OUT --raw data/raw` writes the corpus with all its pixels, each
compared with its sum. That one is for yourself."""
EXAMPLE = """\
A sample of this corpus as its JSON has it, without provenance, checks and translations, long lists cut."""
CITE = "Cite the sources with the corpus; LICENSES.md has the attributions that their licences ask for."
UNCHECKED = """\
No copy of a test set is at hand where a corpus is published, so none was compared with this one.
`triptych leak-check . BENCHMARK=FOLDER` does so with a copy of your own, however its pictures were rewritten, and puts
the outcome down beside this folder (`FOLDER.leaks.json`): this card is summed, and stays as it was published."""


def datacard(
    manifest: Manifest,
    stats: Stats,
    recipe: Recipe,
    cards: Iterable[DatasetCard],
    left_out: Mapping[str, int] = {},
    shown: str | None = None,
    test_sets: Iterable[Benchmark] = (),
) -> str:
    """The text of README.md. `left_out`: task -> questions that balance left out; `shown`: a sample as
    `transforms.shards.example` abridges it; `test_sets`: those that are known. The same arguments give the same
    text."""
    ordered = sorted(cards, key=lambda card: card.id)
    licences = {card.id: leaving(card, manifest.use) for card in ordered}
    lines = [
        *_opening(manifest, stats, recipe, licences),
        "## Composition",
        _composition(stats, ordered, licences),
        *_tables(stats),
        *_reasoning(stats),
        *_left_out(left_out, recipe.questions.most_of_task),
        f"## How it was made\n\n{HOW}\n\nRecipe `{recipe.name}` {plain(recipe.version)}, "
        f"SHA-256 `{manifest.recipe_sha256}`.",
        f"## Format\n\n{FORMAT}",
        *([LAYERS] if any(layers_of(manifest)) else []),
        *_translated(recipe),
        *([f"## An example\n\n{EXAMPLE}\n\n```json\n{shown}\n```"] if shown else []),
        *_withheld(manifest, ordered),
        "## Splits",
        _splits(manifest),
        *_held_out(recipe),
        how_to_load(manifest),
        *_test_sets(test_sets, ordered),
        f"## Known limits\n\n{limits(manifest, stats, ordered)}",
        f"## Personal data\n\n{persons(manifest, stats)}",
        "## Licences\n\nEach sample carries its own in `licence`; LICENSES.md has the attributions that must be kept.",
        _licences(licences),
        f"## Citation\n\n{CITE}\n\n```bibtex\n{bibtex(recipe.name, recipe.title, recipe.version, ordered)}\n```",
    ]
    return "\n\n".join(lines) + "\n"


def _opening(manifest: Manifest, stats: Stats, recipe: Recipe, licences: Mapping[str, Licence]) -> Iterator[str]:
    """The front matter, what the corpus is, and how much of it there is."""
    front = yaml.safe_dump(_front(manifest, stats, recipe, licences), sort_keys=False, allow_unicode=True, width=1000)
    totals = stats.totals
    yield f"---\n{front}---"
    yield f"# {plain(recipe.title)}"
    yield plain(recipe.summary)
    yield (
        f"Version {plain(recipe.version)}. {totals.get('samples', 0):,} samples, {totals.get('regions', 0):,} regions, "
        f"{totals.get('questions', 0):,} questions, {totals.get('reasoning', 0):,} reasoning traces, "
        f"{totals.get('claims', 0):,} claims."
    )
    yield "![What the corpus holds](stats/overview.png)"


def _tables(stats: Stats) -> Iterator[str]:
    """What the samples are of, and what is asked."""
    yield _table("modality", "samples", stats.sums("modality"))
    yield _table("task", "questions", stats.sums("task"))
    if stats.sums("group"):
        yield _table("shown together", "samples", stats.sums("group"))


def _test_sets(test_sets: Iterable[Benchmark], cards: list[DatasetCard]) -> Iterator[str]:
    """What is known of each published test set: which sets here it draws on, and that nobody compared it."""
    rows = [f"| [{one.name}]({one.homepage}) | "
            f"{', '.join(card.id for card in cards if one.id in card.benchmarks) or '-'} | not checked |"
            for one in test_sets]  # fmt: skip
    if rows:
        table = "\n".join(["| test set | draws on, of the sets here | outcome |", "|---|---|---|", *rows])
        yield f"## Test sets\n\n{UNCHECKED}\n\n{table}"


def _translated(recipe: Recipe) -> list[str]:
    named = ", ".join(NAMES[language] for language in recipe.text.languages)
    return ["## Languages\n\n" + TRANSLATED.replace("LANGUAGES", named)] if named else []


def _withheld(manifest: Manifest, cards: list[DatasetCard]) -> list[str]:
    """What is said of samples that left without their pixels."""
    bare = [card.id for card in cards if outlet(card.terms, manifest.use).leaves == "annotations"]
    return [f"## Without pixels\n\n{BARE.replace('SETS', ', '.join(bare))}"] if bare else []


def _held_out(recipe: Recipe) -> Iterator[str]:
    """Who is in test whatever their share."""
    for entry in recipe.splits.held_out:
        asked = (f"{name} {' or '.join(map(plain, values))}" for name, values in entry.wanted.items())
        yield f"Held out for test, all of a person: people with {' and '.join(asked)}."


def _reasoning(stats: Stats) -> Iterator[str]:
    """How long the traces are: every step of each is needed, or `verify` would not pass."""
    traces = {int(number): count for number, count in stats.sums("steps").items()}
    if traces:
        several = sum(count for number, count in traces.items() if number >= SEVERAL) / sum(traces.values())
        lengths = ", ".join(f"{count:,} of {number}" for number, count in sorted(traces.items()))
        yield (
            f"Steps of the reasoning traces, each of which the answer leans on: {lengths}; {several:.0%} of the traces "
            f"have {SEVERAL} or more."
        )


def _left_out(tasks: Mapping[str, int], most_of_task: float) -> Iterator[str]:
    if tasks:
        named = ", ".join(f"{number:,} {task}" for task, number in sorted(tasks.items()))
        bound = "" if most_of_task == 1 else f", or since the recipe lets a family have {most_of_task:.0%} at most"
        yield f"Questions that are not asked, so that answers cannot be guessed from the words alone{bound}: {named}."


def _front(manifest: Manifest, stats: Stats, recipe: Recipe, licences: Mapping[str, Licence]) -> dict[str, Any]:
    configs = [config(manifest, layer) for layer in layers_of(manifest)]
    infos = [info for _, info in configs]
    return {
        "pretty_name": manifest.title,
        **_licence(licences.values()),
        "language": ["en", *recipe.text.languages],
        "tags": ["medical", "webdataset", "croissant"],
        "annotations_creators": creators(stats),
        "language_creators": language_creators(stats),
        "source_datasets": [f"extended|other-{dataset}" for dataset in licences],
        "task_categories": list(TASKS),
        "size_categories": [next((name for limit, name in SIZES if manifest.samples < limit), LARGEST)],
        "configs": [config for config, _ in configs],
        "dataset_info": infos[0] if len(infos) == 1 else infos,
    }


def _licence(licences: Iterable[Licence]) -> dict[str, str]:
    found = {licence.id.lower() for licence in licences}
    if len(found) == 1 and found <= HUB_LICENCES:
        return {"license": found.pop()}
    return {"license": "other", "license_name": "per-data-set", "license_link": "LICENSES.md"}


def _composition(stats: Stats, cards: list[DatasetCard], licences: Mapping[str, Licence]) -> str:
    sums = stats.sums("dataset")
    rows = [(card.id, card.name, f"{sums.get(card.id, 0):,}", licences[card.id].id) for card in cards]
    return _rows(("data set", "name", "samples", "licence"), rows)


def _splits(manifest: Manifest) -> str:
    rows = []
    for split in SPLITS:
        if split in manifest.splits:
            shards = sum(entry.split == split for entry in manifest.shards)
            rows.append((split, f"{manifest.splits[split]:,}", f"{manifest.subjects[split]:,}", str(shards)))
    return _rows(("split", "samples", "subjects", "shards"), rows)


def _licences(licences: Mapping[str, Licence]) -> str:
    rows = [(name, own.id, SAYS[own.share_alike],
             own.attribution) for name, own in licences.items()]  # fmt: skip
    return _rows(("data set", "licence", "share-alike", "attribution"), rows)


def _table(label: str, unit: str, sums: Mapping[str, int]) -> str:
    return _rows((label, unit), [(name, f"{number:,}") for name, number in sums.items()])


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(map(plain, cells)) + " |"

    return "\n".join([line(head), "|" + "---|" * len(head), *map(line, rows)])
