"""A translation by a model: our own Spanish is the oracle for what stands, and each change to it for what does not."""

import re

import pytest

import catalog
from schemas import Claim, Text, TextMaker, Written
from tests.handfacts import told_abdomen
from tests.transforms.languages.test_translate import SCENE, candidate
from transforms.languages import translate
from transforms.languages.rendered import apart, joined, linked, problems
from transforms.languages.spanish import UntellableError

SPACE, ABDOMEN = catalog.labelspace(), told_abdomen()
MAKER = TextMaker(backend="openai", model="toy", revision="1")


def pairs() -> list[tuple[Text, Text]]:
    """(English, our own Spanish) of sentences that claim the same facts."""
    found = []
    for seed in range(30):
        sample = candidate(SCENE, seed, "report")
        own = translate(sample, SPACE, "es", seed).overall
        assert own is not None
        english = {frozenset(c.fact for c in one.claims): one for one in apart(sample.description.overall)}
        told = ((frozenset(c.fact for c in one.claims), one) for one in apart(own))
        found += [(english[facts], one) for facts, one in told if facts and facts in english]
    return found


def stands(told: str, english: Text) -> bool:
    try:
        linked(told, english, SCENE, SPACE)
    except UntellableError:
        return False
    return True


STANDING = [(english, spanish) for english, spanish in pairs() if stands(spanish.text, english)]


def test_much_of_our_own_spanish_stands_with_our_own_claims() -> None:
    facts = {fact.id: fact.predicate for fact in SCENE.facts}
    told = {facts[claim.fact] for _, spanish in STANDING for claim in spanish.claims}
    assert told >= {"present", "absent", "modality", "plane", "area", "zone", "mean_intensity"}
    for english, spanish in STANDING:
        found = {
            (claim.fact, spanish.text[slice(*claim.span)]) for claim in linked(spanish.text, english, SCENE, SPACE)
        }
        own = {(claim.fact, spanish.text[slice(*claim.span)]) for claim in spanish.claims}
        assert {fact for fact, _ in found} == {fact for fact, _ in own}


CHANGES = {
    "number": (r"\d", lambda match: str((int(match[0]) + 1) % 10)),
    "side": (r"izquierd|derech", lambda match: {"izquierd": "derech", "derech": "izquierd"}[match[0]]),
    "denial": (r"\b[Nn]o se\b", lambda match: "Se"),
    "doubt": (r"\.$", lambda match: ", con probable malignidad."),
    "another thing": (r"\.$", lambda match: " y hay un nódulo."),
    "denied": (r"\b[Ss]e\b", lambda match: "no se"),
    "another name": (r"hígado|lesión|riñón", lambda match: "bazo"),
    "unit": (r" mm\b|\bmm²", lambda match: " cm"),
    "second sentence": (r"\.$", lambda match: ". Es normal."),
    "measure": (r"\bárea\b", lambda match: "volumen"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_one_changed_word_and_it_does_not_stand(kind: str) -> None:
    pattern, change = CHANGES[kind]
    changed = [(english, re.sub(pattern, change, spanish.text, count=1)) for english, spanish in STANDING
               if re.search(pattern, spanish.text)]  # fmt: skip
    assert changed
    for english, told in changed:
        assert not stands(told, english), told


@pytest.mark.parametrize(
    ("english", "facts", "spanish", "why"),
    [
        ("It sits in the middle right part of the image (the patient's right).", ["f21"],
         "Se localiza en la parte media derecha de la imagen (derecha del paciente).", "by its name"),
        ("The left kidney is larger than the right kidney.", ["f7", "f8"],
         "El riñón izquierdo es mayor que el riñón derecho.", "says 'than'"),
        ("The lesion has a volume of 5.6 mL.", ["f6", "f24"], "La lesión tiene un volumen de 5.6 ml.",
         "does not say volume"),
        ("The left kidney is 44 by 34.5 mm.", ["f7", "f28", "f29"], "El riñón izquierdo mide 44 mm de largo y 34.5 mm.",
         "as a pair"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_for_sure_is_not_taken(english: str, facts: list[str], spanish: str, why: str) -> None:
    text = Text(text=english, claims=tuple(Claim(span=(0, len(english)), fact=one) for one in facts))
    with pytest.raises(UntellableError, match=why):
        linked(spanish, text, ABDOMEN, SPACE)


def test_a_published_translation_is_read_again() -> None:
    english, spanish = STANDING[0]
    whole = joined([english])
    told = Text(text=spanish.text, claims=linked(spanish.text, english, SCENE, SPACE))
    sound = Written(job="translate", language="es", text=told.text, claims=told.claims, made_by=MAKER)
    assert list(problems(sound, whole, SCENE, SPACE)) == []
    for bad in (sound.model_copy(update={"claims": told.claims[:-1]}),
                sound.model_copy(update={"text": f"{told.text[:-1]} normal."})):  # fmt: skip
        assert len(list(problems(bad, whole, SCENE, SPACE))) == 1
