"""The numbers in the text of rolling-ball."""

from __future__ import annotations

import numpy as np
import pytest

from app.lesson import find_lesson
from nlcore.experiment import Experiment
from nlcore.objectives import OBJECTIVES
from nlcore.records import FloatArray
from nlcore.trainer import Trainer

LESSON = find_lesson("rolling-ball")
TRACKS = dict(LESSON.tracks())


def walk(experiment: Experiment, steps: int = 300) -> FloatArray:
    """Return the places after every step, shape (steps + 1, 2)."""
    trainer = Trainer(experiment)
    places = [trainer.initial_state()]
    for _ in range(steps):
        places.append(trainer.advance(places[-1], 1))
    return np.array([state.params for state in places])


def heights(places: FloatArray) -> FloatArray:
    return np.array([OBJECTIVES["hollows"].value(place) for place in places])


@pytest.mark.parametrize(
    ("name", "arrives", "end", "rises"),
    [
        ("momentum 0.9", 32, (-1.5, -0.002), True),
        ("momentum 0.5", 76, (0.85, 0.896), True),
        ("no momentum", 142, (0.85, 0.896), False),
    ],
)
def test_who_comes_where_and_when(name: str, arrives: int, end: tuple[float, float], rises: bool) -> None:
    places = walk(TRACKS[name])
    assert int(np.argmax(places[:, 0] < 1.8)) == arrives
    found = heights(places)
    assert places[-1, 0] == pytest.approx(end[0], abs=0.006)
    assert found[-1] == pytest.approx(end[1], abs=0.0005)
    assert bool(np.any(np.diff(found) > 1e-9)) == rises


def test_after_forty_and_sixty_steps_the_ball_is_in_the_deep_hollow_and_the_others_are_not() -> None:
    for name, where in (("momentum 0.9", "deep"), ("no momentum", "plain"), ("no momentum, new start", "deep")):
        places = walk(TRACKS[name], 60)[[40, 60]]
        assert np.all(places[:, 0] < -0.3) if where == "deep" else np.all(heights(places) > 1.98)


def test_too_much_momentum_still_swings() -> None:
    places = walk(TRACKS["momentum 0.9"].replace({"training.momentum": 0.99}))
    assert np.ptp(places[270:, 0]) > 0.5


def test_both_bottoms_are_where_the_title_says() -> None:
    for place, height in (((0.847, 0.0), 0.896), ((-1.495, 0.0), -0.002)):
        at = np.array(place)
        assert OBJECTIVES["hollows"].value(at) == pytest.approx(height, abs=0.0005)
        assert np.hypot(*OBJECTIVES["hollows"].gradient(at)) < 0.003
