"""Numbers that only point back to what was named: "the two examinations", "the larger of the two"."""

from transforms.checks.claims.reading import Reading
from transforms.checks.claims.sharing import tag_of
from transforms.checks.claims.tokens import finite
from transforms.checks.claims.words import NEUTRAL, word_set

READERS = word_set(
    "reader readers annotator annotators radiologist radiologists observer observers expert experts grader graders"
    " rater raters specialist specialists doctor doctors physician physicians neuroradiologist neuroradiologists"
    " pathologist pathologists endoscopist endoscopists sonographer sonographers clinician clinicians reviewer"
    " reviewers examiner"
    " examiners person persons people dermatologist dermatologists dentist dentists"
)


def beside(reading: Reading, i: int) -> bool:
    """A number that only points back, before a word that names nothing of the picture."""
    items = reading.clause.items
    after = items[i + 1] if i + 1 < reading.clause.last else None
    plain = after is not None and after.kind == "word" and after.tag in NEUTRAL - READERS
    return plain and i > reading.clause.first and items[i - 1].tag in ("the", "both", "all", "these", "those")


def of_those(reading: Reading, i: int) -> bool:
    """ "The larger of the two": a number that only points back to what was named."""
    items, after = reading.clause.items, tag_of(reading, i + 1)
    before = [tag_of(reading, i - 2), tag_of(reading, i - 1)]
    ranked = any(
        item.tag.startswith(("rank:", "cmp:")) for _, item in reading.clause.between(reading.clause.first - 1, i)
    )
    return before == ["rel:of", "the"] and ranked and (after in ("", ".", ",") or finite(items[i + 1]))
