"""Which questions a corpus asks, with which choices and values: what balance, drawing and exchange come to together."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import polars as pl

from schemas import Candidate, Dialogue, LabelSpace, canonical_json
from schemas.recipe import QuestionSpec
from transforms.tasks import families, verification
from transforms.tasks.balance import TRIVIAL, Edit, Edits, Families, applies, not_trivial, staying
from transforms.tasks.choices import Choice, redrawn, with_choices
from transforms.tasks.exchange import Offer, exchanged, with_value

NOT_ASKED, NO_CHOICES = canonical_json(False), canonical_json(None)
LOOKED_AT = list(dict.fromkeys([*Choice._fields, *Offer._fields, "was"]))
AT_ONCE = 100_000  # edits that are lists of Python
EDITS = {"at": pl.UInt32, "edit": pl.String}


def decide(asked: Families, spec: QuestionSpec, seed: int, space: LabelSpace) -> Iterator[tuple[str, pl.Series]]:
    """Each family with what becomes of its questions, in their order, as JSON: false where one is not asked, its
    choices or none, in a list what a verification is asked with; null where it is asked as it is. Nothing of a corpus
    that is not balanced. What the corpus before decided stands where the rules allow it. Trivial families come last:
    they are a share of what is asked in the end, without what found no other to exchange values with."""
    stay, others = staying(asked, spec) if applies(asked, spec) else {}, 0
    for task in [one for one in stay if one not in TRIVIAL]:
        edits = _decided(asked.of(task, LOOKED_AT), stay.pop(task), seed, space)
        others += int(edits.ne_missing(NOT_ASKED).sum())
        yield task, edits
    for task, own in (stay | not_trivial(asked, stay, spec.trivial_share, others)).items():
        yield task, _decided(asked.of(task, LOOKED_AT), own, seed, space)


FEW = 3
"""Families that have nothing to ask, of which it is told what each would."""


def unasked(tasks: Iterable[str], asked: Mapping[str, int], left_out: Mapping[str, int]) -> Iterator[str]:
    """A line for each family of which no question is asked, and one for many that found nothing to ask. `asked`,
    `left_out`: family -> questions."""
    none = [name for name in dict.fromkeys(tasks) if not asked.get(name)]
    for name in none:
        if gone := left_out.get(name):
            yield f"tasks: {name}: balance leaves out all {gone:,} questions; questions: {{balance: false}} keeps them"
    nothing = [name for name in none if not left_out.get(name)]
    if len(nothing) > FEW:
        yield f"tasks: nothing to ask in any sample of {len(nothing)} families: {', '.join(nothing)}"
        return
    for name in nothing:
        about = " ".join((families()[name].__doc__ or "").split("\n\n")[0].split())
        where = " (of groups of several records)" if hasattr(families()[name], "ACROSS") else ""
        yield f"tasks: {name}: nothing to ask in any sample; it asks{where}: {about}"


def _decided(asked: pl.DataFrame, stay: pl.Series, seed: int, space: LabelSpace) -> pl.Series:
    """What becomes of the questions of a family, of which these stay."""
    edits = asked.select(edit=pl.when(stay).then(pl.col("was")).otherwise(pl.lit(NOT_ASKED)))["edit"]
    kept = asked.with_row_index("at").filter(stay)
    rows, new = _edits(kept, seed, space), list[pl.DataFrame]()
    while some := list(islice(rows, AT_ONCE)):
        new.append(pl.DataFrame(some, EDITS, orient="row"))
    if new:
        found = pl.concat(new)
        edits = edits.scatter(found["at"], found["edit"])
    return edits


def _edits(kept: pl.DataFrame, seed: int, space: LabelSpace) -> Iterator[tuple[int, str]]:
    """The place and the edit of each question of a family that is asked otherwise than it was."""
    stands = pl.col("was").is_not_null()
    pooled = kept.filter(pl.col("pool").is_not_null(), pl.col("own").is_null(), pl.col("was").ne_missing(NO_CHOICES))
    places = pooled["at"]
    for row, choices in redrawn(pooled.drop("at").with_columns(settled=stands), seed, space):
        yield places[row], canonical_json(choices)
    offers = kept.filter(pl.col("own").is_not_null())
    settled = set(offers.filter(stands).select("key", "id").iter_rows())
    offered = exchanged([Offer(*row) for row in offers.select(*Offer._fields).iter_rows()], seed, settled)
    for key, name, at in offers.select("key", "id", "at").iter_rows() if offered else ():
        if name in offered.get(key, {}):
            yield at, canonical_json(offered[key][name])


def edits_of(rows: pl.DataFrame) -> dict[str, dict[str, Edit]]:
    """key -> dialogue -> what becomes of it, of rows of key, id and the edit, as `decide` has it."""
    found: dict[str, dict[str, Edit]] = {}
    for key, name, edit in rows.select("key", "id", "edit").drop_nulls("edit").iter_rows():
        found.setdefault(key, {})[name] = json.loads(edit)
    return found


def edited(sample: Candidate, edits: Edits, space: LabelSpace) -> tuple[Dialogue, ...]:
    """The sample's dialogues as `edits` has them asked."""
    asked = (one for one in sample.dialogues if edits.get(one.id) is not False)
    return tuple(_edited(sample, one, edits[one.id], space) if one.id in edits else one for one in asked)


def _edited(sample: Candidate, dialogue: Dialogue, edit: Edit, space: LabelSpace) -> Dialogue:
    assert not isinstance(edit, bool)
    if edit is not None and dialogue.task == verification.NAME:
        return with_value(sample, dialogue, edit[0], space)
    return with_choices(sample, dialogue, edit, space)
