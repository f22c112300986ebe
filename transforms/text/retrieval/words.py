"""The words by which passages and queries are compared."""

from functools import lru_cache

import Stemmer

from transforms.checks.claims.lexicon import normal

IDLE = frozenset(
    ["a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its", "of", "on", "or",
     "that", "the", "there", "this", "to", "was", "were", "which", "with"]
)  # fmt: skip
_ENGLISH = Stemmer.Stemmer("english")  # Snowball's "Porter2"


def words(text: str) -> list[str]:
    """Lower case, American spelling, stems, without IDLE: "Tumours of the oesophagus" -> ["tumor", "esophagus"]."""
    return [_stem(word) for word in normal(text) if word not in IDLE and any(map(str.isalnum, word))]


def phrase(name: str) -> str:
    """A name as it is looked up, in whatever order: "nodules of the lung" and "lung nodule" -> "lung nodul"."""
    return " ".join(sorted(words(name)))


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return str(_ENGLISH.stemWord(word))
