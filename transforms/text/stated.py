"""The sentences on what the source states beside the picture: a few, the person first."""

from collections.abc import Iterator

from schemas import Fact
from transforms.facts import statement
from transforms.text.line import Line
from transforms.text.names import SceneText

MOST = 4
MOST_ATTRIBUTES = 2


def stated(told: SceneText) -> Iterator[Line]:
    """At most `MOST` sentences: age and sex, measurements, grades, and what else there is room for."""
    facts = statement.of(told.scene.facts)
    age, sex = (_only(facts, name) for name in ("age", "sex"))
    left = MOST
    if age is not None and sex is not None and (noun := statement.person(age, sex)):
        yield person(age, sex, noun)
        facts = [fact for fact in facts if fact not in (age, sex)]
        left -= 1
    attributes = 0
    for fact in facts:
        words = statement.sentence(fact, told.scene.view.frame)
        attributes += fact.predicate == "attribute"
        if left and words is not None and not (fact.predicate == "attribute" and attributes > MOST_ATTRIBUTES):
            left -= 1
            yield Line().claim(words, fact)


def person(age: Fact, sex: Fact, noun: str) -> Line:
    """ "the patient is a 61-year-old woman"."""
    written = f"{age.value}-year-old"
    an = "an" if written.startswith(("8", "11-", "18-")) else "a"
    return Line().say(f"the patient is {an} ").claim(written, age).say(" ").claim(noun, sex)


def _only(facts: list[Fact], name: str) -> Fact | None:
    """The one fact of this name on the person; None where there are several, which may not agree."""
    found = [fact for fact in facts if fact.name == name and fact.level == "patient"]
    return found[0] if len(found) == 1 else None
