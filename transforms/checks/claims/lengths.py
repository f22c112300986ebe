"""What measures are called: the words of a text, and the predicates of facts."""

MEASURES: dict[str, str] = {"intensity": "mean_intensity", "across": "diameter"}
"""What facts call a measure, where they call it otherwise."""


LENGTHS = frozenset(
    (
        "long_axis",
        "short_axis",
        "diameter",
        "box_width",
        "box_height",
        "across",
        "thick",
        "wide",
        "high",
        "box",
        "circle_diameter",
        "ellipse_long",
        "ellipse_short",
        "turned_long",
        "turned_short",
    )
)


AFTER = frozenset(("across", "wide", "high"))
"""Measures that are named after their number alone."""


SAID = LENGTHS | {"area", "volume", "intensity"}
