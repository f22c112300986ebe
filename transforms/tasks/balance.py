"""Which questions of a corpus are asked, so that nobody can answer them without the image: chosen when all are known.

Of questions that one answer or another may be right of, under the same words, about as many of each are kept: yes and
no of a concept, which of two organs is larger. Where the corpus knows one answer only, few are kept. What nobody needs
to look for - modality, plane, part of the body - is capped, and the rare answers are kept first.

A corpus that is appended to has decided already. What it left out stays out and counts nowhere, what it asks comes
before what is new, and the same rules choose: what holds of a new corpus holds of the grown one, and a question that is
asked goes only where the rules leave it no room any more. All is decided anew once that costs too many questions.

Families know nothing of one another but their sizes, and how often what is trivial is asked: one at a time is held.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from schemas import Candidate, Dialogue, Fact, canonical_json, content_key
from schemas.recipe import QuestionSpec
from transforms.groups.across import NONE
from transforms.shares import cap
from transforms.tasks import exchange, unanswerable
from transforms.tasks.choices import pool_of
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
UNDECIDED = {
    "before": pl.lit(None, pl.Boolean),
    "was": pl.lit(None, pl.String),
    "draw": pl.col("draw") | pl.lit(NEW, pl.UInt64),
}
Edit = Sequence[str] | bool | None  # of a question: its choices, or none; false where it is not asked
Edits = Mapping[str, Edit]  # dialogue -> edit
COMPARED = ("attenuation", "comparison", "density", "nearest", "portions", "sequence", "volumes")
"""Families that ask which of two is more, or comes first, the first of their regions being the one that is."""
ASKED: dict[str, Any] = {
    "key": pl.String, "id": pl.String, "task": pl.String, "about": pl.String, "answer": pl.String, "pool": pl.String,
    "choices": pl.Int64, "wrong": pl.List(pl.String), "room": pl.Float64, "own": pl.String,
    "within": pl.Float64, "draw": pl.UInt64, "before": pl.Boolean, "was": pl.String,
}  # fmt: skip
RULED = ("about", "answer", "choices", "wrong", "draw", "before")  # what the rules of balance look at


class Families(NamedTuple):
    """The questions of a corpus by family: how many there are, and who gives some columns of ASKED of one. Nobody holds
    them all."""

    sizes: Mapping[str, int]
    of: Callable[[str, Sequence[str]], pl.DataFrame]


def families(asked: pl.DataFrame) -> Families:
    """Those of a frame in memory, columns ASKED."""
    frames = {str(task): own for (task,), own in sorted(asked.partition_by("task", as_dict=True).items())}
    return Families({task: own.height for task, own in frames.items()}, lambda task, names: frames[task].select(names))


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
    if dialogue.task == "visits" and dialogue.choices and used:
        return f"{used[0].predicate} | {_name(used[0])}", str(dialogue.choices.index(dialogue.answer))
    if closed:
        concepts = " | ".join(sorted({fact.concept.label for fact in used if fact.concept}))
        return concepts or pair or " | ".join(sorted({_name(fact) for fact in used})), dialogue.answer
    return None, dialogue.answer


def _name(fact: Fact) -> str:
    """What a fact is of: its concept, what its source calls it, or what was measured."""
    return fact.concept.label if fact.concept else fact.name or fact.predicate


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
    before made of its questions; `before` says whether one is asked there, null where it is new, and `was` how, null
    where it is asked as it is. `draw` decides which go first: it follows from the seed and from what the question is,
    never from its place, and new ones come last."""
    found = []
    for key, asked in rows:
        for question in json.loads(asked or "[]"):
            name, edits = question[0], decided.get(key)
            before = edits.get(name) is not False if edits is not None else None
            was = canonical_json(edits[name]) if edits and name in edits else None
            draw = int(content_key(seed, key, name)[:16], 16)
            found.append((key, *question, draw >> 1 | (0 if before else NEW), before, was))
    return pl.DataFrame(found, ASKED, orient="row")


def applies(asked: Families, spec: QuestionSpec) -> bool:
    """Whether a corpus of these questions is balanced."""
    return spec.balance and sum(asked.sizes.values()) >= LEAST


def staying(asked: Families, spec: QuestionSpec) -> dict[str, pl.Series]:
    """Family -> which of its questions are asked, in their order."""
    if not applies(asked, spec):
        return {task: pl.repeat(True, size, dtype=pl.Boolean, eager=True) for task, size in asked.sizes.items()}
    found = {task: _stay(_numbered(asked, task)) for task in asked.sizes}
    others = sum(int(own.sum()) for task, own in found.items() if task not in TRIVIAL)
    found |= not_trivial(asked, found, spec.trivial_share, others)
    return found if spec.most_of_task == 1 else _within(asked, found, spec.most_of_task)


def _numbered(asked: Families, task: str) -> pl.DataFrame:
    """What is looked at of a family, with the place of each question in it."""
    return asked.of(task, RULED).with_row_index("at")


def _stay(every: pl.DataFrame) -> pl.Series:
    """Which questions of a family stand by its own rules."""
    kept = every.filter(pl.col("before").fill_null(value=True))
    about = pl.col("about").is_not_null()
    ruled = kept.filter(about)
    kept = pl.concat([kept.filter(~about), ruled.filter(_even(ruled, every.filter(about)))])
    return _marked(every.height, _even_words(_even_choices(kept))["at"])


def _marked(height: int, places: pl.Series) -> pl.Series:
    """Which of so many questions are those at these places."""
    marked = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    return marked.scatter(places, True) if len(places) else marked


def is_grown(asked: Families) -> bool:
    """Whether a corpus before decided on any of these questions."""
    return any(asked.of(task, ["before"])["before"].is_not_null().any() for task in asked.sizes)


def standing(asked: Families, spec: QuestionSpec) -> Families:
    """The questions with what the corpus before decided, or without where that costs too many of them."""
    if not is_grown(asked):
        return asked

    def of(task: str, names: Sequence[str]) -> pl.DataFrame:
        return asked.of(task, names).with_columns(**{name: one for name, one in UNDECIDED.items() if name in names})

    anew = Families(asked.sizes, of)
    stay, could = (sum(int(own.sum()) for own in staying(one, spec).values()) for one in (asked, anew))
    return asked if stay >= WORTH * could else anew


def _even(asked: pl.DataFrame, every: pl.DataFrame) -> pl.Series:
    """Which questions of a family stand when answers are balanced, of those whose words tell of the answer. `every`:
    also those that were left out before: by their number it is decided what is to be balanced."""
    counted, known = _counted(asked), _counted(every)
    sides = counted.group_by("about").agg(fewest=pl.col("len").min(), kinds=pl.len())
    sides = sides.with_columns(quota=pl.when(pl.col("kinds") > 1).then((pl.col("fewest") * EVEN).floor()).otherwise(0))
    closed = known.filter(~pl.col("about").str.starts_with(OPEN))["len"].sum()
    whole = asked.select("about", "answer", "draw").join(sides, on="about", how="left", maintain_order="left")
    place = pl.col("draw").rank("ordinal").over("about", "answer")
    is_open = pl.col("about").str.starts_with(OPEN)
    whole = whole.join(_usual(counted, known), on=["about", "answer"], how="left", maintain_order="left")
    quota = pl.when(is_open).then(pl.col("most")).otherwise(pl.col("quota"))
    free = ~is_open & pl.lit(closed < LEAST)
    whole = whole.with_columns(free=free).with_columns(stays=~pl.col("free") & (place <= quota))
    allowed = ((pl.col("stays") & ~is_open).sum() * ONE_SIDED).floor()
    alone = ~pl.col("free") & ~is_open & (pl.col("kinds") == 1)
    few = pl.col("draw").rank("ordinal").over(alone) <= allowed
    return whole.select(keep=pl.col("free") | pl.col("stays") | (alone & few))["keep"]


def _counted(asked: pl.DataFrame) -> pl.DataFrame:
    """about, answer, len: how many questions there are of each."""
    return asked.group_by("about", "answer").len()


def _usual(counted: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """about, answer, most: how many questions of each answer stand, of those with few answers."""
    many = every.group_by("about").agg(many=pl.col("len").sum() >= MANY)
    some = counted.filter(pl.col("about").str.starts_with(OPEN)).join(many, on="about")
    others = pl.max_horizontal(pl.col("len").sum().over("about") - pl.col("len"), pl.lit(1))
    return some.select("about", "answer", most=pl.when("many").then(others).otherwise(pl.col("len")))


def _even_choices(kept: pl.DataFrame) -> pl.DataFrame:
    """Without the questions whose right choice is right more often than the places among the choices warrant: each is
    offered as a wrong one so many times as often as there are wrong ones beside it, among questions of as many."""
    offered = (pl.col("wrong").list.len() > 0).fill_null(value=False)
    some, rest, by = kept.filter(offered), kept.filter(~offered), ["beside", "answer"]
    if some.height < LEAST:
        return kept
    some = some.with_columns(beside=pl.col("wrong").list.len())
    while True:
        wrong = some.select("beside", answer="wrong").explode("answer").group_by(by).agg(times=pl.len())
        some = some.join(wrong, on=by, how="left", maintain_order="left")
        most = (pl.col("times").fill_null(0) * SHARE / pl.col("beside")).floor()
        left = some.filter(pl.col("draw").rank("ordinal").over(by) <= most).drop("times")
        if left.height == some.height:
            return pl.concat([rest, left.drop("beside")])
        some = left


def _even_words(kept: pl.DataFrame) -> pl.DataFrame:
    """Of a family that asks about several things, yes as often as no over all of them, where both are right of some."""
    closed = pl.col("answer").is_in(TWO_SIDED) & (pl.col("choices") == 0)
    sizes = kept.filter(closed).group_by("answer").len()["len"]
    if len(sizes) < len(TWO_SIDED) or sizes.sum() < MANY:
        return kept
    place = pl.col("draw").rank("ordinal").over("answer", closed)
    return kept.filter(~closed | (place <= int(min(sizes) * SAID)))


def not_trivial(asked: Families, stay: Mapping[str, pl.Series], share: float, others: int) -> dict[str, pl.Series]:
    """Which questions of the trivial families stand when what is trivial is a share of all, with so many others; each
    answer's first goes before any's second."""
    tasks = [task for task in stay if task in TRIVIAL]
    if share == 1 or not tasks:
        return {}
    place = pl.col("draw").rank("ordinal").over("answer")
    ranked = [_numbered(asked, task).filter(stay[task]).select("at", "draw", place=place, task=pl.lit(n, pl.UInt8))
              for n, task in enumerate(tasks)]  # fmt: skip
    first = pl.concat(ranked).sort("place", "draw").head(int(others * share / (1 - share)))
    return {task: _marked(len(stay[task]), first.filter(pl.col("task") == n)["at"]) for n, task in enumerate(tasks)}


def _within(asked: Families, stay: Mapping[str, pl.Series], share: float) -> dict[str, pl.Series]:
    """Which questions stand when no family has more than a share of all; each answer's first goes before any's
    second, so that what is balanced stays so."""
    most = cap((int(own.sum()) for own in stay.values()), share)
    turn = pl.col("draw").rank("ordinal").over("about", "answer")
    found = {}
    for task, own in stay.items():
        first = _numbered(asked, task).filter(own).select("at", "draw", turn=turn).sort("turn", "draw").head(most)
        found[task] = _marked(len(own), first["at"])
    return found
