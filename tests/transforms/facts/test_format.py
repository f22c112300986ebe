"""Numbers as texts print them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Fact
from transforms.facts.format import quantity, stated


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.42, "mm", "12.4 mm"),
        (12.0, "mm", "12 mm"),
        (0.00834, "mm", "0.008 mm"),
        (800.0, "mm2", "800 mm²"),
        (8123.4, "mm2", "8123 mm²"),
        (78.54, "mm2", "78.5 mm²"),
        (314, "px2", "314 px²"),
        (11.4, "px", "11 px"),
        (-35.4, "HU", "-35 HU"),
        (-0.3, "HU", "0 HU"),
        (5.27, "mL", "5.27 mL"),
        (1523.4, "mL", "1523 mL"),
        (412.0, "ms", "412 ms"),
        (74.6, "bpm", "75 bpm"),
        (3.75, "1-5", "3.8 out of 5"),
        (4.0, "1-6", "4 out of 6"),
        (1.256, None, "1.26"),
        (12, None, "12"),
        ("axial", None, "axial"),
    ],
)
def test_each_unit_reads_as_it_should(value, unit, text):
    assert quantity(value, unit) == text


@settings(deadline=None)
@given(
    value=st.floats(-2000, 1e6).filter(lambda value: abs(value) > 0.01),
    unit=st.sampled_from(["mm", "mm2", "px", "px2", "mL", "HU", None]),
    tolerance=st.floats(0.0001, 5),
)
def test_rounding_never_exceeds_the_tolerance(value, unit, tolerance):
    written = quantity(value, unit, tolerance)
    assert abs(float(written.split()[0]) - value) <= tolerance * (1 + 1e-9)


@settings(deadline=None)
@given(value=st.floats(0.01, 1e6), unit=st.sampled_from(["mm2", "mL"]))
def test_an_area_or_volume_is_written_within_half_a_percent(value, unit):
    assert float(quantity(value, unit).split()[0]) == pytest.approx(value, rel=0.005001)


def test_a_fact_is_stated_within_its_own_tolerance():
    assert stated(Fact(id="f1", predicate="area", value=30.44, unit="mm2", tolerance=0.02)) == "30.44 mm²"
