"""Signals drawn on paper: gaps stay gaps, and one value alone is nothing to look at."""

import numpy as np
import pytest

from transforms.media.ecg import INK, draw

BEATS = 0.5 * np.sin(np.linspace(0, 40, 2000))[:, None] * np.ones((1, 2))


def inked(picture: np.ndarray) -> np.ndarray:
    return np.abs(picture.astype(int) - np.asarray(INK)).sum(axis=2) < 60


def test_samples_without_a_value_leave_a_gap_and_nothing_else() -> None:
    signal = BEATS.copy()
    signal[800:1200, 0] = np.nan
    picture, whole = draw(signal, 250, ("I", "II")), draw(BEATS, 250, ("I", "II"))
    height, width = picture.shape[0] // 2, picture.shape[1]
    gap = slice(width * 801 // 2000 + 1, width * 1199 // 2000 - 1)
    assert not inked(picture[:height, gap]).any()
    assert inked(whole[:height, gap]).any()
    np.testing.assert_array_equal(picture[height:], whole[height:])
    before = slice(120, width * 790 // 2000)
    assert (inked(picture[:height, before]).sum() > 0.5 * inked(whole[:height, before]).sum()).all()


def test_a_lead_without_any_value_is_an_empty_row() -> None:
    signal = BEATS.copy()
    signal[:, 0] = np.nan
    picture = draw(signal, 250, ("I", "II"))
    assert not inked(picture[: picture.shape[0] // 2, 60:]).any()


@pytest.mark.parametrize("level", [0.0, 0.5, np.nan])
def test_one_value_alone_is_nothing_to_show(level: float) -> None:
    with pytest.raises(ValueError, match="nothing to show"):
        draw(np.full((500, 2), level), 250, ("I", "II"))
