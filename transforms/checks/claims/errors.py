"""What kind of error a contradicted assertion is, and what it would cost.

The classes follow those that radiologists marked in reports (ReXVal: Yu et al., "Evaluating progress in automatic chest
X-ray radiology report generation", Patterns 2023; GREEN: Ostmeier et al., EMNLP Findings 2024): a finding that is not
there, one that is missed, a wrong place, a wrong severity, a wrong comparison; with those that measurements can have.

The weight is what acting on the sentence would risk:

- urgent: a finding that must be told at once (ACR Practice Parameter for Communication of Diagnostic Imaging Findings;
  Larson et al., JACR 2014, categories 1 and 2) is invented or denied; or a finding is put on the wrong side of the
  patient, as wrong-site procedures begin with it (Joint Commission, Universal Protocol).
- significant: any other finding invented, denied, misplaced, mis-sized or mis-rated; a wrong modality or body part.
- minor: normal anatomy mis-sized, miscounted or misplaced, a comparison of two organs turned round.
"""

from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.model import Error, Parsed, Weight
from transforms.checks.claims.ruling import Ruling
from transforms.checks.claims.words import word_set

BY_KIND: dict[str, Error] = {
    "presence": "false finding", "absence": "missing finding", "finding": "false finding", "size": "size",
    "area": "size", "volume": "size", "intensity": "size", "distance": "size", "interval": "size", "pieces": "count",
    "count": "count", "only": "count", "rating": "severity", "location": "site", "side": "side", "inclusion": "site",
    "adjacency": "site", "direction": "site", "body_part": "site", "comparison": "comparison", "modality": "modality",
    "plane": "modality", "slice": "scope", "box": "site", "point": "site", "mark": "site", "span": "size",
    "stated": "severity", "stack": "count", "normality": "missing finding",
    "readers": "count", "identity": "site", "order": "comparison",
}  # fmt: skip
URGENT = word_set(
    """pneumothorax tension_pneumothorax hemorrhage intracranial_hemorrhage subdural_hemorrhage epidural_hemorrhage
    subarachnoid_hemorrhage pulmonary_embolism aortic_dissection aortic_aneurysm pneumoperitoneum free_air
    ischemic_stroke spinal_cord_compression cardiac_tamponade bowel_perforation bowel_obstruction"""
)
FINDING = frozenset({"false finding", "missing finding", "negation"})
ALWAYS = frozenset({"modality"})


def kind_of(claim: Parsed, ruling: Ruling) -> Error:
    """The class of a contradicted assertion. One that is true but for its "not" is a negation."""
    if ruling.error is not None:
        return ruling.error
    return "negation" if claim.negated else BY_KIND.get(claim.kind, "false finding")


def weight_of(error: Error, claim: Parsed, known: Evidence) -> Weight:
    """What the error would cost, by the rule above."""
    named = [one for one in (claim.subject, claim.object) if one is not None]
    slugs = {slug for one in named for slug in one.slugs} or {known.slugs.get(known.focus or "", "")}
    finding = any(known.words.facets.get(slug) == "finding" for slug in slugs)
    urgent = any(known.is_a(slug, one) for slug in slugs if slug in known.space for one in URGENT)
    if (error in FINDING and urgent) or (error == "side" and finding):
        return "urgent"
    return "significant" if finding or error in ALWAYS or claim.kind == "body_part" else "minor"
