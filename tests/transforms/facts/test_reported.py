"""A report's findings: told where the words of their span bear them out, whatever a labeller made of them."""

import pytest

import catalog
from schemas import Fact, Scene
from schemas.region import MadeBy
from schemas.sample import SampleRegion
from tests.views import HUMAN, picture
from transforms.facts import measure_all
from transforms.regions.viewdata import ViewData

SPACE = catalog.labelspace()


def told(text: str, words: str, slug: str, state: str = "present") -> bool:
    """Whether a finding that a source marks in a report is told."""
    start = text.index(words)
    concept = SPACE.concept(slug)
    region = SampleRegion(
        id="r1", concept=concept, source_label=slug, span=(start, start + len(words)), span_unit="char",
        made_by=MadeBy(kind="human", name="hand"),
    )  # fmt: skip
    fact = Fact(id="f0", predicate="finding", regions=("r1",), value=state, concept=concept, scope="record")
    base = picture([]).scene.model_copy(update={"regions": (region,), "facts": (fact,), "document": text, "media": ()})
    scene: Scene = measure_all(ViewData(base, {}), SPACE)
    assert HUMAN.kind == "human"
    return any(fact.predicate == "finding" for fact in scene.facts)


@pytest.mark.parametrize(
    ("text", "words", "slug", "kept"),
    [
        ("There is left subcutaneous emphysema.", "emphysema", "emphysema", False),
        ("Subcutaneous emphysema is stable.", "emphysema", "emphysema", False),
        ("There is severe emphysema in both lungs.", "emphysema", "emphysema", True),
        ("Mild pulmonary edema.", "pulmonary edema", "pulmonary_congestion", False),
        ("Mild pulmonary edema.", "pulmonary edema", "pulmonary_edema", True),
        ("Oedema and less likely pneumonia.", "pneumonia", "pneumonia", False),
        ("A new opacity may reflect pneumonia.", "pneumonia", "pneumonia", False),
        ("Right basal opacity; pneumonia cannot be excluded.", "pneumonia", "pneumonia", False),
        ("Either atelectasis or pneumonia.", "atelectasis", "atelectasis", False),
        ("Atelectasis or pneumonia at the left base.", "Atelectasis", "atelectasis", False),
        ("Atelectasis is likely. There is a right lower lobe pneumonia.", "pneumonia", "pneumonia", True),
        ("There is pneumonia, which may be older.", "pneumonia", "pneumonia", True),
        ("Retrocardiac consolidation is likely atelectasis.", "consolidation", "consolidation", False),
        ("Heart size is borderline enlarged.", "Heart size is borderline enlarged", "cardiomegaly", False),
    ],
)
def test_the_words_decide(text: str, words: str, slug: str, kept: bool) -> None:
    assert told(text, words, slug) == kept


@pytest.mark.parametrize(
    ("text", "words", "slug", "kept"),
    [
        ("No large pleural effusion or pneumothorax is seen.", "pleural effusion", "pleural_effusion", False),
        ("No large pleural effusion or pneumothorax is seen.", "pneumothorax", "pneumothorax", True),
        ("No displaced fractures are evident.", "fractures", "fracture", False),
        ("No pleural effusion. Large bore catheter.", "pleural effusion", "pleural_effusion", True),
        ("No focal consolidation.", "consolidation", "consolidation", True),
    ],
)
def test_what_is_denied_by_its_size_or_kind_is_not_absent(text: str, words: str, slug: str, kept: bool) -> None:
    assert told(text, words, slug, "absent") == kept


def test_what_is_called_uncertain_or_absent_may_stand_in_doubtful_words() -> None:
    assert told("A new opacity may reflect pneumonia.", "pneumonia", "pneumonia", "uncertain")
    assert told("No effusion or pneumothorax.", "pneumothorax", "pneumothorax", "absent")
