"""Licences by their SPDX ids."""

import pytest

from schemas import Terms
from schemas.spdx import class_of, contradictions, expression, grant, share_alike, urls


def terms(
    licence: str, redistribution: str = "unknown", derivatives: str = "unknown", commercial: str = "unknown"
) -> Terms:
    return Terms.model_validate(
        {"licence": licence, "access": "open", "redistribution": redistribution, "derivatives": derivatives,
         "commercial": commercial, "attribution": "a", "evidence": "e"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("licence", "answers"),
    [
        ("CC-BY-4.0", ("yes", "yes", "yes")),
        ("CC-BY-SA-3.0", ("yes", "yes", "yes")),
        ("CC-BY-NC-4.0", ("yes", "yes", "no")),
        ("CC-BY-NC-SA-2.0", ("yes", "yes", "no")),
        ("CC-BY-ND-4.0", ("yes", "no", "yes")),
        ("CC-BY-NC-ND-3.0", ("yes", "no", "no")),
        ("CC0-1.0", ("yes", "yes", "yes")),
        ("MIT", ("yes", "yes", "yes")),
    ],
)
def test_what_a_licence_answers(licence: str, answers: tuple[str, str, str]) -> None:
    """Against the deeds of creativecommons.org, read by hand."""
    found = grant(licence)
    assert found is not None
    assert (found.redistribution, found.derivatives, found.commercial) == answers


def test_nothing_is_known_of_other_terms() -> None:
    assert grant("LicenseRef-CC-BY-style") is None
    assert grant("unknown") is None


def test_share_alike_and_attribution_follow_from_the_id() -> None:
    assert [share_alike(x) for x in ("CC-BY-SA-4.0", "CC-BY-4.0", "CC-BY-4.0 AND CC-BY-NC-SA-4.0")] == [
        True,
        False,
        True,
    ]
    for licence, attribution in (("CC-BY-4.0", True), ("CC0-1.0", False)):
        found = grant(licence)
        assert found is not None
        assert found.attribution is attribution


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("CC-BY-4.0", "open-spdx"),
        ("ODbL-1.0", "open-spdx"),
        ("CC-BY-NC-SA-4.0", "cc-nc"),
        ("CC-BY-4.0 AND CC-BY-NC-4.0", "cc-nc"),
        ("CC-BY-NC-ND-4.0", "cc-nd"),
        ("CC-BY-ND-4.0 AND LicenseRef-x", "cc-nd"),
        ("LicenseRef-challenge", "custom"),
        ("MIT AND LicenseRef-images", "mixed"),
        ("unknown", "unknown"),
    ],
)
def test_classes(licence: str, kind: str) -> None:
    assert class_of(licence) == kind


def test_expressions_are_held_against_the_spdx_list() -> None:
    assert expression("unknown") == "unknown"
    assert expression("cc-by-4.0 and LicenseRef-a") == "CC-BY-4.0 AND LicenseRef-a"
    for wrong in ("CC-BY-9.0", "free for all", ""):
        with pytest.raises(ValueError):
            expression(wrong)


def test_a_yes_that_the_licence_denies_is_found() -> None:
    assert [key for key, _ in contradictions(terms("CC-BY-NC-ND-4.0", "yes", "yes", "yes"))] == [
        "derivatives",
        "commercial",
    ]
    assert [key for key, _ in contradictions(terms("CC-BY-4.0 AND CC-BY-NC-4.0", commercial="yes"))] == ["commercial"]


def test_a_no_needs_terms_that_say_so() -> None:
    assert [key for key, _ in contradictions(terms("CC-BY-4.0", "no"))] == ["redistribution"]
    assert contradictions(terms("CC-BY-4.0 AND LicenseRef-more", "no")) == []
    assert contradictions(terms("LicenseRef-any", "no", "yes", "no")) == []


def test_unknown_is_never_wrong() -> None:
    for licence in ("CC-BY-4.0", "CC-BY-NC-ND-4.0", "unknown", "LicenseRef-x"):
        assert contradictions(terms(licence)) == []


def test_addresses() -> None:
    assert urls("CC-BY-4.0 AND LicenseRef-x") == ["https://spdx.org/licenses/CC-BY-4.0.html"]
    assert urls("unknown") == []
