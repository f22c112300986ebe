"""The gate: what the terms do not allow, or nobody knows, does not go out."""

import pytest

from schemas.recipe import Use
from tests.corpora import CARD, TERMS
from transforms.shards.licence import gate, licence_of, licences_md

COMMERCIAL = Use(commercial=True)
PRIVATE = Use(redistribute=False)
ACCEPTING = Use(accept_unknown=True)


@pytest.mark.parametrize(
    ("change", "use"),
    [
        ({}, Use()),
        ({}, COMMERCIAL),
        ({"commercial": "no"}, Use()),
        ({"redistribution": "no"}, PRIVATE),
        ({"redistribution": "unknown"}, PRIVATE),
        ({"derivatives": "no"}, PRIVATE),  # what is made for oneself is not shared
        ({"derivatives": "unknown"}, PRIVATE),
        ({"credentialed": True}, PRIVATE),
        ({"redistribution": "unknown"}, ACCEPTING),
        ({"licence": "unknown"}, ACCEPTING),
    ],
)
def test_allowed(change: dict[str, object], use: Use) -> None:
    assert gate(TERMS.model_copy(update=change), use) is None


@pytest.mark.parametrize(
    ("change", "use", "reason"),
    [
        ({"redistribution": "no"}, Use(), "redistribution is not allowed"),
        ({"redistribution": "no"}, ACCEPTING, "redistribution is not allowed"),
        ({"derivatives": "no"}, Use(), "derivatives are not allowed"),
        ({"commercial": "no"}, COMMERCIAL, "commercial use is not allowed"),
        ({"commercial": "unknown"}, COMMERCIAL, "commercial use is not known"),
        ({"redistribution": "unknown"}, Use(), "redistribution is not known"),
        ({"derivatives": "unknown"}, Use(), "derivatives is not known"),
        ({"credentialed": True}, ACCEPTING, "credentialed"),
        ({"licence": "unknown"}, Use(), "nobody knows"),
    ],
)
def test_blocked_with_a_reason(change: dict[str, object], use: Use, reason: str) -> None:
    found = gate(TERMS.model_copy(update=change), use)
    assert found is not None
    assert reason in found


def test_the_licence_of_a_sample_says_what_the_card_says() -> None:
    terms = TERMS.model_copy(update={"commercial": "no", "derivatives": "unknown"})
    licence = licence_of(CARD.model_copy(update={"terms": terms}))
    assert (licence.id, licence.redistribute, licence.derivatives, licence.commercial) == (
        "CC-BY-4.0",
        True,
        None,
        False,
    )
    assert (
        licence_of(CARD.model_copy(update={"terms": TERMS.model_copy(update={"credentialed": True})})).redistribute
        is False
    )


def test_licences_md_keeps_every_attribution() -> None:
    other = CARD.model_copy(update={"id": "another", "name": "Another", "doi": "10.1234/x"})
    text = licences_md("Toy corpus", [CARD, other])
    assert text.index("`another`") < text.index("`toy`")
    for words in (
        "Drawn by the testers",
        "The testers, 2026",
        "<https://example.org/toy>",
        "<https://doi.org/10.1234/x>",
    ):
        assert words in text
    assert text == licences_md("Toy corpus", [other, CARD])
