"""Names that a text writes with a hyphen, and the label space in one word."""

from transforms.checks.claims.lexicon import Lexicon
from transforms.checks.claims.spelling import plain


def hyphened(
    low: str, tokens: list[tuple[int, int]], names: list[str], words: Lexicon
) -> tuple[list[tuple[int, int]], list[str]]:
    """ "Adeno-carcinoma", "hypo-echoic": what has a meaning when it is written in one word, and none in two."""
    spans, found = list(tokens), list(names)
    for i in range(len(tokens) - 2, -1, -1):
        (start, end), (after, stop) = spans[i], spans[i + 1]
        joined = plain(low[start:end] + low[after:stop])
        apart = words.match(found, i)
        if low[end:after] == "-" and words.knows(joined) and (apart is None or apart[1] < 2):
            spans[i : i + 2], found[i : i + 2] = [(start, stop)], [joined]
    return spans, found
