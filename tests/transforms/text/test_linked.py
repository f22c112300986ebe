"""What `verify` finds again: the concepts that a published source text names."""

from schemas import ConceptSpan, Sample
from tests.corpora import emitted
from tests.records import record
from tests.scenes import LESION, LIVER
from tests.spaces import small_space
from tests.views import picture, rectangle
from transforms.facts import measure_all
from transforms.shards.audit import audit
from transforms.text import describe
from transforms.text.linked import linked, problems
from transforms.text.source_texts import tell

SPACE = small_space()
CAPTION = "The liver, with a lesion on the left."


def sample() -> Sample:
    shapes = [(LIVER, rectangle((80, 100), 10, 10, 60, 60)), (LESION, rectangle((80, 100), 20, 20, 30, 30))]
    scene = measure_all(picture(shapes, view={"frame": "full"}), SPACE)
    source = tell(record(text=CAPTION, text_kind="caption"), scene, SPACE, "1.0").texts
    words = describe(scene, SPACE, "grounded", {}, 3).model_copy(update={"source": source})
    return emitted(scene.model_dump(), 1, words)


def with_concepts(one: Sample, concepts: tuple[ConceptSpan, ...] | None) -> Sample:
    (text,) = one.description.source
    said = one.description.model_copy(update={"source": (text.model_copy(update={"concepts": concepts}),)})
    return one.model_copy(update={"description": said})


def test_what_was_altered_is_found() -> None:
    sound = sample()
    (text,) = sound.description.source
    assert text.concepts
    assert list(problems(sound, SPACE)) == []
    other = text.concepts[0].model_copy(update={"span": (0, 3)})
    for concepts in ((), text.concepts[:-1], (other, *text.concepts[1:])):
        assert len(list(problems(with_concepts(sound, concepts), SPACE))) == 1
    assert list(problems(with_concepts(sound, None), SPACE)) == []  # of a corpus from before


def test_the_audit_looks_at_them() -> None:
    altered = with_concepts(sample(), ())
    found = audit(altered.key, {"json": altered.to_json().encode()}, SPACE)
    assert any(check == "mention" for check, _ in found.problems)


def test_nothing_is_linked_in_another_language() -> None:
    assert linked("Sin derrame pleural ni lesion.", "caption", SPACE, chest=True) == ()


def test_an_empty_line_ends_what_a_picture_was_taken_for() -> None:
    found = linked("A lesion?\n\nA lesion.", "indication", SPACE, chest=False)
    assert [one.state for one in found] == [None, "present"]
    assert all("A lesion?\n\nA lesion."[slice(*one.span)] == "lesion" for one in found)
