"""What verify finds in a translation that was changed: a number, a side, a name, a denial, a loss."""

from collections.abc import Callable

import pytest

import catalog
from schemas import Claim, Text, Translation
from tests.transforms.languages.test_translate import SCENE, candidate, published
from transforms.languages import translate
from transforms.languages.check import looked, problems

SPACE = catalog.labelspace()
SAMPLE = candidate(SCENE, 3, "report")
SOUND = translate(SAMPLE, SPACE, "es", 3)
Change = Callable[[Translation], Translation]


def found(translation: Translation) -> list[str]:
    return list(problems(published(SAMPLE, translation), SPACE))  # type: ignore[arg-type]


def overall(change: Callable[[str], str]) -> Change:
    """The description of the whole with its words changed, as many signs as before."""

    def changed(translation: Translation) -> Translation:
        assert translation.overall is not None
        text = change(translation.overall.text)
        assert text != translation.overall.text
        shift = len(text) - len(translation.overall.text)
        pairs = enumerate(zip(text, translation.overall.text, strict=False))
        at = next((n for n, (a, b) in pairs if a != b), len(text))
        claims = tuple(
            Claim(span=(a + shift * (a > at), b + shift * (b > at)), fact=one.fact)
            for one in translation.overall.claims for a, b in [one.span]
        )  # fmt: skip
        return translation.model_copy(update={"overall": Text(text=text, claims=claims)})

    return changed


def replaced(old: str, new: str) -> Change:
    return overall(lambda text: text.replace(old, new, 1))


def test_what_was_not_changed_is_sound() -> None:
    assert found(SOUND) == []
    assert looked(published(SAMPLE, SOUND)) > 15  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (overall(lambda text: text.replace(" mm", "9 mm", 1)), "does not say it"),
        (replaced("hígado", "bazo  "), "does not say it"),
        (replaced("izquierd", "derech"), ""),
        (replaced("No se ", "Ya se "), "is called present, and is absent"),
        (replaced("axial", "coronal"), "does not say it"),
        (replaced("abdomen", "tórax"), "does not say it"),
    ],
    ids=["number", "name", "side", "denial", "plane", "body part"],
)
def test_a_changed_description_is_found(change: Change, wrong: str) -> None:
    told = found(change(SOUND))
    assert told
    assert any(wrong in one for one in told), told


def test_a_number_outside_of_claims_is_found() -> None:
    assert any("99 stands in no claim" in one for one in found(overall(lambda text: f"{text} Mide 99 mm.")(SOUND)))


def test_a_claim_that_english_does_not_make_is_found() -> None:
    assert SOUND.overall is not None
    known = {claim.fact for claim in SAMPLE.description.overall.claims}
    other = next(fact.id for fact in SCENE.facts if fact.id not in known)
    more = SOUND.overall.model_copy(update={"claims": (*SOUND.overall.claims, Claim(span=(0, 5), fact=other))})
    told = found(SOUND.model_copy(update={"overall": more}))
    assert any(f"claims {other}, which its English does not" in one for one in told)


def test_a_silent_loss_is_found() -> None:
    told = found(SOUND.model_copy(update={"overall": None, "regions": (), "relations": ()}))
    assert any("neither told here nor booked" in one for one in told)
    told = found(SOUND.model_copy(update={"dialogues": SOUND.dialogues[1:]}))
    assert any("neither asked here nor booked" in one for one in told)


def test_a_changed_answer_is_found() -> None:
    for n, talk in enumerate(SOUND.dialogues):
        wrong = {"sí": "no", "no": "sí"}.get(talk.answer, f"{talk.answer} 7")
        talks = [*SOUND.dialogues]
        talks[n] = talk.model_copy(update={"answer": wrong})
        assert found(SOUND.model_copy(update={"dialogues": tuple(talks)})), talk.answer


def test_turned_relations_are_found() -> None:
    """The left kidney is the larger one, not the right."""
    facts = {fact.id for fact in SCENE.facts if fact.predicate == "larger"}
    kidneys = [n for n, one in enumerate(SOUND.relations) if {claim.fact for claim in one.claims} & facts
               and "izquierdo" in one.text and "derecho" in one.text]  # fmt: skip
    assert kidneys
    one = SOUND.relations[kidneys[0]]
    text = one.text.replace("izquierdo", "?").replace("derecho", "izquierdo").replace("?", "derecho")
    span = (0, len(text) - 1)
    fact = next(claim.fact for claim in one.claims if claim.fact in facts)
    turned = Text(text=text, claims=(Claim(span=span, fact=fact),))
    relations = tuple(turned if n == kidneys[0] else own for n, own in enumerate(SOUND.relations))
    told = found(SOUND.model_copy(update={"relations": relations}))
    assert any("does not name both in their order" in one for one in told), text
