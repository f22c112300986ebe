"""Which samples of a corpus leave, so that no source, modality or part of the body drowns the others.

Nothing is repeated: what is too much of one is left out. A source of n samples is given a share in proportion to its
weight times n^(1/temperature) (temperature 1: as many as it has; the larger, the evener), as multilingual models are
fed their languages (XLM, Conneau and Lample 2019, section 3.1).
"""

import math
from collections.abc import Mapping

import polars as pl

from schemas.recipe import MixSpec
from transforms.shares import cap, over

OFFERED = {"key": pl.String, "dataset": pl.String, "modality": pl.String, "anatomy": pl.String, "draw": pl.UInt64}
"""Of a sample that may leave. `draw`: which go first."""


def left_out(offered: pl.DataFrame, spec: MixSpec) -> pl.DataFrame:
    """key, mixed: the samples that are left out, each with why. `offered`: columns OFFERED."""
    taken = _of_sources(offered, spec)
    out = [_why(offered, taken, "more of its data set than the mix takes")]
    shares = {"modality": spec.most_of_modality, "anatomy": spec.most_of_anatomy}
    before = -1
    while before != taken.height:  # what one axis leaves out may make a share of the other too large
        before = taken.height
        for axis, share in shares.items():
            kept = _capped(taken, axis, share) if share < 1 else taken
            out.append(_why(taken, kept, f"more of its {axis} than the mix takes"))
            taken = kept
    return pl.concat(out)


def unmet(offered: Mapping[str, int], taken: pl.DataFrame, spec: MixSpec) -> list[str]:
    """A line for each thing that the mix asks and does not get. `offered`: data set -> samples that might leave;
    `taken`: those that do, with the columns `dataset`, `modality`, `anatomy`."""
    found = [f"mix.weights: {name} has no sample" for name, weight in sorted(spec.weights.items())
             if weight and not offered.get(name)]  # fmt: skip
    if spec.samples is not None:
        wanted = _wanted(offered, spec)
        total = sum(wanted.values()) or 1.0
        for name, share in sorted(wanted.items()):
            due, most = round(spec.samples * share / total), min(offered[name], spec.cap or offered[name])
            if due > most:
                found.append(f"mix.samples: {due:,} of them would be {name}'s share, it has {most:,} to give")
        if taken.height < spec.samples:
            found.append(f"mix.samples: {spec.samples:,} are asked for, {taken.height:,} leave")
    for axis, most_of in (("modality", spec.most_of_modality), ("anatomy", spec.most_of_anatomy)):
        sizes = {label: number for label, number in taken.group_by(axis).len().iter_rows() if label is not None}
        for label, share in over(sizes, most_of, taken[axis].null_count()).items():
            found.append(f"mix.most_of_{axis}: {most_of:.0%} is asked for, {label} has {share:.0%}: too little else")
    return found


def quotas(sizes: Mapping[str, int], spec: MixSpec) -> dict[str, int]:
    """data set -> how many of its samples are taken, of how many it has.

    Without `samples` as many as the shares allow until the first source is used up, so that they hold exactly; with it
    that many, as far as there are: what a source has not is shared by the others.
    """
    most = {name: min(size, spec.cap or size) for name, size in sizes.items()}
    wanted = {name: share for name, share in _wanted(sizes, spec).items() if share}
    if not wanted:
        return dict.fromkeys(sizes, 0)
    if spec.samples is None and not spec.weights and spec.temperature == 1:
        return most  # each as many as it has, up to the cap
    if spec.samples is None:
        scale = min(most[name] / share for name, share in wanted.items())
        return {name: math.floor(wanted.get(name, 0) * scale + 1e-9) for name in sizes}
    return _filled(wanted, most, spec.samples) | {name: 0 for name in sizes if name not in wanted}


def _wanted(sizes: Mapping[str, int], spec: MixSpec) -> dict[str, float]:
    """data set -> how much of it is wanted beside the others."""
    return {name: spec.weights.get(name, 1.0) * size ** (1 / spec.temperature) for name, size in sizes.items()}


def _filled(wanted: Mapping[str, float], most: Mapping[str, int], samples: int) -> dict[str, int]:
    """So many samples in these proportions; a source that has fewer gives all, and the others fill up."""
    full: dict[str, int] = {}
    left = samples
    while open_ := {name: share for name, share in wanted.items() if name not in full}:
        scale = left / sum(open_.values())
        over = {name: most[name] for name, share in open_.items() if share * scale >= most[name]}
        if not over:
            exact = {name: share * scale for name, share in open_.items()}
            found = {name: math.floor(number) for name, number in exact.items()}
            rest = sorted(exact, key=lambda name: (found[name] - exact[name], name))[: left - sum(found.values())]
            return full | {name: number + (name in rest) for name, number in found.items()}
        full |= over
        left = max(0, samples - sum(full.values()))
    return full


def _of_sources(offered: pl.DataFrame, spec: MixSpec) -> pl.DataFrame:
    sizes = dict(offered.group_by("dataset").len().sort("dataset").iter_rows())
    quota = quotas(sizes, spec)
    place = pl.col("draw").rank("ordinal").over("dataset")
    return offered.filter(place <= pl.col("dataset").replace_strict(quota, default=0, return_dtype=pl.Int64))


def _capped(taken: pl.DataFrame, axis: str, share: float) -> pl.DataFrame:
    """With no more of any label than this share of all that is left; where there are too few labels for that, with
    about as many of each. What has no label is free."""
    sizes = [number for label, number in taken.group_by(axis).len().iter_rows() if label is not None]
    most = cap(sizes, share, free=taken[axis].null_count())
    place = pl.col("draw").rank("ordinal").over(axis)
    return taken.filter(pl.col(axis).is_null() | (place <= most))


def _why(before: pl.DataFrame, after: pl.DataFrame, reason: str) -> pl.DataFrame:
    gone = before.join(after.select("key"), on="key", how="anti")
    return gone.select("key", mixed=pl.lit(reason))
