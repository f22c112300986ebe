"""Does a label go with who was looked at, where, or on which device? Counted by person, so that many images of one
person are one.

Site, sex, device and data set: Cramer's V (Cramer 1946) with the p-value of Fisher's exact test where the table is two
by two, else of a chi-squared test, up to MANY people on permuted labels. Age: the point-biserial correlation with a
permutation p-value, of more people that of Student's t. All p-values of a corpus are adjusted together (Benjamini and
Hochberg 1995). Fewer than LEAST people with a label or without it say nothing: they are counted, and no number is made
of them.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from scipy import stats

from schemas import Model, content_key
from transforms.shards.traits import TRAITS, Tally, Trait

LEAST, RESAMPLES = 5, 1999
MANY = 1000
"""Of more people labels are not permuted, which would hold RESAMPLES numbers of each at once."""


class Association(Model):
    """`present`, `absent`: people with the label and without it, of whom one value of the trait is known. `measure` is
    Cramer's V (0 to 1) or the point-biserial r (-1 to 1), `p` its p-value and `q` that adjusted for all that a corpus
    asks; None where there are too few people, or where all have one value. `values`: value -> [with, without]."""

    label: str
    trait: Trait
    present: int
    absent: int
    measure: float | None = None
    p: float | None = None
    q: float | None = None
    values: dict[str, tuple[int, int]] = {}


def associations(people: Tally) -> list[Association]:
    """One row a label and trait of which two values or more are known, the strongest that is sure first."""
    tables: dict[tuple[str, Trait], dict[tuple[str | float, bool], int]] = defaultdict(dict)
    for (label, trait, value, has), number in people.items():
        tables[label, trait][value, has] = number
    order = sorted(tables, key=lambda about: (about[0], TRAITS.index(about[1])))
    found = [row for about in order if (row := _row(*about, tables[about])) is not None]
    told = [row.p for row in found if row.p is not None]
    adjusted = iter(stats.false_discovery_control(told) if told else ())
    found = [row if row.p is None else row.model_copy(update={"q": round(float(next(adjusted)), 5)}) for row in found]
    return sorted(found, key=lambda row: (row.q is None, row.q, -abs(row.measure or 0), row.label, row.trait))


def _row(label: str, trait: Trait, counts: Mapping[tuple[str | float, bool], int]) -> Association | None:
    if len({value for value, _ in counts}) < 2:
        return None
    present, every = sum(n for (_, has), n in counts.items() if has), sum(counts.values())
    row = Association(label=label, trait=trait, present=present, absent=every - present)
    if trait != "age":
        names = sorted({str(value) for value, _ in counts})
        values = {name: (counts.get((name, True), 0), counts.get((name, False), 0)) for name in names}
        row = row.model_copy(update={"values": values})
    if min(row.present, row.absent) < LEAST:
        return row
    measure, p = _of_age(counts, label) if trait == "age" else _of_values(row, label)
    return row.model_copy(update={"measure": round(measure, 3), "p": round(p, 5)})


def _of_values(row: Association, label: str) -> tuple[float, float]:
    table = np.array(list(row.values.values()))
    measure = float(stats.contingency.association(table, method="cramer"))
    if table.shape == (2, 2):
        return measure, float(stats.fisher_exact(table).pvalue)
    few = row.present + row.absent <= MANY
    how = stats.PermutationMethod(n_resamples=RESAMPLES, rng=_rng(label, row.trait)) if few else None
    return measure, float(stats.chi2_contingency(table, correction=False, method=how).pvalue)


def _of_age(counts: Mapping[tuple[str | float, bool], int], label: str) -> tuple[float, float]:
    rows = sorted((float(value), float(has), number) for (value, has), number in counts.items())
    ages, has, numbers = (np.array(column) for column in zip(*rows, strict=True))
    people = int(numbers.sum())
    if people <= MANY:
        how = stats.PermutationMethod(n_resamples=RESAMPLES, rng=_rng(label, "age"))
        found = stats.pearsonr(np.repeat(has, numbers), np.repeat(ages, numbers), method=how)
        return float(found.statistic), float(found.pvalue)
    spread = np.cov(has, ages, fweights=numbers)
    r = float(spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1]))
    return r, float(2 * stats.t.sf(abs(r) * np.sqrt((people - 2) / max(1 - r * r, 1e-300)), people - 2))


def _rng(*about: str) -> np.random.Generator:
    return np.random.default_rng(int(content_key("confounders", *about), 16))
