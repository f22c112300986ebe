"""The concepts that a source's text names, as they are published beside it and found again by `verify`."""

import re
from collections.abc import Iterator

from schemas import LabelSpace, Sample, Scene
from schemas.text import ConceptSpan
from transforms.mentions import mentions
from transforms.mentions.language import english
from transforms.text.comparing import CONTEXT

_EMPTY = re.compile(r"\n[ \t]*\n")


def linked(text: str, kind: str, space: LabelSpace, chest: bool) -> tuple[ConceptSpan, ...]:
    """The mentions of a text of that kind; none of one in another language than English. Where it tells why or how the
    picture was taken, nothing is said of what is shown, up to an empty line: after one, reports begin without a
    heading."""
    if not english(text):
        return ()
    if kind not in CONTEXT:
        return mentions(text, space, chest)
    gap = _EMPTY.search(text)
    end = gap.end() if gap else len(text)
    after = (
        one.model_copy(update={"span": (end + one.span[0], end + one.span[1])})
        for one in mentions(text[end:], space, chest)
    )
    return (*mentions(text[:end], space, chest, asserted=False), *after)


def of_chest(scene: Scene, space: LabelSpace) -> bool:
    """Whether what is told of a scene is told of the chest alone: then "opacity" is one of the lung."""
    slugs = {space.of(one).slug for one in scene.anatomy}
    return bool(slugs) and all(space.within([slug], "thorax") for slug in slugs)


def problems(sample: Sample, space: LabelSpace) -> Iterator[str]:
    """Source texts whose concepts are not those of their words. A corpus from before there were any has none."""
    chest = of_chest(sample, space)
    for n, one in enumerate(sample.description.source, 1):
        if one.concepts is not None and one.concepts != linked(one.text, one.kind, space, chest):
            yield f"source text {n}: its concepts are not those that its words name"
