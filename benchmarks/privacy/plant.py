"""How `planted/drawn*.txt` were made: the frames of `frames.txt`, filled with names, numbers and places of the package
mimesis (MIT), whose lists are none that the rules were made from.

`python -m benchmarks.privacy.plant` needs mimesis 22.2 beside what `make setup-dev` installs. The same package gives
the same bytes.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

from benchmarks.privacy.planted import HERE

FRAMES = Path(__file__).with_name("frames.txt")
PARTS = {"A": "drawn", "B": "drawn_again", "C": "drawn_third", "D": "drawn_sealed", "E": "drawn_fourth"}
DRAWS = 3  # of each frame
ENGLISH = ("en", "en-gb", "en-ca", "nl", "sv", "pl", "tr", "it", "pt-br", "cs", "da", "es", "hr", "hu", "is")
SPANISH = ("es", "es-mx")
HOSPITALS = {
    "en": ("{} General Hospital", "{} Medical Center", "{} Infirmary", "{} Imaging Center", "St. {}'s Hospital"),
    "es": ("Hospital de {}", "Clínica {}", "Hospital Universitario de {}", "Centro de Salud {}"),
}
WORDS = {
    "en": "Stone Bird Field Pond Rain Marsh Brook Frost Sharp Small Long Short Rich Poor Moon Day Bishop King Page "
          "Pepper Rice Bean Berry Wood Bridge Church Hall House Lake Ford Hope Love Noble Savage Strange Merry Speed",
    "es": "Cabello Calle Campos Casas Castillo Cuesta Flores Fuentes Hierro Iglesias Lobo Luna Mora Nieves Palomo "
          "Paredes Pastor Peña Pino Prado Ramos Rey Ríos Rojo Rosales Rubio Santos Sierra Soto Torres Valle Vega",
}
"""Surnames that are everyday words."""
WARDS = {
    "en": ("Nightingale Ward", "Kestrel Ward", "the Oak Suite", "Ward Rowan", "Osprey Wing"),
    "es": ("Sala San Rafael", "Unidad Marañón", "Pabellón Jacaranda"),
}
MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}
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
            filled = _filled(body.strip(), language, random.Random(f"{number} {draw}")) if "{" in body else body.strip()
            out.append(f"== {style}, {language}\n{filled}\n")
    return "\n".join(out)


def _filled(body: str, language: str, rng: random.Random) -> str:
    fields = _fields(language, rng)
    return re.sub(r"\{(\w)\}", lambda match: f"<{KINDS.get(match[1], 'NAME')}|{fields[match[1]]()}>", body)


def _fields(language: str, rng: random.Random) -> dict[str, Callable[[], str]]:
    from mimesis import Address, Finance, Locale, Person

    def person() -> Person:
        return Person(Locale(rng.choice(SPANISH if language == "es" else ENGLISH)), seed=rng.randrange(10**9))

    place = Address(Locale.ES if language == "es" else Locale.EN_GB, seed=rng.randrange(10**9))
    firm = Finance(Locale.ES if language == "es" else Locale.EN, seed=rng.randrange(10**9))
    plain = Person(Locale.ES if language == "es" else Locale.EN, seed=rng.randrange(10**9))
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1935, 2022)
    named = MONTHS[language][month - 1]
    dates = (f"{day:02}/{month:02}/{year}", f"{year}-{month:02}-{day:02}", f"{day} de {named} de {year}"
             if language == "es" else f"{day} {named} {year}", f"{day}.{month}.{year % 100:02}")  # fmt: skip
    number = (f"{rng.randrange(10**6, 10**8)}", f"{rng.choice('ABHKR')}{rng.randrange(10**6, 10**7)}",
              f"{rng.randrange(100, 999)}-{rng.randrange(1000, 9999)}")  # fmt: skip
    return {
        "n": lambda: (one := person()).first_name() + " " + one.last_name(),
        "f": lambda: person().first_name(), "s": lambda: person().last_name(),
        "S": lambda: person().last_name().upper(),
        "c": lambda: (one := person()).last_name() + ", " + one.first_name(),
        "d": lambda: rng.choice(dates), "m": lambda: f"{named} {'de ' * (language == 'es')}{year}",
        "p": plain.phone_number, "e": plain.email, "i": lambda: rng.choice(number),
        "a": lambda: f"{place.address()}, {place.city()}", "k": firm.company,
        "v": lambda: rng.choice(WORDS[language].split()), "x": place.city, "w": lambda: rng.choice(WARDS[language]),
        "j": lambda: rng.choice("ABCDEFGHJKLMPRST") + rng.choice((". ", " ")) + rng.choice(WORDS[language].split()),
        "t": lambda: rng.choice(dates) + {"en": " at ", "es": " a las "}[language] + f"{rng.randrange(7, 20)}:{rng.randrange(60):02}",
        "h": lambda: rng.choice(HOSPITALS[language]).format(place.city()),
    }  # fmt: skip


def main() -> None:
    for part, name in PARTS.items():
        (HERE / f"{name}.txt").write_text(drawn(part), encoding="utf-8")


if __name__ == "__main__":
    main()
