"""Which questions a corpus asks, with which choices and values: what balance, drawing and exchange come to together."""

from collections.abc import Mapping

import polars as pl

from schemas import Candidate, Dialogue, LabelSpace
from schemas.recipe import QuestionSpec
from transforms.tasks import verification
from transforms.tasks.balance import Edit, Edits, applies, left_out, to_exchange, to_redraw, too_trivial
from transforms.tasks.choices import redrawn, with_choices
from transforms.tasks.exchange import exchanged, with_value


def decide(
    asked: pl.DataFrame, spec: QuestionSpec, seed: int, space: LabelSpace, decided: Mapping[str, Edits] = {}
) -> dict[str, dict[str, Edit]]:
    """key -> dialogue -> what becomes of it: false where it is not asked, its choices or none, in a list what a
    verification is asked with; nothing of what is asked as it is. `asked`: `balance.frame_of` all samples; `decided`:
    what the corpus before made of them, which stands where the rules allow it."""
    out = left_out(asked, spec)
    edits: dict[str, dict[str, Edit]] = {}
    for key, name in out.select("key", "id").iter_rows():
        edits.setdefault(key, {})[name] = False
    if not applies(asked, spec):
        return edits
    kept = asked.join(out, on=["key", "id"], how="anti")
    stand = {(key, name): decided[key][name] for key, name in
             kept.filter("before").select("key", "id").iter_rows() if name in decided[key]}  # fmt: skip
    for (key, name), edit in stand.items():
        edits.setdefault(key, {})[name] = edit
    with_choices = [one for one in to_redraw(kept) if stand.get((one.key, one.id), ()) is not None]
    for key, choices in redrawn(with_choices, seed, space, stand.keys()).items():
        edits.setdefault(key, {}).update(choices)
    for key, offered in exchanged(to_exchange(kept), seed, stand.keys()).items():
        edits.setdefault(key, {}).update(offered)
    gone = [(key, name) for key, own in edits.items() for name, edit in own.items() if edit is False]
    for key, name in too_trivial(kept, gone, spec).select("key", "id").iter_rows():  # of those that are left by now
        edits.setdefault(key, {})[name] = False
    return edits


def edited(sample: Candidate, edits: Edits, space: LabelSpace) -> tuple[Dialogue, ...]:
    """The sample's dialogues as `edits` has them asked."""
    asked = (one for one in sample.dialogues if edits.get(one.id) is not False)
    return tuple(_edited(sample, one, edits[one.id], space) if one.id in edits else one for one in asked)


def _edited(sample: Candidate, dialogue: Dialogue, edit: Edit, space: LabelSpace) -> Dialogue:
    assert not isinstance(edit, bool)
    if edit is not None and dialogue.task == verification.NAME:
        return with_value(sample, dialogue, edit[0], space)
    return with_choices(sample, dialogue, edit, space)
