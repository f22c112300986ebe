"""The words that the parts speak. Nothing here imports anything else of ours."""

from schemas.base import Model, canonical_json, content_key
from schemas.benchmark import Benchmark
from schemas.call import Answer, Message, Request
from schemas.card import DatasetCard, Grouping, Implied, Layout, Obtain, Terms, Weights
from schemas.concept import Concept
from schemas.description import Description, Judged, Report, Sentence, SourceText, Written
from schemas.dialogue import Dialogue, Prose, ReasoningStep, Rejected, TextMaker, Turn
from schemas.fact import Fact, Presence
from schemas.group import Group, GroupKind, Member
from schemas.item import Difficulty, ItemCheck
from schemas.knowledge import Citation, Passage
from schemas.labelspace import Entry, LabelSpace, Name
from schemas.language_model import ModelSpec
from schemas.level import Level
from schemas.model_card import ModelCard
from schemas.notice import Notice
from schemas.outcome import Outcome, Quarantined, Verdict
from schemas.recipe import Covers, Form, Recipe, SourceSpec
from schemas.record import Geometry, LabelMap, Record, SourceFile
from schemas.region import (
    BallShape,
    Box3dShape,
    BoxShape,
    ContourShape,
    EllipseShape,
    LabelShape,
    LineShape,
    MadeBy,
    PointShape,
    PolygonShape,
    Region,
    RleShape,
    SlicesShape,
    SpanShape,
    TurnedBoxShape,
)
from schemas.sample import (
    Candidate,
    Check,
    Licence,
    Media,
    MediaGeometry,
    Provenance,
    RegionEllipse,
    RegionLine,
    RegionPoints,
    RegionTurnedBox,
    Sample,
    SampleRegion,
    Scene,
    Step,
    View,
)
from schemas.stated import Scale, Stated
from schemas.text import Claim, ConceptSpan, Language, MediaText, RegionText, Register, Text
from schemas.translation import TranslatedDialogue, Translation, Untold

__all__ = [
    "Answer", "BallShape", "Benchmark", "Box3dShape", "BoxShape", "Candidate", "Check", "Citation", "Claim", "Concept",
    "ConceptSpan", "ContourShape", "Covers", "DatasetCard", "Description", "Dialogue", "Difficulty",
    "EllipseShape", "Entry", "Fact", "Form", "Geometry", "Group", "GroupKind", "Grouping", "Implied", "ItemCheck",
    "Judged", "LabelMap", "LabelShape", "LabelSpace", "Language", "Layout", "Level", "Licence", "LineShape", "MadeBy",
    "Media", "MediaGeometry", "MediaText", "Member", "Message", "Model", "ModelCard", "ModelSpec", "Name",
    "Notice", "Obtain", "Outcome", "Passage", "PointShape", "PolygonShape", "Presence", "Prose", "Provenance",
    "Quarantined", "ReasoningStep", "Recipe", "Record", "Region", "RegionEllipse", "RegionLine", "RegionPoints",
    "RegionText", "RegionTurnedBox", "Register", "Rejected", "Report", "Request", "RleShape", "Sample",
    "SampleRegion", "Scale", "Scene", "Sentence", "SlicesShape", "SourceFile", "SourceSpec", "SourceText",
    "SpanShape", "Stated", "Step", "Terms", "Text", "TextMaker", "TranslatedDialogue", "Translation", "Turn",
    "TurnedBoxShape", "Untold", "Verdict", "View", "Weights", "Written", "canonical_json", "content_key",
]  # fmt: skip
