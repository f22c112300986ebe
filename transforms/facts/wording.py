"""How measured facts of one sentence each are worded, and read back: one grammar for who writes and who checks.

A predicate is one line here: `{a}` and `{b}` are its regions by their names, `{value}` its value with the unit. Without
`{a}` it is of the picture.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from schemas import Concept, Fact
from transforms.facts.format import stated

TEMPLATES: Mapping[str, str] = {
    "circularity": "the circularity of {a} in this image is {value}",
    "both_sides": "the outline of {a} lies on {value}",
    "solidity": "the solidity of {a} in this image is {value}",
    "elongation": "the ratio of the short to the long axis of {a} in this image is {value}",
    "circumference": "the circumference of the ellipse that fits the outline of {a} in this image is {value}",
    "surface": "the surface area of {a} over the whole scan is {value}",
    "sphericity": "the Wadell sphericity of {a} over the whole scan is {value}",
    "depth": "the depth of {a} below the surface of {b} in this image is {value}",
    "spread": "the standard deviation of the attenuation of {a} in this image is {value}",
    "suv_max": "the maximum SUV of {a} over the whole scan is {value}",
    "whole_attenuation": "the mean attenuation of {a} over the whole scan is {value}",
    "hottest_slice": "the maximum SUV of {a} over the whole scan lies on slice {value}",
    # Before the next one, whose pattern would take it for its own.
    "whole_contrast": "the mean attenuation of {a} over the whole scan less that of the rest of {b} is {value}",
    "contrast": "the mean attenuation of {a} less that of the rest of {b} is {value}",
    "ring_mean": "the mean attenuation of the ring of 5 mm around {a}, neighboring outlines left out, is {value}",
    "ring_contrast": "the mean attenuation of {a} less that of the ring of 5 mm around it, neighboring outlines "
    "left out, is {value}",
    "quadrant": "the retinal quadrant about {b} that holds {a} is {value}",
    "level_center": "the vertebral level of the center of {a} is {value}",
    "level_upper": "the vertebral level of the upper end of {a} is {value}",
    "level_lower": "the vertebral level of the lower end of {a} is {value}",
    "slice_level": "the vertebral level of this image is {value}",
    "burden": "the share of {b} that {a} takes up over the whole scan is {value}",
    "portion": "the share of {b} within {a} over the whole scan is {value}",
    "clearance": "the shortest distance from {a} to {b} over the whole scan is {value}",
    "ratio_of_volumes": "the ratio of the volume of {a} to that of {b} over the whole scan is {value}",
    "asymmetry": "the difference of the volumes of {a} and {b} is {value} of their mean",
    "joint_volume": "the volume of {a} and {b} together over the whole scan is {value}",
    "joint_area": "the area of {a} and {b} together in this image is {value}",
    "area_share": "the share of the section of {b} that {a} takes up in this image is {value}",
    "cup_to_disc": "the vertical ratio of {a} to {b} is {value}",
    "cardiothoracic": "the cardiothoracic ratio of {a} is {value}",
    "agreement": "the mean Dice coefficient of the readers' outlines of {a} is {value}",
    "brightness": "the mean brightness of this image is {value} of white",
    "black_share": "the share of this image that is black is {value}",
    "beats": "the number of QRS complexes found in this recording is {value}",
    "beat_rate": "the mean heart rate counted on the curves of this recording is {value}",
    "net_area_i": "the net area of the QRS complex in lead I of this recording is {value}",
    "net_area_avf": "the net area of the QRS complex in lead aVF of this recording is {value}",
    "frontal_axis": "the QRS axis worked out from leads I and aVF of this recording is {value}",
    "cut_out": "the cut-out shown lies at {value}",
    "first_picture": "the first image of this clip to show {a} is number {value}",
    "judgement": "by the {rule}, {a} counts as {value}",
}
"""Predicate -> its sentence, without a capital and a full stop."""

_HOLES = {
    "a": r"(?P<a>[^;:]+?)", "b": r"(?P<b>[^;:]+?)", "rule": r"(?P<rule>[^;:]+?\([^()]*\))",
    "value": r"(?P<value>[^;:]+?)",
}  # fmt: skip


class Read(NamedTuple):
    """What a sentence of the grammar says; `a`, `b` and `rule` are "" where it has none."""

    predicate: str
    a: str
    b: str
    rule: str
    value: str


def sentence(
    fact: Fact, name: Callable[[str], str | None], thing: Callable[[Concept], str] | None = None
) -> str | None:
    """The assertion, without its full stop; None where a region has no name of its own, or it could not be read back.
    `name`: what a region is called; `thing`: what a concept is, of a judgement that is of no region."""
    names, template = [name(rid) for rid in fact.regions], TEMPLATES.get(fact.predicate)
    if template and "{a}" in template and not names and thing is not None and fact.concept is not None:
        names = [thing(fact.concept)]
    if template is None or None in names or len(names) < ("{a}" in template) + ("{b}" in template):
        return None
    value = str(fact.value) if isinstance(fact.value, str) else stated(fact)
    rule = f"{fact.name} ({fact.source})"
    first, second = (*names, "", "")[:2]
    text = template.format(a=first, b=second, value=value, rule=rule)
    found = read(text)
    right = found is not None and (found.predicate, found.a, found.value) == (fact.predicate, first, value)
    return text if right else None


def read(text: str) -> Read | None:
    """What a sentence says, where it is wholly of the grammar."""
    for predicate, pattern in _patterns().items():
        if match := pattern.fullmatch(text.strip()):
            found = {"a": "", "b": "", "rule": ""} | match.groupdict()
            return Read(predicate, found["a"], found["b"], found["rule"], found["value"])
    return None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {predicate: _pattern(template) for predicate, template in TEMPLATES.items()}


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    body = "".join(_HOLES[part] if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile(body + r"\.?", re.IGNORECASE)


def asked(predicate: str) -> str | None:
    """The quantity that the sentence gives a value of: "the circularity of {a} in this image"; None where it is no
    such sentence."""
    subject, middle, rest = TEMPLATES.get(predicate, "").partition(" is {value}")
    return subject.rstrip(",") if middle and not rest else None
