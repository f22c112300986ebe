"""What the data card says of a corpus from its counts: who annotated it, what it tells of persons, where it is thin."""

from collections.abc import Iterable, Iterator

from schemas import DatasetCard
from transforms.shards.manifest import Manifest
from transforms.shards.splits import SPLITS
from transforms.shards.stats import Stats

LOPSIDED = 0.5  # a label with more of the samples than this is named
FEW = 10  # regions of a concept with which little is learned

PERSONS = """\
The sources are public data sets of people. Identifiers in DICOM headers are replaced by keyed hashes, and the headers
do not leave. Free texts (reports, captions, questions) are searched for names, numbers and dates of persons, and these
are taken out; text burned into pixels is blanked where it is found. No search finds everything: who sees personal data
in a sample should report its key and not pass it on. Nobody may try to find out who these people are."""
PLAIN = """\
- Not for diagnosis or treatment.
- What is not annotated is not absent: only `absent` in `presence` says that a finding was looked for and not seen.
- `uncertain` in `presence` says that the source hedges, or that its readers differ: no text speaks of it.
- A region whose maker is a `model` or a `rule` was not drawn by a person; `made_by` says who drew it.
- Texts say what can be measured or what the source states, and no more. Their style is that of templates unless
  `made_by` names a language model.
- A subject is in one split only, also across data sets that share patients as far as their cards say so."""


def creators(stats: Stats) -> list[str]:
    """`annotations_creators` of the Hub. People and sources drew and wrote before us ("found"); models and rules are
    machines, and so is who made texts and questions of measurements."""
    makers = {label.partition(":")[0] for label in stats.sums("made_by")}
    found = "human" in makers or bool(stats.sums("source_text"))
    machine = makers - {"human"} or stats.totals.get("questions") or stats.totals.get("claims")
    return [*(["found"] if found else []), *(["machine-generated"] if machine else [])] or ["no-annotation"]


def language_creators(stats: Stats) -> list[str]:
    """`language_creators` of the Hub."""
    return [*(["found"] if stats.sums("source_text") else []), "machine-generated"]


def persons(manifest: Manifest, stats: Stats) -> str:
    """The section on personal data."""
    told = stats.sums("personal")
    lines = [f"- {sum(manifest.subjects.values()):,} subjects; one that a source does not tell apart counts as one."]
    lines += [f"- {number:,} samples: {name}" for name, number in told.items()]
    return "\n\n".join([PERSONS.replace("\n", " "), "\n".join(lines)])


def limits(manifest: Manifest, stats: Stats, cards: Iterable[DatasetCard]) -> str:
    """The section on known limits: those of every corpus, and those that this one's counts show."""
    return "\n".join([PLAIN, *(f"- {line}" for line in [*_drawn(stats), *_lopsided(stats), *_rare(stats),
                                                       *_unsplit(manifest, stats, cards)])])  # fmt: skip


def _drawn(stats: Stats) -> Iterator[str]:
    makers = stats.sums("made_by")
    regions = sum(makers.values())
    machine = sum(number for name, number in makers.items() if not name.startswith("human:"))
    if machine:
        yield f"{machine:,} of {regions:,} regions ({machine / regions:.0%}) were drawn by a model or a rule."


def _lopsided(stats: Stats) -> Iterator[str]:
    for axis, word in (("dataset", "the data set"), ("modality", "the modality")):
        sums = stats.sums(axis)
        largest = next(iter(sums), None)
        if largest is not None and len(sums) > 1 and sums[largest] > LOPSIDED * sum(sums.values()):
            yield f"{sums[largest] / sum(sums.values()):.0%} of the samples are of {word} {largest}."


def _rare(stats: Stats) -> Iterator[str]:
    concepts = stats.sums("concept")
    rare = [name for name, number in concepts.items() if number < FEW]
    if rare:
        yield f"{len(rare):,} of {len(concepts):,} concepts have fewer than {FEW} regions (stats/concept.json has all)."


def _unsplit(manifest: Manifest, stats: Stats, cards: Iterable[DatasetCard]) -> Iterator[str]:
    """Sources that are not in every split of the corpus, and whether their people would have been enough."""
    splits = [split for split in SPLITS if split in manifest.splits]
    people = stats.tables.get("subjects", {})
    for card in cards:
        own = people.get(card.id, {})
        lacks = [split for split in splits if not own.get(split)]
        if own and lacks:
            number = sum(own.values())
            why = "one subject, who cannot be split" if number == 1 else f"{number:,} subjects"
            yield f"`{card.id}` has nothing in {' and '.join(lacks)}: {why}."
