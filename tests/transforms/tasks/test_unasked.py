"""Which families of a recipe ask nothing, and why."""

from transforms.tasks.asking import unasked


def test_what_balance_left_out_is_told_from_what_nothing_was_found_for() -> None:
    tasks = ("size", "presence", "sequence", "visits", "sequence")
    told = list(unasked(tasks, asked={"size": 3}, left_out={"size": 1, "presence": 1200}))
    assert [line.split(": ")[1] for line in told] == ["presence", "sequence", "visits"]
    balance, clips, groups = told
    assert "balance leaves out all 1,200 questions" in balance
    assert "nothing to ask in any sample" in clips
    assert "comes first in a clip" in clips
    assert "of groups of several records" in groups


def test_of_many_families_one_line_tells() -> None:
    (told,) = unasked(("sequence", "visits", "size", "plane", "changed"), asked={"size": 1}, left_out={})
    assert told == "tasks: nothing to ask in any sample of 4 families: sequence, visits, plane, changed"
