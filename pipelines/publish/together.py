"""Groups that show several subjects: all of them go into one split; in a corpus that is appended to, none moves."""

from collections.abc import Iterable
from itertools import pairwise

import polars as pl

from transforms.identity.components import components

PARTED = "shows people whom the corpus that stands has in different splits"
ROWS = {"group": pl.String, "dataset": pl.String, "subject": pl.String}


def shown(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """group, dataset, subject: a row for each of several subjects whom a group shows. `frames`: key, dataset, subject
    and shows (JSON: keys of the samples that it shows) of the candidates, a frame a part: what a group shows lies in
    its own."""
    found = [pl.DataFrame(schema=ROWS)]
    for frame in frames:
        keys = pl.col("shows").str.json_decode(pl.List(pl.String))
        groups = frame.filter(pl.col("shows").is_not_null()).select(group="key", key=keys).explode("key")
        whose = groups.join(frame.select("key", "dataset", "subject"), on="key").select(list(ROWS)).unique()
        found.append(whose.filter(pl.len().over("group") > 1))
    return pl.concat(found).sort("group", "subject")


def links(groups: pl.Series, people: pl.Series) -> list[tuple[str, str]]:
    """Pairs of those whom a group shows, one beside the next."""
    return [(one, next_one) for (group, one), (other, next_one) in pairwise(zip(groups, people, strict=True))
            if group == other]  # fmt: skip


def parted(people: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """key, mixed: groups that do not leave, and why. `people`: as `shown` tells; `standing`: key, subject and split of
    what is in the corpus that is appended to, whose groups are of people of one split."""
    new = set(people["group"]) - set(standing["key"])
    stood = standing.filter(pl.col("subject").is_in(people["subject"].implode())).select("subject", "split")
    before = dict(stood.iter_rows())
    apart: set[str] = set()
    for company in components(people.select("group", "subject").iter_rows()):
        if len({before[one] for one in company if one in before}) > 1:
            apart |= new & {*company}
    return pl.DataFrame([(one, PARTED) for one in sorted(apart)], {"key": pl.String, "mixed": pl.String}, orient="row")
