"""Masks that lie outside the body: on air, on the frame of the picture."""

from collections.abc import Iterator

import numpy as np

from schemas import LabelSpace
from transforms.audit.base import Case, Finding

NAME = "outside"
DOES = "regions that lie outside the body, on the dark around it"
MOST, SOME = 0.5, 0.2  # share of a region outside: an error, and worth a look


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space

    def add(self, case: Case) -> Iterator[Finding]:
        for item in case.shown:
            if item.mask is None or case.body is None or item.mask.ndim != case.body.ndim:
                continue
            outside = float(np.mean(~case.body[item.crop][item.mask]))
            if outside > SOME:
                name = item.region.concept.label
                yield Finding(
                    check=NAME, severity="error" if outside > MOST else "warning", paths=(case.path,),
                    concept=name, regions=(item.region.key,),
                    text=f"{outside:.0%} of {name} ({item.region.source_label}) lies on background",
                )  # fmt: skip

    def end(self) -> Iterator[Finding]:
        yield from ()
