"""Whether a text is in English, as far as its small words tell: in no other language is denial understood here."""

import re

from transforms.checks.claims.words import word_set

ENGLISH = word_set(
    "the of is are and with there has was were to at on by from this that not for no in a an or be may which"
)
OTHER = word_set(
    """
    el los las del con sin por para una unos se su al sem com uma nos senza della nel il lo un les des du le une
    avec sans dans pas est sont aux derecho derecha izquierdo izquierda bilaterales und der die das den dem ein
    eine einer mit ohne kein keine nicht im bei zu ist sind links rechts beidseits het een van zonder geen niet
    met och ej inte utan
    """
)
"""Small words of Spanish, Portuguese, Italian, French, German, Dutch and Swedish that English has not, or seldom."""
_WORD = re.compile(r"[^\W\d_]+")


def english(text: str) -> bool:
    """Whether a text has fewer foreign than English small words, or none of either. Capitals are abbreviations."""
    words = _WORD.findall(text)
    foreign = sum(word.casefold() in OTHER for word in words if not word.isupper())
    return foreign == 0 or foreign < sum(word.casefold() in ENGLISH for word in words)
