"""Every Spanish wording, said of nouns of each gender and number, is one that nobody stumbles over."""

import random

import pytest

import catalog
from schemas import Fact, Name
from tests.spanish_reader import faults
from transforms.languages.spanish import (
    Agreeing,
    Noun,
    SpanishTeller,
    finish,
    joined,
    rules,
    side,
    value,
    zone,
)
from transforms.text.line import Line
from transforms.text.rules import REGISTERS, Rules

SPACE = catalog.labelspace()
NOUNS = ("liver", "gallbladder", "drusen", "multiple_nodules", "inferior_lateral_ventricle", "nucleus")
"""Masculine, feminine, feminine and masculine plurals, a feminine name with "el", one that is counted."""
WORDINGS = [(rule, one) for rule, own in rules().patterns.items() for patterns in own.values() for one in patterns]


def noun(slug: str, *, plural: bool = False) -> Noun:
    return Noun(SPACE.names["es"][slug], plural=plural)


def slots(a: Noun, b: Noun) -> Agreeing:
    """All that any wording asks for."""
    found = Agreeing().thing(a).second(b)
    lists = joined([a.the(), b.the()]), Line().listed([a.line(), b.line()], last="ni")
    found.words |= {"list": lists[0], "list_nor": lists[1], "of_list": joined([a.line("", "de"), b.line("", "de")]),
                    "a": a.an(False), "any": a.the(), "none": a.no(False), "kind": a.line(), "a_kind": a.an(False),
                    "of_part": b.the("de"),
                    "plural": noun("nucleus", plural=True).line(), "quality": noun("margin").the(),
                    "counted": Line().say("3 ").add(noun("nucleus", plural=True).line())}  # fmt: skip
    plain = {"value": "12.4 mm", "second": "8.1 mm", "zone": "la parte central de la imagen", "plane": "sagital",
             "side": "la línea media", "slice": "8", "frame": "3", "slices": "20 cortes", "frames": "8 fotogramas",
             "words": "37 palabras", "headings": "3 epígrafes",
             "spacing": "5 mm", "times": "2.1", "scale": "de 1, lineal, a 5, redonda; media de 4 lectores",
             "who": "una mujer", "age": "61 años", "image": "esta imagen", "first": "el bazo", "second_": "",
             "area": "800 mm²", "area_b": "640 mm²", "n": "3", "box": "[1, 2, 3, 4]", "word": "no",
             "what": "la circularidad del bazo", "one": "1", "two": "2", "shown": "2", "without": "1"}  # fmt: skip
    for name, words in plain.items():
        found.put(name, words)
    fact = Fact(id="f1", predicate="x", value=1.0)
    found.facts = {"inside": (fact,), "adjacent": (fact,), "larger": (fact,), "distance": (fact,)}
    return found


@pytest.mark.parametrize(("rule", "pattern"), WORDINGS, ids=[f"{rule}:{one.source}" for rule, one in WORDINGS])
def test_each_wording_agrees_with_what_it_is_said_of(rule: str, pattern: object) -> None:
    teller = SpanishTeller(Rules({rule: {"any": (pattern,)}}), REGISTERS[0], random.Random(1))  # type: ignore[dict-item]
    for a in NOUNS:
        for b in NOUNS:
            own = slots(noun(a), noun(b))
            if rule.startswith(("ask.count", "say.count", "ask.largest")):
                own.thing(noun("nucleus", plural=True), own.words["the"])
                own.others, own.other = True, "m"
            if rule.startswith(("shown", "absent", "finding", "counted")):
                own.many = True
            line = teller.say(rule, own)
            assert line.text, "no slot of it is known"
            if rule.startswith("is."):
                line = Line().add(noun(a).the()).say(" ").add(line)
            text = finish(line).text
            assert [fault for fault in faults(text, SPACE) if a != b or a not in fault] == [], text


@pytest.mark.parametrize(
    ("slug", "the", "of", "to", "an", "no"),
    [
        ("liver", "el hígado", "del hígado", "al hígado", "un hígado", "ningún hígado"),
        ("gallbladder", "la vesícula biliar", "de la vesícula biliar", "a la vesícula biliar", "una vesícula biliar",
         "ninguna vesícula biliar"),
        ("drusen", "las drusas", "de las drusas", "a las drusas", "drusas", "drusas"),
        ("inferior_lateral_ventricle", "el asta temporal del ventrículo lateral",
         "del asta temporal del ventrículo lateral", "al asta temporal del ventrículo lateral",
         "un asta temporal del ventrículo lateral", "ningún asta temporal del ventrículo lateral"),
    ],
)  # fmt: skip
def test_articles_and_their_contractions(slug: str, the: str, of: str, to: str, an: str, no: str) -> None:
    one = noun(slug)
    assert [one.the().text, one.the("de").text, one.the("a").text] == [the, of, to]
    assert [one.an(False).text, one.no(False).text] == [an, no]


def test_things_without_number_take_no_article() -> None:
    one = Noun(Name(name="cardiomegalia", gender="f"))
    assert one.an(True).text == one.no(True).text == "cardiomegalia"


def test_lists_say_e_before_the_sound_of_i() -> None:
    def said(*words: str) -> str:
        return joined([Line().say(one) for one in words]).text

    assert said("edema", "infiltrado") == "edema e infiltrado"
    assert said("edema", "hidrocefalia") == "edema e hidrocefalia"
    assert said("edema", "hiato", "hierro") == "edema, hiato y hierro"
    assert said("quiste", "hernia de hiato") == "quiste y hernia de hiato"


@pytest.mark.parametrize(
    ("number", "unit", "bound", "written"),
    [
        (12.4, "mm", None, "12.4 mm"), (800.0, "mm2", None, "800 mm²"), (-35.0, "HU", None, "-35 HU"),
        (74.3, "mL", "at_least", "al menos 74.3 mL"), (3, "pieces", None, "3 partes"), (3.8, "1-5", None, "3.8 de 5"),
        (90.0, "degrees", None, "90 grados"), (0.82, None, None, "0.82"),
    ],
)  # fmt: skip
def test_values_keep_their_digits_and_signs(number: float, unit: str | None, bound: object, written: str) -> None:
    fact = Fact.model_validate({"id": "f1", "predicate": "x", "value": number, "unit": unit, "bound": bound})
    assert value(fact) == written


def test_places_say_whose_left_it_is() -> None:
    image = Fact(id="f1", predicate="zone", regions=("r1",), value="upper left")
    body = Fact(id="f2", predicate="zone", regions=("r1", "r2"), value="anterior left")
    assert zone(image, None) == "la parte superior izquierda de la imagen"
    assert zone(body, "axial") == "la parte anterior izquierda del cuerpo visible (izquierda del paciente)"
    assert side(Fact(id="f3", predicate="side", value="right")) == "el lado derecho del paciente"
    assert side(Fact(id="f4", predicate="side", value="midline")) == "la línea media"
