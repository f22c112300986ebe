"""How `planted/drawn*.txt` were made: the frames of `frames.txt`, filled with names, numbers and places of the package
mimesis (MIT), parts F and G with those of Faker (MIT), whose lists are none that the rules were made from.

`python -m benchmarks.privacy.plant` needs mimesis 22.2 and Faker 40.63 beside what `make setup-dev` installs. The same
packages give the same bytes.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks.privacy.planted import HERE
from benchmarks.privacy.vocabulary import HOSPITALS, MONTHS, SURNAMES, WARDS

FRAMES = Path(__file__).with_name("frames.txt")
PARTS = {
    "A": "drawn",
    "B": "drawn_again",
    "C": "drawn_third",
    "D": "drawn_sealed",
    "E": "drawn_fourth",
    "F": "drawn_fifth",
    "G": "drawn_blind",
}
DRAWS = 3  # of each frame
ENGLISH = ("en", "en-gb", "en-ca", "nl", "sv", "pl", "tr", "it", "pt-br", "cs", "da", "es", "hr", "hu", "is")
SPANISH = ("es", "es-mx")
FAKER = {
    "en": ("en_US", "en_GB", "en_IE", "en_AU", "de_DE", "fr_FR", "it_IT", "nl_NL", "pl_PL", "fi_FI", "no_NO", "ro_RO",
           "hr_HR", "hu_HU", "pt_PT", "es_ES"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL"),
}  # fmt: skip
"""Whose names, streets, towns and firms parts F and G have."""
Fields = dict[str, Callable[[], str]]
KINDS = {"d": "DATE", "m": "DATE", "p": "PHONE", "e": "EMAIL", "i": "ID", "a": "ADDRESS", "h": "INSTITUTION",
         "k": "INSTITUTION", "t": "DATE", "w": "INSTITUTION", "x": "ADDRESS"}  # fmt: skip


def drawn(part: str) -> str:
    """The text of a planted file: each frame of a part, DRAWS times. Raises ImportError without mimesis."""
    blocks = FRAMES.read_text(encoding="utf-8").split("\n== ")[1:]
    out = [
        f"# Made by benchmarks/privacy/plant.py of the frames of part {part}. Every person and number is invented.\n"
    ]
    for number, block in enumerate(blocks):
        head, _, body = block.partition("\n")
        which, language, style = head.split(maxsplit=2)
        for draw in range(DRAWS if "{" in body else 1) if which == part else ():
            filled = (
                _filled(body.strip(), which, language, random.Random(f"{number} {draw}"))
                if "{" in body
                else body.strip()
            )
            out.append(f"== {style}, {language}\n{filled}\n")
    return "\n".join(out)


def _filled(body: str, part: str, language: str, rng: random.Random) -> str:
    people = _of_faker(language, rng) if part in "FG" else _of_mimesis(language, rng)
    fields = people | _fields(people, f"{part if part in 'EFG' else 'E'} {language}", language, rng)
    return re.sub(r"\{(\w)\}", lambda match: f"<{KINDS.get(match[1], 'NAME')}|{fields[match[1]]()}>", body)


def _of_mimesis(language: str, rng: random.Random) -> Fields:
    """Given names, surnames, addresses, towns, firms, telephones and e-mail addresses of mimesis."""
    from mimesis import Address, Finance, Locale, Person

    def person() -> Person:
        return Person(Locale(rng.choice(SPANISH if language == "es" else ENGLISH)), seed=rng.randrange(10**9))

    place = Address(Locale.ES if language == "es" else Locale.EN_GB, seed=rng.randrange(10**9))
    firm = Finance(Locale.ES if language == "es" else Locale.EN, seed=rng.randrange(10**9))
    plain = Person(Locale.ES if language == "es" else Locale.EN, seed=rng.randrange(10**9))
    return {
        "n": lambda: (one := person()).first_name() + " " + one.last_name(),
        "f": lambda: person().first_name(), "s": lambda: person().last_name(),
        "c": lambda: (one := person()).last_name() + ", " + one.first_name(),
        "a": lambda: f"{place.address()}, {place.city()}", "x": place.city, "k": firm.company,
        "p": plain.phone_number, "e": plain.email,
    }  # fmt: skip


def _of_faker(language: str, rng: random.Random) -> Fields:
    """The same of the package Faker. Raises ImportError without it."""
    from faker import Faker

    def person() -> Faker:
        made = Faker(rng.choice(FAKER[language]))
        made.seed_instance(rng.randrange(10**9))
        return made

    place = Faker("es_ES" if language == "es" else "en_US")
    place.seed_instance(rng.randrange(10**9))
    return {
        "n": lambda: (one := person()).first_name() + " " + one.last_name(),
        "f": lambda: person().first_name(), "s": lambda: person().last_name(),
        "c": lambda: (one := person()).last_name() + ", " + one.first_name(),
        "a": lambda: f"{place.street_address()}, {place.city()}".replace("\n", ", "), "x": place.city,
        "k": place.company, "p": place.phone_number, "e": place.email,
    }  # fmt: skip


def _fields(people: Fields, vocabulary: str, language: str, rng: random.Random) -> Fields:
    """What else a text of one person has: dates, numbers, hospitals, wards, surnames that are words."""
    surnames, wards = SURNAMES[vocabulary].split(), WARDS[vocabulary]
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1935, 2022)
    named = MONTHS[language][month - 1]
    dates = (f"{day:02}/{month:02}/{year}", f"{year}-{month:02}-{day:02}", f"{day} de {named} de {year}"
             if language == "es" else f"{day} {named} {year}", f"{day}.{month}.{year % 100:02}")  # fmt: skip
    number = (f"{rng.randrange(10**6, 10**8)}", f"{rng.choice('ABHKR')}{rng.randrange(10**6, 10**7)}",
              f"{rng.randrange(100, 999)}-{rng.randrange(1000, 9999)}")  # fmt: skip
    at = {"en": " at ", "es": " a las "}[language]
    return {
        "S": lambda: people["s"]().upper(), "v": lambda: rng.choice(surnames), "w": lambda: rng.choice(wards),
        "j": lambda: rng.choice("ABCDEFGHJKLMPRST") + rng.choice((". ", " ")) + rng.choice(surnames),
        "d": lambda: rng.choice(dates), "m": lambda: f"{named} {'de ' * (language == 'es')}{year}",
        "t": lambda: rng.choice(dates) + at + f"{rng.randrange(7, 20)}:{rng.randrange(60):02}",
        "i": lambda: rng.choice(number), "h": lambda: rng.choice(HOSPITALS[language]).format(people["x"]()),
    }  # fmt: skip


def main() -> None:
    for part, name in PARTS.items():
        (HERE / f"{name}.txt").write_text(drawn(part), encoding="utf-8")


if __name__ == "__main__":
    main()
