"""How often Python looks for garbage in circles.

Samples are trees: nearly all of what a run makes is freed as soon as nobody holds it. The collector's own thresholds
are for small programs: with a label space, a shard and a journal in memory it would look through a million objects
every few records, and take a sixth of the time of a build to find nothing.
"""

import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 20  # Python's own are 700, 10, 10


def rarely() -> None:
    """For a process that does the work of a run; called as often as one likes."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)
