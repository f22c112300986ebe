"""The figures on texts against what they are by definition, worked out the slow way."""

import math
from collections import Counter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.texts import alike, distinct, figures, self_bleu, tokens
from schemas import Fact, Sample

WORDS = st.lists(st.sampled_from("abcd"), min_size=4, max_size=9).map(tuple)


def slow(texts: list[tuple[str, ...]]) -> float:
    """Self-BLEU-4 as Zhu et al. define it: each text against all others as references."""
    scores = []
    for i, text in enumerate(texts):
        others = [other for j, other in enumerate(texts) if j != i]
        product = 1.0
        for n in range(1, 5):
            own = Counter(zip(*(text[k:] for k in range(n)), strict=False))
            met = sum(
                min(count, max(Counter(zip(*(o[k:] for k in range(n)), strict=False))[gram] for o in others))
                for gram, count in own.items()
            )
            product *= ((met or 0.1) / sum(own.values())) ** 0.25
        nearest = min((abs(len(o) - len(text)), len(o)) for o in others)[1]
        scores.append(product * (1.0 if len(text) >= nearest else math.exp(1 - nearest / len(text))))
    return sum(scores) / len(scores)


@given(st.lists(WORDS, min_size=2, max_size=5))
def test_self_bleu_is_what_its_definition_says(texts: list[tuple[str, ...]]) -> None:
    assert self_bleu(texts) == pytest.approx(slow(texts))


def test_texts_that_are_alike_score_one_and_others_near_nothing() -> None:
    alike = [tokens("the liver lies beside the spleen")] * 3
    assert self_bleu(alike) == pytest.approx(1.0)
    assert self_bleu([tokens("a b c d e"), tokens("f g h i j")]) < 0.05
    assert self_bleu(alike[:1]) == 0.0


def test_what_no_fact_tells_apart_is_counted_by_itself() -> None:
    base = Sample.model_construct(dataset="toy", description=SimpleNamespace(overall=SimpleNamespace(text="An image.")))
    slices = [base.model_copy(update={"facts": (Fact(id="f1", predicate="slice", value=n),)}) for n in (3, 3, 4)]
    other = base.model_copy(update={"dataset": "another", "facts": slices[0].facts})
    assert alike([*slices[:2], other]) == (2, 0)
    assert alike([*slices, other]) == (0, 3)


def test_pairs_are_counted_within_a_text_and_numbers_are_no_words() -> None:
    assert distinct([("a", "b", "a", "b"), ("b", "a")], 2) == 2 / 4
    found = figures(["It measures 22.4 mm, in the T2-weighted image.", "It measures 7 mm."])
    assert tokens("22.4 mm, T-weighted") == ("22.4", "mm", "t-weighted")
    assert found.texts == 2
    assert found.vocabulary == len({"it", "measures", "mm", "in", "the", "t", "weighted", "image"})
    assert found.median == (10 + 4) / 2
