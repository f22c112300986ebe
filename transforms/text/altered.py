"""The description of an altered picture: that it is, and how. What it still shows, its questions ask."""

from schemas import Description, Scene
from schemas.dialogue import TextMaker
from transforms.facts.altered import SENTENCES
from transforms.text.line import Line

VERSION = "1"


def describe(scene: Scene, seed: int) -> Description:
    """Of a scene with a `counterfactual`."""
    fact = next(fact for fact in scene.facts if fact.predicate == "altered")
    said = SENTENCES[str(fact.value)]
    line = Line().sentence(Line().claim(said, fact))
    maker = TextMaker(backend="altered", revision=VERSION, seed=seed)
    return Description.model_validate({"global": line.done(), "made_by": maker})
