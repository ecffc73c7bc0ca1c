"""The numbers in the text of the closing lesson, and that every heading of the lecture has its lesson."""

import sys
from pathlib import Path

import numpy as np
import pytest

from app.lesson import find_lesson, list_lessons
from nlcore import kernels
from nlcore.saturation import activity
from nlcore.trainer import Trainer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LECTURE = tomllib.loads((Path(__file__).parent / "lecture_headings.toml").read_text(encoding="utf-8"))
SHALLOW, SIGMOID, TANH, RELU = range(4)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    kernels.prepare()


def wrong(track: int, epochs: int, **changes: object) -> float:
    experiment = find_lesson("looking-back").tracks()[track][1]
    trained = Trainer(experiment.replace({f"training.{name}": value for name, value in changes.items()}))
    measured = trained.evaluate(trained.advance(trained.initial_state(), epochs * trained.model.epoch_length))["test"]
    assert measured is not None
    assert measured.error_rate is not None
    return measured.error_rate


def percent(share: float) -> int:
    return round(100 * share)


@pytest.mark.skipif(not kernels.has_compiler(), reason="the textbook loop would take minutes")
def test_how_many_digits_are_wrong() -> None:
    assert [percent(wrong(track, 1)) for track in (SHALLOW, TANH, RELU)] == [61, 8, 12]
    assert [percent(wrong(track, 15)) for track in (SHALLOW, TANH, RELU)] == [3, 4, 1]
    assert percent(wrong(SIGMOID, 15)) == 92
    assert percent(wrong(SIGMOID, 15, initializer={"name": "uniform", "low": -1.0, "high": 1.0})) == 4
    assert percent(wrong(SIGMOID, 15, learning_rate=0.1)) == 92


def test_error_terms_before_training() -> None:
    found = []
    for track in (SIGMOID, TANH, RELU):
        model = Trainer(find_lesson("looking-back").tracks()[track][1]).model
        layers = activity(model, model.initial_params())[:-1]
        assert all(layer.saturated == 0.0 for layer in layers) or track != SIGMOID
        found.append([float(np.sqrt(np.mean(layer.deltas**2))) for layer in reversed(layers)])
    sigmoid, tanh, relu = found
    assert [float(f"{term:.2g}") for term in sigmoid] == [0.045, 0.01, 0.0023, 0.00053, 0.00012]
    assert [float(f"{term:.2g}") for term in tanh] == [0.17, 0.16, 0.14, 0.13, 0.11]
    assert [float(f"{term:.2g}") for term in relu] == [0.13, 0.12, 0.12, 0.13, 0.13]
    assert 355 < sigmoid[0] / sigmoid[-1] < 365


def test_how_many_weights_there_are() -> None:
    lesson = find_lesson("looking-back")
    assert [Trainer(experiment).model.n_params for _, experiment in lesson.tracks()] == [4810, 21450, 21450, 21450]
    assert len(Trainer(lesson.experiment).model.data.training) == 1078


def test_every_heading_of_the_lecture_has_a_lesson_or_a_reason() -> None:
    covered = {heading.casefold() for lesson in list_lessons() for heading in lesson.lecture}
    exempt = {heading.casefold(): reason for heading, reason in LECTURE["exempt"].items()}
    headings = {heading.casefold() for heading in LECTURE["headings"]}
    assert len(headings) == len(LECTURE["headings"])
    assert headings - covered - set(exempt) == set()
    assert covered <= headings, "a lesson names a heading that the lecture does not have"
    assert set(exempt) <= headings - covered, "an exemption that is not needed any more"
    assert all(len(reason) > 20 for reason in exempt.values())
