"""Which questions of a corpus are asked, so that nobody can answer them without the image: chosen when all are known.

Of questions that one answer or another may be right of, under the same words, about as many of each are kept: yes and
no of a concept, which of two organs is larger. Where the corpus knows one answer only, few are kept. What nobody needs
to look for - modality, plane, part of the body - is capped, and the rare answers are kept first.

A corpus that is appended to has decided already. What it left out stays out and counts nowhere, what it asks comes
before what is new, and the same rules choose: what holds of a new corpus holds of the grown one, and a question that is
asked goes only where the rules leave it no room any more. All is decided anew once that costs too many questions.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from schemas import Candidate, Dialogue, Fact, canonical_json, content_key
from schemas.recipe import QuestionSpec
from transforms.groups.across import NONE
from transforms.shares import cap
from transforms.tasks import exchange, unanswerable
from transforms.tasks.choices import Choice, pool_of
from transforms.tasks.exchange import Offer
from transforms.tasks.judged import largest

EVEN = 51 / 49
"""The most by which the commoner answer may outnumber the rarer one, of one concept or pair."""
SAID = 52 / 48
"""The same of yes and no over all of a family: whoever always says the one is then right of 52%."""
ONE_SIDED = 0.02
"""Questions of which the corpus knows one answer only, as a share of the balanced ones of their family: whoever knows
which they are, and which answer of each other concept is the commoner, is then right of no more than 52% of them
all."""
SHARE = 1.1
"""By how much a choice may be right more often than by chance."""
OPEN, MANY = "open", 10
"""Of MANY questions or more with the same words, the usual answer is right of no more than all others together."""
ALL = "all"
WORTH = 0.95
"""Of the questions that would be asked if all were decided anew, the share that standing decisions must leave."""
LEAST = 50
"""Families of fewer closed questions, and corpora of fewer questions, are left as they are: they teach hardly a
habit."""
TRIVIAL = ("modality", "plane", "anatomy")
TWO_SIDED = {"yes", "no"}
NEW = 1 << 63  # in `draw`: of questions that no corpus has asked yet
Edit = Sequence[str] | bool | None  # of a question: its choices, or none; false where it is not asked
Edits = Mapping[str, Edit]  # dialogue -> edit
COMPARED = ("attenuation", "comparison", "density", "sequence", "volumes")
"""Families that ask which of two is more, or comes first, the first of their regions being the one that is."""
ASKED: dict[str, Any] = {
    "key": pl.String, "id": pl.String, "task": pl.String, "about": pl.String, "answer": pl.String, "pool": pl.String,
    "choices": pl.Int64, "wrong": pl.List(pl.String), "room": pl.Float64, "own": pl.String,
    "within": pl.Float64, "draw": pl.UInt64, "before": pl.Boolean,
}  # fmt: skip


def asked_of(sample: Candidate) -> str:
    """The questions of a sample that may be left out, as JSON: [id, task, about, answer, pool, choices, wrong,
    room, own, within]. `about` is what the words tell of the answer: null where there is nothing to balance. `pool` and
    how many choices there are: where these are drawn anew (transforms/tasks/choices.py). `wrong`: the wrong ones, where
    they stay as they are. `room`: the greatest number that the picture has room for. `own`: what a question is asked
    with, where that is exchanged (transforms/tasks/exchange.py), and `within`: by how much a number must differ from
    the right one to be wrong. A source's own questions are not among them."""
    labels = {region.id: region.concept.label for region in sample.regions}
    facts = {fact.id: fact for fact in sample.facts}
    rows = []
    for one in sample.dialogues:
        if not one.published:
            about, answer = _about(one, labels, facts)
            own, within = exchange.own_of(one, sample, facts)
            pooled = pool_of if own is None else exchange.pool_of
            pool, choices = pooled(one, sample, labels, facts), one.choices or ()
            wrong = [] if pool or about else [choice for choice in choices if choice != answer]
            about, answer = about or _open(one, labels, facts), ALL if _of_all(one) else answer
            room = largest(facts[one.facts[0]], sample) if pool and one.facts else None
            rows.append([one.id, one.task, about, answer, pool, len(choices), wrong, room, own, within])
    return canonical_json(rows)


def _about(dialogue: Dialogue, labels: dict[str, str], facts: dict[str, Fact]) -> tuple[str | None, str]:
    """What a question is about, and which of its answers is right, however it was put: that a is larger than b is the
    same answer whichever of them is named first, and what is inside another is not next to it."""
    regions = list(dict.fromkeys(labels[region] for region in dialogue.regions if region in labels))
    last = {claim.fact for claim in dialogue.turns[-1].claims} if len(dialogue.turns) > 2 else set()
    used = [facts[name] for name in dialogue.facts if not last or name in last]  # of several turns the last is judged
    closed = dialogue.answer in TWO_SIDED and dialogue.choices is None
    pair = " | ".join(sorted(regions))
    if dialogue.task in COMPARED and len(regions) == 2 and (closed or dialogue.choices):
        return pair, regions[0]
    if dialogue.task == "relation" and closed and used:
        return pair, used[0].predicate
    if dialogue.task == "verification":
        return "", dialogue.answer  # a coin decided: what it is about tells nothing
    if closed:
        return " | ".join(sorted({fact.concept.label for fact in used if fact.concept})) or pair, dialogue.answer
    return None, dialogue.answer


def _of_all(dialogue: Dialogue) -> bool:
    """Whether each of several images is the answer, however many there are."""
    check = dialogue.check
    return dialogue.task == "which_image" and check is not None and check.alternatives == (NONE,)


def _open(dialogue: Dialogue, labels: dict[str, str], facts: dict[str, Fact]) -> str | None:
    """What a question is about that has a few answers, of which one may be usual: how many, where, which. None of what
    is measured or located, where hardly two answers are alike."""
    check = dialogue.check
    few = check is not None and (check.kind in ("exact", "set") or check.within == 0)
    if not few or dialogue.task in (*TRIVIAL, unanswerable.NAME):
        return None
    about = [labels[region] for region in dialogue.regions[:1] if region in labels]
    used = [facts[name].predicate for name in dialogue.facts[:1]]
    return " | ".join([OPEN, *used, *(about if dialogue.task not in ("which_image", "changed") else ())])


def frame_of(rows: Iterable[tuple[str, str]], seed: int, decided: Mapping[str, Edits] = {}) -> pl.DataFrame:
    """The questions of some samples, of pairs of a sample's key and its `asked_of`. `decided`: key -> what the corpus
    before made of its questions; `before` says whether one is asked there, null where it is new. `draw` decides which
    go first: it follows from the seed and from what the question is, never from its place, and new ones come last."""
    found = []
    for key, asked in rows:
        for question in json.loads(asked or "[]"):
            before = decided[key].get(question[0]) is not False if key in decided else None
            draw = int(content_key(seed, key, question[0])[:16], 16)
            found.append((key, *question, draw >> 1 | (0 if before else NEW), before))
    return pl.DataFrame(found, ASKED, orient="row")


def applies(asked: pl.DataFrame, spec: QuestionSpec) -> bool:
    """Whether a corpus of these questions is balanced."""
    return spec.balance and asked.height >= LEAST


def left_out(asked: pl.DataFrame, spec: QuestionSpec) -> pl.DataFrame:
    """key, id, task of the questions that are not asked."""
    if not applies(asked, spec):
        return asked.clear().select("key", "id", "task")
    kept = asked.filter(pl.col("before").fill_null(value=True))
    kept = kept.filter(_even(kept, asked))
    kept = _even_words(_even_choices(kept))
    kept = kept.filter(_not_trivial(kept, spec.trivial_share))
    kept = kept if spec.most_of_task == 1 else kept.filter(_within(kept, spec.most_of_task))
    return asked.join(kept.select("key", "id"), on=["key", "id"], how="anti").select("key", "id", "task")


def standing(asked: pl.DataFrame, spec: QuestionSpec) -> pl.DataFrame:
    """The questions with what the corpus before decided, or without where that costs too many of them."""
    if asked["before"].is_null().all():
        return asked
    anew = asked.with_columns(before=pl.lit(None, pl.Boolean), draw=pl.col("draw") | pl.lit(NEW, pl.UInt64))
    stay, could = (asked.height - left_out(frame, spec).height for frame in (asked, anew))
    return asked if stay >= WORTH * could else anew


def to_redraw(asked: pl.DataFrame) -> list[Choice]:
    """The questions whose choices are drawn anew."""
    found = asked.filter(pl.col("pool").is_not_null() & pl.col("own").is_null())
    return [Choice(*row) for row in found.select(*Choice._fields).iter_rows()]


def to_exchange(asked: pl.DataFrame) -> list[Offer]:
    """The questions that are asked with another's value or their own."""
    return [Offer(*row) for row in asked.filter(pl.col("own").is_not_null()).select(*Offer._fields).iter_rows()]


def _even(asked: pl.DataFrame, every: pl.DataFrame) -> pl.Series:
    """Which questions stand when answers are balanced. `every`: also those that were left out before: by their number
    it is decided what is to be balanced."""
    by = ["task", "about"]
    counted = _counted(asked)
    sides = counted.group_by(by).agg(fewest=pl.col("len").min(), kinds=pl.len())
    sides = sides.with_columns(quota=pl.when(pl.col("kinds") > 1).then((pl.col("fewest") * EVEN).floor()).otherwise(0))
    known = _counted(every)
    usual = _usual(counted, known)
    sizes = known.filter(~pl.col("about").str.starts_with(OPEN)).group_by("task").agg(closed=pl.col("len").sum())
    whole = asked.join(sides.select(*by, "kinds", "quota"), on=by, how="left", maintain_order="left")
    whole = whole.join(sizes, on="task", how="left", maintain_order="left")
    place = pl.col("draw").rank("ordinal").over("task", "about", "answer")
    is_open = pl.col("about").str.starts_with(OPEN)
    whole = whole.join(usual, on=[*by, "answer"], how="left", maintain_order="left")
    whole = whole.with_columns(quota=pl.when(is_open).then(pl.col("most")).otherwise(pl.col("quota")))
    free = pl.col("about").is_null() | (~is_open & (pl.col("closed") < LEAST))
    whole = whole.with_columns(free=free, stays=~free & (place <= pl.col("quota")))
    allowed = ((pl.col("stays") & ~is_open).sum().over("task") * ONE_SIDED).floor()
    alone = ~pl.col("free") & ~is_open & (pl.col("kinds") == 1)
    few = pl.col("draw").rank("ordinal").over("task", alone) <= allowed
    return whole.select(keep=pl.col("free") | pl.col("stays") | (alone & few))["keep"]


def _counted(asked: pl.DataFrame) -> pl.DataFrame:
    """task, about, answer, len: how many questions there are of each."""
    return asked.filter(pl.col("about").is_not_null()).group_by("task", "about", "answer").len()


def _usual(counted: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """task, about, answer, most: how many questions of each answer stand, of those with few answers."""
    many = every.group_by("task", "about").agg(many=pl.col("len").sum() >= MANY)
    some = counted.filter(pl.col("about").str.starts_with(OPEN)).join(many, on=["task", "about"])
    others = pl.max_horizontal(pl.col("len").sum().over("task", "about") - pl.col("len"), pl.lit(1))
    return some.select("task", "about", "answer", most=pl.when("many").then(others).otherwise(pl.col("len")))


def _even_choices(kept: pl.DataFrame) -> pl.DataFrame:
    """Without the questions whose right choice is right more often than the places among the choices warrant: each is
    offered as a wrong one so many times as often as there are wrong ones beside it."""
    offered = (pl.col("wrong").list.len() > 0) & (pl.len().over("task", pl.col("wrong").list.len() > 0) >= LEAST)
    some, rest = kept.filter(offered), kept.filter(~offered)
    while True:
        wrong = some.select("task", "wrong").explode("wrong").group_by("task", answer="wrong").agg(times=pl.len())
        some = some.join(wrong, on=["task", "answer"], how="left", maintain_order="left")
        most = (pl.col("times").fill_null(0) * SHARE / pl.col("wrong").list.len()).floor()
        left = some.filter(pl.col("draw").rank("ordinal").over("task", "answer") <= most).drop("times")
        if left.height == some.height:
            return pl.concat([rest, left])
        some = left


def _even_words(kept: pl.DataFrame) -> pl.DataFrame:
    """Of families that ask about several things, yes as often as no over all of them, where both are right of some."""
    closed = kept.filter(pl.col("answer").is_in(TWO_SIDED) & (pl.col("choices") == 0))
    counted = closed.group_by("task", "answer").len()
    sides = counted.group_by("task").agg(fewest=pl.col("len").min(), kinds=pl.len(), size=pl.col("len").sum())
    found = closed.join(sides, on="task", how="left", maintain_order="left")
    usual = (pl.col("kinds") > 1) & (pl.col("size") >= MANY)
    over = pl.col("draw").rank("ordinal").over("task", "answer") > (pl.col("fewest") * SAID).floor()
    return kept.join(
        found.filter(usual & over).select("key", "id"), on=["key", "id"], how="anti", maintain_order="left"
    )


def _not_trivial(kept: pl.DataFrame, share: float) -> pl.Series:
    """Which questions stand when what is trivial is a share of all; each answer's first goes before any's second."""
    trivial = pl.col("task").is_in(TRIVIAL)
    others = kept.filter(~trivial).height
    allowed = int(others * share / (1 - share)) if share < 1 else kept.height
    ranked = kept.with_columns(place=pl.col("draw").rank("ordinal").over("task", "answer"))
    first = ranked.filter(trivial).sort("place", "draw").head(allowed).select("key", "id").with_columns(stays=True)
    found = kept.join(first, on=["key", "id"], how="left", maintain_order="left")
    return found.select(keep=~trivial | pl.col("stays").fill_null(False))["keep"]


def _within(kept: pl.DataFrame, share: float) -> pl.Series:
    """Which questions stand when no family has more than a share of all; each answer's first goes before any's
    second, so that what is balanced stays so."""
    most = cap(kept.group_by("task").len()["len"], share)
    turn = pl.col("draw").rank("ordinal").over("task", "about", "answer")
    ranked = kept.with_columns(turn=turn).with_columns(place=pl.struct("turn", "draw").rank("ordinal").over("task"))
    return ranked.select(keep=pl.col("place") <= most)["keep"]
