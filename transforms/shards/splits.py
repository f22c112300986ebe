"""Subjects to splits: the same seed gives the same split, and a subject is in one split only.

A hash cut alone leaves a small corpus with an empty test split as often as not. Subjects are therefore put in a keyed
order, one modality after the other, and each modality is cut into three stretches as long as the shares of its samples;
what rounding took from a split in one modality it gets in the next. A corpus that grows moves the cuts a little, and
with them the few subjects that stand there: who was held out stays held out, and published groups stay as they are.
Where an earlier corpus is grown, nobody moves: new subjects fill what each split lacks of its share. Last, a source
that is large enough for it, and lacks a split, gives it its lightest subject.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import accumulate, groupby
from typing import Literal, NamedTuple, get_args

from schemas import content_key
from schemas.recipe import Splits

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
# How published sets name their splits; whatever else a set says (fold3, unlabelled) decides nothing here.
SOURCE_NAMES: Mapping[str, Split] = {
    "train": "train", "training": "train", "val": "validation", "valid": "validation", "validation": "validation",
    "dev": "validation", "test": "test", "testing": "test",
}  # fmt: skip


class SubjectSize(NamedTuple):
    """Samples of one subject in one modality of one data set that came under one source split. A subject may have
    several of these."""

    subject: str
    modality: str
    samples: int
    source_split: str | None = None
    dataset: str = ""


def assign(
    sizes: Iterable[SubjectSize], splits: Splits, seed: int, before: Mapping[str, Split] = {},
    held: Collection[str] = (),
) -> dict[str, Split]:  # fmt: skip
    """subject -> split, sorted by subject. `before`: where subjects stand already. `held`: those that are held out:
    they are in test, whatever else is said of them.

    A source's own split stands, over `before` too; where a subject's records disagree, test wins over validation over
    train, so that nothing of a published test set is trained on. A subject with more samples than a whole held-out
    split should have goes to the largest split. With three subjects or more, no split with a share stays empty if a
    free subject can fill it; nor does a split lack a source whose share of subjects there rounds to one or more. Raises
    ValueError when all shares are zero.
    """
    shares = _shares(splits)
    rows = list(sizes)
    weight: Counter[str] = Counter()
    for row in rows:
        weight[row.subject] += row.samples
    kept: dict[str, Split] = {row.subject: "test" for row in rows if row.subject in held}
    fixed, modality = _from_source(rows) | kept, _modality(rows)
    stands = {name: split for name, split in before.items() if name in weight and name not in fixed}
    free = sorted(weight.keys() - fixed.keys(), key=lambda name: (modality[name], content_key(seed, name)))
    groups = (list(group) for _, group in groupby(free, key=lambda name: modality[name]))
    done = fixed | _cut(groups, weight, shares, stands)
    if len(weight) >= len(SPLITS):
        _fill_empty(done, shares, weight, frozenset(fixed | stands), seed)
        _fill_sources(done, shares, weight, rows, frozenset(fixed | stands), seed)
    return dict(sorted(done.items()))


def _shares(splits: Splits) -> dict[Split, float]:
    raw = {name: float(getattr(splits, name)) for name in SPLITS}
    total = sum(raw.values())
    if total <= 0:
        raise ValueError("every share of `splits` is zero: give train, validation or test a share")
    return {name: raw[name] / total for name in SPLITS}


def _from_source(rows: Iterable[SubjectSize]) -> dict[str, Split]:
    done: dict[str, Split] = {}
    for row in rows:
        split = SOURCE_NAMES.get((row.source_split or "").lower())
        if split is not None:
            done[row.subject] = max(done.get(row.subject, split), split, key=SPLITS.index)
    return done


def _modality(rows: Iterable[SubjectSize]) -> dict[str, str]:
    """The modality that a subject has most samples of; the first by name where two are equal."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row.subject, Counter())[row.modality] += row.samples
    return {subject: min(count, key=lambda name: (-count[name], name)) for subject, count in counts.items()}


def _cut(
    modalities: Iterable[list[str]],
    weight: Mapping[str, int],
    shares: Mapping[Split, float],
    stands: Mapping[str, Split],
) -> dict[str, Split]:
    """Subjects of each modality in their order -> splits; those that stand somewhere count there."""
    groups = list(modalities)
    total = sum(weight[subject] for group in groups for subject in group)
    sink = max(SPLITS, key=lambda name: shares[name])
    room = {name: total if name == sink else shares[name] * total for name in SPLITS}
    most = max(room[name] for name in SPLITS if name != sink)
    given = dict.fromkeys(SPLITS, 0)
    done: dict[str, Split] = dict(stands)
    walked = 0
    for whole in groups:
        walked += sum(weight[subject] for subject in whole)
        for subject in whole:
            if subject in stands:
                given[stands[subject]] += weight[subject]
        group = [subject for subject in whole if subject not in stands]
        light = [subject for subject in group if weight[subject] <= most]
        ends = _ends(sum(weight[subject] for subject in light), walked, shares, given, sink)
        at = 0
        for subject in light:
            middle = at + weight[subject] / 2
            split = next((name for name, end in ends.items() if middle < end), sink)
            done[subject] = split if weight[subject] <= room[split] else sink
            at += weight[subject]
        done |= {subject: sink for subject in group if weight[subject] > most}
        for subject in group:
            given[done[subject]] += weight[subject]
    return done


def _ends(
    length: int, walked: int, shares: Mapping[Split, float], given: Mapping[Split, int], sink: Split
) -> dict[Split, float]:
    """Where the stretch of each split ends, on subjects of `length` samples in all: the held-out splits get what they
    lack of their shares of all that was walked, the largest split the rest."""
    lack = {name: max(0.0, shares[name] * walked - given[name]) for name in SPLITS if name != sink}
    scale = min(1.0, length / (sum(lack.values()) or 1.0))
    wide = {name: scale * samples for name, samples in lack.items()}
    wide[sink] = length - sum(wide.values())
    return dict(zip(SPLITS, accumulate(wide[name] for name in SPLITS), strict=True))


def _fill_empty(
    done: dict[str, Split], shares: Mapping[Split, float], weight: Mapping[str, int], fixed: frozenset[str], seed: int
) -> None:
    """Give each empty split with a share the lightest free subject of a split that has two or more."""
    for split in SPLITS:
        if shares[split] and split not in done.values():
            _give(done, split, done.keys(), weight, fixed, seed)


def _fill_sources(
    done: dict[str, Split],
    shares: Mapping[Split, float],
    weight: Mapping[str, int],
    rows: Iterable[SubjectSize],
    fixed: frozenset[str],
    seed: int,
) -> None:
    """The same within each source with enough subjects, as long as they are of that source alone."""
    sources: dict[str, set[str]] = {}
    of: Counter[str] = Counter()
    for row in rows:
        own = sources.setdefault(row.dataset, set())
        of[row.subject] += row.subject not in own
        own.add(row.subject)
    for _, own in sorted(sources.items()):
        for split in SPLITS:
            if round(shares[split] * len(own)) >= 1 and split not in {done[name] for name in own}:
                _give(done, split, own, weight, fixed | {name for name in own if of[name] > 1}, seed)


def _give(
    done: dict[str, Split],
    split: Split,
    among: Iterable[str],
    weight: Mapping[str, int],
    fixed: frozenset[str],
    seed: int,
) -> None:
    """Move the lightest free subject of these out of a split that has two or more of them, if there is one."""
    some = sorted(among)
    count = Counter(done[name] for name in some)
    spare = [name for name in some if name not in fixed and count[done[name]] > 1]
    if spare:
        done[min(spare, key=lambda name: (weight[name], content_key(seed, "fill", name)))] = split
