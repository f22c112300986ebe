"""A published corpus in the formats of other trainers and tools: one file a format, registered by existing.

A format has NAME, what users call it; NOTE, one line on what it is; COORDINATES, the ways it may tell places in text,
its default first (none where it tells none, or in tokens of its own); OPTIONS, which of `style` and `made_by` it heeds;
and `write(job)`, which takes samples from the job and puts files under `job.out`. An option that it has no use for is
refused by name. What a format cannot hold is left out and counted by its reason, never dropped in silence.

    _job.py            samples of a folder, pictures written once, what was left out
    _conversations.py  dialogues and descriptions as turns, with the pictures that each shows
    _coordinates.py    boxes and points in another frame than the pixels of the picture
    _drawn.py          regions by what they are: the box, the mask, who drew it
"""
