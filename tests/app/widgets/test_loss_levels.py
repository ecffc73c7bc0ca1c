"""Levels of the loss: the numbers beside their lines can be told apart."""

import numpy as np

from app.widgets.loss_levels import Levels


def test_levels_that_lie_close_together_read_differently() -> None:
    values = 0.5 - 0.0005 * np.linspace(0.0, 1.0, 400).reshape(20, 20) ** 2
    levels = Levels.of(values)
    assert levels is not None
    assert len(levels.texts) == len(levels.stops) > 4
    assert len(set(levels.texts)) == len(levels.texts)
    ticks = [text for _, text in levels.ticks(20)]
    assert len(set(ticks)) == len(ticks) > 4


def test_levels_far_apart_are_written_shortly() -> None:
    levels = Levels.of(np.linspace(0.0, 3.2, 400).reshape(20, 20))
    assert levels is not None
    assert (levels.texts[0], levels.texts[-1]) == ("0", "3.2")
    assert all(len(text) <= 4 for text in levels.texts)
