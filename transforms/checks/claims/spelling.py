"""One spelling for words that British and American English, and hyphens, write in several ways."""

import re
from functools import lru_cache

WHOLE = {
    "grey": "gray", "disk": "disc", "disks": "discs", "artefact": "artifact", "artefacts": "artifacts",
    "programme": "program", "per cent": "percent", "sulphur": "sulfur", "mould": "mold", "plough": "plow",
    "aluminium": "aluminum", "ageing": "aging", "catalogue": "catalog", "dialogue": "dialog",
}  # fmt: skip
RULES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"^(.+)(?:metre|meter)(s?)$", r"\1meter\2"),
        (r"^(.*)litre(s?)$", r"\1liter\2"),
        (r"^(.*)centre(s?)$", r"\1center\2"),
        (r"^(.*)centred$", r"\1centered"),
        (r"^(.*)fibre(s?)$", r"\1fiber\2"),
        (r"(?<=[a-z]{3})our(s|ed|ing|less|able|s'|al)?$", r"or\1"),
        (r"(?<=[a-z]{2})is(e|es|ed|ing|ation|ations|able)$", r"iz\1"),
        (r"yse(s|d|r)?$", r"yze\1"),
        (r"(?<=[a-z]{2})ll(ed|ing|er)(s?)$", r"l\1\2"),
        (r"(?<=[a-z])aem(?=[a-z])|^aem", "em"),
        (r"^haem", "hem"),
        (r"^oe(?=[a-z]{3})", "e"),
        (r"(?<=[a-z])oe(?=[a-z]{2})", "e"),
        (r"(?<=[a-z])ae(?=[a-z]{2})", "e"),
    )
)


@lru_cache(maxsize=1 << 14)
def plain(word: str) -> str:
    """A lower-case word as it is compared: "tumour" -> "tumor", "oesophagus" -> "esophagus", "grey" -> "gray".

    Both a dictionary's words and a text's go through this, so that a rule which spells a word oddly does no harm.
    """
    if word in WHOLE:
        return WHOLE[word]
    if len(word) < 5 or not word.isascii() or word.isdigit():
        return word
    for rule, to in RULES:
        word = rule.sub(to, word)
    return word
