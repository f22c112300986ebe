"""Angles of a cephalogram that have a name, which says between what they lie."""

import pytest

from tests.claimed import context, verdict
from transforms.checks.claims.angles_named import named_angle

CEPH = context("blind5_ceph-child")  # SNA 81.8, SNB 74.7, ANB 7.1, gonial 127.4 degrees


@pytest.mark.parametrize(
    ("slugs", "name"),
    [
        (("sella_point", "nasion", "subspinale"), "sna"),
        (("subspinale", "nasion", "sella_point"), "sna"),
        (("supramentale", "nasion", "sella_point"), "snb"),
        (("subspinale", "nasion", "supramentale"), "anb"),
        (("articulare", "gonion", "menton"), "gonial"),
        (("nasion", "sella_point", "subspinale"), None),
        (("articulare", "menton", "gonion"), None),
        (("sella_point", "gonion", "subspinale"), None),
        (("sella_point", "nasion"), None),
    ],
)
def test_the_name_follows_from_the_apex_and_both_ends(slugs: tuple[str, ...], name: str | None) -> None:
    assert named_angle(slugs) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The SNA angle measures 82 degrees.", "supported"),
        ("SNB is 74.7°.", "supported"),
        ("ANB is 7.1 degrees.", "supported"),
        ("SNA 81.8, SNB 74.7, ANB 7.1.", "supported"),
        ("The gonial angle is 127.4 degrees.", "supported"),
        ("The angle of the jaw is 127 degrees.", "supported"),
        ("SNA is larger than SNB.", "supported"),
        ("The SNA angle exceeds the SNB angle by 7.1 degrees.", "supported"),
        ("The SNB angle measures 81.8 degrees.", "contradicted"),
        ("ANB is 1.7 degrees.", "contradicted"),
        ("SNA 74.7, SNB 81.8.", "contradicted"),
        ("The gonial angle is 117.4 degrees.", "contradicted"),
        ("SNA is smaller than SNB.", "contradicted"),
        ("The SNA angle is not 81.8 degrees.", "contradicted"),
        ("The saddle angle is 127 degrees.", "uncheckable"),
    ],
)
def test_a_named_angle_is_the_one_that_was_measured(text: str, expected: str) -> None:
    assert verdict(text, CEPH) == expected
