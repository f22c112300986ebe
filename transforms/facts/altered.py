"""That a picture was altered, how, and what can still be said of it; its sentences, written and read back."""

import re
from collections.abc import Iterator, Mapping

from schemas import LabelSpace, Scene
from transforms.facts.base import Draft
from transforms.regions.viewdata import ViewData

NAME = "altered"
VERSION = "2"
PREDICATES = ("altered",)

SENTENCES: Mapping[str, str] = {
    "blanked": "parts of this image are blanked", "alone": "all of this image but one part is blanked",
    "blank": "this image is blank",
}  # fmt: skip
UNKNOWN = "cannot be determined"
"""The answer to what an altered picture does not show."""
_SENTENCE = re.compile(rf"(?:that {UNKNOWN}: )?(?P<said>{'|'.join(SENTENCES.values())})\.?", re.IGNORECASE)
TELLING = frozenset({"modality", "plane", "slice"})
"""Of the facts of no region, those that part of a picture tells too."""


def measure(view: ViewData, space: LabelSpace) -> Iterator[Draft]:
    """`altered`: how, with the concept that it was altered for."""
    how = view.scene.counterfactual
    if how is not None:
        yield Draft("altered", how.kind, concept=how.concept)


def read(text: str) -> str | None:
    """How a sentence says that a picture is altered; None of any other sentence."""
    match = _SENTENCE.fullmatch(text.strip())
    return None if match is None else next(k for k, said in SENTENCES.items() if said == match["said"].casefold())


def tells(draft: Draft, scene: Scene) -> bool:
    """Whether a scene's picture shows what a fact says: of an altered one nothing is absent, counted, or said of more
    than what is left."""
    how = scene.counterfactual
    if how is None or draft.predicate == "altered":
        return True
    if how.kind == "blank" or draft.scope == "record" or draft.predicate in ("absent", "count", "zone", "side"):
        return False
    return bool(draft.regions) or draft.predicate in TELLING
