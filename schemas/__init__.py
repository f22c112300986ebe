"""The words that the parts speak. Nothing here imports anything else of ours."""

from schemas.base import Model, canonical_json, content_key
from schemas.card import DatasetCard, Implied, Layout, Obtain, Terms
from schemas.concept import Concept
from schemas.dialogue import Dialogue, ReasoningStep, TextMaker, Turn
from schemas.fact import Fact, Presence
from schemas.item import Difficulty, ItemCheck
from schemas.labelspace import Entry, LabelSpace
from schemas.level import Level
from schemas.notice import Notice
from schemas.outcome import Outcome, Quarantined, Verdict
from schemas.recipe import Recipe, SourceSpec
from schemas.record import Geometry, LabelMap, Record, SourceFile
from schemas.region import (
    BoxShape,
    ContourShape,
    LabelShape,
    MadeBy,
    PointShape,
    PolygonShape,
    Region,
    RleShape,
    SpanShape,
)
from schemas.sample import (
    Candidate,
    Check,
    Description,
    Licence,
    Media,
    MediaGeometry,
    Provenance,
    RegionPoints,
    RegionText,
    Sample,
    SampleRegion,
    Scene,
    SourceText,
    Step,
    View,
)
from schemas.stated import Scale, Stated
from schemas.text import Claim, Text

__all__ = [
    "BoxShape", "Candidate", "Check", "Claim", "Concept", "ContourShape", "DatasetCard", "Description", "Dialogue",
    "Difficulty", "Entry", "Fact", "Geometry", "Implied", "ItemCheck", "LabelMap", "LabelShape", "LabelSpace", "Layout",
    "Level", "Licence", "MadeBy", "Media", "MediaGeometry", "Model", "Notice", "Obtain", "Outcome", "PointShape",
    "PolygonShape", "Presence", "Provenance", "Quarantined", "ReasoningStep", "Recipe", "Record", "Region",
    "RegionPoints", "RegionText", "RleShape", "Sample", "SampleRegion", "Scale", "Scene", "SourceFile", "SourceSpec",
    "SourceText", "SpanShape", "Stated", "Step", "Terms", "Text", "TextMaker", "Turn", "Verdict", "View",
    "canonical_json", "content_key",
]  # fmt: skip
