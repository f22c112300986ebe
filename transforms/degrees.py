"""Words for a size or a degree, and for a kind, of which a denial leaves room for another: "no large effusion"."""

SIZES = frozenset((
    "large", "larger", "big", "sizable", "sizeable", "huge", "massive", "substantial", "significant", "severe",
    "moderate", "marked", "major", "gross", "extensive", "overt", "frank", "small", "mild", "minor", "tiny",
    "moderately", "severely", "markedly", "massively",
))  # fmt: skip
"""Of a size or a degree: the thing may be there, of another."""
KINDS = frozenset(("displaced", "acute", "new", "tension", "confluent", "dense", "suspicious", "worrisome"))
"""Of a kind: another kind of the thing may be there."""
